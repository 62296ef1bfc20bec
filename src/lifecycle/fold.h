/* lifecycle/fold.h: every contact's events, one contact after the other, into the roster. */
#ifndef LKA_LIFECYCLE_FOLD_H
#define LKA_LIFECYCLE_FOLD_H

#include "lifecycle/stage.h"

/* All groups of stage->events. Afterwards every member has its packed profile and its standing, and what occurs is
 * settled. LKA_DATA if all events are at or after the as-of day. */
lka_status lka_lifecycle_fold(struct lka_lifecycle *stage, struct lka_error *error);

#endif
