/* base/digest_sum.h: the inner loop of XXH3, for the two files that compile it: digest.c as every CPU of the kind runs
 * it, digest_wide.c by AVX2, since xxHash chooses when it is compiled.
 */
#ifndef LKA_BASE_DIGEST_SUM_H
#define LKA_BASE_DIGEST_SUM_H

#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <string.h>

enum { LKA_DIGEST_STRIPES = LKA_DIGEST_BLOCK / XXH_STRIPE_LEN };

/* Adds the first stripes of a block to `sum`, which is aligned as xxHash wants it. */
static inline void lka_digest_sum_stripes(struct lka_digest_sum *sum, const unsigned char *bytes, size_t stripes)
{
    for (size_t i = 0; i < stripes; i++) {
        XXH3_accumulate_512(sum->lanes, bytes + i * XXH_STRIPE_LEN, XXH3_kSecret + i * XXH_SECRET_CONSUME_RATE);
    }
}

static inline void lka_digest_sum_blocks(const unsigned char *bytes, size_t count, struct lka_digest_sum *sums)
{
    for (size_t block = 0; block < count; block++) {
        XXH_ALIGN(XXH_ACC_ALIGN) struct lka_digest_sum sum = {{0}};
        lka_digest_sum_stripes(&sum, bytes + block * LKA_DIGEST_BLOCK, LKA_DIGEST_STRIPES);
        sums[block] = sum;
    }
}

/* The same by AVX2. False, and nothing done, where the CPU lacks it. */
bool lka_digest_sum_blocks_wide(const unsigned char *bytes, size_t count, struct lka_digest_sum *sums);

#endif
