/* Exporting: who is in the files, how they are split, what is left out and why, and that a failure leaves nothing. */
#include "export_by_hand.h"
#include "short_memory_by_hand.h"
#include "run_suite.h"
#include "lookalike/eligibility.h"
#include "store/workspace.h"

#include <signal.h>
#include <sys/resource.h>

/* ---- what is written ------------------------------------------------------------------------------ */

START_TEST(a_row_is_normalised_hashed_and_put_under_the_exact_header)
{
    const char *audience = write_audience("audience", "email,phone,country",
                                          "1,p1, Person@Email.com ,06 12 34 56 78,FR\n", 99);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=meta");
    ck_assert(holds("meta/meta-csv-add-0001.csv",
                    "email,email,email,phone,phone,phone,madid,fn,ln,zip,ct,st,country,dob,doby,gen,age,uid,value\n"
                    /* SHA-256 of person@email.com, as Snapchat publishes it */
                    "b375b7bbddb3de3298fbc7641063d9f03a38e118aa4480c8ab9f58740982e8bd,,,"));
    ck_assert(!holds("meta/meta-csv-add-0001.csv", "p1"));
    ck_assert_uint_eq(mode_of(path_of("out/meta/meta-csv-add-0001.csv")), 0600);
    ck_assert(holds("meta/manifest.json", "\"rule_version\": \"meta-2026-11-2\""));
    ck_assert(holds("manifest.json", "meta/manifest.json"));
}
END_TEST

START_TEST(base64_without_a_header_for_uid2)
{
    const char *audience = write_audience("audience", "email",
                                          "1,p1,Jane.Saoirse@gmail.com\n2,p2,JaneSaoirse+x@gmail.com\n", 1499);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=ttd");
    ck_assert_int_eq(strncmp(read_file(path_of("out/uid2/uid2-email-add-0001.txt")),
                             "ku4mBX7Z3qJTXWyLFB1INzkyR2WZGW4ANSJUiW21iI8=\n", 45),
                     0);
    ck_assert(holds("uid2/manifest.json", "\"a repetition\": 1"));
}
END_TEST

START_TEST(bodies_for_meta_say_which_batch_they_are)
{
    const char *audience = write_audience("audience", "email", "", 10001);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=meta", "format=api");
    ck_assert(holds("meta/manifest.json", "\"rows\": 10000"));
    const char *second = read_file(path_of("out/meta/meta-api-add-0002.json"));
    ck_assert_ptr_nonnull(strstr(second, "{\"payload\":{\"schema\":[\"EMAIL\",\"PHONE\","));
    ck_assert_ptr_nonnull(strstr(second, "\"batch_seq\":2,\"last_batch_flag\":true,\"estimated_num_total\":10001}}\n"));
    json_t *body = json_load_file(path_of("out/meta/meta-api-add-0001.json"), 0, NULL);
    ck_assert(json_is_false(json_object_get(json_object_get(body, "session"), "last_batch_flag")));
    ck_assert_uint_eq(json_array_size(json_object_get(json_object_get(body, "payload"), "data")), 10000);
    json_decref(body);
}
END_TEST

