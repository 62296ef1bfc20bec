/* Keeping: a model comes back from its tensors to the bit, and a forger's tensors do not come back at all. */
#include "contract.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct kept_model {
    struct people people;
    struct tensors tensors;
    double *scores;
};

static void make_kept(const struct candidate *candidate, struct kept_model *kept)
{
    people_make(&kept->people, USUAL);
    struct lka_family_model *model = candidate_fit_people(candidate, &kept->people);
    candidate_save(candidate, model, &kept->tensors);
    kept->scores = candidate_score(candidate, model, &kept->people.block);
    candidate->family->free(model);
}

static void free_kept(struct kept_model *kept)
{
    free(kept->scores);
    tensors_free(&kept->tensors);
    people_free(&kept->people);
}

START_TEST(loaded_model_scores_to_the_bit)
{
    const struct candidate *candidate = &candidates[_i];
    struct kept_model kept;
    struct tensors again;
    make_kept(candidate, &kept);
    struct lka_family_model *model = candidate_load(candidate, &kept.people.space, &kept.tensors);
    ck_assert_ptr_eq(model->family, candidate->family);
    double *scores = candidate_score(candidate, model, &kept.people.block);
    EXPECT(candidate, memcmp(scores, kept.scores, kept.people.block.count * sizeof *scores) == 0,
           "a loaded model scores otherwise");
    candidate_save(candidate, model, &again);
    EXPECT(candidate, tensors_equal(&again, &kept.tensors), "a loaded model saves other tensors");
    free(scores);
    tensors_free(&again);
    candidate->family->free(model);
    free_kept(&kept);
}
END_TEST

START_TEST(average_can_be_kept)
{
    const struct candidate *candidate = &candidates[_i];
    if (!candidate->family->average) {
        return;
    }
    struct kept_model kept;
    make_kept(candidate, &kept);
    struct lka_family_model *model = candidate_load(candidate, &kept.people.space, &kept.tensors);
    const struct lka_family_model *members[2] = {model, model};
    struct lka_family_model *mean = NULL;
    ck_assert_int_eq(candidate->family->average(members, 2, &mean, NULL), LKA_OK);
    if (mean) {
        struct tensors tensors;
        candidate_save(candidate, mean, &tensors);
        struct lka_family_model *loaded = candidate_load(candidate, &kept.people.space, &tensors);
        double *before = candidate_score(candidate, mean, &kept.people.block);
        double *after = candidate_score(candidate, loaded, &kept.people.block);
        EXPECT(candidate, memcmp(before, after, kept.people.block.count * sizeof *before) == 0,
               "a loaded average scores otherwise");
        free(before);
        free(after);
        tensors_free(&tensors);
        candidate->family->free(loaded);
        candidate->family->free(mean);
    }
    candidate->family->free(model);
    free_kept(&kept);
}
END_TEST

/* ---- what is refused -------------------------------------------------------------------------- */

static lka_status try_load(const struct candidate *candidate, const struct lka_space *space,
                           const struct tensors *tensors, struct lka_family_model **model)
{
    struct lka_tensor_store store = tensors_store(tensors);
    struct lka_error error = {0};
    *model = NULL;
    lka_status status = candidate->family->load(space, &store, model, &error);
    if (status != LKA_OK) {
        EXPECT(candidate, *model == NULL, "a refused load left a model behind");
        EXPECT(candidate, error.code == status && error.message[0], "a refused load says nothing");
    }
    return status;
}

static void expect_refusal(const struct candidate *candidate, const struct lka_space *space,
                           const struct tensors *tensors, const char *what, const char *name)
{
    struct lka_family_model *model;
    lka_status status = try_load(candidate, space, tensors, &model);
    EXPECT(candidate, status == LKA_DATA, "tensor \"%s\" %s: load gives %d, not LKA_DATA", name, what, (int)status);
}

START_TEST(empty_store_is_refused)
{
    const struct candidate *candidate = &candidates[_i];
    struct people people;
    struct tensors none = {.count = 0};
    people_make(&people, USUAL);
    expect_refusal(candidate, &people.space, &none, "absent, as all are", "any");
    people_free(&people);
}
END_TEST

START_TEST(absent_tensor_is_refused)
{
    const struct candidate *candidate = &candidates[_i];
    struct kept_model kept;
    make_kept(candidate, &kept);
    for (size_t t = 0; t < kept.tensors.count; t++) {
        struct tensors forged;
        tensors_copy(&forged, &kept.tensors);
        tensors_remove(&forged, t);
        expect_refusal(candidate, &kept.people.space, &forged, "absent", kept.tensors.items[t].name);
        tensors_free(&forged);
    }
    free_kept(&kept);
}
END_TEST

