/* The family `forest`: gradient-boosted trees. Every row counts as it is given, and boosting starts at the seeds' share: the
 * curvature of the loss is then about the seeds that are expected, so that the penalties mean the same with fifty seeds and
 * with five thousand. */
#include "models/forest/paths.h"
#include "models/forest/slices.h"
#include "models/forest/telling.h"
#include "models/forest/xgboost.h"

#include "base/elementary.h"

#include <math.h>
#include <stdio.h>

#define LKA_PARAM_OWNER struct lka_forest_options
LKA_PARAMS_TABLE(lka_forest_params, "forest", LKA_FOREST_PARAMS);

extern const struct lka_model_family lka_forest_family;

/* More cells than this (256 MiB) are not copied for XGBoost: then only the first rows of the unlabelled are learned from,
 * which are a random sample of them. */
enum { MOST_CELLS = 1 << 26 };

static struct lka_forest *forest_of(struct lka_family_model *model)
{
    return (struct lka_forest *)(void *)model;
}

static const struct lka_forest *forest_in(const struct lka_family_model *model)
{
    return (const struct lka_forest *)(const void *)model;
}

/* NULL is NULL. */
static struct lka_family_model *model_of(struct lka_forest *forest)
{
    if (forest) {
        forest->base.family = &lka_forest_family;
    }
    return forest ? &forest->base : NULL;
}

static void forest_free(struct lka_family_model *model)
{
    lka_forest_free(forest_of(model));
}

/* ---- the rows for XGBoost --------------------------------------------------------------------- */

struct matrix {
    struct lka_xgboost_rows rows;
    float *cells;
    float *label;
    float *weight;
    float *margins;
    const char **types;
    struct lka_forest_columns columns;
    uint32_t *row; /* of the block */
    double share;  /* of the weight that is the seeds' */
    double log_ratio;
};

static void matrix_release(struct matrix *matrix)
{
    lka_free(matrix->cells);
    lka_free(matrix->label);
    lka_free(matrix->weight);
    lka_free(matrix->margins);
    lka_free(matrix->types);
    lka_free(matrix->columns.features);
    lka_free(matrix->row);
}

static lka_status allocate(struct matrix *matrix, size_t rows, size_t columns, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(matrix->cells, rows * columns, error));
    LKA_TRY(LKA_NEW(matrix->label, rows, error));
    LKA_TRY(LKA_NEW(matrix->weight, rows, error));
    LKA_TRY(LKA_NEW(matrix->margins, rows, error));
    return LKA_NEW(matrix->types, columns, error);
}

static double weight_of(const struct lka_fit_input *input, uint32_t row)
{
    return input->weight ? input->weight[row] : 1;
}

/* All seeds, and as many of the others as there is room for. Rows without weight are no rows. */
static size_t pick_rows(const struct lka_fit_input *input, size_t room, uint32_t *picked)
{
    size_t seeds = 0;
    for (size_t i = 0; i < input->count; i++) {
        seeds += input->label[input->rows[i]] && weight_of(input, input->rows[i]) > 0;
    }
    size_t others = room > seeds ? room - seeds : 0;
    size_t count = 0;
    for (size_t i = 0; i < input->count; i++) {
        uint32_t row = input->rows[i];
        if (weight_of(input, row) > 0 && (input->label[row] || others > 0)) {
            picked[count++] = row;
            others -= !input->label[row];
        }
    }
    return count;
}

static void weigh(const struct lka_fit_input *input, struct matrix *matrix)
{
    double sum[2] = {0, 0};
    for (size_t i = 0; i < matrix->rows.rows; i++) {
        uint32_t row = matrix->row[i];
        bool seed = input->label[row] != 0;
        sum[seed] += weight_of(input, row);
        matrix->label[i] = seed;
        matrix->weight[i] = (float)weight_of(input, row);
    }
    matrix->share = sum[1] / (sum[0] + sum[1]);
    matrix->log_ratio = lka_log(sum[1]) - lka_log(sum[0]);
}

static void fill_column(const struct lka_fit_input *input, size_t column, struct matrix *matrix)
{
    uint32_t f = matrix->columns.features[column];
    const struct lka_feature *feature = &input->block->space->features[f];
    const uint16_t *codes = lka_block_codes(input->block, f);
    bool may_be_missing = feature->kind == LKA_FEATURE_NUMBER;
    matrix->types[column] = lka_forest_is_category(feature) ? "c" : "float";
    for (size_t i = 0; i < matrix->rows.rows; i++) {
        uint16_t code = codes[matrix->row[i]];
        matrix->cells[i * matrix->rows.columns + column] = code == 0 && may_be_missing ? NAN : (float)code;
    }
}