START_TEST(members_for_google_have_what_there_is)
{
    const char *audience = write_people(
        "audience", "email,phone,first_name,last_name,country,postcode,ad_user_data,ad_personalization",
        "1,p1,a@example.com,+33612345678,Ann,Lee,fr,75001,yes,yes\n"
        "2,p2,,,\"Ben \"\"B\"\"\",Lee,US,75002,,\n"
        "3,p3,c@example.com,,,,DE,,yes,\n",
        98, ",,,,US,,,");
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=google", "format=api");
    json_t *body = json_load_file(path_of("out/google/google-api-add-0001.json"), 0, NULL);
    const json_t *members = json_object_get(body, "audienceMembers");
    ck_assert_uint_eq(json_array_size(members), 100);
    const json_t *first = json_object_get(json_object_get(json_array_get(members, 0), "userData"), "userIdentifiers");
    const json_t *second = json_object_get(json_object_get(json_array_get(members, 1), "userData"), "userIdentifiers");
    ck_assert_uint_eq(json_array_size(first), 3);
    ck_assert_uint_eq(json_array_size(second), 1);
    const json_t *address = json_object_get(json_array_get(first, 2), "address");
    ck_assert_str_eq(json_string_value(json_object_get(address, "regionCode")), "FR");
    ck_assert_str_eq(json_string_value(json_object_get(body, "encoding")), "HEX");
    /* Nothing is said of somebody outside the EEA who said nothing; in the EEA both signals are needed. */
    const json_t *consent = json_object_get(json_array_get(members, 0), "consent");
    ck_assert_str_eq(json_string_value(json_object_get(consent, "adUserData")), "CONSENT_GRANTED");
    ck_assert_ptr_null(json_object_get(json_array_get(members, 1), "consent"));
    ck_assert(holds("google/manifest.json", "\"no consent signals (EEA)\": 1"));
    json_decref(body);
}
END_TEST

/* A platform of our own with small files. */
static const char *small_files(uint64_t rows, uint64_t bytes)
{
    char text[600];
    snprintf(text, sizeof text,
             "platform: shop\ntitle: Shop\nversion: '1'\nsource: me\ndate: 2026-11\nverified: true\nfields:\n"
             "  email: {from: email, steps: [trim, lower, email]}\nkeys: [email]\nformats:\n"
             "  csv: {kind: csv, add: x, remove: y, columns: [{mail: email}], rows: %d, bytes: %d}\n",
             (int)rows, (int)bytes);
    return write_file("shop.yaml", text);
}

START_TEST(files_are_split_by_rows_and_by_bytes)
{
    const char *audience = write_audience("audience", "email", "", 25);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), setting("platform", small_files(10, 0)));
    ck_assert_uint_eq(entries_of(path_of("out/shop")), 4);
    ck_assert(holds("shop/shop-csv-add-0003.csv", "mail\nmore20@example.com\n"));
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")),
                setting("platform", small_files(0, 100)));
    struct stat facts;
    for (int i = 1; i <= 4; i++) {
        char name[64];
        snprintf(name, sizeof name, "out/shop/shop-csv-add-%04d.csv", i);
        ck_assert_int_eq(stat(path_of(name), &facts), 0);
        ck_assert_int_le(facts.st_size, 100);
    }
    ck_assert_int_eq(
        EXPORT(setting("audience", audience), setting("out", path_of("out")), setting("platform", small_files(0, 10))),
        LKA_DATA);
}
END_TEST

START_TEST(fields_that_a_spreadsheet_would_run_stay_as_they_are)
{
    const char *audience = write_audience("audience", "email,first_name", "1,p1,=a@example.com,=1+1\n", 1);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=plain");
    ck_assert(holds("plain/plain-csv-add-0001.csv", "\n=a@example.com,=1+1,,,,\n"));
}
END_TEST

/* ---- who is left out -------------------------------------------------------------------------------- */

START_TEST(only_people_of_the_path)
{
    const char *audience = write_audience("audience", "email,path",
                                          "1,p1,a@example.com,lead_ad\n2,p2,b@example.com,banner\n", 0);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=plain", "path=lead_ad");
    ck_assert(holds("plain/plain-csv-add-0001.csv", "a@example.com"));
    ck_assert(!holds("plain/plain-csv-add-0001.csv", "b@example.com"));
    ck_assert(holds("plain/manifest.json", "\"another path\": 1"));
}
END_TEST

START_TEST(unusable_values_are_counted_by_reason_and_empty_ones_stay_empty)
{
    const char *audience = write_audience(
        "audience", "email,phone", "1,p1,nobody,\n2,p2,b@example.com,0612345678\n3,p3,,\n4,p4,c@example.com,\n", 0);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=plain");
    ck_assert(holds("plain/manifest.json", "\"no @\": 1"));
    ck_assert(holds("plain/manifest.json", "\"a phone without its country\": 1"));
    ck_assert(holds("plain/manifest.json", "\"no identifier that the platform takes\": 2"));
    ck_assert(holds("plain/plain-csv-add-0001.csv", "\nb@example.com,,,,,\nc@example.com,,,,,\n"));
}
END_TEST

