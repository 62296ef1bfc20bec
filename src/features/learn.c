/* Learning a plan. First every column is looked at: its role, its type, what its values are like. Then the as-of day is
 * known, and each column that is left becomes constants: centre, scale and edges, or a vocabulary. */
#include "features/column.h"

#include "base/date.h"
#include "base/error.h"
#include "features/misfits.h"
#include "table/profile.h"
#include "table/tally.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Up to so many values, being all different says nothing. */
enum { FEW_VALUES = 50 };

/* What the first look at a column found. */
struct look {
    enum lka_type type;
    struct lka_profile_facts facts;
    const char *reason; /* why it is left out; in the plan's arena; NULL: it is a candidate */
};

struct learning {
    const struct lka_plan_options *options;
    const struct lka_schema *schema;
    const struct lka_rows *seeds;
    const struct lka_rows *pool;
    struct lka_plan *plan;
    struct look *looks; /* one a column of the schema */
    double *numbers;    /* room for one a row */
};

static size_t row_count(const struct learning *learning)
{
    return learning->seeds->count + learning->pool->count;
}

/* Seeds first, then the pool. */
static struct lka_span cell(const struct learning *learning, size_t column, size_t row)
{
    size_t seeds = learning->seeds->count;
    return row < seeds ? lka_cell(learning->seeds, column, row) : lka_cell(learning->pool, column, row - seeds);
}

/* ---- the first look --------------------------------------------------------------------------- */

static lka_status leave_out(struct learning *learning, size_t column, struct lka_error *error, const char *format, ...)
    LKA_PRINTF(4, 5);

