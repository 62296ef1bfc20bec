/* tests/unit/crowd_by_hand.h: encoded people, seeds among them, without files and plans; and tensors kept in memory. */
#ifndef LKA_TESTS_CROWD_BY_HAND_H
#define LKA_TESTS_CROWD_BY_HAND_H

#include "base/random.h"
#include "by_hand.h"
#include "base/parameters.h"
#include "models/model_family.h"

enum { CROWD_FEATURES = 8 };

struct crowd {
    struct lka_feature features[CROWD_FEATURES];
    struct lka_space space;
    struct lka_block block;
    uint8_t *label;
    uint32_t *rows;
};

static inline struct lka_feature crowd_feature(enum lka_feature_kind kind, uint32_t codes, uint32_t column,
                                               bool missing)
{
    return (struct lka_feature){"feature", kind, codes, column, missing};
}

static inline void crowd_space(struct crowd *crowd)
{
    const struct lka_feature features[CROWD_FEATURES] = {
        crowd_feature(LKA_FEATURE_NUMBER, 9, 0, false), crowd_feature(LKA_FEATURE_NUMBER, 9, 1, true),
        crowd_feature(LKA_FEATURE_CODE, 12, 2, false),  crowd_feature(LKA_FEATURE_CODE, 3, 3, false),
        crowd_feature(LKA_FEATURE_CODE, 4, 4, true),    crowd_feature(LKA_FEATURE_CODE, 2, 5, false),
        crowd_feature(LKA_FEATURE_CODE, 2, 5, false),   crowd_feature(LKA_FEATURE_NUMBER, 9, 6, false)};
    memcpy(crowd->features, features, sizeof features);
    crowd->space = (struct lka_space){crowd->features, CROWD_FEATURES};
}

/* Seeds have a higher first number and favour the last values of the first category. */
static inline void crowd_person(struct crowd *crowd, size_t row, bool seed, struct lka_random *random)
{
    double value[CROWD_FEATURES] = {0};
    uint16_t code[CROWD_FEATURES];
    for (size_t f = 0; f < CROWD_FEATURES; f++) {
        code[f] = (uint16_t)lka_random_below(random, crowd->features[f].codes);
        if (crowd->features[f].kind == LKA_FEATURE_NUMBER) {
            value[f] = lka_random_normal(random);
            code[f] = 1;
        }
    }
    value[0] += seed ? 1.5 : 0;
    code[2] = (uint16_t)(1 + lka_random_below(random, seed ? 4 : 11) + (seed ? 7 : 0));
    if (lka_random_uniform(random) < .2) {
        value[1] = 0;
        code[1] = 0;
    }
    for (size_t f = 0; f < CROWD_FEATURES; f++) {
        lka_block_values(&crowd->block, f)[row] = value[f];
        lka_block_codes(&crowd->block, f)[row] = code[f];
    }
}

/* The unlabelled first, so that nothing can rely on the seeds' coming first. */
static inline void crowd_init(struct crowd *crowd, size_t seeds, size_t unlabelled)
{
    struct lka_random random = lka_random_start(7, 0);
    size_t count = seeds + unlabelled;
    crowd_space(crowd);
    ck_assert_int_eq(lka_block_init(&crowd->block, &crowd->space, count, NULL), LKA_OK);
    crowd->block.count = count;
    crowd->label = lka_new(count, 1);
    crowd->rows = lka_new(count, sizeof *crowd->rows);
    for (size_t i = 0; i < count; i++) {
        crowd->label[i] = i >= unlabelled;
        crowd->rows[i] = (uint32_t)i;
        crowd_person(crowd, i, i >= unlabelled, &random);
    }
}

static inline void crowd_release(struct crowd *crowd)
{
    lka_block_release(&crowd->block);
    lka_free(crowd->label);
    lka_free(crowd->rows);
}

static inline struct lka_fit_input crowd_input(const struct crowd *crowd, const struct lka_options *options)
{
    return (struct lka_fit_input){.block = &crowd->block,
                                  .rows = crowd->rows,
                                  .count = crowd->block.count,
                                  .label = crowd->label,
                                  .seed = 11,
                                  .options = lka_options_values(options)};
}

/* ---- tensors in memory ------------------------------------------------------------------------ */

enum { SHELF_ROOM = 16 };

struct shelf {
    struct shelved {
        char name[32];
        struct lka_tensor tensor;
        size_t bytes;
        double *data;
    } items[SHELF_ROOM];
    size_t count;
};

static inline size_t tensor_bytes(struct lka_tensor tensor)
{
    static const size_t sizes[] = {8, 4, 2, 1};
    return tensor.rows * tensor.columns * sizes[tensor.type];
}

static inline lka_status shelf_put(void *user, const char *name, struct lka_tensor tensor, struct lka_error *error)
{
    struct shelf *shelf = user;
    struct shelved *item = &shelf->items[shelf->count++];
    (void)error;
    snprintf(item->name, sizeof item->name, "%s", name);
    item->bytes = tensor_bytes(tensor);
    item->data = malloc(item->bytes + 8);
    memcpy(item->data, tensor.data, item->bytes);
    item->tensor = tensor;
    item->tensor.data = item->data;
    return LKA_OK;
}

static inline struct shelved *shelf_find(const struct shelf *shelf, const char *name)
{
    for (size_t i = 0; i < shelf->count; i++) {
        if (strcmp(shelf->items[i].name, name) == 0) {
            return (struct shelved *)(uintptr_t)&shelf->items[i];
        }
    }
    return NULL;
}

static inline lka_status shelf_get(const void *user, const char *name, enum lka_tensor_type type,
                                   struct lka_tensor *tensor, struct lka_error *error)
{
    const struct shelved *item = shelf_find(user, name);
    if (!item || item->tensor.type != type) {
        (void)error;
        return LKA_DATA;
    }
    *tensor = item->tensor;
    return LKA_OK;
}

static inline void shelf_release(struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++) {
        free(shelf->items[i].data);
    }
}

static inline bool shelves_equal(const struct shelf *a, const struct shelf *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++) {
        equal = a->items[i].bytes == b->items[i].bytes &&
                memcmp(a->items[i].data, b->items[i].data, a->items[i].bytes) == 0;
    }
    return equal;
}

#endif
