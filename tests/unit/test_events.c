/* Events by contact: their order, each once, whatever the files, the memory and the order of the rows. */
#include "base/hash.h"
#include "base/random.h"
#include "store/event_part.h"

#include "events_by_hand.h"
#include "run_suite.h"

#include <signal.h>
#include <sys/resource.h>

#define HEADER "contact_id,timestamp,type,channel,campaign,topic,amount,event_id,user_agent\n"
#define DEFAULTS ((struct lka_events_options){0})

/* ---- order ------------------------------------------------------------------------------------ */

START_TEST(a_contact_has_its_events_in_the_order_of_time)
{
    ck_assert_str_eq(read_table(HEADER "a,2024-03-01T10:00:00Z,click,email,m2,,,,\n"
                                       "a,2023-12-31,send,email,m1,news,,,\n"
                                       "a,2024-03-01T11:30:00+02:00,open,email,m2,,,,Mozilla\n"
                                       "a,1969-12-31T23:59:59Z,purchase,store,,,12.50,,\n",
                                DEFAULTS),
                     "a\n"
                     " 1969-12-31+-1 type=purchase channel=store amount=12.50\n"
                     " 2023-12-31+0 type=send channel=email campaign=m1 topic=news\n"
                     " 2024-03-01+34200 type=open channel=email campaign=m2 user_agent=Mozilla\n"
                     " 2024-03-01+36000 type=click channel=email campaign=m2\n");
}
END_TEST

/* What follows on the day of the event before is read by its clock alone. */
START_TEST(times_on_the_same_day_are_read_as_any_other)
{
    static const char *const bad[] = {"24:00:00", "10:60:00", "10:00:60", "1x:00:00", "/0:00:00",
                                      "10-00:00", "10:00:0:", "10:00 00", "::::::::"};
    char table[256];
    for (int second = 0; second < 86400; second += 617) {
        snprintf(table, sizeof table,
                 HEADER "a,2024-02-29T00:00:00Z,send,email,,,,,\na,2024-02-29T%02d:%02d:%02dZ,open,email,,,,,\n",
                 second / 3600, second / 60 % 60, second % 60);
        char expected[128];
        snprintf(expected, sizeof expected, " 2024-02-29+%d type=open channel=email\n", second);
        ck_assert_ptr_nonnull(strstr(read_table(table, DEFAULTS), expected));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(table, sizeof table,
                 HEADER "a,2024-02-29T00:00:00Z,send,email,,,,,\na,2024-02-29T%sZ,open,email,,,,,\n", bad[i]);
        ck_assert_ptr_null(open_table(table, DEFAULTS));
        ck_assert_int_eq(error.code, LKA_DATA);
        ck_assert_uint_eq(error.line, 3);
    }
}
END_TEST

/* Of every length, the last byte alone is another one, and each comes twice. */
START_TEST(texts_of_recent_rows_stay_apart)
{
    enum { LONGEST = 70 };
    struct lka_text table = {0};
    struct lka_text expected = {0};
    lka_text_string(&table, HEADER);
    lka_text_string(&expected, "a\n");
    for (int i = 0; i < 4 * LONGEST; i++) {
        int length = i / 4;
        int clock = i % 3600;
        lka_text_format(&table, "a,2024-03-01T00:%02d:%02dZ,open,%c,,,,,%0*d%c\n", clock / 60, clock % 60, 'p' + i % 2,
                        length, 0, 'a' + i % 2);
        lka_text_format(&expected, " 2024-03-01+%d type=open channel=%c user_agent=%0*d%c\n", clock, 'p' + i % 2,
                        length, 0, 'a' + i % 2);
    }
    ck_assert_str_eq(read_table(table.bytes, DEFAULTS), expected.bytes);
    lka_text_release(&table);
    lka_text_release(&expected);
}
END_TEST

START_TEST(at_the_same_time_the_key_decides)
{
    ck_assert_str_eq(read_table(HEADER "a,2024-03-01,send,sms,,,,,\n"
                                       "a,2024-03-01,open,email,b,,,,\n"
                                       "a,2024-03-01,open,email,a,x,,,\n"
                                       "a,2024-03-01,open,email,a,,,,\n",
                                DEFAULTS),
                     "a\n"
                     " 2024-03-01+0 type=open channel=email campaign=a\n"
                     " 2024-03-01+0 type=open channel=email campaign=a topic=x\n"
                     " 2024-03-01+0 type=open channel=email campaign=b\n"
                     " 2024-03-01+0 type=send channel=sms\n");
}
END_TEST