START_TEST(wrong_shape_is_refused)
{
    static const struct {
        const char *what;
        int rows;
        int columns;
    } changes[] = {
        {"a row longer", 1, 0}, {"a row shorter", -1, 0}, {"a column wider", 0, 1}, {"a column narrower", 0, -1}};
    const struct candidate *candidate = &candidates[_i];
    struct kept_model kept;
    make_kept(candidate, &kept);
    for (size_t t = 0; t < kept.tensors.count; t++) {
        for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) {
            struct tensors forged;
            tensors_copy(&forged, &kept.tensors);
            struct lka_tensor *tensor = &forged.items[t].tensor;
            tensor->rows += (size_t)changes[c].rows;
            tensor->columns += (size_t)changes[c].columns;
            expect_refusal(candidate, &kept.people.space, &forged, changes[c].what, forged.items[t].name);
            tensors_free(&forged);
        }
    }
    free_kept(&kept);
}
END_TEST

/* A model of other features: one feature fewer, or a code more. */
START_TEST(other_space_is_refused)
{
    const struct candidate *candidate = &candidates[_i];
    struct kept_model kept;
    make_kept(candidate, &kept);
    kept.people.space.count--;
    expect_refusal(candidate, &kept.people.space, &kept.tensors, "of a plan with a feature more", "any");
    kept.people.space.count++;
    free_kept(&kept);
}
END_TEST

START_TEST(number_that_is_none_is_refused)
{
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    const struct candidate *candidate = &candidates[_i];
    struct kept_model kept;
    make_kept(candidate, &kept);
    for (size_t t = 0; t < kept.tensors.count; t++) {
        size_t size = kept.tensors.items[t].tensor.rows * kept.tensors.items[t].tensor.columns;
        for (size_t k = 0; k < 3 && size > 0 && kept.tensors.items[t].tensor.type == LKA_TENSOR_F64; k++) {
            struct tensors forged;
            tensors_copy(&forged, &kept.tensors);
            double *data = (double *)(uintptr_t)forged.items[t].tensor.data;
            data[k * (size - 1) / 2] = bad[k];
            expect_refusal(candidate, &kept.people.space, &forged, "with a NaN or infinity", forged.items[t].name);
            tensors_free(&forged);
        }
    }
    free_kept(&kept);
}
END_TEST

/* What a forged model says: no crash, numbers, and nothing that hangs on the value lanes of CODE features. */
static void expect_harmless(const struct candidate *candidate, const struct kept_model *kept,
                            const struct lka_family_model *model, const char *name)
{
    const struct lka_block *block = &kept->people.block;
    double *scores[2];
    for (int round = 0; round < 2; round++) {
        for (size_t f = 0; f < kept->people.space.count; f++) {
            for (size_t i = 0; i < block->count && kept->people.features[f].kind == LKA_FEATURE_CODE; i++) {
                lka_block_values(block, f)[i] = round;
            }
        }
        scores[round] = candidate_score(candidate, model, block);
    }
    for (size_t i = 0; i < block->count; i++) {
        EXPECT(candidate, !isnan(scores[0][i]), "tensor \"%s\" forged: row %zu is no number", name, i);
    }
    EXPECT(candidate, memcmp(scores[0], scores[1], block->count * sizeof *scores[0]) == 0,
           "tensor \"%s\" forged: the value lane of a CODE feature is read", name);
    free(scores[0]);
    free(scores[1]);
}

/* Numbers out of all range at either end, or whole numbers and bytes of all ones. */
static void forge(struct lka_tensor tensor, int kind)
{
    void *data = (void *)(uintptr_t)tensor.data;
    size_t size = tensor.rows * tensor.columns;
    if (tensor.type == LKA_TENSOR_F64 && size > 0) {
        ((double *)data)[kind < 2 ? 0 : size - 1] = kind % 2 ? 1e90 : -1e90;
    } else {
        memset(data, 0xFF, tensor_bytes(tensor));
    }
}

START_TEST(wild_number_is_refused_or_harmless)
{
    const struct candidate *candidate = &candidates[_i];
    struct kept_model kept;
    make_kept(candidate, &kept);
    for (size_t t = 0; t < kept.tensors.count; t++) {
        for (int kind = 0; kind < 4; kind++) {
            struct tensors forged;
            struct lka_family_model *model;
            tensors_copy(&forged, &kept.tensors);
            forge(forged.items[t].tensor, kind);
            if (try_load(candidate, &kept.people.space, &forged, &model) == LKA_OK) {
                expect_harmless(candidate, &kept, model, forged.items[t].name);
                candidate->family->free(model);
            }
            tensors_free(&forged);
        }
    }
    free_kept(&kept);
}
END_TEST

TCase *keeping_case(void)
{
    TCase *tests = tcase_create("keeping");
    tcase_set_timeout(tests, 120);
    EACH_CANDIDATE(tests, loaded_model_scores_to_the_bit);
    EACH_CANDIDATE(tests, average_can_be_kept);
    EACH_CANDIDATE(tests, empty_store_is_refused);
    EACH_CANDIDATE(tests, absent_tensor_is_refused);
    EACH_CANDIDATE(tests, wrong_shape_is_refused);
    EACH_CANDIDATE(tests, other_space_is_refused);
    EACH_CANDIDATE(tests, number_that_is_none_is_refused);
    EACH_CANDIDATE(tests, wild_number_is_refused_or_harmless);
    return tests;
}
