#include "base/interval.h"

#include <math.h>

static const double Z95 = 1.959963984540054;

struct lka_interval lka_wilson(double hits, double trials)
{
    if (trials <= 0) {
        return (struct lka_interval){0, 1};
    }
    double share = hits / trials;
    double z2 = Z95 * Z95 / trials;
    double middle = (share + z2 / 2) / (1 + z2);
    double half = Z95 / (1 + z2) * sqrt(share * (1 - share) / trials + z2 / (4 * trials));
    return (struct lka_interval){fmax(0, middle - half), fmin(1, middle + half)};
}

json_t *lka_interval_json(struct lka_interval interval)
{
    return json_pack("[f,f]", interval.low, interval.high);
}
