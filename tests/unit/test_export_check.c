/* Anybody's JSON for a platform, row by row. */
#include "export_by_hand.h"
#include "short_memory_by_hand.h"
#include "run_suite.h"

#define HASH_A "fb98d44ad7501a959f3f4f4a3f004fe2d9e581ea6207e218c4b02c08a4d75adf"
#define HASH_B "5a3f4f4a3f004fe2d9e581ea6207e218c4b02c08a4d75adffb98d44ad7501a95"
#define HASH_C "4f4a3f004fe2d9e581ea6207e218c4b02c08a4d75adffb98d44ad7501a955a3f"
#define UPPER "FB98D44AD7501A959F3F4F4A3F004FE2D9E581EA6207E218C4B02C08A4D75ADF"
#define NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SESSION(n, last, total)                                                                                        \
    "\"session\":{\"session_id\":7,\"batch_seq\":" #n ",\"last_batch_flag\":" #last ",\"estimated_num_total\":" #total \
    "}"

/* A platform of one person's minimum, so that small files can be whole. */
static const char *write_platform(void)
{
    return write_file(
        "small.yaml",
        "platform: small\ntitle: Small\nversion: small-1\nsource: here\ndate: 2026-11\nverified: true\n"
        "minimum: 1\nfields:\n  email: {from: email, steps: [trim, lower, email], hash: sha256}\n"
        "  value: {from: value, steps: [trim, number]}\nkeys: [email]\nformats:\n  api:\n    kind: json\n"
        "    rows: 3\n    names: payload.schema\n    takes: [note]\n"
        "    head: '{\"payload\":{\"schema\":[\"EMAIL\",\"VALUE\"],\"data\":['\n    row: '[{email},{value}]'\n"
        "    tail: ']},\"session\":{\"session_id\":{session},\"batch_seq\":{sequence},\"last_batch_flag\":{last},"
        "\"estimated_num_total\":{total}}}'\n    add: a\n    remove: b\n");
}

/* The findings about the text, without their header. */
static const char *findings(const char *platform, const char *format, const char *text)
{
    char *file = lka_copy_string(write_file("theirs.json", text));
    lka_status status = EXPORT(setting("check", file), setting("out", path_of("found.csv")),
                               setting("platform", platform), setting("format", format), "unverified=true");
    lka_free(file);
    const char *found = read_file(path_of("found.csv"));
    const char *first = strchr(found, '\n') + 1;
    ck_assert_int_eq(strncmp(found, "batch,row,field,outcome,problem\n", 32), 0);
    ck_assert_int_eq(status, *first ? LKA_DATA : LKA_OK);
    return first;
}

static const char *of_small(const char *text)
{
    return findings(write_platform(), "api", text);
}

START_TEST(a_whole_upload_passes_in_any_order_of_members_and_names)
{
    ck_assert_str_eq(of_small("{\"payload\":{\"schema\":[\"VALUE\",\"EMAIL\"],\"data\":[[\"1.5\",\"" HASH_A "\"],\n"
                              " [2,\"" HASH_B "\"]]},\"note\":{\"any\":[1]}," SESSION(
                                  1, false, 3) "}\n"
                                               "{" SESSION(2, true, 3) ",\"payload\":{\"data\":[[\"" HASH_C "\",\"\"]],"
                                                                       "\"schema\":[\"EMAIL\",\"VALUE\"]}}"),
                     "");
}
END_TEST

