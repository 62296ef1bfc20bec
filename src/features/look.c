/* The first look at every column: its role, its type, what its values are like, and with that whether it is a candidate
 * for a feature. */
#include "features/learning.h"

#include "base/date.h"
#include "base/error.h"
#include "features/misfits.h"

#include <stdarg.h>
#include <stdio.h>

/* Up to so many values, being all different says nothing. */
enum { FEW_VALUES = 50 };

lka_status lka_learn_leave_out(struct lka_plan_learning *learning, size_t column, struct lka_error *error,
                               const char *format, ...)
{
    char reason[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    return lka_plan_text(learning->plan, lka_span_of(reason), &learning->looks[column].reason, error);
}

static bool is_excluded(const struct lka_plan_learning *learning, const char *name)
{
    for (size_t i = 0; i < learning->options->exclude.count; i++) {
        if (strcmp(learning->options->exclude.items[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* A column that only its name takes for a postal code: no value has a digit ("Urban", "Rural"), as nearly every country's
 * codes have. */
static bool is_no_postcode(const struct lka_plan_learning *learning, size_t c)
{
    const struct lka_column *column = &learning->schema->columns[c];
    size_t values = 0;
    if (column->role != LKA_ROLE_POSTCODE || column->role_given) {
        return false;
    }
    for (size_t row = 0; row < lka_learn_rows(learning); row++) {
        struct lka_span value = lka_learn_cell(learning, c, row);
        for (uint32_t i = 0; i < value.length; i++) {
            if (value.text[i] >= '0' && value.text[i] <= '9') {
                return false;
            }
        }
        values += value.length > 0;
    }
    return values > 0;
}

/* What is known without the values, but of a column that its name alone makes a postal code. */
static lka_status look_at_schema(struct lka_plan_learning *learning, size_t c, struct lka_error *error)
{
    const struct lka_column *column = &learning->schema->columns[c];
    struct lka_span name = lka_span_of(column->name);
    if (is_no_postcode(learning, c)) {
        lka_log_step(learning->options->session, "features",
                     "\"%.100s\" has no digit in it and is learned from, though its name is that of a postal code "
                     "(--role \"%.100s=postcode\" leaves it out)",
                     column->name, column->name);
    } else if (column->role != LKA_ROLE_FEATURE) {
        return lka_learn_leave_out(learning, c, error, "its role is %s", lka_role_name(column->role));
    }
    if (is_excluded(learning, column->name)) {
        return lka_learn_leave_out(learning, c, error, "excluded by the user");
    }
    if (!lka_word_fits(name)) {
        return lka_learn_leave_out(learning, c, error,
                                   "its name has %u bytes or is no UTF-8; at most %d bytes are allowed", name.length,
                                   (int)LKA_LONGEST_WORD);
    }
    return LKA_OK;
}

/* A sample need not be in the order of its file: of several values that do not fit the one with the smallest line is
 * told. */
static lka_status check_given_type(const struct lka_plan_learning *learning, size_t c, const struct lka_rows *rows,
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

static lka_status look_at_values(struct lka_plan_learning *learning, size_t c, struct lka_error *error)
{
    const struct lka_column *column = &learning->schema->columns[c];
    struct lka_look *look = &learning->looks[c];
    struct lka_profile *profile;
    LKA_TRY(lka_profile_new(&profile, error));
    lka_status status = LKA_OK;
    for (size_t row = 0; row < lka_learn_rows(learning) && status == LKA_OK; row++) {
        status = lka_profile_add(profile, lka_learn_cell(learning, c, row), error);
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

static bool booleans_differ(const struct lka_plan_learning *learning, size_t c)
{
    bool met[2] = {false, false};
    for (size_t row = 0; row < lka_learn_rows(learning); row++) {
        bool yes;
        if (lka_parse_boolean(lka_learn_cell(learning, c, row), &yes)) {
            met[yes] = true;
        }
    }
    return met[0] && met[1];
}

/* Are all values that are present the same? */
static bool is_constant(const struct lka_plan_learning *learning, size_t c)
{
    const struct lka_look *look = &learning->looks[c];
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

lka_status lka_learn_count_words(const struct lka_plan_learning *learning, size_t c, enum lka_type type,
                                 struct lka_tally *tally, struct lka_error *error)
{
    for (size_t row = 0; row < lka_learn_rows(learning); row++) {
        struct lka_span rest = lka_learn_cell(learning, c, row);
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
static lka_status count_distinct(const struct lka_plan_learning *learning, size_t c, uint64_t *distinct,
                                 struct lka_error *error)
{
    const struct lka_profile_facts *facts = &learning->looks[c].facts;
    *distinct = facts->distinct;
    if (facts->distinct <= LKA_PROFILE_DISTINCT) {
        return LKA_OK;
    }
    struct lka_tally tally = {0};
    lka_status status = lka_learn_count_words(learning, c, LKA_TYPE_CATEGORY, &tally, error);
    *distinct = tally.count;
    lka_tally_release(&tally);
    return status;
}

/* Are all values digits, a comma, digits? */
static bool has_decimal_commas(const struct lka_plan_learning *learning, size_t c)
{
    size_t found = 0;
    for (size_t row = 0; row < lka_learn_rows(learning); row++) {
        struct lka_span value = lka_learn_cell(learning, c, row);
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
static lka_status judge_uniqueness(struct lka_plan_learning *learning, size_t c, struct lka_error *error)
{
    const struct lka_look *look = &learning->looks[c];
    const struct lka_profile_facts *facts = &look->facts;
    if (learning->schema->columns[c].role_given || facts->values <= FEW_VALUES) {
        return LKA_OK;
    }
    uint64_t distinct = 0;
    LKA_TRY(count_distinct(learning, c, &distinct, error));
    bool counted = facts->missing == 0 && facts->integers == facts->values && distinct == facts->values;
    if (look->type == LKA_TYPE_NUMBER && counted) {
        return lka_learn_leave_out(learning, c, error, "looks like an identifier: %llu whole numbers, all different",
                                   (unsigned long long)distinct);
    }
    if (look->type == LKA_TYPE_CATEGORY && has_decimal_commas(learning, c)) {
        return lka_learn_leave_out(learning, c, error,
                                   "numbers with a decimal comma: write a point, or give --type category");
    }
    if (look->type == LKA_TYPE_CATEGORY && distinct > facts->values / 2) {
        return lka_learn_leave_out(learning, c, error, "nearly unique: %llu different values in %llu rows",
                                   (unsigned long long)distinct, (unsigned long long)facts->values);
    }
    return LKA_OK;
}

/* Reasons that the values give. */
static lka_status judge(struct lka_plan_learning *learning, size_t c, struct lka_error *error)
{
    const struct lka_profile_facts *facts = &learning->looks[c].facts;
    if (facts->values == 0) {
        return lka_learn_leave_out(learning, c, error, "no values");
    }
    if (facts->missing == 0 && is_constant(learning, c)) {
        return lka_learn_leave_out(learning, c, error, "every row has the same value");
    }
    return judge_uniqueness(learning, c, error);
}

/* Left out, though the column might have been meant to tell something: a constant never could. */
static bool is_missed(const struct lka_plan_learning *learning, size_t c)
{
    const struct lka_look *look = &learning->looks[c];
    return look->reason && lka_learn_rows(learning) > 0 && (look->facts.values == 0 || !is_constant(learning, c));
}

/* One warning for all: of thousands of columns many may be empty. */
static void warn_of_missed(const struct lka_plan_learning *learning, size_t missed, size_t first)
{
    const char *name = learning->schema->columns[first].name;
    const char *reason = learning->looks[first].reason;
    if (missed == 1) {
        lka_warn(learning->options->session, "the column \"%.100s\" is left out: %s", name, reason);
    } else if (missed > 1) {
        lka_warn(learning->options->session, "%zu columns are left out for their values, the first \"%.100s\": %s",
                 missed, name, reason);
    }
}

lka_status lka_learn_look(struct lka_plan_learning *learning, struct lka_error *error)
{
    size_t missed = 0;
    size_t first = 0;
    for (size_t c = 0; c < learning->schema->count; c++) {
        LKA_TRY(look_at_schema(learning, c, error));
        if (!learning->looks[c].reason) {
            LKA_TRY(look_at_values(learning, c, error));
            LKA_TRY(judge(learning, c, error));
            first = missed == 0 ? c : first;
            missed += is_missed(learning, c);
        }
    }
    warn_of_missed(learning, missed, first);
    return LKA_OK;
}
