/* export/raw_rows.h: the rows of a file as it stands, header and all. Platforms' headers repeat names
 * (email,email,email), which a table of ours cannot have.
 */
#ifndef LKA_EXPORT_RAW_ROWS_H
#define LKA_EXPORT_RAW_ROWS_H

#include "source/lines.h"

enum { LKA_RAW_FIELDS = 64 };

struct lka_raw_rows {
    struct lka_inputs inputs;
    struct lka_lines lines;
    struct lka_digest *digest;
    bool csv; /* else a row is one field */
    char separator;
    struct lka_text bytes;
    struct lka_span fields[LKA_RAW_FIELDS]; /* of the row at hand */
    size_t count;                           /* 0: the end; fields beyond LKA_RAW_FIELDS are counted */
    uint64_t line;
    const char *problem; /* of the row: it is no CSV; NULL. Reading goes on in the next line */
};

lka_status lka_raw_rows_open(struct lka_raw_rows *rows, const char *path, bool csv, char separator,
                             struct lka_error *error);
lka_status lka_raw_rows_next(struct lka_raw_rows *rows, struct lka_error *error);
void lka_raw_rows_release(struct lka_raw_rows *rows);

#endif
