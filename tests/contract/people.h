/* contract/people.h: made-up rows to learn from: numbers (some missing, one heavy-tailed, one constant), categories,
 * booleans and list items; seeds lean to one side on all of them. */
#ifndef CONTRACT_PEOPLE_H
#define CONTRACT_PEOPLE_H

#include "models/model_family.h"

struct shape {
    size_t rows;
    size_t seeds; /* the first ones */
    size_t numbers;
    size_t categories;
    uint32_t codes; /* of a category, all of them seen */
    size_t booleans;
};

struct people {
    struct lka_feature *features;
    struct lka_space space;
    struct lka_block block;
    uint32_t *rows; /* all of them */
    uint8_t *label;
    double *weight; /* 1 */
};

void people_make(struct people *people, struct shape shape);
void people_free(struct people *people);

/* 240 rows, 40 seeds, every kind of feature. */
extern const struct shape USUAL;

struct lka_fit_input people_input(const struct people *people, const void *options);

#endif
