#include "models/forest/paths.h"

/* Of all tables of a forest together: 16 MiB. */
enum { TABLE_MOST = 1 << 21 };

struct path {
    uint32_t feature[LKA_FOREST_DEEPEST];
    double share[LKA_FOREST_DEEPEST];
    uint32_t count;
};

struct laying {
    const struct lka_forest *forest;
    struct lka_paths *paths;
};

void lka_paths_free(struct lka_paths *paths)
{
    if (paths) {
        lka_free(paths->place);
        lka_free(paths->meets);
        lka_free(paths->leaf);
        lka_free(paths->feature);
        lka_free(paths->share);
        lka_free(paths->adds);
        lka_free(paths);
    }
}

/* ---- one case of one leaf --------------------------------------------------------------------- */

/* The sum over q of P(x) = (share + x) q(x), from the highest power down. */
static double sum_without(const double *product, size_t agreeing, double share, const double *weight)
{
    double quotient = 0;
    double sum = 0;
    for (size_t s = agreeing; s-- > 0;) {
        quotient = product[s + 1] - share * quotient;
        sum += quotient * weight[s];
    }
    return sum;
}

void lka_paths_add(const struct lka_paths *paths, const struct lka_path_leaf *leaf, uint32_t agree, double value,
                   double *adds)
{
    const double *share = paths->share + leaf->first;
    const double *weight = paths->weight[leaf->count];
    double product[LKA_FOREST_DEEPEST + 1] = {1};
    size_t agreeing = 0;
    double rest = value;
    for (size_t i = 0; i < leaf->count; i++) {
        if (!(agree >> i & 1)) {
            rest *= share[i];
            continue;
        }
        for (size_t s = ++agreeing; s > 0; s--) {
            product[s] = share[i] * product[s] + product[s - 1];
        }
        product[0] *= share[i];
    }
    double of_others = 0;
    for (size_t s = 0; s <= agreeing && agreeing < leaf->count; s++) {
        of_others += product[s] * weight[s];
    }
    for (size_t i = 0; i < leaf->count; i++) {
        bool leads = agree >> i & 1;
        adds[i] = leads ? rest * (1 - share[i]) * sum_without(product, agreeing, share[i], weight) : -rest * of_others;
    }
}

/* ---- the paths -------------------------------------------------------------------------------- */

static double share_of(const struct lka_forest *forest, uint32_t child, uint32_t sibling)
{
    double both = (double)forest->cover[child] + (double)forest->cover[sibling];
    return both > 0 ? (double)forest->cover[child] / both : .5;
}

static lka_status add_leaf(const struct laying *laying, uint32_t at, const struct path *path, struct lka_error *error)
{
    struct lka_paths *paths = laying->paths;
    size_t wanted = paths->steps + path->count + 1; /* one more, so that trees of a single leaf have an array, too */
    LKA_TRY(lka_reserve(&paths->feature, &paths->feature_capacity, wanted, sizeof *paths->feature, error));
    LKA_TRY(lka_reserve(&paths->share, &paths->share_capacity, wanted, sizeof *paths->share, error));
    paths->leaf[at] = (struct lka_path_leaf){paths->steps, LKA_NO_TABLE, path->count};
    for (size_t i = 0; i < path->count; i++) {
        paths->feature[paths->steps] = path->feature[i];
        paths->share[paths->steps++] = path->share[i];
    }
    return LKA_OK;
}

/* Where the feature stands on the path, at the end if it was not there. */
static uint32_t meet(struct path *path, uint32_t feature)
{
    uint32_t place = 0;
    while (place < path->count && path->feature[place] != feature) {
        place++;
    }
    if (place == path->count) {
        path->feature[place] = feature;
        path->share[place] = 1;
        path->count++;
    }
    return place;
}

static lka_status descend(const struct laying *laying, uint32_t at, struct path path, struct lka_error *error)
{
    const struct lka_forest *forest = laying->forest;
    uint32_t left = forest->node[at].left;
    if (!left) {
        return add_leaf(laying, at, &path, error);
    }
    uint32_t met = path.count;
    uint32_t place = meet(&path, forest->node[at].feature);
    double share = path.share[place];
    laying->paths->place[at] = (uint8_t)place;
    laying->paths->meets[at] = path.count > met;
    path.share[place] = share * share_of(forest, left, left + 1);
    LKA_TRY(descend(laying, left, path, error));
    path.share[place] = share * share_of(forest, left + 1, left);
    return descend(laying, left + 1, path, error);
}

