/* source/scan.h: the fast way through a CSV text. It finds 64 bytes a step where fields and rows end, takes the rows in
 * which nothing is unusual, and stops before the first one in which something is: that row is libcsv's, and so are all
 * messages.
 */
#ifndef LKA_SOURCE_SCAN_H
#define LKA_SOURCE_SCAN_H

#include "base/text.h"

/* Who reads. All of them give the same rows and the same errors. */
enum lka_reader_kind {
    LKA_READER_FASTEST, /* the last of these that the CPU has the instructions for */
    LKA_READER_LIBCSV,  /* every row by libcsv: the oracle of the others */
    LKA_READER_PLAIN,   /* 8 bytes at a time, on every CPU */
    LKA_READER_AVX2,
    LKA_READER_AVX512,
    LKA_READER_KINDS
};
bool lka_reader_kind_runs(enum lka_reader_kind kind); /* has this CPU what it takes? */

/* Where the fields of some text end, up to the first byte that is not plainly right: a NUL, a CR without LF outside
 * quotes, a quote inside an unquoted field, text behind a closing quote.
 *
 *     text:  a , b \n " c , \n " , d \n         rows  2 4
 *     ends     1   3             9   11         (offsets)
 */
struct lka_scan_index {
    /* Offsets of the separators and newlines that stand outside quotes; before the first is room for one. Where
     * `marked`, LKA_END_QUOTED is added to that of a field with quotes around it, but not where a CR follows them. */
    uint32_t *ends;
    bool marked;
    size_t count;
    uint32_t *rows; /* of each row that ends in the text: how many fields end there and before */
    size_t row_count;
    size_t capacity; /* of both arrays */
    bool high;       /* somewhere is a byte above 127 */
    bool inner;      /* ... a newline inside quotes */
    bool doubled;    /* ... a doubled quote */
};

#define LKA_END_QUOTED (UINT32_C(1) << 31)

static inline uint32_t lka_end_place(uint32_t end)
{
    return end & ~LKA_END_QUOTED;
}

/* Where the next field begins; 0 behind UINT32_MAX, the place before the text. */
static inline uint32_t lka_end_behind(uint32_t end)
{
    return (end + 1) & ~LKA_END_QUOTED;
}

/* Rows that stand one behind the other, each with all its fields, so that the end of field c of row r is
 * ends[r * fields + c], and the byte before the field stands at the end before. */
struct lka_scan_run {
    const char *text;
    const uint32_t *ends;
    size_t fields;
    size_t count;
};

enum { LKA_SCAN_TOGETHER = 8 };

/* The fields of a run whose ends are marked, without the quotes around them: that of row r and column c to to[c][r],
 * right in all columns but the last. 8 columns are done together: `to` goes on to the next multiple of 8 (several may
 * be the same place), and so far the ends can be read. */
typedef void lka_scan_taking(const struct lka_scan_run *run, struct lka_span *const *to);
extern lka_scan_taking *const lka_scan_take_avx512; /* NULL where it is not compiled */

/* Fills the index from a text that begins outside quotes, at the start of a field. Depends on nothing else, so that
 * ranges of a file can be indexed side by side. The arrays have room for lka_scan_room(length). */
typedef void lka_scan_kernel(const char *text, size_t length, char separator, struct lka_scan_index *index);
lka_scan_kernel *lka_scan_kernel_of(enum lka_reader_kind kind); /* NULL for libcsv */

static inline size_t lka_scan_room(size_t length)
{
    return length + 16; /* offsets are written up to 16 at a time */
}

#endif
