/* base/complaints.h: a collector of everything that is wrong with a file, so that a person mends it in one go. Whoever
 * reads goes on after a complaint, and asks for the verdict at the end.
 */
#ifndef LKA_BASE_COMPLAINTS_H
#define LKA_BASE_COMPLAINTS_H

#include "lookalike/base.h"

enum { LKA_COMPLAINTS_SHOWN = 64, LKA_COMPLAINTS_BYTES = 1000 };

/* One line each: "file:line:column: message"; "file: message" where the line is 0, since none is to blame. */
struct lka_complaints {
    const char *file; /* borrowed */
    bool by_place;    /* tell them in the order of the file, not in the order in which they were found */
    size_t count;     /* of all */
    size_t shown;     /* of those in `text` */
    struct lka_complaint {
        uint64_t line;
        uint64_t column;
        size_t length; /* of the line, with its line break */
    } shown_at[LKA_COMPLAINTS_SHOWN];
    size_t length;
    char text[LKA_COMPLAINTS_BYTES + 1]; /* whole lines, each with its line break; not terminated */
};

void lka_complain_at(struct lka_complaints *complaints, uint64_t line, uint64_t column, const char *format, ...)
    LKA_PRINTF(4, 5);
/* `node` is anything with a line and a column. */
#define lka_complain(complaints, node, ...) lka_complain_at((complaints), (node)->line, (node)->column, __VA_ARGS__)

/* LKA_OK without a complaint; else LKA_USAGE with all that fit into 1,000 bytes, then "and N more". The error's `file`
 * stays empty, since every line names it; its line and column are those of the first line. */
lka_status lka_complaints_status(const struct lka_complaints *complaints, struct lka_error *error);

#endif
