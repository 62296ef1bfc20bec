/* Which machine made an event, against a simulated world whose truth is known: precision and recall by kind. */
#include "base/hash.h"
#include "base/data.h"
#include "lifecycle/machines.h"
#include "lookalike/simulate.h"
#include "simulated_by_hand.h"
#include "run_suite.h"
#include "source/source.h"

enum { CONTACTS = 4000, AS_OF = 20269 }; /* 2025-06-30, the world's day */

/* What made each event, by the hash of its id. */
struct truth {
    struct lka_hash128 *ids;
    uint8_t *kinds;
    size_t mask;
};

struct tally {
    double said;
    double right;
    double there;
};

/* The default world, with machines that neither declare themselves nor have names of their own if `shy`. */
static void write_world(bool shy)
{
    struct lka_text world = {0};
    const char *rest = lka_data_worlds_default_yaml;
    static const char *const keys[] = {"\n  declared: ", "\n  named: "};
    for (size_t i = 0; i < 2 && shy; i++) {
        const char *key = strstr(rest, keys[i]);
        ck_assert_ptr_nonnull(key);
        lka_text_append(&world, rest, (size_t)(key - rest));
        lka_text_format(&world, "%s0", keys[i]);
        rest = key + 1 + strcspn(key + 1, "\n");
    }
    lka_text_string(&world, rest);
    (void)write_file("world.yaml", world.bytes);
    lka_text_release(&world);
}

static void simulate(void)
{
    struct lka_options *options;
    char *summary;
    char contacts[16];
    snprintf(contacts, sizeof contacts, "%d", CONTACTS);
    ck_assert_int_eq(lka_options_new(&lka_simulate_crm_params, &options, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "contacts", contacts, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "prospects", "1", NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "world", "world.yaml", NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "out", "crm", NULL), LKA_OK);
    ck_assert_int_eq(lka_simulate_crm(options, NULL, &summary, NULL), LKA_OK);
    lka_free(summary);
    lka_options_free(options);
}

static size_t slot_of(const struct truth *truth, struct lka_hash128 id)
{
    size_t at = (size_t)id.low & truth->mask;
    while (truth->ids[at].high && truth->ids[at].high != id.high) {
        at = (at + 1) & truth->mask;
    }
    return at;
}

static uint8_t kind_named(struct lka_span name)
{
    for (uint8_t k = 1; k < LKA_MACHINE_KINDS; k++) {
        if (lka_span_equal(name, lka_span_of(lka_machine_kind_names[k]))) {
            return k;
        }
    }
    return LKA_KIND_NONE;
}

static struct truth read_truth(const char *path)
{
    const char *paths[] = {path};
    size_t columns[] = {0, 1};
    struct lka_source *source;
    struct lka_rows rows;
    struct truth truth = {.mask = (1U << 20) - 1};
    truth.ids = calloc(truth.mask + 1, sizeof *truth.ids);
    truth.kinds = calloc(truth.mask + 1, 1);
    ck_assert_int_eq(lka_source_open(paths, 1, &(struct lka_source_options){0}, &source, NULL), LKA_OK);
    ck_assert_int_eq(lka_source_select(source, columns, 2, NULL), LKA_OK);
    ck_assert_int_eq(lka_rows_init(&rows, 2, LKA_BLOCK_ROWS, NULL), LKA_OK);
    do {
        ck_assert_int_eq(lka_source_next(source, &rows, NULL), LKA_OK);
        for (size_t row = 0; row < rows.count; row++) {
            struct lka_hash128 id = lka_hash128(lka_cell(&rows, 0, row));
            size_t at = slot_of(&truth, id);
            truth.ids[at] = id;
            truth.kinds[at] = kind_named(lka_cell(&rows, 1, row));
        }
    } while (rows.count > 0);
    lka_rows_release(&rows);
    lka_source_close(source);
    return truth;
}

