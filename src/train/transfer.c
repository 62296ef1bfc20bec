#include "train/transfer.h"

#include "base/elementary.h"
#include "train/odds.h"
#include "train/screen.h"
#include "train/weights.h"

/* ---- log odds of pool against CRM ------------------------------------------------------------- */

/* The pool's sample first, then the contacts, each standing for those of its group that were not sampled. */
static void fill_sets(const struct lka_learning *learning, uint32_t *rows, double *weight)
{
    size_t reached = learning->seeds + learning->pool;
    size_t contacts = reached + learning->unreached;
    for (size_t i = 0; i < learning->prospects; i++) {
        rows[i] = (uint32_t)(contacts + i);
        weight[i] = 1;
    }
    for (size_t i = 0; i < contacts; i++) {
        enum lka_group group = i < learning->seeds ? LKA_REACTIVATED : i < reached ? LKA_SILENT : LKA_UNREACHED;
        rows[learning->prospects + i] = (uint32_t)i;
        weight[learning->prospects + i] = learning->stands_for[group];
    }
}

static lka_status learn_domain(const struct lka_learning *learning, struct lka_odds *odds, struct lka_error *error)
{
    size_t contacts = learning->seeds + learning->pool + learning->unreached;
    uint32_t *rows;
    double *weight = NULL;
    LKA_TRY(LKA_NEW(rows, learning->prospects + contacts, error));
    lka_status status = LKA_NEW(weight, learning->prospects + contacts, error);
    if (status == LKA_OK) {
        struct lka_odds_sets sets = {rows, learning->prospects, contacts, weight, "domain"};
        fill_sets(learning, rows, weight);
        status = lka_odds_learn(learning, &sets, odds, error);
    }
    lka_free(weight);
    lka_free(rows);
    return status;
}

/* ---- columns ---------------------------------------------------------------------------------- */

static lka_status list_left_out(const struct lka_plan *plan, const struct lka_screened *columns, const bool *dropped,
                                json_t **left_out, struct lka_error *error)
{
    *left_out = json_array();
    for (size_t c = 0; c < lka_plan_column_count(plan); c++) {
        if (dropped[c] && json_array_append_new(
                              *left_out, json_pack("{s:s, s:f, s:f}", "name", lka_plan_column_name(plan, c), "shift",
                                                   columns[c].shift, "response", columns[c].response)) != 0) {
            return lka_fail_memory(error, 64);
        }
    }
    return *left_out ? LKA_OK : lka_fail_memory(error, 64);
}

/* The columns to drop; the one that tells most of the response stays. */
static size_t mark(const struct lka_screened *columns, size_t count, bool *dropped)
{
    size_t marked = 0;
    size_t best = 0;
    for (size_t c = 0; c < count; c++) {
        dropped[c] = lka_screened_is_misleading(&columns[c]);
        marked += dropped[c];
        best = columns[c].response > columns[best].response ? c : best;
    }
    if (marked == count) {
        dropped[best] = false;
        marked--;
    }
    return marked;
}

static lka_status drop(struct lka_learning *learning, struct lka_plan *plan, const bool *dropped,
                       struct lka_error *error)
{
    const struct lka_space *space = learning->block.space;
    size_t *kept;
    size_t count = 0;
    LKA_TRY(LKA_NEW(kept, space->count, error));
    for (size_t f = 0; f < space->count; f++) {
        if (!dropped[space->features[f].column]) {
            kept[count++] = f;
        }
    }
    struct lka_block narrow = {0};
    lka_status status = lka_plan_drop(plan, dropped, "tells the CRM from the pool, not responders from silent", error);
    if (status == LKA_OK) {
        status = lka_block_init(&narrow, lka_plan_space(plan), learning->block.capacity, error);
    }
    if (status == LKA_OK) {
        narrow.count = learning->block.count;
        for (size_t f = 0; f < count; f++) {
            memcpy(lka_block_codes(&narrow, f), lka_block_codes(&learning->block, kept[f]),
                   narrow.count * sizeof(uint16_t));
            memcpy(lka_block_values(&narrow, f), lka_block_values(&learning->block, kept[f]),
                   narrow.count * sizeof(double));
        }
        lka_block_release(&learning->block);
        learning->block = narrow;
    }
    lka_free(kept);
    return status;
}

