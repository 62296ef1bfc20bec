#include "identity/steps.h"

#include <utf8proc.h>

static const struct lka_step_rule rules[] = {
    {"trim", lka_step_trim, false},
    {"trim_space", lka_step_trim_space, false},
    {"strip_spaces", lka_step_strip_spaces, false},
    {"nfc", lka_step_nfc, false},
    {"lower", lka_step_lower, false},
    {"ascii_lower", lka_step_ascii_lower, false},
    {"ascii_upper", lka_step_ascii_upper, false},
    {"letters", lka_step_letters, false},
    {"ascii_alnum", lka_step_ascii_alnum, false},
    {"no_symbols", lka_step_no_symbols, false},
    {"cut", lka_step_cut, true},
    {"drop", lka_step_drop, true},
    {"email", lka_step_email, false},
    {"gmail_fold", lka_step_gmail_fold, true},
    {"keep_email", lka_step_keep_email, false},
    {"e164", lka_step_e164, false},
    {"e164_already", lka_step_e164_already, false},
    {"national", lka_step_national, false},
    {"digits", lka_step_digits, false},
    {"drop_leading_zeros", lka_step_drop_leading_zeros, false},
    {"maid", lka_step_maid, false},
    {"external_id", lka_step_external_id, false},
    {"titles", lka_step_titles, false},
    {"suffixes", lka_step_suffixes, false},
    {"iso2", lka_step_iso2, false},
    {"two_letters", lka_step_two_letters, false},
    {"gender", lka_step_gender, false},
    {"date", lka_step_date, true},
    {"only", lka_step_only, true},
    {"number", lka_step_number, false},
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

/* Eight bytes at `at`, or the last eight: for what may be done twice. */
static uint64_t eight_at(const char *bytes, size_t length, size_t at)
{
    uint64_t eight;
    memcpy(&eight, bytes + (at + 8 <= length ? at : length - 8), 8);
    return eight;
}

/* Nearly every value is. Eight bytes at a time; a carry comes only from a byte that is refused for itself. */
static bool is_printable_ascii(struct lka_span value)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t refused = 0;
    for (size_t at = 0; at < value.length && value.length >= 8; at += 8) {
        uint64_t eight = eight_at(value.text, value.length, at);
        refused |= eight | (eight + ones) | ~((eight | 0x80 * ones) - ' ' * ones);
    }
    for (size_t i = 0; i < value.length && value.length < 8; i++) {
        refused |= value.text[i] < ' ' || value.text[i] > '~' ? 0x80 : 0;
    }
    return (refused & 0x80 * ones) == 0;
}

const char *lka_normal_begin(struct lka_normal *normal, struct lka_span value)
{
    lka_text_clear(&normal->value);
    normal->ascii = is_printable_ascii(value);
    const char *reason = normal->ascii ? NULL : look_at(value.text, value.length);
    if (!reason) {
        lka_text_append(&normal->value, value.length ? value.text : "", value.length);
    }
    return reason;
}

void lka_normal_keep(struct lka_normal *normal, size_t first, size_t end)
{
    struct lka_text *value = &normal->value;
    if (value->length == 0) {
        return;
    }
    if (first > 0) {
        memmove(value->bytes, value->bytes + first, end - first);
    }
    value->length = end - first;
    value->bytes[value->length] = '\0';
}

struct lka_span lka_normal_span(const struct lka_normal *normal)
{
    return (struct lka_span){normal->value.length ? normal->value.bytes : "", (uint32_t)normal->value.length};
}

void lka_normal_swap(struct lka_normal *normal)
{
    struct lka_text value = normal->value;
    normal->value = normal->scratch;
    normal->scratch = value;
    normal->value.failed = normal->value.failed || value.failed;
}