/* Two contacts with one hash: found by inverting XXH3 for 8 bytes. */
START_TEST(contacts_with_the_same_hash_stay_apart)
{
    ck_assert_uint_eq(lka_event_contact_hash(LKA_SPAN("C122681")), lka_event_contact_hash(LKA_SPAN("6B7bbRP7")));
    ck_assert_str_eq(read_table(HEADER "C122681,2024-03-01,send,email,,,,,\n"
                                       "6B7bbRP7,2024-03-02,send,email,,,,,\n"
                                       "C122681,2024-03-03,open,email,,,,,\n"
                                       "6B7bbRP7,2024-03-04,open,email,,,,,\n",
                                DEFAULTS),
                     "6B7bbRP7\n"
                     " 2024-03-02+0 type=send channel=email\n"
                     " 2024-03-04+0 type=open channel=email\n"
                     "C122681\n"
                     " 2024-03-01+0 type=send channel=email\n"
                     " 2024-03-03+0 type=open channel=email\n");
}
END_TEST

START_TEST(no_events_are_no_groups)
{
    ck_assert_str_eq(read_table(HEADER, DEFAULTS), "");
    struct lka_events *events = open_tables(NULL, 0, NULL, DEFAULTS);
    ck_assert_str_eq(transcript_of(events), "");
    lka_events_close(events);
    lka_events_close(NULL);
}
END_TEST

/* ---- each once -------------------------------------------------------------------------------- */

START_TEST(exact_repeats_are_one_event)
{
    struct lka_events *events = open_table(HEADER "a,2024-03-01,purchase,web,,,10,,\n"
                                                  "a,2024-03-01,purchase,web,,,10,,\n"
                                                  "a,2024-03-01T00:00:00Z,purchase,web,,,10,,Mozilla\n"
                                                  "b,2024-03-01,purchase,web,,,10,,\n"
                                                  "a,2024-03-01,purchase,web,,,10.0,,\n",
                                           DEFAULTS);
    const char *transcript = transcript_of(events);
    /* The fuller one stays; an amount written otherwise is another event. */
    ck_assert_ptr_nonnull(strstr(transcript, "a\n"
                                             " 2024-03-01+0 type=purchase channel=web amount=10 user_agent=Mozilla\n"
                                             " 2024-03-01+0 type=purchase channel=web amount=10.0\n"));
    ck_assert_ptr_nonnull(strstr(transcript, "b\n 2024-03-01+0 type=purchase channel=web amount=10\n"));
    struct lka_events_counts counts = lka_events_counts(events);
    ck_assert_uint_eq(counts.read, 5);
    ck_assert_uint_eq(counts.duplicates, 2);
    ck_assert_uint_eq(counts.known, 0);
    lka_events_close(events);
}
END_TEST

START_TEST(an_event_id_is_the_key)
{
    struct lka_events *events = open_table(HEADER "a,2024-03-02,purchase,web,,,10,e1,\n"
                                                  "a,2024-03-01,purchase,web,,,11,e1,\n"
                                                  "a,2024-03-01,purchase,web,,,11,e2,\n"
                                                  "a,2024-03-01,purchase,web,,,11,,\n",
                                           DEFAULTS);
    ck_assert_str_eq(transcript_of(events), "a\n"
                                            " 2024-03-01+0 type=purchase channel=web amount=11\n"
                                            " 2024-03-01+0 type=purchase channel=web amount=11 event_id=e1\n"
                                            " 2024-03-01+0 type=purchase channel=web amount=11 event_id=e2\n");
    ck_assert_uint_eq(lka_events_counts(events).duplicates, 1);
    lka_events_close(events);
}
END_TEST

/* More ids than the table for them begins with, in contacts of several sizes. */
START_TEST(many_event_ids)
{
    struct lka_text text = {0};
    lka_text_string(&text, HEADER);
    for (int i = 0; i < 3000; i++) {
        lka_text_format(&text, "%s,2024-03-%02d,open,email,,,,id%d,\n", i % 3 ? "a" : "b", 1 + i % 28, i % 1500);
    }
    struct lka_events *events = open_table(text.bytes, DEFAULTS);
    size_t kept = 0;
    struct lka_event_group group;
    do {
        ck_assert_int_eq(lka_events_next(events, &group, &error), LKA_OK);
        kept += group.count;
    } while (group.count > 0);
    ck_assert_uint_eq(kept, 1500);
    ck_assert_uint_eq(lka_events_counts(events).duplicates, 1500);
    lka_events_close(events);
    lka_text_release(&text);
}
END_TEST

