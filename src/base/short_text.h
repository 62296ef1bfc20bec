/* base/short_text.h: texts of at most 16 bytes as two numbers, so that comparing and hashing them needs no loop. */
#ifndef LKA_BASE_SHORT_TEXT_H
#define LKA_BASE_SHORT_TEXT_H

#include "base/text.h"

/* Where a text is padded, so many bytes can be read from its first one on, whatever they are. */
enum { LKA_SHORT_TEXT = 16, LKA_TEXT_PADDING = 32 };

struct lka_short_text {
    uint64_t low;  /* bytes 0 to 7, 0 behind the end */
    uint64_t high; /* bytes 8 to 15 */
};

/* Bytes in the order of a little-endian number, whatever the machine's is. */
static inline uint64_t lka_eight_bytes(const char *at)
{
    uint64_t word;
    memcpy(&word, at, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* text.length <= LKA_SHORT_TEXT */
static inline struct lka_short_text lka_short_padded(struct lka_span text)
{
    static const char all_ones[2 * LKA_SHORT_TEXT] = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
    const char *within = all_ones + LKA_SHORT_TEXT - text.length;
    return (struct lka_short_text){lka_eight_bytes(text.text) & lka_eight_bytes(within),
                                   lka_eight_bytes(text.text + 8) & lka_eight_bytes(within + 8)};
}

/* The same. */
static inline struct lka_short_text lka_short_text(struct lka_span text, bool padded)
{
    if (padded) {
        return lka_short_padded(text);
    }
    char bytes[LKA_SHORT_TEXT] = {0};
    if (text.length > 0) {
        memcpy(bytes, text.text, text.length);
    }
    return (struct lka_short_text){lka_eight_bytes(bytes), lka_eight_bytes(bytes + 8)};
}

static inline bool lka_short_equal(struct lka_short_text a, struct lka_short_text b)
{
    return ((a.low ^ b.low) | (a.high ^ b.high)) == 0;
}

#define LKA_SHORT_HASH_LOW INT64_C(-0x61C8864680B583EB)
#define LKA_SHORT_HASH_HIGH INT64_C(-0x3D4D51C2D82B14B1)
#define LKA_SHORT_HASH_LAST INT64_C(0x165667B19E3779F9)

/* The upper bits are well mixed. */
static inline uint64_t lka_short_hash(struct lka_short_text text)
{
    uint64_t mixed = text.low * (uint64_t)LKA_SHORT_HASH_LOW + text.high * (uint64_t)LKA_SHORT_HASH_HIGH;
    return (mixed ^ mixed >> 32) * (uint64_t)LKA_SHORT_HASH_LAST;
}

#endif
