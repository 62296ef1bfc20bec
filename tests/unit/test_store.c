/* The workspace: transactions, one writer, whose database it is, migrations, the key. */
#include "store/schema.h"
#include "store/tables.h"
#include "store_by_hand.h"
#include "run_suite.h"

START_TEST(what_is_not_committed_never_was)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    must(lka_workspace_begin(workspace, "test", NULL));
    must(lka_workspace_execute(workspace, "INSERT INTO facts VALUES ('kept', '1')", NULL));
    must(lka_workspace_commit(workspace, NULL));
    must(lka_workspace_begin(workspace, "test", NULL));
    must(lka_workspace_execute(workspace, "INSERT INTO facts VALUES ('lost', '1')", NULL));
    lka_workspace_close(workspace);
    workspace = open_workspace(LKA_WORKSPACE_READ);
    ck_assert_int_eq(count_of(workspace, "SELECT count(*) FROM facts"), 1);
    lka_workspace_close(workspace);
}
END_TEST

START_TEST(only_its_owner_may_look)
{
    lka_workspace_close(open_workspace(LKA_WORKSPACE_WRITE));
    struct stat facts;
    must(stat(path, &facts));
    ck_assert_int_eq(facts.st_mode & 0777, 0700);
    char file[128];
    snprintf(file, sizeof file, "%s/state.sqlite", path);
    must(stat(file, &facts));
    ck_assert_int_eq(facts.st_mode & 0777, 0600);
}
END_TEST

START_TEST(a_second_writer_waits_and_learns_who_writes)
{
    struct lka_workspace *first = open_workspace(LKA_WORKSPACE_WRITE);
    struct lka_workspace *second = open_workspace(LKA_WORKSPACE_WRITE);
    struct lka_error error = {0};
    must(lka_workspace_begin(first, "lifecycle", NULL));
    lka_workspace_wait(second, .1);
    ck_assert_int_eq(lka_workspace_begin(second, "value", &error), LKA_USAGE);
    char holder[64];
    snprintf(holder, sizeof holder, "lifecycle (process %ld)", (long)getpid());
    ck_assert_msg(strstr(error.message, holder), "%s", error.message);
    must(lka_workspace_commit(first, NULL));
    must(lka_workspace_begin(second, "value", NULL));
    lka_workspace_close(second);
    lka_workspace_close(first);
}
END_TEST

START_TEST(readers_do_not_write)
{
    lka_workspace_close(open_workspace(LKA_WORKSPACE_WRITE));
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    ck_assert_int_eq(lka_workspace_begin(workspace, "test", NULL), LKA_USAGE);
    lka_workspace_close(workspace);
}
END_TEST

START_TEST(an_absent_workspace_is_made_by_writers_alone)
{
    expect_refusal(LKA_WORKSPACE_READ, "cannot open");
    must(mkdir(path, 0700));
    expect_refusal(LKA_WORKSPACE_READ, "no state.sqlite");
    lka_workspace_close(open_workspace(LKA_WORKSPACE_WRITE));
    lka_workspace_close(open_workspace(LKA_WORKSPACE_READ));
}
END_TEST

START_TEST(a_newer_workspace_is_left_alone)
{
    execute("PRAGMA user_version = 99");
    expect_refusal(LKA_WORKSPACE_WRITE, "made by a newer lookalike");
}
END_TEST

START_TEST(an_older_workspace_gets_the_tables_that_it_lacks)
{
    char sql[1024] = "PRAGMA user_version = 0;";
#define DROP(name, person, version, columns) strcat(strcat(strcat(sql, "DROP TABLE "), #name), ";");
    LKA_TABLES(DROP)
    execute(sql);
    expect_refusal(LKA_WORKSPACE_READ, "a stage that writes brings it to");
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    ck_assert_int_eq(count_of(workspace, "SELECT count(*) FROM history"), 0);
    ck_assert_int_eq(count_of(workspace, "PRAGMA user_version"), LKA_SCHEMA_VERSION);
    lka_workspace_close(workspace);
}
END_TEST

