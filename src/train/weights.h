/* train/weights.h: weights of rows, as a layer under every family: trimming, what weights cost, and a draw by weight
 * for families that take none. */
#ifndef LKA_TRAIN_WEIGHTS_H
#define LKA_TRAIN_WEIGHTS_H

#include "train/learning.h"

/* Kish (1965): as many rows of equal weight would say as much: the squared sum over the sum of squares. `weight` NULL
 * is 1 for every row. */
double lka_weights_effective(const double *weight, size_t count);

/* Scales to a mean of 1, and cuts what is then above `most`; scales again. Returns how many were cut. No weight may be
 * negative; all being 0 leaves them so. */
size_t lka_weights_trim(double *weight, size_t count, double most);

/* Scales learning->weight (made here where it is NULL) so that seeds and others weigh the same in all, and the mean
 * over both stays what it is. Held-out rows are judged as before. */
lka_status lka_weights_balance(struct lka_learning *learning, struct lka_error *error);

/* The seeds as another sample of the same people might have been: each counts, in this draw, an exponential number of
 * mean 1 (Bayesian bootstrap, Rubin 1981), by a keyed hash of its id. Unlike drawing with repetition no fold is left
 * without seeds. */
lka_status lka_weights_resample(struct lka_learning *learning, uint64_t draw, struct lka_error *error);

/* Of the rows (ascending), those that a draw keeps, each with a chance in proportion to its weight in its class and
 * never twice: rejection sampling (Zadrozny, Langford, Abe 2003), since a family that keeps means of at least 10 people
 * must not count one of them twice. The largest chance is 1; a weight above three times the class's mean counts as
 * that, so that about a third is left at least. `drawn` has room for all; returns their number. */
size_t lka_weights_draw(const struct lka_learning *learning, const uint32_t *rows, size_t count, uint64_t key,
                        uint32_t *drawn);

#endif
