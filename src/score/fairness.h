/* score/fairness.h: what a ranking does to the groups of protected attributes: who is selected, whose seeds are found,
 * how well the score tells the groups apart, and which features stand for the attribute.
 *
 * No figure is given of fewer than LKA_FLOOR people. The attributes are columns of the role `protected`; they are
 * features only where somebody forced them to be.
 */
#ifndef LKA_SCORE_FAIRNESS_H
#define LKA_SCORE_FAIRNESS_H

#include "score/pipeline.h"
#include "train/metrics.h"

enum { LKA_FLOOR = 100, LKA_PROTECTED_GROUPS = 255, LKA_PROXY_GROUPS = 16, LKA_PROXIES = 5 };

/* One attribute. Groups are numbered as they are met; those beyond the limit, none in practice, share the last
 * number. */
struct lka_protected_column {
    const char *name; /* of the pool's schema */
    ptrdiff_t pool_cell;
    ptrdiff_t seeds_cell;   /* LKA_NO_COLUMN where the seeds do not have it */
    struct lka_text values; /* the groups' names, each with a NUL behind it */
    size_t groups;
    uint8_t *of[2]; /* the group by row: of the pool, of the seeds */
    size_t count[2];
    size_t capacity[2];
    uint32_t *counts; /* pool rows by feature, code and group: what proxies are found by */
};

struct lka_protected {
    const struct lka_space *space;
    struct lka_protected_column *columns;
    size_t count;
};

/* The pool's protected columns; count 0 if there is none. */
lka_status lka_protected_init(struct lka_protected *protected, const struct lka_schema *pool,
                              const struct lka_space *space, struct lka_error *error);
void lka_protected_release(struct lka_protected *protected); /* {0} is fine */

/* Selects the columns of a table that is to be scored. */
void lka_protected_bind(struct lka_protected *protected, bool seeds, struct lka_binding *binding);
/* Notes the groups of the rows `kept` of those eligible in a block. */
lka_status lka_protected_note(struct lka_protected *protected, bool seeds, const struct lka_scored *block,
                              const uint32_t *kept, size_t count, struct lka_error *error);

/* Scores by row, as they were noted. [{"column", "feature", "groups": [{"group", "people", "seeds", "auc",
 * "auc_interval", "tiers": [{"share", "selection_rate", "selection_interval", "recall", "recall_interval"}]}],
 * "below_floor", "selection_ratio" (the least group's rate in the top 5% over the most's), "proxies": [{"feature",
 * "association"}]}]. Figures of too few people are null. */
lka_status lka_fairness_json(const struct lka_protected *protected, const double *seeds, uint64_t seed_count,
                             const double *pool, uint64_t pool_count, json_t **json, struct lka_error *error);

#endif