static lka_status leave_out(struct learning *learning, size_t column, struct lka_error *error, const char *format, ...)
{
    char reason[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    return lka_plan_text(learning->plan, lka_span_of(reason), &learning->looks[column].reason, error);
}

static bool is_excluded(const struct learning *learning, const char *name)
{
    for (size_t i = 0; i < learning->options->exclude.count; i++) {
        if (strcmp(learning->options->exclude.items[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* What is known without the values. */
static lka_status look_at_schema(struct learning *learning, size_t c, struct lka_error *error)
{
    const struct lka_column *column = &learning->schema->columns[c];
    struct lka_span name = lka_span_of(column->name);
    if (column->role != LKA_ROLE_FEATURE) {
        return leave_out(learning, c, error, "its role is %s", lka_role_name(column->role));
    }
    if (is_excluded(learning, column->name)) {
        return leave_out(learning, c, error, "excluded by the user");
    }
    if (!lka_word_fits(name)) {
        return leave_out(learning, c, error, "its name has %u bytes or is no UTF-8; at most %d bytes are allowed",
                         name.length, (int)LKA_LONGEST_WORD);
    }
    return LKA_OK;
}

/* A sample need not be in the order of its file: of several values that do not fit the one with the smallest line is
 * told. */
static lka_status check_given_type(const struct learning *learning, size_t c, const struct lka_rows *rows,
                                   struct lka_error *error)
{
    const struct lka_column *column = &learning->schema->columns[c];
    size_t first = rows->count;
    for (size_t row = 0; row < rows->count; row++) {
        bool fits = lka_type_fits(column->type, lka_cell(rows, c, row));
        if (!fits && (first == rows->count || rows->lines[row] < rows->lines[first])) {
            first = row;
        }
    }
    return first < rows->count ? lka_type_fail(error, rows, c, first, column->name, column->type, false) : LKA_OK;
}

static lka_status look_at_values(struct learning *learning, size_t c, struct lka_error *error)
{
    const struct lka_column *column = &learning->schema->columns[c];
    struct look *look = &learning->looks[c];
    struct lka_profile *profile;
    LKA_TRY(lka_profile_new(&profile, error));
    lka_status status = LKA_OK;
    for (size_t row = 0; row < row_count(learning) && status == LKA_OK; row++) {
        status = lka_profile_add(profile, cell(learning, c, row), error);
    }
    look->facts = lka_profile_facts(profile);
    look->type = column->type != LKA_TYPE_UNKNOWN ? column->type : lka_profile_type(profile);
    lka_profile_free(profile);
    if (status == LKA_OK && column->type != LKA_TYPE_UNKNOWN) {
        status = check_given_type(learning, c, learning->seeds, error);
    }
    if (status == LKA_OK && column->type != LKA_TYPE_UNKNOWN) {
        status = check_given_type(learning, c, learning->pool, error);
    }
    struct lka_misfits misfits;
    if (status == LKA_OK && column->type == LKA_TYPE_UNKNOWN &&
        lka_misfits_find(look->type, &look->facts, learning->seeds, learning->pool, c, &misfits)) {
        lka_misfits_tell(&misfits, column->name, false, learning->options->session);
    }
    return status;
}

static bool booleans_differ(const struct learning *learning, size_t c)
{
    bool met[2] = {false, false};
    for (size_t row = 0; row < row_count(learning); row++) {
        bool yes;
        if (lka_parse_boolean(cell(learning, c, row), &yes)) {
            met[yes] = true;
        }
    }
    return met[0] && met[1];
}

/* Are all values that are present the same? */
static bool is_constant(const struct learning *learning, size_t c)
{
    const struct look *look = &learning->looks[c];
    switch (look->type) {
    case LKA_TYPE_NUMBER:
        return look->facts.minimum == look->facts.maximum;
    case LKA_TYPE_DATE:
        return lka_day_of(look->facts.earliest) == lka_day_of(look->facts.latest);
    case LKA_TYPE_BOOLEAN:
        return !booleans_differ(learning, c);
    default:
        return look->facts.distinct == 1;
    }
}

static lka_status count_words(const struct learning *learning, size_t c, enum lka_type type, struct lka_tally *tally,
                              struct lka_error *error)
{
    for (size_t row = 0; row < row_count(learning); row++) {
        struct lka_span rest = cell(learning, c, row);
        struct lka_span item;
        if (type != LKA_TYPE_LIST && rest.length > 0) {
            LKA_TRY(lka_tally_add(tally, rest, row, NULL, error));
        }
        while (type == LKA_TYPE_LIST && lka_next_item(&rest, &item)) {
            LKA_TRY(lka_tally_add(tally, item, row, NULL, error));
        }
    }
    return LKA_OK;
}

/* How many different values there are, also where the profile stopped counting. */
static lka_status count_distinct(const struct learning *learning, size_t c, uint64_t *distinct, struct lka_error *error)
{
    const struct lka_profile_facts *facts = &learning->looks[c].facts;
    *distinct = facts->distinct;
    if (facts->distinct <= LKA_PROFILE_DISTINCT) {
        return LKA_OK;
    }
    struct lka_tally tally = {0};
    lka_status status = count_words(learning, c, LKA_TYPE_CATEGORY, &tally, error);
    *distinct = tally.count;
    lka_tally_release(&tally);
    return status;
}

/* Are all values digits, a comma, digits? */
static bool has_decimal_commas(const struct learning *learning, size_t c)
{
    size_t found = 0;
    for (size_t row = 0; row < row_count(learning); row++) {
        struct lka_span value = cell(learning, c, row);
        const char *comma = value.length ? memchr(value.text, ',', value.length) : NULL;
        char point[32];
        double number;
        if (value.length == 0) {
            continue;
        }
        if (!comma || value.length >= sizeof point) {
            return false;
        }
        memcpy(point, value.text, value.length);
        point[comma - value.text] = '.';
        if (!lka_parse_number((struct lka_span){point, value.length}, &number)) {
            return false;
        }
        found++;
    }
    return found > 0;
}

/* A column that tells each person from the others. A user who says that it is a feature is believed. */
static lka_status judge_uniqueness(struct learning *learning, size_t c, struct lka_error *error)
{
    const struct look *look = &learning->looks[c];
    const struct lka_profile_facts *facts = &look->facts;
    if (learning->schema->columns[c].role_given || facts->values <= FEW_VALUES) {
        return LKA_OK;
    }
    uint64_t distinct = 0;
    LKA_TRY(count_distinct(learning, c, &distinct, error));
    bool counted = facts->missing == 0 && facts->integers == facts->values && distinct == facts->values;
    if (look->type == LKA_TYPE_NUMBER && counted) {
        return leave_out(learning, c, error, "looks like an identifier: %llu whole numbers, all different",
                         (unsigned long long)distinct);
    }
    if (look->type == LKA_TYPE_CATEGORY && has_decimal_commas(learning, c)) {
        return leave_out(learning, c, error, "numbers with a decimal comma: write a point, or give --type category");
    }
    if (look->type == LKA_TYPE_CATEGORY && distinct > facts->values / 2) {
        return leave_out(learning, c, error, "nearly unique: %llu different values in %llu rows",
                         (unsigned long long)distinct, (unsigned long long)facts->values);
    }
    return LKA_OK;
}

/* Reasons that the values give. */
static lka_status judge(struct learning *learning, size_t c, struct lka_error *error)
{
    const struct lka_profile_facts *facts = &learning->looks[c].facts;
    if (facts->values == 0) {
        return leave_out(learning, c, error, "no values");
    }
    if (facts->missing == 0 && is_constant(learning, c)) {
        return leave_out(learning, c, error, "every row has the same value");
    }
    return judge_uniqueness(learning, c, error);
}

static lka_status look_at_columns(struct learning *learning, struct lka_error *error)
{
    for (size_t c = 0; c < learning->schema->count; c++) {
        LKA_TRY(look_at_schema(learning, c, error));
        if (!learning->looks[c].reason) {
            LKA_TRY(look_at_values(learning, c, error));
            LKA_TRY(judge(learning, c, error));
        }
    }
    return LKA_OK;
}

/* ---- the as-of day ---------------------------------------------------------------------------- */

/* The day that a row's ages are counted to. */
static int64_t as_of_day(const struct learning *learning, size_t row)
{
    size_t seeds = learning->seeds->count;
    const int64_t *days = row < seeds ? learning->options->seeds_as_of : learning->options->pool_as_of;
    return days ? days[row < seeds ? row : row - seeds] : LKA_PLAN_DAY;
}

/* The latest of the rows' own days, in seconds, if that is later than `seconds`. */
static int64_t latest_own_day(const struct learning *learning, int64_t seconds)
{
    for (size_t row = 0; row < row_count(learning); row++) {
        int64_t day = as_of_day(learning, row);
        seconds = day != LKA_PLAN_DAY && day > lka_day_of(seconds) ? day * 86400 : seconds;
    }
    return seconds;
}

static lka_status find_as_of(struct learning *learning, struct lka_error *error)
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
        const struct look *look = &learning->looks[c];
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
static bool age_of(const struct learning *learning, size_t row, int64_t seconds, double *age)
{
    int64_t own = as_of_day(learning, row);
    int64_t day = lka_day_of(seconds);
    *age = (double)((own == LKA_PLAN_DAY ? learning->plan->as_of : own) - day);
    return own == LKA_PLAN_DAY || day <= own;
}

/* The numbers of a column, or the ages of a date, in the order of the rows. *of_seeds: how many are the seeds'. */
static size_t gather_numbers(const struct learning *learning, size_t c, enum lka_type type, size_t *of_seeds)
{
    size_t count = 0;
    *of_seeds = 0;
    for (size_t row = 0; row < row_count(learning); row++) {
        struct lka_span value = cell(learning, c, row);
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

static lka_status learn_number(struct learning *learning, size_t c, struct lka_plan_column *column,
                               struct lka_error *error)
{
    size_t of_seeds = 0;
    size_t count = gather_numbers(learning, c, column->type, &of_seeds);
    column->missing = count < row_count(learning);
    if (count == 0) {
        learning->plan->column_count--;
        return leave_out(learning, c, error, "no value before the day that its row is as of");
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

static lka_status learn_words(struct learning *learning, size_t c, struct lka_plan_column *column,
                              struct lka_error *error)
{
    struct lka_tally tally = {0};
    lka_status status = count_words(learning, c, column->type, &tally, error);
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

static lka_status learn_column(struct learning *learning, size_t c, struct lka_error *error)
{
    const struct look *look = &learning->looks[c];
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
        return leave_out(learning, c, error, "no %s is shared by %u people",
                         look->type == LKA_TYPE_LIST ? "item" : "value", learning->options->floor);
    }
    return LKA_OK;
}

static lka_status learn_columns(struct learning *learning, struct lka_error *error)
{
    for (size_t c = 0; c < learning->schema->count; c++) {
        struct look *look = &learning->looks[c];
        if (!look->reason) {
            LKA_TRY(learn_column(learning, c, error));
        }
        if (look->reason) {
            LKA_TRY(lka_plan_add_left_out(learning->plan, lka_span_of(learning->schema->columns[c].name),
                                          lka_span_of(look->reason), error));
        }
    }
    if (learning->plan->column_count == 0) {
        return lka_fail(error, LKA_DATA, "no column is left to learn from: all %zu are left out (the first is %s: %s)",
                        learning->schema->count,
                        learning->plan->left_out_count ? learning->plan->left_out[0].name : "none",
                        learning->plan->left_out_count ? learning->plan->left_out[0].reason : "there is no column");
    }
    return LKA_OK;
}

static lka_status learn(struct learning *learning, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(learning->looks, learning->schema->count, error));
    LKA_TRY(LKA_NEW(learning->numbers, row_count(learning), error));
    LKA_TRY(look_at_columns(learning, error));
    LKA_TRY(find_as_of(learning, error));
    LKA_TRY(learn_columns(learning, error));
    return lka_plan_finish(learning->plan, error);
}

lka_status lka_plan_learn(const struct lka_plan_options *options, const struct lka_schema *schema,
                          const struct lka_rows *seeds, const struct lka_rows *pool, struct lka_plan **plan,
                          struct lka_error *error)
{
    struct learning learning = {.options = options, .schema = schema, .seeds = seeds, .pool = pool};
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
