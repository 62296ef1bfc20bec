#include "train/repeats.h"

#include "base/hash.h"
#include "identity/identity.h"

#include <stdlib.h>

static int by_hash(const void *a, const void *b)
{
    const struct lka_hash128 *x = a;
    const struct lka_hash128 *y = b;
    if (x->high != y->high) {
        return x->high < y->high ? -1 : 1;
    }
    return (x->low > y->low) - (x->low < y->low);
}

static size_t count_repeats(struct lka_hash128 *hashes, size_t count)
{
    size_t repeats = 0;
    if (count > 0) {
        qsort(hashes, count, sizeof *hashes, by_hash);
    }
    for (size_t i = 1; i < count; i++) {
        repeats += by_hash(&hashes[i - 1], &hashes[i]) == 0;
    }
    return repeats;
}

/* ---- features --------------------------------------------------------------------------------- */

/* Codes of all features, and of numbers their values: as bytes. */
static void hash_rows(const struct lka_block *block, size_t first, size_t count, unsigned char *bytes,
                      struct lka_hash128 *hashes)
{
    size_t wide = sizeof(uint16_t) + sizeof(double);
    for (size_t i = 0; i < count; i++) {
        for (size_t f = 0; f < block->space->count; f++) {
            double value = block->space->features[f].kind == LKA_FEATURE_NUMBER ? lka_block_values(block, f)[first + i]
                                                                                : 0;
            memcpy(bytes + f * wide, &lka_block_codes(block, f)[first + i], sizeof(uint16_t));
            memcpy(bytes + f * wide + sizeof(uint16_t), &value, sizeof value);
        }
        hashes[i] = lka_hash128((struct lka_span){(const char *)bytes, (uint32_t)(block->space->count * wide)});
    }
}

static lka_status count_rows(const struct lka_learning *learning, struct lka_hash128 *hashes,
                             struct lka_repeats *repeats, struct lka_error *error)
{
    unsigned char *bytes;
    size_t seeds = learning->seeds;
    LKA_TRY(LKA_NEW(bytes, learning->block.space->count * (sizeof(uint16_t) + sizeof(double)), error));
    hash_rows(&learning->block, 0, seeds, bytes, hashes);
    repeats->rows = count_repeats(hashes, seeds);
    repeats->others = learning->pool < seeds ? learning->pool : seeds;
    hash_rows(&learning->block, seeds, repeats->others, bytes, hashes);
    repeats->rows_of_others = count_repeats(hashes, repeats->others);
    lka_free(bytes);
    return LKA_OK;
}

/* ---- identities ------------------------------------------------------------------------------- */

static lka_status count_identities(const struct lka_rows *rows, size_t column, struct lka_hash128 *hashes,
                                   size_t *repeats, struct lka_error *error)
{
    struct lka_text plain = {0};
    size_t count = 0;
    for (size_t row = 0; row < rows->count; row++) {
        if (lka_email_plain(lka_cell(rows, column, row), &plain)) {
            hashes[count++] = lka_hash128((struct lka_span){plain.bytes, (uint32_t)plain.length});
        }
    }
    bool failed = plain.failed;
    lka_text_release(&plain);
    *repeats = count_repeats(hashes, count);
    return failed ? lka_fail_memory(error, 0) : LKA_OK;
}

lka_status lka_repeats_count(const struct lka_learning *learning, const struct lka_sample *sample,
                             struct lka_repeats *repeats, struct lka_error *error)
{
    struct lka_hash128 *hashes;
    size_t room = sample->seeds.count > learning->seeds ? sample->seeds.count : learning->seeds;
    ptrdiff_t email = lka_schema_role(&sample->schema, LKA_ROLE_EMAIL);
    *repeats = (struct lka_repeats){.has_identity = email != LKA_NO_COLUMN};
    LKA_TRY(LKA_NEW(hashes, room, error));
    lka_status status = count_rows(learning, hashes, repeats, error);
    if (status == LKA_OK && repeats->has_identity) {
        status = count_identities(&sample->seeds, (size_t)email, hashes, &repeats->identities, error);
    }
    lka_free(hashes);
    return status;
}
