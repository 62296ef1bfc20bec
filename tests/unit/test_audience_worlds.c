/* Small worlds at random, each with people who objected, who are customers, who agreed to nothing, in any spelling: none of
 * them is ever in an audience, nobody is in it twice, and whoever is held out stays out of the next one. LKA_WORLDS says
 * how many (100). Likewise of pools that hold nothing but hashes, and of tables
 * that are exported as they are. */
#include "audience_by_hand.h"
#include "run_suite.h"

#include "base/random.h"
#include "identity/encode.h"
#include "lookalike/export.h"

enum { PEOPLE = 24, ROWS = 40, TEXT = 1 << 13 };

struct somebody {
    bool objects;
    bool customer;
    bool consents;
    bool entered; /* the first audience */
    bool held;
};

static struct lka_random random_of_world;
static struct somebody people[PEOPLE];
static size_t person_of_row[ROWS];
static unsigned world;
static unsigned reached;

static unsigned below(unsigned bound)
{
    return (unsigned)lka_random_below(&random_of_world, bound);
}

/* ---- spellings -------------------------------------------------------------------------------- */

static void write_email(struct lka_text *text, size_t person)
{
    static const char *const gmail[] = {"jo.w%ux%zu@gmail.com", "JO.W%ux%zu+news@Gmail.com",
                                        "j.ow%ux%zu@googlemail.com", " jow%ux %zu@gmail.com"};
    static const char *const other[] = {"p%u.%zu@example.org", "P%u.%zu@Example.ORG", " p%u. %zu@example.org ",
                                        "p%u.%zu@EXAMPLE.org"};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    lka_text_format(text, person % 2 ? gmail[below(4)] : other[below(4)], world, person);
#pragma GCC diagnostic pop
}

/* Of a row whose country is FR. */
static void write_phone(struct lka_text *text, size_t person)
{
    static const char *const starts[] = {"+33 6", "06", "0033 6", "+33(0)6", "33 6"};
    unsigned number = 10000000 + world * PEOPLE + (unsigned)person;
    lka_text_format(text, below(2) ? "%s %02u %06u" : "%s%02u-%06u", starts[below(4)], number / 1000000,
                    number % 1000000);
}

static void write_consents(struct lka_text *text, size_t person)
{
    static const char *const yes[] = {"profiling|advertising", "advertising:meta|profiling",
                                      "Profiling|ADVERTISING:Meta"};
    static const char *const no[] = {"profiling",
                                     "advertising",
                                     "",
                                     "yes",
                                     "profiling|advertising:google",
                                     "profiling,advertising",
                                     "profiling|advertisingx"};
    lka_text_csv_field(text, lka_span_of(people[person].consents ? yes[below(3)] : no[below(7)]), ',');
}

/* ---- tables ----------------------------------------------------------------------------------- */

/* A ranking of rows of anybody. Each has e-mail and phone; one of the two is enough for those who entered before. */
static void write_ranking(struct lka_text *text)
{
    lka_text_clear(text);
    lka_text_string(text, "rank,prospect_id,score,tier,source,explore_probability,email,phone,country,consents,age\n");
    for (size_t row = 0; row < ROWS; row++) {
        size_t person = person_of_row[row] = below(PEOPLE);
        unsigned parts = people[person].entered ? 1 + below(3) : 3;
        lka_text_format(text, "%zu,R%zu,1,1,%s,.5,", row + 1, row, below(5) ? "top" : "explore");
        if (parts & 1) {
            write_email(text, person);
        }
        lka_text_string(text, ",");
        if (parts & 2) {
            write_phone(text, person);
        }
        lka_text_string(text, ",FR,");
        write_consents(text, person);
        lka_text_string(text, ",30\n");
    }
    ck_assert(!text->failed);
}

static void write_those(struct lka_text *text, bool customers)
{
    lka_text_clear(text);
    lka_text_string(text, customers ? "customer_id,email,phone,country\n" : "email,phone,country\n");
    for (size_t person = 0; person < PEOPLE; person++) {
        if (!(customers ? people[person].customer : people[person].objects)) {
            continue;
        }
        if (customers) {
            lka_text_format(text, "C%zu,", person);
        }
        write_email(text, person);
        lka_text_string(text, ",");
        write_phone(text, person);
        lka_text_string(text, ",FR\n");
    }
}

/* ---- what must hold --------------------------------------------------------------------------- */

static void check_audience(const char *table)
{
    unsigned times[PEOPLE] = {0};
    const char *id;
    for (size_t row = 0; (id = field_of(table, row, "prospect_id")) != NULL; row++) {
        size_t person = person_of_row[strtoul(id + 1, NULL, 10)];
        ck_assert_msg(!people[person].objects, "world %u: %s objected", world, id);
        ck_assert_msg(!people[person].customer, "world %u: %s is a customer", world, id);
        ck_assert_msg(people[person].consents, "world %u: %s agreed to nothing", world, id);
        ck_assert_msg(!people[person].held, "world %u: %s was held out", world, id);
        reached++;
        ck_assert_msg(++times[person] == 1, "world %u: %s is there twice", world, id);
    }
}

