/* tests/unit/score_by_hand.h: a model whose score is the column `points`, pools written to a directory of their own,
 * and scoring them as the command does. */
#ifndef LKA_TESTS_SCORE_BY_HAND_H
#define LKA_TESTS_SCORE_BY_HAND_H

#include "base/random.h"
#include "by_hand.h"
#include "score/pipeline.h"
#include "score/score.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the model -------------------------------------------------------------------------------- */

static inline lka_status points_score(const struct lka_family_model *model, const struct lka_block *block,
                                      struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    (void)model, (void)scratch, (void)error;
    memcpy(scores, lka_block_values(block, 0), block->count * sizeof *scores);
    return LKA_OK;
}

static inline void points_free(struct lka_family_model *model)
{
    (void)model;
}

static const struct lka_model_family points_family = {
    .abi = LKA_FAMILY_ABI, .name = "points", .score_block = points_score, .free = points_free};
static struct lka_family_model points_model = {&points_family};

static const char points_plan[] = "lookalike_plan: 1\n"
                                  "as_of: 2024-12-28\n"
                                  "clip: 1000000\n"
                                  "columns:\n"
                                  "  - name: points\n"
                                  "    type: number\n"
                                  "    missing: true\n"
                                  "    centre: 0\n"
                                  "    scale: 1\n"
                                  "    edges: [10, 20, 30]\n"
                                  "  - name: city\n"
                                  "    type: category\n"
                                  "    missing: false\n"
                                  "    values: [A, B]\n"
                                  "left_out: []\n";

/* Rows of the training sample by code: points missing and in 4 bins; city missing, rare, A, B. */
static double points_reference[] = {10, 250, 240, 250, 250, 0, 20, 490, 490};
static size_t points_starts[] = {0, 5, 9};

static struct lka_model model;
static struct lka_error error;

static inline void model_setup(void)
{
    lka_init();
    error = (struct lka_error){0};
    model = (struct lka_model){.family = &points_family,
                               .members = {&points_model},
                               .member_count = 1,
                               .mean = &points_model,
                               .seed = 5,
                               .id_column = (char *)(uintptr_t) "prospect_id",
                               .reference = points_reference,
                               .reference_start = points_starts};
    lka_status status = lka_plan_read(points_plan, sizeof points_plan - 1, "plan", &model.plan, &error);
    ck_assert_msg(status == LKA_OK, "%s", error.message);
}

static inline void model_teardown(void)
{
    lka_plan_free(model.plan);
}

/* ---- files ------------------------------------------------------------------------------------ */

static char directory[64];

static inline const char *path_of(const char *name)
{
    static char paths[8][512];
    static size_t next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", directory, name);
    return path;
}

