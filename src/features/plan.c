#include "features/column.h"

#include "base/error.h"

/* ---- making and freeing ----------------------------------------------------------------------- */

lka_status lka_plan_new(struct lka_plan **plan, struct lka_error *error)
{
    *plan = lka_new(1, sizeof **plan);
    if (!*plan) {
        return lka_fail_memory(error, sizeof **plan);
    }
    (*plan)->clip = LKA_CLIP;
    return LKA_OK;
}

void lka_plan_free(struct lka_plan *plan)
{
    if (!plan) {
        return;
    }
    for (size_t i = 0; i < plan->column_count; i++) {
        lka_vocabulary_release(&plan->columns[i].words);
    }
    lka_free(plan->columns);
    lka_free(plan->left_out);
    lka_free(plan->features);
    lka_arena_release(&plan->arena);
    lka_free(plan);
}

lka_status lka_plan_text(struct lka_plan *plan, struct lka_span text, const char **copy, struct lka_error *error)
{
    char *bytes = lka_arena_take(&plan->arena, (size_t)text.length + 1);
    if (!bytes) {
        return lka_fail_memory(error, text.length);
    }
    if (text.length) {
        memcpy(bytes, text.text, text.length);
    }
    bytes[text.length] = '\0';
    *copy = bytes;
    return LKA_OK;
}

lka_status lka_plan_add_column(struct lka_plan *plan, struct lka_span name, enum lka_type type,
                               struct lka_plan_column **column, struct lka_error *error)
{
    const char *copy = NULL;
    LKA_TRY(lka_plan_text(plan, name, &copy, error));
    LKA_TRY(lka_reserve(&plan->columns, &plan->column_capacity, plan->column_count + 1, sizeof *plan->columns, error));
    *column = &plan->columns[plan->column_count++];
    **column = (struct lka_plan_column){.name = copy, .type = type, .scale = 1};
    return LKA_OK;
}

lka_status lka_plan_add_left_out(struct lka_plan *plan, struct lka_span name, struct lka_span reason,
                                 struct lka_error *error)
{
    struct lka_left_out left_out;
    LKA_TRY(lka_plan_text(plan, name, &left_out.name, error));
    LKA_TRY(lka_plan_text(plan, reason, &left_out.reason, error));
    LKA_TRY(lka_reserve(&plan->left_out, &plan->left_out_capacity, plan->left_out_count + 1, sizeof *plan->left_out,
                        error));
    plan->left_out[plan->left_out_count++] = left_out;
    return LKA_OK;
}

lka_status lka_plan_add_word(struct lka_plan *plan, struct lka_plan_column *column, struct lka_span word,
                             bool *duplicate, struct lka_error *error)
{
    const char *copy = NULL;
    LKA_TRY(lka_plan_text(plan, word, &copy, error));
    return lka_vocabulary_add(&column->words, (struct lka_span){copy, word.length}, duplicate, error);
}

lka_status lka_plan_set_edges(struct lka_plan *plan, struct lka_plan_column *column, const double *edges, size_t count,
                              struct lka_error *error)
{
    double *copy = lka_arena_take(&plan->arena, count * sizeof *copy);
    if (!copy) {
        return lka_fail_memory(error, count * sizeof *copy);
    }
    if (count > 0) {
        memcpy(copy, edges, count * sizeof *copy);
    }
    column->edges = copy;
    column->edge_count = count;
    return LKA_OK;
}

bool lka_word_fits(struct lka_span word)
{
    return word.length > 0 && word.length <= LKA_LONGEST_WORD && !memchr(word.text, '\0', word.length) &&
           lka_utf8_valid(word);
}

/* ---- features --------------------------------------------------------------------------------- */

static size_t feature_count(const struct lka_plan_column *column)
{
    switch (column->type) {
    case LKA_TYPE_LIST:
        return column->words.count + column->missing;
    case LKA_TYPE_DATE:
        return 3;
    default:
        return 1;
    }
}

/* Appends a feature named after its column, with `between` and `part` behind the name. */
static lka_status add_feature(struct lka_plan *plan, uint32_t column, const char *between, struct lka_span part,
                              struct lka_feature feature, struct lka_error *error)
{
    struct lka_span name = lka_span_of(plan->columns[column].name);
    size_t gap = strlen(between);
    char *bytes = lka_arena_take(&plan->arena, name.length + gap + part.length + 1);
    if (!bytes) {
        return lka_fail_memory(error, name.length + gap + part.length + 1);
    }
    memcpy(bytes, name.text, name.length);
    memcpy(bytes + name.length, between, gap);
    memcpy(bytes + name.length + gap, part.text, part.length);
    bytes[name.length + gap + part.length] = '\0';
    feature.name = bytes;
    feature.column = column;
    plan->features[plan->space.count++] = feature;
    plan->columns[column].feature_count++;
    return LKA_OK;
}

