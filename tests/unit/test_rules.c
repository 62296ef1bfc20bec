/* The platforms' rules: what each makes of a value, and what a file of rules must say. */
#include "base/data.h"
#include "base/cpu.h"
#include "base/memory.h"
#include "base/random.h"
#include "eligibility/rules.h"
#include "export/layout.h"
#include "files_by_hand.h"
#include "run_suite.h"

static struct lka_error error;

/* The platform's normalised value and its encoding (or one named), "" for what cannot be used. */
struct seen {
    char normalised[200];
    char encoded[200];
    const char *reason;
};

static struct seen see(const char *name, const char *field, const char *value, const char *country)
{
    struct lka_rules *platform;
    struct lka_normal normal = {0};
    struct lka_text encoded = {0};
    struct seen seen = {"", "", NULL};
    size_t number;
    ck_assert_int_eq(lka_rules_load("platform", name, &platform, &error), LKA_OK);
    ck_assert_int_eq(lka_rules_find_field(platform, field, &number, &error), LKA_OK);
    const struct lka_platform_field *rules = &platform->fields[number];
    seen.reason = lka_rules_normalise(rules, lka_span_of(value), country, &normal);
    if (!seen.reason) {
        struct lka_span span = lka_normal_span(&normal);
        snprintf(seen.normalised, sizeof seen.normalised, "%.*s", (int)span.length, span.text);
        ck_assert(lka_encode_value(span, rules->hashing, rules->encoding, &encoded));
        snprintf(seen.encoded, sizeof seen.encoded, "%s", encoded.bytes ? encoded.bytes : "");
    }
    lka_text_release(&encoded);
    lka_normal_release(&normal);
    lka_rules_free(platform);
    return seen;
}

/* ---- published values --------------------------------------------------------------------------- */

/* From the platforms' own pages and their SDKs' tests: UID2 (normalization and encoding), Google (formatting of user data,
 * and its formatter's tests), Meta (customer information parameters, and its SDK's tests), TikTok, Snapchat, Microsoft, LiveRamp. */
static const struct published {
    const char *platform, *field, *input, *normalised;
    const char *encoded; /* NULL: none was published */
} published[] = {
    {"uid2", "email", "USER@example.com", "user@example.com", "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="},
    {"uid2", "email", "JANE.SAOIRSE@gmail.com", "janesaoirse@gmail.com",
     "ku4mBX7Z3qJTXWyLFB1INzkyR2WZGW4ANSJUiW21iI8="},
    {"uid2", "email", "JaneSaoirse+Work@gmail.com", "janesaoirse@gmail.com",
     "ku4mBX7Z3qJTXWyLFB1INzkyR2WZGW4ANSJUiW21iI8="},
    /* Their SHA-256 was published as hexadecimal digits, too, or alone: tests/unit/test_forms.c has them. */
    {"uid2", "email", "JaneSaoirse+Work@example.com", "janesaoirse+work@example.com", NULL},
    {"uid2", "phone", "+12345678901", "+12345678901", "EObwtHBUqDNZR33LNSMdtt5cafsYFuGmuY4ZLenlue4="},
    {"google", "email", "  ALEXZ@example.com   ", "alexz@example.com",
     "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a"},
    {"google", "phone", "1-800-555-0100   ", "+18005550100",
     "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30"},
    {"google", "given_name", "  GivenName  ", "givenname",
     "128a07bfe2df877c52076e60d7774cf5baaa046c5a6c48daf30ff43ecca2f814"},
    {"google", "email", "Cloudy.SanFrancisco+shopping@googlemail.com", "cloudysanfrancisco@googlemail.com", NULL},
    {"google", "email", "user.name+NYC@Example.com", "user.name+nyc@example.com", NULL},
    {"google", "family_name", "quinn, jr., dds", "quinn", NULL},
    {"google", "given_name", " Mr. Alex ", "alex", NULL},
    {"meta", "email", "John_Smith@gmail.com", "john_smith@gmail.com",
     "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"},
    {"meta", "phone", "US (650)555-1212", "16505551212",
     "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176"},
    {"meta", "given_name", "Mary", "mary", "6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec"},
    {"meta", "given_name", "Val\xc3\xa9ry", "val\xc3\xa9ry",
     "08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c"},
    {"meta", "given_name", "Vale\xcc\x81ry", "val\xc3\xa9ry",
     "08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c"},
    {"meta", "family_name", "O'Connor", "oconnor", NULL},
    {"meta", "city", "S\xc3\xa3o Paulo", "sopaulo", NULL},
    {"meta", "zip", "37221-3312", "37221", NULL},
    {"tiktok", "email", "janedoe@gmail.com", "janedoe@gmail.com",
     "d6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69"},
    {"snap", "email", "Person@email.com ", "person@email.com",
     "b375b7bbddb3de3298fbc7641063d9f03a38e118aa4480c8ab9f58740982e8bd"},
    {"microsoft", "email", "test@contoso.com", "test@contoso.com",
     "f25ad364d33972379a7a4f4df33db142205f5c40eb19cfdb2fc5aaf117e10101"},
    {"liveramp", "email", "test@example.com", "test@example.com",
     "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"},
};

