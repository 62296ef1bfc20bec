/* train/given_plan.h: a feature plan of the user's (--plan), in place of one that is learned. */
#ifndef LKA_TRAIN_GIVEN_PLAN_H
#define LKA_TRAIN_GIVEN_PLAN_H

#include "features/plan.h"

lka_status lka_given_plan_read(const char *path, struct lka_plan **plan, struct lka_error *error);

/* A plan is edited by hand: what the tables' roles keep out of the features stays out. LKA_USAGE for such a column. */
lka_status lka_given_plan_check(const struct lka_plan *plan, const char *path, const struct lka_schema *schema,
                                struct lka_error *error);

/* Moves the columns listed to those left out. LKA_USAGE for one that the plan does not have, and if none stays. */
lka_status lka_given_plan_exclude(struct lka_plan *plan, const char *path, const struct lka_list *exclude,
                                  struct lka_error *error);

#endif
