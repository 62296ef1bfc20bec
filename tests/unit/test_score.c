/* Scoring from file to file: who is written and how, the same bytes whatever the threads and blocks, who is left out.
 * */
#include "score_by_hand.h"
#include "run_suite.h"

#include <zlib.h>

static const char small_pool[] = "prospect_id,email,consents,points,city,note\n"
                                 "P1,Ann@Example.org ,profiling|advertising:meta,12.5,A,\"a, b\"\n"
                                 "P2,bob@example.org,profiling,31,B,\n"
                                 "P3,,profiling,-0,A,x\n"
                                 "P4,dan@example.org,advertising,35,A,y\n"
                                 "P5,eve@example.org,profiling,31,C,z\n";

/* ---- the output ------------------------------------------------------------------------------- */

START_TEST(rows_are_ranked_and_carry_identifiers_and_consents)
{
    write_file("pool.csv", small_pool);
    ck_assert_msg(SCORE("top=100%", "keep=note") == LKA_OK, "%s", error.message);
    char *text = read_file("out.csv");
    /* P2 and P5 are equal: the keyed hash of the id decides. */
    bool second_first = lka_hash(lka_key(5, "tie"), LKA_SPAN("P2")) < lka_hash(lka_key(5, "tie"), LKA_SPAN("P5"));
    char expected[1024];
    snprintf(expected, sizeof expected,
             "rank,prospect_id,score,percentile,tier,source,explore_probability,reasons,email,consents,note\n"
             "1,%s\n2,%s\n"
             "3,P1,12.5,37.5,100,top,0,,Ann@Example.org ,profiling|advertising:meta,\"a, b\"\n"
             "4,P3,0,12.5,100,top,0,,,profiling,x\n",
             second_first ? "P2,31,87.5,1,top,0,,bob@example.org,profiling,"
                          : "P5,31,87.5,1,top,0,,eve@example.org,profiling,z",
             second_first ? "P5,31,62.5,100,top,0,,eve@example.org,profiling,z"
                          : "P2,31,62.5,100,top,0,,bob@example.org,profiling,");
    ck_assert_str_eq(text, expected);
    free(text);
    check_count("eligible", NULL, 4);
    check_count("rows", NULL, 5);
    check_count("left_out", "no profiling consent", 1);
    struct stat facts;
    ck_assert_int_eq(stat(path_of("out.csv"), &facts), 0);
    ck_assert_uint_eq(facts.st_mode & 0777, 0600); /* it holds identifiers */
}
END_TEST

START_TEST(a_hashed_column_takes_the_plain_ones_place)
{
    write_file("pool.csv", small_pool);
    ck_assert_msg(SCORE("top=3", "hash=email", "hash=note") == LKA_OK, "%s", error.message);
    char *text = read_file("out.csv");
    ck_assert_ptr_nonnull(strstr(text, ",reasons,email_sha256,consents,note_sha256\n"));
    /* SHA-256 of ann@example.org and of "a, b" */
    ck_assert_ptr_nonnull(strstr(text, "3,P1,12.5,37.5,100,top,0,,"
                                       "438c4c7afe600cdf1e455c369bec76dc970fc8ca463447c7b387a347f3c79331,"
                                       "profiling|advertising:meta,"));
    ck_assert_ptr_null(strstr(text, "xample.org"));
    /* What is missing stays missing. */
    ck_assert_ptr_nonnull(strstr(text, ",profiling,\n"));
    free(text);
}
END_TEST

START_TEST(names_that_the_output_has_already_are_refused)
{
    write_file("pool.csv", "prospect_id,score,email,note,note_sha256,points,city\nP1,1,a@x.org,n,f,1,A\n");
    ck_assert_int_eq(SCORE("keep=score"), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "\"score\""));
    ck_assert_int_eq(SCORE("keep=note_sha256", "hash=note"), LKA_USAGE);
    ck_assert_int_eq(SCORE("hash=prospect_id"), LKA_USAGE);
    ck_assert_int_eq(SCORE("keep=emial"), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "did you mean \"email\""));
    ck_assert_uint_eq(files_in_directory(false), 1);
    ck_assert_msg(SCORE("hash=note") == LKA_OK, "%s", error.message);
}
END_TEST

