/* score/packing.h: an encoded row as few bytes, to come along with a candidate until it is known who is written:
 *
 *     member (1) | of each feature: its code (1, or 2 where there are more than 256), a number's value (float32, 4)
 *
 * It takes fewer bytes than the row did as text, or not many more. A float32 tells reasons apart as well as the value
 * itself does, and every reason is told from it, so that no two ways of getting there differ. */
#ifndef LKA_SCORE_PACKING_H
#define LKA_SCORE_PACKING_H

#include "table/block.h"

struct lka_packing {
    const struct lka_space *space; /* borrowed */
    size_t size;                   /* of a row */
};

void lka_packing_init(struct lka_packing *packing, const struct lka_space *space);

/* One row of a block, which `member` scored, to packing->size bytes. */
void lka_pack(const struct lka_packing *packing, const struct lka_block *block, size_t row, uint8_t member,
              char *bytes);

/* Into row `row` of a block; returns the member. `bytes` are as lka_pack made them. */
size_t lka_unpack(const struct lka_packing *packing, const char *bytes, const struct lka_block *block, size_t row);

#endif
