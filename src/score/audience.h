/* score/audience.h: what sets the top apart from the pool that it was taken from: values that are more frequent in it.
 *
 * A number's bins are joined to at most five groups of about equal size in the pool. A value is told if at least 100
 * people of the top have it (fewer give no figures) and if its share lies more than three standard errors above the
 * pool's; those that tell most come first, by (p - q) log(p / q) with the shares p in the top and q in the pool. */
#ifndef LKA_SCORE_AUDIENCE_H
#define LKA_SCORE_AUDIENCE_H

#include "features/plan.h"

#include <jansson.h>

enum { LKA_AUDIENCE_FLOOR = 100 };

/* Rows by feature and code, of the top and of all eligible rows (as of lka_histogram_size), and how many there are.
 * {"people", "floor", "values": [{"value", "people", "share", "pool_share", "lift"}]}, at most 20 values. */
lka_status lka_audience_profile(const struct lka_plan *plan, const uint64_t *top, uint64_t top_rows,
                                const uint64_t *pool, uint64_t pool_rows, json_t **profile, struct lka_error *error);

#endif
