/* train/model.h: a trained model in memory: plan, members, the rule who is scored by whom, the card.
 *
 * Nobody is scored by a model that saw them. fold(id) = H(fold key, id) mod K, and member f learned from the rows of
 * the other folds. An id with H(sample key, id) <= sample_threshold may have been learned from, and so was any seed: it
 * is scored by member fold(id) alone; every other id by the mean of the members. The rule needs no list of the pool's
 * ids, so match, score and evaluate agree to the bit; who is a seed, the seeds' file tells (--seeds).
 *
 * To rank the pool no seed need be held out. With members of their own for the seeds there are K more: those that score
 * the pool learned from all seeds and from the pool outside their fold, those that score seeds as above.
 */
#ifndef LKA_TRAIN_MODEL_H
#define LKA_TRAIN_MODEL_H

#include "base/hash.h"
#include "features/plan.h"
#include "lookalike/train.h"
#include "models/model_family.h"
#include "source/output.h"

#include <jansson.h>

enum { LKA_MODEL_FORMAT = 1, LKA_MOST_MEMBERS = 20, LKA_MOST_BAGS = 20 };

struct lka_model {
    struct lka_plan *plan;
    const struct lka_model_family *family;
    struct lka_family_model *members[2 * LKA_MOST_MEMBERS * LKA_MOST_BAGS]; /* each so many fits, one after the other */
    size_t member_count;
    size_t seed_members;           /* behind them, those that seeds are scored by: as many again, or 0 for the same */
    size_t bags;                   /* fits of a member, whose score is their mean; 0 is 1 */
    struct lka_family_model *mean; /* NULL if the family can't: then the members' scores are averaged */
    uint64_t seed;                 /* tie and explore keys follow from it: lka_key(seed, "tie") */
    uint64_t fold_key;
    uint64_t sample_key;
    uint64_t sample_threshold;
    char *id_column;         /* its name in the pool that was learned from */
    char *seeds_id_column;   /* and in the seeds */
    double *reference;       /* rows of the pool sample by feature and code: what the drift gate compares with */
    size_t *reference_start; /* of each feature in `reference`; space->count + 1 entries */
    json_t *card;
    struct lka_tensor_file *file; /* the file it is from; NULL if trained here */
    char file_hash[33];           /* XXH3-128 of the file; empty if trained here */
};

static inline size_t lka_fold(uint64_t fold_key, struct lka_span id, size_t folds)
{
    return (size_t)(lka_hash(fold_key, id) % folds);
}

static inline size_t lka_model_bags(const struct lka_model *model)
{
    return model->bags > 0 ? model->bags : 1;
}

/* Members go by number: those that score the pool, then member_count for their mean, then those that score seeds. */
static inline size_t lka_model_numbers(const struct lka_model *model)
{
    return model->member_count + 1 + model->seed_members;
}

/* Of all members. */
static inline size_t lka_model_fit_count(const struct lka_model *model)
{
    return (model->member_count + model->seed_members) * lka_model_bags(model);
}

/* Fits of a member by its number, or of those whose mean it is. */
struct lka_fits {
    size_t first;
    size_t count;
};
static inline struct lka_fits lka_model_fits(const struct lka_model *model, size_t member)
{
    size_t bags = lka_model_bags(model);
    if (member == model->member_count) {
        return (struct lka_fits){0, model->member_count * bags};
    }
    return (struct lka_fits){(member - (member > model->member_count)) * bags, bags};
}

/* The number of the member that alone may score an id, or member_count for the mean. */
size_t lka_model_member(const struct lka_model *model, struct lka_span id, bool is_seed);

/* Scores every row of a block by the rule. `is_seed` may be NULL: no row is one. Same bits at any batch position.
 * Thread-safe with a scratch of one's own, which it rewinds. LKA_MEMORY only. */
lka_status lka_model_score(const struct lka_model *model, const struct lka_block *block, const struct lka_span *ids,
                           const bool *is_seed, struct lka_arena *scratch, double *scores, struct lka_error *error);

/* Scores every row of a block by the member of that number, or by the mean of those that score the pool, whoever they
 * learned from. As above. */
lka_status lka_model_score_member(const struct lka_model *model, size_t member, const struct lka_block *block,
                                  struct lka_arena *scratch, double *scores, struct lka_error *error);

/* lka_model_score, where lka_model_member was asked before: member_of[row]. */
lka_status lka_model_score_by(const struct lka_model *model, const struct lka_block *block, const uint8_t *member_of,
                              struct lka_arena *scratch, double *scores, struct lka_error *error);

/* Whether it can tell what each feature adds to a score. */
bool lka_model_explains(const struct lka_model *model);

/* What each feature of the rows of a block, all scored by `member` (or member_count: the mean), adds to their scores:
 * adds[row * space->count + feature]; the rest is *base. Same bits at any batch position. Only for a model that
 * explains. */
lka_status lka_model_contributions(const struct lka_model *model, const struct lka_block *block, size_t member,
                                   double *adds, double *base, struct lka_error *error);

/* Members are there: makes `mean` where the family can. */
lka_status lka_model_average(struct lka_model *model, struct lka_error *error);

/* Gives each feature its place in model->reference. */
lka_status lka_model_lay_out_reference(struct lka_model *model, struct lka_error *error);

/* Counts the rows of an encoded block by feature and code into model->reference (allocated here, by the plan's
 * space). */
lka_status lka_model_set_reference(struct lka_model *model, const struct lka_block *block, size_t first, size_t count,
                                   struct lka_error *error);

/* Writes the file whole or not at all (source/output.h). Fixed bytes for a fixed model. Format: docs/model-file.md. */
lka_status lka_model_save(const struct lka_model *model, const char *path, struct lka_error *error);
/* The same but for putting it into place, which lka_output_commit does. */
lka_status lka_model_prepare(const struct lka_model *model, const char *path, struct lka_output **output,
                             struct lka_error *error);

/* Reads a model from bytes that stay the caller's, for the fuzzer. */
lka_status lka_model_read(const void *bytes, size_t length, const char *name, struct lka_model **model,
                          struct lka_error *error);

#endif
