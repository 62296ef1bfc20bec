#include "train/screen.h"

#include "base/elementary.h"

#include <math.h>

enum { COARSE = 8 };

enum { RESPONDERS, SILENT, CRM, POOL, SETS };

/* Rows of one feature by set and code; numbers' bins are joined to coarse ones. */
struct table {
    double *counts; /* SETS x codes */
    double totals[SETS];
    size_t codes;
};

static size_t coarse_code(const struct lka_feature *feature, uint16_t code)
{
    if (feature->kind == LKA_FEATURE_CODE || feature->codes <= COARSE + 1) {
        return code;
    }
    return code == 0 ? 0 : 1 + (size_t)(code - 1) * COARSE / (feature->codes - 1);
}

static size_t coarse_codes(const struct lka_feature *feature)
{
    return feature->kind == LKA_FEATURE_CODE || feature->codes <= COARSE + 1 ? feature->codes : COARSE + 1;
}

static void count_row(struct table *table, int set, size_t code, double weight)
{
    table->counts[(size_t)set * table->codes + code] += weight;
    table->totals[set] += weight;
}

static void count_rows(struct table *table, const struct lka_learning *learning, size_t feature)
{
    const struct lka_feature *of = &learning->block.space->features[feature];
    const uint16_t *codes = lka_block_codes(&learning->block, feature);
    size_t reached = learning->seeds + learning->pool;
    size_t contacts = reached + learning->unreached;
    for (size_t i = 0; i < contacts + learning->prospects; i++) {
        size_t code = coarse_code(of, codes[i]);
        if (i < contacts) {
            enum lka_group group = i < learning->seeds ? LKA_REACTIVATED : i < reached ? LKA_SILENT : LKA_UNREACHED;
            count_row(table, CRM, code, learning->stands_for[group]);
        } else {
            count_row(table, POOL, code, 1);
        }
        if (i < reached) {
            count_row(table, i < learning->seeds ? RESPONDERS : SILENT, code, 1);
        }
    }
}

/* Sum of (p - q) ln (p / q) over the codes, half a row being added to each; under no difference it is about
 * (codes - 1) (1/n + 1/m). */
static double stability_index(const struct table *table)
{
    double index = 0;
    double kinds = 0;
    for (size_t code = 0; code < table->codes; code++) {
        double crm = table->counts[CRM * table->codes + code];
        double pool = table->counts[POOL * table->codes + code];
        if (crm + pool > 0) {
            double p = (crm + .5) / (table->totals[CRM] + .5);
            double q = (pool + .5) / (table->totals[POOL] + .5);
            index += (p - q) * (lka_log(p) - lka_log(q));
            kinds++;
        }
    }
    double chance = (kinds - 1) * (1 / table->totals[CRM] + 1 / table->totals[POOL]);
    return fmax(0, index - fmax(0, chance));
}

/* Pearson's chi-squared of responders against silent, as a z (Wilson, Hilferty 1931). */
static double chi_squared_z(const struct table *table)
{
    double sum = 0;
    double freedom = -1;
    double all = table->totals[RESPONDERS] + table->totals[SILENT];
    for (size_t code = 0; code < table->codes; code++) {
        double of_code = table->counts[RESPONDERS * table->codes + code] + table->counts[SILENT * table->codes + code];
        if (of_code <= 0) {
            continue;
        }
        freedom++;
        for (int set = RESPONDERS; set <= SILENT; set++) {
            double expected = of_code * table->totals[set] / all;
            double off = table->counts[(size_t)set * table->codes + code] - expected;
            sum += off * off / expected;
        }
    }
    if (freedom < 1) {
        return 0;
    }
    double spread = 2 / (9 * freedom);
    return (cbrt(sum / freedom) - (1 - spread)) / sqrt(spread);
}

/* Mean and squared error of a number's values, those that are missing left out. */
static void moments(const struct lka_learning *learning, size_t feature, size_t first, size_t end, double *mean,
                    double *error)
{
    const uint16_t *codes = lka_block_codes(&learning->block, feature);
    const double *values = lka_block_values(&learning->block, feature);
    double count = 0;
    double sum = 0;
    double squares = 0;
    for (size_t i = first; i < end; i++) {
        if (codes[i] > 0) {
            count++;
            sum += values[i];
            squares += values[i] * values[i];
        }
    }
    *mean = count > 0 ? sum / count : 0;
    *error = count > 1 ? fmax(0, squares / count - *mean * *mean) / (count - 1) : INFINITY;
}

/* Two-sided, brought to the scale of a one-sided z. */
static double difference_z(const struct lka_learning *learning, size_t feature)
{
    double mean[2];
    double error[2];
    moments(learning, feature, 0, learning->seeds, &mean[0], &error[0]);
    moments(learning, feature, learning->seeds, learning->seeds + learning->pool, &mean[1], &error[1]);
    double spread = error[0] + error[1];
    return spread > 0 && isfinite(spread) ? fabs(mean[0] - mean[1]) / sqrt(spread) - .36 : 0;
}

static lka_status screen_feature(const struct lka_learning *learning, size_t feature, struct lka_screened *column,
                                 struct lka_error *error)
{
    const struct lka_feature *of = &learning->block.space->features[feature];
    struct table table = {.codes = coarse_codes(of)};
    LKA_TRY(LKA_NEW(table.counts, SETS * table.codes, error));
    count_rows(&table, learning, feature);
    column->shift = fmax(column->shift, stability_index(&table));
    column->response = fmax(column->response, chi_squared_z(&table));
    if (of->kind == LKA_FEATURE_NUMBER) {
        column->response = fmax(column->response, difference_z(learning, feature));
    }
    lka_free(table.counts);
    return LKA_OK;
}

lka_status lka_screen(const struct lka_learning *learning, struct lka_screened *columns, struct lka_error *error)
{
    const struct lka_space *space = learning->block.space;
    for (size_t f = 0; f < space->count; f++) {
        LKA_TRY(screen_feature(learning, f, &columns[space->features[f].column], error));
    }
    return LKA_OK;
}

bool lka_screened_is_misleading(const struct lka_screened *column)
{
    return column->shift >= .1 && column->response < 1.28 + 2 * column->shift;
}
