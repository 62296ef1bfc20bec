/* A forest as tensors, and back: what was kept is checked as if a stranger had written it. */
#include "models/forest/slices.h"
#include "models/linear.h"

#include <math.h>

/* A node as it is kept: numbers of 32 bits, the last two float32 as their bits. */
enum { FEATURE, TEST, LEFT, VALUE, COVER, NODE_NUMBERS };

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

lka_status lka_forest_save(const struct lka_family_model *model, const struct lka_tensor_sink *sink,
                           struct lka_error *error)
{
    const struct lka_forest *forest = (const struct lka_forest *)(const void *)model;
    uint32_t *numbers;
    LKA_TRY(LKA_NEW(numbers, forest->nodes * NODE_NUMBERS, error));
    for (size_t n = 0; n < forest->nodes; n++) {
        const struct lka_forest_node *node = &forest->node[n];
        uint32_t *to = numbers + n * NODE_NUMBERS;
        to[FEATURE] = node->feature;
        to[TEST] = (uint32_t)node->shift << 16 | node->limit;
        to[LEFT] = node->left;
        to[VALUE] = bits_of(node->value);
        to[COVER] = bits_of(forest->cover[n]);
    }
    lka_status status = sink->put(sink->user, "roots",
                                  (struct lka_tensor){LKA_TENSOR_U32, 1, forest->trees + 1, forest->root}, error);
    if (status == LKA_OK) {
        status = sink->put(sink->user, "nodes",
                           (struct lka_tensor){LKA_TENSOR_U32, forest->nodes, NODE_NUMBERS, numbers}, error);
    }
    if (status == LKA_OK) {
        double margins[] = {(double)forest->start, forest->log_ratio};
        status = sink->put(sink->user, "margins", (struct lka_tensor){LKA_TENSOR_F64, 1, 2, margins}, error);
    }
    lka_free(numbers);
    return status;
}

static lka_status refuse(const char *what, struct lka_error *error)
{
    return lka_fail(error, LKA_DATA, "the forest's %s do not fit together", what);
}

static bool roots_are_good(const struct lka_forest *forest)
{
    bool good = forest->root[0] == 0 && forest->root[forest->trees] == forest->nodes;
    for (size_t tree = 0; tree < forest->trees && good; tree++) {
        good = forest->root[tree] < forest->root[tree + 1];
    }
    return good;
}

static bool numbers_are_good(const struct lka_forest *forest, size_t at)
{
    const struct lka_forest_node *node = &forest->node[at];
    bool value = fabsf(node->value) <= 1e30F;
    bool cover = forest->cover[at] >= 0 && forest->cover[at] <= 1e30F;
    return value && cover && node->feature < forest->features;
}

/* The one layout that import makes: each pair of siblings follows the pairs of the nodes before their parent. A walk
 * then ends, stays in its tree, and is no longer than a tree may be deep. */
static bool tree_is_good(const struct lka_forest *forest, size_t tree)
{
    size_t end = forest->root[tree + 1];
    size_t next = forest->root[tree] + 1;
    size_t level_end = next;
    size_t depth = 0;
    for (size_t at = forest->root[tree]; at < end; at++) {
        if (at == level_end) {
            level_end = next;
            depth++;
        }
        uint32_t left = forest->node[at].left;
        if (!numbers_are_good(forest, at) || (left && left != next) || depth > LKA_FOREST_DEEPEST) {
            return false;
        }
        next += left ? 2 : 0;
    }
    return next == end;
}

static lka_status check(const struct lka_forest *forest, struct lka_error *error)
{
    if (!roots_are_good(forest)) {
        return refuse("roots", error);
    }
    for (size_t tree = 0; tree < forest->trees; tree++) {
        if (!tree_is_good(forest, tree)) {
            return refuse("nodes", error);
        }
    }
    return LKA_OK;
}

static void take(struct lka_forest *forest, const uint32_t *roots, const uint32_t *numbers)
{
    memcpy(forest->root, roots, (forest->trees + 1) * sizeof *roots);
    for (size_t n = 0; n < forest->nodes; n++) {
        const uint32_t *from = numbers + n * NODE_NUMBERS;
        forest->node[n] = (struct lka_forest_node){.feature = from[FEATURE],
                                                   .shift = (uint16_t)(from[TEST] >> 16),
                                                   .limit = (uint16_t)from[TEST],
                                                   .left = from[LEFT],
                                                   .value = float_of(from[VALUE])};
        forest->cover[n] = float_of(from[COVER]);
    }
}

static lka_status load(const struct lka_space *space, const struct lka_tensor *roots, const struct lka_tensor *nodes,
                       struct lka_forest **forest, struct lka_error *error)
{
    bool shaped = roots->rows == 1 && roots->columns >= 2 && nodes->columns == NODE_NUMBERS && nodes->rows > 0 &&
                  nodes->rows <= UINT32_MAX;
    if (!shaped) {
        return refuse("shapes", error);
    }
    LKA_TRY(lka_forest_new(space->count, roots->columns - 1, nodes->rows, forest, error));
    take(*forest, roots->data, nodes->data);
    lka_status status = check(*forest, error);
    if (status == LKA_OK) {
        status = lka_slices_new(*forest, space, &(*forest)->slices, error);
    }
    if (status != LKA_OK) {
        lka_forest_free(*forest);
        *forest = NULL;
    }
    return status;
}

lka_status lka_forest_load(const struct lka_space *space, const struct lka_tensor_store *store,
                           struct lka_forest **forest, struct lka_error *error)
{
    struct lka_tensor roots;
    struct lka_tensor nodes;
    double margins[2];
    *forest = NULL;
    LKA_TRY(store->get(store->user, "roots", LKA_TENSOR_U32, &roots, error));
    LKA_TRY(store->get(store->user, "nodes", LKA_TENSOR_U32, &nodes, error));
    LKA_TRY(lka_tensor_read(store, "margins", 1, 2, margins, error));
    LKA_TRY(load(space, &roots, &nodes, forest, error));
    (*forest)->start = (float)fmax(fmin(margins[0], 1e30), -1e30);
    (*forest)->log_ratio = margins[1];
    return LKA_OK;
}
