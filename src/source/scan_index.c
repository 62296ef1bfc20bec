/* Where fields and rows end, 64 bytes a step (Langdale and Lemire 2019, "Parsing gigabytes of JSON per second").
 *
 * A step makes one word of 64 bits for each kind of byte. The running parity of the quotes, which one carry-less
 * multiplication or six shifts give, says which bytes stand inside quotes: a doubled quote closes and opens again,
 * which comes to the same. What remains is masks:
 *
 *     text     x , " a , " " b " \n
 *     quote    . . 1 . . 1 1 . 1 .
 *     inside   . . 1 1 1 . 1 1 . .      with the opening quote, without the closing one
 *     ends     . 1 . . . . . . . 1
 */
#include "source/scan.h"

#include "base/cpu.h"

#include <string.h>

enum { STEP = 64 };

/* Bit i: byte i of the step is one. */
struct masks {
    uint64_t quote;
    uint64_t separator;
    uint64_t newline;
    uint64_t control; /* up to CR: seldom any but newlines */
    uint64_t high;    /* above 127 */
};

/* Among the control characters. */
struct controls {
    uint64_t cr;
    uint64_t nul;
};

/* What was seen somewhere: any bit. */
struct seen {
    uint64_t high;
    uint64_t inner;
    uint64_t doubled;
};

/* What one step leaves for the next: bit 0 is its last byte. */
struct carry {
    uint64_t inside;  /* all bits or none */
    uint64_t opens;   /* a quote may open behind it: separator, newline, closing quote, or the start */
    uint64_t closing; /* a quote that closes */
    uint64_t cr;      /* a CR outside quotes */
};

#define INLINE static inline __attribute__((always_inline))

/* What the forms for each CPU do in their own way. */
struct ways {
    struct masks (*look)(const char *text, char separator);
    struct controls (*look_again)(const char *text);
    uint64_t (*parity)(uint64_t bits);
    /* `quoted`: bytes behind a closing quote. */
    void (*put_ends)(struct lka_scan_index *index, uint64_t bits, uint64_t quoted, uint32_t base);
    bool marks;
};

INLINE unsigned first_of(uint64_t bits)
{
    return (unsigned)__builtin_ctzll(bits);
}

/* 8 at a time without asking how many there are: a branch that goes one way nearly always. */
INLINE void put_ends(struct lka_scan_index *index, uint64_t bits, uint64_t quoted, uint32_t base)
{
    (void)quoted;
    uint32_t *to = index->ends + index->count;
    size_t count = (size_t)__builtin_popcountll(bits);
    for (size_t done = 0; done < count; done += 8) {
        for (size_t i = 0; i < 8; i++) {
            /* With no bit left: bit 63, which is overwritten or never read. */
            to[done + i] = base + first_of(bits | (UINT64_C(1) << 63));
            bits &= bits - 1;
        }
    }
    index->count += count;
}

/* The first is written before it is known whether there is one: most rows are longer than a step or two. */
INLINE void put_rows(struct lka_scan_index *index, uint64_t newlines, uint64_t ends)
{
    do {
        uint64_t before = (newlines & -newlines) - 1;
        index->rows[index->row_count] = (uint32_t)(index->count + (size_t)__builtin_popcountll(ends & before) + 1);
        index->row_count += newlines != 0;
        newlines &= newlines - 1;
    } while (newlines);
}

/* The bytes at which it shows that something is wrong; moves the carry on. */
INLINE uint64_t find_wrong(const struct masks *m, struct controls controls, uint64_t inside, struct carry *carry)
{
    uint64_t opening = m->quote & inside;
    uint64_t closing = m->quote & ~inside;
    uint64_t opens = (m->separator | m->newline | m->quote) & ~inside;
    uint64_t cr = controls.cr & ~inside;
    uint64_t wrong = controls.nul;
    wrong |= opening & ~(opens << 1 | carry->opens);
    wrong |= (closing << 1 | carry->closing) & ~(m->separator | m->newline | controls.cr | m->quote);
    wrong |= (cr << 1 | carry->cr) & ~m->newline;
    *carry = (struct carry){0 - (inside >> 63), opens >> 63, closing >> 63, cr >> 63};
    return wrong;
}

