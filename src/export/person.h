/* export/person.h: the values of a row as the platform takes them.
 */
#ifndef LKA_EXPORT_PERSON_H
#define LKA_EXPORT_PERSON_H

#include "base/sha256_many.h"
#include "export/table.h"
#include "identity/reasons.h"

/* A value of a row that was read. */
struct lka_person_cell {
    struct lka_span
        value; /* normalised, where its SHA-256 is still to be made: in the rows, or in `plain` from `at` on */
    size_t at;
    size_t first; /* of what is written of it, in `bytes` */
    uint32_t length;
    uint8_t field;
    bool waits;
    bool in_plain;
    bool hashed;                /* what is written is the SHA-256: nothing to be quoted */
    enum lka_encoding encoding; /* of what waits */
    uint8_t sha256[32];
};

enum { LKA_PEOPLE_MOST = 64 };

/* Several rows are read, then their values hashed, which goes twice as fast for many at once; then each in its turn is the person.
 * The rows' own bytes stay until that is done. */
struct lka_person {
    struct lka_text bytes;
    struct lka_text plain;
    struct lka_person_cell *cells;
    size_t cell_count;
    size_t cell_capacity;
    size_t ends[LKA_PEOPLE_MOST]; /* of each row's cells */
    size_t people;
    const struct lka_person_cell *values[LKA_PLATFORM_FIELDS][LKA_PLATFORM_VALUES];
    uint8_t counts[LKA_PLATFORM_FIELDS];
    uint32_t there; /* the fields that have some, as bits */
    bool signals;   /* both were granted */
    struct lka_normal normal;
};

struct lka_field_counts {
    uint64_t written;
    uint64_t empty;
    struct lka_reasons unusable;
};

void lka_person_release(struct lka_person *person);
/* No rows. */
void lka_person_begin(struct lka_person *person);
/* Reads a further row, of at most LKA_PEOPLE_MOST: the values that the bound columns give, counted. LKA_DATA for a hash in a column
 * that was not declared as one, and for anything else in one that was. */
lka_status lka_person_read(struct lka_person *person, struct lka_export_table *audience,
                           const struct lka_rules *platform, const char *country, size_t row,
                           struct lka_field_counts *counts, struct lka_error *error);
/* All were read. What waits of the stream (NULL: none) is gone through beside them. */
lka_status lka_person_hash(struct lka_person *person, struct lka_sha256_stream *beside, struct lka_error *error);
/* The person of the row that was read as the `which`-th, from 0: each value once. */
void lka_person_take(struct lka_person *person, size_t which);
/* NULL: none. */
static inline const struct lka_person_cell *lka_person_cell(const struct lka_person *person, size_t field, size_t value)
{
    return value < person->counts[field] ? person->values[field][value] : NULL;
}
/* Empty: none. */
static inline struct lka_span lka_person_value(const struct lka_person *person, size_t field, size_t value)
{
    const struct lka_person_cell *cell = lka_person_cell(person, field, value);
    return cell ? (struct lka_span){person->bytes.bytes + cell->first, cell->length} : (struct lka_span){"", 0};
}
/* Can the platform find the person by what there is? */
bool lka_person_has_key(const struct lka_person *person, const struct lka_rules *platform);

#endif
