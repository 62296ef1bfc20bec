/* A feature and its value for somebody who knows the customers and not the model. */
#include "features/column.h"

#include <math.h>

/* "_" is a space in a name, and a bar separates reasons. */
static void say_words(const char *words, size_t length, bool name, struct lka_text *text)
{
    for (size_t i = 0; i < length; i++) {
        char letter = words[i] == '|' ? '/' : name && words[i] == '_' ? ' ' : words[i];
        lka_text_append(text, &letter, 1);
    }
}

/* Edges are values that occurred: where all are whole, so are the values between them. */
static bool is_whole(const struct lka_plan_column *column)
{
    for (size_t e = 0; e < column->edge_count; e++) {
        if (column->edges[e] != floor(column->edges[e])) {
            return false;
        }
    }
    return true;
}

static void say_between(const struct lka_plan_column *column, double low, double high, struct lka_text *text)
{
    double least = is_whole(column) ? low + 1 : low;
    if (least >= high) {
        lka_text_format(text, "%.6g", high);
    } else {
        lka_text_format(text, "%.6g to %.6g", least, high);
    }
}

static void say_number(const struct lka_plan_column *column, uint16_t first, uint16_t last, struct lka_text *text)
{
    if (first == LKA_CODE_MISSING) {
        lka_text_string(text, "missing");
        return;
    }
    size_t low = (size_t)first - 1; /* its own lower edge stands before it */
    size_t high = (size_t)last - 1;
    if (low == 0 && high >= column->edge_count) {
        lka_text_string(text, "given");
        return;
    }
    if (low == 0) {
        lka_text_format(text, "up to %.6g", column->edges[high]);
    } else if (high >= column->edge_count) {
        lka_text_format(text, "over %.6g",
                        column->edges[low - 1 < column->edge_count ? low - 1 : column->edge_count - 1]);
    } else {
        say_between(column, column->edges[low - 1], column->edges[high], text);
    }
    lka_text_string(text, column->type == LKA_TYPE_DATE ? " days" : "");
}

static void say_item(const struct lka_plan_column *column, size_t part, uint16_t code, struct lka_text *text)
{
    if (part >= column->words.count) {
        lka_text_string(text, code ? "missing" : "given");
        return;
    }
    lka_text_string(text, code ? "" : "not ");
    say_words(column->words.words[part].text, column->words.words[part].length, false, text);
}

/* What is said elsewhere about one value (describe.c), without its bars. */
static void say_described(const struct lka_plan *plan, size_t feature, uint16_t code, struct lka_text *text)
{
    size_t before = text->length;
    lka_plan_describe(plan, feature, code, NAN, text);
    for (size_t i = before; i < text->length && !text->failed; i++) {
        text->bytes[i] = text->bytes[i] == '|' ? '/' : text->bytes[i];
    }
}

void lka_plan_say(const struct lka_plan *plan, size_t feature, uint16_t first, uint16_t last, struct lka_text *text)
{
    static const char *const parts[] = {" age", " month", " weekday"};
    const struct lka_plan_column *column = &plan->columns[plan->features[feature].column];
    size_t part = feature - column->first_feature;
    bool date = column->type == LKA_TYPE_DATE;
    say_words(column->name, strlen(column->name), true, text);
    lka_text_format(text, "%s: ", date && part < 3 ? parts[part] : "");
    if (column->type == LKA_TYPE_NUMBER || (date && part == 0)) {
        say_number(column, first, last, text);
    } else if (column->type == LKA_TYPE_LIST) {
        say_item(column, part, first, text);
    } else {
        say_described(plan, feature, first, text);
    }
}
