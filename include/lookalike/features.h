/* lookalike/features.h: from a row's text to a vector.
 *
 * A *plan* says which columns become which features and how: learned once from the seeds and a sample of the pool
 * together, kept in the model, and applied to both alike. It is YAML: `lookalike inspect model --format plan` prints
 * it, `lookalike train --plan FILE` takes an edited one.
 *
 *   number    standardised (centre and scale), quantile bins, missing indicator
 *   category  frequent values by count, a code for rare ones, the same code for values never seen; no value of
 *             fewer than 10 people is named anywhere
 *   list      values separated by |, one feature for each frequent item
 *   date      age in days at the as-of date, month and weekday
 *   boolean   true and false, yes and no, y and n, t and f, 1 and 0
 *
 * Left out, with the reason: roles that are no features, constants, columns nearly unique to each person, columns
 * without values.
 */
#ifndef LOOKALIKE_FEATURES_H
#define LOOKALIKE_FEATURES_H

#include "lookalike/table.h"

/* Parameters of learning a plan; train and match take them too. */
#define LKA_FEATURES_PARAMS(X)                                                                                     \
    X(TEXT, plan, "plan", NULL, 0, 0, NULL, "FILE", "a feature plan (YAML) to use instead of learning one", false) \
    X(TEXT, as_of, "as-of", NULL, 0, 0, NULL, "DATE",                                                              \
      "the day that ages of dates are counted to; default: the latest date in the data", false)                    \
    X(INTEGER, bins, "bins", "32", 2, 1024, NULL, "N", "quantile bins of a number, at most", false)                \
    X(INTEGER, max_categories, "max-categories", "256", 2, 60000, NULL, "N",                                       \
      "values of a category, or items of a list, that get a code of their own, at most", false)                    \
    X(LIST, exclude, "exclude", NULL, 0, 0, NULL, "COL", "a column to leave out of the features", false)

#endif
