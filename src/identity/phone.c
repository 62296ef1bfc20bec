/* Phones in E.164: a plus, the country's calling code, the national number; at most 15 digits (ITU-T E.164). What
 * cannot be told is refused and not guessed. */
#include "identity/forms.h"

#include "identity/phone_library.h"

#include <stdio.h>
#include <utf8proc.h>

/* Calling code, trunk prefix (dialled inside the country alone), and the digits of a national number, for the countries
 * whose phones can be read in national spelling. Other countries' must be written with their calling code. From the
 * ITU's list of national numbering plans. */
static const struct country {
    char name[3];
    const char *code;
    const char *trunk;
    uint8_t code_digits;
    uint8_t trunk_digits;
    uint8_t shortest;
    uint8_t longest;
} countries[] = {
#define COUNTRY(name, code, trunk, shortest, longest)                             \
    {                                                                             \
        name, code, trunk, sizeof(code) - 1, sizeof(trunk) - 1, shortest, longest \
    }
    COUNTRY("AT", "43", "0", 4, 13),  COUNTRY("AU", "61", "0", 9, 9),   COUNTRY("BE", "32", "0", 8, 9),
    COUNTRY("BG", "359", "0", 7, 9),  COUNTRY("BR", "55", "0", 10, 11), COUNTRY("CA", "1", "1", 10, 10),
    COUNTRY("CH", "41", "0", 9, 9),   COUNTRY("CI", "225", "", 10, 10), COUNTRY("CY", "357", "", 8, 8),
    COUNTRY("CZ", "420", "", 9, 9),   COUNTRY("DE", "49", "0", 5, 11),  COUNTRY("DK", "45", "", 8, 8),
    COUNTRY("DZ", "213", "0", 8, 9),  COUNTRY("EE", "372", "", 7, 8),   COUNTRY("ES", "34", "", 9, 9),
    COUNTRY("FI", "358", "0", 5, 12), COUNTRY("FR", "33", "0", 9, 9),   COUNTRY("GB", "44", "0", 9, 10),
    COUNTRY("GR", "30", "", 10, 10),  COUNTRY("HK", "852", "", 8, 8),   COUNTRY("HR", "385", "0", 8, 9),
    COUNTRY("HU", "36", "06", 8, 9),  COUNTRY("IE", "353", "0", 7, 9),  COUNTRY("IL", "972", "0", 8, 9),
    COUNTRY("IN", "91", "0", 10, 10), COUNTRY("IS", "354", "", 7, 7),   COUNTRY("IT", "39", "", 6, 11),
    COUNTRY("JP", "81", "0", 9, 10),  COUNTRY("LT", "370", "0", 8, 8),  COUNTRY("LU", "352", "", 4, 11),
    COUNTRY("LV", "371", "", 8, 8),   COUNTRY("MA", "212", "0", 9, 9),  COUNTRY("MC", "377", "0", 8, 9),
    COUNTRY("MT", "356", "", 8, 8),   COUNTRY("MX", "52", "", 10, 10),  COUNTRY("NL", "31", "0", 9, 9),
    COUNTRY("NO", "47", "", 8, 8),    COUNTRY("NZ", "64", "0", 8, 10),  COUNTRY("PL", "48", "", 9, 9),
    COUNTRY("PT", "351", "", 9, 9),   COUNTRY("RO", "40", "0", 9, 9),   COUNTRY("SE", "46", "0", 7, 10),
    COUNTRY("SG", "65", "", 8, 8),    COUNTRY("SI", "386", "0", 8, 8),  COUNTRY("SK", "421", "0", 9, 9),
    COUNTRY("SN", "221", "", 9, 9),   COUNTRY("TN", "216", "", 8, 8),   COUNTRY("TR", "90", "0", 10, 10),
    COUNTRY("US", "1", "1", 10, 10),  COUNTRY("ZA", "27", "0", 9, 9),
#undef COUNTRY
};

enum { MOST_DIGITS = 15, FEWEST_DIGITS = 7 };