/* False at the first wrong byte. `valid`: the bytes that are the text's. */
INLINE bool take_step(const char *text, char separator, uint64_t valid, uint32_t base, struct carry *carry,
                      struct seen *seen, const struct ways *ways, struct lka_scan_index *index)
{
    struct masks m = ways->look(text, separator);
    struct controls controls = {0};
    if (__builtin_expect((m.control & ~m.newline) != 0, 0)) {
        controls = ways->look_again(text);
    }
    uint64_t closed = carry->closing;
    uint64_t inside = ways->parity(m.quote) ^ carry->inside;
    uint64_t behind = (m.quote & ~inside) << 1 | closed; /* a closing quote */
    uint64_t wrong = find_wrong(&m, controls, inside, carry) & valid;
    uint64_t good = __builtin_expect(wrong != 0, 0) ? valid & ((wrong & -wrong) - 1) : valid;
    uint64_t newlines = m.newline & ~inside & good;
    uint64_t ends = (m.separator & ~inside & good) | newlines;
    put_rows(index, newlines, ends);
    ways->put_ends(index, ends, behind, base);
    seen->high |= m.high & good;
    seen->inner |= m.newline & inside & good;
    seen->doubled |= behind & m.quote;
    return wrong == 0;
}

INLINE void index_text(const char *text, size_t length, char separator, struct lka_scan_index *index,
                       const struct ways *ways)
{
    struct lka_scan_index found = {
        .ends = index->ends, .rows = index->rows, .capacity = index->capacity, .marked = ways->marks};
    struct carry carry = {.opens = 1};
    struct seen seen = {0};
    size_t at = 0;
    bool good = true;
    for (; good && at + STEP <= length; at += STEP) {
        good = take_step(text + at, separator, ~UINT64_C(0), (uint32_t)at, &carry, &seen, ways, &found);
    }
    if (good && at < length) {
        char rest[STEP] = {0};
        memcpy(rest, text + at, length - at);
        take_step(rest, separator, (UINT64_C(1) << (length - at)) - 1, (uint32_t)at, &carry, &seen, ways, &found);
    }
    found.high = seen.high != 0;
    found.inner = seen.inner != 0;
    found.doubled = seen.doubled != 0;
    *index = found;
}

/* ---- on every CPU ------------------------------------------------------------------------------ */

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (unsigned char)(byte))

/* Bits 7, 15, ... of a word to bits 0 to 7. */
INLINE uint64_t gather(uint64_t tops)
{
    return (tops >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

/* Bit i: byte i of the word is the wanted one. */
INLINE uint64_t equal_bytes(uint64_t word, uint64_t wanted)
{
    const uint64_t low = EACH_BYTE(0x7F);
    uint64_t differ = word ^ wanted;
    return gather(~(((differ & low) + low) | differ | low));
}

INLINE struct masks look_plain(const char *text, char separator)
{
    struct masks m = {0};
    for (unsigned i = 0; i < STEP; i += 8) {
        uint64_t word;
        memcpy(&word, text + i, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        m.quote |= equal_bytes(word, EACH_BYTE('"')) << i;
        m.separator |= equal_bytes(word, EACH_BYTE(separator)) << i;
        m.newline |= equal_bytes(word, EACH_BYTE('\n')) << i;
        m.control |= (equal_bytes(word, EACH_BYTE('\r')) | equal_bytes(word, 0)) << i;
        m.high |= gather(word & EACH_BYTE(0x80)) << i;
    }
    return m;
}

INLINE struct controls look_again_plain(const char *text)
{
    struct controls found = {0};
    for (unsigned i = 0; i < STEP; i++) {
        found.cr |= (uint64_t)(text[i] == '\r') << i;
        found.nul |= (uint64_t)(text[i] == '\0') << i;
    }
    return found;
}

INLINE uint64_t running_shifts(uint64_t bits)
{
    for (unsigned shift = 1; shift < 64; shift *= 2) {
        bits ^= bits << shift;
    }
    return bits;
}

static void index_plain(const char *text, size_t length, char separator, struct lka_scan_index *index)
{
    static const struct ways ways = {look_plain, look_again_plain, running_shifts, put_ends, false};
    index_text(text, length, separator, index, &ways);
}

#if defined(__x86_64__)
#include <immintrin.h>

/* ---- AVX2 and AVX-512 -------------------------------------------------------------------------- */

#define AVX2 __attribute__((target("avx2,bmi,popcnt,pclmul")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi2,avx2,bmi,popcnt,pclmul")))

INLINE AVX2 uint64_t running_multiply(uint64_t bits)
{
    __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t)bits), _mm_set1_epi8(-1), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

INLINE AVX2 uint64_t pair_mask(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

INLINE AVX2 uint64_t equal_256(__m256i low, __m256i high, char byte)
{
    __m256i wanted = _mm256_set1_epi8(byte);
    return pair_mask(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
}

INLINE AVX2 struct masks look_avx2(const char *text, char separator)
{
    __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)text);
    __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(text + 32));
    __m256i most = _mm256_set1_epi8('\r');
    uint64_t control = pair_mask(_mm256_cmpeq_epi8(_mm256_min_epu8(low, most), low),
                                 _mm256_cmpeq_epi8(_mm256_min_epu8(high, most), high));
    return (struct masks){equal_256(low, high, '"'), equal_256(low, high, separator), equal_256(low, high, '\n'),
                          control, pair_mask(low, high)};
}

INLINE AVX2 struct controls look_again_avx2(const char *text)
{
    __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)text);
    __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(text + 32));
    return (struct controls){equal_256(low, high, '\r'), equal_256(low, high, '\0')};
}

