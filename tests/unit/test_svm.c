/* The families svm and one_class: what they promise, odd input, damaged files and short memory. */
#include "base/cpu.h"
#include "base/threads.h"
#include "machines_by_hand.h"
#include "run_suite.h"

#include <unistd.h>

/* The share of (seed, unlabelled) pairs in which the seed scores higher. */
static double auc(const struct trial *trial)
{
    double right = 0;
    double pairs = 0;
    for (size_t i = 0; i < trial->crowd.block.count; i++) {
        for (size_t j = 0; j < trial->crowd.block.count; j++) {
            if (trial->crowd.label[i] > trial->crowd.label[j]) {
                right += (trial->scores[i] > trial->scores[j]) + .5 * (trial->scores[i] == trial->scores[j]);
                pairs++;
            }
        }
    }
    return right / pairs;
}

/* ---- what a family promises ------------------------------------------------------------------- */

START_TEST(seeds_score_higher)
{
    struct trial trial;
    trial_of(&trial, _i);
    fit(&trial);
    ck_assert(trial.info.converged);
    ck_assert_uint_gt(trial.info.iterations, 0);
    ck_assert(isfinite(trial.info.objective));
    ck_assert_double_gt(auc(&trial), machines[_i].family == &lka_svm_family ? .9 : .6);
    trial_release(&trial);
}
END_TEST

START_TEST(scores_have_the_same_bits_in_every_form)
{
    struct trial trial;
    trial_of(&trial, _i);
    lka_cpu_limit(LKA_CPU_PLAIN);
    fit(&trial);
    size_t size = trial.crowd.block.count * sizeof(double);
    double *first = lka_new(size, 1);
    ck_assert_ptr_nonnull(first);
    memcpy(first, trial.scores, size);
    for (int form = LKA_CPU_AVX2; form <= LKA_CPU_AVX512; form++) {
        lka_cpu_limit((enum lka_cpu_form)form);
        score(trial.model, &trial.crowd.block, trial.scores);
        ck_assert_mem_eq(trial.scores, first, size);
    }
    lka_free(first);
    trial_release(&trial);
}
END_TEST

START_TEST(a_score_depends_on_its_row_alone)
{
    struct trial trial;
    struct lka_block one;
    trial_of(&trial, _i);
    fit(&trial);
    ck_assert_int_eq(lka_block_init(&one, &trial.crowd.space, 3, NULL), LKA_OK);
    for (uint32_t i = 0; i + 2 < trial.crowd.block.count; i += 37) {
        double scores[3];
        uint32_t rows[3] = {i + 2, i, i + 1};
        lka_block_gather(&one, &trial.crowd.block, rows, 3);
        score(trial.model, &one, scores);
        ck_assert_mem_eq(&scores[0], &trial.scores[i + 2], sizeof(double));
        ck_assert_mem_eq(&scores[1], &trial.scores[i], sizeof(double));
    }
    lka_block_release(&one);
    trial_release(&trial);
}
END_TEST

static void save(const struct trial *trial, struct shelf *shelf)
{
    *shelf = (struct shelf){0};
    struct lka_tensor_sink sink = {shelf, shelf_put};
    ck_assert_int_eq(trial->family->save(trial->model, &sink, NULL), LKA_OK);
}

static lka_status load(const struct trial *trial, const struct shelf *shelf, struct lka_family_model **model,
                       struct lka_error *error)
{
    struct lka_tensor_store store = {shelf, shelf_get};
    return trial->family->load(&trial->crowd.space, &store, model, error);
}

START_TEST(saved_and_loaded_it_scores_the_same_bits)
{
    struct trial trial;
    struct shelf shelf;
    struct lka_family_model *model;
    trial_of(&trial, _i);
    fit(&trial);
    save(&trial, &shelf);
    ck_assert_int_eq(load(&trial, &shelf, &model, NULL), LKA_OK);
    size_t bytes = trial.crowd.block.count * sizeof(double);
    double *again = malloc(bytes);
    score(model, &trial.crowd.block, again);
    ck_assert_mem_eq(again, trial.scores, bytes);
    free(again);
    trial.family->free(model);
    shelf_release(&shelf);
    trial_release(&trial);
}
END_TEST

START_TEST(same_seed_same_bytes_and_untouched_input)
{
    struct trial trial;
    struct shelf first, second, other;
    trial_of(&trial, _i);
    size_t bytes = CROWD_FEATURES * trial.crowd.block.capacity * sizeof(double);
    double *before = malloc(bytes);
    memcpy(before, trial.crowd.block.values, bytes);
    fit(&trial);
    save(&trial, &first);
    fit(&trial);
    save(&trial, &second);
    trial.input.seed++;
    fit(&trial);
    save(&trial, &other);
    ck_assert(shelves_equal(&first, &second));
    ck_assert(!shelves_equal(&first, &other));
    ck_assert_mem_eq(before, trial.crowd.block.values, bytes);
    free(before);
    shelf_release(&first);
    shelf_release(&second);
    shelf_release(&other);
    trial_release(&trial);
}
END_TEST

