/* features/bins.h: what is learned from numbers: centre, scale and the edges of quantile bins. */
#ifndef LKA_FEATURES_BINS_H
#define LKA_FEATURES_BINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Mean and standard deviation (divided by count), in two passes in the given order. All finite and count > 0. The
 * scale is 1 where all are equal. */
void lka_number_moments(const double *numbers, size_t count, double *centre, double *scale);

/* The inner edges of at most `bins` bins over ascending numbers: each is one of the numbers and belongs to the bin
 * below it. With at most `bins` different numbers each gets a bin, else the bins hold equal shares; either way a bin
 * with fewer than `floor` numbers is joined with its neighbour. `edges` has room for bins - 1. Returns their count. */
size_t lka_bin_edges(const double *ascending, size_t count, size_t bins, size_t floor, double *edges);

/* Bin of a number: 1 + the count of edges below it. Without a branch on the data, since no processor can guess it. */
static inline uint16_t lka_bin_of(const double *edges, size_t count, double number)
{
    size_t low = 0;
    for (size_t left = count; left > 0;) {
        size_t half = (left + 1) / 2;
        low += half & -(size_t)(edges[low + half - 1] < number);
        left -= half;
    }
    return (uint16_t)(low + 1);
}

/* The same of many, NaN aside. Four searches go side by side, since each of their steps waits for the one before. */
void lka_bins_of(const double *edges, size_t edge_count, const double *numbers, size_t count, uint16_t *bins);

#endif
