/* source/stream.h: the decompressed bytes of one file, front to back. */
#ifndef LKA_SOURCE_STREAM_H
#define LKA_SOURCE_STREAM_H

#include "source/inputs.h"

struct lka_stream;

/* LKA_USAGE if the file cannot be opened. The input stays with the caller and outlives the stream. */
lka_status lka_stream_open(struct lka_input *input, const char *temporary_directory, struct lka_stream **stream,
                           struct lka_error *error);
/* What is compressed in several frames is decompressed by so many threads. Before the first read. LKA_MEMORY. */
lka_status lka_stream_decode_beside(struct lka_stream *stream, size_t threads, struct lka_error *error);
/* At least one byte, or *got == 0 at the end. LKA_DATA for a broken compressed stream, LKA_IO for a failed read. */
lka_status lka_stream_read(struct lka_stream *stream, char *bytes, size_t size, size_t *got, struct lka_error *error);
/* LKA_DATA if somebody wrote to the file since it was opened, and so made rows of it that were in no version of it. To be
 * asked before anything is said of what was read; lka_stream_read asks at the end. */
lka_status lka_stream_unchanged(const struct lka_stream *stream, struct lka_error *error);
/* If there is a spool to fill: reads on to the end for its sake alone. */
lka_status lka_stream_drain(struct lka_stream *stream, struct lka_error *error);
/* The file's bytes as they are, of which any can be read at any time: lka_stream_read_at is allowed. */
bool lka_stream_is_flat(const struct lka_stream *stream);
uint64_t lka_stream_size(const struct lka_stream *stream); /* when it was opened; of one that is flat */
/* `size` bytes from `offset` on, fewer at the file's end or where reading fails. From any thread. */
size_t lka_stream_read_at(const struct lka_stream *stream, uint64_t offset, char *bytes, size_t size);
/* Of one that is flat: what lka_stream_read gives next. */
lka_status lka_stream_seek(struct lka_stream *stream, uint64_t offset, struct lka_error *error);
uint64_t lka_stream_position(const struct lka_stream *stream); /* compressed bytes read; from any thread */
bool lka_stream_decodes(const struct lka_stream *stream);      /* the file is compressed */
void lka_stream_close(struct lka_stream *stream);              /* NULL is fine */

#endif
