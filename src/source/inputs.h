/* source/inputs.h: the files that a source reads, in order. */
#ifndef LKA_SOURCE_INPUTS_H
#define LKA_SOURCE_INPUTS_H

#include "base/session.h"

/* One file, over all passes. What cannot be read again (stdin, a pipe) is copied, as it is read, into a spool: an
 * unlinked temporary file that later passes read. */
struct lka_input {
    char *path;       /* "-" is stdin */
    const char *name; /* for messages: the path, or "stdin" */
    bool again;       /* the file itself can be opened again */
    bool keep;        /* a second pass is wanted, so spool what cannot be opened again */
    int spool;        /* descriptor; -1: there is none */
    bool spooled;     /* the spool is complete */
    uint64_t size;    /* bytes; 0 if unknown */
};

enum { LKA_INPUTS_MAX = 65535 }; /* lka_place has 16 bits for the file */

struct lka_inputs {
    struct lka_input *items;
    size_t count;
    size_t capacity;
};

/* Expands patterns (in byte order of the names) and looks at every file, so that a missing one is told before any work.
 * `twice`: they will be read again. LKA_USAGE if there is none, or one cannot be opened. */
lka_status lka_inputs_init(struct lka_inputs *inputs, const char *const *paths, size_t count, bool twice,
                           struct lka_error *error);
void lka_inputs_release(struct lka_inputs *inputs);

#endif