START_TEST(values_are_looked_at_as_in_csv)
{
    ck_assert_str_eq(
        of_small("{\"payload\":{\"schema\":[\"EMAIL\",\"VALUE\"],\"data\":[[\"a@example.com\",\"\"],[\"" UPPER
                 "\",\"\"],[\"" NOTHING "\",\"x\"]]}," SESSION(
                     1, false, 9) "}"
                                  "{\"payload\":{\"schema\":[\"EMAIL\",\"VALUE\"],\"data\":[[null,\"\"],[\"" HASH_A
                                  "\",true],[\"" HASH_A "\"]]}," SESSION(
                                      2, false, 9) "}"
                                                   "{\"payload\":{\"schema\":[\"EMAIL\",\"VALUE\"],\"data\":[[\"" HASH_B
                                                   "\",\"\"],[\"" HASH_B "\",\"\"],{\"EMAIL\":\"" HASH_C
                                                   "\"}]}," SESSION(3, true, 9) "}"),
        "1,1,EMAIL,refused,not hashed\n"
        "1,2,EMAIL,refused,a hash in upper-case digits; wanted: lower-case\n"
        "1,3,EMAIL,unmatched,the hash of nothing; a missing value stays empty\n"
        "1,3,VALUE,unmatched,no number of 0 or more\n"
        "2,1,EMAIL,refused,null; a missing value is an empty text\n"
        "2,1,,unmatched,no identifier that the platform takes\n"
        "2,2,VALUE,refused,\"no text, where the platform takes one\"\n"
        "2,3,,refused,not as many values as the list of names has\n"
        "3,2,,unmatched,the same as an earlier row\n"
        "3,3,,refused,\"no list, where the platform takes one\"\n");
}
END_TEST

START_TEST(names_are_those_of_the_platform)
{
    ck_assert_str_eq(of_small("{\"payload\":{\"schema\":[\"EMAIL\",\"FAX\",\"EMAIL\"],\"data\":[[\"" HASH_A
                              "\",\"\",\"\"]]}," SESSION(1, true, 1) "}"),
                     "1,0,FAX,refused,\"no name of the platform's list, or once too often\"\n"
                     "1,0,EMAIL,refused,\"no name of the platform's list, or once too often\"\n");
    ck_assert_ptr_nonnull(strstr(of_small("{\"payload\":{\"data\":[[\"1\",\"" HASH_A
                                          "\"]],\"schema\":[\"VALUE\",\"EMAIL\"]}," SESSION(1, true, 1) "}"),
                                 "1,0,payload.schema,refused,stands behind the rows and is another list"));
    ck_assert_str_eq(of_small("{\"payload\":{\"data\":[[\"" HASH_A "\",\"\"]]}," SESSION(1, true, 1) "}"),
                     "1,0,payload.schema,refused,is missing\n");
}
END_TEST

START_TEST(batches_follow_each_other)
{
    const char *one =
        "{\"payload\":{\"schema\":[\"EMAIL\"],\"data\":[[\"%s\"]]},\"session\":{\"session_id\":%s,\"batch_seq\":%s,"
        "\"last_batch_flag\":%s,\"estimated_num_total\":%s}}\n";
    struct lka_text text = {0};
    lka_text_format(&text, one, HASH_A, "7", "1", "true", "9");
    lka_text_format(&text, one, HASH_B, "8", "3", "false", "2");
    lka_text_format(&text, one, HASH_C, "-1", "\"4\"", "0", "2.5");
    ck_assert_str_eq(of_small(text.bytes), "2,0,,refused,stands behind a batch that is said to be the last one\n"
                                           "2,0,,refused,not the number that follows that of the batch before\n"
                                           "2,0,,refused,of another session than the batch before\n"
                                           "2,0,,refused,another total than in the batch before\n"
                                           "3,0,session.session_id,refused,no whole number of 1 or more\n"
                                           "3,0,session.batch_seq,refused,no whole number of 1 or more\n"
                                           "3,0,session.last_batch_flag,refused,neither true nor false\n"
                                           "3,0,session.estimated_num_total,refused,no whole number of rows\n");
    lka_text_clear(&text);
    lka_text_format(&text, one, HASH_A "\"],[\"" HASH_B, "7", "1", "true", "1");
    ck_assert_str_eq(of_small(text.bytes), "1,0,,refused,more rows up to here than the total that is told\n");
    lka_text_release(&text);
}
END_TEST