/* ---- until ------------------------------------------------------------------------------------ */

START_TEST(events_at_or_after_the_end_are_left_out)
{
    struct lka_events *events = open_table(HEADER "a,2024-03-01,send,email,,,,,\n"
                                                  "a,2024-03-02T00:00:00Z,open,email,,,,,\n"
                                                  "b,2024-03-02T00:00:01Z,send,email,,,,,\n"
                                                  "a,2024-03-01T23:59:59Z,open,email,,,,,\n",
                                           (struct lka_events_options){.until = 1709337600});
    const char *expected = "a\n 2024-03-01+0 type=send channel=email\n 2024-03-01+86399 type=open channel=email\n";
    ck_assert_str_eq(transcript_of(events), expected);
    ck_assert_uint_eq(lka_events_counts(events).later, 2);
    ck_assert_int_eq(lka_events_rewind(events, &error), LKA_OK);
    ck_assert_str_eq(transcript_of(events), expected);
    ck_assert_uint_eq(lka_events_counts(events).later, 2);
    lka_events_close(events);
}
END_TEST

/* ---- the same result -------------------------------------------------------------------------- */

/* 4,000 events of 150 contacts, of whom the first has a third; some twice. Row i is always the same. */
enum { ROWS = 4000 };

static void append_row(struct lka_text *text, size_t i)
{
    struct lka_random random = lka_random_start(7, i % 20 == 0 ? i / 2 : i);
    static const char *const types[] = {"send", "open", "click", "purchase"};
    uint64_t contact = lka_random_below(&random, 3) ? lka_random_below(&random, 150) : 0;
    const char *type = types[lka_random_below(&random, 4)];
    lka_text_format(text, "C%03d,2024-%02d-%02dT%02d:00:00Z,%s,email,m%d,", (int)contact,
                    1 + (int)lka_random_below(&random, 3), 1 + (int)lka_random_below(&random, 28),
                    (int)lka_random_below(&random, 24), type, (int)lka_random_below(&random, 5));
    lka_text_format(text, "\"a \"\"topic\"\", %d\",%s,%s%d,agent %d\n", (int)lka_random_below(&random, 3),
                    type[0] == 'p' ? "9.99" : "", i % 3 ? "" : "e", (int)(i % 3 ? 0 : i / 30),
                    (int)lka_random_below(&random, 9));
}

/* Rows first, first + step, ... as a table; from the last to the first if `back`. */
static const char *write_rows(const char *name, size_t first, size_t step, bool back)
{
    struct lka_text text = {0};
    lka_text_string(&text, HEADER);
    for (size_t i = first; i < ROWS; i += step) {
        append_row(&text, back ? ROWS - 1 - i : i);
    }
    ck_assert(!text.failed);
    const char *path = write_bytes(name, text.bytes, text.length);
    lka_text_release(&text);
    return path;
}

static const char *transcript_of_tables(const char *const *paths, size_t count, uint64_t memory,
                                        struct lka_events_counts *counts)
{
    struct lka_events *events = open_tables(paths, count, NULL,
                                            (struct lka_events_options){.memory = memory, .until = 1709300000});
    ck_assert_msg(events != NULL, "%s", error.message);
    const char *transcript = transcript_of(events);
    *counts = lka_events_counts(events);
    ck_assert_int_eq(lka_events_rewind(events, &error), LKA_OK);
    ck_assert_str_eq(transcript_of(events), transcript);
    ck_assert_uint_eq(entries_of(folder), count); /* spills have no name */
    lka_events_close(events);
    return transcript;
}

static void expect_equal(const char *const *paths, size_t count, uint64_t memory, const char *expected,
                         const struct lka_events_counts *wanted)
{
    struct lka_events_counts counts;
    char *kept = lka_copy_string(expected);
    ck_assert_str_eq(transcript_of_tables(paths, count, memory, &counts), kept);
    lka_free(kept);
    ck_assert_int_eq(memcmp(&counts, wanted, sizeof counts), 0);
}

