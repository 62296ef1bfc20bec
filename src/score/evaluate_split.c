/* Evaluating by time: a model of the earlier seeds looks for the later ones. */
#include "base/date.h"
#include "base/error.h"
#include "base/json.h"
#include "score/evaluation.h"

#include <stdlib.h>

/* ---- the days ---------------------------------------------------------------------------------- */

struct days {
    int64_t *items;
    size_t count;
    size_t capacity;
    uint64_t undated;
};

static lka_status read_block_days(const struct lka_rows *rows, const struct lka_column *column, struct days *days,
                                  struct lka_error *error)
{
    LKA_TRY(lka_reserve(&days->items, &days->capacity, days->count + rows->count, sizeof *days->items, error));
    for (size_t row = 0; row < rows->count; row++) {
        struct lka_span cell = lka_cell(rows, 0, row);
        int64_t seconds = 0;
        char shown[64];
        if (cell.length == 0) {
            days->undated++;
            continue;
        }
        if (!lka_parse_time(cell, &seconds)) {
            return lka_fail_at(error, LKA_DATA, rows->file, rows->lines[row], 0,
                               "--split-by: %s in the column \"%.60s\" is no date; allowed: YYYY-MM-DD, with a time or "
                               "without",
                               lka_show(cell, lka_role_is_identifier(column->role), shown), column->name);
        }
        days->items[days->count++] = lka_day_of(seconds);
    }
    return LKA_OK;
}

static lka_status read_column(const struct lka_table *table, size_t column, struct days *days, struct lka_error *error)
{
    struct lka_rows rows;
    LKA_TRY(lka_source_select(table->source, &column, 1, error));
    LKA_TRY(lka_rows_init(&rows, 1, LKA_BLOCK_ROWS, error));
    lka_status status;
    do {
        status = lka_source_next(table->source, &rows, error);
        if (status == LKA_OK) {
            status = read_block_days(&rows, &table->schema.columns[column], days, error);
        }
    } while (status == LKA_OK && rows.count > 0);
    lka_rows_release(&rows);
    return status;
}

static lka_status read_days(const struct lka_evaluation *evaluation, struct days *days, struct lka_error *error)
{
    const char *name = evaluation->options->split_by;
    struct lka_table table = {0};
    LKA_TRY(lka_score_table_open(evaluation->all, evaluation->inputs.model, "seeds", NULL, &table, error));
    ptrdiff_t column = lka_schema_find(&table.schema, lka_span_of(name));
    lka_status status = column == LKA_NO_COLUMN
                            ? lka_fail(error, LKA_USAGE, "--split-by: the seeds have no column \"%.60s\"", name)
                            : read_column(&table, (size_t)column, days, error);
    lka_table_close(&table);
    return status;
}

static int by_day(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The first day of the later seeds: whole days, so that their share is the nearest that is not below the one wanted. */
static lka_status find_cut(struct days *days, double later, int64_t *cut, struct lka_error *error)
{
    if (days->count > 0) {
        qsort(days->items, days->count, sizeof *days->items, by_day);
        *cut = days->items[(size_t)((1 - later) * (double)days->count)];
    }
    if (days->count == 0 || *cut == days->items[0]) {
        return lka_fail(error, LKA_DATA,
                        "--split-by: no day parts earlier seeds from later ones; %zu have a date, %llu do not",
                        days->count, (unsigned long long)days->undated);
    }
    size_t earlier = 0;
    while (days->items[earlier] < *cut) {
        earlier++;
    }
    if (earlier < 10 || days->count - earlier < 10) {
        char day[16];
        lka_format_date(*cut, day);
        return lka_fail(error, LKA_DATA,
                        "--split-by: %zu seeds are earlier than %s and %zu are not; at least 10 of each are needed",
                        earlier, day, days->count - earlier);
    }
    return LKA_OK;
}

/* ---- earlier and later ---------------------------------------------------------------------- */

/* "COL" < 'DAY', and its opposite; quotes within the name are doubled. */
static lka_status make_rule(const char *column, const char *sign, const char *day, char **rule, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_string(&text, "\"");
    for (const char *at = column; *at; at++) {
        lka_text_append(&text, "\"\"", *at == '"' ? 2 : 0);
        lka_text_append(&text, at, *at != '"');
    }
    lka_text_format(&text, "\" %s '%s'", sign, day);
    return lka_text_take(&text, rule, error);
}

static lka_status look_for_later(struct lka_evaluation *evaluation, const struct lka_model *model, const char *rule,
                                 const char *day, const struct days *days, struct lka_error *error)
{
    struct lka_collected seeds = {0};
    struct lka_collected pool = {0};
    struct lka_ranking ranking;
    lka_status status = lka_evaluation_score_by(evaluation, model, rule, &seeds, &pool, error);
    if (status == LKA_OK) {
        status = lka_collected_rank(&seeds, &pool, &ranking, error);
    }
    lka_collected_release(&seeds);
    lka_collected_release(&pool);
    LKA_TRY(status);
    json_t *part = lka_ranking_json(&ranking);
    bool good = part && json_object_set_new(part, "column", lka_json_string(evaluation->options->split_by)) == 0 &&
                json_object_set_new(part, "from", json_string(day)) == 0 &&
                json_object_set_new(part, "undated", json_integer((json_int_t)days->undated)) == 0;
    if (!good) {
        json_decref(part);
        return lka_fail_memory(error, 0);
    }
    return lka_evaluation_add(evaluation, "later", part, error);
}

static bool model_reads(const struct lka_model *model, const char *name)
{
    for (size_t c = 0; c < lka_plan_column_count(model->plan); c++) {
        if (strcmp(lka_plan_column_name(model->plan, c), name) == 0) {
            return true;
        }
    }
    return false;
}

/* A model of the earlier seeds. That a date is early would tell them from the pool: it is no feature of it. */
static lka_status train_on_earlier(struct lka_evaluation *evaluation, const char *day, struct lka_model **model,
                                   struct lka_error *error)
{
    char *rule = NULL;
    char *column = evaluation->options->split_by;
    struct lka_list dated = {&column, 1};
    struct lka_list nothing = {0};
    bool reads = model_reads(evaluation->inputs.model, evaluation->options->split_by);
    LKA_TRY(make_rule(evaluation->options->split_by, "<", day, &rule, error));
    struct lka_refit refit = lka_evaluation_refit(evaluation, reads ? &dated : &nothing, rule);
    lka_status status = lka_refit_check(&refit, error);
    if (status == LKA_OK) {
        status = lka_refit_train(&refit, model, error);
    }
    lka_free(rule);
    return status;
}

static lka_status split(struct lka_evaluation *evaluation, struct days *days, struct lka_error *error)
{
    int64_t cut = 0;
    char day[16];
    char *rule = NULL;
    struct lka_model *model = NULL;
    LKA_TRY(read_days(evaluation, days, error));
    LKA_TRY(find_cut(days, evaluation->options->later, &cut, error));
    lka_format_date(cut, day);
    LKA_TRY(train_on_earlier(evaluation, day, &model, error));
    lka_status status = make_rule(evaluation->options->split_by, ">=", day, &rule, error);
    if (status == LKA_OK) {
        status = look_for_later(evaluation, model, rule, day, days, error);
    }
    lka_free(rule);
    lka_model_close(model);
    return status;
}

lka_status lka_evaluation_split(struct lka_evaluation *evaluation, struct lka_error *error)
{
    struct days days = {0};
    lka_status status = evaluation->options->split_by ? split(evaluation, &days, error) : LKA_OK;
    lka_free(days.items);
    return status;
}
