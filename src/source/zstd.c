/* Zstandard (RFC 8878): one frame or several, one after the other. */
#include "source/stream.h"

#include "base/error.h"
#include "base/memory.h"

#include <zstd.h>
#include <zstd_errors.h>

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

static void free_zstd(struct lka_decoder *decoder)
{
    ZSTD_freeDCtx(((struct zstd *)decoder)->context);
    lka_free(decoder);
}

lka_status lka_decoder_zstd(const char *file, struct lka_decoder **decoder, struct lka_error *error)
{
    struct zstd *zstd;
    LKA_TRY(LKA_NEW(zstd, 1, error));
    zstd->decoder = (struct lka_decoder){decode, may_end, free_zstd, file, "zstd"};
    zstd->between = true;
    zstd->context = ZSTD_createDCtx();
    if (!zstd->context) {
        lka_free(zstd);
        return lka_fail_memory(error, sizeof *zstd);
    }
    *decoder = &zstd->decoder;
    return LKA_OK;
}
