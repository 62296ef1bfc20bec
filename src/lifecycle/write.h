/* lifecycle/write.h: the second pass over the contacts: one row each, beside the lists and the history. */
#ifndef LKA_LIFECYCLE_WRITE_H
#define LKA_LIFECYCLE_WRITE_H

#include "lifecycle/stage.h"

/* contacts.csv and the lists, into the directory; the history of segments, into the open transaction; the counts. */
lka_status lka_lifecycle_write(struct lka_lifecycle *stage, struct lka_error *error);

/* selected.csv: who of contacts.csv meets --where, in its order; stage->selected has the count, a sample of five by
 * keyed hash, and with a workspace what changed since the last run that had this rule. */
lka_status lka_lifecycle_select(struct lka_lifecycle *stage, struct lka_error *error);

#endif