static lka_status fill(const struct lka_fit_input *input, struct matrix *matrix, struct lka_error *error)
{
    *matrix = (struct matrix){0};
    LKA_TRY(lka_forest_pick_telling(input, &matrix->columns, error));
    LKA_TRY(LKA_NEW(matrix->row, input->count, error));
    size_t columns = matrix->columns.count;
    matrix->rows.rows = pick_rows(input, MOST_CELLS / columns, matrix->row);
    matrix->rows.columns = columns;
    LKA_TRY(allocate(matrix, matrix->rows.rows, columns, error));
    weigh(input, matrix);
    for (size_t column = 0; column < columns; column++) {
        fill_column(input, column, matrix);
    }
    matrix->rows.cells = matrix->cells;
    matrix->rows.label = matrix->label;
    matrix->rows.weight = matrix->weight;
    matrix->rows.types = matrix->types;
    return LKA_OK;
}

/* ---- what XGBoost is told --------------------------------------------------------------------- */

enum { SETTINGS = 12, LONGEST = 32 };

struct settings {
    struct lka_xgboost_setting list[SETTINGS];
    char values[SETTINGS][LONGEST];
    size_t count;
    struct lka_text monotone;
};

static void tell(struct settings *settings, const char *key, double value)
{
    char *text = settings->values[settings->count];
    snprintf(text, LONGEST, "%.10g", value);
    settings->list[settings->count++] = (struct lka_xgboost_setting){key, text};
}

/* The sign that `wanted` ("age:+,income:-") gives a feature; 0 for none. */
static int direction_of(const char *wanted, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = wanted; *at;) {
        size_t item = strcspn(at, ",");
        if (item == length + 2 && strncmp(at, name, length) == 0 && at[length] == ':') {
            return at[length + 1] == '+' ? 1 : at[length + 1] == '-' ? -1 : 0;
        }
        at += item + (at[item] == ',');
    }
    return 0;
}

static lka_status tell_directions(struct settings *settings, const char *wanted,
                                  const struct lka_forest_columns *columns, struct lka_error *error)
{
    const struct lka_space *space = columns->space;
    size_t found = 0;
    size_t items = 1;
    size_t column = 0;
    for (const char *at = wanted; *at; at++) {
        items += *at == ',';
    }
    for (size_t f = 0; f < space->count; f++) {
        int direction = space->features[f].kind == LKA_FEATURE_NUMBER ? direction_of(wanted, space->features[f].name)
                                                                      : 0;
        found += direction != 0;
        if (column < columns->count && columns->features[column] == f) {
            lka_text_format(&settings->monotone, "%c%d", column++ == 0 ? '(' : ',', direction);
        }
    }
    lka_text_string(&settings->monotone, ")");
    if (settings->monotone.failed) {
        return lka_fail_memory(error, space->count);
    }
    settings->list[settings->count++] = (struct lka_xgboost_setting){"monotone_constraints", settings->monotone.bytes};
    return found == items ? LKA_OK
                          : lka_fail(error, LKA_USAGE,
                                     "forest.monotone: \"%.200s\" does not name numbers of the plan alone; allowed: "
                                     "FEATURE:+ or FEATURE:- for features of type number, separated by commas",
                                     wanted);
}

/* Categories split one against the rest: sets of them find chance in few seeds. */
static lka_status settings_init(struct settings *settings, const struct lka_fit_input *input,
                                const struct matrix *matrix, struct lka_error *error)
{
    const struct lka_forest_options *options = input->options;
    uint32_t most_codes = 2;
    for (size_t column = 0; column < matrix->columns.count; column++) {
        uint32_t codes = input->block->space->features[matrix->columns.features[column]].codes;
        most_codes = codes > most_codes ? codes : most_codes;
    }
    *settings = (struct settings){0};
    tell(settings, "max_depth", (double)options->depth);
    tell(settings, "eta", options->rate);
    tell(settings, "lambda", options->l2);
    tell(settings, "min_child_weight", options->people);
    tell(settings, "base_score", (double)(float)matrix->share);
    tell(settings, "subsample", options->rows);
    tell(settings, "colsample_bytree", options->columns);
    tell(settings, "max_cat_to_onehot", 65536);
    tell(settings, "max_bin", (double)most_codes + 1);
    tell(settings, "seed", (double)(input->seed % 1000000000));
    return options->monotone ? tell_directions(settings, options->monotone, &matrix->columns, error) : LKA_OK;
}

/* ---- the slots -------------------------------------------------------------------------------- */

