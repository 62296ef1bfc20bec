#include "base/sha256_many.h"

void lka_sha256_stream_begin(struct lka_sha256_stream *stream)
{
    *stream = (struct lka_sha256_stream){0};
    SHA256_Init(&stream->context);
}

void lka_sha256_stream_catch_up(struct lka_sha256_stream *stream)
{
    SHA256_Update(&stream->context, stream->waiting_length ? stream->waiting : (const uint8_t *)"",
                  stream->waiting_length);
    stream->waiting_length = 0;
}

/* A block that the piece before began is completed at once: what waits begins with a block. */
void lka_sha256_stream_put(struct lka_sha256_stream *stream, const void *bytes, size_t length)
{
    lka_sha256_stream_catch_up(stream);
    size_t begun = (size_t)(stream->length % LKA_SHA256_BLOCK);
    size_t head = begun > 0 ? LKA_SHA256_BLOCK - begun : 0;
    head = head < length ? head : length;
    SHA256_Update(&stream->context, bytes, head);
    stream->waiting = (const uint8_t *)bytes + head;
    stream->waiting_length = length - head;
    stream->length += length;
}

/* The context was not told of the blocks that were gone through beside values. */
bool lka_sha256_stream_end(struct lka_sha256_stream *stream, uint8_t digest[32])
{
    lka_sha256_stream_catch_up(stream);
    const uint64_t bits = 8 * stream->length;
    stream->context.Nl = (uint32_t)bits;
    stream->context.Nh = (uint32_t)(bits >> 32);
    return SHA256_Final(digest, &stream->context) == 1;
}
