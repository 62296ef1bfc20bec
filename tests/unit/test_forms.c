/* Forms of identifiers: published hashes of the platforms' own pages must be among them; phones in E.164; who somebody is. */
#include "identity/forms.h"

#include "base/optional.h"

#include "run_suite.h"

#include <stdio.h>
#include <stdlib.h>

static struct lka_form forms[LKA_FORMS_MAX];

static bool has_hash(int count, const char *hex)
{
    uint8_t sha256[32];
    ck_assert(lka_sha256_read(lka_span_of(hex), sha256));
    for (int i = 0; i < count; i++) {
        if (memcmp(forms[i].sha256, sha256, 32) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_form_of(int count, const char *text)
{
    uint8_t sha256[32];
    char hex[65];
    ck_assert(lka_sha256(text, strlen(text), sha256));
    for (size_t i = 0; i < 32; i++) {
        snprintf(hex + 2 * i, 3, "%02x", sha256[i]);
    }
    return has_hash(count, hex);
}

/* ---- published values ------------------------------------------------------------------------- */

/* From the platforms' documentation: UID2 (normalization and encoding, its Base64 values as hexadecimal digits), Google
 * Ads (enhanced conversions, Customer Match), Meta (customer information parameters), TikTok, Snap and LiveRamp (their
 * examples of hashed files). */
static const struct {
    enum lka_id_type type;
    const char *value;
    const char *country;
    const char *sha256;
} published[] = {
    {LKA_ID_EMAIL, "USER@example.com", NULL, "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"},
    {LKA_ID_EMAIL, "JANE.SAOIRSE@gmail.com", NULL, "92ee26057ed9dea2535d6c8b141d48373932476599196e00352254896db5888f"},
    {LKA_ID_EMAIL, "JaneSaoirse+Work@gmail.com", NULL,
     "92ee26057ed9dea2535d6c8b141d48373932476599196e00352254896db5888f"},
    {LKA_ID_EMAIL, "JaneSaoirse+Work@example.com", NULL,
     "28aaee4815230cd3b4ebd88c515226550666e91ac019929e3adac3f66c288180"},
    {LKA_ID_EMAIL, "  ALEXZ@example.com   ", NULL, "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a"},
    {LKA_ID_EMAIL, "John_Smith@gmail.com", NULL, "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"},
    {LKA_ID_EMAIL, "janedoe@gmail.com", NULL, "d6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69"},
    {LKA_ID_EMAIL, "Person@email.com ", NULL, "b375b7bbddb3de3298fbc7641063d9f03a38e118aa4480c8ab9f58740982e8bd"},
    {LKA_ID_EMAIL, "test@example.com", NULL, "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"},
    {LKA_ID_PHONE, "+12345678901", NULL, "10e6f0b47054a83359477dcb35231db6de5c69fb1816e1a6b98e192de9e5b9ee"},
    {LKA_ID_PHONE, "1-800-555-0100", "US", "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30"},
    {LKA_ID_PHONE, "US (650)555-1212", NULL, "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176"},
};

START_TEST(published_hashes_are_among_the_forms)
{
    int count = lka_forms_of(published[_i].type, lka_span_of(published[_i].value), published[_i].country, false, forms);
    ck_assert_msg(has_hash(count, published[_i].sha256), "%s: %d forms, none of them", published[_i].value, count);
}
END_TEST

/* ---- e-mail ----------------------------------------------------------------------------------- */

START_TEST(gmail_is_met_folded_and_as_written)
{
    int count = lka_forms_of(LKA_ID_EMAIL, LKA_SPAN("Cloudy.Bay+shop@googlemail.com"), NULL, false, forms);
    ck_assert_int_eq(count, 3);
    ck_assert(has_form_of(count, "cloudy.bay+shop@googlemail.com"));
    ck_assert(has_form_of(count, "cloudybay@googlemail.com"));
    ck_assert(has_form_of(count, "cloudybay@gmail.com"));
    ck_assert_int_eq(lka_forms_of(LKA_ID_EMAIL, LKA_SPAN("a.b+c@example.org"), NULL, false, forms), 1);
    ck_assert_int_eq(lka_forms_of(LKA_ID_EMAIL, LKA_SPAN("ab@gmail.com"), NULL, false, forms), 1);
}
END_TEST

/* Zero-width space, soft hyphen, word joiner, byte order mark; marks of direction, narrow no-break space, dashes. */
START_TEST(what_nobody_sees_tells_no_two_people_apart)
{
    static const char *const emails[] = {"an\u200bn@x.org", "an\u00adn@x.org", "\u2060ann@x.org", "ann@x.org\ufeff"};
    static const char *const phones[] = {"\u202a+33 6 12 34 56 78\u202c", "06\u202f12\u202f34\u202f56\u202f78",
                                         "06\u201112\u201334 56 78", "06\u200b12345678"};
    for (size_t i = 0; i < 4; i++) {
        int count = lka_forms_of(LKA_ID_EMAIL, lka_span_of(emails[i]), NULL, false, forms);
        ck_assert_msg(count == 1 && has_form_of(count, "ann@x.org"), "%zu", i);
        count = lka_forms_of(LKA_ID_PHONE, lka_span_of(phones[i]), "FR", false, forms);
        ck_assert_msg(has_form_of(count, "+33612345678"), "%zu", i);
    }
}
END_TEST

START_TEST(what_is_no_identifier_has_no_form)
{
    static const char *const emails[] = {"", " ", "ann", "\xFF@x.org"};
    static const char *const phones[] = {"", "none", "12", "+0612345678", "+1234567890123456", "06 12 34 56 7x"};
    for (size_t i = 0; i < sizeof emails / sizeof *emails; i++) {
        ck_assert_int_eq(lka_forms_of(LKA_ID_EMAIL, lka_span_of(emails[i]), NULL, false, forms), 0);
    }
    for (size_t i = 0; i < sizeof phones / sizeof *phones; i++) {
        ck_assert_msg(lka_forms_of(LKA_ID_PHONE, lka_span_of(phones[i]), NULL, false, forms) == 0, "%s", phones[i]);
    }
    ck_assert_int_eq(lka_forms_of(LKA_ID_EMAIL, LKA_SPAN("b4c9"), NULL, true, forms), 0);
}
END_TEST

START_TEST(a_hash_is_one_form_in_either_case)
{
    const char *lower = "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514";
    int count = lka_forms_of(LKA_ID_EMAIL, LKA_SPAN("B4C9A289323B21A01C3E940F150EB9B8C542587F1ABFD8F0E1CC1FFC5E475514"),
                             NULL, true, forms);
    ck_assert_int_eq(count, 1);
    ck_assert(has_hash(count, lower));
}
END_TEST

START_TEST(a_maid_is_met_in_either_case)
{
    int count = lka_forms_of(LKA_ID_MAID, LKA_SPAN("6D92078A-8246-4BA4-AE5B-76104861E7DC"), NULL, false, forms);
    ck_assert_int_eq(count, 2);
    ck_assert(has_form_of(count, "6d92078a-8246-4ba4-ae5b-76104861e7dc"));
    ck_assert(has_form_of(count, "6D92078A-8246-4BA4-AE5B-76104861E7DC"));
}
END_TEST

/* ---- phones ----------------------------------------------------------------------------------- */

/* Kenya's numbering plan is not built in: libphonenumber is asked where it is, and nothing is guessed where it is not. */
START_TEST(a_country_that_is_not_built_in_is_asked_of_the_library)
{
    struct lka_text e164 = {0};
    bool there = lka_optional_open(LKA_OPTIONAL_PHONENUMBER) != NULL;
    ck_assert_int_eq(lka_phone_e164(LKA_SPAN("0712 345678"), "ke", &e164), there);
    ck_assert_str_eq(e164.length ? e164.bytes : "", there ? "+254712345678" : "");
    struct lka_span national = lka_phone_national(LKA_SPAN("+254712345678"));
    ck_assert(lka_span_equal(national, there ? LKA_SPAN("712345678") : LKA_SPAN("")));
    ck_assert(!lka_phone_e164(LKA_SPAN("0712 34567"), "KE", &e164));
    ck_assert(!lka_phone_e164(LKA_SPAN("0712 345678 x12"), "KE", &e164));
    lka_text_release(&e164);
}
END_TEST

static const struct {
    const char *phone;
    const char *country;
    const char *e164; /* NULL: it cannot be told */
} phones[] = {
    {"+33 6 12 34 56 78", NULL, "+33612345678"},
    {"0033 6.12.34.56.78", "DE", "+33612345678"},
    {"06 12 34 56 78", "FR", "+33612345678"},
    {"06 12 34 56 78", "fr", "+33612345678"},
    {"612345678", "FR", "+33612345678"},
    {"33612345678", "FR", "+33612345678"},
    {"+33 (0)6 12 34 56 78", NULL, "+33612345678"},
    {"+33 06 12 34 56 78", NULL, "+33612345678"},
    {"+44 (0)20 7946 0018", NULL, "+442079460018"},
    {"020 7946 0018", "GB", "+442079460018"},
    {"030/123456", "DE", "+4930123456"},
    {"06 698 12345", "IT", "+390669812345"},
    {"(650) 555-1212", "US", "+16505551212"},
    {"1 650 555 1212", "CA", "+16505551212"},
    {"06 30 123 4567", "HU", "+36301234567"},
    {"011 33 6 12 34 56 78", "US", "+33612345678"},
    {"0011 33 6 12 34 56 78", "AU", "+33612345678"},
    {"010-33-6-12-34-56-78", "JP", "+33612345678"},
    {"00 1 650 555 1212", "JP", "+16505551212"},
    {"0011 33 6 12 34 56 78", NULL, NULL}, /* as 00 and a number of North America it is too long */
    {"0021 33 6 12 34 56 78", "BR", NULL}, /* a carrier's 0021, and no number of Algeria */
    {"+1 650 555 121", NULL, NULL},
    {"06 12 34 56 78", NULL, NULL},
    {"06 12 34 56 78", "ZZ", NULL},
    {"06 12 34", "FR", NULL},
    {"+33 6 12 34 56 78 ext 9", NULL, NULL},
};

START_TEST(phones_in_e164_or_not_at_all)
{
    struct lka_text e164 = {0};
    bool told = lka_phone_e164(lka_span_of(phones[_i].phone), phones[_i].country, &e164);
    ck_assert_msg(told == (phones[_i].e164 != NULL), "%s of %s: %s", phones[_i].phone, phones[_i].country,
                  told ? e164.bytes : "refused");
    if (told) {
        ck_assert_str_eq(e164.bytes, phones[_i].e164);
    }
    lka_text_release(&e164);
}
END_TEST

START_TEST(a_phone_is_met_in_its_variants)
{
    int count = lka_forms_of(LKA_ID_PHONE, LKA_SPAN("06 12 34 56 78"), "FR", false, forms);
    ck_assert_int_eq(count, 4);
    ck_assert(has_form_of(count, "+33612345678"));
    ck_assert(has_form_of(count, "33612345678"));
    ck_assert(has_form_of(count, "612345678"));
    ck_assert(has_form_of(count, "0612345678"));
}
END_TEST

START_TEST(without_a_country_a_phone_has_its_national_forms)
{
    int count = lka_forms_of(LKA_ID_PHONE, LKA_SPAN("06 12 34 56 78"), NULL, false, forms);
    ck_assert_int_eq(count, 2);
    ck_assert(has_form_of(count, "0612345678"));
    ck_assert(has_form_of(count, "612345678"));
}
END_TEST

/* ---- who somebody is -------------------------------------------------------------------------- */

static const char *canonical_of(const char *email, const char *phone, const char *maid, const char *id)
{
    static char text[128];
    struct lka_text canonical = {0};
    ck_assert_int_eq(lka_identity_canonical(lka_span_of(email), lka_span_of(phone), "FR", lka_span_of(maid),
                                            lka_span_of(id), &canonical, NULL),
                     LKA_OK);
    snprintf(text, sizeof text, "%s", canonical.bytes);
    lka_text_release(&canonical);
    return text;
}

START_TEST(the_first_identifier_that_exists_is_the_person)
{
    const char *jane = "email:92ee26057ed9dea2535d6c8b141d48373932476599196e00352254896db5888f";
    ck_assert_str_eq(canonical_of("Jane.Saoirse@googlemail.com", "0612345678", "m", "C1"), jane);
    ck_assert_str_eq(canonical_of("no address", "0612345678", "m", "C1"),
                     canonical_of("", "+33 6 12 34 56 78", "", "C2"));
    ck_assert_str_eq(canonical_of("", "", " 6D92078A ", "C1"), "maid:6d92078a");
    ck_assert_str_eq(canonical_of("", "12", "", "C1"), "id:C1");
}
END_TEST

/* HMAC-SHA-256 of 32 bytes 00 01 .. 1f over "email:" and the SHA-256 of "test@example.com"; by Python's hmac. */
START_TEST(a_form_is_hidden_by_the_key)
{
    uint8_t key[32];
    uint8_t hmac[32];
    uint8_t wanted[32];
    for (int i = 0; i < 32; i++) {
        key[i] = (uint8_t)i;
    }
    ck_assert_int_eq(lka_forms_of(LKA_ID_EMAIL, LKA_SPAN("test@example.com"), NULL, false, forms), 1);
    ck_assert(lka_form_hmac(key, &forms[0], hmac));
    ck_assert(lka_sha256_read(LKA_SPAN("8dd06b53210419a59511a9c82400b0d3b1b7f558aa59107aa6a5692ad1e86ac4"), wanted));
    ck_assert_mem_eq(hmac, wanted, 32);
    char hex[65];
    ck_assert(lka_identity_hmac(key, LKA_SPAN("id:C1"), hex));
    ck_assert_str_eq(hex, "599a019d02d02f1b6f0cf0b80716654f8948f1c40d7843f3e18567b8bde7d61b");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("forms");
    TCase *tests = tcase_create("forms");
    tcase_add_loop_test(tests, published_hashes_are_among_the_forms, 0, sizeof published / sizeof *published);
    tcase_add_test(tests, gmail_is_met_folded_and_as_written);
    tcase_add_test(tests, a_country_that_is_not_built_in_is_asked_of_the_library);
    tcase_add_test(tests, what_nobody_sees_tells_no_two_people_apart);
    tcase_add_test(tests, what_is_no_identifier_has_no_form);
    tcase_add_test(tests, a_hash_is_one_form_in_either_case);
    tcase_add_test(tests, a_maid_is_met_in_either_case);
    tcase_add_loop_test(tests, phones_in_e164_or_not_at_all, 0, sizeof phones / sizeof *phones);
    tcase_add_test(tests, a_phone_is_met_in_its_variants);
    tcase_add_test(tests, without_a_country_a_phone_has_its_national_forms);
    tcase_add_test(tests, the_first_identifier_that_exists_is_the_person);
    tcase_add_test(tests, a_form_is_hidden_by_the_key);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
