/* Fitting: repeatable, hands off its input, and sane on odd rows. */
#include "contract.h"

#include "base/hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what a declaration says ------------------------------------------------------------------ */

START_TEST(declaration_is_consistent)
{
    const struct candidate *candidate = &candidates[_i];
    const struct lka_model_family *family = candidate->family;
    ck_assert_uint_eq(family->abi, LKA_FAMILY_ABI);
    ck_assert_ptr_eq(lka_family_find(family->name), family);
    ck_assert_str_eq(family->params->name, family->name);
    ck_assert_uint_gt(strlen(family->summary), 0);
    EXPECT(candidate, !(family->flags & LKA_FAMILY_CONTRIBUTIONS) == !family->contributions,
           "the contributions flag and slot disagree");
    EXPECT(candidate, family->fit && family->score_block && family->save && family->load && family->free,
           "a slot is empty that is not optional");
    family->free(NULL);
    lka_options_free(candidate_options(candidate));
}
END_TEST

/* ---- repeatable, and the input left alone ----------------------------------------------------- */

START_TEST(same_input_and_seed_give_the_same_bytes)
{
    const struct candidate *candidate = &candidates[_i];
    struct people people;
    struct tensors first;
    struct tensors second;
    people_make(&people, USUAL);
    struct lka_family_model *model = candidate_fit_people(candidate, &people);
    struct lka_family_model *again = candidate_fit_people(candidate, &people);
    candidate_save(candidate, model, &first);
    candidate_save(candidate, again, &second);
    EXPECT(candidate, first.count > 0 && tensors_equal(&first, &second), "two fits of the same rows differ");
    tensors_free(&first);
    tensors_free(&second);
    candidate->family->free(model);
    candidate->family->free(again);
    people_free(&people);
}
END_TEST

/* "metric=cosine,contrast=false": the candidate with another value of a flag or a number. */
static struct candidate with_another(const struct candidate *candidate, const struct lka_param *param)
{
    struct candidate other = *candidate;
    bool on = param->type == LKA_PARAM_FLAG && strcmp(param->initial, "true") == 0;
    size_t length = strlen(other.setting);
    snprintf(other.setting + length, sizeof other.setting - length, "%s%s=%s", length > 0 ? "," : "", param->key,
             param->type != LKA_PARAM_FLAG ? "0.5"
             : on                          ? "false"
                                           : "true");
    return other;
}

START_TEST(idle_parameters_change_nothing)
{
    const struct candidate *candidate = &candidates[_i];
    const struct lka_model_family *family = candidate->family;
    struct lka_options *options = candidate_options(candidate);
    struct people people;
    people_make(&people, USUAL);
    for (size_t p = 0; p < family->params->count && family->idle; p++) {
        const struct lka_param *param = &family->params->params[p];
        if (!family->idle(lka_options_values(options), param->key)) {
            continue;
        }
        struct candidate other = with_another(candidate, param);
        struct lka_family_model *models[] = {candidate_fit_people(candidate, &people),
                                             candidate_fit_people(&other, &people)};
        struct tensors tensors[2];
        candidate_save(candidate, models[0], &tensors[0]);
        candidate_save(&other, models[1], &tensors[1]);
        EXPECT(candidate, tensors_equal(&tensors[0], &tensors[1]), "what is said to change nothing does");
        for (int i = 0; i < 2; i++) {
            tensors_free(&tensors[i]);
            family->free(models[i]);
        }
    }
    people_free(&people);
    lka_options_free(options);
}
END_TEST

static uint64_t hash_of(const void *bytes, size_t length)
{
    return lka_hash(1, (struct lka_span){bytes, (uint32_t)length});
}

static uint64_t hash_people(const struct people *people)
{
    size_t cells = people->space.count * people->block.capacity;
    size_t rows = people->block.count;
    return hash_of(people->block.codes, cells * sizeof *people->block.codes) ^
           3 * hash_of(people->block.values, cells * sizeof *people->block.values) ^
           5 * hash_of(people->rows, rows * sizeof *people->rows) ^ 7 * hash_of(people->label, rows) ^
           9 * hash_of(people->weight, rows * sizeof *people->weight);
}

START_TEST(input_is_untouched)
{
    const struct candidate *candidate = &candidates[_i];
    struct people people;
    people_make(&people, USUAL);
    uint64_t before = hash_people(&people);
    struct lka_fit_input input = people_input(&people, NULL);
    input.weight = candidate->family->flags & LKA_FAMILY_TAKES_WEIGHTS ? people.weight : NULL;
    struct lka_family_model *model = candidate_fit(candidate, &input);
    free(candidate_score(candidate, model, &people.block));
    EXPECT(candidate, hash_people(&people) == before, "fit or score_block wrote to its input");
    candidate->family->free(model);
    people_free(&people);
}
END_TEST

