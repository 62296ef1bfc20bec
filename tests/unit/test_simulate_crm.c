/* `simulate crm`: the same bytes at any number of threads, tables that the library itself reads, and what is refused. Its
 * planted truth is looked at in test_simulate_truth.c and test_simulate_campaign.c. */
#include "sheet_by_hand.h"
#include "run_suite.h"

static const char *const files[] = {"contacts.csv",
                                    "events.csv",
                                    "append.csv",
                                    "identities.csv",
                                    "exposures.csv",
                                    "registrations.csv",
                                    "pool.csv",
                                    "project.yaml",
                                    "paths.yaml",
                                    "truth/persona.csv",
                                    "truth/engagement.csv",
                                    "truth/events.csv",
                                    "truth/reach.csv",
                                    "truth/registration.csv",
                                    "truth/registrants.csv",
                                    "truth/value.csv",
                                    "truth/pool.csv",
                                    "truth/prospects.csv",
                                    "truth/parameters.csv",
                                    "truth/world.yaml"};
enum { FILE_COUNT = sizeof files / sizeof *files };

static char *contents(const char *directory, const char *file, size_t *length)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, file);
    return whole_file(path, length);
}

/* ---- bytes ------------------------------------------------------------------------------------ */

START_TEST(same_seed_same_bytes_at_any_number_of_threads)
{
    crm("out=a contacts=1500 prospects=1100 dirty=.02 threads=1");
    crm("out=b contacts=1500 prospects=1100 dirty=.02 threads=2");
    crm("out=c contacts=1500 prospects=1100 dirty=.02 threads=8");
    for (size_t f = 0; f < FILE_COUNT; f++) {
        size_t lengths[3];
        char *bytes[3] = {contents("a", files[f], &lengths[0]), contents("b", files[f], &lengths[1]),
                          contents("c", files[f], &lengths[2])};
        for (size_t i = 1; i < 3; i++) {
            ck_assert_msg(lengths[0] == lengths[i] && memcmp(bytes[0], bytes[i], lengths[0]) == 0, "%s", files[f]);
        }
        for (size_t i = 0; i < 3; i++) {
            free(bytes[i]);
        }
    }
}
END_TEST

START_TEST(a_contact_depends_on_seed_and_place_alone)
{
    crm("out=short contacts=150 prospects=20");
    crm("out=long contacts=700 prospects=60");
    crm("out=other contacts=150 prospects=20 seed=2");
    for (size_t f = 0; f < FILE_COUNT; f++) {
        size_t lengths[3];
        char *few = contents("short", files[f], &lengths[0]);
        char *many = contents("long", files[f], &lengths[1]);
        char *other = contents("other", files[f], &lengths[2]);
        if (!strstr(files[f], ".yaml") && !strstr(files[f], "parameters")) {
            ck_assert_msg(lengths[0] <= lengths[1] && memcmp(few, many, lengths[0]) == 0, "%s", files[f]);
        }
        if (strcmp(files[f], "contacts.csv") == 0 || strcmp(files[f], "events.csv") == 0) {
            ck_assert_msg(lengths[0] != lengths[2] || memcmp(few, other, lengths[0]) != 0, "%s", files[f]);
        }
        free(few);
        free(many);
        free(other);
    }
}
END_TEST

/* ---- tables ----------------------------------------------------------------------------------- */

static const struct {
    const char *file;
    const char *columns;
} headers[] = {{"dir/events.csv",
                "contact_id,timestamp,type,channel,campaign,topic,amount,currency,user_agent,machine,event_id,reason,"
                "brand,consideration"},
               {"dir/append.csv", "contact_id,vendor,email_status,deceased,active_elsewhere"},
               {"dir/identities.csv", "email_sha256,contact_id,id_type,platform,id,last_seen,consent"},
               {"dir/exposures.csv", "contact_id,id_type,id,timestamp,path"},
               {"dir/registrations.csv", "contact_id,id_type,id,email,new_email,timestamp,path,opt_in"},
               {"dir/truth/pool.csv", "prospect_id,label"},
               {"dir/truth/registration.csv", "contact_id,lead_ad,sponsored_post,banner,registered"}};

START_TEST(every_table_is_read_and_has_its_columns)
{
    crm("out=dir contacts=2500 prospects=300");
    for (size_t f = 0; f < FILE_COUNT; f++) {
        char path[64];
        snprintf(path, sizeof path, "dir/%s", files[f]);
        if (!strstr(path, ".yaml")) {
            struct sheet sheet = open_sheet(path); /* fails for what the grammar refuses */
            ck_assert_msg(sheet.rows.count > 0, "%s", path);
            ck_assert_uint_eq(sheet.rows.count + 1, count_lines(path));
            close_sheet(&sheet);
        }
    }
    for (size_t h = 0; h < sizeof headers / sizeof *headers; h++) {
        size_t length;
        char *bytes = whole_file(headers[h].file, &length);
        ck_assert_int_eq(strncmp(bytes, headers[h].columns, strlen(headers[h].columns)), 0);
        ck_assert_int_eq(bytes[strlen(headers[h].columns)], '\n');
        free(bytes);
    }
}
END_TEST

