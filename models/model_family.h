/* models/model_family.h: what a model family is.
 *
 * A family turns encoded rows (table/block.h) with labels into a model, and scores rows with it; a higher score is
 * "more like the seeds". The generic driver (src/train) checks every precondition once: at least 2 positive and
 * 2 other rows, at least one feature, finite non-negative weights with a positive sum in each class, options in range,
 * so a family's files hold mathematics only. Adding one: models/README.md.
 *
 * What every family promises (tests/contract runs all of it on every family):
 *   - fit: the same input and seed give the same bytes; inputs are not touched; not converging is a fact in `info`;
 *   - score_block: one row's score is a function of that row alone, summed in one fixed order, without fma, with lka_exp
 *     and lka_log, so that it is the same bits at any batch position and on any CPU; never NaN;
 *   - save -> load -> score: identical to the bit;
 *   - a failed allocation is LKA_MEMORY and leaks nothing.
 */
#ifndef LKA_MODEL_FAMILY_H
#define LKA_MODEL_FAMILY_H

#include "base/error.h"
#include "base/memory.h"
#include "base/parameters.h"
#include "base/session.h"
#include "table/block.h"

enum { LKA_FAMILY_ABI = 1 };

enum lka_family_flags {
    LKA_FAMILY_NEEDS_NEGATIVES = 1 << 0, /* learns from the unlabelled too; without it only label 1 rows are read */
    LKA_FAMILY_TAKES_WEIGHTS = 1 << 1,   /* else the driver refuses weights that differ within a class */
    LKA_FAMILY_CONTRIBUTIONS = 1 << 2,   /* the contributions slot is filled */
    /* Keeps means of at least 10 people (CONTRIBUTING.md): LKA_DATA for fewer in a class that it reads, unless
     * allow_examples. */
    LKA_FAMILY_KEEPS_LANDMARKS = 1 << 3,
    LKA_FAMILY_LOG_ODDS = 1 << 4, /* scores are log odds of seed against pool, for equal numbers of both */
};

struct lka_fit_input {
    const struct lka_block *block; /* encoded rows, seeds and unlabelled together */
    const uint32_t *rows;          /* the ones to learn from, ascending */
    size_t count;
    const uint8_t *label; /* by row of the block: 1 seed, 0 unlabelled */
    const double *weight; /* by row of the block; NULL: every row counts 1 */
    uint64_t seed;
    bool allow_examples; /* landmarks of fewer than 10 people are allowed */
    const void *options; /* the family's options struct */
    const struct lka_session *session;
};

struct lka_fit_info {
    bool converged;
    uint32_t iterations;
    double objective; /* of the last iterate; NaN where it has no meaning */
};

/* Named tensors, for save and load. A name is made unique for the member by the driver. */
enum lka_tensor_type { LKA_TENSOR_F64, LKA_TENSOR_U32, LKA_TENSOR_U16, LKA_TENSOR_U8 };
struct lka_tensor {
    enum lka_tensor_type type;
    size_t rows; /* 1 for a vector */
    size_t columns;
    const void *data; /* little-endian, row-major, 8-aligned */
};
struct lka_tensor_sink {
    void *user;
    lka_status (*put)(void *user, const char *name, struct lka_tensor tensor, struct lka_error *error); /* copies */
};
struct lka_tensor_store {
    const void *user;
    /* LKA_DATA if the name is absent or the type differs. `data` stays valid as long as the model: the family
     * may keep the pointer. */
    lka_status (*get)(const void *user, const char *name, enum lka_tensor_type type, struct lka_tensor *tensor,
                      struct lka_error *error);
};

/* Each family embeds it as the first member of its own struct. */
struct lka_family_model {
    const struct lka_model_family *family;
};

/* A score that is a sum: intercept, then by feature slope[f] * lka_bounded(value) and table[start[f] + code]. */
struct lka_linear_terms {
    double intercept;
    const double *slope;
    const double *table;
    const size_t *start;
};

struct lka_model_family {
    uint32_t abi; /* LKA_FAMILY_ABI */
    uint32_t flags;
    const char *name;
    const char *summary;
    const struct lka_param_table *params;

    lka_status (*fit)(const struct lka_fit_input *input, struct lka_family_model **model, struct lka_fit_info *info,
                      struct lka_error *error);

    /* scores[0 .. block->count). `scratch` is a per-thread arena, rewound by the caller between blocks. LKA_MEMORY only. */
    lka_status (*score_block)(const struct lka_family_model *model, const struct lka_block *block,
                              struct lka_arena *scratch, double *scores, struct lka_error *error);

    /* Optional. out[i * space->count + f] is what feature f adds to row i's score; the rest is *base, so that
     * base + sum(out of a row) = score within 1e-9. */
    lka_status (*contributions)(const struct lka_family_model *model, const struct lka_block *block, double *out,
                                double *base, struct lka_error *error);

    /* Optional: whether this one can tell; without the slot every model can that has the slot above. */
    bool (*explains)(const struct lka_family_model *model);

    /* Optional: one model whose score is the mean of the members' (linear families). */
    lka_status (*average)(const struct lka_family_model *const *members, size_t count, struct lka_family_model **mean,
                          struct lka_error *error);

    /* Optional: the terms of a score that is such a sum, borrowed from the model; score_block then rounds after each
     * product and each addition, in that order, and many models are scored at once (src/score/panel.h). */
    struct lka_linear_terms (*terms)(const struct lka_family_model *model);

    lka_status (*save)(const struct lka_family_model *model, const struct lka_tensor_sink *sink,
                       struct lka_error *error);
    /* Checks every shape and index against `space`: the file may have been tampered with. */
    lka_status (*load)(const struct lka_space *space, const struct lka_tensor_store *store,
                       struct lka_family_model **model, struct lka_error *error);
    void (*free)(struct lka_family_model *model); /* NULL is fine */

    /* Optional: whether what fits it is installed (base/optional.h). Scoring never needs it. Without the slot: always. */
    bool (*available)(void);

    /* Optional, with LKA_FAMILY_LOG_ODDS: those log odds from a score, where a setting makes scores something else. */
    double (*log_odds)(const void *options, double score);

    /* Optional, with LKA_FAMILY_LOG_ODDS: whether this one's scores are; without the slot every model's of the family are. */
    bool (*tells_log_odds)(const struct lka_family_model *model);

    /* Optional: why a parameter changes nothing beside the values of the others ("it is for risk=nnpu"); NULL where it may. */
    const char *(*idle)(const void *options, const char *key);

    /* Optional: settings worth trying, from the simplest, NULL at the end: "l2=10", "kernel=rbf,c=1". The trainer
     * chooses among them by cross-fitting where the user set none of the first one's keys (what else the user set stays); without
     * it the defaults are used. */
    const char *const *search;
};

/* The registry: models/registry.c. */
extern const struct lka_model_family *const lka_families[];
extern const size_t lka_family_count;
const struct lka_model_family *lka_family_find(const char *name); /* NULL if there is none */
bool lka_family_tells_log_odds(const struct lka_family_model *model);
/* Why the first of the parameters that were given and change nothing does not, and its key; NULL where there is none. */
const char *lka_family_idle(const struct lka_model_family *family, const struct lka_options *options, const char **key);

#endif