static uint32_t fewest_people(const struct trial *trial)
{
    struct shelf shelf;
    uint32_t fewest = UINT32_MAX;
    save(trial, &shelf);
    const struct lka_tensor *people = &shelf_find(&shelf, "people")->tensor;
    for (size_t i = 0; i < people->columns; i++) {
        uint32_t count = ((const uint32_t *)people->data)[i];
        fewest = count < fewest ? count : fewest;
    }
    shelf_release(&shelf);
    return fewest;
}

START_TEST(nobody_is_kept_without_nine_others)
{
    struct trial trial;
    trial_of(&trial, _i);
    fit(&trial);
    ck_assert_uint_ge(fewest_people(&trial), 10);
    trial.input.allow_examples = true;
    fit(&trial);
    ck_assert_uint_le(fewest_people(&trial), machines[_i].parameter.kernel_type == LINEAR ? 2000 : 2);
    trial_release(&trial);
}
END_TEST

START_TEST(one_class_never_looks_at_the_pool)
{
    struct trial trial;
    struct shelf first, second;
    trial_init(&trial, &lka_one_class_family, 300, 500);
    fit(&trial);
    save(&trial, &first);
    for (size_t i = 0; i < 500; i++) {
        lka_block_values(&trial.crowd.block, 0)[i] = 3;
        lka_block_codes(&trial.crowd.block, 2)[i] = 1;
    }
    fit(&trial);
    save(&trial, &second);
    ck_assert(shelves_equal(&first, &second));
    shelf_release(&first);
    shelf_release(&second);
    trial_release(&trial);
}
END_TEST

/* Threads fit the same at once: libsvm has a global print function, and ours keeps what it hears by thread. */
struct crew {
    struct trial *trial;
    struct lka_family_model *models[8];
    struct lka_fit_info infos[8];
};

static lka_status fit_one(void *context, size_t index, struct lka_error *error)
{
    struct crew *crew = context;
    struct lka_fit_input input = crew->trial->input;
    input.seed += index / 2;
    return crew->trial->family->fit(&input, &crew->models[index], &crew->infos[index], error);
}

START_TEST(fits_run_side_by_side)
{
    struct trial trial;
    trial_of(&trial, _i);
    fit(&trial);
    struct crew crew = {.trial = &trial};
    size_t bytes = trial.crowd.block.count * sizeof(double);
    double *scores = malloc(2 * bytes);
    ck_assert_int_eq(lka_parallel(4, 8, fit_one, &crew, NULL), LKA_OK);
    for (size_t i = 0; i < 8; i++) {
        score(crew.models[i], &trial.crowd.block, scores + i % 2 * trial.crowd.block.count);
        ck_assert_uint_eq(crew.infos[i].iterations, crew.infos[i - i % 2].iterations);
        ck_assert(i % 2 == 0 || memcmp(scores, scores + trial.crowd.block.count, bytes) == 0);
        ck_assert(i > 0 || memcmp(scores, trial.scores, bytes) == 0);
        trial.family->free(crew.models[i]);
    }
    ck_assert_uint_eq(crew.infos[0].iterations, trial.info.iterations);
    free(scores);
    trial_release(&trial);
}
END_TEST

/* ---- odd input -------------------------------------------------------------------------------- */

static void make_equal(struct crowd *crowd, size_t first, size_t end)
{
    for (size_t f = 0; f < CROWD_FEATURES; f++) {
        for (size_t i = first; i < end; i++) {
            lka_block_codes(&crowd->block, f)[i] = 1;
            lka_block_values(&crowd->block, f)[i] = .5;
        }
    }
}

START_TEST(seeds_that_are_all_alike)
{
    struct trial trial;
    trial_init(&trial, machines[_i].family, 100, 300);
    make_equal(&trial.crowd, 300, 400);
    fit(&trial);
    ck_assert_double_gt(auc(&trial), .9);
    trial_release(&trial);
}
END_TEST

START_TEST(everybody_alike)
{
    struct trial trial;
    trial_init(&trial, machines[_i].family, 100, 300);
    make_equal(&trial.crowd, 0, 400);
    fit(&trial);
    ck_assert_double_eq(auc(&trial), .5);
    trial_release(&trial);
}
END_TEST

