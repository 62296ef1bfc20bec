/* simulate/choices.h: drawing one of n weighted choices with one 32-bit draw (Walker's alias method, Vose 1991). */
#ifndef LKA_SIMULATE_CHOICES_H
#define LKA_SIMULATE_CHOICES_H

#include "simulate/world.h"

/* Fills choices[count]. Weights are at least 0 and not all 0; count is at most LKA_VALUES_MAX. A choice of weight 0 is
 * never drawn. Only + - * /: the same table on every machine. */
void lka_choices_make(const double *weights, size_t count, struct lka_choice *choices);

/* The high bits of draw * count are the cell, the rest decides within it: the cell's own choice or the other one. */
static inline uint32_t lka_choose(const struct lka_choice *choices, size_t count, uint32_t draw)
{
    uint64_t product = (uint64_t)draw * count;
    uint32_t cell = (uint32_t)(product >> 32);
    const struct lka_choice *choice = &choices[cell];
    /* Arithmetic, since a branch would be mispredicted every other time. */
    uint32_t keep = (uint32_t)0 - (uint32_t)((uint32_t)product < choice->threshold);
    return (cell & keep) | (choice->other & ~keep);
}

#endif
