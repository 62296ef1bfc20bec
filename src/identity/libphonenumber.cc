// liblookalike-phone.so: libphonenumber behind two C functions. Built only where its headers are (make says so), opened when a phone of a
// country is met whose numbering plan identity/phone.c does not have; nothing else depends on it.
#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <string>

using i18n::phonenumbers::NullLogger;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

PhoneNumberUtil *util()
{
    static PhoneNumberUtil *const made = [] {
        PhoneNumberUtil *one = PhoneNumberUtil::GetInstance();
        one->SetLogger(new NullLogger); // its own writes to stdout
        return one;
    }();
    return made;
}

bool parse(const char *phone, size_t length, const char *country, PhoneNumber *number)
{
    return util()->Parse(std::string(phone, length), country, number) == PhoneNumberUtil::NO_PARSING_ERROR &&
           util()->IsValidNumber(*number) && !number->has_extension();
}

} // namespace

#define EXPORTED extern "C" __attribute__((visibility("default")))

// "+254712345678" and a NUL; 0 if the phone is none of the country's (or is not in use there).
EXPORTED int lka_libphonenumber_e164(const char *phone, size_t length, const char *country, char e164[32])
{
    try {
        PhoneNumber number;
        std::string text;
        if (!parse(phone, length, country, &number)) {
            return 0;
        }
        util()->Format(number, PhoneNumberUtil::E164, &text);
        if (text.size() >= 32) {
            return 0;
        }
        std::memcpy(e164, text.c_str(), text.size() + 1);
        return 1;
    } catch (...) {
        return 0;
    }
}

// How many digits of an E.164 number (with its plus) are the calling code; 0 if that is not known.
EXPORTED int lka_libphonenumber_code_digits(const char *e164, size_t length)
{
    try {
        PhoneNumber number;
        return parse(e164, length, "ZZ", &number) ? static_cast<int>(std::to_string(number.country_code()).size()) : 0;
    } catch (...) {
        return 0;
    }
}
