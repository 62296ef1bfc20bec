/* The archive: it grows by what is new alone, is read alone, and is whole whenever a writer dies. */
#include "base/error.h"
#include "source/source.h"
#include "store/segments.h"

#include "events_by_hand.h"
#include "run_suite.h"

#include <dirent.h>

#define HEADER "contact_id,timestamp,type,channel,amount,event_id,topic\n"

static struct lka_workspace *open_workspace(enum lka_workspace_mode mode)
{
    struct lka_workspace *workspace = NULL;
    ck_assert_msg(lka_workspace_open(path_of("ws"), mode, NULL, &workspace, &error) == LKA_OK, "%s", error.message);
    return workspace;
}

/* Reads a table (NULL: none) with the archive; what it holds, and its counts. */
static struct lka_events *open_with(struct lka_workspace *workspace, const char *text)
{
    const char *path = text ? write_file("events.csv", text) : NULL;
    struct lka_events *events = open_tables(&path, text ? 1 : 0, workspace, (struct lka_events_options){0});
    ck_assert_msg(events != NULL, "%s", error.message);
    return events;
}

/* One run of a stage. */
static struct lka_events_counts run(const char *text, bool commits)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    ck_assert_int_eq(lka_workspace_begin(workspace, "lifecycle", &error), LKA_OK);
    struct lka_events *events = open_with(workspace, text);
    ck_assert_msg(lka_events_archive(events, &error) == LKA_OK, "%s", error.message);
    if (commits) {
        ck_assert_int_eq(lka_workspace_commit(workspace, &error), LKA_OK);
    }
    struct lka_events_counts counts = lka_events_counts(events);
    lka_events_close(events);
    lka_workspace_close(workspace);
    return counts;
}

static const char *archive_alone(void)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    struct lka_events *events = open_with(workspace, NULL);
    const char *transcript = transcript_of(events);
    lka_events_close(events);
    lka_workspace_close(workspace);
    return transcript;
}

static size_t segment_count(void)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    struct lka_segments segments;
    ck_assert_int_eq(lka_segments_init(&segments, workspace, &error), LKA_OK);
    size_t count = segments.count;
    lka_segments_release(&segments);
    lka_workspace_close(workspace);
    return count;
}

static size_t file_count(void)
{
    return entries_of(path_of("ws/events"));
}

/* ---- growth ----------------------------------------------------------------------------------- */

static const char first_window[] = HEADER "a,2024-01-31T23:59:59Z,send,email,,,\"news, \"\"daily\"\"\"\n"
                                          "a,2024-02-01,open,email,,,\n"
                                          "b,2024-02-02,purchase,web,12.50,o1,\n"
                                          "b,2024-02-02,purchase,web,12.50,o1,\n";
static const char second_window[] = HEADER "b,2024-02-02,purchase,web,12.50,o1,\n"
                                           "a,2024-02-01,open,email,,,\n"
                                           "a,2024-02-03,click,email,,,\n"
                                           "c,2024-03-01,send,sms,,,\n";

START_TEST(the_archive_is_read_alone)
{
    struct lka_events_counts counts = run(first_window, true);
    ck_assert_uint_eq(counts.archive, 0);
    ck_assert_uint_eq(counts.added, 3);
    ck_assert_uint_eq(counts.duplicates, 1);
    ck_assert_uint_eq(file_count(), 2); /* of January and of February */
    ck_assert_uint_eq(mode_of(path_of("ws/events/2024-01-1.csv.zst")), 0600);
    ck_assert_uint_eq(mode_of(path_of("ws/events")), 0700);
    const char *transcript = archive_alone();
    ck_assert_ptr_nonnull(strstr(transcript, "a\n"
                                             " 2024-01-31+86399 type=send channel=email topic=news, \"daily\"\n"
                                             " 2024-02-01+0 type=open channel=email\n"));
    ck_assert_ptr_nonnull(strstr(transcript, "b\n 2024-02-02+0 type=purchase channel=web amount=12.50 event_id=o1\n"));
}
END_TEST

START_TEST(the_same_events_add_nothing)
{
    run(first_window, true);
    struct lka_events_counts counts = run(first_window, true);
    ck_assert_uint_eq(counts.archive, 3);
    ck_assert_uint_eq(counts.known, 3);
    ck_assert_uint_eq(counts.duplicates, 1);
    ck_assert_uint_eq(counts.added, 0);
    ck_assert_uint_eq(segment_count(), 2);
    ck_assert_uint_eq(file_count(), 2);
}
END_TEST