static void expect_no_objector(const char *table)
{
    const char *id;
    for (size_t row = 0; (id = field_of(table, row, "prospect_id")) != NULL; row++) {
        size_t person = person_of_row[strtoul(id + 1, NULL, 10)];
        ck_assert_msg(!people[person].objects, "world %u: %s objected", world, id);
        reached++;
    }
}

/* Enough must be reached for that to say something. */
static void try_worlds(void (*try_one)(void))
{
    const char *wanted = getenv("LKA_WORLDS");
    unsigned count = wanted ? (unsigned)atoi(wanted) : 100;
    for (world = 0; world < count; world++) {
        try_one();
    }
    ck_assert_uint_gt(reached, 5 * count);
}

static void note_holdout(const char *ledger)
{
    const char *arm;
    for (size_t row = 0; (arm = field_of(ledger, row, "arm")) != NULL; row++) {
        people[person_of_row[row]].entered |= arm[0] != '\0';
        people[person_of_row[row]].held |= strcmp(arm, "holdout") == 0;
    }
}

static void draw_people(void)
{
    random_of_world = lka_random_start(7, world);
    for (size_t person = 0; person < PEOPLE; person++) {
        people[person] = (struct somebody){
            .objects = below(6) == 0, .customer = below(6) == 0, .consents = below(4) != 0};
    }
    people[0] = (struct somebody){.consents = true}; /* so that there is somebody */
}

static void try_world(void)
{
    struct lka_text text = {0};
    char campaign[40];
    char customers[300];
    char first[300];
    snprintf(campaign, sizeof campaign, "campaign=%u", world);
    snprintf(first, sizeof first, "previous=%s", path_of("first"));
    draw_people();
    write_those(&text, false);
    must_import(text.bytes);
    write_those(&text, true);
    snprintf(customers, sizeof customers, "customers=%s", write_file("customers.csv", text.bytes));
    const char *const settings[] = {"min-people=1", "holdout=30%", campaign, customers, "eligible-for=meta", NULL};
    const char *const refresh[] = {"min-people=1", "holdout=5%", campaign, customers, "eligible-for=meta", first, NULL};
    write_ranking(&text);
    lka_status status = make_audience(text.bytes, "first", settings);
    if (status == LKA_OK) {
        check_audience("first/audience.csv");
        note_holdout("first/ledger.csv");
        write_ranking(&text);
        status = make_audience(text.bytes, "second", refresh);
        if (status == LKA_OK) {
            check_audience("second/audience.csv");
        }
    }
    ck_assert_msg(status == LKA_OK || status == LKA_REFUSED, "world %u: %s: %s", world, error.file, error.message);
    lka_text_release(&text);
}

/* ---- a table that no audience was made of --------------------------------------------------------- */

static const char rules[] =
    "platform: shop\ntitle: Shop\nversion: '1'\nsource: me\ndate: 2026-11\nverified: true\n"
    "minimum: 1\nfields:\n  id: {from: id}\n  email: {from: email, steps: [strip_spaces, lower, email]}\n"
    "  phone: {from: phone, steps: [e164]}\nkeys: [email, phone]\nformats:\n"
    "  csv: {kind: csv, add: x, columns: [{prospect_id: id}, {email: email}, {phone: phone}]}\n";

static lka_status export_table(const char *table)
{
    char audience[300];
    char platform[300];
    char out[300];
    char *summary = NULL;
    snprintf(audience, sizeof audience, "audience=%s", write_file("table.csv", table));
    snprintf(platform, sizeof platform, "platform=%s", write_file("shop.yaml", rules));
    snprintf(out, sizeof out, "out=%s", path_of("files"));
    const char *const settings[] = {audience, platform, out, "external-id=true", NULL};
    struct lka_options *options = options_of(&lka_export_params, settings);
    lka_status status = lka_export(options, NULL, &summary, &error);
    lka_free(summary);
    lka_options_free(options);
    return status;
}

/* Some rows have the e-mail alone, some the phone, each in any spelling. */
static void try_exported_world(void)
{
    struct lka_text text = {0};
    draw_people();
    write_those(&text, false);
    must_import(text.bytes);
    for (size_t person = 0; person < PEOPLE; person++) {
        people[person].entered = true;
    }
    write_ranking(&text);
    lka_status status = export_table(text.bytes);
    ck_assert_msg(status == LKA_OK || status == LKA_REFUSED, "world %u: %s: %s", world, error.file, error.message);
    if (status == LKA_OK) {
        expect_no_objector("files/shop/shop-csv-add-0001.csv");
    }
    lka_text_release(&text);
}

