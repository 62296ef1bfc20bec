/* table/block.h: the one currency inside: rows as features, column by column.
 *
 * A *feature* is either
 *   NUMBER  a standardised value (mean 0, deviation 1 over the plan's reference rows; 0 where missing), and a
 *           code: 0 missing, 1..codes-1 its quantile bin; or
 *   CODE    a code below `codes` alone: a category (0 missing, 1 rare or unseen, 2.. the frequent values), a
 *           boolean (0 missing, 1 no, 2 yes), an item of a list (0 absent, 1 present), a calendar part.
 * A source column becomes one feature or several (a date: its age and calendar parts; a list: its items).
 */
#ifndef LKA_TABLE_BLOCK_H
#define LKA_TABLE_BLOCK_H

#include "base/text.h"

enum lka_feature_kind { LKA_FEATURE_NUMBER, LKA_FEATURE_CODE };

struct lka_feature {
    const char *name; /* "age", "city", "tags=music", "signed_up month"; owned by the plan */
    enum lka_feature_kind kind;
    uint32_t codes;   /* 1 + the largest code; at most 65,535 */
    uint32_t column;  /* of the plan's columns: features of one column stand side by side */
    bool has_missing; /* code 0 occurred in the rows that the plan was learned from */
};

struct lka_space {
    const struct lka_feature *features;
    size_t count;
};

struct lka_block {
    size_t count;
    size_t capacity;
    const struct lka_space *space; /* borrowed from the plan */
    uint16_t *codes;               /* space->count x capacity */
    double *values;                /* space->count x capacity; only NUMBER features' lanes mean anything */
};

/* Families read values through lka_bounded: a million deviations is as extreme as anything gets, and no square or
 * product of bounded values overflows, so that a score is finite whatever a file holds. */
#define LKA_VALUE_BOUND 1e6

static inline double lka_bounded(double value)
{
    double below = value < LKA_VALUE_BOUND ? value : LKA_VALUE_BOUND;
    return below > -LKA_VALUE_BOUND ? below : -LKA_VALUE_BOUND;
}

lka_status lka_block_init(struct lka_block *block, const struct lka_space *space, size_t capacity,
                          struct lka_error *error);
void lka_block_release(struct lka_block *block);

static inline uint16_t *lka_block_codes(const struct lka_block *block, size_t feature)
{
    return block->codes + feature * block->capacity;
}

static inline double *lka_block_values(const struct lka_block *block, size_t feature)
{
    return block->values + feature * block->capacity;
}

/* Copies `count` rows of `from`, by index, to the start of `to` (same space, room for them). `to` may be `from` where
 * the indices ascend. */
void lka_block_gather(struct lka_block *to, const struct lka_block *from, const uint32_t *rows, size_t count);

/* The same, behind the rows that `to` already has. */
void lka_block_append(struct lka_block *to, const struct lka_block *from, const uint32_t *rows, size_t count);

#endif
