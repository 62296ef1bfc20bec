/* features/misfits.h: a column of numbers or dates but for a few values. It is read as a category, and this is told,
 * since most often those few are the mistake. */
#ifndef LKA_FEATURES_MISFITS_H
#define LKA_FEATURES_MISFITS_H

#include "base/session.h"
#include "table/profile.h"

/* Warns if the column, whose type was inferred as `type`, is nearly of a stricter one: how many of its values are not,
 * and where the first of them stands. The value is not told: the warning is kept in the model. */
void lka_misfits_tell(const struct lka_session *session, const char *name, enum lka_type type,
                      const struct lka_profile_facts *facts, const struct lka_rows *seeds, const struct lka_rows *pool,
                      size_t column);

#endif
