#include "identity/phone_library.h"

#include "base/optional.h"

#include <dlfcn.h>

typedef int (*e164_function)(const char *phone, size_t length, const char *country, char e164[32]);
typedef int (*digits_function)(const char *e164, size_t length);

/* POSIX has dlsym give functions as void pointers, which ISO C cannot cast. */
static bool find(const char *name, void *function)
{
    void *library = lka_optional_open(LKA_OPTIONAL_PHONENUMBER);
    void *symbol = library ? dlsym(library, name) : NULL;
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

bool lka_phone_library_e164(struct lka_span phone, const char *country, struct lka_text *e164)
{
    e164_function give;
    char text[32];
    if (!find("lka_libphonenumber_e164", &give) || !give(phone.text, phone.length, country, text)) {
        return false;
    }
    lka_text_string(e164, text);
    return !e164->failed;
}

uint32_t lka_phone_library_code_digits(struct lka_span e164)
{
    digits_function give;
    return find("lka_libphonenumber_code_digits", &give) ? (uint32_t)give(e164.text, e164.length) : 0;
}
