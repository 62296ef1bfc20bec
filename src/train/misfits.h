/* train/misfits.h: rows of the sample that keep a column from being numbers or dates, where bad rows may be
 * rejected. */
#ifndef LKA_TRAIN_MISFITS_H
#define LKA_TRAIN_MISFITS_H

#include "train/sample.h"

/* Gives every column that is nearly of a stricter type that type, and rejects the rows that have it not: they leave the
 * sample. The columns in `excluded` are passed over. LKA_DATA for one more than may be rejected. */
lka_status lka_sample_reject_misfits(struct lka_sample *sample, const struct lka_list *excluded,
                                     const struct lka_sources *sources, const struct lka_session *session,
                                     struct lka_error *error);

#endif