START_TEST(without_consent_for_advertising_nobody_is_in)
{
    const char *audience = write_audience("audience", "email,consents",
                                          "1,p1,a@example.com,profiling|advertising\n2,p2,b@example.com,profiling\n"
                                          "3,p3,c@example.com,advertising:meta\n4,p4,d@example.com,advertising:plain\n",
                                          0);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=plain");
    ck_assert(holds("plain/plain-csv-add-0001.csv", "\na@example.com,,,,,\nd@example.com,,,,,\n"));
    ck_assert(holds("plain/manifest.json", "\"no consent for advertising\": 2"));
}
END_TEST

START_TEST(whoever_objected_since_is_left_out)
{
    struct lka_options *options;
    struct lka_workspace *workspace;
    char *text = NULL;
    ck_assert_int_eq(lka_workspace_open(path_of("ws"), LKA_WORKSPACE_WRITE, NULL, &workspace, &error), LKA_OK);
    lka_workspace_close(workspace);
    ck_assert_int_eq(lka_options_new(&lka_suppress_import_params, &options, NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "workspace", path_of("ws"), NULL), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "file", write_file("no.csv", "email\nA@example.com\n"), NULL), LKA_OK);
    ck_assert_int_eq(lka_suppress_import(options, NULL, &text, &error), LKA_OK);
    lka_options_free(options);
    lka_free(text);
    const char *audience = write_audience("audience", "email", "1,p1,a@example.com\n2,p2,b@example.com\n", 0);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=plain",
                setting("workspace", path_of("ws")));
    ck_assert(!holds("plain/plain-csv-add-0001.csv", "a@example.com"));
    ck_assert(holds("plain/manifest.json", "\"objected\": 1"));
    ck_assert_ptr_null(strstr(summary, "no objection can reach"));
    struct lka_text phones = {0};
    lka_text_string(&phones, "phone\n");
    for (int i = 0; i < 100; i++) {
        lka_text_format(&phones, "+336123456%02d\n", i);
    }
    MUST_EXPORT(setting("audience", write_file("phones.csv", phones.bytes)), setting("out", path_of("out")),
                "platform=meta", setting("workspace", path_of("ws")));
    lka_text_release(&phones);
    ck_assert_ptr_nonnull(strstr(summary, "no objection can reach its people"));
}
END_TEST

/* ---- hashes that are there already -------------------------------------------------------------------- */

#define HASH "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"
#define UPPER "B4C9A289323B21A01C3E940F150EB9B8C542587F1ABFD8F0E1CC1FFC5E475514"
#define NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const char *one_column(const char *values)
{
    struct lka_text text = {0};
    lka_text_format(&text, "email\n%s", values);
    const char *file = write_file("people.csv", text.bytes);
    lka_text_release(&text);
    return file;
}

START_TEST(hashes_are_taken_where_they_were_declared)
{
    const char *people = one_column(UPPER "\n" NOTHING "\n" HASH "\n");
    char rules[700];
    snprintf(rules, sizeof rules, "%s",
             "platform: shop\ntitle: Shop\nversion: '1'\nsource: me\ndate: 2026-11\nverified: true\n"
             "fields:\n  email: {from: email, steps: [trim, lower, email], hash: sha256, encoding: base64}\n"
             "keys: [email]\nformats:\n  csv: {kind: csv, add: x, columns: [{mail: email}]}\n");
    const char *platform = write_file("shop.yaml", rules);
    MUST_EXPORT(setting("audience", people), setting("out", path_of("out")), setting("platform", platform),
                "hashed=email");
    ck_assert_str_eq(read_file(path_of("out/shop/shop-csv-add-0001.csv")),
                     "mail\ntMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ=\n");
    ck_assert(holds("shop/manifest.json", "\"the hash of nothing\": 1"));
    ck_assert(holds("shop/manifest.json", "\"a repetition\": 1"));
}
END_TEST