static void judge(const struct truth *truth, const struct lka_event_group *group, const struct lka_signals *signals,
                  struct tally tallies[LKA_MACHINE_KINDS])
{
    struct lka_event event;
    lka_event_clear(&event);
    for (size_t i = 0; i < group->count; i++) {
        lka_event_read(&group->moments[i], group->shapes, &event);
        uint8_t made = truth->kinds[slot_of(truth, lka_hash128(event.event_id))];
        uint8_t said = signals->items[i].kind;
        tallies[made].there++;
        tallies[said].said++;
        tallies[said].right += said == made;
    }
}

static void mark_all(const struct truth *truth, struct tally tallies[LKA_MACHINE_KINDS])
{
    static const char *const kinds[] = {"prefetch", "scanner", "bot"};
    const char *paths[] = {"crm/events.csv"};
    struct lka_events_options options = {
        .paths = paths, .path_count = 1, .until = (int64_t)AS_OF * 86400, .threads = 1};
    struct lka_machine_rules rules = {.scanner_seconds = 15, .prefetch_seconds = 900, .rate = 12};
    struct lka_events *events;
    struct lka_lexicon lexicon;
    struct lka_patterns agents;
    struct lka_signals signals = {0};
    ck_assert_int_eq(lka_events_open(&options, NULL, NULL, &events, NULL), LKA_OK);
    ck_assert_int_eq(lka_lexicon_init(&lexicon, NULL), LKA_OK);
    ck_assert_int_eq(lka_patterns_read(&agents, NULL, "machines", lka_data_machines_yaml, lka_data_machines_yaml_size,
                                       kinds, 3, NULL),
                     LKA_OK);
    for (struct lka_event_group group = {.count = 1}; group.count > 0;) {
        ck_assert_int_eq(lka_events_next(events, &group, NULL), LKA_OK);
        ck_assert_int_eq(lka_signals_read(&signals, &lexicon, &agents, &group, NULL), LKA_OK);
        (void)lka_machines_mark(&rules, &signals);
        judge(truth, &group, &signals, tallies);
    }
    lka_signals_release(&signals);
    lka_patterns_release(&agents);
    lka_lexicon_release(&lexicon);
    lka_events_close(events);
}

static void judge_world(bool shy, const double least[LKA_MACHINE_KINDS])
{
    struct tally tallies[LKA_MACHINE_KINDS] = {0};
    write_world(shy);
    simulate();
    struct truth truth = read_truth("crm/truth/events.csv");
    mark_all(&truth, tallies);
    for (size_t k = 0; k < LKA_MACHINE_KINDS; k++) {
        double precision = tallies[k].right / tallies[k].said;
        double recall = tallies[k].right / tallies[k].there;
        ck_assert_msg(precision >= least[k] && recall >= least[k], "%s: precision %.4f, recall %.4f of %.0f",
                      lka_machine_kind_names[k], precision, recall, tallies[k].there);
    }
    free(truth.ids);
    free(truth.kinds);
}

/* The least that is promised of scanners and bots is .95; of prefetched opens it is what the overlap with their readers'
 * opens allows (docs/lifecycle.md). */
START_TEST(machines_are_told_from_people)
{
    static const double least[LKA_MACHINE_KINDS] = {.99, .99, .99, .99};
    judge_world(false, least);
}
END_TEST

START_TEST(machines_that_hide_are_told_by_what_they_do)
{
    static const double least[LKA_MACHINE_KINDS] = {.99, .98, .99, .99};
    judge_world(true, least);
}
END_TEST

int main(void)
{
    lka_init();
    Suite *suite = suite_create("machines against the truth");
    TCase *cases = tcase_create("truth");
    tcase_set_timeout(cases, 120);
    tcase_add_checked_fixture(cases, enter_folder, leave_folder);
    tcase_add_test(cases, machines_are_told_from_people);
    tcase_add_test(cases, machines_that_hide_are_told_by_what_they_do);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
