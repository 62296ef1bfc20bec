/* train/model.h: a trained model in memory: plan, members, the rule who is scored by whom, the card. */
#ifndef LKA_TRAIN_MODEL_H
#define LKA_TRAIN_MODEL_H

#include "features/plan.h"
#include "lookalike/train.h"
#include "models/model_family.h"

#include <jansson.h>

struct lka_model {
    struct lka_plan *plan;
    const struct lka_model_family *family;
    struct lka_family_model **members; /* K of them */
    size_t member_count;
    struct lka_family_model *mean; /* one model for the members' mean; NULL if the family can't: then the scores are averaged */
    uint64_t seed;                 /* fold, sample, tie and explore keys follow from it: lka_key(seed, "fold") ... */
    uint64_t sample_threshold;     /* a pool id whose keyed hash is at most this was (perhaps) learned from */
    char *id_column;               /* name in the pool */
    uint64_t *reference;           /* rows of the pool sample by feature and code: the drift gate's distribution */
    size_t *reference_start;       /* of each feature in `reference`; plan's space->count + 1 entries */
    json_t *card;                  /* what `inspect` shows */
    struct lka_mapping *mapping;   /* of the file it was opened from; NULL if trained here */
};

/* fold of an id, 0 .. member_count-1; true if the sampling rule says it may have been learned from. */
size_t lka_model_fold(const struct lka_model *model, struct lka_span id);
bool lka_model_sampled(const struct lka_model *model, struct lka_span id);

/* Scores every row of a block by the rule of DESIGN 7: a sampled id, or a seed, by member fold(id) alone; the others by the
 * mean. `is_seed` may be NULL. `ids` are the rows' ids. Same bits at any batch position. LKA_MEMORY only. */
lka_status lka_model_score(const struct lka_model *model, const struct lka_block *block, const struct lka_span *ids,
                           const bool *is_seed, struct lka_arena *scratch, double *scores, struct lka_error *error);

/* Writes the file whole or not at all (source/output.h). Fixed bytes for a fixed model. */
lka_status lka_model_save(const struct lka_model *model, const char *path, struct lka_error *error);

/* Frees what was built up in memory; used by lka_model_close too. */
void lka_model_release(struct lka_model *model);

#endif