START_TEST(a_mixed_column_is_refused_with_its_line)
{
    const char *people = one_column("a@example.com\n" HASH "\n");
    ck_assert_int_eq(EXPORT(setting("audience", people), setting("out", path_of("out")), "platform=microsoft"),
                     LKA_DATA);
    ck_assert_uint_eq(error.line, 3);
    ck_assert_ptr_nonnull(strstr(error.message, "was not said to be --hashed"));
    ck_assert_int_eq(
        EXPORT(setting("audience", people), setting("out", path_of("out")), "platform=microsoft", "hashed=email"),
        LKA_DATA);
    ck_assert_uint_eq(error.line, 2);
    ck_assert_ptr_null(strstr(error.message, "a@example.com"));
    ck_assert(!exists(path_of("out")));
}
END_TEST

START_TEST(a_sha_256_is_no_plain_value)
{
    const char *people = one_column(HASH "\n");
    ck_assert_int_eq(
        EXPORT(setting("audience", people), setting("out", path_of("out")), "platform=plain", "hashed=email"),
        LKA_USAGE);
    ck_assert_int_eq(
        EXPORT(setting("audience", people), setting("out", path_of("out")), "platform=plain", "hashed=mail"),
        LKA_USAGE);
}
END_TEST

/* ---- gates ---------------------------------------------------------------------------------------------- */

START_TEST(under_the_minimum_nothing_is_published)
{
    const char *audience = write_audience("audience", "email", "", 99);
    ck_assert_int_eq(EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=meta"),
                     LKA_REFUSED);
    ck_assert(!exists(path_of("out")));
    audience = write_audience("audience", "email", "", 100);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=meta");
    ck_assert_ptr_nonnull(strstr(summary, "under three times its minimum of 100"));
    audience = write_audience("audience", "email", "", 300);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=meta");
    ck_assert_ptr_null(strstr(summary, "under three times"));
}
END_TEST

START_TEST(rules_that_nobody_confirmed_need_a_word)
{
    const char *audience = write_audience("audience", "email", "", 1000);
    ck_assert_int_eq(EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=snap"), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "--unverified"));
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=snap", "unverified=true");
    ck_assert(holds("snap/manifest.json", "\"verified\": false"));
}
END_TEST

/* ---- a refresh -------------------------------------------------------------------------------------------- */

START_TEST(a_refresh_writes_what_changed)
{
    const char *before = write_audience("before", "email", "1,p1,a@example.com\n2,p2,b@example.com\n", 0);
    const char *now = write_audience("now", "email", "1,p2,b@example.com\n2,p3,c@example.com\n", 0);
    MUST_EXPORT(setting("audience", now), setting("previous", before), setting("out", path_of("out")),
                "platform=plain");
    const char *added = read_file(path_of("out/plain/plain-csv-add-0001.csv"));
    ck_assert_ptr_nonnull(strstr(added, "\nc@example.com,"));
    ck_assert_ptr_null(strstr(added, "b@example.com"));
    const char *removed = read_file(path_of("out/plain/plain-csv-remove-0001.csv"));
    ck_assert_ptr_nonnull(strstr(removed, "\na@example.com,"));
    ck_assert_ptr_null(strstr(removed, "b@example.com"));
}
END_TEST

START_TEST(everybody_is_removed_in_the_platforms_words)
{
    const char *audience = write_audience("audience", "email", "1,p1,a@example.com\n", 0);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=x", "operation=remove",
                "unverified=true");
    ck_assert(
        holds("x/x-api-remove-0001.json", "[{\"operation_type\":\"Delete\",\"params\":{\"users\":[{\"email\":[\""));
    ck_assert_int_eq(EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=linkedin",
                            "operation=remove", "unverified=true"),
                     LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "no way to remove"));
}
END_TEST

/* ---- the same, and nothing by halves ------------------------------------------------------------------------ */

