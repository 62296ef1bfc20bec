/* models/forest/telling.h: which features a forest is grown from.
 *
 * Of more than LKA_FOREST_FEATURES those are taken that tell most of seeds against others in the rows that are learned
 * from (information value, table/information.h): small trees have room for no more, and the cost of a fit grows with
 * them.
 */
#ifndef LKA_MODELS_FOREST_TELLING_H
#define LKA_MODELS_FOREST_TELLING_H

#include "models/forest/forest.h"

enum { LKA_FOREST_FEATURES = 500 };

/* columns->features is allocated. */
lka_status lka_forest_pick_telling(const struct lka_fit_input *input, struct lka_forest_columns *columns,
                                   struct lka_error *error);

#endif