/* ---- the tables ------------------------------------------------------------------------------- */

static void weigh(struct lka_paths *paths)
{
    for (size_t d = 1; d <= LKA_FOREST_DEEPEST; d++) {
        paths->weight[d][0] = 1 / (double)d;
        for (size_t s = 1; s < d; s++) {
            paths->weight[d][s] = paths->weight[d][s - 1] * (double)s / (double)(d - s);
        }
    }
}

static size_t place_tables(const struct laying *laying)
{
    size_t used = 0;
    for (size_t at = 0; at < laying->forest->nodes; at++) {
        struct lka_path_leaf *leaf = &laying->paths->leaf[at];
        size_t size = (size_t)leaf->count << leaf->count;
        if (!laying->forest->node[at].left && leaf->count <= LKA_PATHS_TABLE_FEATURES && used + size <= TABLE_MOST) {
            leaf->table = used;
            used += size;
        }
    }
    return used;
}

static void fill_tables(const struct laying *laying)
{
    for (size_t at = 0; at < laying->forest->nodes; at++) {
        const struct lka_path_leaf *leaf = &laying->paths->leaf[at];
        if (laying->forest->node[at].left || leaf->table == LKA_NO_TABLE) {
            continue;
        }
        for (uint32_t agree = 0; agree < UINT32_C(1) << leaf->count; agree++) {
            lka_paths_add(laying->paths, leaf, agree, (double)laying->forest->node[at].value,
                          laying->paths->adds + leaf->table + agree * leaf->count);
        }
    }
}

/* Children stand behind parents, so that their means are known first. */
static lka_status find_mean(const struct laying *laying, struct lka_error *error)
{
    const struct lka_forest *forest = laying->forest;
    double *mean;
    LKA_TRY(LKA_NEW(mean, forest->nodes, error));
    for (uint32_t at = (uint32_t)forest->nodes; at-- > 0;) {
        uint32_t left = forest->node[at].left;
        double share = left ? share_of(forest, left, left + 1) : 0;
        mean[at] = left ? share * mean[left] + (1 - share) * mean[left + 1] : (double)forest->node[at].value;
    }
    laying->paths->mean = (double)forest->start;
    for (size_t tree = 0; tree < forest->trees; tree++) {
        laying->paths->mean += mean[forest->root[tree]];
    }
    lka_free(mean);
    return LKA_OK;
}

static lka_status lay_out(const struct laying *laying, struct lka_error *error)
{
    const struct lka_forest *forest = laying->forest;
    struct lka_paths *paths = laying->paths;
    weigh(paths);
    LKA_TRY(find_mean(laying, error));
    LKA_TRY(LKA_NEW(paths->place, forest->nodes, error));
    LKA_TRY(LKA_NEW(paths->meets, forest->nodes, error));
    LKA_TRY(LKA_NEW(paths->leaf, forest->nodes, error));
    for (size_t tree = 0; tree < forest->trees; tree++) {
        LKA_TRY(descend(laying, forest->root[tree], (struct path){.count = 0}, error));
    }
    LKA_TRY(LKA_NEW(paths->adds, place_tables(laying) + 1, error));
    fill_tables(laying);
    return LKA_OK;
}

lka_status lka_paths_of(const struct lka_forest *forest, const struct lka_paths **paths, struct lka_error *error)
{
    _Atomic(struct lka_paths *) *place = &((struct lka_forest *)(uintptr_t)forest)->paths;
    struct lka_paths *known = atomic_load_explicit(place, memory_order_acquire);
    if (!known) {
        struct laying laying = {.forest = forest};
        LKA_TRY(LKA_NEW(laying.paths, 1, error));
        lka_status status = lay_out(&laying, error);
        bool kept = status == LKA_OK && atomic_compare_exchange_strong_explicit(
                                            place, &known, laying.paths, memory_order_acq_rel, memory_order_acquire);
        if (kept) {
            known = laying.paths;
        } else {
            lka_paths_free(laying.paths);
        }
        LKA_TRY(status);
    }
    *paths = known;
    return LKA_OK;
}