START_TEST(the_same_audience_gives_the_same_bytes)
{
    const char *audience = write_audience("audience", "email", "", 500);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("one")), "platform=meta", "format=api");
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("two")), "platform=meta", "format=api");
    ck_assert_str_eq(read_file(path_of("one/manifest.json")), read_file(path_of("two/manifest.json")));
}
END_TEST

START_TEST(a_disk_that_fills_leaves_the_old_files)
{
    struct rlimit limit;
    const char *audience = write_audience("audience", "email", "", 3000);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=meta");
    char *before = lka_copy_string(read_file(path_of("out/manifest.json")));
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    rlim_t soft = limit.rlim_cur;
    limit.rlim_cur = 100000;
    setrlimit(RLIMIT_FSIZE, &limit);
    lka_status status = EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=tiktok");
    limit.rlim_cur = soft;
    setrlimit(RLIMIT_FSIZE, &limit);
    ck_assert_int_eq(status, LKA_IO);
    ck_assert_str_eq(read_file(path_of("out/manifest.json")), before);
    ck_assert_uint_eq(entries_of(folder), 2);
    lka_free(before);
}
END_TEST

START_TEST(an_allocation_that_fails_is_an_error_and_leaves_nothing)
{
    const char *audience = write_audience("audience", "email,phone", "1,p1,\xc3\xa9@example.com,+33612345678\n", 3);
    const char *settings[] = {setting("audience", audience), setting("out", path_of("out")), "platform=plain", NULL};
    struct lka_options *options;
    lka_status status = LKA_MEMORY;
    size_t k = 0;
    for (; status != LKA_OK && k < 20000; k += k < 300 ? 1 : 17) {
        memory_plenty();
        ck_assert_int_eq(lka_options_new(&lka_export_params, &options, NULL), LKA_OK);
        for (size_t i = 0; settings[i]; i++) {
            char key[32] = "";
            const char *equals = strchr(settings[i], '=');
            memcpy(key, settings[i], (size_t)(equals - settings[i]));
            ck_assert_int_eq(lka_options_set(options, key, equals + 1, NULL), LKA_OK);
        }
        char *text = NULL;
        memory_ends_after(k);
        status = lka_export(options, NULL, &text, &error);
        memory_plenty();
        ck_assert_msg(status == LKA_OK || status == LKA_MEMORY, "%zu: %d %s", k, status, error.message);
        ck_assert(status == LKA_OK || !exists(path_of("out")));
        lka_free(text);
        lka_options_free(options);
        memory_give_back();
    }
    ck_assert_int_eq(status, LKA_OK);
    ck_assert_uint_gt(k, 100);
}
END_TEST

/* ---- somebody's file ------------------------------------------------------------------------------------------ */

START_TEST(a_file_is_checked_row_by_row)
{
    const char *file = write_file("theirs.csv", "\xef\xbb\xbf"
                                                "Email,email,fone,phone\n"
                                                "a@example.com,,,\n" UPPER ",,,\n" NOTHING ",,,\n,,,\n"
                                                "d41d8cd98f00b204e9800998ecf8427e,,,\n" HASH ",,,\n" HASH ",,,\nx,y\n"
                                                "nobody,,,\n");
    ck_assert_int_eq(EXPORT(setting("check", file), setting("out", path_of("found.csv")), "platform=meta"), LKA_DATA);
    ck_assert_str_eq(read_file(path_of("found.csv")),
                     "line,column,field,outcome,problem\n"
                     "1,0,,refused,a byte order mark before the first name\n"
                     "1,1,Email,refused,the name is written otherwise in the platform's header\n"
                     "1,3,fone,refused,\"no column of the platform's header, or once too often\"\n"
                     "2,1,email,refused,not hashed\n"
                     "3,1,email,refused,a hash in upper-case digits; wanted: lower-case\n"
                     "4,1,email,unmatched,the hash of nothing; a missing value stays empty\n"
                     "5,0,,unmatched,no identifier that the platform takes\n"
                     "6,1,email,refused,a hash of another kind\n"
                     "8,0,,unmatched,the same as an earlier row\n"
                     "9,0,,refused,not as many fields as the header has\n"
                     "10,1,email,unmatched,no @\n"
                     "1,0,,refused,fewer good rows than the platform's minimum\n");
    ck_assert_ptr_nonnull(strstr(error.message, "in 8 of 9 rows"));
}
END_TEST