/* What is dialled to leave a country, where that is not 00 alone (ITU-T E.164, annex on dialling procedures). */
static const struct {
    char country[3];
    bool dialled; /* behind 00 */
    const char *digits;
} ways_out[] = {{"AU", true, "11"}, {"CA", false, "011"}, {"JP", false, "010"}, {"US", false, "011"}};

struct digits {
    char text[MOST_DIGITS + 1];
    size_t count;
    bool international; /* behind a plus, or 00 */
    bool dialled;       /* behind 00 or another way out, and not a plus */
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_country_name(const char *name)
{
    return name && is_letter(name[0]) && is_letter(name[1]) && name[2] == '\0';
}

static const struct country *country_of(const char *name)
{
    if (!is_country_name(name)) {
        return NULL;
    }
    const char letters[2] = {(char)(name[0] & ~0x20), (char)(name[1] & ~0x20)};
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        if (memcmp(letters, countries[i].name, 2) == 0) {
            return &countries[i];
        }
    }
    return NULL;
}

static bool separates(unsigned char c)
{
    return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' || c == '\t';
}

/* How many bytes of a separator stand at the start: also any other space or dash of Unicode, and what nobody sees
 * (address books put marks of direction around a number). */
static size_t separator_length(const char *at, const char *end)
{
    utf8proc_int32_t c;
    if (at == end || (unsigned char)*at < 0x80) {
        return at < end && separates((unsigned char)*at);
    }
    utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)at, end - at, &c);
    utf8proc_category_t category = length > 0 ? utf8proc_category(c) : UTF8PROC_CATEGORY_CN;
    bool separator = category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_PD ||
                     category == UTF8PROC_CATEGORY_CF;
    return separator ? (size_t)length : 0;
}