START_TEST(windows_that_overlap_are_one_history)
{
    run(first_window, true);
    struct lka_events_counts counts = run(second_window, true);
    ck_assert_uint_eq(counts.known, 2);
    ck_assert_uint_eq(counts.added, 2);
    ck_assert_uint_eq(segment_count(), 4);
    char *both = lka_copy_string(archive_alone());
    remove_folder();
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    const char *paths[] = {write_file("1.csv", second_window), write_file("2.csv", first_window)};
    struct lka_events *events = open_tables(paths, 2, NULL, (struct lka_events_options){0});
    ck_assert_str_eq(transcript_of(events), both);
    lka_events_close(events);
    lka_free(both);
}
END_TEST

/* The archive's copy says less: the fuller one is what every later reader sees, and it is added once. */
START_TEST(a_fuller_copy_is_new)
{
    run("contact_id,timestamp,type\na,2024-01-01,open\n", true);
    const char *fuller = "contact_id,timestamp,type,user_agent\na,2024-01-01,open,Mozilla\n";
    ck_assert_uint_eq(run(fuller, true).added, 1);
    ck_assert_uint_eq(run(fuller, true).added, 0);
    ck_assert_str_eq(archive_alone(), "a\n 2024-01-01+0 type=open user_agent=Mozilla\n");
}
END_TEST

START_TEST(what_comes_after_the_end_is_archived_too)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    ck_assert_int_eq(lka_workspace_begin(workspace, "lifecycle", &error), LKA_OK);
    const char *path = write_file("events.csv", first_window);
    struct lka_events *events = open_tables(&path, 1, workspace,
                                            (struct lka_events_options){.until = 1706745600}); /* 2024-02-01 */
    ck_assert_str_eq(transcript_of(events), "a\n 2024-01-31+86399 type=send channel=email topic=news, \"daily\"\n");
    ck_assert_int_eq(lka_events_archive(events, &error), LKA_OK);
    ck_assert_uint_eq(lka_events_counts(events).later, 2);
    ck_assert_uint_eq(lka_events_counts(events).added, 3);
    ck_assert_int_eq(lka_events_archive(events, &error), LKA_OK); /* it has all */
    ck_assert_int_eq(lka_workspace_commit(workspace, &error), LKA_OK);
    ck_assert_str_eq(transcript_of(events), "a\n 2024-01-31+86399 type=send channel=email topic=news, \"daily\"\n");
    lka_events_close(events);
    lka_workspace_close(workspace);
    ck_assert_uint_eq(segment_count(), 2);
}
END_TEST

static void run_day(int day)
{
    char text[256];
    snprintf(text, sizeof text, HEADER "a,2024-02-%02d,open,email,,,\nb,2024-03-01,open,email,%d,,\n", day, day);
    ck_assert_uint_eq(run(text, true).added, 2);
}

/* A segment a night; the ninth night makes one of nine, the tenth clears their files away. */
START_TEST(many_segments_of_a_month_become_one)
{
    for (int day = 1; day <= 8; day++) {
        run_day(day);
    }
    ck_assert_uint_eq(segment_count(), 16);
    char *before = lka_copy_string(archive_alone());
    ck_assert_uint_eq(run(HEADER "c,2024-03-05,open,email,,,\n", true).added, 1);
    ck_assert_uint_eq(segment_count(), 2);
    ck_assert_uint_eq(file_count(), 18);
    ck_assert(exists(path_of("ws/events/2024-03-9.csv.zst")));
    const char *after = archive_alone();
    ck_assert_ptr_nonnull(strstr(after, "c\n 2024-03-05+0"));
    ck_assert_uint_eq(strlen(after), strlen(before) + strlen("c\n 2024-03-05+0 type=open channel=email\n"));
    run_day(10);
    ck_assert_uint_eq(file_count(), 4);
    ck_assert_uint_eq(segment_count(), 4);
    ck_assert(exists(path_of("ws/events/2024-03-10.csv.zst")));
    lka_free(before);
}
END_TEST