/* The least memory is some 128 KiB: of 4,000 events, a part is spilled, and the contact with a third of them is dealt
 * to the last depth. */
START_TEST(files_their_order_and_the_memory_change_nothing)
{
    struct lka_events_counts counts;
    const char *whole = write_rows("whole.csv", 0, 1, false);
    char *expected = lka_copy_string(transcript_of_tables(&whole, 1, 0, &counts));
    ck_assert_uint_gt(counts.duplicates, 100);
    ck_assert_uint_gt(counts.later, 100);
    expect_equal(&whole, 1, 1, expected, &counts);
    ck_assert_int_eq(unlink(whole), 0);

    const char *back = write_rows("back.csv", 0, 1, true);
    expect_equal(&back, 1, 0, expected, &counts);
    ck_assert_int_eq(unlink(back), 0);

    const char *split[] = {write_rows("1.csv", 1, 3, false), write_rows("0.csv", 0, 3, false),
                           write_rows("2.csv", 2, 3, false)};
    expect_equal(split, 3, 0, expected, &counts);
    expect_equal(split, 3, 1, expected, &counts);
    lka_free(expected);
}
END_TEST

/* Ids of 3 to 602 digits at the first and the last time that there is. */
START_TEST(events_of_every_length_and_time_come_back)
{
    enum { COUNT = 600, SHORTEST = 3 };
    struct lka_text text = {0};
    lka_text_string(&text, "contact_id,timestamp,type,event_id\n");
    for (int i = 0; i < COUNT; i++) {
        const char *time = i % 2 ? "9999-12-31T23:59:59Z" : "0001-01-01";
        lka_text_format(&text, "a,%s,open,%0*d\n", time, i + SHORTEST, i);
    }
    struct lka_events *events = open_table(text.bytes, (struct lka_events_options){.memory = (uint64_t)_i});
    struct lka_event_group group;
    bool met[COUNT] = {false};
    ck_assert_int_eq(lka_events_next(events, &group, &error), LKA_OK);
    ck_assert_uint_eq(group.count, COUNT);
    struct lka_event event;
    lka_event_clear(&event);
    for (size_t i = 0; i < group.count; i++) {
        lka_event_read(&group.moments[i], group.shapes, &event);
        size_t which = event.event_id.length - SHORTEST;
        ck_assert_int_eq(event.time, which % 2 ? 253402300799 : -62135596800);
        ck_assert(!met[which]);
        met[which] = true;
    }
    lka_events_close(events);
    lka_text_release(&text);
}
END_TEST

START_TEST(a_pass_can_be_left_in_the_middle)
{
    const char *whole = write_rows("whole.csv", 0, 1, false);
    struct lka_events *events = open_tables(&whole, 1, NULL, (struct lka_events_options){.memory = 1});
    struct lka_event_group group;
    for (size_t i = 0; i < 20; i++) {
        ck_assert_int_eq(lka_events_next(events, &group, &error), LKA_OK);
    }
    ck_assert_int_eq(lka_events_rewind(events, &error), LKA_OK);
    char *first = lka_copy_string(transcript_of(events));
    uint64_t duplicates = lka_events_counts(events).duplicates;
    ck_assert_int_eq(lka_events_rewind(events, &error), LKA_OK);
    ck_assert_str_eq(transcript_of(events), first);
    ck_assert_uint_eq(lka_events_counts(events).duplicates, duplicates);
    lka_free(first);
    lka_events_close(events);
}
END_TEST

START_TEST(the_digest_is_that_of_the_bytes)
{
    char digest[33];
    char expected[33];
    const char *text = HEADER "a,2024-03-01,send,email,,,,,\n";
    struct lka_events *events = open_table(text, DEFAULTS);
    lka_events_digest(events, digest);
    lka_hash128_bytes(text, strlen(text), expected);
    ck_assert_str_eq(digest, expected);
    lka_events_close(events);
}
END_TEST

/* Counts bytes that are alive, and the most that ever were. */
static size_t alive;
static size_t most;

static void *counting_resize(void *user, void *memory, size_t size)
{
    (void)user;
    size_t *grown = realloc(memory ? (size_t *)memory - 2 : NULL, size + 16);
    alive += size - (memory ? grown[0] : 0);
    grown[0] = size;
    most = alive > most ? alive : most;
    return grown + 2;
}