START_TEST(published_values_come_out)
{
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        const struct published *row = &published[i];
        struct seen seen = see(row->platform, row->field, row->input, NULL);
        ck_assert_str_eq(seen.normalised, row->normalised);
        if (row->encoded) {
            ck_assert_str_eq(seen.encoded, row->encoded);
        }
    }
}
END_TEST

/* ---- the rules where they differ ------------------------------------------------------------------ */

START_TEST(each_platform_spells_a_phone_in_its_way)
{
    const char *phone = "06 12 34 56 78";
    ck_assert_str_eq(see("google", "phone", phone, "FR").normalised, "+33612345678");
    ck_assert_str_eq(see("meta", "phone", phone, "FR").normalised, "33612345678");
    ck_assert_str_eq(see("snap", "phone", "0033 (0)6 12 34 56 78", NULL).normalised, "33612345678");
    ck_assert_str_eq(see("liveramp", "phone", "+33612345678", NULL).normalised, "612345678");
    ck_assert_uint_eq(strlen(see("liveramp", "phone", phone, "FR").encoded), 40);
    ck_assert_str_eq(see("uid2", "phone", phone, "FR").reason, "no phone in E.164 (+ and 10 to 15 digits)");
    ck_assert_str_eq(see("uid2", "phone", "+33612345678", NULL).normalised, "+33612345678");
    static const char *const none[] = {"+0612345678", "+330612345678", "+1650555121"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        ck_assert_ptr_nonnull(see("uid2", "phone", none[i], NULL).reason);
    }
}
END_TEST

START_TEST(each_platform_spells_an_advertising_id_in_its_way)
{
    const char *maid = " 6D92078a-8246-4BA4-ae5b-76104861E7DC";
    ck_assert_str_eq(see("meta", "maid", maid, NULL).normalised, "6D92078a-8246-4BA4-ae5b-76104861E7DC");
    ck_assert_str_eq(see("tiktok", "maid", maid, NULL).normalised, "6D92078a-8246-4BA4-ae5b-76104861E7DC");
    ck_assert_str_eq(see("snap", "maid", maid, NULL).normalised, "6d92078a-8246-4ba4-ae5b-76104861e7dc");
    ck_assert_str_eq(see("liveramp", "aaid", maid, NULL).normalised, "6d92078a-8246-4ba4-ae5b-76104861e7dc");
    ck_assert_str_eq(see("liveramp", "idfa", maid, NULL).normalised, "6D92078A-8246-4BA4-AE5B-76104861E7DC");
}
END_TEST

/* Sentences of the platforms' pages that no published value shows. */
static const struct sentence {
    const char *platform, *field, *input, *normalised;
} sentences[] = {
    {"meta", "zip", " SW1A 1AA ", "sw1a1aa"},
    {"meta", "state", " CA ", "ca"},
    {"meta", "country", "FR", "fr"},
    {"meta", "gender", " Female", "f"},
    {"meta", "city", "St. John's 2", "stjohns2"},
    {"meta", "given_name",
     "Jean-Luc d\xe2\x80\x99"
     "A",
     "jeanlucda"},
    {"meta", "given_name", "\xec\xa0\x95", "\xec\xa0\x95"},
    {"meta", "phone", "0044 844 412 4653", "448444124653"},
    {"meta", "email", "a.b+c@gmail.com", "a.b+c@gmail.com"},
    {"google", "email", " A. B@Example.com", "a.b@example.com"},
    {"google", "country", "fr", "FR"},
    {"google", "zip", " SW1A 1AA ", "SW1A 1AA"},
    {"google", "family_name", "Smith PhD", "smith"},
    {"google", "given_name", "MRS. Anne-Marie ", "anne-marie"},
    {"tiktok", "email", " A.B+c@GMAIL.com", "a.b+c@gmail.com"},
    {"snap", "email", "a.b+c@gmail.com", "a.b+c@gmail.com"},
    {"x", "email", "A.b+c@gmail.com ", "a.b+c@gmail.com"},
    {"x", "handle", "@SomeBody", "somebody"},
    {"linkedin", "given_name", " Ann-Marie ", "Ann-Marie"},
    {"liveramp", "email", " A b@Example.com", "ab@example.com"},
    {"amazon", "email", "A_b+c@example.com", "abc@example.com"},
};

