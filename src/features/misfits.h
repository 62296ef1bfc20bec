/* features/misfits.h: a column of numbers or dates but for a few values. It is read as a category, or the rows of these
 * are rejected where that is allowed; either is told, since most often those few are mistakes. */
#ifndef LKA_FEATURES_MISFITS_H
#define LKA_FEATURES_MISFITS_H

#include "base/session.h"
#include "table/profile.h"

struct lka_misfits {
    enum lka_type wanted; /* the type that nearly all values have */
    uint64_t count;       /* of those that have it not */
    uint64_t values;
    const struct lka_rows *rows; /* where the first of them stands, in the order of the files, the seeds first */
    size_t row;
    size_t column;
};

/* Whether a column, whose type was inferred as `type`, is nearly of a stricter one. A column in which a number has
 * leading zeros holds codes, and is not. */
bool lka_misfits_find(enum lka_type type, const struct lka_profile_facts *facts, const struct lka_rows *seeds,
                      const struct lka_rows *pool, size_t column, struct lka_misfits *misfits);

/* Warns of them. No value is told, since the warning is kept in the model. */
void lka_misfits_tell(const struct lka_misfits *misfits, const char *name, bool rejected,
                      const struct lka_session *session);

#endif