START_TEST(our_own_files_pass_the_check)
{
    static const char *const platforms[] = {"meta", "google", "tiktok", "uid2", "linkedin", "liveramp", "plain"};
    char *audience = lka_copy_string(
        write_people("audience", "email,first_name,country", "1,p1,a@example.com,Ann,US\n", 1600, ",,US"));
    for (size_t i = 0; i < sizeof platforms / sizeof *platforms; i++) {
        char name[64];
        bool text = strcmp(platforms[i], "uid2") == 0;
        snprintf(name, sizeof name, "out/%s/%s-%s-add-0001.%s", platforms[i], platforms[i], text ? "email" : "csv",
                 text ? "txt" : "csv");
        MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), setting("platform", platforms[i]),
                    "unverified=true");
        MUST_EXPORT(setting("check", path_of(name)), setting("out", path_of("found.csv")),
                    setting("platform", platforms[i]), "unverified=true");
    }
    lka_free(audience);
}
END_TEST

/* ---- flags ------------------------------------------------------------------------------------------------------ */

START_TEST(what_is_missing_is_said)
{
    const char *audience = write_audience("audience", "age", "1,p1,30\n", 0);
    ck_assert_int_eq(EXPORT("platform=meta"), LKA_USAGE);
    ck_assert_int_eq(EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=meta"), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "no column gives anything that meta takes (email, phone, maid"));
    ck_assert_int_eq(
        EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=meta", "format=xml"),
        LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "allowed: csv, api"));
    ck_assert_int_eq(
        EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=meta", "country=FRA"),
        LKA_USAGE);
    ck_assert_int_eq(
        EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=meta", "column=email=nothing"),
        LKA_USAGE);
    MUST_EXPORT(setting("audience", write_audience("other", "age,adresse", "1,p1,30,a@example.com\n", 0)),
                setting("out", path_of("out")), "platform=plain", "column=email=adresse");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("export");
    TCase *tests = tcase_create("export");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_row_is_normalised_hashed_and_put_under_the_exact_header);
    tcase_add_test(tests, base64_without_a_header_for_uid2);
    tcase_add_test(tests, bodies_for_meta_say_which_batch_they_are);
    tcase_add_test(tests, members_for_google_have_what_there_is);
    tcase_add_test(tests, files_are_split_by_rows_and_by_bytes);
    tcase_add_test(tests, fields_that_a_spreadsheet_would_run_stay_as_they_are);
    tcase_add_test(tests, only_people_of_the_path);
    tcase_add_test(tests, unusable_values_are_counted_by_reason_and_empty_ones_stay_empty);
    tcase_add_test(tests, without_consent_for_advertising_nobody_is_in);
    tcase_add_test(tests, whoever_objected_since_is_left_out);
    tcase_add_test(tests, hashes_are_taken_where_they_were_declared);
    tcase_add_test(tests, a_mixed_column_is_refused_with_its_line);
    tcase_add_test(tests, a_sha_256_is_no_plain_value);
    tcase_add_test(tests, under_the_minimum_nothing_is_published);
    tcase_add_test(tests, rules_that_nobody_confirmed_need_a_word);
    tcase_add_test(tests, a_refresh_writes_what_changed);
    tcase_add_test(tests, everybody_is_removed_in_the_platforms_words);
    tcase_add_test(tests, the_same_audience_gives_the_same_bytes);
    tcase_add_test(tests, a_disk_that_fills_leaves_the_old_files);
    tcase_add_test(tests, an_allocation_that_fails_is_an_error_and_leaves_nothing);
    tcase_add_test(tests, a_file_is_checked_row_by_row);
    tcase_add_test(tests, our_own_files_pass_the_check);
    tcase_add_test(tests, what_is_missing_is_said);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
