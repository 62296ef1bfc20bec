/* Steps for what describes a person: names, places, dates. */
#include "identity/steps.h"

#include "base/date.h"

/* ---- names ------------------------------------------------------------------------------------ */

static const char *const title_words[] = {"mrs.", "mr.", "ms.", "dr."};
static const char *const suffix_words[] = {"jr.", "sr.", "2nd", "3rd", "ii", "iii", "iv", "v",
                                           "vi",  "cpa", "dc",  "dds", "vm", "jd",  "md", "phd"};

static bool separates(char c)
{
    return c == ' ' || c == ',' || c == '\t';
}

/* Titles in front, each with its full stop: "mr. alex". */
const char *lka_step_titles(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    struct lka_text *value = &normal->value;
    for (size_t i = 0; i < sizeof title_words / sizeof *title_words && value->length > 0; i++) {
        size_t length = strlen(title_words[i]);
        if (value->length >= length && memcmp(value->bytes, title_words[i], length) == 0 &&
            (value->length == length || separates(value->bytes[length]))) {
            while (length < value->length && separates(value->bytes[length])) {
                length++;
            }
            lka_normal_keep(normal, length, value->length);
            i = (size_t)-1;
        }
    }
    return NULL;
}

/* The length of the value without the last word and what stands before it; 0 if that is no suffix. */
static size_t without_suffix(const struct lka_text *value)
{
    size_t word = value->length;
    while (word > 0 && !separates(value->bytes[word - 1])) {
        word--;
    }
    for (size_t i = 0; i < sizeof suffix_words / sizeof *suffix_words && word > 0; i++) {
        if (strcmp(value->bytes + word, suffix_words[i]) == 0) {
            while (word > 0 && separates(value->bytes[word - 1])) {
                word--;
            }
            return word;
        }
    }
    return 0;
}

/* Suffixes behind the name, one after the other: "quinn, jr., dds". */
const char *lka_step_suffixes(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    size_t rest;
    while ((rest = without_suffix(&normal->value)) > 0) {
        lka_normal_keep(normal, 0, rest);
    }
    return NULL;
}

/* ---- places ----------------------------------------------------------------------------------- */

static bool is_two_letters(const struct lka_text *value)
{
    for (size_t i = 0; i < value->length; i++) {
        char c = value->bytes[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) {
            return false;
        }
    }
    return value->length == 2;
}

/* The codes of ISO 3166-1: by their first letter, the second ones. */
static bool is_country(const struct lka_text *value)
{
    static const char *const seconds[26] = {"DEFGILMOQRSTUWXZ",
                                            "ABDEFGHIJLMNOQRSTVWYZ",
                                            "ACDFGHIKLMNORUVWXYZ",
                                            "EJKMOZ",
                                            "CEGHRST",
                                            "IJKMOR",
                                            "ABDEFGHILMNPQRSTUWY",
                                            "KMNRTU",
                                            "DELMNOQRST",
                                            "EMOP",
                                            "EGHIMNPRWYZ",
                                            "ABCIKRSTUVY",
                                            "ACDEFGHKLMNOPQRSTUVWXYZ",
                                            "ACEFGILOPRUZ",
                                            "M",
                                            "AEFGHKLMNRSTWY",
                                            "A",
                                            "EOSUW",
                                            "ABCDEGHIJKLMNORSTVXYZ",
                                            "CDFGHJKLMNORTVWZ",
                                            "AGMSYZ",
                                            "ACEGINU",
                                            "FS",
                                            "",
                                            "ET",
                                            "AMW"};
    return strchr(seconds[(value->bytes[0] & ~0x20) - 'A'], value->bytes[1] & ~0x20) != NULL;
}

const char *lka_step_iso2(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    if (normal->value.length == 0) {
        return NULL;
    }
    if (!is_two_letters(&normal->value)) {
        return "no country code of two letters";
    }
    return is_country(&normal->value) ? NULL
                                      : "two letters that are no country's (the United Kingdom is GB, Greece GR)";
}

const char *lka_step_two_letters(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    return normal->value.length == 0 || is_two_letters(&normal->value) ? NULL : "no state code of two letters";
}

/* ---- the person ------------------------------------------------------------------------------- */

const char *lka_step_gender(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    static const char *const words[] = {"m", "male", "f", "female"};
    struct lka_text *value = &normal->value;
    for (size_t i = 0; i < 4 && value->length > 0; i++) {
        if (strcmp(value->bytes, words[i]) == 0) {
            lka_normal_keep(normal, 0, 1);
            return NULL;
        }
    }
    return value->length == 0 ? NULL : "neither m nor f";
}

/* An ISO date in the argument's form: YYYY, MM, DD, YYYYMMDD. */
const char *lka_step_date(struct lka_normal *normal, const char *argument)
{
    const struct lka_text *value = &normal->value;
    int64_t seconds;
    char iso[16];
    if (value->length == 0) {
        return NULL;
    }
    if (value->length != 10 || !lka_parse_time(lka_normal_span(normal), &seconds)) {
        return "no date (YYYY-MM-DD)";
    }
    lka_format_date(seconds / 86400, iso);
    lka_text_clear(&normal->value);
    for (const char *at = argument; *at;) {
        size_t first = *at == 'Y' ? 0 : *at == 'M' ? 5 : 8;
        size_t length = strspn(at, *at == 'Y' ? "Y" : *at == 'M' ? "M" : "D");
        if (length == 0) {
            lka_text_append(&normal->value, at++, 1);
            continue;
        }
        lka_text_append(&normal->value, iso + first, length);
        at += length;
    }
    return NULL;
}

const char *lka_step_number(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    double number;
    if (normal->value.length == 0) {
        return NULL;
    }
    return lka_parse_number(lka_normal_span(normal), &number) && number >= 0 ? NULL : "no number of 0 or more";
}

/* One of the argument's words, which are separated by spaces. */
const char *lka_step_only(struct lka_normal *normal, const char *argument)
{
    size_t length = normal->value.length;
    while (length > 0 && *argument) {
        size_t word = strcspn(argument, " ");
        if (word == length && memcmp(argument, normal->value.bytes, word) == 0) {
            return NULL;
        }
        argument += word;
        argument += strspn(argument, " ");
    }
    return length == 0 ? NULL : "none of the words that are allowed";
}
