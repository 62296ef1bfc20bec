/* source/ranges.h: parts of a file that are read side by side, and by whom.
 *
 *     calling thread   range ──► range ──► range ...        accept, in order
 *     other threads    read      read      read
 *
 * Where a row ends cannot be known before the quotes in front of it were counted. It is guessed: the newlines next to
 * where a range is cut are taken to end rows. Reading a range shows whether it holds whole rows, each of them as it
 * should be; with its predecessor's end its own beginning is proven. Where one does not, it and all that follow are put
 * back, and the rows there are read one after the other, by lka_source_next, who tells what is wrong: so rows,
 * messages, lines and columns are the same however a file was cut.
 *
 * A file that can be read at any offset is cut by offsets alone: whoever reads a range takes its bytes from the file,
 * while they are in its cache, and makes the sums for the digest. The bytes of everything else (stdin, .gz, .zst) are
 * the calling thread's, which hands them out.
 */
#ifndef LKA_SOURCE_RANGES_H
#define LKA_SOURCE_RANGES_H

#include "source/reader.h"
#include "source/source.h"

/* The rows that begin in [from, to) of a file: those behind its newlines from `from - 1` to `to - 2`. */
struct lka_cut {
    uint64_t from;
    uint64_t to;
    uint64_t base; /* bytes of the digest in front of the file */
};

/* {0} is ready. Its memory stays, to be used again, until it is freed. */
struct lka_range {
    bool is_cut;
    struct lka_cut cut;
    /* Once it was read, where it is a cut. */
    const char *bytes;
    size_t length;
    struct lka_read_page *page; /* held */
    uint64_t offset;            /* in the file, of a cut */
    uint64_t newlines;
    struct lka_digest_sum *sums; /* of a cut */
    size_t sum_capacity;
    struct lka_read_page *own; /* for the bytes of cuts */
};
void lka_range_free(struct lka_range *range);

/* What a thread reads ranges with. {0} is ready. */
struct lka_range_reader {
    struct lka_reader reader;
};
void lka_range_reader_release(struct lka_range_reader *reader);

/* Takes the next bytes, of most likely a few less than `rows` rows. False where they are for lka_source_next: at a
 * file's end, behind a range that was put back, where bad rows are left out or a rule is applied, and after an error of
 * reading, which lka_source_next then meets too. All ranges before must be accepted before that is called. */
bool lka_source_range(struct lka_source *source, size_t rows, struct lka_range *range);
void lka_range_release(struct lka_range *range); /* holds no bytes any more */

/* Clears `rows`, and fills it; their lines count from the range's beginning until it is accepted. False if the range
 * does not hold whole and good rows, or more than there is room for: what was read is not to be used then. Any thread,
 * the selection stays meanwhile. LKA_MEMORY only. */
lka_status lka_range_read(struct lka_range_reader *reader, const struct lka_source *source, struct lka_range *range,
                          struct lka_rows *rows, bool *right, struct lka_error *error);

/* The rows of a range that was right are handed out; the one of all ranges before. False, and nothing done, where it
 * does not begin where the one before ended, which is so if somebody writes to the file: then it is put back. */
bool lka_source_accept(struct lka_source *source, const struct lka_range *range, struct lka_rows *rows);

/* Ranges that were taken and not accepted, the first wrong one and all behind it. They stay the caller's. */
lka_status lka_source_put_back(struct lka_source *source, const struct lka_range *ranges, size_t count,
                               struct lka_error *error);

/* Before rows are read one after the other: from where the last accepted range ended. */
lka_status lka_source_end_cutting(struct lka_source *source, struct lka_error *error);

#endif