/* "+33 (0)6 ...": the trunk prefix for those who dial inside. */
static bool trunk_in_brackets(const char *at, const char *end)
{
    return end - at >= 3 && memcmp(at, "(0)", 3) == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Nearly all phones: short, of ASCII, without brackets, from the first byte on. Without branches, which separators would make
 * unpredictable. False for any other, which is no answer. */
static bool read_simple(struct lka_span phone, struct digits *digits)
{
    enum { SHORT = 32 };
    char text[SHORT];
    size_t count = 0;
    if (phone.length < 3 || phone.length > SHORT || (phone.text[0] != '+' && !is_digit(phone.text[0]))) {
        return false;
    }
    size_t first = phone.text[0] == '+' ? 1 : phone.text[0] == '0' && phone.text[1] == '0' ? 2 : 0;
    bool other = false;
    for (size_t i = first; i < phone.length; i++) {
        char c = phone.text[i];
        text[count] = c;
        count += is_digit(c);
        other |= !is_digit(c) & (c != ' ') & (c != '-') & (c != '.') & (c != '/');
    }
    if (other || count == 0 || count > MOST_DIGITS) {
        return false;
    }
    *digits = (struct digits){.count = count, .international = first > 0, .dialled = first == 2};
    memcpy(digits->text, text, count);
    return true;
}

/* Digits between separators; false for anything else, and for more digits than a phone has. */
static bool read_digits(struct lka_span phone, struct digits *digits)
{
    const char *at = phone.text;
    const char *end = at + phone.length;
    if (read_simple(phone, digits)) {
        return true;
    }
    *digits = (struct digits){0};
    while (at < end && separator_length(at, end) > 0 && *at != '(') {
        at += separator_length(at, end);
    }
    if (at < end && *at == '+') {
        digits->international = true;
        at++;
    } else if (end - at > 2 && memcmp(at, "00", 2) == 0) {
        digits->international = true;
        digits->dialled = true;
        at += 2;
    }
    while (at < end) {
        if (digits->international && digits->count > 0 && trunk_in_brackets(at, end)) {
            at += 3;
        } else if (separator_length(at, end) > 0) {
            at += separator_length(at, end);
        } else if (*at >= '0' && *at <= '9' && digits->count < MOST_DIGITS) {
            digits->text[digits->count++] = *at++;
        } else {
            return false;
        }
    }
    return digits->count > 0;
}

static bool has_length(const struct country *country, size_t count)
{
    return count >= country->shortest && count <= country->longest;
}

/* Where the national number of digits in national spelling begins; or behind the calling code, where that was written
 * without its plus and the digits are too many for a national number. 0 count: it cannot be told. */
static struct lka_span national_of(const struct country *country, const struct digits *digits)
{
    size_t trunk = country->trunk_digits;
    size_t code = country->code_digits;
    struct lka_span rest = {digits->text, (uint32_t)digits->count};
    if (trunk > 0 && digits->count > trunk && memcmp(digits->text, country->trunk, trunk) == 0 &&
        has_length(country, digits->count - trunk)) {
        rest = (struct lka_span){digits->text + trunk, (uint32_t)(digits->count - trunk)};
    } else if (digits->count > country->longest && memcmp(digits->text, country->code, code) == 0) {
        rest = (struct lka_span){digits->text + code, (uint32_t)(digits->count - code)};
    }
    if (rest.length > 0 && country->code_digits == 1 && country->code[0] == '1' && rest.text[0] == '0') {
        return (struct lka_span){0}; /* no area code of North America: a number of elsewhere */
    }
    bool starts_with_trunk = trunk > 0 && rest.length >= trunk && memcmp(rest.text, country->trunk, trunk) == 0;
    return has_length(country, rest.length) && !starts_with_trunk ? rest : (struct lka_span){0};
}

/* "US (650) 555-1212": the country in front, before that of the row. */
static const struct country *take_country(struct lka_span *phone, const char *name)
{
    char letters[3] = "";
    if (phone->length > 2) {
        memcpy(letters, phone->text, 2);
    }
    const struct country *country = country_of(letters);
    if (!country) {
        return country_of(name);
    }
    *phone = (struct lka_span){phone->text + 2, phone->length - 2};
    return country;
}

static const char *behind_separators(const char *at, const char *end)
{
    while (at < end && separator_length(at, end) > 0) {
        at += separator_length(at, end);
    }
    return at;
}

/* "1-800-555-0100": in groups of 1, 3, 3 and 4 digits, area code and exchange from 2 on, only North America writes its
 * calling code so. The same digits in one piece can be another country's. */
static bool in_american_groups(struct lka_span phone)
{
    static const struct {
        const char *least; /* of each digit of the group */
        const char *most;
    } groups[] = {{"1", "1"}, {"200", "999"}, {"200", "999"}, {"0000", "9999"}};
    const char *end = phone.text + phone.length;
    const char *at = behind_separators(phone.text, end);
    for (size_t g = 0; g < 4; g++) {
        for (size_t i = 0; groups[g].least[i]; i++, at++) {
            if (at == end || *at < groups[g].least[i] || *at > groups[g].most[i]) {
                return false;
            }
        }
        const char *next = behind_separators(at, end);
        if (g < 3 && next == at) {
            return false;
        }
        at = next;
    }
    return at == end;
}

/* Digit by digit: the first two tell nearly all of them apart, which no call is worth. */
static bool begins_with(const char *digits, size_t count, const char *code)
{
    size_t i = 0;
    while (i < count && code[i] != '\0' && digits[i] == code[i]) {
        i++;
    }
    return code[i] == '\0' && count > i;
}

static const struct country *country_by_code(const char *digits, size_t count)
{
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        if (begins_with(digits, count, countries[i].code)) {
            return &countries[i];
        }
    }
    return NULL;
}

