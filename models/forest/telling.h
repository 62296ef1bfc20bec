/* models/forest/telling.h: which features a forest is grown from.
 *
 * Of more than LKA_FOREST_FEATURES those are taken that tell most of seeds against others in the rows that are learned from
 * (information value, table/information.h): small trees have room for no more, and the cost of a fit grows with them.
 */
#ifndef LKA_MODELS_FOREST_TELLING_H
#define LKA_MODELS_FOREST_TELLING_H

#include "models/model_family.h"

enum { LKA_FOREST_FEATURES = 500 };

/* Says by feature whether it is taken. */
lka_status lka_forest_keep_telling(const struct lka_fit_input *input, bool *kept, struct lka_error *error);

#endif
