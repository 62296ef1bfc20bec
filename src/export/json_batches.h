/* export/json_batches.h: the batches of a file of JSON, one object or list after the other, each taken apart while it
 * is read: its rows one by one, and its frame, which is everything else, with an empty list in place of the rows. A
 * file may be of any size: a row and a frame have 1 MiB at most.
 *
 *     {"payload":{"schema":["EMAIL"],"data":[["ab"],["cd"]]}}     rows ["ab"], ["cd"]; frame
 *     {"payload":{"schema":["EMAIL"],"data":[]}}
 */
#ifndef LKA_EXPORT_JSON_BATCHES_H
#define LKA_EXPORT_JSON_BATCHES_H

#include "export/json_layout.h"
#include "source/lines.h"

enum lka_batch_event { LKA_BATCH_ROW, LKA_BATCH_END, LKA_BATCH_NONE };

struct lka_json_batches {
    const struct lka_json_layout *layout;
    struct lka_inputs inputs;
    struct lka_lines lines;
    struct lka_digest *digest;
    struct lka_piece piece;
    size_t at;
    bool ended; /* the file */
    struct lka_text frame;
    struct lka_text row;
    struct lka_text key; /* the one that is being read */
    struct {
        bool object;
        size_t index;
        size_t key; /* where it stands in `keys` */
    } stack[LKA_JSON_DEPTH];
    struct lka_text keys; /* of the objects that are open, one behind the other, each with its NUL */
    size_t depth;
    bool wants_key;
    bool in_rows;        /* a list of them */
    bool in_row_string;  /* or a string */
    bool comma;          /* stands before what comes next */
    uint64_t bytes;      /* of the batch */
    const char *problem; /* of the row, or of the batch: it could not be read to its end; NULL */
};

lka_status lka_json_batches_open(struct lka_json_batches *batches, const struct lka_json_layout *layout,
                                 const char *path, struct lka_error *error);
lka_status lka_json_batches_next(struct lka_json_batches *batches, enum lka_batch_event *event,
                                 struct lka_error *error);
/* While rows are read: the frame up to them, closed, so that it is JSON. */
lka_status lka_json_batches_so_far(const struct lka_json_batches *batches, json_t **frame, struct lka_error *error);
void lka_json_batches_release(struct lka_json_batches *batches); /* {0} is fine */

#endif
