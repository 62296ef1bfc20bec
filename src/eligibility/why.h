/* eligibility/why.h: why somebody is left out, told for one person: which column says so, what would be needed, where
 * it comes from. No value of the row is in it but words of consents.
 */
#ifndef LKA_ELIGIBILITY_WHY_H
#define LKA_ELIGIBILITY_WHY_H

#include "eligibility/eligibility.h"

struct lka_why {
    enum lka_bar bar;
    const char *column; /* of the table; NULL: none in particular */
    char rule[160];     /* what would have to be */
    char source[160];   /* where it comes from */
};

/* Every bar that stands in somebody's way, in the order in which they are asked about: the first is that of
 * lka_eligibility_of. Errors as there. */
lka_status lka_eligibility_why(const struct lka_eligibility *eligibility, const struct lka_rows *rows, size_t row,
                               struct lka_why whys[LKA_BARS], size_t *count, struct lka_error *error);

#endif
