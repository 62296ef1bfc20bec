/* The plain form of identifiers and their SHA-256. */
#include "identity/identity.h"

#include "run_suite.h"

static const struct {
    const char *given;
    const char *plain; /* NULL: nothing is left */
} texts[] = {
    {"Ann@Example.ORG", "ann@example.org"},
    {" \t ann@example.org\r\n", "ann@example.org"},
    {"\xC2\xA0"
     "ann@example.org\xE3\x80\x80",
     "ann@example.org"}, /* no-break and ideographic space */
    {"J\xC3\x96RG@example.org", "j\xC3\xB6rg@example.org"},
    {"Jo\xCC\x88rg@example.org", "j\xC3\xB6rg@example.org"}, /* o and a combining diaeresis */
    {"\xC3\x89MILE", "\xC3\xA9mile"},
    {"E\xCC\x81MILE", "\xC3\xA9mile"},
    {"a b", "a b"},
    {"   ", NULL},
    {"", NULL},
    {"\xFF"
     "ann@example.org",
     NULL}, /* no UTF-8 */
};

START_TEST(texts_become_plain)
{
    struct lka_text plain = {0};
    lka_text_string(&plain, "left over");
    bool made = lka_plain_text(lka_span_of(texts[_i].given), &plain);
    ck_assert_int_eq(made, texts[_i].plain != NULL);
    ck_assert_str_eq(plain.bytes, made ? texts[_i].plain : "");
    ck_assert(!plain.failed);
    lka_text_release(&plain);
}
END_TEST

START_TEST(an_address_has_an_at)
{
    struct lka_text plain = {0};
    ck_assert(lka_email_plain(lka_span_of(" Ann@x.org "), &plain));
    ck_assert_str_eq(plain.bytes, "ann@x.org");
    ck_assert(lka_email_plain(lka_span_of("an n\xC2\xA0@x.org"), &plain));
    ck_assert_str_eq(plain.bytes, "ann@x.org");
    ck_assert(lka_email_plain(lka_span_of("j\xC3\xB6rg\xE2\x80\x89 s@x.org"), &plain));
    ck_assert_str_eq(plain.bytes, "j\xC3\xB6rgs@x.org");
    ck_assert(!lka_email_plain(lka_span_of("ann"), &plain));
    ck_assert_uint_eq(plain.length, 0);
    lka_text_release(&plain);
}
END_TEST

START_TEST(known_digests)
{
    char hex[65];
    ck_assert(lka_sha256_hex((struct lka_span){NULL, 0}, hex));
    ck_assert_str_eq(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    ck_assert(lka_sha256_hex(LKA_SPAN("abc"), hex));
    ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("identity");
    TCase *identity = tcase_create("identity");
    tcase_add_loop_test(identity, texts_become_plain, 0, sizeof texts / sizeof *texts);
    tcase_add_test(identity, an_address_has_an_at);
    tcase_add_test(identity, known_digests);
    suite_add_tcase(suite, identity);
    return run_suite(suite);
}
