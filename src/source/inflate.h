/* source/inflate.h: the body of a gzip member (RFC 1951), by ISA-L, which takes a third of zlib's time; only where the
 * build found it.
 */
#ifndef LKA_SOURCE_INFLATE_H
#define LKA_SOURCE_INFLATE_H

#include "source/packing.h"

struct lka_inflate;

/* *inflate is NULL in a build without ISA-L. */
lka_status lka_inflate_new(struct lka_inflate **inflate, struct lka_error *error);
void lka_inflate_free(struct lka_inflate *inflate); /* NULL is fine */

/* A member's header was read: its body comes next. */
void lka_inflate_start(struct lka_inflate *inflate);

/* Takes and gives as much as it can of the body and of the eight bytes behind it, which are checked. *done: all of the
 * member was given. Returns what is wrong, in zlib's words; NULL: nothing. */
const char *lka_inflate_decode(struct lka_inflate *inflate, struct lka_flow *flow, bool *done);

#endif
