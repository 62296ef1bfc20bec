/* A forest's memory. */
#include "models/forest/forest.h"

#include "models/forest/paths.h"
#include "models/forest/slices.h"

lka_status lka_forest_new(size_t features, size_t trees, size_t nodes, struct lka_forest **forest,
                          struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*forest, 1, error));
    (*forest)->features = features;
    (*forest)->trees = trees;
    (*forest)->nodes = nodes;
    lka_status status = LKA_NEW((*forest)->root, trees + 1, error);
    if (status == LKA_OK) {
        status = LKA_NEW((*forest)->node, nodes, error);
    }
    if (status == LKA_OK) {
        status = LKA_NEW((*forest)->cover, nodes, error);
    }
    if (status != LKA_OK) {
        lka_forest_free(*forest);
        *forest = NULL;
    }
    return status;
}

void lka_forest_free(struct lka_forest *forest)
{
    if (forest) {
        lka_free(forest->root);
        lka_free(forest->node);
        lka_free(forest->cover);
        lka_slices_free(forest->slices);
        lka_paths_free(atomic_load(&forest->paths));
        lka_free(forest);
    }
}
