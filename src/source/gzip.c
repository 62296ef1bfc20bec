/* gzip (RFC 1952): read as one member or several, one after the other; written as one. */
#include "source/inflate.h"

#include "base/memory.h"

#include <limits.h>
#include <zlib.h>

static voidpf allocate(voidpf user, uInt count, uInt size)
{
    (void)user;
    return lka_resize(NULL, count, size);
}

static void release(voidpf user, voidpf memory)
{
    (void)user;
    lka_free(memory);
}

static void lend(z_stream *stream, const struct lka_flow *flow)
{
    stream->next_in = (z_const Bytef *)(uintptr_t)flow->in;
    stream->avail_in = flow->in_size > UINT_MAX ? UINT_MAX : (uInt)flow->in_size;
    stream->next_out = flow->out;
    stream->avail_out = flow->out_size > UINT_MAX ? UINT_MAX : (uInt)flow->out_size;
}

static void take_back(const z_stream *stream, struct lka_flow *flow)
{
    flow->in_size -= (size_t)(stream->next_in - flow->in);
    flow->in = stream->next_in;
    flow->out_size -= (size_t)(stream->next_out - flow->out);
    flow->out = stream->next_out;
}

/* ---- decoding --------------------------------------------------------------------------------- */

struct gzip {
    struct lka_decoder decoder; /* first, so that the two pointers are one */
    z_stream stream;
    struct lka_inflate *inflate; /* for the members' bodies; NULL: zlib reads them, too */
    bool between;                /* members: nothing of one has been read */
    bool in_body;                /* of a member, which is inflate's to read */
    uint64_t taken;              /* bytes of the member */
};

static lka_status complain(const struct gzip *gzip, int code, const char *detail, struct lka_error *error)
{
    if (code == Z_MEM_ERROR) {
        return lka_fail_memory(error, 0);
    }
    return lka_fail_at(error, LKA_DATA, gzip->decoder.file, 0, 0,
                       "the gzip stream is damaged at byte %llu of its member (%s); compress the file again, or name "
                       "it without .gz if it isn't compressed",
                       (unsigned long long)gzip->taken, detail);
}

static lka_status decode_body(struct gzip *gzip, struct lka_flow *flow, struct lka_error *error)
{
    bool done;
    size_t left = flow->in_size;
    const char *problem = lka_inflate_decode(gzip->inflate, flow, &done);
    gzip->taken += left - flow->in_size;
    gzip->between = done;
    gzip->in_body = !done;
    return problem ? complain(gzip, Z_DATA_ERROR, problem, error) : LKA_OK;
}

/* Behind a header zlib stops (Z_BLOCK), and says so by this bit. */
static bool is_behind_header(const z_stream *stream)
{
    return stream->data_type & 128;
}

static lka_status decode(struct lka_decoder *decoder, struct lka_flow *flow, struct lka_error *error)
{
    struct gzip *gzip = (struct gzip *)decoder;
    z_stream *stream = &gzip->stream;
    if (flow->in_size == 0 && gzip->between) {
        return LKA_OK;
    }
    if (gzip->in_body) {
        return decode_body(gzip, flow, error);
    }
    gzip->taken = gzip->between ? 0 : gzip->taken;
    gzip->between = false;
    size_t left = flow->in_size;
    lend(stream, flow);
    int code = inflate(stream, gzip->inflate ? Z_BLOCK : Z_NO_FLUSH);
    take_back(stream, flow);
    gzip->taken += left - flow->in_size;
    gzip->between = code == Z_STREAM_END;
    gzip->in_body = gzip->inflate && code == Z_OK && is_behind_header(stream);
    if (gzip->in_body) {
        lka_inflate_start(gzip->inflate);
    }
    if (gzip->between || gzip->in_body) {
        code = inflateReset(stream);
    }
    /* Z_BUF_ERROR says only that nothing could be done this time. */
    if (code == Z_OK || code == Z_BUF_ERROR) {
        return LKA_OK;
    }
    return complain(gzip, code, stream->msg ? stream->msg : code == Z_NEED_DICT ? "a dictionary is needed" : "", error);
}

static bool may_end(const struct lka_decoder *decoder)
{
    return ((const struct gzip *)decoder)->between;
}

enum { HEADER = 12, HAS_EXTRA = 4, SUBFIELD = 4 };

