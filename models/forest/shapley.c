/* Shapley values of trees in polynomial time (Lundberg, Erion, Lee 2018, "Consistent individualized feature attribution for
 * tree ensembles", algorithm 2). A path from the root keeps, for every feature met, the share of subsets that flow down it
 * when the feature is unknown (zero) and known (one), and for every size the weight of the subsets of that size. */
#include "models/forest/forest.h"

#include <math.h>

struct step {
    uint32_t feature;
    double zero;
    double one;
    double weight; /* of the subsets with as many known features as this step's place */
};

struct path {
    struct step steps[LKA_FOREST_DEEPEST + 2];
    size_t length;
};

struct explaining {
    const struct lka_forest *forest;
    const struct lka_block *block;
    size_t row;
    double *out; /* by feature */
};

static void extend(struct path *path, uint32_t feature, double zero, double one)
{
    size_t length = path->length;
    path->steps[length] = (struct step){feature, zero, one, length == 0 ? 1 : 0};
    for (size_t i = length; i-- > 0;) {
        double share = 1 / ((double)length + 1);
        path->steps[i + 1].weight += one * path->steps[i].weight * (double)(i + 1) * share;
        path->steps[i].weight = zero * path->steps[i].weight * (double)(length - i) * share;
    }
    path->length++;
}

/* Takes step `at` out again, as if it had never been there. */
static void unwind(struct path *path, size_t at)
{
    size_t last = path->length - 1;
    double zero = path->steps[at].zero;
    double one = path->steps[at].one;
    double next = path->steps[last].weight;
    for (size_t i = last; i-- > 0;) {
        if (one != 0) {
            double weight = path->steps[i].weight;
            path->steps[i].weight = next * ((double)last + 1) / ((double)(i + 1) * one);
            next = weight - path->steps[i].weight * zero * (double)(last - i) / ((double)last + 1);
        } else {
            path->steps[i].weight = path->steps[i].weight * ((double)last + 1) / (zero * (double)(last - i));
        }
    }
    for (size_t i = at; i < last; i++) {
        double weight = path->steps[i].weight;
        path->steps[i] = path->steps[i + 1];
        path->steps[i].weight = weight;
    }
    path->length--;
}

/* The sum of the weights that unwinding step `at` would leave: as unwind, on the weights alone. */
static double unwound_sum(const struct path *path, size_t at)
{
    double weights[LKA_FOREST_DEEPEST + 2];
    size_t last = path->length - 1;
    double zero = path->steps[at].zero;
    double one = path->steps[at].one;
    double next = path->steps[last].weight;
    for (size_t i = last; i-- > 0;) {
        double weight = path->steps[i].weight;
        if (one != 0) {
            weights[i] = next * ((double)last + 1) / ((double)(i + 1) * one);
            next = weight - weights[i] * zero * (double)(last - i) / ((double)last + 1);
        } else {
            weights[i] = weight * ((double)last + 1) / (zero * (double)(last - i));
        }
    }
    double sum = 0;
    for (size_t i = 0; i < last; i++) {
        sum += weights[i];
    }
    return sum;
}

static void add_leaf(const struct explaining *explaining, const struct path *path, double value)
{
    for (size_t i = 1; i < path->length; i++) {
        const struct step *step = &path->steps[i];
        explaining->out[step->feature] += unwound_sum(path, i) * (step->one - step->zero) * value;
    }
}

/* A feature met again joins its earlier step. */
static struct step met_before(struct path *path, uint32_t feature)
{
    for (size_t i = 1; i < path->length; i++) {
        if (path->steps[i].feature == feature) {
            struct step step = path->steps[i];
            unwind(path, i);
            return step;
        }
    }
    return (struct step){feature, 1, 1, 0};
}

static double share_of(const struct lka_forest *forest, uint32_t child, uint32_t sibling)
{
    double both = (double)forest->cover[child] + (double)forest->cover[sibling];
    return both > 0 ? (double)forest->cover[child] / both : .5;
}

static void descend(const struct explaining *explaining, uint32_t at, const struct path *above, struct step step)
{
    const struct lka_forest *forest = explaining->forest;
    const struct lka_forest_node *node = &forest->node[at];
    struct path path;
    path.length = above->length;
    memcpy(path.steps, above->steps, above->length * sizeof *path.steps);
    extend(&path, step.feature, step.zero, step.one);
    if (!node->left) {
        add_leaf(explaining, &path, node->value);
        return;
    }
    uint16_t code = lka_block_codes(explaining->block, node->feature)[explaining->row];
    bool right = (uint16_t)(code - node->shift) >= node->limit;
    uint32_t hot = node->left + right;
    uint32_t cold = node->left + !right;
    struct step before = met_before(&path, node->feature);
    double warm = share_of(forest, hot, cold);
    descend(explaining, hot, &path, (struct step){node->feature, before.zero * warm, before.one, 0});
    if (before.zero * (1 - warm) > 0) {
        descend(explaining, cold, &path, (struct step){node->feature, before.zero * (1 - warm), 0, 0});
    }
}

/* The mean of a tree over the rows it was grown from: children stand behind parents, so their means are known first. */
static double expected(const struct lka_forest *forest, size_t tree, double *mean)
{
    uint32_t first = forest->root[tree];
    for (uint32_t at = forest->root[tree + 1]; at-- > first;) {
        const struct lka_forest_node *node = &forest->node[at];
        double left = node->left ? share_of(forest, node->left, node->left + 1) : 0;
        mean[at - first] = node->left ? left * mean[node->left - first] + (1 - left) * mean[node->left + 1 - first]
                                      : (double)node->value;
    }
    return mean[0];
}

static size_t largest(const double *out, size_t count)
{
    size_t best = 0;
    for (size_t f = 1; f < count; f++) {
        best = fabs(out[f]) > fabs(out[best]) ? f : best;
    }
    return best;
}

static void explain_row(const struct explaining *explaining, double base, double score)
{
    const struct lka_forest *forest = explaining->forest;
    struct path empty = {.length = 0};
    double sum = base;
    memset(explaining->out, 0, forest->features * sizeof *explaining->out);
    for (size_t tree = 0; tree < forest->trees; tree++) {
        /* The first step belongs to no feature. */
        descend(explaining, forest->root[tree], &empty, (struct step){UINT32_MAX, 1, 1, 0});
    }
    for (size_t f = 0; f < forest->features; f++) {
        sum += explaining->out[f];
    }
    /* The score was rounded to float32 tree by tree. */
    explaining->out[largest(explaining->out, forest->features)] += score - sum;
}

lka_status lka_forest_contributions(const struct lka_forest *forest, const struct lka_block *block, double *out,
                                    double *base, struct lka_error *error)
{
    double *scores = NULL;
    double *mean = NULL;
    lka_status status = LKA_NEW(scores, block->count, error);
    if (status == LKA_OK) {
        status = LKA_NEW(mean, forest->nodes, error);
    }
    if (status == LKA_OK) {
        status = lka_forest_score(forest, block, scores, error);
    }
    if (status == LKA_OK) {
        *base = (double)forest->start - forest->log_ratio;
        for (size_t tree = 0; tree < forest->trees; tree++) {
            *base += expected(forest, tree, mean);
        }
        for (size_t row = 0; row < block->count; row++) {
            struct explaining explaining = {forest, block, row, out + row * forest->features};
            explain_row(&explaining, *base, scores[row]);
        }
    }
    lka_free(mean);
    lka_free(scores);
    return status;
}
