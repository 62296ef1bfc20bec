/* Scoring: a row's score is the row's alone, finite, and made of its parts. */
#include "contract.h"

#include "base/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy_row(struct lka_block *to, size_t at, const struct lka_block *from, size_t row)
{
    for (size_t f = 0; f < from->space->count; f++) {
        lka_block_codes(to, f)[at] = lka_block_codes(from, f)[row];
        lka_block_values(to, f)[at] = lka_block_values(from, f)[row];
    }
}

static struct lka_block empty_block(const struct people *people, size_t capacity)
{
    struct lka_block block;
    ck_assert_int_eq(lka_block_init(&block, &people->space, capacity, NULL), LKA_OK);
    return block;
}

/* ---- one row ---------------------------------------------------------------------------------- */

START_TEST(one_row_scores_as_in_a_block)
{
    const struct candidate *candidate = &candidates[_i];
    struct people people;
    people_make(&people, USUAL);
    struct lka_family_model *model = candidate_fit_people(candidate, &people);
    double *scores = candidate_score(candidate, model, &people.block);
    struct lka_block single = empty_block(&people, 1);
    single.count = 1;
    for (size_t row = 0; row < people.block.count; row++) {
        copy_row(&single, 0, &people.block, row);
        double *alone = candidate_score(candidate, model, &single);
        EXPECT(candidate, memcmp(alone, &scores[row], sizeof *alone) == 0,
               "row %zu scores %.17g in a block, %.17g alone", row, scores[row], *alone);
        free(alone);
    }
    free(scores);
    lka_block_release(&single);
    candidate->family->free(model);
    people_free(&people);
}
END_TEST

/* The same people in another order, in a block with room to spare, with a scratch that was used before. */
START_TEST(position_in_a_block_does_not_matter)
{
    const struct candidate *candidate = &candidates[_i];
    struct people people;
    people_make(&people, USUAL);
    struct lka_family_model *model = candidate_fit_people(candidate, &people);
    double *scores = candidate_score(candidate, model, &people.block);
    struct lka_block shuffled = empty_block(&people, people.block.count + 5);
    struct lka_arena scratch = {0};
    double *again = calloc(people.block.count, sizeof *again);
    for (uint64_t round = 0; round < 5; round++) {
        struct lka_random random = lka_random_start(round, 0);
        lka_random_shuffle(&random, people.rows, people.block.count);
        shuffled.count = people.block.count - (size_t)round;
        for (size_t i = 0; i < shuffled.count; i++) {
            copy_row(&shuffled, i, &people.block, people.rows[i]);
        }
        ck_assert_int_eq(candidate->family->score_block(model, &shuffled, &scratch, again, NULL), LKA_OK);
        lka_arena_rewind(&scratch);
        for (size_t i = 0; i < shuffled.count; i++) {
            EXPECT(candidate, memcmp(&again[i], &scores[people.rows[i]], sizeof *again) == 0,
                   "row %u scores otherwise at place %zu", people.rows[i], i);
        }
    }
    free(again);
    free(scores);
    lka_arena_release(&scratch);
    lka_block_release(&shuffled);
    candidate->family->free(model);
    people_free(&people);
}
END_TEST

START_TEST(no_rows)
{
    const struct candidate *candidate = &candidates[_i];
    struct people people;
    people_make(&people, USUAL);
    struct lka_family_model *model = candidate_fit_people(candidate, &people);
    struct lka_block none = empty_block(&people, 4);
    free(candidate_score(candidate, model, &none));
    lka_block_release(&none);
    candidate->family->free(model);
    people_free(&people);
}
END_TEST

/* ---- odd rows --------------------------------------------------------------------------------- */

/* All missing, every code of every feature, extreme values of both signs: codes that were never learned from among
 * them. */
static struct lka_block odd_rows(const struct people *people)
{
    static const double values[] = {0, 1e6, -1e6, 1e30, -1e30, 1e300, -1e300, 1e-300};
    enum { VALUES = sizeof values / sizeof *values, CODES = 9 };
    struct lka_block block = empty_block(people, VALUES * CODES);
    block.count = VALUES * CODES;
    for (size_t f = 0; f < people->space.count; f++) {
        for (size_t row = 0; row < block.count; row++) {
            uint32_t code = (uint32_t)(row % CODES);
            uint32_t codes = people->features[f].codes;
            lka_block_codes(&block, f)[row] = (uint16_t)(code < codes ? code : codes - 1);
            lka_block_values(&block, f)[row] = code == 0 ? 0 : values[row / CODES] * (f % 3 == 2 ? -1 : 1);
        }
    }
    return block;
}

START_TEST(odd_rows_have_finite_scores)
{
    const struct candidate *candidate = &candidates[_i];
    struct people people;
    people_make(&people, USUAL);
    struct lka_family_model *model = candidate_fit_people(candidate, &people);
    struct lka_block odd = odd_rows(&people);
    double *scores = candidate_score(candidate, model, &odd);
    for (size_t i = 0; i < odd.count; i++) {
        EXPECT(candidate, isfinite(scores[i]), "odd row %zu has score %g", i, scores[i]);
    }
    free(scores);
    lka_block_release(&odd);
    candidate->family->free(model);
    people_free(&people);
}
END_TEST