/* A member says how long it is in a subfield BC, as bgzip writes it (SAM specification, 4.1); without one only
 * decompressing tells.
 */
static size_t length_of(const unsigned char *extra, size_t size)
{
    size_t at = 0;
    while (at + SUBFIELD + 2 <= size) {
        size_t length = extra[at + 2] | (size_t)extra[at + 3] << 8;
        if (extra[at] == 'B' && extra[at + 1] == 'C' && length == 2) {
            return (extra[at + SUBFIELD] | (size_t)extra[at + SUBFIELD + 1] << 8) + 1;
        }
        at += SUBFIELD + length;
    }
    return 0;
}

static bool find_frame(const unsigned char *bytes, size_t size, struct lka_frame *frame)
{
    *frame = (struct lka_frame){0};
    if (size < HEADER) {
        return true;
    }
    size_t extra = bytes[10] | (size_t)bytes[11] << 8;
    if (bytes[0] != 0x1F || bytes[1] != 0x8B || !(bytes[3] & HAS_EXTRA)) {
        return false;
    }
    if (size < HEADER + extra) {
        return true;
    }
    size_t length = length_of(bytes + HEADER, extra);
    frame->length = length <= size ? length : 0;
    return length > HEADER + extra;
}

static void free_gzip(struct lka_decoder *decoder)
{
    struct gzip *gzip = (struct gzip *)decoder;
    inflateEnd(&gzip->stream);
    lka_inflate_free(gzip->inflate);
    lka_free(gzip);
}

lka_status lka_decoder_gzip(const char *file, struct lka_decoder **decoder, struct lka_error *error)
{
    struct gzip *gzip;
    LKA_TRY(LKA_NEW(gzip, 1, error));
    gzip->decoder = (struct lka_decoder){decode, may_end, find_frame, free_gzip, file, "gzip"};
    gzip->between = true;
    gzip->stream = (z_stream){.zalloc = allocate, .zfree = release};
    lka_status status = lka_inflate_new(&gzip->inflate, error);
    if (status == LKA_OK && inflateInit2(&gzip->stream, 16 + MAX_WBITS) != Z_OK) { /* 16: the gzip format, no other */
        status = lka_fail_memory(error, sizeof *gzip);
    }
    if (status != LKA_OK) {
        free_gzip(&gzip->decoder);
        return status;
    }
    *decoder = &gzip->decoder;
    return LKA_OK;
}

/* ---- encoding --------------------------------------------------------------------------------- */

enum { GZIP_LEVEL = 6, GZIP_MEMORY = 8 };

struct gzip_encoder {
    struct lka_encoder encoder; /* first, so that the two pointers are one */
    z_stream stream;
};

static lka_status encode(struct lka_encoder *encoder, struct lka_flow *flow, bool end, bool *done,
                         struct lka_error *error)
{
    z_stream *stream = &((struct gzip_encoder *)encoder)->stream;
    lend(stream, flow);
    bool last = end && stream->avail_in == flow->in_size;
    int code = deflate(stream, last ? Z_FINISH : Z_NO_FLUSH);
    take_back(stream, flow);
    *done = code == Z_STREAM_END;
    /* Z_BUF_ERROR says only that nothing could be done this time. */
    if (code == Z_OK || code == Z_BUF_ERROR || *done) {
        return LKA_OK;
    }
    return lka_fail(error, LKA_IO, "cannot compress: zlib's error %d", code);
}

static void free_encoder(struct lka_encoder *encoder)
{
    deflateEnd(&((struct gzip_encoder *)encoder)->stream);
    lka_free(encoder);
}

lka_status lka_encoder_gzip(struct lka_encoder **encoder, struct lka_error *error)
{
    struct gzip_encoder *gzip;
    LKA_TRY(LKA_NEW(gzip, 1, error));
    gzip->encoder = (struct lka_encoder){encode, free_encoder};
    gzip->stream = (z_stream){.zalloc = allocate, .zfree = release};
    if (deflateInit2(&gzip->stream, GZIP_LEVEL, Z_DEFLATED, 16 + MAX_WBITS, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
        lka_free(gzip);
        return lka_fail_memory(error, sizeof *gzip);
    }
    *encoder = &gzip->encoder;
    return LKA_OK;
}
