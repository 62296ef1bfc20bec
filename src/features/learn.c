/* Learning a plan. First every column is looked at (look.c). Then the as-of day is known, and each column that is left
 * becomes constants: centre, scale and edges, or a vocabulary. */
#include "features/learning.h"

#include "base/date.h"
#include "base/error.h"

#include <stdlib.h>

static const double FLAT_SPAN = .01; /* deviations */

/* ---- the as-of day ---------------------------------------------------------------------------- */

/* The day that a row's ages are counted to. */
static int64_t as_of_day(const struct lka_plan_learning *learning, size_t row)
{
    size_t seeds = learning->seeds->count;
    const int64_t *days = row < seeds ? learning->options->seeds_as_of : learning->options->pool_as_of;
    return days ? days[row < seeds ? row : row - seeds] : LKA_PLAN_DAY;
}

/* The latest of the rows' own days, in seconds, if that is later than `seconds`. */
static int64_t latest_own_day(const struct lka_plan_learning *learning, int64_t seconds)
{
    for (size_t row = 0; row < lka_learn_rows(learning); row++) {
        int64_t day = as_of_day(learning, row);
        seconds = day != LKA_PLAN_DAY && day > lka_day_of(seconds) ? day * 86400 : seconds;
    }
    return seconds;
}

static lka_status find_as_of(struct lka_plan_learning *learning, struct lka_error *error)
{
    struct lka_plan *plan = learning->plan;
    const char *given = learning->options->as_of;
    int64_t seconds = 0;
    if (given && !lka_parse_time(lka_span_of(given), &seconds)) {
        char shown[64];
        return lka_fail(error, LKA_USAGE, "--as-of: %s is not allowed; allowed: an ISO 8601 date such as 2024-02-29",
                        lka_show(lka_span_of(given), false, shown));
    }
    plan->has_as_of = given != NULL;
    for (size_t c = 0; c < learning->schema->count && !given; c++) {
        const struct lka_look *look = &learning->looks[c];
        if (!look->reason && look->type == LKA_TYPE_DATE) {
            seconds = !plan->has_as_of || look->facts.latest > seconds ? look->facts.latest : seconds;
            plan->has_as_of = true;
        }
    }
    seconds = plan->has_as_of && !given ? latest_own_day(learning, seconds) : seconds;
    /* A zone can move the first and the last day that four digits write over the edge. */
    int64_t first = lka_days_from_civil(0, 1, 1);
    int64_t last = lka_days_from_civil(9999, 12, 31);
    int64_t day = lka_day_of(seconds);
    plan->as_of = day < first ? first : day > last ? last : day;
    return LKA_OK;
}

/* ---- constants -------------------------------------------------------------------------------- */

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* A date's age; false for a date behind the row's own day, of which nobody knew then. */
static bool age_of(const struct lka_plan_learning *learning, size_t row, int64_t seconds, double *age)
{
    int64_t own = as_of_day(learning, row);
    int64_t day = lka_day_of(seconds);
    *age = (double)((own == LKA_PLAN_DAY ? learning->plan->as_of : own) - day);
    return own == LKA_PLAN_DAY || day <= own;
}

/* The numbers of a column, or the ages of a date, in the order of the rows. *of_seeds: how many are the seeds'. */
static size_t gather_numbers(const struct lka_plan_learning *learning, size_t c, enum lka_type type, size_t *of_seeds)
{
    size_t count = 0;
    *of_seeds = 0;
    for (size_t row = 0; row < lka_learn_rows(learning); row++) {
        struct lka_span value = lka_learn_cell(learning, c, row);
        double number = 0;
        int64_t seconds = 0;
        if (value.length == 0) {
            continue;
        }
        if (type == LKA_TYPE_DATE && lka_parse_time(value, &seconds)) {
            if (!age_of(learning, row, seconds, &number)) {
                continue;
            }
        } else if (type == LKA_TYPE_NUMBER) {
            (void)lka_parse_number(value, &number);
        }
        learning->numbers[count++] = number + 0.0; /* -0 becomes 0: the two would be different edges */
        *of_seeds += row < learning->seeds->count;
    }
    return count;
}

static lka_status learn_number(struct lka_plan_learning *learning, size_t c, struct lka_plan_column *column,
                               struct lka_error *error)
{
    size_t of_seeds = 0;
    size_t count = gather_numbers(learning, c, column->type, &of_seeds);
    column->missing = count < lka_learn_rows(learning);
    if (count == 0) {
        learning->plan->column_count--;
        return lka_learn_leave_out(learning, c, error, "no value before the day that its row is as of");
    }
    lka_number_moments(learning->numbers, count, &column->centre, &column->scale);
    /* Bins are the pool's quantiles, unless only seeds have values. */
    double *binned = learning->numbers + (of_seeds < count ? of_seeds : 0);
    size_t binned_count = of_seeds < count ? count - of_seeds : count;
    qsort(binned, binned_count, sizeof *binned, ascending);
    size_t bins = learning->options->bins < LKA_MOST_EDGES ? learning->options->bins : LKA_MOST_EDGES;
    double *edges;
    LKA_TRY(LKA_NEW(edges, bins, error));
    size_t edge_count = lka_bin_edges(binned, binned_count, bins, learning->options->floor, edges);
    lka_status status = lka_plan_set_edges(learning->plan, column, edges, edge_count, error);
    lka_free(edges);
    return status;
}

