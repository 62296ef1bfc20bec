#include "models/logistic/recoding.h"

#include <math.h>

/* ---- one number feature ----------------------------------------------------------------------- */

/* Weight by code of the rows that are learned from: a row of weight 2 is a row twice, one of weight 0 is not there. */
static void count_codes(const struct lka_fit_input *input, size_t feature, double *counts)
{
    const uint16_t *codes = lka_block_codes(input->block, feature);
    for (size_t i = 0; i < input->count; i++) {
        uint32_t row = input->rows[i];
        counts[codes[row]] += input->weight ? input->weight[row] : 1;
    }
}

/* Standardised mid-ranks of the codes above 0; a code that did not occur stands between its neighbours. */
static void rank_codes(const double *counts, uint32_t codes, double *rank)
{
    double below = 0;
    for (uint32_t c = 1; c < codes; c++) {
        rank[c] = below + counts[c] / 2;
        below += counts[c];
    }
    double mean = below / 2; /* of mid-ranks, always */
    double squares = 0;
    for (uint32_t c = 1; c < codes; c++) {
        squares += counts[c] * (rank[c] - mean) * (rank[c] - mean);
    }
    double deviation = squares > 0 ? sqrt(squares / below) : 0;
    for (uint32_t c = 1; c < codes; c++) {
        rank[c] = deviation > 0 ? (rank[c] - mean) / deviation : 0;
    }
}

static uint32_t occurring(const double *counts, uint32_t codes)
{
    uint32_t number = 0;
    for (uint32_t c = 1; c < codes; c++) {
        number += counts[c] > 0;
    }
    return number;
}

/* Coarse codes 1.. of the codes above 0; returns how many there are. Bins end where they have their share, and never
 * with fewer than LKA_COARSE_ROWS rows; what is left at the end joins the last. */
static uint32_t join_codes(const double *counts, uint32_t codes, uint16_t *coarse)
{
    bool each = occurring(counts, codes) <= LKA_BIN_EACH;
    double total = 0;
    for (uint32_t c = 1; c < codes; c++) {
        total += counts[c];
    }
    uint32_t bin = 1;
    double target =
        1; /* how many shares of the rows the open bin should reach; a heavy code may pass several at once */
    double in_bin = 0;
    double so_far = 0;
    for (uint32_t c = 1; c < codes; c++) {
        coarse[c] = (uint16_t)bin;
        in_bin += counts[c];
        so_far += counts[c];
        bool full = each || so_far * LKA_COARSE_BINS >= target * total;
        if (full && in_bin >= LKA_COARSE_ROWS && total - so_far >= LKA_COARSE_ROWS) {
            bin++;
            target = floor(so_far * LKA_COARSE_BINS / total) + 1;
            in_bin = 0;
        }
    }
    return bin;
}

/* A number of so many codes is its rank alone. */
static void leave_bins_out(struct lka_recoding *recoding, size_t feature, uint32_t codes)
{
    struct lka_feature *made = &recoding->features[feature];
    for (uint32_t c = 1; c < codes; c++) {
        recoding->coarse[recoding->start[feature] + c] = made->has_missing;
    }
    made->codes = 1 + (uint32_t)made->has_missing;
}

/* Bins add nothing to a rank that has two values. */
static void recode_number(const struct lka_fit_input *input, size_t feature, struct lka_recoding *recoding,
                          double *counts)
{
    struct lka_feature *made = &recoding->features[feature];
    size_t start = recoding->start[feature];
    memset(counts, 0, made->codes * sizeof *counts);
    count_codes(input, feature, counts);
    rank_codes(counts, made->codes, recoding->rank + start);
    uint32_t bins = join_codes(counts, made->codes, recoding->coarse + start);
    if (occurring(counts, made->codes) <= 2 || bins < 3) {
        leave_bins_out(recoding, feature, made->codes);
    } else {
        made->codes = bins + 1;
    }
}

static void recode_feature(const struct lka_fit_input *input, size_t feature, struct lka_recoding *recoding,
                           double *counts)
{
    const struct lka_feature *own = &input->block->space->features[feature];
    size_t start = recoding->start[feature];
    recoding->features[feature] = *own;
    if (own->kind == LKA_FEATURE_NUMBER) {
        recode_number(input, feature, recoding, counts);
    } else {
        for (uint32_t c = 0; c < own->codes; c++) {
            recoding->coarse[start + c] = (uint16_t)c;
        }
    }
}

/* ---- the rows --------------------------------------------------------------------------------- */