static AVX2 void index_avx2(const char *text, size_t length, char separator, struct lka_scan_index *index)
{
    static const struct ways ways = {look_avx2, look_again_avx2, running_multiply, put_ends, false};
    index_text(text, length, separator, index, &ways);
}

INLINE AVX512 uint64_t equal_512(__m512i bytes, char byte)
{
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte));
}

INLINE AVX512 struct masks look_avx512(const char *text, char separator)
{
    __m512i bytes = _mm512_loadu_si512(text);
    return (struct masks){equal_512(bytes, '"'), equal_512(bytes, separator), equal_512(bytes, '\n'),
                          _mm512_cmple_epu8_mask(bytes, _mm512_set1_epi8('\r')), _mm512_movepi8_mask(bytes)};
}

INLINE AVX512 struct controls look_again_avx512(const char *text)
{
    __m512i bytes = _mm512_loadu_si512(text);
    return (struct controls){equal_512(bytes, '\r'), equal_512(bytes, '\0')};
}

/* Sixteen places, of which a quoted one has the sign of a byte, as offsets: the sign becomes the mark. */
INLINE AVX512 __m512i marked_ends(__m128i places, uint32_t base)
{
    const __m512i parts = _mm512_set1_epi32((int)(LKA_END_QUOTED | (STEP - 1)));
    __m512i wide = _mm512_and_si512(_mm512_cvtepi8_epi32(places), parts);
    return _mm512_add_epi32(wide, _mm512_set1_epi32((int)base));
}

/* Places of bits: the bytes 0, 1, 2 ... of which those are kept whose bit is set. */
INLINE AVX512 void put_ends_avx512(struct lka_scan_index *index, uint64_t bits, uint64_t quoted, uint32_t base)
{
    static const char places[STEP] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
                                      32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
                                      48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    char kept[STEP];
    uint32_t *to = index->ends + index->count;
    size_t count = (size_t)__builtin_popcountll(bits);
    __m512i all = _mm512_loadu_si512(places);
    __m512i signs = _mm512_or_si512(all, _mm512_set1_epi8((char)0x80));
    __m512i packed = _mm512_maskz_compress_epi8(bits, _mm512_mask_mov_epi8(all, quoted, signs));
    _mm512_storeu_si512(to, marked_ends(_mm512_castsi512_si128(packed), base));
    if (__builtin_expect(count > 16, 0)) {
        _mm512_storeu_si512(kept, packed);
        for (size_t done = 16; done < count; done += 16) {
            __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(kept + done));
            _mm512_storeu_si512(to + done, marked_ends(next, base));
        }
    }
    index->count += count;
}

static AVX512 void index_avx512(const char *text, size_t length, char separator, struct lka_scan_index *index)
{
    static const struct ways ways = {look_avx512, look_again_avx512, running_multiply, put_ends_avx512, true};
    index_text(text, length, separator, index, &ways);
}