START_TEST(a_batch_has_its_limits_and_its_members)
{
    ck_assert_str_eq(
        of_small("{\"payload\":{\"schema\":[\"EMAIL\"],\"data\":[[\"" HASH_A "\"],[\"" HASH_B "\"],[\"" HASH_C
                 "\"],[\"\"]]},\"more\":1," SESSION(1, true, 4) "}{\"payload\":{\"schema\":[\"EMAIL\"],\"data\":[]}}"),
        "1,4,,unmatched,no identifier that the platform takes\n"
        "1,0,more,refused,nothing that the platform takes\n"
        "1,0,payload.data,refused,more rows than one file may have\n"
        "2,0,session,refused,is missing\n"
        "2,0,,refused,stands behind a batch that is said to be the last one\n"
        "2,0,payload.data,refused,no rows\n");
}
END_TEST

/* What is broken spoils as little as it can. */
START_TEST(broken_json_is_told_and_read_on)
{
    ck_assert_str_eq(
        of_small("{\"payload\":{\"schema\":[\"EMAIL\"],\"data\":[[\"" HASH_A "],\n[\"" HASH_B "\"],[x],,\n[\"" HASH_C
                 "\"]]}," SESSION(1, true, 5) "}"),
        "1,1,,refused,a quote that is not closed in its line; what follows is looked at from the next line on\n"
        "1,3,,refused,no JSON\n1,4,,refused,no JSON\n"
        "1,0,payload.data,refused,more rows than one file may have\n");
    ck_assert_ptr_nonnull(strstr(of_small("{\"payload\":{\"schema\":[\"EMAIL\"],\"data\":[[\"" HASH_A "\"]"),
                                 "1,0,,refused,the file ends inside\n"));
    ck_assert_ptr_nonnull(
        strstr(of_small("email\n" HASH_A "\n"), "1,0,,refused,no JSON: an object or a list is wanted\n"));
    ck_assert_ptr_nonnull(strstr(of_small("{\"a\" 1}"), "1,0,,refused,no JSON\n"));
    ck_assert_int_eq(EXPORT(setting("check", write_file("empty.json", "\n")), setting("out", path_of("found.csv")),
                            setting("platform", write_platform())),
                     LKA_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "is empty"));
}
END_TEST

START_TEST(rows_that_are_no_rows_are_bounded)
{
    struct lka_text text = {0};
    lka_text_string(&text, "{\"payload\":{\"schema\":[\"EMAIL\"],\"data\":[[\"");
    for (int i = 0; i < 100000; i++) {
        lka_text_string(&text, "0123456789abcdef");
    }
    lka_text_string(&text, "\"],[\"" HASH_A "\"]]}," SESSION(1, true, 2) "}");
    ck_assert_str_eq(of_small(text.bytes), "1,1,,refused,a row of more than 1 MiB\n");
    lka_text_clear(&text);
    for (int i = 0; i < 40; i++) {
        lka_text_string(&text, "{\"a\":");
    }
    ck_assert_ptr_nonnull(strstr(of_small(text.bytes), "more than 32 deep"));
    lka_text_release(&text);
}
END_TEST

#define MEMBER(identifiers, rest) "{\"userData\":{\"userIdentifiers\":[" identifiers "]}" rest "}"
#define GRANTED ",\"consent\":{\"adUserData\":\"CONSENT_GRANTED\",\"adPersonalization\":\"CONSENT_GRANTED\"}"
#define TAIL "],\"encoding\":\"HEX\",\"termsOfService\":{\"customerMatchTermsOfServiceStatus\":\"ACCEPTED\"}"

