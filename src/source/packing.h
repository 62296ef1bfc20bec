/* source/packing.h: compressed files, told by their names. A compression is a decoder and an encoder: a further one
 * is a file and a line in packing.c.
 */
#ifndef LKA_SOURCE_PACKING_H
#define LKA_SOURCE_PACKING_H

#include "base/error.h"

/* Bytes on their way through a decoder or an encoder. */
struct lka_flow {
    const unsigned char *in;
    size_t in_size;
    unsigned char *out;
    size_t out_size; /* room left */
};

/* A part of a file that can be decompressed without what is before it. */
struct lka_frame {
    size_t length; /* compressed; 0: more bytes are needed to know it */
    size_t text;   /* decompressed; 0: not known */
};

struct lka_decoder {
    /* Takes from `in` and gives to `out` as much as it can. */
    lka_status (*decode)(struct lka_decoder *decoder, struct lka_flow *flow, struct lka_error *error);
    /* True where a file may end. */
    bool (*may_end)(const struct lka_decoder *decoder);
    /* The frame that `bytes` begin with; false: it is none, or none whose end can be found. */
    bool (*find_frame)(const unsigned char *bytes, size_t size, struct lka_frame *frame);
    void (*free)(struct lka_decoder *decoder);
    const char *file; /* for messages */
    const char *what; /* "gzip" */
};

/* The same bytes in give the same bytes out, however they are cut into calls: there is no time and no name in them. */
struct lka_encoder {
    /* Takes from `in` and gives to `out` as much as it can. With `end` nothing follows behind `in`; *done then says
     * that everything was given out. */
    lka_status (*encode)(struct lka_encoder *encoder, struct lka_flow *flow, bool end, bool *done,
                         struct lka_error *error);
    void (*free)(struct lka_encoder *encoder);
};

bool lka_is_packed(const char *path);

/* The decoder or encoder for a path that ends in .gz or .zst; NULL for any other. `file` is for messages and outlives
 * the decoder. */
lka_status lka_decoder_new(const char *path, const char *file, struct lka_decoder **decoder, struct lka_error *error);
lka_status lka_encoder_new(const char *path, struct lka_encoder **encoder, struct lka_error *error);

lka_status lka_decoder_gzip(const char *file, struct lka_decoder **decoder, struct lka_error *error);
lka_status lka_decoder_zstd(const char *file, struct lka_decoder **decoder, struct lka_error *error);
lka_status lka_encoder_gzip(struct lka_encoder **encoder, struct lka_error *error); /* level 6 */
lka_status lka_encoder_zstd(struct lka_encoder **encoder, struct lka_error *error); /* level 3, with a checksum */

#endif
