#include "train/alone.h"

#include "base/elementary.h"
#include "base/hash.h"

#include <math.h>
#include <stdlib.h>

enum { FOLDS = 5, COARSE = 8, FEWEST = 10 };

/* Rows of one feature by fold, label and code. */
struct tables {
    size_t codes;
    double *counts; /* FOLDS x 2 x codes */
    double *all[2]; /* of all folds together: of the others, of the seeds */
    double *coarse[2];
    struct order {
        double odds;
        uint32_t code;
    } * order;
};

static double *counts_of(const struct tables *tables, size_t fold, int label)
{
    return tables->counts + (fold * 2 + (size_t)label) * tables->codes;
}

static lka_status tables_init(struct tables *tables, const struct lka_space *space, struct lka_error *error)
{
    size_t most = 0;
    for (size_t f = 0; f < space->count; f++) {
        most = space->features[f].codes > most ? space->features[f].codes : most;
    }
    LKA_TRY(LKA_NEW(tables->counts, (FOLDS + 2) * 2 * most, error));
    LKA_TRY(LKA_NEW(tables->order, most, error));
    tables->all[0] = tables->counts + (size_t)FOLDS * 2 * most;
    tables->all[1] = tables->all[0] + most;
    tables->coarse[0] = tables->all[1] + most;
    tables->coarse[1] = tables->coarse[0] + most;
    return LKA_OK;
}

static void tables_release(struct tables *tables)
{
    lka_free(tables->counts);
    lka_free(tables->order);
}

static void count(struct tables *tables, const struct lka_learning *learning, size_t feature, const uint8_t *folds)
{
    const uint16_t *code = lka_block_codes(&learning->block, feature);
    tables->codes = learning->block.space->features[feature].codes;
    memset(tables->counts, 0, FOLDS * 2 * tables->codes * sizeof *tables->counts);
    for (size_t i = 0; i < learning->seeds + learning->pool; i++) {
        counts_of(tables, folds[i], learning->label[i])[code[i]]++;
    }
    for (int label = 0; label < 2; label++) {
        for (size_t c = 0; c < tables->codes; c++) {
            tables->all[label][c] = 0;
            for (size_t fold = 0; fold < FOLDS; fold++) {
                tables->all[label][c] += counts_of(tables, fold, label)[c];
            }
        }
    }
}

/* ---- how far apart ---------------------------------------------------------------------------- */

/* A number's bins are joined to coarse ones, since seeds are few. */
static struct lka_information information_of(struct tables *tables, const struct lka_feature *feature)
{
    size_t codes = tables->codes;
    if (feature->kind == LKA_FEATURE_CODE || codes <= COARSE + 1) {
        return lka_information_of((const double *const[]){tables->all[1], tables->all[0]}, codes);
    }
    for (int label = 0; label < 2; label++) {
        memset(tables->coarse[label], 0, (COARSE + 1) * sizeof *tables->coarse[label]);
        for (size_t c = 0; c < codes; c++) {
            size_t joined = c == 0 ? 0 : 1 + (c - 1) * COARSE / (codes - 1);
            tables->coarse[label][joined] += tables->all[label][c];
        }
    }
    return lka_information_of((const double *const[]){tables->coarse[1], tables->coarse[0]}, COARSE + 1);
}

/* ---- ranking by it alone ---------------------------------------------------------------------- */

static int by_odds(const void *a, const void *b)
{
    const struct order *x = a;
    const struct order *y = b;
    return (x->odds > y->odds) - (x->odds < y->odds);
}

/* Codes ranked by the share of seeds in the other folds, which two more rows of the usual share steady. */
static void order_codes(struct tables *tables, size_t fold, double usual)
{
    for (size_t c = 0; c < tables->codes; c++) {
        double seeds = tables->all[1][c] - counts_of(tables, fold, 1)[c];
        double others = tables->all[0][c] - counts_of(tables, fold, 0)[c];
        tables->order[c] = (struct order){(seeds + 2 * usual) / (seeds + others + 2), (uint32_t)c};
    }
    qsort(tables->order, tables->codes, sizeof *tables->order, by_odds);
}

