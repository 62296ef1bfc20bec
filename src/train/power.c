#include "train/power.h"

#include "train/choose.h"

const double lka_powers[LKA_POWERS] = {0, .5, 1};

struct tried {
    struct lka_choice choices[LKA_POWERS];
    size_t runs;
    size_t folds;
};

static const struct lka_candidate *winner(const struct tried *tried, size_t power)
{
    return &tried->choices[power].candidates[tried->choices[power].chosen];
}

static void fall_behind(const struct tried *tried, size_t power, size_t best, struct lka_power_choice *choice)
{
    struct lka_candidate candidate = *winner(tried, power);
    lka_candidate_fall_behind(&candidate, winner(tried, best), lka_candidate_worth, tried->runs, tried->folds);
    choice->behind[power] = candidate.behind;
    choice->standard_error[power] = candidate.standard_error;
}

static void pick(const struct tried *tried, struct lka_power_choice *choice)
{
    size_t best = 0;
    for (size_t p = 0; p < LKA_POWERS; p++) {
        choice->worth[p] = -winner(tried, p)->mean.deviance;
        best = choice->worth[p] > choice->worth[best] ? p : best;
    }
    for (size_t p = 0; p < LKA_POWERS; p++) {
        fall_behind(tried, p, best, choice);
    }
    while (choice->chosen < best && choice->behind[choice->chosen] > choice->standard_error[choice->chosen]) {
        choice->chosen++;
    }
}

lka_status lka_power_choose(struct lka_learning *learning, double *const *weights, size_t folds, size_t repeats,
                            struct lka_power_choice *choice, struct lka_error *error)
{
    struct lka_list none = {0};
    struct lka_choose_options options = {.family = "logistic", .set = &none, .folds = folds, .repeats = repeats};
    struct tried tried = {.runs = folds * repeats, .folds = folds};
    lka_status status = LKA_OK;
    size_t bytes = learning->block.count * sizeof(double);
    *choice = (struct lka_power_choice){0};
    for (size_t p = 0; p < LKA_POWERS && status == LKA_OK; p++) {
        memcpy(learning->weight, weights[p], bytes);
        status = lka_choose(learning, &options, &tried.choices[p], error);
    }
    if (status == LKA_OK) {
        pick(&tried, choice);
        memcpy(learning->weight, weights[choice->chosen], bytes);
    }
    for (size_t p = 0; p < LKA_POWERS; p++) {
        lka_choice_release(&tried.choices[p]);
    }
    return status;
}