/* Only the rows that are listed are learned from; without LKA_FAMILY_NEEDS_NEGATIVES only the seeds among them. */
START_TEST(other_rows_do_not_matter)
{
    const struct candidate *candidate = &candidates[_i];
    bool needs_negatives = candidate->family->flags & LKA_FAMILY_NEEDS_NEGATIVES;
    struct people people;
    struct tensors first;
    struct tensors second;
    people_make(&people, USUAL);
    struct lka_fit_input input = people_input(&people, NULL);
    input.count = people.block.count - 40;
    struct lka_family_model *model = candidate_fit(candidate, &input);
    candidate_save(candidate, model, &first);
    for (size_t row = needs_negatives ? input.count : USUAL.seeds; row < people.block.count; row++) {
        for (size_t f = 0; f < people.space.count; f++) {
            lka_block_codes(&people.block, f)[row] = (uint16_t)(people.features[f].codes - 1);
            lka_block_values(&people.block, f)[row] = 3;
        }
        people.label[row] = row >= input.count;
    }
    struct lka_family_model *again = candidate_fit(candidate, &input);
    candidate_save(candidate, again, &second);
    EXPECT(candidate, tensors_equal(&first, &second), "a row that should not be read changed the model");
    tensors_free(&first);
    tensors_free(&second);
    candidate->family->free(model);
    candidate->family->free(again);
    people_free(&people);
}
END_TEST

/* ---- sane ------------------------------------------------------------------------------------- */

static void expect_finite_scores_from(const struct candidate *candidate, const struct people *people,
                                      const struct lka_fit_input *input)
{
    struct lka_family_model *model = candidate_fit(candidate, input);
    double *scores = candidate_score(candidate, model, &people->block);
    for (size_t i = 0; i < people->block.count; i++) {
        EXPECT(candidate, isfinite(scores[i]), "row %zu has score %g", i, scores[i]);
    }
    free(scores);
    candidate->family->free(model);
}

static void expect_finite_scores(const struct candidate *candidate, const struct people *people)
{
    struct lka_fit_input input = people_input(people, NULL);
    expect_finite_scores_from(candidate, people, &input);
}

START_TEST(seeds_score_higher_than_others)
{
    const struct candidate *candidate = &candidates[_i];
    struct people people;
    people_make(&people, USUAL);
    struct lka_family_model *model = candidate_fit_people(candidate, &people);
    double *scores = candidate_score(candidate, model, &people.block);
    size_t won = 0;
    for (size_t seed = 0; seed < USUAL.seeds; seed++) {
        for (size_t other = USUAL.seeds; other < people.block.count; other++) {
            won += scores[seed] > scores[other];
        }
    }
    double share = (double)won / (double)(USUAL.seeds * (people.block.count - USUAL.seeds));
    EXPECT(candidate, share > 0.6, "a seed beats another row with probability %.2f only", share);
    free(scores);
    candidate->family->free(model);
    people_free(&people);
}
END_TEST

/* Constant columns, and nothing but constant columns. */
START_TEST(constant_rows)
{
    struct people people;
    people_make(&people, USUAL);
    for (size_t f = 0; f < people.space.count; f++) {
        for (size_t row = 0; row < people.block.count; row++) {
            lka_block_codes(&people.block, f)[row] = 1;
            lka_block_values(&people.block, f)[row] = 0;
        }
        if (f % 2 == 0) {
            continue;
        }
        expect_finite_scores(&candidates[_i], &people);
    }
    people_free(&people);
}
END_TEST

START_TEST(seeds_all_equal)
{
    struct people people;
    people_make(&people, USUAL);
    for (size_t f = 0; f < people.space.count; f++) {
        for (size_t row = 1; row < USUAL.seeds; row++) {
            lka_block_codes(&people.block, f)[row] = lka_block_codes(&people.block, f)[0];
            lka_block_values(&people.block, f)[row] = lka_block_values(&people.block, f)[0];
        }
    }
    expect_finite_scores(&candidates[_i], &people);
    people_free(&people);
}
END_TEST

START_TEST(more_columns_than_rows)
{
    struct people people;
    people_make(&people, (struct shape){.rows = 30, .seeds = 12, .numbers = 40, .categories = 30, .codes = 5});
    expect_finite_scores(&candidates[_i], &people);
    people_free(&people);
}
END_TEST