START_TEST(what_the_pages_say_is_done)
{
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        struct seen seen = see(sentences[i].platform, sentences[i].field, sentences[i].input, NULL);
        ck_assert_msg(strcmp(seen.normalised, sentences[i].normalised) == 0, "%s %s \"%s\": \"%s\" %s",
                      sentences[i].platform, sentences[i].field, sentences[i].input, seen.normalised,
                      seen.reason ? seen.reason : "");
    }
}
END_TEST

START_TEST(a_phone_without_its_country_is_not_guessed)
{
    ck_assert_str_eq(see("google", "phone", "0612345678", NULL).reason, "a phone without its country");
    ck_assert_str_eq(see("meta", "phone", "13823456789", NULL).reason, "a phone without its country");
    ck_assert_str_eq(see("meta", "phone", "call me", NULL).reason, "no phone number");
}
END_TEST

START_TEST(uid2_touches_nothing_but_ascii)
{
    ck_assert_str_eq(see("uid2", "email", " J\xc3\x89@example.com ", NULL).normalised, "j\xc3\x89@example.com");
    ck_assert_str_eq(see("uid2", "email", "a.b+c@googlemail.com", NULL).normalised, "a.b+c@googlemail.com");
    ck_assert_str_eq(see("uid2", "email", "\xc2\xa0x@example.com", NULL).normalised, "\xc2\xa0x@example.com");
}
END_TEST

START_TEST(a_sharp_s_stays_one)
{
    ck_assert_str_eq(see("meta", "family_name", "Gro\xc3\x9f", NULL).normalised, "gro\xc3\x9f");
    ck_assert_str_eq(see("google", "family_name",
                         "STRA\xc3\x9f"
                         "E",
                         NULL)
                         .normalised,
                     "stra\xc3\x9f"
                     "e");
}
END_TEST

START_TEST(suffixes_and_titles_go_whole_words_alone)
{
    ck_assert_str_eq(see("google", "family_name", "King III", NULL).normalised, "king");
    ck_assert_str_eq(see("google", "family_name", "Vi", NULL).normalised, "vi");
    ck_assert_str_eq(see("google", "family_name", "Smith-Jones", NULL).normalised, "smith-jones");
    ck_assert_str_eq(see("google", "given_name", "Mr. Dr. Ann Lee", NULL).normalised, "ann lee");
    ck_assert_str_eq(see("google", "given_name", "Drew", NULL).normalised, "drew");
}
END_TEST

/* ---- what cannot be used ---------------------------------------------------------------------------- */

static const struct unusable {
    const char *field, *value, *reason;
} unusable[] = {
    {"email", "nobody", "no @"},
    {"email", "@example.com", "nothing before the @"},
    {"email", "a@b@example.com", "more than one @"},
    {"email", "a@example", "no domain behind the @"},
    {"email", "a@.example.com", "no domain behind the @"},
    {"email", "'a@example.com'", "no domain behind the @"},
    {"email", "a b@example.com", "a character that no address has"},
    {"email", "a\xc2\xa0@example.com", "a character that no address has"},
    {"email",
     "a\xe3\x80\x80"
     "b@example.com",
     "a character that no address has"},
    {"email", "\xf0\x9f\x98\x80@example.com", "a character that no address has"},
    {"email", "a\xe2\x80\x8b@example.com", "a character that nobody sees"},
    {"email",
     "\xef\xbb\xbf"
     "a@example.com",
     "a character that nobody sees"},
    {"email", "a\xff@example.com", "no UTF-8"},
    {"email", "a\x01@example.com", "a control character"},
    {"maid", "00000000-0000-0000-0000-000000000000", "the advertising id of a device that forbids it"},
    {"maid", "6d92078a", "no advertising id (a UUID)"},
    {"country", "France", "no country code of two letters"},
    {"country", "UK", "two letters that are no country's (the United Kingdom is GB, Greece GR)"},
    {"state", "California", "no state code of two letters"},
    {"gender", "x", "neither m nor f"},
    {"date_of_birth", "31/12/1980", "no date (YYYY-MM-DD)"},
    {"value", "-1", "no number of 0 or more"},
};