START_TEST(contacts_and_pool_share_their_attributes_and_the_protected_group)
{
    crm("out=dir contacts=3000 prospects=3000");
    struct sheet contacts = open_sheet("dir/contacts.csv");
    struct sheet pool = open_sheet("dir/pool.csv");
    const struct lka_schema *of_contacts = lka_source_schema(contacts.source);
    const struct lka_schema *of_pool = lka_source_schema(pool.source);
    ck_assert_uint_eq(of_contacts->count, of_pool->count + 1); /* opt_in */
    ck_assert_str_eq(of_contacts->columns[of_contacts->count - 1].name, "protected_origin");
    ck_assert_str_eq(of_pool->columns[of_pool->count - 1].name, "protected_origin");
    /* The proxies give it away: 2.2 x 1.5 of 18 against 82 for most Londoners, .4 of it in Brittany. */
    ck_assert_double_gt(sheet_share(&contacts, "protected_origin", "abroad", "region", "london"), .28);
    ck_assert_double_lt(sheet_share(&contacts, "protected_origin", "abroad", "region", "bretagne"), .2);
    ck_assert_double_eq_tol(sheet_share(&contacts, "opt_in", "", NULL, NULL), .01, .008);
    close_sheet(&contacts);
    close_sheet(&pool);
}
END_TEST

START_TEST(duplicates_and_shared_addresses_are_as_told)
{
    crm("out=dir contacts=6000 prospects=5");
    struct sheet contacts = open_sheet("dir/contacts.csv");
    struct sheet persona = open_sheet("dir/truth/persona.csv");
    size_t duplicates = 0;
    size_t sharing = 0;
    for (size_t row = 0; row < contacts.rows.count; row++) {
        struct lka_span other = cell(&persona, row, "duplicate_of");
        struct lka_span shared = cell(&persona, row, "shares_email_with");
        ck_assert_uint_eq(place_of(cell(&contacts, row, "contact_id")), row);
        if (other.length > 0) {
            duplicates++;
            ck_assert(lka_span_equal(cell(&contacts, row, "email_domain"),
                                     cell(&contacts, place_of(other), "email_domain")) ||
                      cell(&contacts, row, "email_domain").length == 0 ||
                      cell(&contacts, place_of(other), "email_domain").length == 0);
        }
        if (shared.length > 0) {
            sharing++;
            struct lka_span mine = cell(&contacts, row, "email");
            struct lka_span theirs = cell(&contacts, place_of(shared), "email");
            ck_assert(mine.length == 0 || theirs.length == 0 || lka_span_equal(mine, theirs));
        }
    }
    ck_assert_double_eq_tol((double)duplicates / 6000, .015, .006);
    ck_assert_double_eq_tol((double)sharing / 6000, .01, .005);
    close_sheet(&contacts);
    close_sheet(&persona);
}
END_TEST

/* ---- dirt ------------------------------------------------------------------------------------- */

START_TEST(dirt_is_counted_by_kind)
{
    json_t *document = NULL;
    struct lka_error error;
    ck_assert_int_eq(make_crm("out=dirty contacts=600 prospects=600 dirty=.05", &document, &error), LKA_OK);
    crm("out=clean contacts=600 prospects=600");
    const json_t *dirt = json_object_get(json_object_get(document, "dirty"), "events");
    const char *kind;
    json_t *count;
    double total = 0;
    json_object_foreach((json_t *)(uintptr_t)dirt, kind, count)
    {
        ck_assert_msg(json_integer_value(count) > 50, "%s", kind);
        total += json_number_value(count);
    }
    double clean = (double)count_lines("clean/events.csv") - 1;
    double repeated = json_number_value(json_object_get(dirt, "duplicate_id"));
    ck_assert_double_eq_tol((double)count_lines("dirty/events.csv") - 1, clean + repeated, .5);
    ck_assert_double_eq_tol(total / clean, .05, .01);
    json_decref(document);
}
END_TEST

/* ---- when things go wrong --------------------------------------------------------------------- */

START_TEST(a_failed_allocation_is_an_error_and_no_leak)
{
    const char *const settings[] = {"out=dir", "contacts=70", "prospects=5", "threads=1", NULL};
    fails_cleanly_short_of_memory(&lka_simulate_crm_params, lka_simulate_crm, settings);
}
END_TEST

START_TEST(an_interrupt_leaves_nothing_behind)
{
    leaves_nothing_when_interrupted(options_of_text(&lka_simulate_crm_params, "out=dir"), lka_simulate_crm);
}
END_TEST

int main(void)
{
    lka_init();
    Suite *suite = suite_create("simulate crm");
    TCase *tests = tcase_create("crm");
    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, enter_folder, leave_folder);
    tcase_add_test(tests, same_seed_same_bytes_at_any_number_of_threads);
    tcase_add_test(tests, a_contact_depends_on_seed_and_place_alone);
    tcase_add_test(tests, every_table_is_read_and_has_its_columns);
    tcase_add_test(tests, contacts_and_pool_share_their_attributes_and_the_protected_group);
    tcase_add_test(tests, duplicates_and_shared_addresses_are_as_told);
    tcase_add_test(tests, dirt_is_counted_by_kind);
    tcase_add_test(tests, a_failed_allocation_is_an_error_and_no_leak);
    tcase_add_test(tests, an_interrupt_leaves_nothing_behind);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
