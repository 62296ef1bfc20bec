#include "lifecycle/surveys.h"

#include "base/date.h"
#include "base/error.h"
#include "base/interval.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum { BEFORE_DAYS = 90 };

static int32_t month_of(int64_t time)
{
    int64_t year;
    int month;
    int day;
    lka_civil_from_days((time - (time % 86400 + 86400) % 86400) / 86400, &year, &month, &day);
    return (int32_t)(year * 12 + month - 1);
}

/* Makes room for the month, and for all brands. */
static lka_status make_room(struct lka_surveys *surveys, int32_t month, struct lka_error *error)
{
    int32_t first = surveys->month_count == 0 || month < surveys->first_month ? month : surveys->first_month;
    int32_t last = surveys->first_month + (int32_t)surveys->month_count - 1;
    last = surveys->month_count == 0 || month > last ? month : last;
    size_t count = (size_t)(last - first) + 1;
    if (surveys->months && count == surveys->month_count) {
        return LKA_OK;
    }
    struct lka_answers *months;
    LKA_TRY(LKA_NEW(months, count * LKA_BRANDS_MAX, error));
    for (size_t b = 0; b < LKA_BRANDS_MAX && surveys->months; b++) {
        memcpy(months + b * count + (surveys->first_month - first), surveys->months + b * surveys->month_count,
               surveys->month_count * sizeof *months);
    }
    lka_free(surveys->months);
    surveys->months = months;
    surveys->first_month = first;
    surveys->month_count = count;
    return LKA_OK;
}

static void add(struct lka_answers *answers, double consideration)
{
    answers->count++;
    answers->sum += consideration;
    answers->squares += consideration * consideration;
}

lka_status lka_surveys_add(struct lka_surveys *surveys, const struct lka_signal *survey, struct lka_error *error)
{
    double consideration = (double)survey->consideration;
    if (consideration < 0 || survey->brand == LKA_NO_LABEL) {
        return LKA_OK;
    }
    int32_t month = month_of(survey->time);
    LKA_TRY(make_room(surveys, month, error));
    add(&surveys->months[survey->brand * surveys->month_count + (size_t)(month - surveys->first_month)], consideration);
    if (survey->time >= surveys->previous) {
        add(&surveys->since[survey->brand], consideration);
    } else if (survey->time >= surveys->previous - (int64_t)BEFORE_DAYS * 86400) {
        add(&surveys->before[survey->brand], consideration);
    }
    return LKA_OK;
}

void lka_surveys_release(struct lka_surveys *surveys)
{
    lka_free(surveys->months);
    *surveys = (struct lka_surveys){0};
}

/* ---- figures ---------------------------------------------------------------------------------- */

double lka_answers_mean(const struct lka_answers *answers, double *low, double *high)
{
    double n = (double)answers->count;
    double mean = n > 0 ? answers->sum / n : 0;
    double half = 0;
    if (answers->count > 1) {
        double variance = (answers->squares - answers->sum * mean) / (n - 1);
        half = gsl_cdf_tdist_Pinv(.975, n - 1) * sqrt(variance > 0 ? variance / n : 0);
    }
    *low = mean - half > 0 ? mean - half : 0;
    *high = mean + half < 10 ? mean + half : 10;
    return mean;
}

static void write_month(const struct lka_surveys *surveys, const struct lka_labels *brands, size_t brand, size_t month,
                        uint64_t floor, struct lka_text *csv)
{
    const struct lka_answers *answers = &surveys->months[brand * surveys->month_count + month];
    int32_t calendar = surveys->first_month + (int32_t)month;
    double low;
    double high;
    lka_text_csv_field(csv, brands->items[brand], ',');
    lka_text_format(csv, ",%04d-%02d,%llu,", calendar / 12, calendar % 12 + 1, (unsigned long long)answers->count);
    if (answers->count < floor) {
        lka_text_string(csv, ",,,\n");
        return;
    }
    double mean = lka_answers_mean(answers, &low, &high);
    lka_text_format(csv, "%.2f,%.2f,%.2f,", mean, low, high);
    if (month > 0 && answers[-1].count >= floor) {
        double before_low;
        double before_high;
        lka_text_format(csv, "%.2f", mean - lka_answers_mean(&answers[-1], &before_low, &before_high));
    }
    lka_text_string(csv, "\n");
}

lka_status lka_surveys_write(const struct lka_surveys *surveys, const struct lka_labels *brands, uint64_t floor,
                             struct lka_text *csv, struct lka_error *error)
{
    uint16_t *order;
    LKA_TRY(lka_labels_sorted(brands, 0, &order, error));
    lka_text_string(csv, "brand,month,answers,consideration,low,high,change\n");
    for (size_t b = 0; b < brands->count && surveys->months; b++) {
        for (size_t m = 0; m < surveys->month_count; m++) {
            if (surveys->months[order[b] * surveys->month_count + m].count > 0) {
                write_month(surveys, brands, order[b], m, floor, csv);
            }
        }
    }
    lka_free(order);
    return csv->failed ? lka_fail_memory(error, csv->capacity) : LKA_OK;
}

static json_t *answers_json(const struct lka_answers *answers)
{
    struct lka_interval interval;
    double mean = lka_answers_mean(answers, &interval.low, &interval.high);
    return json_pack("{s:I, s:f, s:o}", "answers", (json_int_t)answers->count, "consideration", mean, "interval",
                     lka_interval_json(interval));
}

static json_t *brand_json(const struct lka_surveys *surveys, uint16_t brand, uint64_t floor)
{
    struct lka_answers all = {0};
    for (size_t m = 0; m < surveys->month_count; m++) {
        const struct lka_answers *answers = &surveys->months[brand * surveys->month_count + m];
        all.count += answers->count;
        all.sum += answers->sum;
        all.squares += answers->squares;
    }
    if (all.count < floor || all.count == 0) {
        return json_null();
    }
    json_t *object = answers_json(&all);
    const struct lka_answers *since = &surveys->since[brand];
    const struct lka_answers *before = &surveys->before[brand];
    if (object && surveys->previous != INT64_MIN && since->count >= floor && before->count >= floor) {
        double low;
        double high;
        double change = lka_answers_mean(since, &low, &high) - lka_answers_mean(before, &low, &high);
        json_t *run = json_pack("{s:o, s:o, s:f}", "since", answers_json(since), "before", answers_json(before),
                                "change", change);
        if (json_object_set_new(object, "last_run", run) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

json_t *lka_surveys_json(const struct lka_surveys *surveys, const struct lka_labels *brands, uint64_t floor)
{
    json_t *object = json_object();
    uint16_t *order = NULL;
    bool failed = !object || lka_labels_sorted(brands, 0, &order, NULL) != LKA_OK;
    for (size_t b = 0; !failed && surveys->months && b < brands->count; b++) {
        char name[300];
        struct lka_span text = brands->items[order[b]];
        memcpy(name, text.text, text.length);
        name[text.length] = '\0';
        json_t *brand = brand_json(surveys, order[b], floor);
        if (json_is_null(brand)) {
            json_decref(brand);
        } else {
            failed = json_object_set_new(object, name, brand) != 0;
        }
    }
    lka_free(order);
    if (failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}
