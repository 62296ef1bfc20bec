/* source/lines.h: a stream cut at its newlines, so that the CSV reader can stop behind any row. A line that is longer
 * than the read size comes in several pieces, which bounds the memory however long a line is.
 *
 *     bytes:  | free to reuse | the row being read ...  | not handed out yet |  room  |
 *             0             mark                        at                  end   capacity
 */
#ifndef LKA_SOURCE_LINES_H
#define LKA_SOURCE_LINES_H

#include "base/hash.h"
#include "source/ahead.h"
#include "table/read_page.h"

/* A row is kept whole only where it may be rejected; this is then the most it can have. */
enum { LKA_KEPT_ROW_MAX = 64 << 20 };

/* Behind the last byte there is so much room to read on, whatever stands there: 64 bytes are indexed at a time. */
enum { LKA_LINES_SLACK = 64 };

struct lka_lines {
    struct lka_stream *stream;
    struct lka_ahead *ahead;   /* reads the stream; NULL: nobody else does */
    struct lka_digest *digest; /* gets every byte */
    size_t digested;           /* so many of the bytes that are read next it has already */
    const char *file;
    size_t read_size;
    bool keep_rows; /* bytes behind the mark stay until the next mark */
    struct lka_read_page
        *page;   /* rows may point into it: what stands in it stays then, and reading goes on in another one */
    char *bytes; /* the page's */
    struct lka_read_page **pages; /* all that were made, to be filled again */
    size_t page_count;
    size_t page_capacity;
    size_t mark;
    size_t at;
    size_t searched; /* there is no newline between `at` and here */
    size_t end;
    uint64_t line;      /* 1-based, of the byte at `at` */
    uint64_t mark_line; /* of the byte at `mark` */
    bool ended;
    struct lka_error problem; /* of reading: it is told again to whoever reads on */
};

/* Opens a file, skips a byte order mark, refuses what is plainly no text (LKA_DATA). More than one of
 * `threads`: what is compressed is decompressed beside, by a thread of its own or, in several frames, by so many. */
lka_status lka_lines_open(struct lka_lines *lines, struct lka_input *input, const char *temporary_directory,
                          size_t read_size, size_t threads, struct lka_digest *digest, struct lka_error *error);
/* Nothing is read any more but by who has the stream. */
void lka_lines_stop(struct lka_lines *lines);
void lka_lines_release(struct lka_lines *lines);

/* The first bytes, at least `wanted` unless the file has fewer. */
lka_status lka_lines_peek(struct lka_lines *lines, size_t wanted, struct lka_span *bytes, struct lka_error *error);

struct lka_piece {
    const char *bytes; /* until the next call */
    size_t length;     /* 0: the end of the file */
    uint64_t line;
    bool whole; /* the line's newline is in it; a piece never ends between CR and LF */
};
lka_status lka_lines_next(struct lka_lines *lines, struct lka_piece *piece, struct lka_error *error);

/* `bytes` come next in place of those at `at`; the line stays. */
lka_status lka_lines_put_back(struct lka_lines *lines, const char *bytes, size_t length, struct lka_error *error);

/* Of a stream that is flat: forgets what was read ahead, which comes again; where the next line begins in the file. */
uint64_t lka_lines_leave(struct lka_lines *lines);
/* Goes on there, or where a later line begins, up to which the digest has everything. */
lka_status lka_lines_return(struct lka_lines *lines, uint64_t offset, struct lka_error *error);

/* A line's text. */
struct lka_span lka_without_newline(const char *bytes, size_t length);
uint64_t lka_count_newlines(const char *bytes, size_t length);

/* A row begins here. */
void lka_lines_mark(struct lka_lines *lines);
/* With keep_rows: what was handed out since the mark, without its last newline. */
struct lka_span lka_lines_marked(const struct lka_lines *lines);
/* With keep_rows: back to the mark, and over the first line behind it. LKA_DATA if that is longer than a row may be. */
lka_status lka_lines_skip_first(struct lka_lines *lines, struct lka_error *error);

#endif