static void counting_release(void *user, void *memory)
{
    (void)user;
    alive -= memory ? ((size_t *)memory)[-2] : 0;
    free(memory ? (size_t *)memory - 2 : NULL);
}

/* 200,000 events, 8 MB of records. What reading takes is not counted: 4,096 rows and its buffers. */
START_TEST(the_memory_allowed_is_kept)
{
    struct lka_text text = {0};
    lka_text_string(&text, HEADER);
    for (int i = 0; i < 200000; i++) {
        lka_text_format(&text, "C%d,2024-03-01T%02d:00:00Z,open,email,m%d,,,,\n", i % 20000, i / 20000, i / 40000);
    }
    const char *path = write_bytes("events.csv", text.bytes, text.length);
    lka_text_release(&text);
    lka_set_allocator(&(struct lka_allocator){counting_resize, counting_release, NULL});
    struct lka_events *events = open_tables(&path, 1, NULL, (struct lka_events_options){.memory = 2 << 20});
    ck_assert_msg(events != NULL, "%s", error.message);
    ck_assert_uint_lt(most, (2 << 20) + (3 << 20));
    size_t contacts = 0;
    struct lka_event_group group;
    most = alive;
    do {
        ck_assert_int_eq(lka_events_next(events, &group, &error), LKA_OK);
        contacts += group.count == 10;
    } while (group.count > 0);
    ck_assert_uint_eq(contacts, 20000);
    ck_assert_uint_lt(most, 2 << 20);
    lka_events_close(events);
    lka_set_allocator(NULL);
    ck_assert_uint_eq(alive, 0);
}
END_TEST

/* ---- columns ---------------------------------------------------------------------------------- */

START_TEST(columns_are_known_by_name_or_by_role)
{
    char *items[] = {"wer=id", "Wann=time", "Wert=amount", "was=type", "kein=id", "type=ignore"};
    struct lka_list roles = {items, 6};
    ck_assert_str_eq(read_table("was;wer;Wann;User Agent;Wert;type\nopen;a;2024-03-01;x;3;skip\n",
                                (struct lka_events_options){.roles = &roles}),
                     "a\n 2024-03-01+0 type=open amount=3 user_agent=x\n");
    ck_assert_str_eq(read_table("id,event_time,TYPE,contact_id\ne1,2024-03-01,open,a\n", DEFAULTS),
                     "a\n 2024-03-01+0 type=open\n");
}
END_TEST

static const struct {
    const char *header;
    const char *role;
    const char *message;
} wrong_columns[] = {
    {"timestamp,type\n", NULL, "no column is the events' contact; call it contact_id, or say --role NAME=id"},
    {"contact_id,type\n", NULL, "no column is the events' time; call it timestamp, or say --role NAME=time"},
    {"contact_id,timestamp\n", NULL, "no column is the events' type; call it type, or say --role NAME=type"},
    {"contact_id,timestamp,type,x,y\n", "x=topic", "--role names two columns as topic"},
    {"contact_id,timestamp,type,x\n", "x=tipic", "tipic"},
    {"contact_id,timestamp,type,x\n", "x", "\"x\" is no NAME=ROLE"},
};

START_TEST(wrong_columns_are_told)
{
    char *items[] = {(char *)(uintptr_t)wrong_columns[_i].role, "y=topic"};
    struct lka_list roles = {items, wrong_columns[_i].role ? 2 : 0};
    ck_assert_ptr_null(open_table(wrong_columns[_i].header, (struct lka_events_options){.roles = &roles}));
    ck_assert_int_eq(error.code, LKA_USAGE);
    ck_assert_msg(strstr(error.message, wrong_columns[_i].message) != NULL, "%s", error.message);
}
END_TEST

/* ---- bad rows --------------------------------------------------------------------------------- */

#define SURVEY "contact_id,timestamp,type,amount,machine,consideration\n"

static const struct {
    const char *row;
    uint64_t column;
    const char *message;
} bad_rows[] = {
    {"a,2023-02-29,open,,,", 2, "timestamp is \"2023-02-29\"; a day or time that exists is needed"},
    {"a,,open,,,", 2, "the event's timestamp is empty"},
    {"a,yesterday,open,,,", 2, "timestamp is \"yesterday\""},
    {",2024-03-01,open,,,", 1, "the event's contact_id is empty; every event needs one"},
    {"a,2024-03-01,,,,", 3, "the event's type is empty"},
    {"a,2024-03-01,purchase,12 EUR,,", 4, "amount is \"12 EUR\"; a number"},
    {"a,2024-03-01,purchase,1e14,,", 4, "amount is \"1e14\"; a number of at most 1e13"},
    {"a,2024-03-01,open,,maybe,", 5, "machine is \"maybe\"; yes, no or nothing"},
    {"a,2024-03-01,survey,,,11", 6, "consideration is \"11\"; a number from 0 to 10"},
    {"a,2024-03-01,open", 0, "3 fields"},
};
enum { BAD_ROWS = sizeof bad_rows / sizeof *bad_rows };