START_TEST(what_can_never_match_is_told_by_its_reason)
{
    for (size_t i = 0; i < sizeof unusable / sizeof *unusable; i++) {
        struct seen seen = see("meta", unusable[i].field, unusable[i].value, NULL);
        ck_assert_ptr_nonnull(seen.reason);
        ck_assert_str_eq(seen.reason, unusable[i].reason);
    }
    ck_assert_str_eq(see("google", "given_name", "Ann \xf0\x9f\x98\x80", NULL).reason, "an emoji or another symbol");
    ck_assert_str_eq(see("meta", "email", "=cmd@example.com", NULL).normalised, "=cmd@example.com");
    ck_assert_str_eq(see("meta", "email", "o'neil@example.com", NULL).normalised, "o'neil@example.com");
    ck_assert_ptr_nonnull(see("meta", "phone", "0612345678", "US").reason); /* a number of elsewhere */
    ck_assert_str_eq(see("meta", "date_of_birth", "1980-12-31", NULL).normalised, "19801231");
    ck_assert_str_eq(see("amazon", "email", "_+@example.com", NULL).reason, "nothing before the @");
}
END_TEST

/* Long addresses are looked at many bytes at once. */
START_TEST(no_place_of_an_address_is_overlooked)
{
    static const char refused[] = " \",;:<>()[]\\";
    static const char addresses[][40] = {"a.b@ex.org", "ann.martin@example.org",
                                         "maximilian.vandenberghe7@example.org"};
    const char *address = addresses[_i];
    char changed[40];
    for (size_t at = 1; address[at + 1]; at++) {
        for (const char *c = refused; *c && address[at] != '@'; c++) {
            snprintf(changed, sizeof changed, "%s", address);
            changed[at] = *c;
            const char *reason = see("meta", "email", changed, NULL).reason;
            ck_assert_msg(reason && strcmp(reason, "a character that no address has") == 0, "%s", changed);
        }
    }
    for (char c = '!'; c < 0x7f; c++) {
        snprintf(changed, sizeof changed, "%s", address);
        changed[1] = c;
        ck_assert_int_eq(see("meta", "email", changed, NULL).reason != NULL, strchr(refused, c) || c == '@');
    }
}
END_TEST

/* What makes an address and what spoils one, thrown together: mostly short, some longer than a CPU looks at in one go. */
static struct lka_span draw_address(struct lka_random *random, char text[160])
{
    static const char *const pieces[] = {
        "a",  "B7", "z9", ".", "@", "-", "_",    "+",        ".org",      "@mail.example", " ",      "'",
        "\"", ",",  "~",  "/", "(", "[", "\x7f", "\xc3\xa9", "e\xcc\x81", "anna",          "example"};
    enum { PIECES = sizeof pieces / sizeof *pieces, HARMLESS = 10 };
    size_t length = 0;
    uint64_t bound = lka_random_below(random, 8) == 0 ? PIECES : HARMLESS;
    for (uint64_t left = 1 + lka_random_below(random, lka_random_below(random, 9) == 0 ? 20 : 6); left > 0; left--) {
        const char *piece = pieces[lka_random_below(random, bound)];
        memcpy(text + length, piece, strlen(piece));
        length += strlen(piece);
    }
    return (struct lka_span){text, (uint32_t)length};
}

START_TEST(an_address_is_the_same_on_every_cpu)
{
    struct lka_rules *platform;
    struct lka_normal by_bytes = {0};
    struct lka_normal at_once = {0};
    struct lka_random random = lka_random_start(7, 1);
    char text[160];
    ck_assert_int_eq(lka_rules_load("platform", "meta", &platform, &error), LKA_OK);
    for (int i = 0; i < 100000; i++) {
        struct lka_span value = draw_address(&random, text);
        lka_cpu_limit(LKA_CPU_PLAIN);
        const char *reason = lka_rules_normalise(&platform->fields[0], value, NULL, &by_bytes);
        lka_cpu_limit(LKA_CPU_SHA);
        ck_assert_pstr_eq(lka_rules_normalise(&platform->fields[0], value, NULL, &at_once), reason);
        ck_assert_msg(reason || lka_span_equal(lka_normal_span(&by_bytes), lka_normal_span(&at_once)), "%.*s",
                      (int)value.length, value.text);
    }
    lka_normal_release(&by_bytes);
    lka_normal_release(&at_once);
    lka_rules_free(platform);
}
END_TEST

