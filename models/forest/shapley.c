/* Shapley values of a forest, many rows at once: down each tree goes, for every row, which features of the path lead there. */
#include "models/forest/paths.h"

#include <math.h>

/* Rows that pass a tree together. */
enum { TOGETHER = 128 };

/* Of rows at a node: bit i where all splits by the i-th feature of the path lead there. */
typedef uint16_t agreeing[TOGETHER];

struct explaining {
    const struct lka_forest *forest;
    const struct lka_paths *paths;
    const struct lka_block *block;
    size_t first; /* row */
    size_t count;
    double *out; /* of that row on, by feature */
    /* By row and place on the path: what the leaves met since the node where the path met that feature have added. */
    double pending[TOGETHER][LKA_FOREST_DEEPEST];
};

static void part(const struct explaining *explaining, uint32_t at, const agreeing here, agreeing left, agreeing right)
{
    const struct lka_forest_node *node = &explaining->forest->node[at];
    const uint16_t *codes = lka_block_codes(explaining->block, node->feature) + explaining->first;
    uint16_t bit = (uint16_t)(1U << explaining->paths->place[at]);
    for (size_t i = 0; i < explaining->count; i++) {
        bool goes_right = (uint16_t)(codes[i] - node->shift) >= node->limit;
        left[i] = (uint16_t)(here[i] & ~(goes_right ? bit : 0U));
        right[i] = (uint16_t)(here[i] & ~(goes_right ? 0U : bit));
    }
}

/* `count` is a constant where this is called. */
static inline __attribute__((always_inline)) void look_up(struct explaining *explaining,
                                                          const struct lka_path_leaf *leaf, const agreeing here,
                                                          size_t count)
{
    const double *table = explaining->paths->adds + leaf->table;
    uint32_t all = (UINT32_C(1) << count) - 1;
    for (size_t i = 0; i < explaining->count; i++) {
        const double *adds = table + (here[i] & all) * count;
        double *pending = explaining->pending[i];
        for (size_t s = 0; s < count; s++) {
            pending[s] += adds[s];
        }
    }
}

static void compute(struct explaining *explaining, uint32_t at, const agreeing here)
{
    const struct lka_path_leaf *leaf = &explaining->paths->leaf[at];
    double adds[LKA_FOREST_DEEPEST];
    for (size_t i = 0; i < explaining->count; i++) {
        lka_paths_add(explaining->paths, leaf, here[i], (double)explaining->forest->node[at].value, adds);
        for (size_t s = 0; s < leaf->count; s++) {
            explaining->pending[i][s] += adds[s];
        }
    }
}

static void pass_leaf(struct explaining *explaining, uint32_t at, const agreeing here)
{
    const struct lka_path_leaf *leaf = &explaining->paths->leaf[at];
    switch (leaf->table == LKA_NO_TABLE ? LKA_FOREST_DEEPEST : leaf->count) {
    case 0:
        break;
    case 1:
        look_up(explaining, leaf, here, 1);
        break;
    case 2:
        look_up(explaining, leaf, here, 2);
        break;
    case 3:
        look_up(explaining, leaf, here, 3);
        break;
    case 4:
        look_up(explaining, leaf, here, 4);
        break;
    case 5:
        look_up(explaining, leaf, here, 5);
        break;
    case LKA_PATHS_TABLE_FEATURES:
        look_up(explaining, leaf, here, LKA_PATHS_TABLE_FEATURES);
        break;
    default:
        compute(explaining, at, here);
    }
}

/* What is pending for the feature that the path met here belongs to the leaves below, all of which have been passed. */
static void settle_feature(struct explaining *explaining, uint32_t at)
{
    size_t features = explaining->forest->features;
    uint32_t feature = explaining->forest->node[at].feature;
    uint8_t place = explaining->paths->place[at];
    for (size_t i = 0; i < explaining->count; i++) {
        explaining->out[i * features + feature] += explaining->pending[i][place];
        explaining->pending[i][place] = 0;
    }
}

static void pass(struct explaining *explaining, uint32_t at, const agreeing here)
{
    uint32_t left = explaining->forest->node[at].left;
    agreeing go_left;
    agreeing go_right;
    if (!left) {
        pass_leaf(explaining, at, here);
        return;
    }
    part(explaining, at, here, go_left, go_right);
    pass(explaining, left, go_left);
    pass(explaining, left + 1, go_right);
    if (explaining->paths->meets[at]) {
        settle_feature(explaining, at);
    }
}

static size_t largest(const double *out, size_t count)
{
    size_t best = 0;
    for (size_t f = 1; f < count; f++) {
        best = fabs(out[f]) > fabs(out[best]) ? f : best;
    }
    return best;
}

/* The score was rounded to float32 tree by tree. */
static void settle_rounding(double *out, size_t features, double base, double score)
{
    double sum = base;
    for (size_t f = 0; f < features; f++) {
        sum += out[f];
    }
    out[largest(out, features)] += score - sum;
}

static void explain_rows(struct explaining *explaining, double base, const double *scores)
{
    const struct lka_forest *forest = explaining->forest;
    agreeing all;
    memset(all, 0xFF, sizeof all);
    memset(explaining->pending, 0, sizeof explaining->pending);
    memset(explaining->out, 0, explaining->count * forest->features * sizeof *explaining->out);
    for (size_t tree = 0; tree < forest->trees; tree++) {
        pass(explaining, forest->root[tree], all);
    }
    for (size_t i = 0; i < explaining->count; i++) {
        settle_rounding(explaining->out + i * forest->features, forest->features, base, scores[i]);
    }
}

lka_status lka_forest_contributions(const struct lka_forest *forest, const struct lka_block *block, double *out,
                                    double *base, struct lka_error *error)
{
    struct explaining explaining = {.forest = forest, .block = block};
    double *scores;
    LKA_TRY(lka_paths_of(forest, &explaining.paths, error));
    *base = explaining.paths->mean - forest->log_ratio;
    LKA_TRY(LKA_NEW(scores, block->count, error));
    lka_status status = lka_forest_score(forest, block, scores, error);
    for (size_t first = 0; first < block->count && status == LKA_OK; first += TOGETHER) {
        size_t left = block->count - first;
        explaining.first = first;
        explaining.count = left < TOGETHER ? left : TOGETHER;
        explaining.out = out + first * forest->features;
        explain_rows(&explaining, *base, scores + first);
    }
    lka_free(scores);
    return status;
}
