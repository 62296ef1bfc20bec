/* train/card.h: the document of a training, which is also the model's card: what was read, used and left out and why,
 * what was chosen and why, how good it is. Nothing in it varies between two runs on the same machine. */
#ifndef LKA_TRAIN_CARD_H
#define LKA_TRAIN_CARD_H

#include "source/open.h"
#include "train/choose.h"
#include "train/learning.h"
#include "train/members.h"
#include "train/model.h"
#include "train/sample.h"
#include "train/weigh.h"

struct lka_card {
    const struct lka_options *options;
    const struct lka_table *seeds;
    const struct lka_table *pool; /* NULL: a CRM alone */
    const struct lka_sample *sample;
    const struct lka_learning *learning;
    const struct lka_weighing *weighing; /* NULL: two files, or not weighed yet */
    json_t *seeds_report;
    const struct lka_choice *choice;
    const struct lka_held_out *held_out;
    json_t *warnings;
};

/* Makes model->card; model->plan is set. */
lka_status lka_card_make(const struct lka_card *card, struct lka_model *model, struct lka_error *error);

/* What is known before anything is chosen or fitted: `choice` lists the candidates, each to be compared in so many runs
 * before the members are fitted; held_out is not read. */
lka_status lka_card_look(const struct lka_card *card, const struct lka_plan *plan, size_t runs, size_t members,
                         json_t **json, struct lka_error *error);

#endif
