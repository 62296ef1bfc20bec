#include "source/packing.h"

#include <string.h>

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text);
    size_t tail = strlen(ending);
    return length > tail && strcmp(text + length - tail, ending) == 0;
}

bool lka_is_packed(const char *path)
{
    return ends_with(path, ".gz") || ends_with(path, ".zst");
}

lka_status lka_decoder_new(const char *path, const char *file, struct lka_decoder **decoder, struct lka_error *error)
{
    *decoder = NULL;
    if (ends_with(path, ".gz")) {
        return lka_decoder_gzip(file, decoder, error);
    }
    return ends_with(path, ".zst") ? lka_decoder_zstd(file, decoder, error) : LKA_OK;
}

lka_status lka_encoder_new(const char *path, struct lka_encoder **encoder, struct lka_error *error)
{
    *encoder = NULL;
    if (ends_with(path, ".gz")) {
        return lka_encoder_gzip(encoder, error);
    }
    return ends_with(path, ".zst") ? lka_encoder_zstd(encoder, error) : LKA_OK;
}
