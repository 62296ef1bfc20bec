/* Paths: those that are built in, those of a file, and everything that is wrong with a file at once. */
#include "campaign/paths.h"

#include "base/memory.h"
#include "campaign/matching.h"

#include "run_suite.h"

static struct lka_paths paths;
static struct lka_error error;

static void teardown(void)
{
    lka_paths_release(&paths);
}

static lka_status read_paths(const char *yaml)
{
    return lka_paths_read(yaml, strlen(yaml), "paths.yaml", &paths, &error);
}

START_TEST(three_are_built_in)
{
    ck_assert_int_eq(lka_paths_load(NULL, &paths, NULL), LKA_OK);
    ck_assert_uint_eq(paths.count, 3);
    ck_assert_str_eq(paths.items[0].name, "lead_ad");
    ck_assert(lka_path_takes(&paths.items[0], LKA_IDENTITY_PLATFORM, LKA_SPAN("meta")));
    ck_assert(!lka_path_takes(&paths.items[0], LKA_IDENTITY_COOKIE, LKA_SPAN("meta")));
    ck_assert(lka_path_takes(&paths.items[2], LKA_IDENTITY_COOKIE, LKA_SPAN("")));
    ck_assert_int_eq(paths.items[2].cost, 1000000);
}
END_TEST

START_TEST(a_file_changes_and_adds)
{
    ck_assert_msg(read_paths("paths:\n"
                             "  banner:\n"
                             "  lead_ad: {cost: 0.25, cap: 10}\n"
                             "  audio: {id_types: [MAID, cookie], platforms: [spotify, deezer]}\n") == LKA_OK,
                  "%s", error.message);
    ck_assert_uint_eq(paths.count, 3);
    ck_assert_uint_eq(paths.items[0].cap, UINT64_MAX);
    ck_assert_int_eq(paths.items[1].cost, 250000);
    ck_assert_uint_eq(paths.items[1].cap, 10);
    ck_assert(lka_path_takes(&paths.items[1], LKA_IDENTITY_EMAIL, LKA_SPAN("meta")));
    ck_assert(lka_path_takes(&paths.items[2], LKA_IDENTITY_MAID, LKA_SPAN("deezer")));
    ck_assert(!lka_path_takes(&paths.items[2], LKA_IDENTITY_MAID, LKA_SPAN("meta")));
}
END_TEST

START_TEST(all_that_is_wrong_is_told_at_once)
{
    ck_assert_int_eq(read_paths("paths:\n"
                                "  lead_ad: {cost: -1, caps: 3}\n"
                                "  ../up: {id_types: [cookie]}\n"
                                "  radio: {cost: 2}\n"
                                "  banner: {id_types: [pigeon], cap: 1.5}\n"),
                     LKA_USAGE);
    static const char *const told[] = {"paths.yaml:2:19: cost: -1 is not allowed", "did you mean \"cap\"",
                                       "paths.yaml:3:3: \"../up\" is no name",     "\"id_types\" is missing",
                                       "paths.yaml:5:23: id_types: \"pigeon\"",    "cap: 1.5 is not allowed"};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        ck_assert_msg(strstr(error.message, told[i]), "%s lacks %s", error.message, told[i]);
    }
}
END_TEST

START_TEST(files_that_are_no_paths)
{
    static const char *const files[] = {"",
                                        "paths:\n",
                                        "paths: {}\n",
                                        "paths: [banner]\n",
                                        "path: {banner: }\n",
                                        "paths: {banner: 3}\n",
                                        "paths: {banner: , banner: }\n",
                                        "paths: {a: {\n"};
    ck_assert_int_eq(read_paths(files[_i]), LKA_USAGE);
    ck_assert_uint_eq(paths.count, 0);
}
END_TEST

/* ---- whose registration ----------------------------------------------------------------------- */

START_TEST(the_first_key_that_knows_one_contact_decides)
{
    struct lka_owner owners[LKA_MATCH_KEYS] = {{0, 0}, {2, 7}, {1, 3}, {1, 4}};
    struct lka_matched matched = lka_match_decide(owners);
    ck_assert_int_eq(matched.by, LKA_MATCH_IDENTITY);
    ck_assert_uint_eq(matched.contact, 3);
    ck_assert_uint_eq(matched.conflicts, 1u << LKA_MATCH_NEW_EMAIL);
    ck_assert_uint_eq(matched.ambiguous, 1u << LKA_MATCH_OLD_EMAIL);
    owners[LKA_MATCH_CONTACT_ID] = (struct lka_owner){1, 4};
    matched = lka_match_decide(owners);
    ck_assert_int_eq(matched.by, LKA_MATCH_CONTACT_ID);
    ck_assert_uint_eq(matched.conflicts, 1u << LKA_MATCH_IDENTITY);
    ck_assert_int_eq(lka_match_decide((struct lka_owner[LKA_MATCH_KEYS]){{0, 0}}).by, LKA_MATCH_KEYS);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("paths");
    TCase *cases = tcase_create("paths");
    tcase_add_checked_fixture(cases, NULL, teardown);
    tcase_add_test(cases, three_are_built_in);
    tcase_add_test(cases, a_file_changes_and_adds);
    tcase_add_test(cases, all_that_is_wrong_is_told_at_once);
    tcase_add_loop_test(cases, files_that_are_no_paths, 0, 8);
    tcase_add_test(cases, the_first_key_that_knows_one_contact_decides);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
