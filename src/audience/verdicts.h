/* audience/verdicts.h: what was decided about each row: a byte or two in memory, for whoever asks in any order, and the
 * whole of it in a nameless file, read in the order in which it was written.
 */
#ifndef LKA_AUDIENCE_VERDICTS_H
#define LKA_AUDIENCE_VERDICTS_H

#include "base/session.h"

struct lka_verdict {
    uint8_t person[32];
    double entry_probability; /* of being held out or not, at the first entry */
    double probability;       /* of the arm */
    double path_probability;
    uint8_t arm;
    uint8_t reason;
    uint8_t path;         /* in path_names; 0: none */
    bool reaches;         /* has an identifier that the platform takes */
    bool enters;          /* now, for the first time */
    bool linked;          /* a duplicate of somebody who is in an arm */
    char first_entry[16]; /* YYYY-MM-DD; empty: never */
};

enum { LKA_VERDICTS_BUFFERED = 4096 };

struct lka_verdicts {
    struct lka_mark {
        uint8_t reason;
        uint8_t arm;
    } * marks; /* by row */
    size_t capacity;
    size_t count; /* rows */
    int file;     /* -1: not opened yet */
    const char *temporary;
    struct lka_verdict *buffer; /* LKA_VERDICTS_BUFFERED of them, of the rows from `first` on */
    size_t first;
    size_t filled;
    size_t written; /* rows that are in the file */
};

void lka_verdicts_init(struct lka_verdicts *verdicts, const char *temporary); /* borrowed; NULL: /tmp */
void lka_verdicts_release(struct lka_verdicts *verdicts);

/* A further row, of which the reason alone is known. */
lka_status lka_verdicts_mark(struct lka_verdicts *verdicts, uint8_t reason, struct lka_error *error);
/* The verdicts come in the order of the rows. */
lka_status lka_verdicts_put(struct lka_verdicts *verdicts, const struct lka_verdict *verdict, struct lka_error *error);
/* Of any row that was put. */
lka_status lka_verdicts_get(struct lka_verdicts *verdicts, size_t row, struct lka_verdict *verdict,
                            struct lka_error *error);
/* Likewise, cheap for one row after the other, once all were put; good until the next call. */
lka_status lka_verdicts_next(struct lka_verdicts *verdicts, size_t row, const struct lka_verdict **verdict,
                             struct lka_error *error);

#endif
