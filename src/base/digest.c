/* XXH3-128 (Collet, xxHash 0.8) of an input that comes in pieces. xxHash's own state cannot take sums of blocks that were
 * made elsewhere; here is what it does around its inner loop.
 *
 *     state = start;  of each block but the last:  state = scramble(state + sum(block));  last block, last 64 bytes: merge
 */
#include "base/digest_sum.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>

enum {
    BLOCK = LKA_DIGEST_BLOCK,
    STRIPE = XXH_STRIPE_LEN,
    AT_ONCE = 16,    /* blocks */
    SHORT_MOST = 240 /* bytes: up to here XXH3 goes another way */
};

/* The block that comes next is held until more follows, since the last one is treated in another way. */
struct lka_digest {
    struct lka_digest_sum state;
    uint64_t length;
    size_t held;
    unsigned char bytes[STRIPE + BLOCK]; /* the last ones in front of the block, and the block */
};

static const struct lka_digest_sum start = {XXH3_INIT_ACC};

static const unsigned char *block_of(const struct lka_digest *digest)
{
    return digest->bytes + STRIPE;
}

lka_status lka_digest_new(struct lka_digest **digest, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*digest, 1, error));
    lka_digest_reset(*digest);
    return LKA_OK;
}

void lka_digest_free(struct lka_digest *digest)
{
    lka_free(digest);
}

void lka_digest_reset(struct lka_digest *digest)
{
    digest->state = start;
    digest->length = 0;
    digest->held = 0;
}

uint64_t lka_digest_length(const struct lka_digest *digest)
{
    return digest->length;
}

/* ---- sums --------------------------------------------------------------------------------------- */

static void sum_blocks(const unsigned char *bytes, size_t count, struct lka_digest_sum *sums)
{
    if (!lka_digest_sum_blocks_wide(bytes, count, sums)) {
        lka_digest_sum_blocks(bytes, count, sums);
    }
}

/* Bytes up to where a block begins. */
static size_t head_of(uint64_t place, size_t length)
{
    size_t head = (size_t)(-place % BLOCK);
    return head < length ? head : length;
}

void lka_digest_sums(uint64_t place, const void *bytes, size_t length, struct lka_digest_sum *sums)
{
    size_t head = head_of(place, length);
    sum_blocks((const unsigned char *)bytes + head, (length - head) / BLOCK, sums);
}

/* ---- adding ------------------------------------------------------------------------------------- */

/* Goes over blocks of which `last` is the last one. */
static void pass(struct lka_digest *digest, const struct lka_digest_sum *sums, size_t count, const unsigned char *last)
{
    XXH_ALIGN(XXH_ACC_ALIGN) struct lka_digest_sum state = digest->state;
    for (size_t block = 0; block < count; block++) {
        for (size_t i = 0; i < XXH_ACC_NB; i++) {
            state.lanes[i] += sums[block].lanes[i];
        }
        XXH3_scrambleAcc(state.lanes, XXH3_kSecret + XXH_SECRET_DEFAULT_SIZE - STRIPE);
    }
    digest->state = state;
    memcpy(digest->bytes, last + BLOCK - STRIPE, STRIPE);
}

static void pass_held(struct lka_digest *digest)
{
    struct lka_digest_sum sum;
    sum_blocks(block_of(digest), 1, &sum);
    pass(digest, &sum, 1, block_of(digest));
    digest->held = 0;
}

/* As far as the held block has room. */
static size_t hold(struct lka_digest *digest, const unsigned char *bytes, size_t length)
{
    size_t room = BLOCK - digest->held;
    size_t taken = length < room ? length : room;
    memcpy(digest->bytes + STRIPE + digest->held, bytes, taken);
    digest->held += taken;
    digest->length += taken;
    return taken;
}

/* Whole blocks, behind which more follows; sums[...] are theirs, if they were made. */
static void add_blocks(struct lka_digest *digest, const unsigned char *bytes, size_t count,
                       const struct lka_digest_sum *sums)
{
    struct lka_digest_sum own[AT_ONCE];
    for (size_t done = 0; done < count;) {
        size_t some = sums || count - done < AT_ONCE ? count - done : AT_ONCE;
        if (!sums) {
            sum_blocks(bytes + done * BLOCK, some, own);
        }
        pass(digest, sums ? sums : own, some, bytes + (done + some - 1) * BLOCK);
        done += some;
    }
    digest->length += count * BLOCK;
}

static void add(struct lka_digest *digest, const unsigned char *bytes, size_t length, const struct lka_digest_sum *sums)
{
    if (length == 0) {
        return;
    }
    if (digest->held > 0 && digest->held < BLOCK) {
        size_t taken = hold(digest, bytes, length);
        bytes += taken;
        length -= taken;
    }
    if (length == 0) {
        return;
    }
    if (digest->held == BLOCK) {
        pass_held(digest);
    }
    size_t blocks = (length - 1) / BLOCK;
    add_blocks(digest, bytes, blocks, sums);
    (void)hold(digest, bytes + blocks * BLOCK, length - blocks * BLOCK);
}

void lka_digest_add(struct lka_digest *digest, const void *bytes, size_t length)
{
    add(digest, bytes, length, NULL);
}

void lka_digest_add_summed(struct lka_digest *digest, const void *bytes, size_t length,
                           const struct lka_digest_sum *sums)
{
    add(digest, bytes, length, sums);
}

/* ---- the result --------------------------------------------------------------------------------- */

static XXH128_hash_t merge(const struct lka_digest *digest)
{
    XXH_ALIGN(XXH_ACC_ALIGN) struct lka_digest_sum state = digest->state;
    const unsigned char *secret = XXH3_kSecret;
    const unsigned char *end = secret + XXH_SECRET_DEFAULT_SIZE;
    const unsigned char *last = digest->bytes + digest->held; /* may begin in front of the block */
    lka_digest_sum_stripes(&state, block_of(digest), (digest->held - 1) / STRIPE);
    XXH3_accumulate_512(state.lanes, last, end - STRIPE - XXH_SECRET_LASTACC_START);
    return (XXH128_hash_t){
        .low64 = XXH3_mergeAccs(state.lanes, secret + XXH_SECRET_MERGEACCS_START, digest->length * XXH_PRIME64_1),
        .high64 = XXH3_mergeAccs(state.lanes, end - sizeof state - XXH_SECRET_MERGEACCS_START,
                                 ~(digest->length * XXH_PRIME64_2)),
    };
}

void lka_digest_hex(const struct lka_digest *digest, char hex[33])
{
    XXH128_hash_t hash = digest->length > SHORT_MOST ? merge(digest) : XXH3_128bits(block_of(digest), digest->held);
    snprintf(hex, 33, "%016llx%016llx", (unsigned long long)hash.high64, (unsigned long long)hash.low64);
}