START_TEST(a_bad_row_stops_the_work)
{
    struct lka_text text = {0};
    lka_text_format(&text, SURVEY "a,2024-03-01,open,-3,no,10\n%s\n", bad_rows[_i].row);
    ck_assert_ptr_null(open_table(text.bytes, DEFAULTS));
    ck_assert_int_eq(error.code, LKA_DATA);
    ck_assert_str_eq(error.file, path_of("events.csv"));
    ck_assert_uint_eq(error.line, 3);
    ck_assert_msg(bad_rows[_i].column == 0 || error.column == bad_rows[_i].column, "%d", (int)error.column);
    ck_assert_msg(strstr(error.message, bad_rows[_i].message) != NULL, "%s", error.message);
    lka_text_release(&text);
}
END_TEST

/* Rows that share their texts with one before are not looked at as closely. */
START_TEST(a_row_like_the_one_before_is_no_better)
{
    static const char *const bad[] = {"a,2024-03-01T10:00:02Z,open,x,no,10", ",2024-03-01T10:00:02Z,open,5,no,10",
                                      "a,2024-03-01T10:60:02Z,open,5,no,10", "a,2024-03-01T10:00:02Z,open,1e14,no,10"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char table[256];
        snprintf(table, sizeof table,
                 SURVEY "a,2024-03-01T10:00:00Z,open,3,no,10\nb,2024-03-01T10:00:01Z,open,4,no,10\n%s\n", bad[i]);
        ck_assert_ptr_null(open_table(table, DEFAULTS));
        ck_assert_int_eq(error.code, LKA_DATA);
        ck_assert_uint_eq(error.line, 4);
    }
}
END_TEST

static const char *with_bad_rows(void)
{
    static struct lka_text text;
    lka_text_clear(&text);
    lka_text_string(&text, SURVEY);
    for (size_t i = 0; i < BAD_ROWS; i++) {
        lka_text_format(&text, "%s\na,2024-03-%02d,open,,,\n", bad_rows[i].row, (int)i + 1);
    }
    return text.bytes;
}

START_TEST(as_many_bad_rows_as_allowed_are_left_out)
{
    struct lka_events_options options = {.max_bad_rows = BAD_ROWS, .rejected = path_of("out.rejected.csv")};
    struct lka_events *events = open_table(with_bad_rows(), options);
    ck_assert_msg(events != NULL, "%s", error.message);
    struct lka_event_group group;
    ck_assert_int_eq(lka_events_next(events, &group, &error), LKA_OK);
    ck_assert_uint_eq(group.count, BAD_ROWS);
    ck_assert_uint_eq(lka_events_counts(events).rejected, BAD_ROWS);
    lka_events_close(events);
    const char *rejected = read_file(options.rejected);
    for (size_t i = 0; i < BAD_ROWS; i++) {
        ck_assert_msg(strstr(rejected, bad_rows[i].row) != NULL, "%s", bad_rows[i].row);
    }
    ck_assert_ptr_nonnull(strstr(rejected, "\n2,\"timestamp is \"\"2023-02-29\"\"; a day"));
    ck_assert_uint_eq(mode_of(options.rejected), 0600);

    options.max_bad_rows--;
    ck_assert_ptr_null(open_table(with_bad_rows(), options));
    ck_assert_int_eq(error.code, LKA_DATA);
}
END_TEST

START_TEST(rejected_rows_do_not_go_where_events_come_from)
{
    ck_assert_ptr_null(
        open_table(HEADER, (struct lka_events_options){.max_bad_rows = 1, .rejected = path_of("events.csv")}));
    ck_assert_int_eq(error.code, LKA_USAGE);
}
END_TEST

START_TEST(a_missing_file_is_told)
{
    const char *path = path_of("none.csv");
    ck_assert_ptr_null(open_tables(&path, 1, NULL, DEFAULTS));
    ck_assert_int_eq(error.code, LKA_USAGE);
}
END_TEST