START_TEST(ten_seeds_and_one_landmark)
{
    struct trial trial;
    trial_init(&trial, machines[_i].family, 10, 200);
    fit(&trial);
    trial_release(&trial);
    trial_init(&trial, machines[_i].family, 300, 300);
    set(&trial, "landmarks", "1");
    fit(&trial);
    ck_assert_double_gt(auc(&trial), .6);
    trial_release(&trial);
}
END_TEST

START_TEST(fewer_than_ten_seeds_need_permission)
{
    struct trial trial;
    trial_init(&trial, machines[_i].family, 9, 200);
    ck_assert_int_eq(trial.family->fit(&trial.input, &trial.model, &trial.info, &trial.error), LKA_DATA);
    ck_assert_ptr_null(trial.model);
    ck_assert_ptr_nonnull(strstr(trial.error.message, "9 seeds"));
    ck_assert_ptr_nonnull(strstr(trial.error.message, "--allow-examples"));
    trial.input.allow_examples = true;
    fit(&trial);
    trial_release(&trial);
}
END_TEST

START_TEST(values_without_bound)
{
    struct trial trial;
    trial_init(&trial, machines[_i].family, 100, 300);
    for (size_t i = 0; i < 400; i += 3) {
        lka_block_values(&trial.crowd.block, 0)[i] = i % 2 ? 1e308 : -1e308;
    }
    fit(&trial);
    trial_release(&trial);
}
END_TEST

START_TEST(five_thousand_columns)
{
    enum { FEATURES = 5000, PEOPLE = 400 };
    struct lka_feature *features = calloc(FEATURES, sizeof *features);
    struct lka_space space = {features, FEATURES};
    struct lka_random random = lka_random_start(1, 1);
    struct trial trial;
    trial_init(&trial, machines[_i].family, 100, 300);
    lka_block_release(&trial.crowd.block);
    for (uint32_t f = 0; f < FEATURES; f++) {
        features[f] = crowd_feature(LKA_FEATURE_NUMBER, 2, f, false);
    }
    ck_assert_int_eq(lka_block_init(&trial.crowd.block, &space, PEOPLE, NULL), LKA_OK);
    trial.crowd.block.count = PEOPLE;
    for (size_t i = 0; i < FEATURES * PEOPLE; i++) {
        trial.crowd.block.values[i] = lka_random_normal(&random) + (i % PEOPLE >= 300 ? .1 : 0);
    }
    fit(&trial);
    ck_assert_double_gt(auc(&trial), machines[_i].family == &lka_svm_family ? .9 : .5);
    trial_release(&trial);
    free(features);
}
END_TEST

/* ---- files that were tampered with, short memory ---------------------------------------------- */

static void expect_refusal(const struct trial *trial, const struct shelf *shelf)
{
    struct lka_family_model *model;
    struct lka_error error = {0};
    ck_assert_int_eq(load(trial, shelf, &model, &error), LKA_DATA);
    ck_assert_ptr_null(model);
}

static void expect_refusal_with(const struct trial *trial, const struct shelf *shelf, const char *name, size_t at,
                                double value)
{
    struct shelved *item = shelf_find(shelf, name);
    double held = item->data[at];
    item->data[at] = value;
    expect_refusal(trial, shelf);
    item->data[at] = held;
}

START_TEST(a_damaged_model_is_refused)
{
    struct trial trial;
    struct shelf shelf;
    trial_of(&trial, _i);
    fit(&trial);
    save(&trial, &shelf);
    for (size_t i = 0; i < shelf.count; i++) {
        struct shelved *item = &shelf.items[i];
        struct shelved held = *item;
        item->tensor.columns--;
        expect_refusal(&trial, &shelf);
        item->tensor.columns += 2;
        expect_refusal(&trial, &shelf);
        item->tensor = (struct lka_tensor){held.tensor.type, 0, held.tensor.columns, held.tensor.data};
        expect_refusal(&trial, &shelf);
        *item = held;
        item->name[0] = '?';
        expect_refusal(&trial, &shelf);
        *item = held;
    }
    expect_refusal_with(&trial, &shelf, "points", 3, NAN);
    expect_refusal_with(&trial, &shelf, "points", 0, 1e101);
    expect_refusal_with(&trial, &shelf, "coefficients", 0, INFINITY);
    expect_refusal_with(&trial, &shelf, "scale", 2, 11);
    expect_refusal_with(&trial, &shelf, "scale", 2, -1);
    expect_refusal_with(&trial, &shelf, "constants", 0, -1);
    expect_refusal_with(&trial, &shelf, "constants", 1, NAN);
    uint32_t no_kernel = 2;
    shelf_find(&shelf, "kernel")->tensor.data = &no_kernel;
    expect_refusal(&trial, &shelf);
    shelf_release(&shelf);
    trial_release(&trial);
}
END_TEST

