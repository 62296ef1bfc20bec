#include "features/bins.h"

#include <math.h>

void lka_number_moments(const double *numbers, size_t count, double *centre, double *scale)
{
    double largest = 0;
    double first = numbers[0];
    size_t equal = 0;
    for (size_t i = 0; i < count; i++) {
        largest = fabs(numbers[i]) > largest ? fabs(numbers[i]) : largest;
        equal += numbers[i] == first;
    }
    *centre = first;
    *scale = 1;
    if (equal == count) {
        return;
    }
    /* Brought below 1 by a power of two, which is exact, so that no sum or square overflows. */
    int exponent = 0;
    (void)frexp(largest, &exponent);
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += ldexp(numbers[i], -exponent);
    }
    double mean = sum / (double)count;
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        double deviation = ldexp(numbers[i], -exponent) - mean;
        squares += deviation * deviation;
    }
    double deviation = ldexp(sqrt(squares / (double)count), exponent);
    *centre = ldexp(mean, exponent);
    *scale = deviation > 0 ? deviation : 1; /* 0: subnormal numbers */
}

static size_t end_of_run(const double *ascending, size_t count, size_t start)
{
    size_t end = start + 1;
    while (end < count && ascending[end] == ascending[start]) {
        end++;
    }
    return end;
}

static size_t count_distinct(const double *ascending, size_t count)
{
    size_t distinct = 0;
    for (size_t at = 0; at < count; at = end_of_run(ascending, count, at)) {
        distinct++;
    }
    return distinct;
}

size_t lka_bin_edges(const double *ascending, size_t count, size_t bins, size_t floor, double *edges)
{
    size_t least = floor > 0 ? floor : 1;
    size_t kept = 0;
    size_t start = 0;  /* of the open bin */
    size_t target = 1; /* how many shares of count / bins it should reach */
    bool a_bin_each = count_distinct(ascending, count) <= bins;
    for (size_t at = 0; at < count;) {
        size_t end = end_of_run(ascending, count, at);
        bool reached = a_bin_each || end * bins >= target * count;
        if (reached && target < bins && end - start >= least && count - end >= least) {
            edges[kept++] = ascending[at];
            start = end;
            target = a_bin_each ? target + 1 : end * bins / count + 1;
        }
        at = end;
    }
    return kept;
}

static void search_four(const double *edges, size_t edge_count, const double *numbers, uint16_t *bins)
{
    size_t low[4] = {0};
    for (size_t left = edge_count; left > 0;) {
        size_t half = (left + 1) / 2;
        for (size_t i = 0; i < 4; i++) {
            low[i] += half & -(size_t)(edges[low[i] + half - 1] < numbers[i]);
        }
        left -= half;
    }
    for (size_t i = 0; i < 4; i++) {
        bins[i] = (uint16_t)(low[i] + 1);
    }
}

void lka_bins_of(const double *edges, size_t edge_count, const double *numbers, size_t count, uint16_t *bins)
{
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        search_four(edges, edge_count, numbers + i, bins + i);
    }
    for (; i < count; i++) {
        bins[i] = lka_bin_of(edges, edge_count, numbers[i]);
    }
}
