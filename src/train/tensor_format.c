#include "train/tensor_format.h"

#include "base/hash.h"

static const struct {
    const char *name;
    size_t size;
} types[] = {
    [LKA_TENSOR_F64] = {"F64", 8},
    [LKA_TENSOR_U32] = {"U32", 4},
    [LKA_TENSOR_U16] = {"U16", 2},
    [LKA_TENSOR_U8] = {"U8", 1},
};

const char *lka_tensor_type_name(enum lka_tensor_type type)
{
    return types[type].name;
}

bool lka_tensor_type_find(const char *name, enum lka_tensor_type *type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].name, name) == 0) {
            *type = (enum lka_tensor_type)i;
            return true;
        }
    }
    return false;
}

size_t lka_tensor_size(enum lka_tensor_type type)
{
    return types[type].size;
}

lka_status lka_tensor_checksum(const char *header, size_t header_length, const void *data, size_t data_length,
                               char hex[33], struct lka_error *error)
{
    static const char zeros[] = "00000000000000000000000000000000";
    size_t start = strlen(LKA_TENSOR_PREFIX);
    struct lka_digest *digest;
    LKA_TRY(lka_digest_new(&digest, error));
    lka_digest_add(digest, header, start);
    lka_digest_add(digest, zeros, 32);
    lka_digest_add(digest, header + start + 32, header_length - start - 32);
    lka_digest_add(digest, data, data_length);
    lka_digest_hex(digest, hex);
    lka_digest_free(digest);
    return LKA_OK;
}