static inline void directory_setup(void)
{
    snprintf(directory, sizeof directory, "/tmp/lookalike-score-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static inline size_t files_in_directory(bool remove_them)
{
    size_t count = 0;
    DIR *open = opendir(directory);
    for (struct dirent *entry = readdir(open); entry; entry = readdir(open)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            count++;
            if (remove_them) {
                unlink(path_of(entry->d_name));
            }
        }
    }
    closedir(open);
    return count;
}

static inline void directory_teardown(void)
{
    files_in_directory(true);
    rmdir(directory);
}

static inline void write_file(const char *name, const char *text)
{
    FILE *file = fopen(path_of(name), "wb");
    fputs(text, file);
    fclose(file);
}

/* The whole file; NULL if there is none. Free it. */
static inline char *read_file(const char *name)
{
    FILE *file = fopen(path_of(name), "rb");
    if (!file) {
        return NULL;
    }
    char *text = calloc(1, 1 << 22);
    ck_assert_uint_lt(fread(text, 1, (1 << 22) - 1, file), (1 << 22) - 1);
    fclose(file);
    return text;
}

static inline void check_file(const char *name, const char *expected)
{
    char *text = read_file(name);
    ck_assert_ptr_nonnull(text);
    ck_assert_str_eq(text, expected);
    free(text);
}

/* `rows` people in an order of their own, points from 0 to 39.9 (training's distribution), some missing. */
static inline void write_pool(const char *name, size_t rows, uint64_t seed)
{
    FILE *file = fopen(path_of(name), "wb");
    fputs("prospect_id,email,points,city\n", file);
    struct lka_random random = lka_random_start(seed, 0);
    for (size_t i = 0; i < rows; i++) {
        unsigned points = (unsigned)lka_random_below(&random, 400);
        fprintf(file, "P%zu,person%zu@example.org,", i * 7919 % rows, i);
        if (points % 100 != 3) {
            fprintf(file, "%u.%u", points / 10, points % 10);
        }
        fprintf(file, ",%s\n", points % 2 ? "A" : "B");
    }
    fclose(file);
}

/* ---- scoring ---------------------------------------------------------------------------------- */

static json_t *document; /* of the last scoring that worked */
static char *warnings;   /* every warning, a line each */
static const struct lka_seed_set *seeds;

static inline void keep_warning(void *user, const char *text)
{
    (void)user;
    size_t length = warnings ? strlen(warnings) : 0;
    warnings = realloc(warnings, length + strlen(text) + 2);
    sprintf(warnings + length, "%s\n", text);
}

static inline bool always(void *user)
{
    (void)user;
    return true;
}

static struct lka_session session;

/* From opening the pool on, the `fails_at`-th allocation of the ledger fails. NULL: none. */
static struct ledger *failing;
static size_t fails_at;

static inline void setup(void)
{
    model_setup();
    directory_setup();
    document = NULL;
    warnings = NULL;
    seeds = NULL;
    failing = NULL;
    session = (struct lka_session){.warn = keep_warning};
}

static inline void teardown(void)
{
    json_decref(document);
    free(warnings);
    directory_teardown();
    model_teardown();
}

/* Scores pool.csv into out.csv with flags "key=value", "key" for true, as lka_score does. */
static inline lka_status score(const char *const *flags, size_t count)
{
    struct lka_options *options;
    struct lka_table pool;
    ck_assert_int_eq(lka_options_new(&lka_score_params, &options, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "out", path_of("out.csv"), NULL), LKA_OK);
    struct lka_list paths = {.count = 1};
    char *file = (char *)(uintptr_t)path_of("pool.csv");
    for (size_t i = 0; i < count; i++) {
        char key[32];
        const char *value = strchr(flags[i], '=');
        snprintf(key, sizeof key, "%.*s", (int)strcspn(flags[i], "="), flags[i]);
        if (strcmp(key, "pool") == 0) {
            file = (char *)(uintptr_t)path_of(value + 1);
            continue;
        }
        lka_status set = lka_options_set(options, key, value ? value + 1 : "true", &error);
        ck_assert_msg(set == LKA_OK, "%s", error.message);
    }
    paths.items = &file;
    if (failing) {
        ledger_fail(failing, fails_at);
    }
    lka_status status = lka_table_open(&paths, options, path_of("out.csv.rejected.csv"), false, &pool, &error);
    if (status == LKA_OK) {
        struct lka_score_result result;
        status = lka_score_source(options, &model, seeds, &pool, &session, &result, &error);
        json_decref(document);
        document = result.document;
        lka_table_close(&pool);
    }
    lka_options_free(options);
    return status;
}

#define FLAGS(...) ((const char *const[]){"threads=1", __VA_ARGS__})
#define SCORE(...) score(FLAGS(__VA_ARGS__), sizeof FLAGS(__VA_ARGS__) / sizeof(char *))

static inline void check_count(const char *key, const char *inner, json_int_t expected)
{
    const json_t *counts = json_object_get(document, "counts");
    const json_t *value = json_object_get(inner ? json_object_get(counts, key) : counts, inner ? inner : key);
    ck_assert_ptr_nonnull(value);
    ck_assert_int_eq(json_integer_value(value), expected);
}

#endif
