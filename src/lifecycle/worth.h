/* lifecycle/worth.h: what `value` found, beside each contact: columns of contacts.csv, so that a rule can ask for
 * both. */
#ifndef LKA_LIFECYCLE_WORTH_H
#define LKA_LIFECYCLE_WORTH_H

#include "lifecycle/roster.h"

/* Of value.csv; previous_cluster is there where value had a workspace. */
#define LKA_WORTH_FIELDS_X(X) X(p_alive) X(expected_purchases) X(expected_spend) X(value) X(cluster) X(previous_cluster)
enum {
#define X(name) LKA_WORTH_##name,
    LKA_WORTH_FIELDS_X(X)
#undef X
        LKA_WORTH_FIELDS
};
extern const char *const lka_worth_names[LKA_WORTH_FIELDS];

struct lka_worth {
    bool has[LKA_WORTH_FIELDS];
    uint64_t *starts;      /* by member: 1 + where its fields begin; 0: no customer. NULL: nothing was read */
    struct lka_text bytes; /* of each field one byte of length, then its text */
};

/* Reads value.csv in the directory that `value` wrote. LKA_USAGE if that is none, or lacks a column. */
lka_status lka_worth_read(struct lka_worth *worth, const char *directory, const struct lka_roster *roster,
                          const struct lka_session *session, struct lka_error *error);
void lka_worth_release(struct lka_worth *worth); /* {0} is fine */

/* Empty for who is no customer. */
struct lka_span lka_worth_of(const struct lka_worth *worth, size_t member, size_t field);

#endif
