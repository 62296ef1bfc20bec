/* Erasure: what tells of somebody goes, what tells of others stays, whatever fails on the way. */
#include "lookalike/erase.h"
#include "base/memory.h"
#include "eligibility/exported.h"
#include "eligibility/known.h"
#include "eligibility/suppression.h"
#include "store/artefacts.h"
#include "store/history.h"
#include "short_memory_by_hand.h"
#include "suppression_by_hand.h"
#include "run_suite.h"

static char people[160];

static const char table[] =
    "prospect_id,email,phone\nP1,ann@example.org,+33612345678\nP2,bob@example.org,+33612345678\n"
    "P3,,+33612345678\n";

/* Ann (contact C1, prospect P1) and Bob (C2, P2), who share a phone, in a history, an export, a model and an output. */
static void put_key(const char *sql, const char *email)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    struct lka_statement *put;
    struct lka_form forms[LKA_FORMS_MAX];
    struct lka_known_key known;
    struct lka_hmac hmac;
    uint8_t key[32];
    must(lka_workspace_key(workspace, key, NULL));
    ck_assert(lka_hmac_init(&hmac, key));
    ck_assert_int_gt(lka_forms_of(LKA_ID_EMAIL, lka_span_of(email), NULL, false, forms), 0);
    must(lka_known_key_of(&hmac, &forms[0], &known, NULL));
    must(lka_statement_new(workspace, sql, &put, NULL));
    lka_bind_blob(put, 1, known.bytes, sizeof known.bytes);
    must(lka_statement_run(put, NULL));
    lka_statement_free(put);
    lka_workspace_close(workspace);
}

/* An export as it stands on the disk, with a file that has both, and one of another run that has nobody. */
static const char *write_sent(void)
{
    mkdir(path_of("sent"), 0700);
    mkdir(path_of("sent/plain"), 0700);
    mkdir(path_of("sent/meta"), 0700);
    write_file("sent/plain/add.csv", "email\nann@example.org\nbob@example.org\n");
    write_file("sent/meta/add.csv", "email\n");
    write_file("sent/plain/manifest.json", "{\"platform\": \"plain\", \"files\": [{\"name\": \"add.csv\"}]}");
    write_file("sent/export.json",
               "{\"platforms\": [{\"platform\": \"plain\", \"run\": \"r1\", \"files\": [{\"name\": \"add.csv\"}]}, "
               "{\"platform\": \"meta\", \"run\": \"r9\", \"files\": [{\"name\": \"add.csv\"}]}]}");
    write_file("sent/manifest.json",
               "{\"schema\": 1, \"made_by\": \"lookalike\", \"files\": [{\"name\": \"export.json\"}, "
               "{\"name\": \"plain/manifest.json\"}, {\"name\": \"plain/add.csv\"}, "
               "{\"name\": \"meta/add.csv\"}]}");
    return path_of("sent");
}

static void start(void)
{
    start_store();
    error = (struct lka_error){0};
    snprintf(people, sizeof people, "%s", write_file("people.csv", table));
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    must(lka_workspace_begin(workspace, "test", NULL));
    must(lka_artefact_put(workspace, people, "ranking", "", "test", NULL));
    must(lka_artefact_put(workspace, write_sent(), "export", "", "test", NULL));
    must(lka_artefact_put(workspace, path_of("m.safetensors"), "model", "m1", "test", NULL));
    must(lka_workspace_commit(workspace, NULL));
    lka_workspace_close(workspace);
    execute("INSERT INTO history VALUES ('segment', 'C1', 'active', '2025-01-01', ''), ('segment', 'C2', 'active', "
            "'2025-01-01', ''); "
            "INSERT INTO exports VALUES (1, 'r1', 'plain', 'csv', '1', '2025-01-01', '../people.csv', '{}')");
    static const char *const both[] = {"ann@example.org", "bob@example.org"};
    for (int i = 0; i < 2; i++) {
        put_key("INSERT INTO exported_people VALUES (?, 1, 0)", both[i]);
        put_key("INSERT INTO model_people VALUES (?, 'm1')", both[i]);
    }
    put_key("INSERT INTO campaign_keys VALUES (?, 'C1')", both[0]);
    put_key("INSERT INTO campaign_keys VALUES (?, 'C2')", both[1]);
}

static lka_status erase_with(const char *const *settings)
{
    struct lka_options *options = options_of(&lka_erase_params, settings);
    char *summary = NULL;
    lka_status status = lka_erase(options, NULL, &summary, &error);
    ck_assert_int_eq(summary != NULL, status == LKA_OK);
    lka_free(summary);
    lka_options_free(options);
    return status;
}