/* A reader has its list, and two writers come before it opens the files. */
START_TEST(what_is_being_read_is_not_removed)
{
    for (int day = 1; day <= 8; day++) {
        run_day(day);
    }
    struct lka_workspace *reader = open_workspace(LKA_WORKSPACE_READ);
    struct lka_segments segments;
    int hold;
    ck_assert_int_eq(lka_segments_hold(reader, &hold, &error), LKA_OK);
    ck_assert_int_ge(hold, 0);
    ck_assert_int_eq(lka_segments_init(&segments, reader, &error), LKA_OK);
    run_day(9);
    run_day(10);
    for (size_t i = 0; i < segments.count; i++) {
        ck_assert_msg(exists(segments.items[i].path), "%s is gone", segments.items[i].name);
    }
    lka_segments_let_go(hold);
    run_day(11);
    ck_assert(!exists(segments.items[0].path));
    lka_segments_release(&segments);
    lka_workspace_close(reader);
}
END_TEST

static lka_status read_segment(const char *path, struct lka_text *text)
{
    struct lka_source *source;
    struct lka_rows rows;
    LKA_TRY(lka_source_open(&path, 1, &(struct lka_source_options){0}, &source, &error));
    const size_t columns[] = {0, 1, 2};
    ck_assert_int_eq(lka_source_select(source, columns, 3, &error), LKA_OK);
    ck_assert_int_eq(lka_rows_init(&rows, 3, 10, &error), LKA_OK);
    lka_status status = lka_source_next(source, &rows, &error);
    for (size_t row = 0; row < rows.count; row++) {
        for (size_t c = 0; c < 3; c++) {
            lka_text_format(text, "%.*s ", (int)lka_cell(&rows, c, row).length, lka_cell(&rows, c, row).text);
        }
    }
    lka_rows_release(&rows);
    lka_source_close(source);
    return status;
}

/* It is a table that any tool can read: canonical columns, times in UTC. */
START_TEST(a_segment_is_a_plain_table)
{
    run(HEADER "a,2024-01-31T10:00:00+02:00,send,email,,,\na,0099-12-31,open,email,,,\n", true);
    struct lka_text text = {0};
    ck_assert_int_eq(read_segment(path_of("ws/events/2024-01-1.csv.zst"), &text), LKA_OK);
    ck_assert_int_eq(read_segment(path_of("ws/events/0099-12-1.csv.zst"), &text), LKA_OK);
    ck_assert_str_eq(text.bytes, "a 2024-01-31T08:00:00Z send a 0099-12-31T00:00:00Z open ");
    lka_text_release(&text);
}
END_TEST

/* ---- failures --------------------------------------------------------------------------------- */

START_TEST(what_was_not_committed_is_nobodys)
{
    run(first_window, true);
    run(second_window, false);
    ck_assert_uint_eq(file_count(), 4);
    ck_assert_uint_eq(segment_count(), 2);
    ck_assert_ptr_null(strstr(archive_alone(), "click"));
    write_file("ws/events/.2024-01-2.csv.zst.tmp-1", "half");
    write_file("ws/events/notes.txt", "mine");
    ck_assert_uint_eq(run(first_window, true).added, 0);
    ck_assert_uint_eq(file_count(), 3);
    ck_assert(exists(path_of("ws/events/notes.txt")));
    ck_assert_uint_eq(run(second_window, true).added, 2);
    ck_assert_ptr_nonnull(strstr(archive_alone(), "click"));
}
END_TEST

static void expect_refusal(lka_status code, const char *message)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    ck_assert_ptr_null(open_tables(NULL, 0, workspace, (struct lka_events_options){0}));
    ck_assert_int_eq(error.code, code);
    ck_assert_msg(strstr(error.message, message) != NULL, "%s", error.message);
    lka_workspace_close(workspace);
}

START_TEST(a_segment_that_was_tampered_with_is_told)
{
    run(first_window, true);
    write_file("other.csv", "contact_id,timestamp,type\n");
    const char *segment = path_of("ws/events/2024-01-1.csv.zst");
    ck_assert_int_eq(truncate(segment, 60), 0);
    expect_refusal(LKA_DATA, "bytes has 60 now");
    ck_assert_str_eq(error.file, segment);
    ck_assert_int_eq(unlink(segment), 0);
    expect_refusal(LKA_DATA, "cannot open the segment");

    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    ck_assert_int_eq(lka_workspace_begin(workspace, "test", &error), LKA_OK);
    ck_assert_int_eq(lka_segment_withdraw(workspace, "2024-01-1.csv.zst", &error), LKA_OK);
    ck_assert_int_eq(lka_segment_withdraw(workspace, "2024-02-1.csv.zst", &error), LKA_OK);
    struct lka_file_facts facts;
    ck_assert_int_eq(lka_file_look_at(path_of("ws/events/2024-02-1.csv.zst"), &facts, &error), LKA_OK);
    ck_assert_int_eq(lka_segment_publish(workspace, "2024-02-1.csv.zst", 3, &facts, &error), LKA_OK);
    ck_assert_int_eq(lka_workspace_commit(workspace, &error), LKA_OK);
    expect_refusal(LKA_DATA, "the segments hold 2 events, and state.sqlite says 3");

    ck_assert_int_eq(lka_workspace_begin(workspace, "test", &error), LKA_OK);
    ck_assert_int_eq(lka_segment_publish(workspace, "../2024-02-1.csv.zst", 3, &facts, &error), LKA_OK);
    ck_assert_int_eq(lka_workspace_commit(workspace, &error), LKA_OK);
    lka_workspace_close(workspace);
    expect_refusal(LKA_DATA, "no name of a segment");
}
END_TEST