/* Families that keep landmarks make none of so few people without permission. */
START_TEST(fewest_rows)
{
    const struct candidate *candidate = &candidates[_i];
    struct people people;
    people_make(&people, (struct shape){.rows = 4, .seeds = 2, .numbers = 5, .categories = 2, .codes = 3});
    struct lka_fit_input input = people_input(&people, NULL);
    input.allow_examples = candidate->family->flags & LKA_FAMILY_KEEPS_LANDMARKS;
    expect_finite_scores_from(candidate, &people, &input);
    people_free(&people);
}
END_TEST

START_TEST(one_feature)
{
    struct people people;
    people_make(&people, (struct shape){.rows = 60, .seeds = 20, .categories = 1, .codes = 3});
    expect_finite_scores(&candidates[_i], &people);
    people_free(&people);
}
END_TEST

START_TEST(extreme_values_to_learn_from)
{
    struct people people;
    people_make(&people, USUAL);
    lka_block_values(&people.block, 0)[3] = 1e300;
    lka_block_values(&people.block, 0)[50] = -1e300;
    lka_block_values(&people.block, 2)[51] = 1e12;
    expect_finite_scores(&candidates[_i], &people);
    people_free(&people);
}
END_TEST

/* ---- weights ---------------------------------------------------------------------------------- */

static double *scores_with_weights(const struct candidate *candidate, const struct people *people)
{
    struct lka_fit_input input = people_input(people, NULL);
    input.weight = people->weight;
    struct lka_family_model *model = candidate_fit(candidate, &input);
    double *scores = candidate_score(candidate, model, &people->block);
    candidate->family->free(model);
    return scores;
}

static double largest_difference(const double *a, const double *b, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs(a[i] - b[i]) / (1 + fabs(a[i])));
    }
    return largest;
}

START_TEST(weights_count)
{
    const struct candidate *candidate = &candidates[_i];
    if (!(candidate->family->flags & LKA_FAMILY_TAKES_WEIGHTS)) {
        return;
    }
    struct people people;
    people_make(&people, USUAL);
    double *equal = scores_with_weights(candidate, &people);
    for (size_t row = 0; row < people.block.count; row += 2) {
        people.weight[row] = 6;
    }
    double *weighted = scores_with_weights(candidate, &people);
    EXPECT(candidate, largest_difference(equal, weighted, people.block.count) > 1e-3, "weights change nothing");
    free(equal);
    free(weighted);
    people_free(&people);
}
END_TEST

START_TEST(weight_zero_is_absent)
{
    const struct candidate *candidate = &candidates[_i];
    if (!(candidate->family->flags & LKA_FAMILY_TAKES_WEIGHTS)) {
        return;
    }
    struct people people;
    people_make(&people, USUAL);
    for (size_t row = people.block.count - 60; row < people.block.count; row++) {
        people.weight[row] = 0;
    }
    double *zero = scores_with_weights(candidate, &people);
    struct lka_fit_input input = people_input(&people, NULL);
    input.weight = people.weight;
    input.count -= 60;
    struct lka_family_model *model = candidate_fit(candidate, &input);
    double *absent = candidate_score(candidate, model, &people.block);
    double difference = largest_difference(zero, absent, people.block.count);
    EXPECT(candidate, difference < 1e-4, "rows of weight 0 change scores by %g", difference);
    free(zero);
    free(absent);
    candidate->family->free(model);
    people_free(&people);
}
END_TEST

TCase *fitting_case(void)
{
    TCase *tests = tcase_create("fitting");
    tcase_set_timeout(tests, 120);
    EACH_CANDIDATE(tests, declaration_is_consistent);
    EACH_CANDIDATE(tests, same_input_and_seed_give_the_same_bytes);
    EACH_CANDIDATE(tests, idle_parameters_change_nothing);
    EACH_CANDIDATE(tests, input_is_untouched);
    EACH_CANDIDATE(tests, other_rows_do_not_matter);
    EACH_CANDIDATE(tests, seeds_score_higher_than_others);
    EACH_CANDIDATE(tests, constant_rows);
    EACH_CANDIDATE(tests, seeds_all_equal);
    EACH_CANDIDATE(tests, more_columns_than_rows);
    EACH_CANDIDATE(tests, fewest_rows);
    EACH_CANDIDATE(tests, one_feature);
    EACH_CANDIDATE(tests, extreme_values_to_learn_from);
    EACH_CANDIDATE(tests, weights_count);
    EACH_CANDIDATE(tests, weight_zero_is_absent);
    return tests;
}