static void fill_rows(const struct lka_fit_input *input, struct lka_recoding *recoding)
{
    for (size_t f = 0; f < recoding->space.count; f++) {
        const uint16_t *codes = lka_block_codes(input->block, f);
        uint16_t *codes_out = lka_block_codes(&recoding->block, f);
        double *values_out = lka_block_values(&recoding->block, f);
        const double *rank = recoding->rank + recoding->start[f];
        const uint16_t *coarse = recoding->coarse + recoding->start[f];
        bool number = recoding->features[f].kind == LKA_FEATURE_NUMBER;
        for (size_t i = 0; i < input->count; i++) {
            uint16_t code = codes[input->rows[i]];
            codes_out[i] = coarse[code];
            if (number) {
                values_out[i] = rank[code];
            }
        }
    }
    recoding->block.count = input->count;
    for (size_t i = 0; i < input->count; i++) {
        recoding->rows[i] = (uint32_t)i;
        recoding->label[i] = input->label[input->rows[i]];
        if (recoding->weight) {
            recoding->weight[i] = input->weight[input->rows[i]];
        }
    }
}

static lka_status allocate(struct lka_recoding *recoding, const struct lka_fit_input *input, struct lka_error *error)
{
    const struct lka_space *space = input->block->space;
    LKA_TRY(LKA_NEW(recoding->features, space->count, error));
    LKA_TRY(LKA_NEW(recoding->start, space->count + 1, error));
    for (size_t f = 0; f < space->count; f++) {
        recoding->start[f + 1] = recoding->start[f] + space->features[f].codes;
    }
    recoding->space = (struct lka_space){recoding->features, space->count};
    LKA_TRY(LKA_NEW(recoding->rank, recoding->start[space->count], error));
    LKA_TRY(LKA_NEW(recoding->coarse, recoding->start[space->count], error));
    LKA_TRY(LKA_NEW(recoding->rows, input->count, error));
    LKA_TRY(LKA_NEW(recoding->label, input->count, error));
    if (input->weight) {
        LKA_TRY(LKA_NEW(recoding->weight, input->count, error));
    }
    return lka_block_init(&recoding->block, &recoding->space, input->count, error);
}

/* The cost of a fit grows with the square of the columns: a table of hundreds of numbers does without bins. */
static void narrow(const struct lka_fit_input *input, struct lka_recoding *recoding)
{
    size_t columns = 0;
    for (size_t f = 0; f < recoding->space.count; f++) {
        columns += recoding->features[f].codes + (recoding->features[f].kind == LKA_FEATURE_NUMBER);
    }
    for (size_t f = 0; f < recoding->space.count && columns > LKA_MOST_WITH_BINS; f++) {
        if (recoding->features[f].kind == LKA_FEATURE_NUMBER) {
            leave_bins_out(recoding, f, input->block->space->features[f].codes);
        }
    }
}

static lka_status recode(struct lka_recoding *recoding, const struct lka_fit_input *input, struct lka_error *error)
{
    uint32_t most = 0;
    for (size_t f = 0; f < input->block->space->count; f++) {
        uint32_t codes = input->block->space->features[f].codes;
        most = codes > most ? codes : most;
    }
    double *counts;
    LKA_TRY(LKA_NEW(counts, most, error));
    for (size_t f = 0; f < input->block->space->count; f++) {
        recode_feature(input, f, recoding, counts);
    }
    lka_free(counts);
    narrow(input, recoding);
    fill_rows(input, recoding);
    return LKA_OK;
}

lka_status lka_recoding_init(struct lka_recoding *recoding, const struct lka_fit_input *input, struct lka_error *error)
{
    *recoding = (struct lka_recoding){0};
    lka_status status = allocate(recoding, input, error);
    if (status == LKA_OK) {
        status = recode(recoding, input, error);
    }
    if (status != LKA_OK) {
        lka_recoding_release(recoding);
    }
    return status;
}

void lka_recoding_release(struct lka_recoding *recoding)
{
    lka_block_release(&recoding->block);
    lka_free(recoding->features);
    lka_free(recoding->start);
    lka_free(recoding->rank);
    lka_free(recoding->coarse);
    lka_free(recoding->rows);
    lka_free(recoding->label);
    lka_free(recoding->weight);
    *recoding = (struct lka_recoding){0};
}

struct lka_fit_input lka_recoding_input(const struct lka_recoding *recoding, const struct lka_fit_input *input)
{
    struct lka_fit_input own = *input;
    own.block = &recoding->block;
    own.rows = recoding->rows;
    own.label = recoding->label;
    own.weight = recoding->weight;
    return own;
}
