/* train/seeds_report.h: what the seeds are worth, before anything is chosen or fitted: usable, repeated, covered,
 * distinctive, suspicious; whether more would help; which platforms would take them. No person is named, and no group
 * of fewer than 100 has figures. */
#ifndef LKA_TRAIN_SEEDS_REPORT_H
#define LKA_TRAIN_SEEDS_REPORT_H

#include "train/learning.h"

#include <jansson.h>

/* *report is the card's "seeds_report" (docs/train.md), the caller's to json_decref. Warns, through the learning's
 * session, of what should be looked at. Costs a few passes over the encoded rows and ten fits of `centroid`. */
lka_status lka_seeds_report_make(const struct lka_learning *learning, const struct lka_plan *plan,
                                 const struct lka_sample *sample, json_t **report, struct lka_error *error);

#endif
