/* source/scan.h: the fast way through a CSV text. It finds 64 bytes a step where fields and rows end, takes the rows in
 * which nothing is unusual, and stops before the first one in which something is: that row is libcsv's, and so are all
 * messages.
 */
#ifndef LKA_SOURCE_SCAN_H
#define LKA_SOURCE_SCAN_H

#include "lookalike/base.h"

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
    uint32_t
        *ends; /* offsets of the separators and newlines that stand outside quotes; before the first is room for one */
    size_t count;
    uint32_t *rows; /* of each row that ends in the text: how many fields end there and before */
    size_t row_count;
    size_t capacity; /* of both arrays */
    bool high;       /* somewhere is a byte above 127 */
    bool inner;      /* ... a newline inside quotes */
    bool doubled;    /* ... a doubled quote */
};

/* Fills the index from a text that begins outside quotes, at the start of a field. Depends on nothing else, so that
 * ranges of a file can be indexed side by side. The arrays have room for lka_scan_room(length). */
typedef void lka_scan_kernel(const char *text, size_t length, char separator, struct lka_scan_index *index);
lka_scan_kernel *lka_scan_kernel_of(enum lka_reader_kind kind); /* NULL for libcsv */

static inline size_t lka_scan_room(size_t length)
{
    return length + 16; /* offsets are written up to 16 at a time */
}

#endif
