/* One row's values, normalised and encoded. */
#include "export/person.h"

#include "base/error.h"
#include "base/memory.h"
#include "eligibility/platforms.h"
#include "identity/forms.h"
#include "base/sha256_many.h"

/* The SHA-256 of nothing: what a careless export writes for people without the value. */
static const uint8_t hash_of_nothing[32] = {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
                                            0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
                                            0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};

void lka_person_release(struct lka_person *person)
{
    lka_text_release(&person->bytes);
    lka_text_release(&person->plain);
    lka_free(person->cells);
    lka_normal_release(&person->normal);
}

/* A further value of its field, unless the person has it already. */
static void take_value(struct lka_person *person, const struct lka_person_cell *cell)
{
    size_t count = person->counts[cell->field];
    const char *bytes = person->bytes.bytes;
    bool known = cell->length == 0 || count == LKA_PLATFORM_VALUES;
    for (size_t v = 0; v < count && !known; v++) {
        const struct lka_person_cell *other = person->values[cell->field][v];
        known = other->length == cell->length && memcmp(bytes + other->first, bytes + cell->first, cell->length) == 0;
    }
    if (!known) {
        person->values[cell->field][count] = cell;
        person->counts[cell->field]++;
        person->there |= (uint32_t)1 << cell->field;
    }
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
                              struct lka_span value, struct lka_person_cell *cell, const char **reason,
                              struct lka_error *error)
{
    uint8_t *sha256 = cell->sha256;
    if (!lka_sha256_read(value, sha256)) {
        return fail_cell(audience, bound, row,
                         "*** is no SHA-256; allowed in a --hashed column: 64 hexadecimal digits, or nothing", error);
    }
    if (memcmp(sha256, hash_of_nothing, sizeof cell->sha256) == 0) {
        *reason = "the hash of nothing";
        return LKA_OK;
    }
    cell->hashed = true;
    lka_encode_bytes(sha256, sizeof cell->sha256, field->encoding, &person->bytes);
    return LKA_OK;
}

static bool could_be_hash(struct lka_span value)
{
    uint8_t sha256[32];
    return value.length == 64 && lka_sha256_read(value, sha256);
}

/* Room for what will be written of a SHA-256. A value that stands in the row stays there. */
static void wait_for_hash(struct lka_person *person, struct lka_span normalised, enum lka_encoding encoding,
                          struct lka_person_cell *cell)
{
    static const char room[64] = {0};
    cell->waits = cell->hashed = true;
    cell->encoding = encoding;
    cell->value = normalised;
    cell->in_plain = !person->normal.is_given;
    if (cell->in_plain) {
        cell->at = person->plain.length;
        lka_text_append(&person->plain, normalised.text, normalised.length);
    }
    lka_text_append(&person->bytes, room, lka_encoding_length(encoding, 32));
}

static lka_status read_plain(struct lka_person *person, const struct lka_export_table *audience,
                             const struct lka_bound *bound, const struct lka_platform_field *field, size_t row,
                             struct lka_span value, const char *country, struct lka_person_cell *cell,
                             const char **reason, struct lka_error *error)
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
    if (field->hashing == LKA_HASH_SHA256) {
        wait_for_hash(person, normalised, field->encoding, cell);
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
    if (value.length == 0) {
        counts->empty++;
        return LKA_OK;
    }
    struct lka_span where = country ? lka_span_of(country) : (struct lka_span){"", 0};
    if (field->not_in_eea && lka_country_may_be_in_eea(where)) {
        lka_reasons_add(&counts->unusable, "not taken of people in the EEA");
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&person->cells, &person->cell_capacity, person->cell_count + 1, sizeof *person->cells, error));
    struct lka_person_cell *cell = &person->cells[person->cell_count];
    cell->field = (uint8_t)bound->field;
    cell->first = person->bytes.length;
    cell->waits = cell->hashed = false;
    LKA_TRY(bound->hashed ? read_hashed(person, audience, bound, field, row, value, cell, &reason, error)
                          : read_plain(person, audience, bound, field, row, value, country, cell, &reason, error));
    if (reason) {
        lka_reasons_add(&counts->unusable, reason);
        return LKA_OK;
    }
    counts->written++;
    cell->length = (uint32_t)(person->bytes.length - cell->first);
    person->cell_count++;
    return LKA_OK;
}

void lka_person_begin(struct lka_person *person)
{
    lka_text_clear(&person->bytes);
    lka_text_clear(&person->plain);
    person->cell_count = 0;
    person->people = 0;
}

lka_status lka_person_read(struct lka_person *person, struct lka_export_table *audience,
                           const struct lka_rules *platform, const char *country, size_t row,
                           struct lka_field_counts *counts, struct lka_error *error)
{
    char buffer[3];
    const char *of_row = lka_row_country(audience, country, row, buffer);
    for (size_t b = 0; b < audience->bound_count; b++) {
        const struct lka_bound *bound = &audience->bound[b];
        LKA_TRY(read_cell(person, audience, bound, platform, of_row, row, &counts[bound->field], error));
    }
    person->ends[person->people++] = person->cell_count;
    return person->bytes.failed || person->plain.failed ? lka_fail_memory(error, person->bytes.length) : LKA_OK;
}

/* Of so many cells from `first` on that wait; *first is behind the last of them. */
static lka_status hash_some(struct lka_person *person, struct lka_sha256_stream *beside, size_t *first,
                            struct lka_error *error)
{
    struct lka_span values[LKA_PEOPLE_MOST] = {{0}};
    uint8_t digests[LKA_PEOPLE_MOST][32];
    struct lka_person_cell *waiting[LKA_PEOPLE_MOST];
    size_t count = 0;
    for (; *first < person->cell_count && count < LKA_PEOPLE_MOST; ++*first) {
        struct lka_person_cell *cell = &person->cells[*first];
        if (cell->waits) {
            values[count] = cell->in_plain ? (struct lka_span){person->plain.bytes + cell->at, cell->value.length}
                                           : cell->value;
            waiting[count++] = cell;
        }
    }
    if (!lka_sha256_many(values, count, digests, beside)) {
        return lka_fail(error, LKA_DATA, "libcrypto cannot make a sha256");
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(waiting[i]->sha256, digests[i], sizeof digests[i]);
        lka_encode_digest(digests[i], sizeof digests[i], waiting[i]->encoding, person->bytes.bytes + waiting[i]->first);
    }
    return LKA_OK;
}

lka_status lka_person_hash(struct lka_person *person, struct lka_sha256_stream *beside, struct lka_error *error)
{
    for (size_t cell = 0; cell < person->cell_count;) {
        LKA_TRY(hash_some(person, beside, &cell, error));
    }
    return LKA_OK;
}

void lka_person_take(struct lka_person *person, size_t which)
{
    memset(person->counts, 0, sizeof person->counts);
    person->there = 0;
    for (size_t c = which > 0 ? person->ends[which - 1] : 0; c < person->ends[which]; c++) {
        take_value(person, &person->cells[c]);
    }
}

bool lka_person_has_key(const struct lka_person *person, const struct lka_rules *platform)
{
    for (size_t k = 0; k < platform->key_count; k++) {
        if ((person->there & platform->keys[k]) == platform->keys[k]) {
            return true;
        }
    }
    return false;
}
