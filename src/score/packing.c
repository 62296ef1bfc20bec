#include "score/packing.h"

enum { NARROW = 256 };

static size_t code_size(const struct lka_feature *feature)
{
    return feature->codes > NARROW ? 2 : 1;
}

static size_t feature_size(const struct lka_feature *feature)
{
    return code_size(feature) + (feature->kind == LKA_FEATURE_NUMBER ? sizeof(float) : 0);
}

void lka_packing_init(struct lka_packing *packing, const struct lka_space *space)
{
    *packing = (struct lka_packing){space, 1};
    for (size_t f = 0; f < space->count; f++) {
        packing->size += feature_size(&space->features[f]);
    }
}

void lka_pack(const struct lka_packing *packing, const struct lka_block *block, size_t row, uint8_t member, char *bytes)
{
    char *at = bytes + 1;
    memcpy(bytes, &member, 1);
    for (size_t f = 0; f < packing->space->count; f++) {
        const struct lka_feature *feature = &packing->space->features[f];
        uint16_t code = lka_block_codes(block, f)[row];
        uint8_t low = (uint8_t)code;
        memcpy(at, code_size(feature) == 1 ? (const void *)&low : (const void *)&code, code_size(feature));
        if (feature->kind == LKA_FEATURE_NUMBER) {
            float value = (float)lka_bounded(lka_block_values(block, f)[row]);
            memcpy(at + code_size(feature), &value, sizeof value);
        }
        at += feature_size(feature);
    }
}

size_t lka_unpack(const struct lka_packing *packing, const char *bytes, const struct lka_block *block, size_t row)
{
    const char *at = bytes + 1;
    for (size_t f = 0; f < packing->space->count; f++) {
        const struct lka_feature *feature = &packing->space->features[f];
        uint16_t code = (uint8_t)*at;
        float value = 0;
        if (code_size(feature) == 2) {
            memcpy(&code, at, sizeof code);
        }
        if (feature->kind == LKA_FEATURE_NUMBER) {
            memcpy(&value, at + code_size(feature), sizeof value);
        }
        lka_block_codes(block, f)[row] = code;
        lka_block_values(block, f)[row] = (double)value;
        at += feature_size(feature);
    }
    return (uint8_t)bytes[0];
}