/* Whatever fails, the transaction is rolled back, and the archive is what it was. */
START_TEST(every_allocation_may_fail)
{
    run(first_window, true);
    char path[256];
    snprintf(path, sizeof path, "%s", write_file("events.csv", second_window));
    const char *paths[] = {path};
    char *before = lka_copy_string(archive_alone());
    bool done = false;
    for (size_t k = 1; !done; k += 1 + k / 100) {
        struct ledger ledger;
        ledger_install(&ledger);
        ledger_fail(&ledger, k);
        struct lka_workspace *workspace = NULL;
        struct lka_events *events = NULL;
        struct lka_events_options options = {.paths = paths, .path_count = 1, .until = NO_END, .temporary = folder};
        lka_status status = lka_workspace_open(path_of("ws"), LKA_WORKSPACE_WRITE, NULL, &workspace, &error);
        status = status == LKA_OK ? lka_workspace_begin(workspace, "test", &error) : status;
        status = status == LKA_OK ? lka_events_open(&options, workspace, NULL, &events, &error) : status;
        status = status == LKA_OK ? lka_events_archive(events, &error) : status;
        lka_events_close(events);
        lka_workspace_close(workspace);
        ck_assert_msg(status == LKA_OK || status == LKA_MEMORY, "%s", error.message);
        ck_assert_uint_eq(ledger.alive, 0);
        lka_set_allocator(NULL);
        ck_assert_str_eq(archive_alone(), before);
        done = status == LKA_OK;
    }
    lka_free(before);
}
END_TEST

static bool stop_later(void *user)
{
    int *calls = user;
    return --*calls < 0;
}

START_TEST(an_interruption_leaves_the_archive_as_it_was)
{
    run(first_window, true);
    lka_status status = LKA_INTERRUPTED;
    for (int calls = 0; status != LKA_OK; calls++) {
        int left = calls;
        struct lka_session session = {.user = &left, .interrupted = stop_later};
        struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
        ck_assert_int_eq(lka_workspace_begin(workspace, "test", &error), LKA_OK);
        const char *path = write_file("events.csv", second_window);
        struct lka_events_options options = {.paths = &path, .path_count = 1, .until = NO_END};
        struct lka_events *events = NULL;
        status = lka_events_open(&options, workspace, &session, &events, &error);
        status = status == LKA_OK ? lka_events_archive(events, &error) : status;
        ck_assert(status == LKA_OK || status == LKA_INTERRUPTED);
        lka_events_close(events);
        lka_workspace_close(workspace);
        ck_assert_uint_eq(segment_count(), 2);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *archive = suite_create("archive");
    TCase *tests = tcase_create("archive");
    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, the_archive_is_read_alone);
    tcase_add_test(tests, the_same_events_add_nothing);
    tcase_add_test(tests, windows_that_overlap_are_one_history);
    tcase_add_test(tests, a_fuller_copy_is_new);
    tcase_add_test(tests, what_comes_after_the_end_is_archived_too);
    tcase_add_test(tests, many_segments_of_a_month_become_one);
    tcase_add_test(tests, what_is_being_read_is_not_removed);
    tcase_add_test(tests, a_segment_is_a_plain_table);
    tcase_add_test(tests, what_was_not_committed_is_nobodys);
    tcase_add_test(tests, a_segment_that_was_tampered_with_is_told);
    tcase_add_test(tests, every_allocation_may_fail);
    tcase_add_test(tests, an_interruption_leaves_the_archive_as_it_was);
    suite_add_tcase(archive, tests);
    return archive;
}

int main(void)
{
    lka_init();
    return run_suite(suite());
}