/* ---- files of rules ----------------------------------------------------------------------------------- */

START_TEST(every_platform_can_be_read)
{
    ck_assert_uint_ge(lka_data_platform_count, 13);
    for (size_t i = 0; i < lka_data_platform_count; i++) {
        struct lka_rules *platform;
        lka_status status = lka_rules_load("platform", lka_data_platforms[i].name, &platform, &error);
        ck_assert_msg(status == LKA_OK, "%s", error.message);
        ck_assert_str_eq(platform->name, lka_data_platforms[i].name);
        ck_assert(platform->verified || platform->unverified);
        ck_assert_int_eq(lka_layout_check(platform, &error), LKA_OK);
        lka_rules_free(platform);
    }
}
END_TEST

START_TEST(other_names_lead_to_the_same_rules)
{
    ck_assert_str_eq(see("facebook", "email", "A@example.com", NULL).normalised, "a@example.com");
    ck_assert_uint_eq(strlen(see("ttd", "email", "a@example.com", NULL).encoded), 44);
}
END_TEST

START_TEST(an_unknown_platform_names_the_nearest)
{
    struct lka_rules *platform;
    ck_assert_int_eq(lka_rules_load("platform", "tictok", &platform, &error), LKA_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "did you mean \"tiktok\""));
    ck_assert_ptr_null(platform);
}
END_TEST

static const char *const own = "platform: shop\ntitle: Shop\nversion: '1'\nsource: me\ndate: 2026-11\nverified: true\n"
                               "fields:\n  email: {from: email, steps: [trim, cut(@)], hash: md5}\n"
                               "keys: [email]\nformats:\n  csv: {kind: csv, add: by hand, columns: [{mail: email}]}\n";

START_TEST(a_platform_more_is_a_file_more)
{
    const char *path = write_file("shop.yaml", own);
    ck_assert_str_eq(see(path, "email", " ann@example.com", NULL).normalised, "ann");
    ck_assert_str_eq(see(path, "email", " ann@example.com", NULL).encoded, "7e0d7f8a5d96c24ffcc840f31bce72b2");
}
END_TEST

START_TEST(mistakes_in_rules_are_told_all_at_once)
{
    struct lka_rules *platform;
    const char *path = write_file("bad.yaml", "platform: Shop\ntitle: Shop\nversion: '1'\nsource: me\ndate: now\n"
                                              "verified: true\nminimun: 3\nfields:\n"
                                              "  email: {from: mail, steps: [trimm, cut], hash: sha3}\n"
                                              "keys: [phone]\nformats:\n  csv: {kind: csv, add: x}\n");
    ck_assert_int_eq(lka_rules_load("platform", path, &platform, &error), LKA_USAGE);
    const char *const expected[] = {"did you mean \"minimum\"",
                                    "is no role",
                                    "there is no step \"trimm\"",
                                    "cut is written with an argument",
                                    "hash: \"sha3\"",
                                    "no field \"phone\"",
                                    "has no columns",
                                    "is no name"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        ck_assert_msg(strstr(error.message, expected[i]), "%s is not in: %s", expected[i], error.message);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rules");
    TCase *tests = tcase_create("rules");
    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_add_test(tests, published_values_come_out);
    tcase_add_test(tests, each_platform_spells_an_advertising_id_in_its_way);
    tcase_add_test(tests, what_the_pages_say_is_done);
    tcase_add_test(tests, each_platform_spells_a_phone_in_its_way);
    tcase_add_test(tests, a_phone_without_its_country_is_not_guessed);
    tcase_add_test(tests, uid2_touches_nothing_but_ascii);
    tcase_add_test(tests, a_sharp_s_stays_one);
    tcase_add_test(tests, suffixes_and_titles_go_whole_words_alone);
    tcase_add_test(tests, what_can_never_match_is_told_by_its_reason);
    tcase_add_loop_test(tests, no_place_of_an_address_is_overlooked, 0, 3);
    tcase_add_test(tests, an_address_is_the_same_on_every_cpu);
    tcase_add_test(tests, every_platform_can_be_read);
    tcase_add_test(tests, other_names_lead_to_the_same_rules);
    tcase_add_test(tests, an_unknown_platform_names_the_nearest);
    tcase_add_test(tests, a_platform_more_is_a_file_more);
    tcase_add_test(tests, mistakes_in_rules_are_told_all_at_once);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