static lka_status screen(struct lka_learning *learning, struct lka_plan *plan, bool keep_all,
                         struct lka_screened *columns, bool *dropped, struct lka_transfer *transfer,
                         struct lka_error *error)
{
    size_t count = lka_plan_column_count(plan);
    LKA_TRY(lka_screen(learning, columns, error));
    size_t marked = mark(columns, count, dropped);
    LKA_TRY(list_left_out(plan, columns, dropped, &transfer->left_out, error));
    return marked > 0 && !keep_all ? drop(learning, plan, dropped, error) : LKA_OK;
}

lka_status lka_transfer_screen(struct lka_learning *learning, struct lka_plan *plan, bool keep_all,
                               struct lka_transfer *transfer, struct lka_error *error)
{
    struct lka_odds odds;
    struct lka_screened *columns;
    bool *dropped = NULL;
    *transfer = (struct lka_transfer){0};
    LKA_TRY(learn_domain(learning, &odds, error));
    transfer->domain = odds.ranking;
    lka_odds_release(&odds);
    LKA_TRY(LKA_NEW(columns, lka_plan_column_count(plan), error));
    lka_status status = LKA_NEW(dropped, lka_plan_column_count(plan), error);
    if (status == LKA_OK) {
        status = screen(learning, plan, keep_all, columns, dropped, transfer, error);
    }
    lka_free(dropped);
    lka_free(columns);
    return status;
}

/* ---- weights ---------------------------------------------------------------------------------- */

/* What the reached count for: `weight` times the ratio to a power, cut. */
static void weigh(const struct lka_learning *learning, const double *log_odds, const double *before, double *weight,
                  struct lka_transfer *transfer)
{
    enum { MOST = 10 };
    size_t reached = learning->seeds + learning->pool;
    for (size_t i = 0; i < reached; i++) {
        weight[i] = transfer->power == 0 ? 1 : lka_exp(transfer->power * log_odds[i]);
    }
    transfer->trimmed = lka_weights_trim(weight, reached, MOST);
    for (size_t i = 0; i < reached; i++) {
        weight[i] *= before[i];
    }
}

static void flatten(const struct lka_learning *learning, const double *log_odds, const double *before, double *weight,
                    struct lka_transfer *transfer)
{
    static const double powers[] = {1, .5, .25, .125, 0};
    double least = lka_weights_effective(before, learning->seeds) / 5;
    for (size_t p = 0; p < sizeof powers / sizeof *powers; p++) {
        transfer->power = powers[p];
        weigh(learning, log_odds, before, weight, transfer);
        if (lka_weights_effective(weight, learning->seeds) >= least) {
            break;
        }
    }
    if (transfer->power < 1) {
        lka_warn(learning->session,
                 "CRM and pool hardly overlap (AUC %.2f by the columns that are left): the weights for the pool are "
                 "flattened to the power %g",
                 transfer->rest.auc, transfer->power);
    }
}

lka_status lka_transfer_weigh(const struct lka_learning *learning, double *weight, struct lka_transfer *transfer,
                              struct lka_error *error)
{
    size_t reached = learning->seeds + learning->pool;
    struct lka_odds odds;
    double *before;
    LKA_TRY(learn_domain(learning, &odds, error));
    transfer->rest = odds.ranking;
    lka_status status = LKA_NEW(before, reached, error);
    if (status == LKA_OK) {
        memcpy(before, weight, reached * sizeof *before);
        flatten(learning, odds.log_odds + learning->prospects, before, weight, transfer);
        lka_free(before);
    }
    lka_odds_release(&odds);
    return status;
}

void lka_transfer_release(struct lka_transfer *transfer)
{
    json_decref(transfer->left_out);
    *transfer = (struct lka_transfer){0};
}

json_t *lka_transfer_json(const struct lka_transfer *transfer)
{
    return json_pack("{s:f, s:o, s:f, s:O, s:I, s:f}", "domain_auc", transfer->domain.auc, "domain_auc_interval",
                     lka_interval_json(transfer->domain.auc_interval), "domain_auc_of_features", transfer->rest.auc,
                     "left_out", transfer->left_out, "trimmed", (json_int_t)transfer->trimmed, "power",
                     transfer->power);
}
