/* Shapley values of a forest, many rows at once: down each tree goes, for every row, which features of the path lead there. */
#include "models/forest/paths.h"

#include <math.h>

/* Rows that pass a tree together. */
enum { TOGETHER = 32 };

struct explaining {
    const struct lka_forest *forest;
    const struct lka_paths *paths;
    const struct lka_block *block;
    size_t first; /* row */
    size_t count;
    double *out; /* of that row on, by feature */
    /* By node of a tree and row: bit i where all splits by feature i of the path lead to the node. */
    uint16_t (*agree)[TOGETHER];
};

static void pass_split(const struct explaining *explaining, uint32_t root, uint32_t at)
{
    const struct lka_forest_node *node = &explaining->forest->node[at];
    const uint16_t *codes = lka_block_codes(explaining->block, node->feature) + explaining->first;
    const uint16_t *here = explaining->agree[at - root];
    uint16_t *left = explaining->agree[node->left - root];
    uint16_t *right = explaining->agree[node->left + 1 - root];
    uint16_t bit = (uint16_t)(1U << explaining->paths->bit[at]);
    for (size_t i = 0; i < explaining->count; i++) {
        bool goes_right = (uint16_t)(codes[i] - node->shift) >= node->limit;
        left[i] = (uint16_t)(here[i] & ~(goes_right ? bit : 0U));
        right[i] = (uint16_t)(here[i] & ~(goes_right ? 0U : bit));
    }
}

static void pass_leaf(const struct explaining *explaining, uint32_t root, uint32_t at)
{
    const struct lka_paths *paths = explaining->paths;
    const struct lka_path_leaf *leaf = &paths->leaf[at];
    const uint32_t *feature = paths->feature + leaf->first;
    uint32_t all = (UINT32_C(1) << leaf->count) - 1;
    for (size_t i = 0; i < explaining->count; i++) {
        double *out = explaining->out + i * explaining->forest->features;
        double computed[LKA_FOREST_DEEPEST];
        const double *adds = computed;
        uint32_t agree = explaining->agree[at - root][i] & all;
        if (leaf->table != LKA_NO_TABLE) {
            adds = paths->adds + leaf->table + (size_t)agree * leaf->count;
        } else {
            lka_paths_add(paths, leaf, agree, (double)explaining->forest->node[at].value, computed);
        }
        for (size_t s = 0; s < leaf->count; s++) {
            out[feature[s]] += adds[s];
        }
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
static void settle(double *out, size_t features, double base, double score)
{
    double sum = base;
    for (size_t f = 0; f < features; f++) {
        sum += out[f];
    }
    out[largest(out, features)] += score - sum;
}

static void explain_rows(const struct explaining *explaining, double base, const double *scores)
{
    const struct lka_forest *forest = explaining->forest;
    memset(explaining->out, 0, explaining->count * forest->features * sizeof *explaining->out);
    for (size_t tree = 0; tree < forest->trees; tree++) {
        uint32_t root = forest->root[tree];
        memset(explaining->agree[0], 0xFF, sizeof explaining->agree[0]);
        for (uint32_t at = root; at < forest->root[tree + 1]; at++) {
            (forest->node[at].left ? pass_split : pass_leaf)(explaining, root, at);
        }
    }
    for (size_t i = 0; i < explaining->count; i++) {
        settle(explaining->out + i * forest->features, forest->features, base, scores[i]);
    }
}

static size_t largest_tree(const struct lka_forest *forest)
{
    size_t most = 0;
    for (size_t tree = 0; tree < forest->trees; tree++) {
        size_t nodes = forest->root[tree + 1] - forest->root[tree];
        most = nodes > most ? nodes : most;
    }
    return most;
}

static lka_status explain(struct explaining *explaining, double base, double *scores, double *out,
                          struct lka_error *error)
{
    const struct lka_block *block = explaining->block;
    LKA_TRY(lka_forest_score(explaining->forest, block, scores, error));
    LKA_TRY(LKA_NEW(explaining->agree, largest_tree(explaining->forest), error));
    for (size_t first = 0; first < block->count; first += TOGETHER) {
        size_t left = block->count - first;
        explaining->first = first;
        explaining->count = left < TOGETHER ? left : TOGETHER;
        explaining->out = out + first * explaining->forest->features;
        explain_rows(explaining, base, scores + first);
    }
    return LKA_OK;
}

lka_status lka_forest_contributions(const struct lka_forest *forest, const struct lka_block *block, double *out,
                                    double *base, struct lka_error *error)
{
    struct explaining explaining = {.forest = forest, .block = block};
    double *scores;
    LKA_TRY(lka_paths_of(forest, &explaining.paths, error));
    *base = explaining.paths->mean - forest->log_ratio;
    LKA_TRY(LKA_NEW(scores, block->count, error));
    lka_status status = explain(&explaining, *base, scores, out, error);
    lka_free(explaining.agree);
    lka_free(scores);
    return status;
}
