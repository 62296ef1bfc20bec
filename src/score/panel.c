#include "score/panel.h"

enum { LANES = LKA_PANEL_LANES, ROWS = LKA_PANEL_ROWS, CACHE_LINE = 64 };

/* ---- the shape --------------------------------------------------------------------------------- */

static bool has_slope(const struct lka_linear_terms *terms, size_t count, size_t feature)
{
    bool has = false;
    for (size_t t = 0; t < count && !has; t++) {
        has = terms[t].slope[feature] != 0;
    }
    return has;
}

static bool has_table(const struct lka_linear_terms *terms, size_t count, size_t feature)
{
    for (size_t t = 0; t < count; t++) {
        for (size_t c = terms[t].start[feature]; c < terms[t].start[feature + 1]; c++) {
            if (terms[t].table[c] != 0) {
                return true;
            }
        }
    }
    return false;
}

static void add_to_runs(struct lka_panel_shape *shape, const struct lka_panel_step *step)
{
    bool opens = shape->run_count == 0 || (step->has_slope && shape->runs[shape->run_count - 1].tables > 0);
    shape->run_count += opens;
    shape->runs[shape->run_count - 1].slopes += step->has_slope;
    shape->runs[shape->run_count - 1].tables += step->has_table;
}

static lka_status shape_fill(struct lka_panel_shape *shape, const struct lka_linear_terms *terms, size_t count,
                             struct lka_error *error)
{
    const struct lka_space *space = shape->space;
    LKA_TRY(LKA_NEW(shape->steps, space->count, error));
    LKA_TRY(LKA_NEW(shape->runs, space->count, error));
    for (uint32_t f = 0; f < space->count; f++) {
        struct lka_panel_step step = {f, has_slope(terms, count, f), has_table(terms, count, f), shape->entries};
        if (step.has_slope || step.has_table) {
            add_to_runs(shape, &step);
            shape->steps[shape->count++] = step;
            shape->slopes += step.has_slope;
            shape->tables += step.has_table;
            shape->entries += step.has_table ? space->features[f].codes : 0;
        }
    }
    return LKA_OK;
}

lka_status lka_panel_shape_init(struct lka_panel_shape *shape, const struct lka_space *space,
                                const struct lka_linear_terms *terms, size_t count, struct lka_error *error)
{
    *shape = (struct lka_panel_shape){.space = space};
    lka_status status = shape_fill(shape, terms, count, error);
    if (status != LKA_OK) {
        lka_panel_shape_release(shape);
    }
    return status;
}

void lka_panel_shape_release(struct lka_panel_shape *shape)
{
    lka_free(shape->steps);
    lka_free(shape->runs);
    *shape = (struct lka_panel_shape){0};
}

/* ---- a panel ----------------------------------------------------------------------------------- */

static void set_form(const struct lka_panel *panel, size_t form, size_t lane, const struct lka_linear_terms *terms)
{
    const struct lka_panel_shape *shape = panel->shape;
    double *to = panel->forms + form * lka_panel_form_size(shape) + lane;
    double *slope = to + LANES;
    double *entries = slope + shape->slopes * LANES;
    *to = terms->intercept;
    for (size_t s = 0; s < shape->count; s++) {
        const struct lka_panel_step *step = &shape->steps[s];
        if (step->has_slope) {
            *slope = terms->slope[step->feature];
            slope += LANES;
        }
        size_t first = terms->start[step->feature];
        for (size_t c = first; step->has_table && c < terms->start[step->feature + 1]; c++) {
            entries[(step->first + c - first) * LANES] = terms->table[c];
        }
    }
}

lka_status lka_panel_init(struct lka_panel *panel, const struct lka_panel_shape *shape,
                          const struct lka_linear_terms *terms, size_t lanes, size_t forms, struct lka_error *error)
{
    *panel = (struct lka_panel){.shape = shape};
    LKA_TRY(LKA_NEW(panel->memory, forms * lka_panel_form_size(shape) + LANES, error));
    panel->forms = panel->memory + (-(uintptr_t)panel->memory % CACHE_LINE) / sizeof(double);
    for (size_t lane = 0; lane < lanes; lane++) {
        for (size_t form = 0; form < forms; form++) {
            set_form(panel, form, lane, &terms[lane * forms + form]);
        }
    }
    return LKA_OK;
}

void lka_panel_release(struct lka_panel *panel)
{
    lka_free(panel->memory);
    *panel = (struct lka_panel){0};
}

/* ---- rows -------------------------------------------------------------------------------------- */

static size_t filled_up(size_t count)
{
    return (count + ROWS - 1) / ROWS * ROWS;
}

lka_status lka_panel_rows_init(struct lka_panel_rows *rows, size_t slopes, size_t tables, size_t capacity,
                               struct lka_error *error)
{
    *rows = (struct lka_panel_rows){0};
    LKA_TRY(LKA_NEW(rows->values, filled_up(capacity) * slopes, error));
    return LKA_NEW(rows->places, filled_up(capacity) * tables, error);
}

void lka_panel_rows_release(struct lka_panel_rows *rows)
{
    lka_free(rows->values);
    lka_free(rows->places);
    *rows = (struct lka_panel_rows){0};
}

/* Of the i-th row in column `column` of `columns`. */
static size_t place_of(size_t i, size_t column, size_t columns)
{
    return (i / ROWS * columns + column) * ROWS + i % ROWS;
}

static void set_values(struct lka_panel_rows *rows, const double *values, const uint32_t *listed, size_t column,
                       size_t columns)
{
    for (size_t i = 0; i < filled_up(rows->count); i++) {
        rows->values[place_of(i, column, columns)] = i < rows->count ? lka_bounded(values[listed[i]]) : 0;
    }
}

static void set_places(struct lka_panel_rows *rows, const uint16_t *codes, size_t first, const uint32_t *listed,
                       size_t column, size_t columns)
{
    for (size_t i = 0; i < filled_up(rows->count); i++) {
        size_t entry = first + (i < rows->count ? codes[listed[i]] : 0);
        rows->places[place_of(i, column, columns)] = (uint32_t)(entry * LANES);
    }
}

void lka_panel_rows_set(struct lka_panel_rows *rows, const struct lka_panel_shape *shape, const struct lka_block *block,
                        const uint32_t *listed, size_t count)
{
    size_t slope = 0;
    size_t table = 0;
    rows->count = count;
    for (size_t s = 0; s < shape->count; s++) {
        const struct lka_panel_step *step = &shape->steps[s];
        if (step->has_slope) {
            set_values(rows, lka_block_values(block, step->feature), listed, slope++, shape->slopes);
        }
        if (step->has_table) {
            set_places(rows, lka_block_codes(block, step->feature), step->first, listed, table++, shape->tables);
        }
    }
}
