/* Formats of platforms that have several: the exact header, and a row of each. */
#include "export_by_hand.h"
#include "run_suite.h"

/* The digests are Python's hashlib's; that of the address TikTok publishes. */
#define JANE "d6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69"
#define PHONE "9f7ec22d72092cd3c0b58726ed9c2d91b92e51a3f29837508fb2948bb22dd2fd"
#define MAID "6D92078A-8246-4BA4-AE5B-76104861E7DC"

static const struct tiktok {
    const char *format, *header, *row;
} tiktok[] = {
    {"csv", "Email_SHA256,Email_SHA256,Email_SHA256,Phone_SHA256,Phone_SHA256,Phone_SHA256,MAID,MAID,MAID\n",
     JANE ",,," PHONE ",,," MAID ",,\n"},
    {"maid_sha256",
     "Email_SHA256,Email_SHA256,Email_SHA256,Phone_SHA256,Phone_SHA256,Phone_SHA256,MAID_SHA256,MAID_SHA256,"
     "MAID_SHA256\n",
     JANE ",,," PHONE ",,,2afcf919a0c1953d177fcb412ea65138b44b4a42dda7d322225811767c0c530c,,\n"},
    {"maid_md5",
     "Email_SHA256,Email_SHA256,Email_SHA256,Phone_SHA256,Phone_SHA256,Phone_SHA256,MAID_MD5,MAID_MD5,MAID_MD5\n",
     JANE ",,," PHONE ",,,f2d1311ca5c1ecb214c19a26e9ddbad0,,\n"},
    {"plain", "Email,Email,Email,Phone,Phone,Phone,MAID,MAID,MAID\n",
     "janedoe@gmail.com,,,+12133734253,,," MAID ",,\n"},
};

START_TEST(tiktok_takes_each_of_its_formats)
{
    const struct tiktok *wanted = &tiktok[_i];
    struct lka_text start = {0};
    char file[80];
    const char *audience = write_audience("audience", "email,phone,maid",
                                          "1,p1, JaneDoe@Gmail.com,+1 213 373 4253," MAID "\n", 1000);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=tiktok",
                setting("format", wanted->format));
    snprintf(file, sizeof file, "out/tiktok/tiktok-%s-add-0001.csv", wanted->format);
    lka_text_format(&start, "%s%s", wanted->header, wanted->row);
    ck_assert_int_eq(strncmp(read_file(path_of(file)), start.bytes, start.length), 0);
    lka_text_release(&start);
}
END_TEST

START_TEST(microsoft_takes_addresses_or_your_own_ids)
{
    const char *audience = write_audience("audience", "email", "1,p1,test@contoso.com\n", 300);
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=microsoft");
    ck_assert(holds("microsoft/microsoft-api-add-0001.json",
                    "{\"CustomerListUserData\":{\"ActionType\":\"Add\",\"CustomerListItemSubType\":\"Email\","
                    "\"CustomerListItems\":[\"f25ad364d33972379a7a4f4df33db142205f5c40eb19cfdb2fc5aaf117e10101\","));
    MUST_EXPORT(setting("audience", audience), setting("out", path_of("out")), "platform=microsoft", "format=crm",
                "external-id=true", "operation=remove");
    ck_assert(holds("microsoft/microsoft-crm-remove-0001.json",
                    "{\"CustomerListUserData\":{\"ActionType\":\"Remove\",\"CustomerListItemSubType\":\"CRMId\","
                    "\"CustomerListItems\":[\"p1\",\"more0\","));
    ck_assert(!holds("microsoft/microsoft-crm-remove-0001.json", "f25ad364"));
}
END_TEST

/* It is known when a file is closed. */
START_TEST(what_is_known_behind_the_rows_cannot_stand_before_them)
{
    const char *rules = write_file("shop.yaml", "platform: shop\ntitle: Shop\nversion: '1'\nsource: me\ndate: 2026-11\n"
                                                "verified: true\nfields:\n  email: {from: email, steps: [email]}\n"
                                                "keys: [email]\nformats:\n  api: {kind: json, add: x, rows: 1, "
                                                "head: '{\"last\":{last},\"d\":[', row: '{email}', tail: ']}'}\n");
    ck_assert_int_eq(EXPORT(setting("audience", write_audience("people", "email", "1,p1,a@example.com\n", 0)),
                            setting("out", path_of("out")), setting("platform", rules)),
                     LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "{last} stands in the head"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("export formats");
    TCase *tests = tcase_create("export formats");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, tiktok_takes_each_of_its_formats, 0, 4);
    tcase_add_test(tests, microsoft_takes_addresses_or_your_own_ids);
    tcase_add_test(tests, what_is_known_behind_the_rows_cannot_stand_before_them);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
