/* source/stream.h: the decompressed bytes of one file, front to back. A compression is one decoder: a
 * further one is a file and a line in stream.c.
 */
#ifndef LKA_SOURCE_STREAM_H
#define LKA_SOURCE_STREAM_H

#include "source/inputs.h"

struct lka_stream;

/* LKA_USAGE if the file cannot be opened. The input stays with the caller and outlives the stream. */
lka_status lka_stream_open(struct lka_input *input, const char *temporary_directory, struct lka_stream **stream,
                           struct lka_error *error);
/* At least one byte, or *got == 0 at the end. LKA_DATA for a broken compressed stream, LKA_IO for a failed read. */
lka_status lka_stream_read(struct lka_stream *stream, char *bytes, size_t size, size_t *got, struct lka_error *error);
/* If there is a spool to fill: reads on to the end for its sake alone. */
lka_status lka_stream_drain(struct lka_stream *stream, struct lka_error *error);
uint64_t lka_stream_position(const struct lka_stream *stream); /* compressed bytes read */
void lka_stream_close(struct lka_stream *stream);              /* NULL is fine */

/* ---- decoders --------------------------------------------------------------------------------- */

/* Bytes on their way through a decoder. */
struct lka_flow {
    const unsigned char *in;
    size_t in_size;
    unsigned char *out;
    size_t out_size; /* room left */
};

struct lka_decoder {
    /* Takes from `in` and gives to `out` as much as it can. */
    lka_status (*decode)(struct lka_decoder *decoder, struct lka_flow *flow, struct lka_error *error);
    /* True where a file may end. */
    bool (*may_end)(const struct lka_decoder *decoder);
    void (*free)(struct lka_decoder *decoder);
    const char *file; /* for messages */
    const char *what; /* "gzip" */
};

lka_status lka_decoder_gzip(const char *file, struct lka_decoder **decoder, struct lka_error *error);
lka_status lka_decoder_zstd(const char *file, struct lka_decoder **decoder, struct lka_error *error);

#endif