static const char *out_setting(void)
{
    static char out[160];
    snprintf(out, sizeof out, "out=%s", path_of("erased"));
    return out;
}

#define ERASE(...) erase_with((const char *const[]){out_setting(), "as-of=2025-07-01", __VA_ARGS__, NULL})

static int64_t rows_of(const char *sql)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    int64_t count = count_of(workspace, sql);
    lka_workspace_close(workspace);
    return count;
}

static void expect_one_left(void)
{
    static const char *const tables[] = {"history", "exported_people", "model_people", "campaign_keys"};
    for (size_t i = 0; i < 4; i++) {
        char sql[64];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", tables[i]);
        ck_assert_msg(rows_of(sql) == 1, "%s", tables[i]);
    }
    ck_assert_int_eq(rows_of("SELECT count(*) FROM history WHERE person = 'C2'"), 1);
    ck_assert_int_eq(rows_of("SELECT count(*) FROM retraining WHERE model = 'm1'"), 1);
    ck_assert_int_eq(rows_of("SELECT count(*) FROM erasing"), 0);
    ck_assert_ptr_null(strstr(read_file(people), "ann@"));
    ck_assert_ptr_nonnull(strstr(read_file(people), "bob@"));
    ck_assert_int_ne(access(path_of("sent/plain/add.csv"), F_OK), 0);
    ck_assert_ptr_nonnull(strstr(read_file(path_of("sent/plain/manifest.json")), "\"erased\": \"2025-07-01\""));
    ck_assert_ptr_nonnull(strstr(read_file(path_of("sent/export.json")), "\"erased\": \"2025-07-01\""));
    ck_assert_int_eq(access(path_of("sent/meta/add.csv"), F_OK), 0);
}

START_TEST(one_goes_by_whatever_is_given_and_the_other_stays)
{
    static const char *const ways[] = {"contact=C1", "email=Ann@Example.org", "email=ann@example.org "};
    must(ERASE(ways[_i]));
    expect_one_left();
    ck_assert_ptr_nonnull(strstr(read_file(people), "P3")); /* a phone alone, that was not asked for */
    char *remove = (char *)(uintptr_t)read_file(path_of("erased/remove/plain-csv/plain/plain-csv-remove-0001.csv"));
    ck_assert_ptr_nonnull(strstr(remove, "ann@example.org"));
    ck_assert_ptr_null(strstr(remove, "bob"));
}
END_TEST

START_TEST(an_email_with_a_phone_takes_the_row_that_has_the_phone_alone)
{
    must(ERASE("email=ann@example.org", "phone=+33612345678"));
    expect_one_left();
    ck_assert_ptr_null(strstr(read_file(people), "P3"));
}
END_TEST

START_TEST(a_shared_phone_tells_nobody)
{
    must(ERASE("phone=+33612345678"));
    ck_assert_int_eq(rows_of("SELECT count(*) FROM history"), 2);
    ck_assert_ptr_nonnull(strstr(read_file(people), "ann@"));
    ck_assert_int_eq(rows_of("SELECT count(*) > 0 FROM erased"), 1); /* known again, all the same */
}
END_TEST

/* Nobody is due. What exports of long ago said goes, but for the last word on who is on the platform still. */
START_TEST(ledgers_forget_but_not_who_is_on_a_platform)
{
    char due[160];
    snprintf(due, sizeof due, "contacts=%s", write_file("due.csv", "contact_id,delete_on\nC1,2027-01-01\n"));
    execute("INSERT INTO exports VALUES (2, 'r2', 'plain', 'csv', '1', '2025-03-01', '../people.csv', '{}'), "
            "(3, 'r3', 'plain', 'csv', '1', '2025-04-01', '../people.csv', '{}')");
    put_key("INSERT INTO exported_people VALUES (?, 2, 0)", "ann@example.org");
    must(ERASE("retention=true", "confirm=true", due, "ledger-days=30"));
    ck_assert_int_eq(rows_of("SELECT count(*) FROM exported_people WHERE export = 1"), 1);
    ck_assert_int_eq(rows_of("SELECT count(*) FROM exported_people WHERE export = 2"), 1);
    put_key("INSERT INTO exported_people VALUES (?, 3, 1)", "bob@example.org");
    must(ERASE("retention=true", "confirm=true", due, "ledger-days=30"));
    ck_assert_int_eq(rows_of("SELECT count(*) FROM exported_people WHERE export <> 2"), 0);
    ck_assert_int_eq(rows_of("SELECT count(*) FROM exported_people WHERE export = 2"), 1);
}
END_TEST