START_TEST(nobody_who_objected_is_in_a_file_for_a_platform)
{
    try_worlds(try_exported_world);
}
END_TEST

/* ---- pools of hashes -------------------------------------------------------------------------- */

/* What a data broker sells: the SHA-256, SHA-1 or MD5 of an address as some platform folds it. */
static void write_hash(struct lka_text *text, size_t person, enum lka_hashing hashing)
{
    struct lka_text email = {0};
    struct lka_text folded = {0};
    write_email(&email, person);
    ck_assert(lka_email_folded((struct lka_span){email.bytes, (uint32_t)email.length}, &folded));
    ck_assert(
        lka_encode_value((struct lka_span){folded.bytes, (uint32_t)folded.length}, hashing, LKA_ENCODE_HEX, text));
    lka_text_release(&email);
    lka_text_release(&folded);
}

/* The first column has a kind of hash of its own in each world; phones of every spelling stand beside it in some rows. */
static void write_hashed_ranking(struct lka_text *text)
{
    static const char *const names[] = {"email_sha256", "email_sha1", "email_md5"};
    lka_text_clear(text);
    lka_text_format(text, "rank,prospect_id,score,%s,phone,country,consents\n", names[world % 3]);
    for (size_t row = 0; row < ROWS; row++) {
        size_t person = person_of_row[row] = below(PEOPLE);
        lka_text_format(text, "%zu,R%zu,1,", row + 1, row);
        write_hash(text, person, (enum lka_hashing)(LKA_HASH_SHA256 + world % 3));
        lka_text_string(text, ",");
        if (below(2)) {
            write_phone(text, person);
        }
        lka_text_string(text, ",FR,profiling|advertising\n");
    }
}

static void try_hashed_world(void)
{
    struct lka_text text = {0};
    char campaign[40];
    snprintf(campaign, sizeof campaign, "campaign=hashed-%u", world);
    const char *const settings[] = {"min-people=1", "holdout=0", campaign, NULL};
    draw_people();
    write_those(&text, false);
    must_import(text.bytes);
    write_hashed_ranking(&text);
    lka_status status = make_audience(text.bytes, "hashed", settings);
    ck_assert_msg(status == LKA_OK || status == LKA_REFUSED, "world %u: %s: %s", world, error.file, error.message);
    if (status == LKA_OK) {
        expect_no_objector("hashed/audience.csv");
    }
    lka_text_release(&text);
}

START_TEST(nobody_who_objected_is_reached_by_a_hash)
{
    try_worlds(try_hashed_world);
}
END_TEST

START_TEST(an_md5_is_refused_where_an_objection_was_a_hash)
{
    const char *const settings[] = {"min-people=1", "holdout=0", NULL};
    static const char *const pool = "rank,prospect_id,score,email_md5\n1,R1,1,8bcc2fb2afbb4c2ed1c6c9e1b6a1a1b0\n";
    expect_failure(LKA_DATA, "nobody can tell whether the person objected", pool, settings);
    must_import("email\nbob@example.org\n");
    must_make(pool, "plain", settings);
    char file[300];
    snprintf(file, sizeof file, "file=%s",
             write_file("hashed.csv", "email_sha256\n"
                                      "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514\n"));
    const char *const import[] = {file, "hashed=email_sha256", NULL};
    must(import_with(import));
    expect_failure(LKA_DATA, "nobody can tell whether the person objected", pool, settings);
    expect_failure(LKA_DATA, "nobody can tell whether the person objected",
                   "rank,prospect_id,score,phone\n1,R1,1,8bcc2fb2afbb4c2ed1c6c9e1b6a1a1b0\n", settings);
}
END_TEST

START_TEST(nobody_is_reached_who_must_not_be)
{
    try_worlds(try_world);
}
END_TEST

/* In memory where there is such a folder: hundreds of small files are brought to the disk otherwise. */
static void start(void)
{
    lka_init();
    strcpy(folder, "/dev/shm/lookalike-test-XXXXXX");
    if (!mkdtemp(folder)) {
        make_folder();
    }
    snprintf(path, sizeof path, "%s/ws", folder);
}

static void finish(void)
{
    json_decref(document);
    end_store();
}

int main(void)
{
    Suite *suite = suite_create("audience worlds");
    TCase *cases = tcase_create("audience worlds");
    tcase_set_timeout(cases, 300);
    tcase_add_checked_fixture(cases, start, finish);
    tcase_add_test(cases, nobody_is_reached_who_must_not_be);
    tcase_add_test(cases, nobody_who_objected_is_in_a_file_for_a_platform);
    tcase_add_test(cases, nobody_who_objected_is_reached_by_a_hash);
    tcase_add_test(cases, an_md5_is_refused_where_an_objection_was_a_hash);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
