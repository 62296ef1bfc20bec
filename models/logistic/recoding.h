/* models/logistic/recoding.h: what the logistic family makes of numbers before it fits.
 *
 * A number enters by its rank and by coarse bins: the mid-rank of its code among the rows that are learned from,
 * standardised; and an indicator for each of at most 8 bins (each code is a bin where there are at most 12), neighbours
 * joined until a bin has 50 rows. Ranks do not care about heavy tails; the bins, penalised four times as much, let the
 * effect bend where the data insist. Figures: docs/train.md.
 *
 * Where that would make more than 1,000 columns, numbers enter by their ranks alone.
 *
 * Both are functions of the code, so the model that comes out is a table by code, and scoring looks values up.
 */
#ifndef LKA_MODELS_LOGISTIC_RECODING_H
#define LKA_MODELS_LOGISTIC_RECODING_H

#include "models/model_family.h"

enum {
    LKA_COARSE_BINS = 8,
    LKA_BIN_EACH = 12,
    LKA_COARSE_ROWS = 50 /* by weight */,
    LKA_BIN_PENALTY = 4,
    LKA_MOST_WITH_BINS = 1000
};

struct lka_recoding {
    struct lka_space space; /* of the coarse codes; a number's value is its rank */
    struct lka_feature *features;
    struct lka_block block; /* the rows that are learned from, recoded */
    uint32_t *rows;         /* 0 .. block.count - 1 */
    uint8_t *label;
    double *weight;   /* NULL if the caller gave none */
    size_t *start;    /* of an original feature's codes below; features + 1 entries */
    double *rank;     /* by original code; 0 where it has no meaning */
    uint16_t *coarse; /* by original code */
};

lka_status lka_recoding_init(struct lka_recoding *recoding, const struct lka_fit_input *input, struct lka_error *error);
void lka_recoding_release(struct lka_recoding *recoding);

/* The input with the recoded rows in place of its own. */
struct lka_fit_input lka_recoding_input(const struct lka_recoding *recoding, const struct lka_fit_input *input);

#endif