static lka_status add_features(struct lka_plan *plan, uint32_t index, struct lka_error *error)
{
    struct lka_plan_column *column = &plan->columns[index];
    struct lka_feature number = {
        .kind = LKA_FEATURE_NUMBER, .codes = (uint32_t)column->edge_count + 2, .has_missing = column->missing};
    struct lka_feature code = {.kind = LKA_FEATURE_CODE, .has_missing = column->missing};
    column->first_feature = (uint32_t)plan->space.count;
    switch (column->type) {
    case LKA_TYPE_DATE:
        LKA_TRY(add_feature(plan, index, " ", LKA_SPAN("age"), number, error));
        code.codes = 13;
        LKA_TRY(add_feature(plan, index, " ", LKA_SPAN("month"), code, error));
        code.codes = 8;
        return add_feature(plan, index, " ", LKA_SPAN("weekday"), code, error);
    case LKA_TYPE_LIST:
        /* Of an item code 0 is "absent", which occurs unless everybody has it. */
        code = (struct lka_feature){.kind = LKA_FEATURE_CODE, .codes = 2, .has_missing = true};
        for (size_t i = 0; i < column->words.count; i++) {
            LKA_TRY(add_feature(plan, index, "=", column->words.words[i], code, error));
        }
        return column->missing ? add_feature(plan, index, " ", LKA_SPAN("missing"), code, error) : LKA_OK;
    case LKA_TYPE_NUMBER:
        return add_feature(plan, index, "", LKA_SPAN(""), number, error);
    default:
        code.codes = column->type == LKA_TYPE_BOOLEAN ? 3 : LKA_CODE_FIRST_WORD + (uint32_t)column->words.count;
        return add_feature(plan, index, "", LKA_SPAN(""), code, error);
    }
}

static lka_status check_size(const struct lka_plan *plan, size_t *features, struct lka_error *error)
{
    size_t constants = 0;
    *features = 0;
    for (size_t i = 0; i < plan->column_count; i++) {
        *features += feature_count(&plan->columns[i]);
        constants += plan->columns[i].words.count + plan->columns[i].edge_count;
    }
    if (*features > LKA_MOST_FEATURES || constants > LKA_MOST_CONSTANTS) {
        return lka_fail(error, LKA_DATA,
                        "the plan has %zu features with %zu values and edges; at most %d and %d are allowed: lower "
                        "--max-categories or --bins, or leave out columns with --exclude",
                        *features, constants, (int)LKA_MOST_FEATURES, (int)LKA_MOST_CONSTANTS);
    }
    return LKA_OK;
}

lka_status lka_plan_finish(struct lka_plan *plan, struct lka_error *error)
{
    size_t total = 0;
    LKA_TRY(check_size(plan, &total, error));
    LKA_TRY(LKA_NEW(plan->features, total, error));
    plan->space.features = plan->features;
    for (uint32_t i = 0; i < plan->column_count; i++) {
        LKA_TRY(add_features(plan, i, error));
    }
    return LKA_OK;
}

lka_status lka_plan_drop(struct lka_plan *plan, const bool *dropped, const char *reason, struct lka_error *error)
{
    size_t kept = 0;
    lka_status status = LKA_OK;
    for (size_t i = 0; i < plan->column_count; i++) {
        struct lka_plan_column *column = &plan->columns[i];
        if (!dropped[i]) {
            column->feature_count = 0;
            plan->columns[kept++] = *column;
            continue;
        }
        if (status == LKA_OK) {
            status = lka_plan_add_left_out(plan, lka_span_of(column->name), lka_span_of(reason), error);
        }
        lka_vocabulary_release(&column->words);
    }
    plan->column_count = kept;
    lka_free(plan->features);
    plan->features = NULL;
    plan->space = (struct lka_space){0};
    return status == LKA_OK ? lka_plan_finish(plan, error) : status;
}

/* ---- what others see -------------------------------------------------------------------------- */

const struct lka_space *lka_plan_space(const struct lka_plan *plan)
{
    return &plan->space;
}

size_t lka_plan_column_count(const struct lka_plan *plan)
{
    return plan->column_count;
}

const char *lka_plan_column_name(const struct lka_plan *plan, size_t column)
{
    return plan->columns[column].name;
}

enum lka_type lka_plan_column_type(const struct lka_plan *plan, size_t column)
{
    return plan->columns[column].type;
}

size_t lka_plan_left_out_count(const struct lka_plan *plan)
{
    return plan->left_out_count;
}

const char *lka_plan_left_out(const struct lka_plan *plan, size_t index, const char **reason)
{
    *reason = plan->left_out[index].reason;
    return plan->left_out[index].name;
}