START_TEST(exploring_adds_rows_with_their_true_ranks)
{
    write_pool("pool.csv", 1000, 3);
    ck_assert_msg(SCORE("top=100%") == LKA_OK, "%s", error.message);
    char *all = read_file("out.csv");
    ck_assert_msg(SCORE("top=50", "explore=.4") == LKA_OK, "%s", error.message);
    check_count("explored", NULL, 20);
    char *text = read_file("out.csv");
    size_t explored = 0;
    size_t rows = 0;
    strtok(text, "\n");
    for (char *line = strtok(NULL, "\n"); line; line = strtok(NULL, "\n")) {
        ck_assert_ptr_nonnull(strstr(line, ",0.02,,")); /* 20 of 1000 */
        explored += strstr(line, ",explore,") || strstr(line, ",both,");
        rows++;
        /* Rank, id, score, percentile and tier are those of the whole ranking. */
        char start[64] = "\n";
        size_t length = (size_t)(strchr(strchr(strchr(strchr(line, ',') + 1, ',') + 1, ',') + 1, ',') - line);
        memcpy(start + 1, line, length);
        ck_assert_ptr_nonnull(strstr(all, start));
    }
    ck_assert_uint_eq(explored, 20);
    ck_assert_uint_gt(rows, 50);
    const json_t *output = json_object_get(document, "output");
    ck_assert_int_eq(json_integer_value(json_object_get(output, "rows")), (json_int_t)rows);
    free(all);
    free(text);
}
END_TEST

/* ---- always the same bytes -------------------------------------------------------------------- */

static void zip(const char *from, const char *to)
{
    char *text = read_file(from);
    gzFile file = gzopen(path_of(to), "wb");
    gzwrite(file, text, (unsigned)strlen(text));
    gzclose(file);
    free(text);
}

START_TEST(threads_and_compression_change_nothing)
{
    write_pool("pool.csv", 30000, 9);
    zip("pool.csv", "pool.csv.gz");
    static const char *const variants[][2] = {
        {"threads=1", "pool=pool.csv"}, {"threads=2", "pool=pool.csv"}, {"threads=8", "pool=pool.csv.gz"}};
    char *first = NULL;
    char *first_document = NULL;
    for (size_t i = 0; i < 3; i++) {
        ck_assert_msg(SCORE(variants[i][0], variants[i][1], "top=2%", "explore=.1") == LKA_OK, "%s", error.message);
        char *text = read_file("out.csv");
        char *told = read_file("out.csv.score.json");
        if (i == 0) {
            first = text;
            first_document = told;
            continue;
        }
        ck_assert_str_eq(text, first);
        ck_assert(i == 2 || strcmp(told, first_document) == 0);
        free(text);
        free(told);
    }
    free(first);
    free(first_document);
}
END_TEST

/* What came of a pool, block after block. */
struct outcome {
    struct lka_text rows;
    uint64_t histogram[9];
    uint64_t next; /* the first row of the next block */
};

static lka_status take(void *user, const struct lka_scored *block, struct lka_error *problem)
{
    (void)problem;
    struct outcome *outcome = user;
    ck_assert_uint_eq(block->rows.first, outcome->next);
    outcome->next += block->rows.count;
    for (size_t i = 0; i < block->eligible_count; i++) {
        struct lka_span id = lka_cell(&block->rows, 0, block->eligible[i]);
        lka_text_format(&outcome->rows, "%.*s=%.17g\n", (int)id.length, id.text, block->scores[i]);
    }
    return LKA_OK;
}

static void run_pipeline(size_t threads, size_t block_rows, struct outcome *outcome)
{
    *outcome = (struct outcome){0};
    struct lka_options *options;
    struct lka_table pool;
    struct lka_binding binding;
    char *file = (char *)(uintptr_t)path_of("pool.csv");
    struct lka_list paths = {&file, 1};
    ck_assert_int_eq(lka_options_new(&lka_score_params, &options, NULL), LKA_OK);
    ck_assert_int_eq(lka_table_open(&paths, options, NULL, false, &pool, &error), LKA_OK);
    ck_assert_int_eq(lka_binding_init(&binding, &model, &pool, false, NULL, &error), LKA_OK);
    ck_assert_int_eq(lka_source_select(pool.source, binding.columns, binding.count, &error), LKA_OK);
    struct lka_pipeline pipeline = {.source = pool.source,
                                    .model = &model,
                                    .binding = &binding,
                                    .threads = threads,
                                    .block_rows = block_rows,
                                    .step = "score",
                                    .histogram = outcome->histogram,
                                    .deliver = take,
                                    .user = outcome};
    ck_assert_msg(lka_pipeline_run(&pipeline, &error) == LKA_OK, "%s", error.message);
    lka_binding_release(&binding);
    lka_table_close(&pool);
    lka_options_free(options);
}

START_TEST(blocks_of_any_size_come_in_order)
{
    static const size_t sizes[] = {1, 7, 64, 999, 4096, 100000};
    write_pool("pool.csv", 5000, 4);
    struct outcome expected;
    run_pipeline(1, 4096, &expected);
    ck_assert_uint_eq(expected.next, 5000);
    for (size_t threads = 1; threads <= 8; threads += 3) {
        struct outcome outcome;
        run_pipeline(threads, sizes[_i], &outcome);
        ck_assert_str_eq(outcome.rows.bytes, expected.rows.bytes);
        ck_assert_mem_eq(outcome.histogram, expected.histogram, sizeof expected.histogram);
        lka_text_release(&outcome.rows);
    }
    lka_text_release(&expected.rows);
}
END_TEST