/* A feature of kind CODE has no value: what stands in its lane must not matter. */
START_TEST(values_of_codes_are_not_read)
{
    const struct candidate *candidate = &candidates[_i];
    struct people people;
    people_make(&people, USUAL);
    struct lka_family_model *model = candidate_fit_people(candidate, &people);
    double *scores = candidate_score(candidate, model, &people.block);
    for (size_t f = 0; f < people.space.count; f++) {
        for (size_t row = 0; row < people.block.count && people.features[f].kind == LKA_FEATURE_CODE; row++) {
            lka_block_values(&people.block, f)[row] = NAN;
        }
    }
    double *again = candidate_score(candidate, model, &people.block);
    EXPECT(candidate, memcmp(scores, again, people.block.count * sizeof *scores) == 0, "a code's value lane was read");
    candidate->family->free(model);
    model = candidate_fit_people(candidate, &people);
    free(again);
    again = candidate_score(candidate, model, &people.block);
    EXPECT(candidate, memcmp(scores, again, people.block.count * sizeof *scores) == 0,
           "a code's value lane was learned from");
    free(scores);
    free(again);
    candidate->family->free(model);
    people_free(&people);
}
END_TEST

/* ---- parts and means -------------------------------------------------------------------------- */

static void expect_parts_to_sum(const struct candidate *candidate, const struct lka_family_model *model,
                                const struct lka_block *block)
{
    size_t features = block->space->count;
    double *scores = candidate_score(candidate, model, block);
    double *parts = calloc(block->count * features, sizeof *parts);
    double base = NAN;
    ck_assert_int_eq(candidate->family->contributions(model, block, parts, &base, NULL), LKA_OK);
    for (size_t row = 0; row < block->count; row++) {
        double sum = base;
        double size = fabs(base);
        for (size_t f = 0; f < features; f++) {
            sum += parts[row * features + f];
            size += fabs(parts[row * features + f]);
        }
        EXPECT(candidate, fabs(sum - scores[row]) <= 1e-9 * (1 + size), "row %zu: parts sum to %.15g, score is %.15g",
               row, sum, scores[row]);
    }
    free(parts);
    free(scores);
}

START_TEST(contributions_sum_to_the_score)
{
    const struct candidate *candidate = &candidates[_i];
    if (!candidate->family->contributions) {
        return;
    }
    struct people people;
    people_make(&people, USUAL);
    struct lka_family_model *model = candidate_fit_people(candidate, &people);
    struct lka_block odd = odd_rows(&people);
    expect_parts_to_sum(candidate, model, &people.block);
    expect_parts_to_sum(candidate, model, &odd);
    lka_block_release(&odd);
    candidate->family->free(model);
    people_free(&people);
}
END_TEST

/* Members that saw different thirds of the rows. */
static void fit_members(const struct candidate *candidate, const struct people *people,
                        struct lka_family_model *members[3])
{
    uint32_t *rows = calloc(people->block.count, sizeof *rows);
    for (size_t m = 0; m < 3; m++) {
        struct lka_fit_input input = people_input(people, NULL);
        input.rows = rows;
        input.count = 0;
        for (uint32_t row = 0; row < people->block.count; row++) {
            if (row % 3 != m) {
                rows[input.count++] = row;
            }
        }
        members[m] = candidate_fit(candidate, &input);
    }
    free(rows);
}

/* The first `count` members' average scores as the mean of their scores; a family may have no average for this
 * setting. */
static void expect_average(const struct candidate *candidate, struct lka_family_model *members[3], size_t count,
                           const struct lka_block *block)
{
    const struct lka_family_model *inputs[3] = {members[0], members[1], members[2]};
    struct lka_family_model *mean = NULL;
    ck_assert_int_eq(candidate->family->average(inputs, count, &mean, NULL), LKA_OK);
    if (!mean) {
        return;
    }
    double *scores = candidate_score(candidate, mean, block);
    double *sums = calloc(block->count, sizeof *sums);
    for (size_t m = 0; m < count; m++) {
        double *of_member = candidate_score(candidate, members[m], block);
        for (size_t row = 0; row < block->count; row++) {
            sums[row] += of_member[row];
        }
        free(of_member);
    }
    for (size_t row = 0; row < block->count; row++) {
        double expected = sums[row] / (double)count;
        EXPECT(candidate, fabs(scores[row] - expected) <= 1e-9 * (1 + fabs(expected)),
               "row %zu: average of %zu scores %.15g, their mean is %.15g", row, count, scores[row], expected);
    }
    free(scores);
    free(sums);
    candidate->family->free(mean);
}

START_TEST(average_scores_as_the_mean)
{
    const struct candidate *candidate = &candidates[_i];
    if (!candidate->family->average) {
        return;
    }
    struct people people;
    struct lka_family_model *members[3];
    people_make(&people, USUAL);
    fit_members(candidate, &people, members);
    expect_average(candidate, members, 3, &people.block);
    expect_average(candidate, members, 1, &people.block);
    for (size_t m = 0; m < 3; m++) {
        candidate->family->free(members[m]);
    }
    people_free(&people);
}
END_TEST

TCase *scoring_case(void)
{
    TCase *tests = tcase_create("scoring");
    tcase_set_timeout(tests, 120);
    EACH_CANDIDATE(tests, one_row_scores_as_in_a_block);
    EACH_CANDIDATE(tests, position_in_a_block_does_not_matter);
    EACH_CANDIDATE(tests, no_rows);
    EACH_CANDIDATE(tests, odd_rows_have_finite_scores);
    EACH_CANDIDATE(tests, values_of_codes_are_not_read);
    EACH_CANDIDATE(tests, contributions_sum_to_the_score);
    EACH_CANDIDATE(tests, average_scores_as_the_mean);
    return tests;
}
