/* source/ranges.h: parts of a file that are read side by side, and by whom.
 *
 *     calling thread   bytes ──► range ──► range ──► range ...        accept, in order
 *     other threads              read      read      read
 *
 * Where a row ends cannot be known before the quotes in front of it were counted. It is guessed: a range ends with the
 * last newline of so many bytes, and its successor is taken to begin with a row. Reading a range shows whether it holds
 * whole rows, each of them as it should be; with its predecessor's end its own beginning is proven. Where one does not,
 * it and all that follow are put back, and the rows there are read one after the other, by lka_source_next, who tells
 * what is wrong: so rows, messages, lines and columns are the same however a file was cut.
 */
#ifndef LKA_SOURCE_RANGES_H
#define LKA_SOURCE_RANGES_H

#include "source/reader.h"
#include "source/source.h"

struct lka_range {
    struct lka_read_page *page; /* held */
    const char *bytes;
    size_t length;
    uint64_t line; /* of its first byte */
};

/* What a thread reads ranges with. {0} is ready. */
struct lka_range_reader {
    struct lka_reader reader;
};
void lka_range_reader_release(struct lka_range_reader *reader);

/* Takes the next bytes, of most likely a few less than `rows` rows. False where they are for lka_source_next: at a
 * file's end, behind a range that was put back, where bad rows are left out or a rule is applied, and after an error of
 * reading, which lka_source_next then meets too. All ranges before must be accepted before that is called. */
bool lka_source_range(struct lka_source *source, size_t rows, struct lka_range *range);
void lka_range_release(struct lka_range *range);

/* Clears `rows`, and fills it. False if the range does not hold whole and good rows, or more than there is room for:
 * what was read is not to be used then. Any thread, the selection stays meanwhile. LKA_MEMORY only. */
lka_status lka_range_read(struct lka_range_reader *reader, const struct lka_source *source,
                          const struct lka_range *range, struct lka_rows *rows, bool *right, struct lka_error *error);

/* The rows of a range that was right are handed out; the one of all ranges before. */
void lka_source_accept(struct lka_source *source, const struct lka_range *range, struct lka_rows *rows);

/* Ranges that were taken and not accepted, the first wrong one and all behind it. They stay the caller's. */
lka_status lka_source_put_back(struct lka_source *source, const struct lka_range *ranges, size_t count,
                               struct lka_error *error);

#endif
