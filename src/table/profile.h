/* table/profile.h: what a column's values look like: for types, for inspect, for the reasons to leave a column out. */
#ifndef LKA_TABLE_PROFILE_H
#define LKA_TABLE_PROFILE_H

#include "table/rows.h"
#include "table/schema.h"

enum { LKA_PROFILE_DISTINCT = 100000 };

/* Counts over the values seen. Distinct values are counted exactly up to 100,000, by hash. */
struct lka_profile;

lka_status lka_profile_new(struct lka_profile **profile, struct lka_error *error);
void lka_profile_free(struct lka_profile *profile);
lka_status lka_profile_add(struct lka_profile *profile, struct lka_span value, struct lka_error *error);

struct lka_profile_facts {
    uint64_t values; /* present */
    uint64_t missing;
    uint64_t distinct; /* at most 100,001 */
    uint64_t numbers;  /* values that are numbers */
    uint64_t integers; /* ... without point and exponent */
    uint64_t dates;
    uint64_t booleans;
    uint64_t lists; /* values with a | inside */
    double minimum; /* of the numbers */
    double maximum;
    int64_t earliest; /* of the dates: seconds since 1970-01-01T00:00:00Z */
    int64_t latest;
    uint64_t longest; /* bytes */
};
struct lka_profile_facts lka_profile_facts(const struct lka_profile *profile);

/* The type that every value has: boolean (all values are of one pair: true and false, yes and no, y and n, t and f,
 * 1 and 0), number, date, list (some value has a |), else category. Digits with leading zeros are categories (postal
 * codes). UNKNOWN for no values at all. */
enum lka_type lka_profile_type(const struct lka_profile *profile);

/* Does a value have the type? (A missing one has every type.) */
bool lka_type_fits(enum lka_type type, struct lka_span value);

/* The error of a cell whose value has not its column's type: column "age": "1,5" is no number; allowed: ...; with file,
 * line and field number. Returns LKA_DATA. */
lka_status lka_type_fail(struct lka_error *error, const struct lka_rows *rows, size_t cell, size_t row,
                         const char *name, enum lka_type type, bool masked);

/* One of the ten words above, ignoring case. */
bool lka_parse_boolean(struct lka_span text, bool *yes);

#endif
