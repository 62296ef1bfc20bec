#include "identity/steps.h"

#include <utf8proc.h>

static const struct lka_step_rule rules[] = {
    {"trim", lka_step_trim, false, true, true},
    {"trim_space", lka_step_trim_space, false, true, true},
    {"strip_spaces", lka_step_strip_spaces, false, true, true},
    {"nfc", lka_step_nfc, false, true, true},
    {"lower", lka_step_lower, false, true, true},
    {"ascii_lower", lka_step_ascii_lower, false, true, true},
    {"ascii_upper", lka_step_ascii_upper, false, false, false},
    {"letters", lka_step_letters, false, false, false},
    {"ascii_alnum", lka_step_ascii_alnum, false, false, false},
    {"no_symbols", lka_step_no_symbols, false, true, true},
    {"cut", lka_step_cut, true, false, false},
    {"drop", lka_step_drop, true, false, false},
    {"email", lka_step_email, false, true, false},
    {"gmail_fold", lka_step_gmail_fold, true, false, false},
    {"keep_email", lka_step_keep_email, false, false, false},
    {"e164", lka_step_e164, false, true, false},
    {"e164_already", lka_step_e164_already, false, false, false},
    {"national", lka_step_national, false, true, false},
    {"digits", lka_step_digits, false, false, false},
    {"drop_leading_zeros", lka_step_drop_leading_zeros, false, false, false},
    {"maid", lka_step_maid, false, true, false},
    {"external_id", lka_step_external_id, false, true, false},
    {"titles", lka_step_titles, false, false, false},
    {"suffixes", lka_step_suffixes, false, false, false},
    {"iso2", lka_step_iso2, false, false, false},
    {"two_letters", lka_step_two_letters, false, false, false},
    {"gender", lka_step_gender, false, false, false},
    {"date", lka_step_date, true, false, false},
    {"only", lka_step_only, true, false, false},
    {"number", lka_step_number, false, false, false},
};
enum { RULES = sizeof rules / sizeof *rules };

const struct lka_step_rule *lka_step_find(struct lka_span name)
{
    for (size_t i = 0; i < RULES; i++) {
        if (lka_span_equal(name, lka_span_of(rules[i].name))) {
            return &rules[i];
        }
    }
    return NULL;
}

size_t lka_step_names(const char **names, size_t most)
{
    for (size_t i = 0; i < RULES && i < most; i++) {
        names[i] = rules[i].name;
    }
    return RULES;
}

void lka_normal_release(struct lka_normal *normal)
{
    lka_text_release(&normal->value);
    lka_text_release(&normal->scratch);
}

/* Zero-width space, joiners and marks of direction, soft hyphen, word joiner, byte order mark, tags: what a form or a
 * spreadsheet leaves behind. A joiner within an emoji or an Indic name is refused too: no platform says what it does
 * with it. */
static bool is_unseen(utf8proc_int32_t c)
{
    return c == 0xAD || utf8proc_category(c) == UTF8PROC_CATEGORY_CF;
}

static const char *look_at(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        unsigned char byte = (unsigned char)text[at];
        if (byte < 0x20 && !(byte >= '\t' && byte <= '\r')) {
            return "a control character";
        }
        if (byte < 0x7f) {
            at++;
            continue;
        }
        utf8proc_int32_t c;
        utf8proc_ssize_t taken = utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(length - at),
                                                  &c);
        if (taken <= 0) {
            return "no UTF-8";
        }
        if (is_unseen(c)) {
            return "a character that nobody sees";
        }
        if (c == 0x7f || (c >= 0x80 && c < 0xA0 && c != 0x85)) {
            return "a control character";
        }
        at += (size_t)taken;
    }
    return NULL;
}

const char *lka_normal_begin(struct lka_normal *normal, struct lka_span value)
{
    normal->given = (struct lka_span){value.length ? value.text : "", value.length};
    normal->kinds = lka_ascii_kinds(value);
    normal->ascii = normal->is_given = (normal->kinds & LKA_ASCII_OTHER) == 0;
    normal->value.failed = false;
    if (normal->ascii) {
        return NULL;
    }
    lka_text_clear(&normal->value);
    const char *reason = look_at(value.text, value.length);
    if (!reason) {
        lka_text_append(&normal->value, value.text, value.length);
    }
    return reason;
}

const char *lka_step_apply(const struct lka_step_rule *rule, struct lka_normal *normal, const char *argument)
{
    if (normal->is_given && rule->keeps_bare && !(normal->kinds & (LKA_ASCII_SPACE | LKA_ASCII_UPPER))) {
        return NULL;
    }
    if (normal->is_given && !rule->takes_given) {
        lka_normal_own(normal);
    }
    return normal->value.failed ? NULL : rule->apply(normal, argument);
}

void lka_normal_own(struct lka_normal *normal)
{
    if (normal->is_given) {
        normal->is_given = false;
        lka_text_clear(&normal->value);
        lka_text_append(&normal->value, normal->given.text, normal->given.length);
    }
}

void lka_normal_keep(struct lka_normal *normal, size_t first, size_t end)
{
    struct lka_text *value = &normal->value;
    if (normal->is_given) {
        normal->given = (struct lka_span){normal->given.text + first, (uint32_t)(end - first)};
        return;
    }
    if (value->length == 0) {
        return;
    }
    if (first > 0) {
        memmove(value->bytes, value->bytes + first, end - first);
    }
    value->length = end - first;
    value->bytes[value->length] = '\0';
}

void lka_normal_swap(struct lka_normal *normal)
{
    struct lka_text value = normal->value;
    normal->value = normal->scratch;
    normal->scratch = value;
    normal->value.failed = normal->value.failed || value.failed;
    normal->is_given = false;
}
