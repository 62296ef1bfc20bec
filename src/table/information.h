/* table/information.h: how far two groups of rows differ in one feature.
 *
 * The information value, Kullback and Leibler's (1951) symmetric divergence: the sum over codes of (p - q) log(p / q),
 * p and q being the shares of the two groups. Credit scoring calls the same sum the population stability index when the
 * groups are two populations (Siddiqi 2006): about 0.1 is a small difference and 0.25 a large one. Half a row is added
 * to every count, so that no share is 0. Without any difference the sum is about (1/n + 1/m) times chi-squared with one
 * degree of freedom less than there are codes (Yurdakul 2018): its mean is what chance gives.
 */
#ifndef LKA_TABLE_INFORMATION_H
#define LKA_TABLE_INFORMATION_H

#include <stddef.h>

struct lka_information {
    double sum;   /* as counted: the population stability index */
    double value; /* less what chance gives; at least 0 */
    double z;     /* how far above chance, in deviations (Wilson and Hilferty 1931); 0 for a single code */
};

/* `counts`: rows by code of the one group, then of the other; each has at least one row. */
struct lka_information lka_information_of(const double *const counts[2], size_t codes);

#endif
