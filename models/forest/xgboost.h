/* models/forest/xgboost.h: the part of XGBoost's C API that training needs, from the library found at run time.
 *
 * XGBoost allocates with malloc, prints nothing here (verbosity 0), and works in the calling thread alone (nthread 1),
 * so that fits run side by side and give the same bytes from run to run.
 */
#ifndef LKA_MODELS_FOREST_XGBOOST_H
#define LKA_MODELS_FOREST_XGBOOST_H

#include "base/session.h"

bool lka_xgboost_there(void);

/* Rows to learn from, row-major; NaN is missing. */
struct lka_xgboost_rows {
    const float *cells; /* rows x columns */
    size_t rows;
    size_t columns;
    const char *const *types; /* by column: "float", or "c" for categories that are whole numbers from 0 */
    const float *label;       /* 0 or 1 */
    const float *weight;
};

struct lka_xgboost_setting {
    const char *key;
    const char *value;
};

/* Boosts `trees` trees of binary logistic loss, from the setting base_score on. `settings` end with a NULL key. *json
 * (free with lka_free) is the model as XGBoost saves it; `margins` receives its own predictions for the rows. LKA_USAGE
 * if the library is absent; LKA_DATA with XGBoost's words if it refuses. */
lka_status lka_xgboost_boost(const struct lka_xgboost_rows *rows, const struct lka_xgboost_setting *settings,
                             size_t trees, const struct lka_session *session, char **json, float *margins,
                             struct lka_error *error);

#endif
