/* score/joint_run.h: what a run of several models holds, from its flags to its directory, and its parts: what comes
 * before the rows, the rankings, the output. score/score_many.c has the flow. */
#ifndef LKA_SCORE_JOINT_RUN_H
#define LKA_SCORE_JOINT_RUN_H

#include "base/threads.h"
#include "base/warnings.h"
#include "score/inputs.h"
#include "score/left_out.h"
#include "score/rivals.h"
#include "source/output.h"

/* What is known of one model's ranking once it is written. */
struct lka_joint_ranking {
    json_t *drift;
    json_t *entry;
};

struct lka_joint_run {
    const struct lka_options *all;
    struct lka_options *first; /* the same, with the first ranking's path for `out` */
    struct lka_model_list list;
    struct lka_score_inputs inputs;
    struct lka_warnings warnings;
    struct lka_directory *directory; /* NULL with --dry-run */
    struct lka_binding binding;
    struct lka_many many;
    struct lka_left_out left_out;
    struct lka_list keep;
    struct lka_ranked carried; /* which columns are carried; nothing is written by it */
    struct lka_ids ids;
    struct lka_rivals rivals;
    uint64_t **histograms; /* eligible rows by view, feature and code */
    struct lka_joint_ranking *rankings;
    uint64_t by_state[LKA_ROW_REJECTED + 1];
    struct lka_selection_counts selected;
    bool counted; /* the rows come again: all else is known of them */
    double start;
};

static inline const struct lka_session *lka_joint_session(const struct lka_joint_run *run)
{
    return &run->warnings.session;
}

static inline size_t lka_joint_threads(const struct lka_joint_run *run)
{
    return lka_thread_count(lka_options_integer(run->all, "threads"));
}

static inline struct lka_amount lka_joint_amount(const struct lka_joint_run *run, const char *key)
{
    return *(const struct lka_amount *)lka_options_value(run->all, key);
}

static inline bool lka_joint_flag(const struct lka_joint_run *run, const char *key)
{
    return *(const bool *)lka_options_value(run->all, key);
}

/* LKA_USAGE for flags that have no meaning with several models. */
lka_status lka_joint_check(const struct lka_options *options, const struct lka_list *paths, const char *models,
                           struct lka_error *error);

/* Models, inputs, columns, and room for what is to be kept: all until the first row. */
lka_status lka_joint_prepare(struct lka_joint_run *run, const struct lka_list *paths, const char *models,
                             struct lka_error *error);

/* Where a model's ranking is written. */
lka_status lka_joint_path(const struct lka_joint_run *run, size_t index, char **path, struct lka_error *error);

/* Of each model how far the pool drifted: told, or with --gate LKA_REFUSED. */
lka_status lka_joint_check_drift(struct lka_joint_run *run, struct lka_error *error);

/* All rankings, side by side. */
lka_status lka_joint_rank(struct lka_joint_run *run, struct lka_error *error);

/* The documents and who was left out; the directory appears. */
lka_status lka_joint_publish(struct lka_joint_run *run, json_t **document, struct lka_error *error);

#endif
