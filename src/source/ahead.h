/* source/ahead.h: decompression beside whatever is done with the bytes: a thread of its own reads the stream a few
 * buffers ahead. The bytes, and the error behind them, are what lka_stream_read gives.
 */
#ifndef LKA_SOURCE_AHEAD_H
#define LKA_SOURCE_AHEAD_H

#include "source/stream.h"

struct lka_ahead;

/* From now on only the thread reads the stream, which outlives it. LKA_MEMORY; where the system refuses a thread,
 * *ahead is NULL: then the stream is read in place. */
lka_status lka_ahead_start(struct lka_stream *stream, struct lka_ahead **ahead, struct lka_error *error);
/* As lka_stream_read. */
lka_status lka_ahead_read(struct lka_ahead *ahead, char *bytes, size_t size, size_t *got, struct lka_error *error);
/* The stream is the caller's again, wherever it stands. NULL is fine. */
void lka_ahead_stop(struct lka_ahead *ahead);

#endif
