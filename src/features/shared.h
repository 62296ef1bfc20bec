/* features/shared.h: rows encoded once for several plans: a column that plans agree on, to the last edge and word, is
 * encoded once, and each plan sees its own features as if it had encoded alone.
 *
 *     plans            wholes: the distinct columns           views: the distinct plans
 *     A: age, city     age, city, city of B                   age, city           the whole itself where it can be
 *     B: age, city     (one more whole for another as-of      age, city of B      lanes copied side by side
 *     C: as A           day, or another clip)                 (C has A's)
 */
#ifndef LKA_FEATURES_SHARED_H
#define LKA_FEATURES_SHARED_H

#include "features/plan.h"

struct lka_lane_place {
    uint32_t whole;
    uint32_t feature;
};

struct lka_view {
    const struct lka_plan *plan;  /* the first one that sees so; borrowed */
    struct lka_lane_place *lanes; /* by feature */
    ptrdiff_t same;               /* the whole whose features these are, all and in order; -1: none */
};

struct lka_shared_plans {
    struct lka_plan **wholes;
    size_t whole_count;
    struct lka_view *views;
    size_t view_count;
    size_t *view_of; /* by plan, as they were given */
    size_t columns;  /* distinct ones */
};

/* `plans` are borrowed as long as this lives. */
lka_status lka_shared_plans_init(struct lka_shared_plans *shared, const struct lka_plan *const *plans, size_t count,
                                 struct lka_error *error);
void lka_shared_plans_release(struct lka_shared_plans *shared); /* {0} is fine */

/* A block of rows in all its forms. */
struct lka_shared_block {
    struct lka_block *wholes;
    struct lka_block *views; /* borrowed from wholes where a view is one */
    const struct lka_shared_plans *of;
};

lka_status lka_shared_block_init(struct lka_shared_block *block, const struct lka_shared_plans *shared, size_t capacity,
                                 struct lka_error *error);
void lka_shared_block_release(struct lka_shared_block *block);

/* As lka_plan_encode. cells[whole][column]: where the column stands. Problems of all wholes, at most one a row. The
 * views are made by lka_shared_pick. */
lka_status lka_shared_encode(const struct lka_rows *rows, ptrdiff_t *const *cells, struct lka_shared_block *block,
                             struct lka_problems *problems, struct lka_error *error);

/* Keeps these rows, ascending, and makes the views of them. */
void lka_shared_pick(struct lka_shared_block *block, const uint32_t *rows, size_t count);

/* One view of the first `count` rows of the wholes, as lka_shared_pick makes them all. Not to be released. */
struct lka_block lka_shared_view(const struct lka_shared_block *block, size_t view, size_t count);

#endif