/* What was imported must predict what XGBoost predicts: a version that means something else by its file is found out. */
static lka_status compare(const struct lka_forest *forest, const struct lka_block *block, const struct matrix *matrix,
                          struct lka_error *error)
{
    struct lka_block gathered = {0};
    double *scores = NULL;
    size_t count = matrix->rows.rows;
    lka_status status = lka_block_init(&gathered, block->space, count, error);
    if (status == LKA_OK) {
        status = LKA_NEW(scores, count, error);
    }
    if (status == LKA_OK) {
        lka_block_gather(&gathered, block, matrix->row, (uint32_t)count);
        status = lka_forest_score(forest, &gathered, scores, error);
    }
    if (status == LKA_OK) {
        for (size_t i = 0; i < count && status == LKA_OK; i++) {
            if (scores[i] != (double)matrix->margins[i] - forest->log_ratio) {
                status = lka_fail(error, LKA_DATA,
                                  "forest: XGBoost predicts %.9g where its saved model gives %.9g; this release of "
                                  "XGBoost is not known",
                                  (double)matrix->margins[i], scores[i] + forest->log_ratio);
            }
        }
    }
    lka_free(scores);
    lka_block_release(&gathered);
    return status;
}

/* As XGBoost makes its margin of base_score. */
static float start_of(double share)
{
    return -logf(1.0F / (float)share - 1.0F);
}

static lka_status grow(const struct lka_fit_input *input, struct matrix *matrix, const struct settings *settings,
                       struct lka_forest **forest, struct lka_error *error)
{
    const struct lka_forest_options *options = input->options;
    char *json = NULL;
    LKA_TRY(lka_xgboost_boost(&matrix->rows, settings->list, (size_t)options->trees, input->session, &json,
                              matrix->margins, error));
    lka_status status = lka_forest_import(json, &matrix->columns, forest, error);
    if (status == LKA_OK) {
        (*forest)->start = start_of(matrix->share);
        (*forest)->log_ratio = matrix->log_ratio;
        status = compare(*forest, input->block, matrix, error);
    }
    if (status != LKA_OK) {
        lka_forest_free(*forest);
        *forest = NULL;
    }
    lka_free(json);
    return status;
}

static lka_status forest_fit(const struct lka_fit_input *input, struct lka_family_model **model,
                             struct lka_fit_info *info, struct lka_error *error)
{
    const struct lka_forest_options *options = input->options;
    struct matrix matrix;
    struct settings settings = {0};
    struct lka_forest *forest = NULL;
    *model = NULL;
    *info = (struct lka_fit_info){.converged = true, .iterations = (uint32_t)options->trees, .objective = NAN};
    LKA_TRY(lka_step(input->session, "fit", 0, (uint64_t)options->trees, error));
    lka_status status = fill(input, &matrix, error);
    if (status == LKA_OK) {
        status = settings_init(&settings, input, &matrix, error);
    }
    if (status == LKA_OK) {
        status = grow(input, &matrix, &settings, &forest, error);
    }
    matrix_release(&matrix);
    lka_text_release(&settings.monotone);
    *model = model_of(forest);
    return status;
}

static lka_status forest_score(const struct lka_family_model *model, const struct lka_block *block,
                               struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    return lka_forest_score_as(LKA_SLICES_FASTEST, forest_in(model), block, scratch, scores, error);
}

static lka_status forest_contributions(const struct lka_family_model *model, const struct lka_block *block, double *out,
                                       double *base, struct lka_error *error)
{
    return lka_forest_contributions(forest_in(model), block, out, base, error);
}

static lka_status forest_load(const struct lka_space *space, const struct lka_tensor_store *store,
                              struct lka_family_model **model, struct lka_error *error)
{
    struct lka_forest *forest = NULL;
    lka_status status = lka_forest_load(space, store, &forest, error);
    *model = model_of(forest);
    return status;
}

const struct lka_model_family lka_forest_family = {
    .abi = LKA_FAMILY_ABI,
    .flags = LKA_FAMILY_NEEDS_NEGATIVES | LKA_FAMILY_TAKES_WEIGHTS | LKA_FAMILY_CONTRIBUTIONS | LKA_FAMILY_LOG_ODDS,
    .name = "forest",
    .summary = "gradient-boosted trees on the plan's bins, grown by XGBoost",
    .params = &lka_forest_params,
    .fit = forest_fit,
    .score_block = forest_score,
    .contributions = forest_contributions,
    .save = lka_forest_save,
    .load = forest_load,
    .free = forest_free,
    .available = lka_xgboost_there,
    .search = (const char *const[]){"depth=1,trees=80,rate=0.1", "depth=2,trees=150,rate=0.06",
                                    "depth=3,trees=200,rate=0.05", "depth=4,trees=120,rate=0.05,rows=0.8,columns=0.8",
                                    "depth=6,trees=120,rate=0.05,rows=0.8,columns=0.8",
                                    "depth=8,trees=200,rate=0.05,rows=0.8,columns=0.8", NULL},
};
