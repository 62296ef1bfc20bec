/* The running digest is xxHash's XXH3-128 of all bytes, however they are cut, and whoever made the sums of a piece. */
#include "base/cpu.h"
#include "base/hash.h"
#include "base/random.h"

#include "by_hand.h"
#include "run_suite.h"

enum { LENGTH = 20000, PIECES = 300 };

static unsigned char bytes[LENGTH];

static void fill(void)
{
    struct lka_random random = lka_random_start(3, 0);
    for (size_t i = 0; i < LENGTH; i++) {
        bytes[i] = (unsigned char)lka_random_below(&random, 256);
    }
}

/* Pieces of some hundred or some thousand bytes, each with or without sums. */
static void add_pieces(struct lka_digest *digest, size_t length, struct lka_random *random)
{
    static struct lka_digest_sum sums[LENGTH / LKA_DIGEST_BLOCK];
    for (size_t at = 0; at < length;) {
        size_t piece = (size_t)lka_random_below(random, lka_random_below(random, 2) ? PIECES : LENGTH);
        piece = piece < length - at ? piece : length - at;
        if (lka_random_below(random, 3) > 0) {
            lka_digest_sums(at, bytes + at, piece, sums);
            lka_digest_add_summed(digest, bytes + at, piece, sums);
        } else {
            lka_digest_add(digest, bytes + at, piece);
        }
        at += piece;
        ck_assert_uint_eq(lka_digest_length(digest), at);
    }
}

START_TEST(pieces_come_to_what_the_whole_is)
{
    struct lka_digest *digest;
    struct lka_random random = lka_random_start(5, (uint64_t)_i);
    char whole[33];
    char seen[33];
    lka_cpu_limit((enum lka_cpu_form)_i);
    fill();
    ck_assert_int_eq(lka_digest_new(&digest, NULL), LKA_OK);
    for (size_t length = 0; length < LENGTH; length += length < 2200 ? 1 : 997) {
        lka_digest_reset(digest);
        add_pieces(digest, length, &random);
        lka_digest_hex(digest, seen);
        lka_hash128_bytes(bytes, length, whole);
        ck_assert_msg(strcmp(seen, whole) == 0, "%zu bytes: %s, not %s", length, seen, whole);
    }
    lka_digest_free(digest);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("digest");
    TCase *tests = tcase_create("digest");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, pieces_come_to_what_the_whole_is, LKA_CPU_PLAIN, LKA_CPU_AVX512 + 1);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
