#include "people.h"

#include "base/random.h"

#include <stdlib.h>

const struct shape USUAL = {.rows = 240, .seeds = 40, .numbers = 6, .categories = 3, .codes = 7, .booleans = 4};

static struct lka_feature feature_of(struct shape shape, size_t f)
{
    bool odd = f % 2;
    if (f < shape.numbers) {
        return (struct lka_feature){"number", LKA_FEATURE_NUMBER, 9, (uint32_t)f, odd};
    }
    if (f < shape.numbers + shape.categories) {
        return (struct lka_feature){"category", LKA_FEATURE_CODE, shape.codes, (uint32_t)f, odd};
    }
    /* In turn a list's item (absent, present) and a boolean (missing, no, yes). */
    return odd ? (struct lka_feature){"item", LKA_FEATURE_CODE, 2, (uint32_t)f, true}
               : (struct lka_feature){"boolean", LKA_FEATURE_CODE, 3, (uint32_t)f, f % 4 == 0};
}

static void fill_number(struct people *people, size_t f, size_t row, double lean, struct lka_random *random)
{
    double value = lean * (f % 3 == 0 ? 1 : -0.5) + lka_random_normal(random);
    value = f == 2 ? value * value * value : value; /* a heavy tail */
    bool missing = people->features[f].has_missing && lka_random_uniform(random) < 0.1;
    bool constant = f == 4;
    double place = (value + 2) * 2;
    uint16_t bin = (uint16_t)(place < 0 ? 1 : place > 7 ? 8 : 1 + place);
    lka_block_values(&people->block, f)[row] = missing || constant ? 0 : value;
    lka_block_codes(&people->block, f)[row] = missing ? 0 : constant ? 1 : bin;
}

static void fill_code(struct people *people, size_t f, size_t row, double lean, struct lka_random *random)
{
    const struct lka_feature *feature = &people->features[f];
    uint32_t first = feature->has_missing ? 0 : 1;
    uint32_t count = feature->codes - first;
    /* Each code now and then, so that all were seen; else by chance, a seed's from the upper half. */
    uint64_t code = row % (2 * count) < count ? row % count : lka_random_below(random, count);
    code = lean > 0 && lka_random_uniform(random) < 0.6 ? count / 2 + lka_random_below(random, count - count / 2)
                                                        : code;
    lka_block_codes(&people->block, f)[row] = (uint16_t)(first + code);
}

void people_make(struct people *people, struct shape shape)
{
    size_t count = shape.numbers + shape.categories + shape.booleans;
    people->features = calloc(count, sizeof *people->features);
    people->space = (struct lka_space){people->features, count};
    people->rows = calloc(shape.rows, sizeof *people->rows);
    people->label = calloc(shape.rows, sizeof *people->label);
    people->weight = calloc(shape.rows, sizeof *people->weight);
    for (size_t f = 0; f < count; f++) {
        people->features[f] = feature_of(shape, f);
    }
    if (lka_block_init(&people->block, &people->space, shape.rows, NULL) != LKA_OK) {
        abort();
    }
    people->block.count = shape.rows;
    for (uint32_t row = 0; row < shape.rows; row++) {
        struct lka_random random = lka_random_start(7, row);
        bool seed = row < shape.seeds;
        people->rows[row] = row;
        people->label[row] = seed;
        people->weight[row] = 1;
        for (size_t f = 0; f < count; f++) {
            if (f < shape.numbers) {
                fill_number(people, f, row, seed, &random);
            } else {
                fill_code(people, f, row, seed, &random);
            }
        }
    }
}

void people_free(struct people *people)
{
    lka_block_release(&people->block);
    free(people->features);
    free(people->rows);
    free(people->label);
    free(people->weight);
}

struct lka_fit_input people_input(const struct people *people, const void *options)
{
    return (struct lka_fit_input){.block = &people->block,
                                  .rows = people->rows,
                                  .count = people->block.count,
                                  .label = people->label,
                                  .seed = 11,
                                  .options = options};
}