static lka_status learn_words(struct lka_plan_learning *learning, size_t c, struct lka_plan_column *column,
                              struct lka_error *error)
{
    struct lka_tally tally = {0};
    lka_status status = lka_learn_count_words(learning, c, column->type, &tally, error);
    size_t frequent = status == LKA_OK ? lka_tally_sort(&tally, learning->options->floor) : 0;
    size_t most = learning->options->max_categories;
    most = most < LKA_MOST_WORDS ? most : LKA_MOST_WORDS;
    for (size_t i = 0; i < frequent && column->words.count < most && status == LKA_OK; i++) {
        bool duplicate = false;
        if (lka_word_fits(tally.entries[i].text)) {
            status = lka_plan_add_word(learning->plan, column, tally.entries[i].text, &duplicate, error);
        }
    }
    lka_tally_release(&tally);
    return status;
}

static lka_status learn_column(struct lka_plan_learning *learning, size_t c, struct lka_error *error)
{
    const struct lka_look *look = &learning->looks[c];
    struct lka_plan_column *column = NULL;
    LKA_TRY(lka_plan_add_column(learning->plan, lka_span_of(learning->schema->columns[c].name), look->type, &column,
                                error));
    column->missing = look->facts.missing > 0;
    if (look->type == LKA_TYPE_NUMBER || look->type == LKA_TYPE_DATE) {
        return learn_number(learning, c, column, error);
    }
    if (look->type == LKA_TYPE_BOOLEAN) {
        return LKA_OK;
    }
    LKA_TRY(learn_words(learning, c, column, error));
    if (column->words.count == 0) {
        lka_vocabulary_release(&column->words);
        learning->plan->column_count--;
        return lka_learn_leave_out(learning, c, error, "no %s is shared by %u people",
                                   look->type == LKA_TYPE_LIST ? "item" : "value", learning->options->floor);
    }
    return LKA_OK;
}

/* Names a column that might have been one to learn from, rather than one whose role forbids it. */
static lka_status fail_for_no_column(const struct lka_plan_learning *learning, struct lka_error *error)
{
    const struct lka_schema *schema = learning->schema;
    size_t first = 0;
    while (first < schema->count && schema->columns[first].role != LKA_ROLE_FEATURE) {
        first++;
    }
    first = first < schema->count ? first : 0;
    return lka_fail(error, LKA_DATA, "no column is left to learn from: all %zu are left out (%s: %s)", schema->count,
                    schema->count ? schema->columns[first].name : "none",
                    schema->count ? learning->looks[first].reason : "there is no column");
}

static lka_status learn_columns(struct lka_plan_learning *learning, struct lka_error *error)
{
    for (size_t c = 0; c < learning->schema->count; c++) {
        struct lka_look *look = &learning->looks[c];
        if (!look->reason) {
            LKA_TRY(learn_column(learning, c, error));
        }
        if (look->reason) {
            LKA_TRY(lka_plan_add_left_out(learning->plan, lka_span_of(learning->schema->columns[c].name),
                                          lka_span_of(look->reason), error));
        }
    }
    /* Of tables without rows the caller says so: every column would be blamed for having no values. */
    if (learning->plan->column_count == 0 && lka_learn_rows(learning) > 0) {
        return fail_for_no_column(learning, error);
    }
    return LKA_OK;
}

/* Standardised, all bins but the outermost are nearly one number: a few far out have made the scale. */
static bool is_flattened(const struct lka_plan_column *column)
{
    return column->edge_count > 1 &&
           column->edges[column->edge_count - 1] - column->edges[0] < FLAT_SPAN * column->scale;
}

static void warn_of_flattened(const struct lka_plan_learning *learning)
{
    size_t flattened = 0;
    const char *first = NULL;
    for (size_t i = 0; i < learning->plan->column_count; i++) {
        const struct lka_plan_column *column = &learning->plan->columns[i];
        if (is_flattened(column)) {
            first = flattened == 0 ? column->name : first;
            flattened++;
        }
    }
    if (flattened > 0) {
        lka_warn(
            learning->options->session,
            "numbers far from all others make these nearly one once standardised, so that svm, neighbours, centroid "
            "and one_class see little in them: %zu column%s, the first \"%.100s\"",
            flattened, flattened == 1 ? "" : "s", first);
    }
}

static lka_status learn(struct lka_plan_learning *learning, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(learning->looks, learning->schema->count, error));
    LKA_TRY(LKA_NEW(learning->numbers, lka_learn_rows(learning), error));
    LKA_TRY(lka_learn_look(learning, error));
    LKA_TRY(find_as_of(learning, error));
    LKA_TRY(learn_columns(learning, error));
    warn_of_flattened(learning);
    return lka_plan_finish(learning->plan, error);
}

lka_status lka_plan_learn(const struct lka_plan_options *options, const struct lka_schema *schema,
                          const struct lka_rows *seeds, const struct lka_rows *pool, struct lka_plan **plan,
                          struct lka_error *error)
{
    struct lka_plan_learning learning = {.options = options, .schema = schema, .seeds = seeds, .pool = pool};
    *plan = NULL;
    LKA_TRY(lka_plan_new(&learning.plan, error));
    lka_status status = learn(&learning, error);
    lka_free(learning.looks);
    lka_free(learning.numbers);
    if (status != LKA_OK) {
        lka_plan_free(learning.plan);
        return status;
    }
    *plan = learning.plan;
    return LKA_OK;
}
