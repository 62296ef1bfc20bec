/* Zstandard (RFC 8878): read as one frame or several, one after the other; written as one. */
#include "source/packing.h"

#include "base/memory.h"

#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

/* ---- decoding --------------------------------------------------------------------------------- */

struct zstd {
    struct lka_decoder decoder; /* first, so that the two pointers are one */
    ZSTD_DCtx *context;
    bool between; /* frames: nothing of one has been read */
};

static lka_status complain(const struct zstd *zstd, size_t code, struct lka_error *error)
{
    const char *file = zstd->decoder.file;
    switch (ZSTD_getErrorCode(code)) {
    case ZSTD_error_memory_allocation:
        return lka_fail_memory(error, 0);
    case ZSTD_error_frameParameter_windowTooLarge:
        return lka_fail_at(error, LKA_DATA, file, 0, 0,
                           "the zstd stream needs a window of more than 128 MiB, which is the limit; compress it "
                           "without --long");
    default:
        return lka_fail_at(error, LKA_DATA, file, 0, 0,
                           "the zstd stream is damaged (%s); compress the file again, or name it without .zst if it "
                           "isn't compressed",
                           ZSTD_getErrorName(code));
    }
}

static lka_status decode(struct lka_decoder *decoder, struct lka_flow *flow, struct lka_error *error)
{
    struct zstd *zstd = (struct zstd *)decoder;
    if (flow->in_size == 0 && zstd->between) {
        return LKA_OK;
    }
    ZSTD_inBuffer in = {flow->in, flow->in_size, 0};
    ZSTD_outBuffer out = {flow->out, flow->out_size, 0};
    size_t left = ZSTD_decompressStream(zstd->context, &out, &in);
    flow->in += in.pos;
    flow->in_size -= in.pos;
    flow->out += out.pos;
    flow->out_size -= out.pos;
    zstd->between = left == 0;
    return ZSTD_isError(left) ? complain(zstd, left, error) : LKA_OK;
}

static bool may_end(const struct lka_decoder *decoder)
{
    return ((const struct zstd *)decoder)->between;
}

enum { HEADER = 6, LARGEST_WINDOW = 27 };

/* The stream's decoder refuses a window of more than 128 MiB (RFC 8878, 3.1.1.1.2); that frame is for it. */
static bool has_large_window(const unsigned char *bytes)
{
    static const unsigned char magic[] = {0x28, 0xB5, 0x2F, 0xFD};
    bool single_segment = bytes[4] & 0x20;
    return memcmp(bytes, magic, sizeof magic) == 0 && !single_segment && 10 + (bytes[5] >> 3) >= LARGEST_WINDOW;
}

static bool find_frame(const unsigned char *bytes, size_t size, struct lka_frame *frame)
{
    *frame = (struct lka_frame){0};
    if (size < HEADER) {
        return true;
    }
    size_t length = ZSTD_findFrameCompressedSize(bytes, size);
    unsigned long long text = ZSTD_getFrameContentSize(bytes, size);
    if (ZSTD_isError(length) && ZSTD_getErrorCode(length) != ZSTD_error_srcSize_wrong) {
        return false;
    }
    bool known = text != ZSTD_CONTENTSIZE_UNKNOWN && text != ZSTD_CONTENTSIZE_ERROR;
    *frame = (struct lka_frame){ZSTD_isError(length) ? 0 : length, known ? (size_t)text : 0};
    return !has_large_window(bytes);
}

static void free_zstd(struct lka_decoder *decoder)
{
    ZSTD_freeDCtx(((struct zstd *)decoder)->context);
    lka_free(decoder);
}

lka_status lka_decoder_zstd(const char *file, struct lka_decoder **decoder, struct lka_error *error)
{
    struct zstd *zstd;
    LKA_TRY(LKA_NEW(zstd, 1, error));
    zstd->decoder = (struct lka_decoder){decode, may_end, find_frame, free_zstd, file, "zstd"};
    zstd->between = true;
    zstd->context = ZSTD_createDCtx();
    if (!zstd->context) {
        lka_free(zstd);
        return lka_fail_memory(error, sizeof *zstd);
    }
    *decoder = &zstd->decoder;
    return LKA_OK;
}

/* ---- encoding --------------------------------------------------------------------------------- */

enum { ZSTD_LEVEL = 3 };

struct zstd_encoder {
    struct lka_encoder encoder; /* first, so that the two pointers are one */
    ZSTD_CCtx *context;
};

static lka_status encode(struct lka_encoder *encoder, struct lka_flow *flow, bool end, bool *done,
                         struct lka_error *error)
{
    ZSTD_inBuffer in = {flow->in, flow->in_size, 0};
    ZSTD_outBuffer out = {flow->out, flow->out_size, 0};
    ZSTD_CCtx *context = ((struct zstd_encoder *)encoder)->context;
    size_t left = ZSTD_compressStream2(context, &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
    flow->in += in.pos;
    flow->in_size -= in.pos;
    flow->out += out.pos;
    flow->out_size -= out.pos;
    *done = end && left == 0;
    if (!ZSTD_isError(left)) {
        return LKA_OK;
    }
    return ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation
               ? lka_fail_memory(error, 0)
               : lka_fail(error, LKA_IO, "cannot compress: %s", ZSTD_getErrorName(left));
}

static void free_encoder(struct lka_encoder *encoder)
{
    ZSTD_freeCCtx(((struct zstd_encoder *)encoder)->context);
    lka_free(encoder);
}

lka_status lka_encoder_zstd(struct lka_encoder **encoder, struct lka_error *error)
{
    struct zstd_encoder *zstd;
    LKA_TRY(LKA_NEW(zstd, 1, error));
    zstd->encoder = (struct lka_encoder){encode, free_encoder};
    zstd->context = ZSTD_createCCtx();
    if (!zstd->context || ZSTD_isError(ZSTD_CCtx_setParameter(zstd->context, ZSTD_c_compressionLevel, ZSTD_LEVEL)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(zstd->context, ZSTD_c_checksumFlag, 1))) {
        free_encoder(&zstd->encoder);
        return lka_fail_memory(error, sizeof *zstd);
    }
    *encoder = &zstd->encoder;
    return LKA_OK;
}
