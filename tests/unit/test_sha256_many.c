/* SHA-256 of many values, and of a text beside them: each form of it, against OpenSSL's and NIST's values. */
#include "base/sha256_many.h"

#include "base/cpu.h"
#include "base/random.h"

#include "run_suite.h"

#include <openssl/evp.h>

enum { VALUES = 1009, LONGEST = 200 };
static const enum lka_cpu_form forms[] = {LKA_CPU_PLAIN, LKA_CPU_AVX2, LKA_CPU_AVX512, LKA_CPU_SHA};

static char bytes[VALUES][LONGEST];
static struct lka_span values[VALUES];
static uint8_t digests[VALUES][32];

/* Mostly short ones, as identities are. */
static void make_values(void)
{
    struct lka_random random = lka_random_start(2026, 1);
    for (size_t i = 0; i < VALUES; i++) {
        uint64_t length = lka_random_below(&random, i % 5 == 0 ? LONGEST + 1 : 60);
        for (size_t at = 0; at < LONGEST; at++) {
            bytes[i][at] = (char)lka_random_below(&random, 128);
        }
        values[i] = (struct lka_span){bytes[i], (uint32_t)length};
    }
}

static void check_digest(struct lka_span value, const uint8_t digest[32])
{
    unsigned char wanted[EVP_MAX_MD_SIZE];
    ck_assert(EVP_Digest(value.text, value.length, wanted, NULL, EVP_sha256(), NULL));
    ck_assert_mem_eq(digest, wanted, 32);
}

START_TEST(as_openssl_does)
{
    make_values();
    lka_cpu_limit(forms[_i]);
    ck_assert(lka_sha256_many(values, VALUES, digests, NULL));
    for (size_t i = 0; i < VALUES; i++) {
        check_digest(values[i], digests[i]);
    }
}
END_TEST

/* A form is not hidden by a better one, and all lengths around a block are met by each of its messages. */
START_TEST(every_length_in_every_place)
{
    make_values();
    lka_cpu_limit(forms[_i]);
    for (uint32_t length = 0; length <= 130; length++) {
        for (size_t i = 0; i < 17; i++) {
            values[i].length = (length + (uint32_t)i) % 131;
        }
        size_t count = length % 18;
        ck_assert(lka_sha256_many(values, count, digests, NULL));
        for (size_t i = 0; i < count; i++) {
            check_digest(values[i], digests[i]);
        }
    }
}
END_TEST

/* Pieces of all kinds of lengths, some gone through beside more values than they have blocks, some beside fewer. */
START_TEST(a_stream_beside_values)
{
    static uint8_t text[1 << 16];
    uint8_t digest[32];
    struct lka_sha256_stream stream;
    struct lka_random random = lka_random_start(2026, 2);
    make_values();
    lka_cpu_limit(forms[_i]);
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (uint8_t)lka_random_below(&random, 256);
    }
    lka_sha256_stream_begin(&stream);
    size_t put = 0;
    while (put < sizeof text - 3000) {
        size_t some = lka_random_below(&random, 3000);
        lka_sha256_stream_put(&stream, text + put, some);
        size_t count = lka_random_below(&random, 90);
        ck_assert(lka_sha256_many(values, count, digests, &stream));
        for (size_t i = 0; i < count; i++) {
            check_digest(values[i], digests[i]);
        }
        put += some;
    }
    ck_assert(lka_sha256_stream_end(&stream, digest));
    check_digest((struct lka_span){(const char *)text, (uint32_t)put}, digest);
}
END_TEST

/* FIPS 180-2, B.1 and B.2; and the digest of nothing. */
START_TEST(published_values)
{
    static const uint8_t wanted[3][32] = {
        {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
         0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad},
        {0x24, 0x8d, 0x6a, 0x61, 0xd2, 0x06, 0x38, 0xb8, 0xe5, 0xc0, 0x26, 0x93, 0x0c, 0x3e, 0x60, 0x39,
         0xa3, 0x3c, 0xe4, 0x59, 0x64, 0xff, 0x21, 0x67, 0xf6, 0xec, 0xed, 0xd4, 0x19, 0xdb, 0x06, 0xc1},
        {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
         0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55}};
    const struct lka_span known[3] = {
        LKA_SPAN("abc"), LKA_SPAN("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), {NULL, 0}};
    lka_cpu_limit(forms[_i]);
    for (size_t i = 0; i < 24; i++) {
        values[i] = known[i % 3];
    }
    ck_assert(lka_sha256_many(values, 24, digests, NULL));
    for (size_t i = 0; i < 24; i++) {
        ck_assert_mem_eq(digests[i], wanted[i % 3], 32);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sha256_many");
    TCase *cases = tcase_create("digests");
    tcase_add_loop_test(cases, as_openssl_does, 0, 4);
    tcase_add_loop_test(cases, every_length_in_every_place, 0, 4);
    tcase_add_loop_test(cases, a_stream_beside_values, 0, 4);
    tcase_add_loop_test(cases, published_values, 0, 4);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
