/* Steps for what identifies a person by itself. They refuse rather than guess: a value that no platform can match is
 * counted by its reason and not uploaded. */
#include "identity/steps.h"

#include "identity/forms.h"

#include <utf8proc.h>

static const char *find_at(const struct lka_text *value)
{
    return value->length ? memrchr(value->bytes, '@', value->length) : NULL;
}

/* Control characters, the space, and what RFC 5321 allows between quotes alone. */
#define R true
static const bool not_in_address[256] = {
    R,         R,         R,         R,         R,         R,         R,         R,          R,
    R,         R,         R,         R,         R,         R,         R,         R,          R,
    R,         R,         R,         R,         R,         R,         R,         R,          R,
    R,         R,         R,         R,         R,         [' '] = R, ['"'] = R, [','] = R,  [';'] = R,
    [':'] = R, ['<'] = R, ['>'] = R, ['('] = R, [')'] = R, ['['] = R, [']'] = R, ['\\'] = R, [0x7f] = R,
};
#undef R

/* Sixteen bytes at once; the table again: by pairs that differ in a bit, and a row of three. */
typedef uint8_t sixteen __attribute__((vector_size(16)));

static bool has_other_of_sixteen(const char *bytes, size_t length)
{
    sixteen other = {0};
    for (size_t i = 0; i < length; i += sizeof other) {
        sixteen c;
        memcpy(&c, bytes + (i + sizeof c <= length ? i : length - sizeof c), sizeof c);
        other |= (sixteen)(c <= ' ') | (sixteen)(c == '"') | (sixteen)(c == ',') | (sixteen)((c & 0xFE) == '(') |
                 (sixteen)((c & 0xFE) == ':') | (sixteen)((c & 0xFD) == '<') | (sixteen)(c - '[' <= 2);
    }
    uint64_t halves[2];
    memcpy(halves, &other, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

static bool has_other_than_visible(struct lka_span value)
{
    bool other = false;
    if (value.length >= sizeof(sixteen)) {
        return has_other_of_sixteen(value.text, value.length);
    }
    for (uint32_t i = 0; i < value.length; i++) {
        other |= not_in_address[(unsigned char)value.text[i]];
    }
    return other;
}

/* Of ASCII what may stand before the @ alone: an apostrophe behind a domain is a quote. */
#define R true
static const bool not_in_domain[256] = {
    ['!'] = R, ['#'] = R, ['$'] = R, ['%'] = R, ['&'] = R, ['\''] = R, ['*'] = R, ['+'] = R, ['/'] = R,
    ['='] = R, ['?'] = R, ['^'] = R, ['`'] = R, ['{'] = R, ['|'] = R,  ['}'] = R, ['~'] = R,
};
#undef R

/* Spaces that ASCII does not have, inside: whether they are cut at the edges is for the platform to say. */
static bool has_space(const struct lka_normal *normal)
{
    const struct lka_text *value = &normal->value;
    bool space = false;
    for (size_t at = 0; at < value->length && !normal->ascii;) {
        utf8proc_int32_t c;
        if ((unsigned char)value->bytes[at] < 0x80) {
            at++; /* an ASCII space is no part of an address anywhere */
            continue;
        }
        utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)value->bytes + at,
                                                   (utf8proc_ssize_t)(value->length - at), &c);
        utf8proc_category_t category = length > 0 ? utf8proc_category(c) : UTF8PROC_CATEGORY_CN;
        bool inside = length > 0 && at > 0 && at + (size_t)length < value->length;
        space = space || (inside && category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP);
        at += length > 0 ? (size_t)length : 1;
    }
    return space;
}

/* With a dot, none at an edge nor two in a row. Without branches, which dots would make unpredictable. *another: an @ in it. */
static bool is_domain(const char *domain, size_t length, bool *another)
{
    bool dot = false;
    bool before = true;
    bool bad = false;
    bool at = false;
    for (size_t i = 0; i < length; i++) {
        bool here = domain[i] == '.';
        at |= domain[i] == '@';
        bad |= (here & before) | not_in_domain[(unsigned char)domain[i]];
        dot |= here;
        before = here;
    }
    *another = at;
    return dot && !bad && !before;
}

/* What can be delivered: one @, something before it, a domain with a dot behind it (RFC 5321; its quoted local parts
 * are met in tests alone, and not taken). At most 254 bytes. */
const char *lka_step_email(struct lka_normal *normal, const char *argument)
{
    const struct lka_span value = lka_normal_span(normal);
    if (value.length == 0 || lka_ascii_is_address(value)) {
        return NULL;
    }
    const char *at = memchr(value.text, '@', value.length);
    const char *end = value.text + value.length;
    if (!at) {
        return "no @";
    }
    bool another;
    bool domain = is_domain(at + 1, (size_t)(end - at - 1), &another);
    if (another) {
        return "more than one @";
    }
    if (at == value.text) {
        return "nothing before the @";
    }
    if (has_other_than_visible(value) || has_space(normal)) {
        return "a character that no address has";
    }
    if (!domain) {
        return "no domain behind the @";
    }
    if (value.length > 254) {
        return "longer than an address can be";
    }
    return lka_step_no_symbols(normal, argument) ? "a character that no address has" : NULL;
}

static bool lists(const char *domains, struct lka_span domain)
{
    while (*domains) {
        size_t length = strcspn(domains, " ");
        if (lka_span_equal(domain, (struct lka_span){domains, (uint32_t)length})) {
            return true;
        }
        domains += length + (domains[length] == ' ');
    }
    return false;
}