/* Version 2 of a made-up schema: one table more, and a column of the older one that has another meaning. */
static const struct lka_stored_table first_tables[] = {{"people", "id", 1, "(id TEXT PRIMARY KEY, cents INTEGER)"}};
static const struct lka_stored_table second_tables[] = {
    {"people", "id", 1, "(id TEXT PRIMARY KEY, euros REAL)"},
    {"places", "", 2, "(name TEXT PRIMARY KEY)"},
};
static const struct lka_migration changes[] = {
    {2, "ALTER TABLE people RENAME COLUMN cents TO euros; UPDATE people SET euros = euros / 100.0"},
};
static const struct lka_migration bad_changes[] = {{2, "UPDATE people SET cents = 0; DROP TABLE nothing"}};

static lka_status change(struct lka_workspace *workspace, const struct lka_migration *migrations)
{
    const struct lka_schema_history second = {2, second_tables, 2, migrations, 1};
    must(lka_workspace_begin(workspace, "test", NULL));
    lka_status status = lka_schema_migrate(workspace, &second, 1, NULL);
    if (status == LKA_OK) {
        must(lka_workspace_commit(workspace, NULL));
    }
    lka_workspace_rollback(workspace);
    return status;
}

START_TEST(a_migration_keeps_what_was_there_or_changes_nothing)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    const struct lka_schema_history first = {1, first_tables, 1, NULL, 0};
    must(lka_schema_migrate(workspace, &first, 0, NULL));
    must(lka_workspace_execute(workspace, "INSERT INTO people VALUES ('C1', 250)", NULL));
    ck_assert_int_ne(change(workspace, bad_changes), LKA_OK);
    ck_assert_int_eq(count_of(workspace, "SELECT cents FROM people"), 250);
    ck_assert_int_eq(count_of(workspace, "PRAGMA user_version"), 1);
    must(change(workspace, changes));
    ck_assert_int_eq(count_of(workspace, "SELECT euros = 2.5 FROM people"), 1);
    ck_assert_int_eq(count_of(workspace, "SELECT count(*) FROM places"), 0);
    ck_assert_int_eq(count_of(workspace, "PRAGMA user_version"), 2);
    lka_workspace_close(workspace);
}
END_TEST

START_TEST(every_person_key_is_a_column_of_its_table)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    for (size_t i = 0; i < lka_store_schema.table_count; i++) {
        char sql[256];
        const struct lka_stored_table *table = &lka_store_schema.tables[i];
        struct lka_person_key key = lka_person_key_of(table);
        int64_t columns = (int64_t)key.count + (key.link[0] != 0);
        snprintf(sql, sizeof sql, "SELECT count(*) FROM pragma_table_info('%s') WHERE name IN ('%s', '%s', '%s')",
                 table->name, key.columns[0], key.columns[1], key.link);
        ck_assert_msg(count_of(workspace, sql) == columns, "%s", table->name);
        ck_assert_msg((columns > 0) == (table->person[0] != 0), "%s", table->name);
    }
    lka_workspace_close(workspace);
}
END_TEST

START_TEST(a_folder_of_other_files_is_left_alone)
{
    char file[128];
    must(mkdir(path, 0755));
    snprintf(file, sizeof file, "%s/letters.txt", path);
    fclose(fopen(file, "w"));
    expect_refusal(LKA_WORKSPACE_WRITE, "has files and no state.sqlite");
    must(unlink(file));
    lka_workspace_close(open_workspace(LKA_WORKSPACE_WRITE));
    struct stat facts;
    must(stat(path, &facts));
    ck_assert_int_eq(facts.st_mode & 0777, 0700);
}
END_TEST

/* Nobody is root within it: root may write anywhere. */
static void as_nobody(void)
{
    if (geteuid() == 0) {
        must(chmod(folder, 0755));
        must(seteuid(65534));
    }
}

START_TEST(a_read_only_workspace_is_told)
{
    char file[128];
    snprintf(file, sizeof file, "%s/state.sqlite", path);
    lka_workspace_close(open_workspace(LKA_WORKSPACE_WRITE));
    must(chmod(path, 0555));
    must(chmod(file, 0444));
    as_nobody();
    expect_refusal(LKA_WORKSPACE_WRITE, "cannot");
    snprintf(path, sizeof path, "%s/new", folder);
    must(geteuid() == 65534 ? 0 : chmod(folder, 0555));
    expect_refusal(LKA_WORKSPACE_WRITE, "cannot make");
    must(seteuid(getuid()));
}
END_TEST

START_TEST(another_programs_database_is_left_alone)
{
    execute("PRAGMA application_id = 7");
    expect_refusal(LKA_WORKSPACE_WRITE, "another program's database");
}
END_TEST

