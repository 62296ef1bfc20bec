#include "models/forest/telling.h"

#include "table/information.h"

#include <stdlib.h>

struct telling {
    double information;
    size_t feature;
};

static int most_telling_first(const void *a, const void *b)
{
    const struct telling *x = a;
    const struct telling *y = b;
    return x->information != y->information ? (x->information < y->information) - (x->information > y->information)
                                            : (x->feature > y->feature) - (x->feature < y->feature);
}

static double information_of(const struct lka_fit_input *input, size_t feature, double *const counts[2])
{
    const uint16_t *code = lka_block_codes(input->block, feature);
    uint32_t codes = input->block->space->features[feature].codes;
    memset(counts[0], 0, codes * sizeof *counts[0]);
    memset(counts[1], 0, codes * sizeof *counts[1]);
    for (size_t i = 0; i < input->count; i++) {
        uint32_t row = input->rows[i];
        counts[input->label[row] != 0][code[row]] += input->weight ? input->weight[row] : 1;
    }
    return lka_information_of((const double *const[]){counts[1], counts[0]}, codes).value;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static lka_status pick_most(const struct lka_fit_input *input, uint32_t *features, struct lka_error *error)
{
    const struct lka_space *space = input->block->space;
    struct telling *order;
    double *counts[2] = {NULL, NULL};
    uint32_t codes = 1;
    for (size_t f = 0; f < space->count; f++) {
        codes = space->features[f].codes > codes ? space->features[f].codes : codes;
    }
    LKA_TRY(LKA_NEW(order, space->count, error));
    lka_status status = LKA_NEW(counts[0], 2 * (size_t)codes, error);
    if (status == LKA_OK) {
        counts[1] = counts[0] + codes;
        for (size_t f = 0; f < space->count; f++) {
            order[f] = (struct telling){information_of(input, f, counts), f};
        }
        qsort(order, space->count, sizeof *order, most_telling_first);
        for (size_t i = 0; i < LKA_FOREST_FEATURES; i++) {
            features[i] = (uint32_t)order[i].feature;
        }
        qsort(features, LKA_FOREST_FEATURES, sizeof *features, by_number);
    }
    lka_free(counts[0]);
    lka_free(order);
    return status;
}

lka_status lka_forest_pick_telling(const struct lka_fit_input *input, struct lka_forest_columns *columns,
                                   struct lka_error *error)
{
    columns->space = input->block->space;
    columns->count = columns->space->count;
    LKA_TRY(LKA_NEW(columns->features, columns->count, error));
    if (columns->count > LKA_FOREST_FEATURES) {
        columns->count = LKA_FOREST_FEATURES;
        return pick_most(input, columns->features, error);
    }
    for (size_t f = 0; f < columns->count; f++) {
        columns->features[f] = (uint32_t)f;
    }
    return LKA_OK;
}