START_TEST(members_for_google_say_what_was_granted)
{
    const char *few = "1,0,,refused,fewer good rows than the platform's minimum\n";
    ck_assert_str_eq(
        findings("google", "api",
                 "{\"destinations\":[],\"audienceMembers\":[" MEMBER(
                     "{\"emailAddress\":\"" HASH_A "\"}",
                     GRANTED) "," MEMBER("{\"emailAddress\":\"" HASH_B "\"}",
                                         "") "," MEMBER("{\"emailAddress\":\"" UPPER "\"},{\"fax\":\"1\"}",
                                                        GRANTED) "," TAIL "}"),
        "1,2,,refused,no consent signals (EEA)\n"
        "1,3,userData.userIdentifiers[0].emailAddress,refused,a hash in upper-case digits; wanted: lower-case\n"
        "1,3,userData.userIdentifiers[1],refused,nothing that the platform takes\n"
        "1,4,,refused,no JSON\n"
        "1,0,,refused,fewer good rows than the platform's minimum\n");
    ck_assert_str_eq(
        findings("google", "api",
                 "{\"consent\":{\"adUserData\":\"CONSENT_GRANTED\",\"adPersonalization\":"
                 "\"CONSENT_GRANTED\"},\"audienceMembers\":[" MEMBER("{\"emailAddress\":\"" HASH_A "\"}", "") TAIL "}"),
        few);
    ck_assert_str_eq(
        findings("google", "api",
                 "{\"audienceMembers\":[" MEMBER("{\"address\":{\"givenName\":\"" HASH_A "\",\"familyName\":\"" HASH_B
                                                 "\",\"regionCode\":\"US\",\"postalCode\":\"10001\"}}",
                                                 "") "],\"encoding\":\"BASE64\"}"),
        "1,0,encoding,refused,another value than the platform takes; wanted: HEX\n"
        "1,0,,refused,fewer good rows than the platform's minimum\n");
}
END_TEST

/* Every layout that the platforms have, written by us. */
START_TEST(our_own_bodies_pass_the_check)
{
    static const char *const formats[] = {"meta:api",      "meta:api_ldu",  "google:api",      "dv360:api",
                                          "microsoft:api", "microsoft:crm", "pinterest:email", "snap:email",
                                          "x:api",         "amazon:api",    "pinterest:maid",  "snap:maid"};
    struct lka_text rows = {0};
    for (int i = 0; i < 1000; i++) {
        lka_text_format(&rows, "1,d%d,,,%08x-1111-4111-8111-111111111111,FR,advertising,yes,yes\n", i, i + 1);
    }
    char *audience = lka_copy_string(write_people("audience",
                                                  "email,phone,maid,country,consents,ad_user_data,ad_personalization",
                                                  rows.bytes, 2100, ",,,FR,advertising,yes,yes"));
    lka_text_release(&rows);
    for (size_t i = 0; i < 2 * sizeof formats / sizeof *formats; i++) {
        char platform[32] = "";
        const char *format = strchr(formats[i / 2], ':') + 1;
        const char *operation = i % 2 ? "remove" : "add";
        char name[128];
        memcpy(platform, formats[i / 2], (size_t)(format - formats[i / 2] - 1));
        snprintf(name, sizeof name, "out/%s/%s-%.20s-%s-0001.json", platform, platform, format, operation);
        MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), setting("platform", platform),
                    setting("format", format), setting("operation", operation), "external-id=true", "unverified=true");
        MUST_EXPORT(setting("check", path_of(name)), setting("out", path_of("found.csv")),
                    setting("platform", platform), setting("format", format), setting("operation", operation),
                    "unverified=true");
    }
    lka_free(audience);
}
END_TEST

/* Bits that no encoder sets, padding in the middle, nothing but padding: EVP_DecodeBlock would take them all. */
START_TEST(base64_is_what_an_encoder_writes)
{
    const char *lines = "ku4mBX7Z3qJTXWyLFB1INzkyR2WZGW4ANSJUiW21iI8=\n"
                        "ku4mBX7Z3qJTXWyLFB1INzkyR2WZGW4ANSJUiW21iI9=\n"
                        "ku4mBX7Z3qJTXWyLFB1I=zkyR2WZGW4ANSJUiW21iI8=\n"
                        "============================================\n";
    ck_assert_int_eq(EXPORT(setting("check", write_file("theirs.txt", lines)), setting("out", path_of("found.csv")),
                            "platform=uid2", "format=email"),
                     LKA_DATA);
    const char *found = read_file(path_of("found.csv"));
    ck_assert_ptr_null(strstr(found, "\n1,1,"));
    ck_assert_ptr_nonnull(strstr(found, "\n2,1,email,unmatched,"));
    ck_assert_ptr_nonnull(strstr(found, "\n3,1,email,unmatched,"));
    ck_assert_ptr_nonnull(strstr(found, "\n4,1,email,unmatched,"));
}
END_TEST

