#include "base/sha256_many.h"

#include "base/sha256.h"

#include <endian.h>

/* Messages are padded some time before they are hashed: a block is read in wider pieces than it was written in, which waits
 * until the writes are done. */
enum { GROUP = 16, ONE_BLOCK = LKA_SHA256_BLOCK - 9 };

const uint32_t lka_sha256_start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

const uint32_t lka_sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

struct group {
    uint8_t blocks[GROUP][LKA_SHA256_BLOCK];
    uint8_t made[LKA_SHA256_WIDEST][32];
    size_t which[GROUP]; /* of the values */
    size_t count;
};

static const struct lka_sha256_form *choose_form(void)
{
    const struct lka_sha256_form *form = lka_sha256_form_pair();
    return form ? form : lka_sha256_form_eight();
}

/* At most 64 bytes, by pieces of a known length that overlap: no call. */
static void copy_short(uint8_t *to, const char *from, size_t length)
{
    if (length >= 32) {
        memcpy(to, from, 32);
        memcpy(to + length - 32, from + length - 32, 32);
    } else if (length >= 16) {
        memcpy(to, from, 16);
        memcpy(to + length - 16, from + length - 16, 16);
    } else if (length >= 8) {
        memcpy(to, from, 8);
        memcpy(to + length - 8, from + length - 8, 8);
    } else if (length > 0) {
        memcpy(to, from, length);
    }
}

/* A bit of 1, zeros, and the length in bits at the end of the block. */
static void pad(struct lka_span value, uint8_t block[LKA_SHA256_BLOCK])
{
    uint64_t bits = htobe64(8 * (uint64_t)value.length);
    memset(block, 0, LKA_SHA256_BLOCK);
    copy_short(block, value.text, value.length);
    block[value.length] = 0x80;
    memcpy(block + LKA_SHA256_BLOCK - sizeof bits, &bits, sizeof bits);
}

static bool hash_one(const struct lka_span *values, size_t which, uint8_t (*digests)[32])
{
    return lka_sha256(values[which].text, values[which].length, digests[which]);
}

/* Returns how many were hashed: as many as the stream has blocks that wait. */
static size_t hash_beside(const struct lka_sha256_form *form, const struct group *group, uint8_t (*digests)[32],
                          struct lka_sha256_stream *stream)
{
    size_t at = 0;
    for (; at < group->count && stream->waiting_length >= LKA_SHA256_BLOCK; at++) {
        form->beside(group->blocks[at], digests[group->which[at]], stream->context.h, stream->waiting);
        stream->waiting += LKA_SHA256_BLOCK;
        stream->waiting_length -= LKA_SHA256_BLOCK;
    }
    return at;
}

static bool hash_group(const struct lka_sha256_form *form, struct group *group, const struct lka_span *values,
                       uint8_t (*digests)[32], struct lka_sha256_stream *stream)
{
    size_t at = stream && form->beside ? hash_beside(form, group, digests, stream) : 0;
    bool made = true;
    for (; at + form->width <= group->count; at += form->width) {
        form->hash((const uint8_t(*)[LKA_SHA256_BLOCK])group->blocks + at, group->made);
        for (size_t i = 0; i < form->width; i++) {
            memcpy(digests[group->which[at + i]], group->made[i], 32);
        }
    }
    for (; at < group->count && made; at++) {
        made = hash_one(values, group->which[at], digests);
    }
    group->count = 0;
    return made;
}

bool lka_sha256_many(const struct lka_span *values, size_t count, uint8_t (*digests)[32],
                     struct lka_sha256_stream *stream)
{
    const struct lka_sha256_form *form = choose_form();
    struct group group;
    bool made = true;
    group.count = 0;
    for (size_t i = 0; i < count && made; i++) {
        if (!form || values[i].length > ONE_BLOCK) {
            made = hash_one(values, i, digests);
            continue;
        }
        pad(values[i], group.blocks[group.count]);
        group.which[group.count++] = i;
        made = group.count < GROUP || hash_group(form, &group, values, digests, stream);
    }
    return made && (!form || hash_group(form, &group, values, digests, stream));
}
