/* score/panel_group.h: linear models of one plan that were learned from by the same rule (who was seen, and into which
 * fold they fell), in panels; a block of rows through all of them. */
#ifndef LKA_SCORE_PANEL_GROUP_H
#define LKA_SCORE_PANEL_GROUP_H

#include "score/contender.h"
#include "score/panel.h"

struct lka_panel_group {
    struct lka_panel_shape shape;
    size_t view;
    uint64_t sample_key;
    uint64_t fold_key;
    size_t folds;
    size_t bags;
    uint64_t lowest; /* sample threshold of its models */
    uint64_t highest;
    struct lka_contender *all;
    size_t *contenders; /* those of the group */
    size_t count;
    struct lka_panel *panels;
};

struct lka_panel_groups {
    struct lka_panel_group *items;
    size_t count;
};

/* What one thread needs to send blocks through the groups, and what it found. */
struct lka_panel_pass {
    struct lka_panel_rows rows;
    uint64_t *hashes; /* of the ids, by the group's sample key */
    uint8_t *fold_of; /* by the group's fold key; folds: nobody saw the row */
    uint32_t *listed;
    struct lka_hit *hits; /* by row of the block and contender */
    size_t hit_count;
    size_t hit_capacity;
};

/* Linear models that are many enough of one kind go side by side: those are `panelled` afterwards. The contenders live
 * as long. */
lka_status lka_panel_groups_init(struct lka_panel_groups *groups, struct lka_contender *contenders, size_t count,
                                 struct lka_error *error);
void lka_panel_groups_release(struct lka_panel_groups *groups);

lka_status lka_panel_pass_init(struct lka_panel_pass *pass, const struct lka_panel_groups *groups, size_t capacity,
                               struct lka_error *error);
void lka_panel_pass_release(struct lka_panel_pass *pass); /* {0} is fine */

/* Adds the hits of the group's active models, each with the score that its model alone gives. `block` is the group's
 * view. */
lka_status lka_panel_group_score(const struct lka_panel_group *group, const struct lka_block *block,
                                 const struct lka_row_ids *ids, struct lka_panel_pass *pass, struct lka_error *error);

#endif