/* ---- who is left out -------------------------------------------------------------------------- */

static struct lka_seed_set *seed_set(bool same_ids, const char *id, const char *email)
{
    struct lka_column address = column_as("email", LKA_ROLE_EMAIL, NULL);
    struct lka_column seed_columns[] = {column_as("customer_id", LKA_ROLE_ID, NULL), address};
    struct lka_column pool_columns[] = {column_as("prospect_id", LKA_ROLE_ID, NULL), address};
    struct lka_seed_set *set;
    ck_assert_int_eq(lka_seed_set_new(&(struct lka_schema){seed_columns, 2}, &(struct lka_schema){pool_columns, 2},
                                      same_ids, &set, NULL),
                     LKA_OK);
    ck_assert_int_eq(lka_seed_set_add(set, lka_span_of(id), lka_span_of(email), NULL), LKA_OK);
    return set;
}

START_TEST(seeds_are_left_out_or_kept)
{
    write_file("pool.csv", small_pool);
    struct lka_seed_set *set = _i ? seed_set(true, "P2", "") : seed_set(false, "", "BOB@example.org");
    seeds = set;
    ck_assert_msg(SCORE("top=100%") == LKA_OK, "%s", error.message);
    check_count("left_out", "seeds", 1);
    check_count("eligible", NULL, 3);
    char *text = read_file("out.csv");
    ck_assert_ptr_null(strstr(text, ",P2,"));
    free(text);
    ck_assert_msg(SCORE("top=100%", "keep-seeds") == LKA_OK, "%s", error.message);
    check_count("left_out", "seeds", 0);
    check_count("eligible", NULL, 4);
    lka_seed_set_free(set);
}
END_TEST

START_TEST(bad_rows_are_tolerated_as_far_as_allowed)
{
    write_file("pool.csv", "prospect_id,points,city\n"
                           "P1,1,A\n"
                           "P2,one,A\n"
                           ",3,A\n"
                           "P1,4,A\n"
                           "P5,5\n"
                           "P6,6,B\n");
    ck_assert_msg(SCORE("top=100%", "max-bad-rows=4") == LKA_OK, "%s", error.message);
    check_file("out.csv", "rank,prospect_id,score,percentile,tier,source,explore_probability,reasons\n"
                          "1,P6,6,75,1,top,0,\n"
                          "2,P1,1,25,100,top,0,\n");
    check_count("left_out", "rejected", 4);
    check_count("rows", NULL, 6);
    char *text = read_file("out.csv.rejected.csv");
    ck_assert_ptr_nonnull(strstr(text, "\n3,"));
    ck_assert_ptr_nonnull(strstr(text, "\n4,"));
    ck_assert_ptr_nonnull(strstr(text, "\n5,"));
    ck_assert_ptr_nonnull(strstr(text, "\n6,"));
    free(text);
    ck_assert_int_eq(SCORE("top=100%", "max-bad-rows=3"), LKA_DATA);
}
END_TEST

START_TEST(rejected_rows_do_not_depend_on_threads)
{
    FILE *file = fopen(path_of("pool.csv"), "wb");
    fputs("prospect_id,points,city\n", file);
    for (size_t i = 0; i < 20000; i++) {
        fprintf(file, i % 1000 == 7 ? "P%zu,broken,A\n" : i % 1000 == 3 ? "P%zu,1\n" : "P%zu,1,B\n", i % 15000);
    }
    fclose(file);
    ck_assert_msg(SCORE("max-bad-rows=9999") == LKA_OK, "%s", error.message);
    char *alone = read_file("out.csv.rejected.csv");
    ck_assert_msg(SCORE("max-bad-rows=9999", "threads=8") == LKA_OK, "%s", error.message);
    check_file("out.csv.rejected.csv", alone);
    free(alone);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score");
    TCase *cases = tcase_create("score");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, rows_are_ranked_and_carry_identifiers_and_consents);
    tcase_add_test(cases, a_hashed_column_takes_the_plain_ones_place);
    tcase_add_test(cases, names_that_the_output_has_already_are_refused);
    tcase_add_test(cases, exploring_adds_rows_with_their_true_ranks);
    tcase_add_test(cases, threads_and_compression_change_nothing);
    tcase_add_loop_test(cases, blocks_of_any_size_come_in_order, 0, 6);
    tcase_add_loop_test(cases, seeds_are_left_out_or_kept, 0, 2);
    tcase_add_test(cases, bad_rows_are_tolerated_as_far_as_allowed);
    tcase_add_test(cases, rejected_rows_do_not_depend_on_threads);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
