/* score/reasons.h: what speaks for the people who are written: of each row the features that add most to its score. */
#ifndef LKA_SCORE_REASONS_H
#define LKA_SCORE_REASONS_H

#include "score/packing.h"
#include "train/model.h"

struct lka_reasons;

enum { LKA_REASONS_ROWS = 2048 }; /* at a time */

/* At most `most` reasons a row. Where the model can't tell (lka_model_explains), no row has any. */
lka_status lka_reasons_new(const struct lka_model *model, const struct lka_packing *packing, size_t most,
                           size_t threads, struct lka_reasons **reasons, struct lka_error *error);
void lka_reasons_free(struct lka_reasons *reasons); /* NULL is fine */

/* Finds those of up to LKA_REASONS_ROWS rows, side by side; `packed` are their rows (score/packing.h). */
lka_status lka_reasons_find(struct lka_reasons *reasons, const char *const *packed, size_t count,
                            struct lka_error *error);

/* Of row `row` of the last lka_reasons_find, until the next: features that add to the score, the largest first, as
 * lka_plan_say has them, with | between; empty if none adds. */
struct lka_span lka_reasons_of(const struct lka_reasons *reasons, size_t row);

#endif
