/* features/lanes.h: a column's numbers, many at a time: from text, and to bins and standardised values. In several forms, of
 * which the last that the CPU has the instructions for is taken; all of them give the same bits.
 */
#ifndef LKA_FEATURES_LANES_H
#define LKA_FEATURES_LANES_H

#include "base/text.h"

enum lka_lanes_kind { LKA_LANES_FASTEST, LKA_LANES_PLAIN, LKA_LANES_AVX2, LKA_LANES_AVX512, LKA_LANES_KINDS };

/* How a column's numbers become features. */
struct lka_scale {
    const double *edges; /* ascending */
    size_t edge_count;
    double centre;
    double scale;
    double clip;
};

struct lka_lanes {
    /* Numbers of texts, NaN of empty ones. Returns how many others were left for lka_parse_number, whose rows are listed in
     * `odd`. The texts are padded (base/short_text.h). */
    size_t (*read)(const struct lka_span *texts, size_t count, double *numbers, uint32_t *odd);

    /* The bins of numbers, 0 of NaN; each number is replaced by its standardised value, 0 of NaN. */
    void (*finish)(const struct lka_scale *scale, double *numbers, size_t count, uint16_t *bins);
};

bool lka_lanes_kind_runs(enum lka_lanes_kind kind);
const struct lka_lanes *lka_lanes_of(enum lka_lanes_kind kind); /* one that does not run: the fastest */

#endif