/* The rows behind it are looked at, as far as a later quote is from it. */
START_TEST(a_quote_that_is_not_closed_costs_a_csv_one_line)
{
    static const char *const second[] = {"\"" HASH_A ",\n", "\"" HASH_A "\nx,\n", "\"\n"};
    for (size_t i = 0; i < 3; i++) {
        struct lka_text text = {0};
        lka_text_format(&text, "email,phone\n%s,\n%sx@example.com,\n%s,\"\"\n%s,\n", HASH_B, second[i], HASH_A, HASH_C);
        ck_assert_int_eq(EXPORT(setting("check", write_file("theirs.csv", text.bytes)),
                                setting("out", path_of("found.csv")), "platform=meta"),
                         LKA_DATA);
        const char *found = read_file(path_of("found.csv"));
        ck_assert_ptr_nonnull(strstr(found, "\n3,0,,refused,a quote that is not closed;"));
        ck_assert_ptr_nonnull(
            strstr(found, i == 1 ? "\n5,1,email,refused,not hashed\n" : "\n4,1,email,refused,not hashed\n"));
        ck_assert_ptr_null(strstr(found, i == 1 ? "\n6," : "\n5,"));
        lka_text_release(&text);
    }
}
END_TEST

/* Memory that runs out at any moment is told as that, and never as broken JSON. */
START_TEST(an_allocation_that_fails_is_no_finding)
{
    const char *settings[][2] = {
        {"platform", write_platform()},
        {"out", path_of("found.csv")},
        {"check", write_file("theirs.json", "{\"payload\":{\"schema\":[\"EMAIL\"],\"data\":[[\"" HASH_A
                                            "\"]]},\"note\":[1]," SESSION(1, true, 1) "}")}};
    lka_status status = LKA_MEMORY;
    size_t k = 0;
    for (; status != LKA_OK && k < 20000; k += k < 300 ? 1 : 17) {
        struct lka_options *options;
        char *text = NULL;
        memory_plenty();
        ck_assert_int_eq(lka_options_new(&lka_export_params, &options, NULL), LKA_OK);
        for (size_t i = 0; i < 3; i++) {
            ck_assert_int_eq(lka_options_set(options, settings[i][0], settings[i][1], NULL), LKA_OK);
        }
        memory_ends_after(k);
        status = lka_export(options, NULL, &text, &error);
        memory_plenty();
        ck_assert_msg(status == LKA_OK || status == LKA_MEMORY, "%zu: %d %s", k, status, error.message);
        lka_free(text);
        lka_options_free(options);
        memory_give_back();
    }
    ck_assert_int_eq(status, LKA_OK);
    ck_assert_uint_gt(k, 50);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("export check");
    TCase *tests = tcase_create("export check");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_whole_upload_passes_in_any_order_of_members_and_names);
    tcase_add_test(tests, values_are_looked_at_as_in_csv);
    tcase_add_test(tests, names_are_those_of_the_platform);
    tcase_add_test(tests, batches_follow_each_other);
    tcase_add_test(tests, a_batch_has_its_limits_and_its_members);
    tcase_add_test(tests, broken_json_is_told_and_read_on);
    tcase_add_test(tests, rows_that_are_no_rows_are_bounded);
    tcase_add_test(tests, members_for_google_say_what_was_granted);
    tcase_add_test(tests, our_own_bodies_pass_the_check);
    tcase_add_test(tests, base64_is_what_an_encoder_writes);
    tcase_add_test(tests, a_quote_that_is_not_closed_costs_a_csv_one_line);
    tcase_add_test(tests, an_allocation_that_fails_is_no_finding);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
