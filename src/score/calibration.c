#include "score/calibration.h"

#include "base/elementary.h"

#include <math.h>

static double chance(double log_odds)
{
    return log_odds >= 0 ? 1 / (1 + lka_exp(-log_odds)) : lka_exp(log_odds) / (1 + lka_exp(log_odds));
}

/* ---- the constant ----------------------------------------------------------------------------- */

static double mean_chance(const struct lka_labelled *rows, uint64_t count, double offset)
{
    double sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        sum += chance(rows[i].score + offset);
    }
    return sum / (double)count;
}

/* The mean chance grows with the offset: halving finds it. */
static double offset_for(const struct lka_labelled *rows, uint64_t count, double base_rate)
{
    double low = -60 - fabs(rows[0].score);
    double high = 60 + fabs(rows[count - 1].score);
    for (int step = 0; step < 50; step++) {
        double middle = (low + high) / 2;
        if (mean_chance(rows, count, middle) < base_rate) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

/* ---- the slope -------------------------------------------------------------------------------- */

/* Gradient and information of the logistic likelihood of label on a + b x score. */
struct likelihood {
    double gradient[2];
    double information[3]; /* aa, ab, bb */
};

static struct likelihood likelihood_at(const struct lka_labelled *rows, uint64_t count, double a, double b)
{
    struct likelihood at = {0};
    for (uint64_t i = 0; i < count; i++) {
        double p = chance(a + b * rows[i].score);
        double left = rows[i].label - p;
        double w = p * (1 - p);
        at.gradient[0] += left;
        at.gradient[1] += left * rows[i].score;
        at.information[0] += w;
        at.information[1] += w * rows[i].score;
        at.information[2] += w * rows[i].score * rows[i].score;
    }
    return at;
}

/* Newton's steps, bounded. */
static void fit_slope(const struct lka_labelled *rows, uint64_t count, struct lka_calibration *calibration)
{
    static const double z95 = 1.959963984540054;
    double a = calibration->offset;
    double b = 1;
    for (int step = 0; step < 50; step++) {
        struct likelihood at = likelihood_at(rows, count, a, b);
        double det = at.information[0] * at.information[2] - at.information[1] * at.information[1];
        if (!(det > 1e-12 * at.information[0] * at.information[2])) {
            return;
        }
        double da = (at.information[2] * at.gradient[0] - at.information[1] * at.gradient[1]) / det;
        double db = (at.information[0] * at.gradient[1] - at.information[1] * at.gradient[0]) / det;
        double shrink = fmin(1, 5 / fmax(fabs(da), fmax(fabs(db), 1e-300)));
        a += shrink * da;
        b += shrink * db;
        double half = z95 * sqrt(at.information[0] / det);
        if (fabs(da) + fabs(db) < 1e-10) {
            calibration->slope = b;
            calibration->slope_interval = (struct lka_interval){b - half, b + half};
            return;
        }
    }
}

/* ---- the table -------------------------------------------------------------------------------- */

static struct lka_calibration_bin bin_of(const struct lka_labelled *rows, uint64_t count,
                                         const struct lka_calibration *calibration)
{
    double predicted = 0;
    double hits = 0;
    for (uint64_t i = 0; i < count; i++) {
        predicted += chance(rows[i].score + calibration->offset);
        hits += rows[i].label;
    }
    return (struct lka_calibration_bin){
        .people = count,
        .predicted = calibration->log_odds ? predicted / (double)count : NAN,
        .observed = calibration->outcomes ? hits / (double)count : NAN,
        .interval = lka_wilson(hits, (double)count),
    };
}

void lka_calibrate(const struct lka_labelled *rows, uint64_t count, bool outcomes, bool log_odds, double base_rate,
                   struct lka_calibration *calibration)
{
    uint64_t hits = 0;
    for (uint64_t i = 0; i < count; i++) {
        hits += rows[i].label;
    }
    *calibration = (struct lka_calibration){
        .base_rate = base_rate > 0 ? base_rate : (double)hits / (double)count,
        .slope = NAN,
        .outcomes = outcomes,
        .log_odds = log_odds,
        .bins = count < LKA_CALIBRATION_BINS ? count : LKA_CALIBRATION_BINS,
    };
    if (log_odds) {
        calibration->offset = offset_for(rows, count, calibration->base_rate);
    }
    if (log_odds && outcomes) {
        fit_slope(rows, count, calibration);
    }
    for (size_t b = 0; b < calibration->bins; b++) {
        uint64_t first = count * b / calibration->bins;
        uint64_t end = count * (b + 1) / calibration->bins;
        calibration->bin[b] = bin_of(rows + first, end - first, calibration);
    }
}

/* ---- as JSON ---------------------------------------------------------------------------------- */

static json_t *number_or_null(double number)
{
    return number == number ? json_real(number) : json_null();
}

static json_t *bins_json(const struct lka_calibration *calibration)
{
    json_t *list = json_array();
    for (size_t b = 0; b < calibration->bins && list; b++) {
        const struct lka_calibration_bin *bin = &calibration->bin[b];
        json_t *row = json_pack("{s:i, s:I, s:o, s:o, s:o}", "tenth", (int)b + 1, "people", (json_int_t)bin->people,
                                "predicted", number_or_null(bin->predicted), "observed", number_or_null(bin->observed),
                                "observed_interval",
                                calibration->outcomes ? lka_interval_json(bin->interval) : json_null());
        if (json_array_append_new(list, row) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

json_t *lka_calibration_json(const struct lka_calibration *calibration)
{
    bool known = calibration->slope == calibration->slope;
    return json_pack("{s:f, s:b, s:b, s:o, s:o, s:o, s:o}", "base_rate", calibration->base_rate, "outcomes",
                     calibration->outcomes, "log_odds", calibration->log_odds, "offset",
                     calibration->log_odds ? json_real(calibration->offset) : json_null(), "slope",
                     number_or_null(calibration->slope), "slope_interval",
                     known ? lka_interval_json(calibration->slope_interval) : json_null(), "bins",
                     bins_json(calibration));
}
