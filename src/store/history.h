/* store/history.h: values of people over time, kept as changes: a row says from which as-of date on, and until which, a
 * person had a value ("segment" of C0000000012: at_risk from 2024-03-01). A run adds only what changed; what was so on
 * any earlier day is a query:
 *
 *     history(name, person, value, valid_from, valid_to)      valid_to is empty for what holds now
 */
#ifndef LKA_STORE_HISTORY_H
#define LKA_STORE_HISTORY_H

#include "store/workspace.h"

struct lka_history;

/* The history `name` ("segment", "cluster", ...) as a run of the day `as_of` (YYYY-MM-DD) sees it. Reads what held
 * before that day and what holds on it. With `write`, a transaction must be open, and a day before the newest one of
 * that history is LKA_USAGE: the past is not rewritten (the same day again is fine, and replaces what it said). */
lka_status lka_history_open(struct lka_workspace *workspace, const char *name, const char *as_of, bool write,
                            struct lka_history **history, struct lka_error *error);
void lka_history_close(struct lka_history *history); /* NULL is fine */

/* The person's value at the last run before `as_of`; empty if there was none. */
struct lka_span lka_history_previous(const struct lka_history *history, struct lka_span person);
/* The newest day before `as_of` on which the history was written; empty if there was none. */
const char *lka_history_previous_day(const struct lka_history *history);

/* What holds from `as_of` on. Writes only if it differs. Every person once. */
lka_status lka_history_put(struct lka_history *history, struct lka_span person, struct lka_span value,
                           struct lka_error *error);

#endif