/* The largest numbers that a file may hold still give numbers. */
START_TEST(an_extreme_model_scores_no_nan)
{
    struct trial trial;
    struct shelf shelf;
    struct lka_family_model *model;
    trial_of(&trial, _i);
    fit(&trial);
    save(&trial, &shelf);
    const char *const names[] = {"points", "coefficients", "scale", "constants"};
    for (size_t n = 0; n < 4; n++) {
        struct shelved *item = shelf_find(&shelf, names[n]);
        for (size_t i = 0; i < item->bytes / 8; i++) {
            item->data[i] = n == 2 ? 10 : n == 3 || i % 3 ? 1e100 : -1e100;
        }
    }
    ck_assert_int_eq(load(&trial, &shelf, &model, NULL), LKA_OK);
    score(model, &trial.crowd.block, trial.scores);
    for (size_t i = 0; i < trial.crowd.block.count; i++) {
        ck_assert(isfinite(trial.scores[i]));
    }
    trial.family->free(model);
    shelf_release(&shelf);
    trial_release(&trial);
}
END_TEST

static lka_status fit_score_load(struct trial *trial, const struct shelf *shelf)
{
    struct lka_arena scratch = {0};
    struct lka_family_model *loaded = NULL;
    lka_status status = trial->family->fit(&trial->input, &trial->model, &trial->info, &trial->error);
    if (status == LKA_OK) {
        status = trial->family->score_block(trial->model, &trial->crowd.block, &scratch, trial->scores, &trial->error);
    }
    if (status == LKA_OK) {
        status = load(trial, shelf, &loaded, &trial->error);
    }
    trial->family->free(loaded);
    trial->family->free(trial->model);
    trial->model = NULL;
    lka_arena_release(&scratch);
    return status;
}

START_TEST(short_memory_is_an_error_and_leaks_nothing)
{
    struct ledger ledger;
    struct trial trial;
    struct shelf shelf;
    ledger_install(&ledger);
    trial_init(&trial, machines[_i].family, 100, 300);
    fit(&trial);
    save(&trial, &shelf);
    trial.family->free(trial.model);
    trial.model = NULL;
    size_t before = ledger.alive;
    lka_status status = LKA_MEMORY;
    for (size_t k = 1; status != LKA_OK; k++) {
        ledger_fail(&ledger, k);
        status = fit_score_load(&trial, &shelf);
        ck_assert(status == LKA_OK || status == LKA_MEMORY);
        ck_assert_uint_eq(ledger.alive, before);
    }
    ledger_fail(&ledger, 0);
    shelf_release(&shelf);
    trial_release(&trial);
    ck_assert_uint_eq(ledger.alive, 0);
}
END_TEST

START_TEST(nothing_is_printed)
{
    struct trial trial;
    char name[] = "/tmp/test_svm.XXXXXX";
    int file = mkstemp(name);
    ck_assert_int_ge(file, 0);
    fflush(NULL);
    int out = dup(1);
    int err = dup(2);
    dup2(file, 1);
    dup2(file, 2);
    trial_of(&trial, _i);
    fit(&trial);
    fflush(NULL);
    dup2(out, 1);
    dup2(err, 2);
    ck_assert_int_eq(lseek(file, 0, SEEK_END), 0);
    close(file);
    unlink(name);
    trial_release(&trial);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("svm");
    const TTest *tests[] = {seeds_score_higher,
                            a_score_depends_on_its_row_alone,
                            scores_have_the_same_bits_in_every_form,
                            saved_and_loaded_it_scores_the_same_bits,
                            same_seed_same_bytes_and_untouched_input,
                            nobody_is_kept_without_nine_others,
                            fits_run_side_by_side,
                            seeds_that_are_all_alike,
                            everybody_alike,
                            ten_seeds_and_one_landmark,
                            fewer_than_ten_seeds_need_permission,
                            values_without_bound,
                            five_thousand_columns,
                            a_damaged_model_is_refused,
                            an_extreme_model_scores_no_nan,
                            short_memory_is_an_error_and_leaks_nothing,
                            nothing_is_printed};
    TCase *machine = tcase_create("machines");
    tcase_set_timeout(machine, 120);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tcase_add_loop_test(machine, tests[i], 0, 3);
    }
    suite_add_tcase(suite, machine);
    TCase *single = tcase_create("single");
    tcase_add_test(single, one_class_never_looks_at_the_pool);
    suite_add_tcase(suite, single);
    return run_suite(suite);
}