/* Pairs of a seed and another that are in order, a tie being half a pair. */
static double ordered_pairs(const struct tables *tables, size_t fold)
{
    const double *others = counts_of(tables, fold, 0);
    const double *seeds = counts_of(tables, fold, 1);
    double below = 0;
    double pairs = 0;
    for (size_t first = 0; first < tables->codes;) {
        double equal_others = 0;
        double equal_seeds = 0;
        size_t end = first;
        for (; end < tables->codes && !(tables->order[end].odds > tables->order[first].odds); end++) {
            equal_others += others[tables->order[end].code];
            equal_seeds += seeds[tables->order[end].code];
        }
        pairs += equal_seeds * (below + equal_others / 2);
        below += equal_others;
        first = end;
    }
    return pairs;
}

static double total_of(const double *counts, size_t codes)
{
    double total = 0;
    for (size_t c = 0; c < codes; c++) {
        total += counts[c];
    }
    return total;
}

static double auc_of(struct tables *tables, const struct lka_learning *learning)
{
    double usual = (double)learning->seeds / (double)(learning->seeds + learning->pool);
    double pairs = 0;
    double ordered = 0;
    for (size_t fold = 0; fold < FOLDS; fold++) {
        order_codes(tables, fold, usual);
        pairs += total_of(counts_of(tables, fold, 1), tables->codes) *
                 total_of(counts_of(tables, fold, 0), tables->codes);
        ordered += ordered_pairs(tables, fold);
    }
    return pairs > 0 ? ordered / pairs : .5;
}

/* ---- values that seeds alone have ------------------------------------------------------------- */

/* By chance it would happen to fewer than one value in a thousand: (1 - s)^n < .001 with the seeds' share s. */
static void find_only(const struct tables *tables, const struct lka_learning *learning, size_t feature,
                      struct lka_alone *alone)
{
    if (learning->block.space->features[feature].kind == LKA_FEATURE_NUMBER) {
        return;
    }
    for (size_t c = 1; c < tables->codes; c++) {
        double seeds = tables->all[1][c];
        bool rare = seeds * (double)learning->pool / (double)learning->seeds < 7;
        if (tables->all[0][c] == 0 && seeds >= FEWEST && !rare && seeds > alone->only_seeds) {
            alone->only = feature;
            alone->only_code = (uint16_t)c;
            alone->only_seeds = seeds;
        }
    }
}

/* ---- columns ---------------------------------------------------------------------------------- */

static void take_feature(struct tables *tables, const struct lka_learning *learning, size_t feature, bool first,
                         struct lka_alone *alone)
{
    const struct lka_feature *of = &learning->block.space->features[feature];
    struct lka_information information = information_of(tables, of);
    double auc = auc_of(tables, learning);
    if (first) {
        alone->present[0] = 1 - tables->all[0][0] / (double)learning->pool;
        alone->present[1] = 1 - tables->all[1][0] / (double)learning->seeds;
    }
    if (first || information.value > alone->information.value) {
        alone->information = information;
        alone->feature = feature;
    }
    alone->auc = auc > alone->auc ? auc : alone->auc;
    find_only(tables, learning, feature, alone);
}

static lka_status measure(struct tables *tables, const struct lka_learning *learning, const struct lka_plan *plan,
                          const uint8_t *folds, struct lka_alone *alone, struct lka_error *error)
{
    const struct lka_space *space = learning->block.space;
    size_t last = SIZE_MAX;
    for (size_t f = 0; f < space->count; f++) {
        size_t column = space->features[f].column;
        bool first = column != last;
        if (first) {
            enum lka_type type = lka_plan_column_type(plan, column);
            alone[column] = (struct lka_alone){.has_missing = type != LKA_TYPE_LIST, .only = SIZE_MAX};
        }
        last = column;
        LKA_TRY(lka_step(learning->session, "seeds report", f, space->count, error));
        count(tables, learning, f, folds);
        take_feature(tables, learning, f, first, &alone[column]);
    }
    return LKA_OK;
}

lka_status lka_alone_measure(const struct lka_learning *learning, const struct lka_plan *plan, struct lka_alone *alone,
                             struct lka_error *error)
{
    struct tables tables = {0};
    uint8_t *folds = NULL;
    uint64_t key = lka_key(learning->seed, "alone");
    lka_status status = LKA_NEW(folds, learning->block.count, error);
    if (status == LKA_OK) {
        for (size_t i = 0; i < learning->block.count; i++) {
            folds[i] = (uint8_t)(lka_hash(key, learning->ids[i]) % FOLDS);
        }
        status = tables_init(&tables, learning->block.space, error);
    }
    if (status == LKA_OK) {
        status = measure(&tables, learning, plan, folds, alone, error);
    }
    tables_release(&tables);
    lka_free(folds);
    return status;
}
