#include "table/information.h"

#include "base/elementary.h"

#include <math.h>

static double total_of(const double *counts, size_t codes)
{
    double total = 0;
    for (size_t c = 0; c < codes; c++) {
        total += counts[c];
    }
    return total;
}

struct lka_information lka_information_of(const double *const counts[2], size_t codes)
{
    struct lka_information information = {0};
    double first = total_of(counts[0], codes);
    double second = total_of(counts[1], codes);
    double met = 0;
    for (size_t c = 0; c < codes; c++) {
        if (counts[0][c] + counts[1][c] > 0) {
            double p = (counts[0][c] + .5) / (first + .5 * (double)codes);
            double q = (counts[1][c] + .5) / (second + .5 * (double)codes);
            information.sum += (p - q) * (lka_log(p) - lka_log(q));
            met++;
        }
    }
    double scale = 1 / first + 1 / second;
    double freedom = met - 1;
    if (freedom > 0) {
        double chance = freedom * scale;
        double ninth = 2 / (9 * freedom);
        information.value = information.sum > chance ? information.sum - chance : 0;
        information.z = (cbrt(information.sum / chance) - (1 - ninth)) / sqrt(ninth);
    }
    return information;
}
