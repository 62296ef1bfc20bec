/* One row's values, normalised and encoded. */
#include "export/export.h"

#include "base/error.h"
#include "eligibility/platforms.h"
#include "identity/forms.h"

/* The SHA-256 of nothing: what a careless export writes for people without the value. */
static const uint8_t hash_of_nothing[32] = {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
                                            0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
                                            0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};

void lka_person_release(struct lka_person *person)
{
    lka_text_release(&person->bytes);
    lka_normal_release(&person->normal);
}

/* What was just appended is a further value of the field, unless it has it already. */
static void take_value(struct lka_person *person, size_t field, size_t first)
{
    size_t length = person->bytes.length - first;
    size_t count = person->counts[field];
    bool known = length == 0 || count == LKA_PLATFORM_VALUES || person->bytes.failed;
    for (size_t v = 0; v < count && !known; v++) {
        struct lka_span other = lka_person_value(person, field, v);
        known = other.length == length && memcmp(other.text, person->bytes.bytes + first, length) == 0;
    }
    if (known) {
        person->bytes.length = first;
        return;
    }
    person->values[field][count].first = first;
    person->values[field][count].length = length;
    person->counts[field]++;
}

static lka_status fail_cell(const struct lka_export_table *audience, const struct lka_bound *bound, size_t row,
                            const char *what, struct lka_error *error)
{
    const struct lka_rows *rows = &audience->rows;
    return lka_fail_at(error, LKA_DATA, lka_row_origin(rows, row).file, rows->lines[row], bound->column + 1,
                       "column \"%.60s\": %s", audience->schema.columns[bound->column].name, what);
}

/* A hash that is there already; in upper-case digits, too. */
static lka_status read_hashed(struct lka_person *person, const struct lka_export_table *audience,
                              const struct lka_bound *bound, const struct lka_platform_field *field, size_t row,
                              struct lka_span value, const char **reason, struct lka_error *error)
{
    uint8_t sha256[32];
    if (!lka_sha256_read(value, sha256)) {
        return fail_cell(audience, bound, row,
                         "*** is no SHA-256; allowed in a --hashed column: 64 hexadecimal digits, or nothing", error);
    }
    if (memcmp(sha256, hash_of_nothing, sizeof sha256) == 0) {
        *reason = "the hash of nothing";
        return LKA_OK;
    }
    lka_encode_bytes(sha256, sizeof sha256, field->encoding, &person->bytes);
    return LKA_OK;
}

static bool could_be_hash(struct lka_span value)
{
    uint8_t sha256[32];
    return value.length == 64 && lka_sha256_read(value, sha256);
}

static lka_status read_plain(struct lka_person *person, const struct lka_export_table *audience,
                             const struct lka_bound *bound, const struct lka_platform_field *field, size_t row,
                             struct lka_span value, const char *country, const char **reason, struct lka_error *error)
{
    if (could_be_hash(value) && field->role != LKA_ROLE_ID) {
        return fail_cell(audience, bound, row, "*** is a SHA-256 and the column was not said to be --hashed", error);
    }
    *reason = lka_rules_normalise(field, value, country, &person->normal);
    if (person->normal.value.failed) {
        return lka_fail_memory(error, value.length);
    }
    struct lka_span normalised = lka_normal_span(&person->normal);
    if (*reason || normalised.length == 0) {
        *reason = *reason ? *reason : "nothing left";
        return LKA_OK;
    }
    return lka_encode_value(normalised, field->hashing, field->encoding, &person->bytes)
               ? LKA_OK
               : lka_fail(error, LKA_DATA, "libcrypto cannot make a %s", lka_hashing_name(field->hashing));
}

static lka_status read_cell(struct lka_person *person, struct lka_export_table *audience, const struct lka_bound *bound,
                            const struct lka_rules *platform, const char *country, size_t row,
                            struct lka_field_counts *counts, struct lka_error *error)
{
    struct lka_span value = lka_cell(&audience->rows, bound->cell, row);
    const struct lka_platform_field *field = &platform->fields[bound->field];
    const char *reason = NULL;
    size_t first = person->bytes.length;
    if (value.length == 0) {
        counts->empty++;
        return LKA_OK;
    }
    struct lka_span where = country ? lka_span_of(country) : (struct lka_span){"", 0};
    if (field->not_in_eea && lka_country_may_be_in_eea(where)) {
        lka_reasons_add(&counts->unusable, "not taken of people in the EEA");
        return LKA_OK;
    }
    LKA_TRY(bound->hashed ? read_hashed(person, audience, bound, field, row, value, &reason, error)
                          : read_plain(person, audience, bound, field, row, value, country, &reason, error));
    if (reason) {
        lka_reasons_add(&counts->unusable, reason);
        return LKA_OK;
    }
    counts->written++;
    take_value(person, bound->field, first);
    return LKA_OK;
}

const char *lka_row_country(const struct lka_export_table *audience, const char *otherwise, size_t row, char buffer[3])
{
    struct lka_span value = {0};
    if (audience->country_cell >= 0) {
        value = lka_cell(&audience->rows, (size_t)audience->country_cell, row);
    }
    if (value.length != 2) {
        return value.length == 0 ? otherwise : NULL;
    }
    memcpy(buffer, value.text, 2);
    buffer[2] = '\0';
    return buffer;
}

lka_status lka_person_read(struct lka_person *person, struct lka_export_table *audience,
                           const struct lka_rules *platform, const char *country, size_t row,
                           struct lka_field_counts *counts, struct lka_error *error)
{
    char buffer[3];
    const char *of_row = lka_row_country(audience, country, row, buffer);
    lka_text_clear(&person->bytes);
    memset(person->counts, 0, sizeof person->counts);
    for (size_t b = 0; b < audience->bound_count; b++) {
        const struct lka_bound *bound = &audience->bound[b];
        LKA_TRY(read_cell(person, audience, bound, platform, of_row, row, &counts[bound->field], error));
    }
    return person->bytes.failed ? lka_fail_memory(error, person->bytes.length) : LKA_OK;
}

bool lka_person_has_key(const struct lka_person *person, const struct lka_rules *platform)
{
    uint32_t there = 0;
    for (size_t f = 0; f < platform->field_count; f++) {
        there |= person->counts[f] > 0 ? (uint32_t)1 << f : 0;
    }
    for (size_t k = 0; k < platform->key_count; k++) {
        if ((there & platform->keys[k]) == platform->keys[k]) {
            return true;
        }
    }
    return false;
}