/* For the domains of the argument: dots and +suffix of the local part go; the domain stays. */
const char *lka_step_gmail_fold(struct lka_normal *normal, const char *argument)
{
    struct lka_text *value = &normal->value;
    const char *at = find_at(value);
    if (!at) {
        return NULL;
    }
    size_t local = (size_t)(at - value->bytes);
    size_t rest = value->length - local;
    if (!lists(argument, (struct lka_span){at + 1, (uint32_t)(rest - 1)})) {
        return NULL;
    }
    size_t end = 0;
    for (size_t i = 0; i < local && value->bytes[i] != '+'; i++) {
        if (value->bytes[i] != '.') {
            value->bytes[end++] = value->bytes[i];
        }
    }
    memmove(value->bytes + end, value->bytes + local, rest);
    lka_normal_keep(normal, 0, end + rest);
    return end > 0 ? NULL : "nothing before the @";
}

/* Only a-z, 0-9, dot, @ and hyphen stay. */
const char *lka_step_keep_email(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    size_t end = 0;
    for (size_t i = 0; i < normal->value.length; i++) {
        char c = normal->value.bytes[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '@' || c == '-') {
            normal->value.bytes[end++] = c;
        }
    }
    lka_normal_keep(normal, 0, end);
    return end > 0 && normal->value.bytes[0] == '@' ? "nothing before the @" : NULL;
}

/* ---- phones ----------------------------------------------------------------------------------- */

static const char *why_no_phone(const struct lka_normal *normal)
{
    struct lka_text digits = {0};
    bool national = lka_phone_digits(lka_normal_span(normal), &digits);
    lka_text_release(&digits);
    return national && !normal->country ? "a phone without its country" : "no phone number";
}

const char *lka_step_e164(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    if (lka_normal_span(normal).length == 0) {
        return NULL;
    }
    if (!lka_phone_e164(lka_normal_span(normal), normal->country, &normal->scratch)) {
        normal->value.failed = normal->value.failed || normal->scratch.failed;
        return why_no_phone(normal);
    }
    lka_normal_swap(normal);
    return NULL;
}

/* What reading it as a phone would change, or refuse, is none: an objection by it could not be met either. */
const char *lka_step_e164_already(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    const struct lka_text *value = &normal->value;
    if (value->length == 0) {
        return NULL;
    }
    size_t digits = value->bytes[0] == '+' ? strspn(value->bytes + 1, "0123456789") : 0;
    bool good = digits >= 10 && digits <= 15 && digits + 1 == value->length;
    if (good) {
        good = lka_phone_e164(lka_normal_span(normal), NULL, &normal->scratch) &&
               strcmp(normal->scratch.bytes, value->bytes) == 0;
        normal->value.failed = normal->value.failed || normal->scratch.failed;
    }
    return good ? NULL : "no phone in E.164 (+ and 10 to 15 digits)";
}

/* The number inside its country, of a phone whose country is known; digits in national spelling as they stand. */
const char *lka_step_national(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    if (lka_normal_span(normal).length == 0) {
        return NULL;
    }
    if (lka_phone_e164(lka_normal_span(normal), normal->country, &normal->scratch)) {
        lka_normal_swap(normal);
        struct lka_span national = lka_phone_national(lka_normal_span(normal));
        if (national.length == 0) {
            return "a phone of a country whose national numbers are not known";
        }
        size_t first = (size_t)(national.text - normal->value.bytes);
        lka_normal_keep(normal, first, first + national.length);
        return NULL;
    }
    if (!lka_phone_digits(lka_normal_span(normal), &normal->scratch)) {
        return "no phone number";
    }
    lka_normal_swap(normal);
    return lka_step_drop_leading_zeros(normal, argument);
}

const char *lka_step_digits(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    size_t end = 0;
    for (size_t i = 0; i < normal->value.length; i++) {
        char c = normal->value.bytes[i];
        normal->value.bytes[end] = c;
        end += c >= '0' && c <= '9';
    }
    lka_normal_keep(normal, 0, end);
    return NULL;
}

const char *lka_step_drop_leading_zeros(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    size_t zeros = 0;
    while (zeros < normal->value.length && normal->value.bytes[zeros] == '0') {
        zeros++;
    }
    if (zeros > 0) {
        lka_normal_keep(normal, zeros, normal->value.length);
    }
    return NULL;
}

/* ---- devices and own ids ---------------------------------------------------------------------- */

static bool is_hex_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* A UUID; all zeros is what a device gives whose owner does not want to be followed. */
const char *lka_step_maid(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    const struct lka_span value = lka_normal_span(normal);
    bool zeros = true;
    if (value.length == 0) {
        return NULL;
    }
    if (value.length != 36) {
        return "no advertising id (a UUID)";
    }
    for (size_t i = 0; i < 36; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? value.text[i] != '-' : !is_hex_digit(value.text[i])) {
            return "no advertising id (a UUID)";
        }
        zeros = zeros && (hyphen || value.text[i] == '0');
    }
    return zeros ? "the advertising id of a device that forbids it" : NULL;
}

const char *lka_step_external_id(struct lka_normal *normal, const char *argument)
{
    (void)argument;
    const struct lka_span value = lka_normal_span(normal);
    for (size_t i = 0; i < value.length; i++) {
        char c = value.text[i];
        bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
        if (!good) {
            return "an id with other than letters, digits, - and _";
        }
    }
    return value.length <= 128 ? NULL : "an id of more than 128 characters";
}
