/* tests/unit/machines_by_hand.h: the families svm and one_class, fitted to a crowd. */
#ifndef LKA_TESTS_MACHINES_BY_HAND_H
#define LKA_TESTS_MACHINES_BY_HAND_H

#include "crowd_by_hand.h"

#include <check.h>
#include <libsvm/svm.h>
#include <math.h>

extern const struct lka_model_family lka_svm_family;
extern const struct lka_model_family lka_one_class_family;

/* libsvm's call ends here: a test fails if there was one. */
static int rand_calls;

__attribute__((visibility("default"))) int rand(void)
{
    return ++rand_calls;
}

struct trial {
    struct crowd crowd;
    const struct lka_model_family *family;
    struct lka_options *options;
    struct lka_fit_input input;
    struct lka_family_model *model;
    struct lka_fit_info info;
    struct lka_error error;
    double *scores;
};

static inline void trial_init(struct trial *trial, const struct lka_model_family *family, size_t seeds,
                              size_t unlabelled)
{
    *trial = (struct trial){.family = family};
    crowd_init(&trial->crowd, seeds, unlabelled);
    ck_assert_int_eq(lka_options_new(family->params, &trial->options, NULL), LKA_OK);
    trial->input = crowd_input(&trial->crowd, trial->options);
    trial->scores = lka_new(seeds + unlabelled, sizeof *trial->scores);
}

static inline void set(struct trial *trial, const char *key, const char *value)
{
    ck_assert_int_eq(lka_options_set(trial->options, key, value, NULL), LKA_OK);
}

static inline void score(const struct lka_family_model *model, const struct lka_block *block, double *scores)
{
    struct lka_arena scratch = {0};
    ck_assert_int_eq(model->family->score_block(model, block, &scratch, scores, NULL), LKA_OK);
    lka_arena_release(&scratch);
}

static inline void fit(struct trial *trial)
{
    trial->family->free(trial->model);
    lka_status status = trial->family->fit(&trial->input, &trial->model, &trial->info, &trial->error);
    ck_assert_msg(status == LKA_OK, "%s", trial->error.message);
    score(trial->model, &trial->crowd.block, trial->scores);
    for (size_t i = 0; i < trial->crowd.block.count; i++) {
        ck_assert(isfinite(trial->scores[i]));
    }
}

static inline void trial_release(struct trial *trial)
{
    trial->family->free(trial->model);
    lka_options_free(trial->options);
    lka_free(trial->scores);
    crowd_release(&trial->crowd);
    ck_assert_int_eq(rand_calls, 0);
}

static const struct {
    const struct lka_model_family *family;
    const char *kernel;
    struct svm_parameter parameter;
} machines[] = {
    {&lka_svm_family, "rbf", {.svm_type = C_SVC, .kernel_type = RBF}},
    {&lka_svm_family, "linear", {.svm_type = C_SVC, .kernel_type = LINEAR}},
    {&lka_one_class_family, NULL, {.svm_type = ONE_CLASS, .kernel_type = RBF}},
};

static inline void trial_of(struct trial *trial, int machine)
{
    trial_init(trial, machines[machine].family, 400, 1500);
    if (machines[machine].kernel) {
        set(trial, "kernel", machines[machine].kernel);
    } else {
        set(trial, "nu", "0.3");
    }
}

#endif
