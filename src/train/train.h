/* train/train.h: the trainer's inside, for match: train on two open sources, and keep the model. */
#ifndef LKA_TRAIN_TRAIN_H
#define LKA_TRAIN_TRAIN_H

#include "source/source.h"
#include "train/model.h"
#include "train/seeds.h"

#define LKA_TRAIN_PARAMS(X)                                                                                            \
    X(CHOICE, family, "family", "auto", 0, 0, "auto|centroid|logistic|svm|one_class", "NAME", "the model family; auto: chosen by cross-fitting", false) \
    X(LIST, set, "set", NULL, 0, 0, NULL, "FAMILY.PARAM=VALUE", "a parameter of a model family", false)                \
    X(INTEGER, folds, "folds", "5", 2, 20, NULL, "K", "cross-fitted members", false)                                   \
    X(INTEGER, repeats, "repeats", "3", 1, 100, NULL, "N", "repetitions of the cross-fitting that parameters and families are chosen by", false) \
    X(INTEGER, sample, "sample", "50000", 100, 100000000, NULL, "N", "pool rows to learn from, at most; picked by a keyed hash of the id", false) \
    X(FLAG, same_ids, "same-ids", "false", 0, 0, NULL, NULL, "ids of seeds and pool name the same people, though their columns have different names", false) \
    X(FLAG, strict, "strict", "false", 0, 0, NULL, NULL, "columns that only one table has are an error, and not a warning", false) \
    X(FLAG, allow_examples, "allow-examples", "false", 0, 0, NULL, NULL, "families may keep examples of fewer than 10 people; the model then holds personal data", false) \
    LKA_FEATURES_PARAMS(X)

struct lka_train_result {
    struct lka_model *model;
    struct lka_seed_set *seeds;
    json_t *document; /* the stage's document, without seconds */
};

/* `options` is of lka_train_params' table or of one that has the same keys (match's). Reads both sources to their ends;
 * the pool is left rewindable by the caller. */
lka_status lka_train_sources(const struct lka_options *options, struct lka_source *seeds, struct lka_source *pool,
                             const struct lka_session *session, struct lka_train_result *result,
                             struct lka_error *error);
void lka_train_result_release(struct lka_train_result *result);

#endif
