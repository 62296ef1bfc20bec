/* What a feature's code and value mean, in words. */
#include "features/column.h"

#include "base/date.h"

static void describe_bin(const struct lka_plan_column *column, uint16_t code, struct lka_text *text)
{
    size_t bin = (size_t)code - 1;
    if (column->edge_count == 0) {
        lka_text_string(text, "any value");
    } else if (bin == 0) {
        lka_text_format(text, "up to %.6g", column->edges[0]);
    } else if (bin >= column->edge_count) {
        lka_text_format(text, "over %.6g", column->edges[column->edge_count - 1]);
    } else {
        lka_text_format(text, "over %.6g, up to %.6g", column->edges[bin - 1], column->edges[bin]);
    }
}

/* "41 (over 34, up to 41)"; the bin alone where the value is not a number. */
static void describe_number(const struct lka_plan_column *column, uint16_t code, double value, struct lka_text *text)
{
    if (code == LKA_CODE_MISSING) {
        lka_text_string(text, "missing");
        return;
    }
    if (value != value) {
        describe_bin(column, code, text);
        return;
    }
    lka_text_format(text, "%.6g%s (", column->centre + value * column->scale,
                    column->type == LKA_TYPE_DATE ? " days" : "");
    describe_bin(column, code, text);
    lka_text_string(text, ")");
}

static const char *month_or_weekday(bool month, uint16_t code)
{
    static const char *const months[] = {"missing", "January", "February",  "March",   "April",    "May",     "June",
                                         "July",    "August",  "September", "October", "November", "December"};
    static const char *const weekdays[] = {"missing",  "Monday", "Tuesday",  "Wednesday",
                                           "Thursday", "Friday", "Saturday", "Sunday"};
    if (month) {
        return code <= 12 ? months[code] : "unknown";
    }
    return code <= 7 ? weekdays[code] : "unknown";
}

static void describe_category(const struct lka_plan_column *column, uint16_t code, struct lka_text *text)
{
    size_t word = (size_t)code - LKA_CODE_FIRST_WORD;
    if (code == LKA_CODE_MISSING) {
        lka_text_string(text, "missing");
    } else if (code == LKA_CODE_RARE || word >= column->words.count) {
        lka_text_string(text, "rare or unseen");
    } else {
        lka_text_append(text, column->words.words[word].text, column->words.words[word].length);
    }
}

static const char *list_state(const struct lka_plan_column *column, size_t part, uint16_t code)
{
    if (part == column->words.count) {
        return code ? "missing" : "given";
    }
    return code ? "present" : "absent";
}

void lka_plan_describe(const struct lka_plan *plan, size_t feature, uint16_t code, double value, struct lka_text *text)
{
    const struct lka_plan_column *column = &plan->columns[plan->features[feature].column];
    size_t part = feature - column->first_feature;
    switch (column->type) {
    case LKA_TYPE_NUMBER:
        describe_number(column, code, value, text);
        break;
    case LKA_TYPE_DATE:
        if (part == 0) {
            describe_number(column, code, value, text);
        } else {
            lka_text_string(text, month_or_weekday(part == 1, code));
        }
        break;
    case LKA_TYPE_LIST:
        lka_text_string(text, list_state(column, part, code));
        break;
    case LKA_TYPE_BOOLEAN:
        lka_text_string(text, code == LKA_CODE_MISSING ? "missing" : code == 2 ? "yes" : "no");
        break;
    default:
        describe_category(column, code, text);
        break;
    }
}
