/* source/reading.h: a source's inside, for the files that share it: source.c, which reads rows one block after the
 * other, selection.c and ranges.c. */
#ifndef LKA_SOURCE_READING_H
#define LKA_SOURCE_READING_H

#include "base/hash.h"
#include "source/filter.h"
#include "source/reader.h"
#include "source/rejected.h"
#include "source/source.h"

struct mark {
    char hex[33];
};

/* While ranges are cut out of the current file: the reader stands still meanwhile. */
struct lka_cutting {
    bool on;
    uint64_t next; /* offset from which no range was taken */
    uint64_t done; /* where the last accepted one ended */
    uint64_t base; /* bytes of the digest in front of the file */
};

struct lka_source {
    struct lka_inputs inputs;
    struct lka_reader_options options;
    char *temporary_directory;
    struct lka_schema schema;
    struct lka_selection selection;
    struct lka_filter *filter; /* NULL: every row is handed out */
    bool sees_all;             /* whatever the filter says */
    struct lka_rejected rejected;
    struct lka_digest *digest;
    struct mark *marks; /* the running digest at the end of each file, as the first pass had it */
    size_t marked;      /* files with a mark */

    struct lka_reader reader; /* of the current file, while is_open */
    bool is_open;
    size_t current;        /* file index */
    uint64_t bytes_before; /* read of the files before the current one */
    uint64_t rows;
    uint64_t left_out; /* by the filter */
    bool twice;
    bool started; /* this pass has handed out a block */
    bool ended;   /* some pass came to the end */
    bool failed;
    bool bad_waits; /* the reader met a bad row, which is told after the rows before it */
    struct lka_cutting cutting;
    bool alone;            /* the next rows are not for a range */
    uint64_t ranged_rows;  /* of the ranges that were right */
    uint64_t ranged_bytes; /* likewise */
};

void lka_selection_release(struct lka_selection *selection);

static inline bool lka_source_filters(const struct lka_source *source)
{
    return source->filter && !source->sees_all;
}

#endif
