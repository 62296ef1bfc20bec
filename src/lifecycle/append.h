/* lifecycle/append.h: what vendors know about the contacts who went quiet: do they engage with nobody (deceased, an
 * invalid mailbox), or elsewhere?
 *
 * Vendors contradict each other. A vendor of precision p, who is right in p of what it says, adds log(p / (1 - p)) to
 * the statement and takes it from the opposite one; the sums decide. Equal sums are unknown.
 */
#ifndef LKA_LIFECYCLE_APPEND_H
#define LKA_LIFECYCLE_APPEND_H

#include "lifecycle/roster.h"
#include "lifecycle/told.h"

#define LKA_REACH_CLASSES_X(X) \
    X(NONE, "") X(UNKNOWN, "unknown") X(NOBODY, "engages_with_nobody") X(ELSEWHERE, "engages_elsewhere")
enum lka_reach_class {
#define X(name, text) LKA_REACH_##name,
    LKA_REACH_CLASSES_X(X)
#undef X
        LKA_REACH_CLASSES
};
extern const char *const lka_reach_class_names[LKA_REACH_CLASSES]; /* NONE: not asked about, since active */

struct lka_append_counts {
    uint64_t rows;
    uint64_t strangers;                  /* rows of no contact */
    uint64_t active;                     /* rows of contacts who are not inactive: not used */
    uint64_t contacts;                   /* inactive ones that some vendor had */
    uint64_t contradictions;             /* of these, where vendors contradict each other */
    uint64_t told_contradictions;        /* contacts where they do in a further column */
    uint64_t classes[LKA_REACH_CLASSES]; /* of all inactive */
};

struct lka_append {
    uint8_t *classes; /* by member: enum lka_reach_class */
    struct lka_told told;
    struct lka_append_counts counts;
};

/* LKA_USAGE for an item of --precision that is none. */
lka_status lka_append_check(const struct lka_list *precisions, struct lka_error *error);

/* Reads an append table: contact_id, vendor, email_status (valid, invalid, anything else is unknown), deceased and
 * active_elsewhere (yes, no, empty), and whatever else describes a person. `contacts`: the schema of the contacts.
 * `precisions`: VENDOR=P items of --precision; others have `usual`. LKA_USAGE if it has nothing of that. */
lka_status lka_append_read(struct lka_append *append, const struct lka_roster *roster, const bool *inactive_segments,
                           const struct lka_schema *contacts, struct lka_table *table,
                           const struct lka_list *precisions, double usual, const struct lka_session *session,
                           struct lka_error *error);
/* The same without a table: all inactive are unknown. */
lka_status lka_append_none(struct lka_append *append, const struct lka_roster *roster, const bool *inactive_segments,
                           struct lka_error *error);
void lka_append_release(struct lka_append *append);

#endif
