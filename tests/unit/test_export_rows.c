/* Rows of an export, each once: as many as come, in the order in which they come, by whatever the person is known. */
#include "export/seen.h"
#include "export_by_hand.h"
#include "run_suite.h"
#include "identity/identity.h"

/* ---- the set ------------------------------------------------------------------------------------- */

enum { KEYS = 200000 };

static struct lka_hash128 key_of_number(uint64_t number)
{
    return lka_hash128((struct lka_span){(const char *)&number, sizeof number});
}

/* Whether nobody knew how many would come, or too few were expected, or enough. */
static const size_t expected[] = {0, KEYS / 10, KEYS};

START_TEST(each_key_is_new_once_and_keeps_its_first_owner)
{
    struct lka_seen seen = {.expected = expected[_i], .owned = true};
    for (uint64_t i = 0; i < 2 * KEYS; i++) {
        bool is_new;
        uint64_t number = i * 7919 % KEYS;
        ck_assert_int_eq(lka_seen_add(&seen, key_of_number(number), (uint32_t)i, &is_new, NULL), LKA_OK);
        ck_assert_int_eq(is_new, i < KEYS);
    }
    ck_assert_uint_eq(seen.count, KEYS);
    for (uint64_t i = 0; i < KEYS; i++) {
        ck_assert(lka_seen_has(&seen, key_of_number(i)));
        ck_assert(!lka_seen_has(&seen, key_of_number(KEYS + i)));
        ck_assert_uint_eq(lka_seen_owner(&seen, key_of_number(i * 7919 % KEYS)), i);
    }
    lka_seen_release(&seen);
    ck_assert(!lka_seen_has(&seen, key_of_number(1)));
}
END_TEST

/* Keys that differ in half of their bits alone, and the one that is all zeros. */
START_TEST(halves_of_a_key_are_no_key)
{
    struct lka_seen seen = {0};
    const struct lka_hash128 keys[] = {{0, 0}, {0, 5}, {UINT64_MAX, 5}, {UINT64_MAX, 6}};
    for (size_t i = 0; i < 4; i++) {
        bool is_new;
        ck_assert(!lka_seen_has(&seen, keys[i]));
        ck_assert_int_eq(lka_seen_add(&seen, keys[i], 0, &is_new, NULL), LKA_OK);
        ck_assert(is_new && lka_seen_has(&seen, keys[i]));
    }
    lka_seen_release(&seen);
}
END_TEST

/* ---- an export ----------------------------------------------------------------------------------- */

static const char *write_rules(const char *hash)
{
    char rules[500];
    snprintf(rules, sizeof rules,
             "platform: shop\ntitle: Shop\nversion: '1'\nsource: me\ndate: 2026-11\nverified: true\n"
             "fields:\n  email: {from: email, steps: [trim, lower, email], hash: %s}\n"
             "keys: [email]\nformats:\n  csv: {kind: csv, add: x, columns: [{email: email}]}\n",
             hash);
    return write_file("shop.yaml", rules);
}

static void append_wanted(struct lka_text *wanted, int number, bool hashed)
{
    char address[64];
    char hex[65];
    snprintf(address, sizeof address, "person%d@example.com", number);
    ck_assert(lka_sha256_hex(lka_span_of(address), hex));
    lka_text_format(wanted, "%s\n", hashed ? hex : address);
}

/* Every third person again, some thousand rows later; the file has each once, in the order of the first. */
START_TEST(repetitions_are_left_out_however_far_away)
{
    enum { PEOPLE = 12000 };
    char hex[65]; /* of the whole file, as the manifest tells it */
    struct lka_text rows = {0};
    struct lka_text wanted = {0};
    lka_text_string(&wanted, "email\n");
    for (int i = 0; i < PEOPLE; i++) {
        bool again = i % 3 == 2 && i > 6000;
        lka_text_format(&rows, "%d,p%d,Person%d@example.com\n", i + 1, i, again ? i - 6000 : i);
        if (!again) {
            append_wanted(&wanted, i, _i == 1);
        }
    }
    const char *people = write_audience("people", "email", rows.bytes, 0);
    MUST_EXPORT(setting("audience", people), setting("out", path_of("out")),
                setting("platform", write_rules(_i ? "sha256" : "none")));
    ck_assert(lka_sha256_hex((struct lka_span){wanted.bytes, (uint32_t)wanted.length}, hex));
    ck_assert(holds("shop/manifest.json", hex));
    lka_text_release(&rows);
    lka_text_release(&wanted);
}
END_TEST

/* In digits, and in Base64. */
static const char *const platforms[] = {"platform=tiktok", "platform=uid2"};

START_TEST(an_address_and_its_hash_are_one_row)
{
    char rows[200];
    char hex[65];
    ck_assert(lka_sha256_hex(LKA_SPAN("more1@example.com"), hex));
    snprintf(rows, sizeof rows, "1,a,,%s\n", hex);
    const char *people = write_audience("people", "email,email_sha256", rows, 1500);
    MUST_EXPORT(setting("audience", people), setting("out", path_of("out")), platforms[_i], "hashed=email_sha256",
                "unverified=true");
    ck_assert_msg(strstr(summary, "\"a repetition\": 1") != NULL, "%s", summary);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("export_rows");
    TCase *tests = tcase_create("rows");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, each_key_is_new_once_and_keeps_its_first_owner, 0, 3);
    tcase_add_test(tests, halves_of_a_key_are_no_key);
    tcase_add_loop_test(tests, repetitions_are_left_out_however_far_away, 0, 2);
    tcase_add_loop_test(tests, an_address_and_its_hash_are_one_row, 0, 2);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
