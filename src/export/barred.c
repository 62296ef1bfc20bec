#include "export/barred.h"

#include "base/error.h"
#include "base/memory.h"

void lka_export_barred_release(struct lka_export_barred *barred)
{
    lka_seen_release(&barred->identifiers);
    lka_person_release(&barred->person);
    lka_free(barred->rows);
}

lka_status lka_export_barred_mark(struct lka_export_barred *barred, uint64_t number, bool objected,
                                  struct lka_error *error)
{
    size_t at = (size_t)(number / 8);
    LKA_TRY(lka_reserve(&barred->rows, &barred->capacity, at + 1, 1, error));
    if (number % 8 == 0) {
        barred->rows[at] = 0;
    }
    barred->rows[at] |= (uint8_t)((unsigned)objected << (number % 8));
    return LKA_OK;
}

static bool identifies(const struct lka_platform_field *field)
{
    return field->role == LKA_ROLE_EMAIL || field->role == LKA_ROLE_PHONE || field->role == LKA_ROLE_MAID;
}

static struct lka_hash128 identifier_key(size_t field, struct lka_span value)
{
    struct lka_hash128 key = lka_hash128(value);
    key.low ^= field;
    return key;
}

lka_status lka_export_barred_add(struct lka_export_barred *barred, struct lka_export_table *audience,
                                 const struct lka_rules *platform, const char *country, size_t row,
                                 struct lka_field_counts *counts, struct lka_error *error)
{
    struct lka_person *person = &barred->person;
    bool is_new;
    lka_person_begin(person);
    LKA_TRY(lka_person_read(person, audience, platform, country, row, counts, error));
    LKA_TRY(lka_person_hash(person, NULL, error));
    lka_person_take(person, 0);
    for (size_t f = 0; f < platform->field_count; f++) {
        for (size_t v = 0; v < person->counts[f] && identifies(&platform->fields[f]); v++) {
            const struct lka_hash128 key = identifier_key(f, lka_person_value(person, f, v));
            LKA_TRY(lka_seen_add(&barred->identifiers, key, 0, &is_new, error));
        }
    }
    return LKA_OK;
}

bool lka_export_barred_has(const struct lka_export_barred *barred, const struct lka_rules *platform,
                           const struct lka_person *person)
{
    bool found = false;
    for (size_t f = 0; f < platform->field_count && barred->identifiers.count > 0; f++) {
        for (size_t v = 0; v < person->counts[f] && identifies(&platform->fields[f]); v++) {
            found = found || lka_seen_has(&barred->identifiers, identifier_key(f, lka_person_value(person, f, v)));
        }
    }
    return found;
}
