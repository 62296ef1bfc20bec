/* One row, in whatever layout: its values, and the person whom they are of. */
#include "export/check_row.h"

#include "base/error.h"

/* ---- values ------------------------------------------------------------------------------------------- */

static bool all_of(struct lka_span value, const char *allowed)
{
    for (uint32_t i = 0; i < value.length; i++) {
        if (!strchr(allowed, value.text[i]) || value.text[i] == '\0') {
            return false;
        }
    }
    return true;
}

static bool is_base64(struct lka_span value, size_t length)
{
    uint8_t bytes[64];
    return length <= sizeof bytes && lka_base64_read(value, bytes, length);
}

#define HEX "0123456789abcdef"

static bool is_hash_of_nothing(struct lka_span value, const struct lka_platform_field *field)
{
    struct lka_text nothing = {0};
    bool made = lka_encode_value((struct lka_span){"", 0}, field->hashing, field->encoding, &nothing);
    bool same = made && nothing.length == value.length && memcmp(nothing.bytes, value.text, value.length) == 0;
    lka_text_release(&nothing);
    return same;
}

/* A hash as the platform wants it, or what is wrong with it; *outcome is NULL if nothing is. */
static const char *look_at_hash(struct lka_span value, const struct lka_platform_field *field, const char **outcome)
{
    bool base64 = field->encoding == LKA_ENCODE_BASE64;
    size_t bytes = lka_hashing_bytes(field->hashing);
    size_t wanted = lka_encoding_length(field->encoding, bytes);
    *outcome = "refused";
    if (base64 ? is_base64(value, bytes) : value.length == wanted && all_of(value, HEX)) {
        *outcome = is_hash_of_nothing(value, field) ? "unmatched" : NULL;
        return "the hash of nothing; a missing value stays empty";
    }
    if (all_of(value, HEX "ABCDEF") && (value.length == 64 || value.length == 40 || value.length == 32)) {
        return base64                   ? "a hash in hexadecimal digits; wanted: Base64 of the hash's bytes"
               : value.length == wanted ? "a hash in upper-case digits; wanted: lower-case"
                                        : "a hash of another kind";
    }
    if (is_base64(value, 32)) {
        return "a hash in Base64; wanted: hexadecimal digits";
    }
    return NULL;
}

/* No hash where one is wanted: it is hashed neither here nor there; or the platform's page hashes it, as it stands. */
static const char *look_at_plain(struct lka_checking *checking, struct lka_span value,
                                 const struct lka_platform_field *field, const char **outcome)
{
    const char *reason = lka_rules_normalise(field, value, checking->options->country, &checking->normal);
    struct lka_span normal = lka_normal_span(&checking->normal);
    *outcome = "unmatched";
    if (reason || normal.length == 0) {
        return reason ? reason : "nothing is left of it";
    }
    if (field->hashing != LKA_HASH_NONE) {
        *outcome = "refused";
        return "not hashed";
    }
    if (!lka_span_equal(normal, value)) {
        return "not normalised as the platform does it";
    }
    *outcome = NULL;
    return "";
}

lka_status lka_check_value(struct lka_checking *checking, struct lka_checked_place place, const char *label,
                           size_t number, struct lka_span value, struct lka_error *error)
{
    const struct lka_platform_field *field = &checking->platform->fields[number];
    const char *outcome = NULL;
    const char *problem = NULL;
    if (value.length == 0) {
        return LKA_OK;
    }
    if (field->hashing != LKA_HASH_NONE) {
        problem = look_at_hash(value, field, &outcome);
    }
    if (!problem) {
        problem = look_at_plain(checking, value, field, &outcome);
    }
    if (checking->normal.value.failed) {
        return lka_fail_memory(error, value.length);
    }
    return outcome ? lka_check_say(checking, place, label, outcome, problem, error) : LKA_OK;
}

/* ---- persons ------------------------------------------------------------------------------------------ */

static lka_status check_repetition(struct lka_checking *checking, struct lka_checked_place place,
                                   const struct lka_checked_row *row, struct lka_error *error)
{
    struct lka_text *whole = &checking->whole;
    bool is_new = true;
    lka_text_clear(whole);
    for (size_t i = 0; i < row->count; i++) {
        const char field[2] = {(char)(row->values[i].field + 1), '\0'};
        lka_text_append(whole, field, 1);
        lka_text_csv_field(whole, row->values[i].value, ',');
        lka_text_append(whole, ",", 1);
    }
    if (whole->failed) {
        return lka_fail_memory(error, whole->length);
    }
    struct lka_hash128 key = lka_hash128((struct lka_span){whole->bytes, (uint32_t)whole->length});
    LKA_TRY(lka_seen_add(&checking->seen, key, 0, &is_new, error));
    return is_new ? LKA_OK : lka_check_say(checking, place, "", "unmatched", "the same as an earlier row", error);
}

static bool has_key(const struct lka_rules *platform, const struct lka_checked_row *row)
{
    uint32_t there = 0;
    bool found = false;
    for (size_t i = 0; i < row->count; i++) {
        there |= row->values[i].value.length > 0 ? (uint32_t)1 << row->values[i].field : 0;
    }
    for (size_t k = 0; k < platform->key_count; k++) {
        found = found || (there & platform->keys[k]) == platform->keys[k];
    }
    return found;
}

lka_status lka_check_person(struct lka_checking *checking, struct lka_checked_place place,
                            const struct lka_checked_row *row, struct lka_error *error)
{
    const char *problem = NULL;
    bool removes = checking->options->operation == 1; /* for which nobody is asked */
    LKA_TRY(removes ? LKA_OK : lka_checked_people_row(&checking->people, row, &problem, error));
    if (problem) {
        return lka_check_say(checking, place, "", "refused", problem, error);
    }
    if (!has_key(checking->platform, row)) {
        return lka_check_say(checking, place, "", "unmatched", "no identifier that the platform takes", error);
    }
    return check_repetition(checking, place, row, error);
}
