/* source/frames.h: frames of a compressed file (zstd's; gzip's members that say how long they are, as bgzip writes
 * them) decompressed side by side, in order, in bounded memory.
 *
 * What cannot be done so is left, from its first byte on, to who asked: a frame that is too large, or whose end is not
 * known, is damaged or cut short. So bytes and errors are those of one decoder that reads the file front to back.
 */
#ifndef LKA_SOURCE_FRAMES_H
#define LKA_SOURCE_FRAMES_H

#include "source/packing.h"

struct lka_frames;

struct lka_frames_options {
    const char *path; /* tells the compression */
    const char *file; /* for messages */
    size_t threads;   /* that decompress, the calling one among them */
    /* Reads the file: at least one byte, or *got == 0 at its end. Called by who calls lka_frames_read. */
    lka_status (*read)(void *user, void *bytes, size_t size, size_t *got, struct lka_error *error);
    void *user;
};

lka_status lka_frames_new(const struct lka_frames_options *options, struct lka_frames **frames,
                          struct lka_error *error);
void lka_frames_free(struct lka_frames *frames); /* NULL is fine */

/* How many bytes it gave; 0: there are no more to be had so. */
size_t lka_frames_read(struct lka_frames *frames, char *bytes, size_t size);

/* After that: the compressed bytes that were read and not used, front to back, valid until the next call; *size == 0:
 * there are no more. Then it is the caller's to read the file on; an error of reading it is told here. */
lka_status lka_frames_rest(struct lka_frames *frames, const unsigned char **bytes, size_t *size,
                           struct lka_error *error);

#endif