/* Behind its calling code a number has no trunk prefix; some write it there all the same (+33 06 ...). */
static void drop_trunk(struct digits *digits)
{
    const struct country *country = country_by_code(digits->text, digits->count);
    size_t code = country ? country->code_digits : 0;
    size_t trunk = country ? country->trunk_digits : 0;
    if (trunk == 0 || country->trunk[0] != '0' || digits->count < code + trunk ||
        memcmp(digits->text + code, country->trunk, trunk) != 0 || !has_length(country, digits->count - code - trunk)) {
        return;
    }
    memmove(digits->text + code, digits->text + code + trunk, digits->count - code - trunk + 1);
    digits->count -= trunk;
}

/* Another way out of the country than 00 goes. Read as 00 with something behind it, 0011 would lead to North America. */
static void drop_way_out(struct digits *digits, const struct country *country)
{
    for (size_t i = 0; i < sizeof ways_out / sizeof *ways_out; i++) {
        size_t length = strlen(ways_out[i].digits);
        bool behind = digits->international == ways_out[i].dialled && digits->dialled == ways_out[i].dialled;
        if (behind && memcmp(country->name, ways_out[i].country, 2) == 0 && digits->count > length &&
            memcmp(digits->text, ways_out[i].digits, length) == 0) {
            memmove(digits->text, digits->text + length, digits->count - length + 1);
            digits->count -= length;
            digits->international = true;
            digits->dialled = true;
            return;
        }
    }
}

/* North America has ten digits behind its 1, always. What was dialled and does not fit its country's plan had another prefix
 * in front than 00: a carrier's, say. */
static bool is_impossible(const struct digits *digits)
{
    const struct country *country = country_by_code(digits->text, digits->count);
    bool checked = country && (digits->dialled || digits->text[0] == '1');
    return checked && !has_length(country, digits->count - country->code_digits);
}

static bool append_international(struct digits *digits, struct lka_text *e164)
{
    if (digits->count < FEWEST_DIGITS || digits->text[0] == '0') {
        return false;
    }
    drop_trunk(digits);
    if (is_impossible(digits)) {
        return false;
    }
    lka_text_append(e164, "+", 1);
    lka_text_append(e164, digits->text, digits->count);
    return !e164->failed;
}

bool lka_phone_e164(struct lka_span phone, const char *country_name, struct lka_text *e164)
{
    struct digits digits;
    const struct country *country = take_country(&phone, country_name);
    if (!country && !country_name && in_american_groups(phone)) {
        country = country_of("US");
    }
    lka_text_clear(e164);
    if (!read_digits(phone, &digits)) {
        return false;
    }
    if (country) {
        drop_way_out(&digits, country);
    }
    if (digits.international) {
        return append_international(&digits, e164);
    }
    if (!country && is_country_name(country_name)) {
        const char letters[3] = {(char)(country_name[0] & ~0x20), (char)(country_name[1] & ~0x20), '\0'};
        return lka_phone_library_e164(phone, letters, e164);
    }
    struct lka_span national = country ? national_of(country, &digits) : (struct lka_span){0};
    if (national.length == 0) {
        return false;
    }
    lka_text_append(e164, "+", 1);
    lka_text_append(e164, country->code, country->code_digits);
    lka_text_append(e164, national.text, national.length);
    return !e164->failed;
}

/* The national number inside an E.164 one, for platforms that hash it alone. Calling codes are prefix-free, so the
 * first that fits is it; an unknown country's is found where libphonenumber is. */
struct lka_span lka_phone_national(struct lka_span e164)
{
    const struct country *country = e164.length > 1 ? country_by_code(e164.text + 1, e164.length - 1) : NULL;
    uint32_t length = country ? country->code_digits : e164.length > 1 ? lka_phone_library_code_digits(e164) : 0;
    if (length == 0) {
        return (struct lka_span){0};
    }
    return (struct lka_span){e164.text + 1 + length, e164.length - 1 - length};
}

bool lka_phone_digits(struct lka_span phone, struct lka_text *digits)
{
    struct digits read;
    lka_text_clear(digits);
    if (!read_digits(phone, &read) || read.international || read.count < FEWEST_DIGITS) {
        return false;
    }
    lka_text_append(digits, read.text, read.count);
    return !digits->failed;
}
