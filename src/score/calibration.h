/* score/calibration.h: whether a score may be read as a chance. Only where outcomes are known (a truth), or the share
 * of the pool that will answer is given: seeds and pool alone say nothing of it.
 *
 * Scores that are log odds of seed against pool get one constant added, so that the mean chance is the base rate (prior
 * correction, King and Zeng 2001). With outcomes, tenths of the ranking show what was predicted and what came, and the
 * slope of the outcome on the log odds (Cox 1958) is 1 where these are neither too bold (below) nor too shy.
 */
#ifndef LKA_SCORE_CALIBRATION_H
#define LKA_SCORE_CALIBRATION_H

#include "train/metrics.h"

enum { LKA_CALIBRATION_BINS = 10 };

struct lka_calibration_bin {
    uint64_t people;
    double predicted; /* mean chance; NaN where scores are no log odds */
    double observed;  /* share of label 1; NaN without outcomes */
    struct lka_interval interval;
};

struct lka_calibration {
    double base_rate;
    double offset;
    double slope; /* NaN without outcomes, where scores are no log odds, and where all are equal */
    struct lka_interval slope_interval;
    bool outcomes;
    bool log_odds;
    size_t bins; /* fewer than 10 rows: as many */
    struct lka_calibration_bin bin[LKA_CALIBRATION_BINS];
};

/* Rows best first, their labels being outcomes if `outcomes`. base_rate 0: the share of label 1. */
void lka_calibrate(const struct lka_labelled *rows, uint64_t count, bool outcomes, bool log_odds, double base_rate,
                   struct lka_calibration *calibration);

json_t *lka_calibration_json(const struct lka_calibration *calibration); /* NULL when memory is short */

#endif
