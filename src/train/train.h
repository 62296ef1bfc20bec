/* train/train.h: the trainer's inside, for match and the command: train on open tables, and keep the model. */
#ifndef LKA_TRAIN_TRAIN_H
#define LKA_TRAIN_TRAIN_H

#include "source/open.h"
#include "train/met.h"
#include "train/model.h"
#include "train/seeds.h"

#define LKA_TWO_FILES_PARAMS(X, needed)                                           \
    X(LIST, seeds, "seeds", NULL, 0, 0, NULL, "FILE",                             \
      "the people known to have come back (CSV, .gz, .zst; - for stdin)", needed) \
    X(LIST, pool, "pool", NULL, 0, 0, NULL, "FILE", "the prospects (CSV, .gz, .zst; - for stdin)", needed)

/* How to learn, from whichever files. */
#define LKA_LEARNING_PARAMS(X)                                                                                        \
    X(CHOICE, family, "family", "auto", 0, 0, "auto|centroid|one_class|logistic|svm|neighbours|forest|blend", "NAME", \
      "the model family; auto: chosen by cross-fitting", false)                                                       \
    X(LIST, set, "set", NULL, 0, 0, NULL, "FAMILY.PARAM=VALUE", "a parameter of a model family", false)               \
    X(INTEGER, folds, "folds", "5", 2, 20, NULL, "K",                                                                 \
      "folds to compare settings by, and cross-fitted members; not given, there are twice as many members, and four " \
      "times as many where they join into one model (logistic, centroid)",                                            \
      false)                                                                                                          \
    X(INTEGER, repeats, "repeats", "0", 0, 100, NULL, "N",                                                            \
      "repetitions of the cross-fitting that settings and families are chosen by; 0: 3, fewer from 500 seeds on",     \
      false)                                                                                                          \
    X(TEXT, time_limit, "time-limit", NULL, 0, 0, NULL, "TIME",                                                       \
      "how long training may take about, such as 500ms, 90s, 10m or 2h: the search for settings ends at half of it",  \
      false)                                                                                                          \
    X(INTEGER, bags, "bags", "1", 1, 20, NULL, "N",                                                                   \
      "fits that a member is the mean of, each on all its seeds and half of its others", false)                       \
    X(FLAG, balance, "balance", "false", 0, 0, NULL, NULL,                                                            \
      "seeds count as much as all others together, and not by their number", false)                                   \
    X(INTEGER, sample, "sample", "50000", 100, 100000000, NULL, "N",                                                  \
      "pool rows to learn from, at most; picked by a keyed hash of the id", false)                                    \
    X(FLAG, same_ids, "same-ids", "false", 0, 0, NULL, NULL,                                                          \
      "ids of seeds and pool name the same people, though their columns have different names", false)                 \
    X(FLAG, ids_unique, "ids-unique", "false", 0, 0, NULL, NULL, "the ids are known to be unique: skip the check",    \
      false)                                                                                                          \
    X(FLAG, strict, "strict", "false", 0, 0, NULL, NULL,                                                              \
      "columns that one table lacks are an error, and not a warning", false)                                          \
    X(FLAG, allow_examples, "allow-examples", "false", 0, 0, NULL, NULL,                                              \
      "families may keep examples of fewer than 10 people; the model then holds personal data", false)                \
    LKA_FEATURES_PARAMS(X)

/* What match takes of them. */
#define LKA_TRAIN_PARAMS(X)       \
    LKA_TWO_FILES_PARAMS(X, true) \
    LKA_LEARNING_PARAMS(X)

#define LKA_ALL_TRAIN_PARAMS(X)                                                                                  \
    LKA_TWO_FILES_PARAMS(X, false)                                                                               \
    X(LIST, crm, "crm", NULL, 0, 0, NULL, "FILE",                                                                \
      "contacts by group (reactivated, silent, unreached) in place of seeds; the pool is then optional", false)  \
    X(CHOICE, weights, "weights", "auto", 0, 0, "auto|full|none", "NAME",                                        \
      "with --crm, how much is corrected for reach and for the pool: auto: chosen by cross-fitting", false)      \
    LKA_LEARNING_PARAMS(X)                                                                                       \
    X(INTEGER, draw, "draw", "0", 0, 1000000, NULL, "N",                                                         \
      "learn from the Nth draw of the seeds in place of all of them alike, to see what depends on whom; 0: all", \
      false)                                                                                                     \
    X(TEXT, model, "model", NULL, 0, 0, NULL, "FILE", "where the model goes (safetensors)", true)                \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR",                                                     \
      "leaves out whoever was erased from it, and remembers whom the model was learned from", false)             \
    LKA_WHERE_PARAMS(X)                                                                                          \
    LKA_INPUT_PARAMS(X)                                                                                          \
    LKA_OUTPUT_PARAMS(X)                                                                                         \
    LKA_RUN_PARAMS(X)

LKA_PARAMS_STRUCT(train_options, LKA_ALL_TRAIN_PARAMS);

struct lka_train_result {
    struct lka_model *model;
    struct lka_seed_set *seeds;
    struct lka_met met; /* whom it met, where there is a workspace: lka_met_remember, once the model is saved */
    json_t *document;   /* the stage's document, without seconds; also the model's card */
};

/* `options` is of lka_train_params' table. Where it has --crm, `seeds` is that table, and `pool` may be NULL. Reads
 * both tables to their ends; nothing is written. */
lka_status lka_train_tables(const struct lka_options *options, struct lka_table *seeds, struct lka_table *pool,
                            const struct lka_session *session, struct lka_train_result *result,
                            struct lka_error *error);
/* What a dry run tells: the tables, the columns, the report on the seeds, what would be tried. Nothing is chosen or
 * fitted but what the report needs. */
lka_status lka_train_look(const struct lka_options *options, struct lka_table *seeds, struct lka_table *pool,
                          const struct lka_session *session, json_t **document, struct lka_error *error);
void lka_train_result_release(struct lka_train_result *result);

#endif
