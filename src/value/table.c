/* value.csv. */
#include "base/error.h"
#include "value/result.h"

enum { FLUSH = 1 << 16 };

static void add_number(struct lka_text *text, double number)
{
    lka_text_append(text, ",", 1);
    lka_text_number(text, number);
}

static void add_row(const struct lka_value_result *result, size_t i, struct lka_text *text)
{
    const struct lka_customer *customer = &result->customers.items[i];
    const struct lka_prospect *prospect = &result->prospects[i];
    lka_text_csv_field(text, customer->id, ',');
    lka_text_format(text, ",%u", customer->frequency);
    add_number(text, customer->recency);
    add_number(text, customer->age);
    add_number(text, prospect->alive);
    add_number(text, prospect->purchases);
    add_number(text, prospect->spend);
    add_number(text, prospect->value);
    lka_text_format(text, ",%s", lka_cluster_names[prospect->cluster]);
    if (result->previous) {
        lka_text_append(text, ",", 1);
        lka_text_csv_field(text, result->previous[i], ',');
    }
    lka_text_append(text, "\n", 1);
}

static lka_status write_rows(const struct lka_value_result *result, struct lka_output *output, struct lka_text *text,
                             struct lka_error *error)
{
    lka_text_string(text, "contact_id,frequency,recency,T,p_alive,expected_purchases,expected_spend,value,cluster");
    lka_text_string(text, result->previous ? ",previous_cluster\n" : "\n");
    for (size_t i = 0; i < result->customers.count; i++) {
        add_row(result, i, text);
        if (text->failed) {
            return lka_fail_memory(error, text->capacity);
        }
        if (text->length >= FLUSH) {
            LKA_TRY(lka_output_write(output, text->bytes, text->length, error));
            lka_text_clear(text);
            LKA_TRY(lka_step(&result->warnings.session, "write", i, result->customers.count, error));
        }
    }
    return lka_output_write(output, text->bytes, text->length, error);
}

lka_status lka_value_write(const struct lka_value_result *result, const char *path, struct lka_error *error)
{
    struct lka_output *output = NULL;
    struct lka_text text = {0};
    LKA_TRY(lka_output_open(path, true, &output, error));
    lka_status status = write_rows(result, output, &text, error);
    lka_text_release(&text);
    if (status != LKA_OK) {
        lka_output_abandon(output);
        return status;
    }
    return lka_output_commit(output, error);
}
