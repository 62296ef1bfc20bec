/* lifecycle/lists.h: the lists beside contacts.csv: who must be deleted when, whom to ask vendors about, why people
 * left. */
#ifndef LKA_LIFECYCLE_LISTS_H
#define LKA_LIFECYCLE_LISTS_H

#include "lifecycle/columns.h"

struct lka_deletion {
    int32_t day;
    int32_t touch_day;
    struct lka_span id;
    uint8_t segment;
    uint8_t basis;
};

struct lka_lists {
    struct lka_deletion *deletions;
    size_t count;
    size_t capacity;
    struct lka_arena ids;
    struct lka_output *bounce;   /* request/bounce_risk.csv */
    struct lka_output *personal; /* request/personalisation.csv */
    ptrdiff_t email;             /* the contacts' column; LKA_NO_COLUMN */
    struct lka_text line;
};

lka_status lka_lists_open(struct lka_lists *lists, const struct lka_lifecycle *stage, struct lka_error *error);
void lka_lists_release(struct lka_lists *lists);

/* Notes a contact where it belongs. */
lka_status lka_lists_add(struct lka_lists *lists, struct lka_lifecycle *stage, const struct lka_contact_row *row,
                         struct lka_error *error);

/* deletions.csv by date, then id; the requests; machines.csv, reasons.csv, surveys.csv. */
lka_status lka_lists_write(struct lka_lists *lists, struct lka_lifecycle *stage, struct lka_error *error);

#endif
