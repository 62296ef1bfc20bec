/* features/lanes.h: a column's numbers, many at a time: from text, and to bins and standardised values; days and words
 * likewise. In several forms, of which the last that the CPU has the instructions for is taken; all of them give the same bits.
 */
#ifndef LKA_FEATURES_LANES_H
#define LKA_FEATURES_LANES_H

#include "features/vocabulary.h"

enum lka_lanes_kind { LKA_LANES_FASTEST, LKA_LANES_PLAIN, LKA_LANES_AVX2, LKA_LANES_AVX512, LKA_LANES_KINDS };

/* How a column's numbers become features. */
struct lka_scale {
    const double *edges; /* ascending */
    size_t edge_count;
    double centre;
    double scale;
    double clip;
};

/* Of dates. A text that is empty or left over has NaN and twice 0. */
struct lka_day_lanes {
    double *days;       /* since 1970-01-01 */
    uint16_t *months;   /* 1 to 12 */
    uint16_t *weekdays; /* 1 to 7, from Monday */
};

struct lka_lanes {
    /* Numbers of texts, NaN of empty ones. Returns how many others were left for lka_parse_number, whose rows are
     * listed in `odd`. Of all forms but the plain one the texts are padded (base/short_text.h), here and below. */
    size_t (*read)(const struct lka_span *texts, size_t count, double *numbers, uint32_t *odd);

    /* The bins of numbers, 0 of NaN; each number is replaced by its standardised value, 0 of NaN. */
    void (*finish)(const struct lka_scale *scale, double *numbers, size_t count, uint16_t *bins);

    /* Days alone, "2024-02-29"; returns how many other texts are left, listed in `odd`. */
    size_t (*days)(const struct lka_span *texts, size_t count, struct lka_day_lanes days, uint32_t *odd);

    /* 0 for an empty text, 1 for one that is not among the words (of which there is one at least), 2 and its number for
     * one that is. */
    void (*words)(const struct lka_vocabulary *words, const struct lka_span *texts, size_t count, uint16_t *codes);
};
extern const struct lka_lanes lka_lanes_plain;
extern const struct lka_lanes lka_lanes_avx2; /* {0} where it is not compiled, as the next */
extern const struct lka_lanes lka_lanes_avx512;

const struct lka_lanes *lka_lanes_of(enum lka_lanes_kind kind); /* one that does not run: the fastest */

#endif