static void write_state(const char *bytes)
{
    char file[128];
    must(mkdir(path, 0700));
    snprintf(file, sizeof file, "%s/state.sqlite", path);
    FILE *out = fopen(file, "w");
    fputs(bytes, out);
    fclose(out);
}

START_TEST(what_is_no_database_is_told)
{
    write_state("This is a text and not a database, and it is long enough to be taken for one's header, so there.");
    expect_refusal(LKA_WORKSPACE_WRITE, "no database");
}
END_TEST

START_TEST(a_truncated_database_is_told)
{
    lka_workspace_close(open_workspace(LKA_WORKSPACE_WRITE));
    char file[128];
    snprintf(file, sizeof file, "%s/state.sqlite", path);
    must(truncate(file, 5000));
    expect_refusal(LKA_WORKSPACE_WRITE, "damaged");
}
END_TEST

/* ---- the key ---------------------------------------------------------------------------------- */

static lka_status key_of(uint8_t key[32], struct lka_error *error)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    must(lka_workspace_begin(workspace, "test", NULL));
    lka_status status = lka_workspace_key(workspace, key, error);
    if (status == LKA_OK) {
        must(lka_workspace_commit(workspace, NULL));
    }
    lka_workspace_close(workspace);
    return status;
}

static void expect_bad_key(const char *words)
{
    uint8_t key[32];
    struct lka_error error = {0};
    ck_assert_int_eq(key_of(key, &error), LKA_USAGE);
    ck_assert_msg(strstr(error.message, words), "\"%s\" is not in: %s", words, error.message);
}

START_TEST(the_key_is_made_once_and_guarded)
{
    uint8_t first[32];
    uint8_t second[32];
    char file[128];
    struct stat facts;
    snprintf(file, sizeof file, "%s/key", path);
    must(key_of(first, NULL));
    must(key_of(second, NULL));
    ck_assert_mem_eq(first, second, 32);
    must(stat(file, &facts));
    ck_assert_int_eq(facts.st_mode & 0777, 0600);
    must(chmod(file, 0644));
    expect_bad_key("can be read by others");
    must(chmod(file, 0600));
    FILE *out = fopen(file, "w");
    fputs("0123456789abcdef0123456789abcdef", out);
    fclose(out);
    expect_bad_key("not this workspace's key");
    must(truncate(file, 31));
    expect_bad_key("31 bytes");
    must(unlink(file));
    expect_bad_key("is lost");
}
END_TEST

START_TEST(a_reader_makes_no_key)
{
    uint8_t key[32];
    struct lka_error error = {0};
    lka_workspace_close(open_workspace(LKA_WORKSPACE_WRITE));
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    ck_assert_int_eq(lka_workspace_key(workspace, key, &error), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "not made yet"));
    lka_workspace_close(workspace);
    workspace = open_workspace(LKA_WORKSPACE_WRITE);
    must(lka_workspace_key(workspace, key, NULL)); /* without a transaction, too */
    lka_workspace_close(workspace);
    workspace = open_workspace(LKA_WORKSPACE_READ);
    must(lka_workspace_key(workspace, key, NULL));
    lka_workspace_close(workspace);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store");
    TCase *tests = tcase_create("store");
    tcase_add_checked_fixture(tests, start_store, end_store);
    tcase_add_test(tests, what_is_not_committed_never_was);
    tcase_add_test(tests, only_its_owner_may_look);
    tcase_add_test(tests, a_second_writer_waits_and_learns_who_writes);
    tcase_add_test(tests, readers_do_not_write);
    tcase_add_test(tests, an_absent_workspace_is_made_by_writers_alone);
    tcase_add_test(tests, a_newer_workspace_is_left_alone);
    tcase_add_test(tests, an_older_workspace_gets_the_tables_that_it_lacks);
    tcase_add_test(tests, a_migration_keeps_what_was_there_or_changes_nothing);
    tcase_add_test(tests, every_person_key_is_a_column_of_its_table);
    tcase_add_test(tests, a_folder_of_other_files_is_left_alone);
    tcase_add_test(tests, a_read_only_workspace_is_told);
    tcase_add_test(tests, another_programs_database_is_left_alone);
    tcase_add_test(tests, what_is_no_database_is_told);
    tcase_add_test(tests, a_truncated_database_is_told);
    tcase_add_test(tests, the_key_is_made_once_and_guarded);
    tcase_add_test(tests, a_reader_makes_no_key);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