/* ---- AVX-512: fields ---------------------------------------------------------------------------- */

/* Eight fields of a row: begin and length side by side, each pair to its column. */
INLINE AVX512 void take_eight(const char *text, const uint32_t *ends, struct lka_span *const *to, size_t row)
{
    const __m256i place = _mm256_set1_epi32((int)(LKA_END_QUOTED - 1));
    const __m256i one = _mm256_set1_epi32(1);
    __m256i before = _mm256_loadu_si256((const __m256i *)(const void *)(ends - 1));
    __m256i end = _mm256_loadu_si256((const __m256i *)(const void *)ends);
    __m256i quoted = _mm256_srli_epi32(end, 31);
    __m256i begin = _mm256_add_epi32(_mm256_and_si256(_mm256_add_epi32(before, one), place), quoted);
    __m256i length = _mm256_sub_epi32(_mm256_sub_epi32(_mm256_and_si256(end, place), begin), quoted);
    __m512i texts = _mm512_add_epi64(_mm512_cvtepu32_epi64(begin), _mm512_set1_epi64((int64_t)(intptr_t)text));
    __m512i lengths = _mm512_cvtepu32_epi64(length);
    __m512i even = _mm512_unpacklo_epi64(texts, lengths);
    __m512i odd = _mm512_unpackhi_epi64(texts, lengths);
    _mm_storeu_si128((__m128i *)(void *)(to[0] + row), _mm512_castsi512_si128(even));
    _mm_storeu_si128((__m128i *)(void *)(to[1] + row), _mm512_castsi512_si128(odd));
    _mm_storeu_si128((__m128i *)(void *)(to[2] + row), _mm512_extracti32x4_epi32(even, 1));
    _mm_storeu_si128((__m128i *)(void *)(to[3] + row), _mm512_extracti32x4_epi32(odd, 1));
    _mm_storeu_si128((__m128i *)(void *)(to[4] + row), _mm512_extracti32x4_epi32(even, 2));
    _mm_storeu_si128((__m128i *)(void *)(to[5] + row), _mm512_extracti32x4_epi32(odd, 2));
    _mm_storeu_si128((__m128i *)(void *)(to[6] + row), _mm512_extracti32x4_epi32(even, 3));
    _mm_storeu_si128((__m128i *)(void *)(to[7] + row), _mm512_extracti32x4_epi32(odd, 3));
}

static AVX512 void take_avx512(const struct lka_scan_run *run, struct lka_span *const *to)
{
    const uint32_t *ends = run->ends;
    for (size_t row = 0; row < run->count; row++, ends += run->fields) {
        for (size_t c = 0; c < run->fields; c += LKA_SCAN_TOGETHER) {
            take_eight(run->text, ends + c, to + c, row);
        }
    }
}

lka_scan_taking *const lka_scan_take_avx512 = take_avx512;

#else

#define index_avx2 NULL
#define index_avx512 NULL
lka_scan_taking *const lka_scan_take_avx512 = NULL;

#endif

/* ---- choosing ---------------------------------------------------------------------------------- */

bool lka_reader_kind_runs(enum lka_reader_kind kind)
{
    static const enum lka_cpu_form needed[LKA_READER_KINDS] = {
        [LKA_READER_AVX2] = LKA_CPU_AVX2, [LKA_READER_AVX512] = LKA_CPU_AVX512};
    return kind < LKA_READER_KINDS && needed[kind] <= lka_cpu_scanner();
}

lka_scan_kernel *lka_scan_kernel_of(enum lka_reader_kind kind)
{
    static lka_scan_kernel *const kernels[LKA_READER_KINDS] = {
        [LKA_READER_PLAIN] = index_plain, [LKA_READER_AVX2] = index_avx2, [LKA_READER_AVX512] = index_avx512};
    if (kind == LKA_READER_LIBCSV) {
        return NULL;
    }
    if (kind == LKA_READER_FASTEST || !lka_reader_kind_runs(kind)) {
        kind = LKA_READER_KINDS - 1;
        while (!lka_reader_kind_runs(kind)) {
            kind--;
        }
    }
    return kernels[kind];
}