/* Its forms are SHA-256 alone, whatever the imports before and after it were. */
START_TEST(no_md5_tells_whether_somebody_was_erased)
{
    must_import("email\nzoe@example.org\n");
    must(ERASE("email=ann@example.org"));
    must_import("email\nyan@example.org\n");
    ck_assert_int_eq(rows_of("SELECT count(*) FROM facts WHERE name = 'suppression_short' AND value = 'no'"), 1);
}
END_TEST

/* Its kinds are not kept: nobody is told that no objection can reach people by their e-mail. */
START_TEST(whoever_was_erased_can_be_reached)
{
    struct lka_suppression *list;
    must(ERASE("email=ann@example.org"));
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    must(lka_suppression_open(workspace, &list, &error));
    ck_assert(lka_suppression_types(list) & 1u << LKA_ID_EMAIL);
    lka_suppression_close(list);
    lka_workspace_close(workspace);
}
END_TEST

START_TEST(a_dry_run_changes_nothing)
{
    must(ERASE("contact=C1", "dry-run=true"));
    ck_assert_int_eq(rows_of("SELECT count(*) FROM history"), 2);
    ck_assert_int_eq(rows_of("SELECT count(*) FROM erased"), 0);
    ck_assert_int_ne(access(path_of("erased"), F_OK), 0);
}
END_TEST

START_TEST(a_read_only_workspace_is_told)
{
    char file[160];
    snprintf(file, sizeof file, "%s/state.sqlite", path);
    must(chmod(path, 0555));
    must(chmod(file, 0444));
    if (geteuid() == 0) {
        must(chmod(folder, 0777));
        must(chown(path, 65534, 65534));
        must(chown(file, 65534, 65534));
        must(seteuid(65534));
    }
    ck_assert_int_eq(ERASE("contact=C1"), LKA_USAGE);
    must(seteuid(getuid()));
    ck_assert_ptr_nonnull(strstr(error.message, "cannot"));
}
END_TEST

/* ---- memory that runs out ----------------------------------------------------------------------- */

/* Each one fails somewhere else, and goes on from where the one before it stopped. */
START_TEST(an_allocation_that_fails_is_an_error_and_the_next_run_ends_it)
{
    lka_status status = LKA_MEMORY;
    size_t k = 0;
    for (; status != LKA_OK && k < 100000; k += k < 40 ? 1 : 41) {
        static const char *const settings[] = {"email=ann@example.org", "as-of=2025-07-01", NULL};
        char *summary = NULL;
        memory_plenty();
        struct lka_options *options = options_of(&lka_erase_params, settings);
        must(lka_options_set(options, "out", path_of("erased"), NULL));
        memory_ends_after(k);
        status = lka_erase(options, NULL, &summary, &error);
        memory_plenty();
        ck_assert_msg(status == LKA_OK || status == LKA_MEMORY, "%zu: %d %s", k, status, error.message);
        ck_assert_int_eq(summary != NULL, status == LKA_OK);
        lka_free(summary);
        lka_options_free(options);
        memory_give_back();
    }
    ck_assert_int_eq(status, LKA_OK);
    ck_assert_uint_gt(k, 100);
    expect_one_left();
    ck_assert_ptr_nonnull(
        strstr(read_file(path_of("erased/remove/plain-csv/plain/plain-csv-remove-0001.csv")), "ann@example.org"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("erase");
    TCase *tests = tcase_create("erase");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, start, end_store);
    tcase_add_loop_test(tests, one_goes_by_whatever_is_given_and_the_other_stays, 0, 3);
    tcase_add_test(tests, an_email_with_a_phone_takes_the_row_that_has_the_phone_alone);
    tcase_add_test(tests, a_shared_phone_tells_nobody);
    tcase_add_test(tests, ledgers_forget_but_not_who_is_on_a_platform);
    tcase_add_test(tests, no_md5_tells_whether_somebody_was_erased);
    tcase_add_test(tests, whoever_was_erased_can_be_reached);
    tcase_add_test(tests, a_dry_run_changes_nothing);
    tcase_add_test(tests, a_read_only_workspace_is_told);
    tcase_add_test(tests, an_allocation_that_fails_is_an_error_and_the_next_run_ends_it);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
