#include "models/forest/forest.h"

/* Rows that are taken through a tree together, so that the tree stays in the nearest cache. */
enum { TOGETHER = 256 };

static void add_tree(const struct lka_forest *forest, size_t tree, const struct lka_block *block, size_t first,
                     size_t count, float *margins)
{
    const struct lka_forest_node *nodes = forest->node;
    uint32_t root = forest->root[tree];
    for (size_t row = first; row < first + count; row++) {
        const struct lka_forest_node *node = &nodes[root];
        while (node->left) {
            uint16_t code = block->codes[node->feature * block->capacity + row];
            node = &nodes[node->left + ((uint16_t)(code - node->shift) >= node->limit)];
        }
        margins[row - first] += node->value;
    }
}

void lka_forest_score(const struct lka_forest *forest, const struct lka_block *block, double *scores)
{
    for (size_t first = 0; first < block->count; first += TOGETHER) {
        float margins[TOGETHER];
        size_t left = block->count - first;
        size_t count = left < TOGETHER ? left : TOGETHER;
        for (size_t i = 0; i < count; i++) {
            margins[i] = forest->start;
        }
        for (size_t tree = 0; tree < forest->trees; tree++) {
            add_tree(forest, tree, block, first, count, margins);
        }
        for (size_t i = 0; i < count; i++) {
            scores[first + i] = (double)margins[i] - forest->log_ratio;
        }
    }
}