/* ---- failures --------------------------------------------------------------------------------- */

static bool stop(void *user)
{
    (void)user;
    return true;
}

START_TEST(an_interruption_ends_it)
{
    const char *path = write_rows("whole.csv", 0, 1, false);
    struct lka_events_options options = {.paths = &path, .path_count = 1, .until = NO_END};
    struct lka_session session = {.interrupted = stop};
    struct lka_events *events;
    ck_assert_int_eq(lka_events_open(&options, NULL, &session, &events, &error), LKA_INTERRUPTED);
    ck_assert_ptr_null(events);
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
    const char *path = write_rows("whole.csv", 0, 1, false);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){30000, 30000}), 0);
    ck_assert_ptr_null(open_tables(&path, 1, NULL, (struct lka_events_options){.memory = 1}));
    ck_assert_int_eq(error.code, LKA_IO);
    ck_assert_str_eq(error.file, folder);
}
END_TEST

static lka_status read_whole(const char *path, struct lka_error *problem)
{
    struct lka_events_options options = {
        .paths = &path, .path_count = 1, .until = NO_END, .memory = 1, .temporary = folder};
    struct lka_events *events = NULL;
    lka_status status = lka_events_open(&options, NULL, NULL, &events, problem);
    struct lka_event_group group = {.count = status == LKA_OK};
    while (status == LKA_OK && group.count > 0) {
        status = lka_events_next(events, &group, problem);
    }
    lka_events_close(events);
    return status;
}

START_TEST(every_allocation_may_fail)
{
    const char *path = write_rows("whole.csv", 0, 1, false);
    struct ledger ledger;
    ledger_install(&ledger);
    bool done = false;
    for (size_t k = 1; !done; k += 1 + k / 50) {
        ledger_fail(&ledger, k);
        lka_status status = read_whole(path, &error);
        ck_assert_msg(status == LKA_OK || status == LKA_MEMORY, "%s", error.message);
        ck_assert_uint_eq(ledger.alive, 0);
        done = status == LKA_OK;
    }
    lka_set_allocator(NULL);
}
END_TEST

static Suite *suite(void)
{
    Suite *events = suite_create("events");
    TCase *tests = tcase_create("events");
    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_contact_has_its_events_in_the_order_of_time);
    tcase_add_test(tests, times_on_the_same_day_are_read_as_any_other);
    tcase_add_test(tests, texts_of_recent_rows_stay_apart);
    tcase_add_test(tests, at_the_same_time_the_key_decides);
    tcase_add_test(tests, contacts_with_the_same_hash_stay_apart);
    tcase_add_test(tests, no_events_are_no_groups);
    tcase_add_test(tests, exact_repeats_are_one_event);
    tcase_add_test(tests, an_event_id_is_the_key);
    tcase_add_test(tests, many_event_ids);
    tcase_add_test(tests, events_at_or_after_the_end_are_left_out);
    tcase_add_test(tests, files_their_order_and_the_memory_change_nothing);
    tcase_add_loop_test(tests, events_of_every_length_and_time_come_back, 0, 2); /* the memory */
    tcase_add_test(tests, a_pass_can_be_left_in_the_middle);
    tcase_add_test(tests, the_digest_is_that_of_the_bytes);
    tcase_add_test(tests, the_memory_allowed_is_kept);
    tcase_add_test(tests, columns_are_known_by_name_or_by_role);
    tcase_add_loop_test(tests, wrong_columns_are_told, 0, sizeof wrong_columns / sizeof *wrong_columns);
    tcase_add_loop_test(tests, a_bad_row_stops_the_work, 0, BAD_ROWS);
    tcase_add_test(tests, a_row_like_the_one_before_is_no_better);
    tcase_add_test(tests, as_many_bad_rows_as_allowed_are_left_out);
    tcase_add_test(tests, rejected_rows_do_not_go_where_events_come_from);
    tcase_add_test(tests, a_missing_file_is_told);
    tcase_add_test(tests, an_interruption_ends_it);
    tcase_add_test(tests, a_full_disk_is_an_error);
    tcase_add_test(tests, every_allocation_may_fail);
    suite_add_tcase(events, tests);
    return events;
}

int main(void)
{
    lka_init();
    return run_suite(suite());
}
