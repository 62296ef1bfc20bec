/* features/learning.h: a plan while it is learned, what look.c finds and learn.c goes on with. */
#ifndef LKA_FEATURES_LEARNING_H
#define LKA_FEATURES_LEARNING_H

#include "features/column.h"
#include "table/profile.h"
#include "table/tally.h"

/* What the first look at a column found. */
struct lka_look {
    enum lka_type type;
    struct lka_profile_facts facts;
    const char *reason; /* why it is left out; in the plan's arena; NULL: it is a candidate */
};

struct lka_plan_learning {
    const struct lka_plan_options *options;
    const struct lka_schema *schema;
    const struct lka_rows *seeds;
    const struct lka_rows *pool;
    struct lka_plan *plan;
    struct lka_look *looks; /* one a column of the schema */
    double *numbers;        /* room for one a row */
};

static inline size_t lka_learn_rows(const struct lka_plan_learning *learning)
{
    return learning->seeds->count + learning->pool->count;
}

/* Seeds first, then the pool. */
static inline struct lka_span lka_learn_cell(const struct lka_plan_learning *learning, size_t column, size_t row)
{
    size_t seeds = learning->seeds->count;
    return row < seeds ? lka_cell(learning->seeds, column, row) : lka_cell(learning->pool, column, row - seeds);
}

/* look.c: the first look at all columns. */
lka_status lka_learn_look(struct lka_plan_learning *learning, struct lka_error *error);
/* Says why a column is left out. */
lka_status lka_learn_leave_out(struct lka_plan_learning *learning, size_t column, struct lka_error *error,
                               const char *format, ...) LKA_PRINTF(4, 5);
/* Counts the values of a column, of a list its items. */
lka_status lka_learn_count_words(const struct lka_plan_learning *learning, size_t c, enum lka_type type,
                                 struct lka_tally *tally, struct lka_error *error);

#endif
