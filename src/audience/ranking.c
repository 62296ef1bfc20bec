/* The ranking: the columns that are needed of it, each as a cell of a block. */
#include "audience/stage.h"

#include "base/error.h"
#include "base/memory.h"

static lka_status cell_of(void *user, size_t column, size_t *cell, struct lka_error *error)
{
    struct lka_audience *audience = user;
    (void)error;
    if (audience->cell[column] == LKA_NO_COLUMN) {
        audience->selected[audience->cell_count] = column;
        audience->cell[column] = (ptrdiff_t)audience->cell_count++;
    }
    *cell = (size_t)audience->cell[column];
    return LKA_OK;
}

static lka_status check_columns(const struct lka_audience *audience, struct lka_error *error)
{
    static const char *const names[] = {"rank", "score"};
    for (size_t i = 0; i < 2; i++) {
        if (lka_schema_find(&audience->table.schema, lka_span_of(names[i])) == LKA_NO_COLUMN) {
            return lka_fail_at(error, LKA_USAGE, lka_source_name(audience->table.source), 1, 0,
                               "has no column \"%s\": --ranked takes what `lookalike score` or `match` wrote",
                               names[i]);
        }
    }
    return LKA_OK;
}

/* An expansion is told by tiers. */
static lka_status check_expansion(const struct lka_audience *audience, struct lka_error *error)
{
    bool told = audience->cells.tier != LKA_NO_COLUMN || !lka_options_given(audience->all, "expansion");
    return told ? LKA_OK
                : lka_fail_at(
                      error, LKA_USAGE, lka_source_name(audience->table.source), 1, 0,
                      "--expansion: the ranking has no column \"tier\", which tells how far somebody is from the "
                      "top of all who could be ranked");
}

static lka_status must_have(struct lka_audience *audience, const char *name, size_t *cell, struct lka_error *error)
{
    return cell_of(audience, (size_t)lka_schema_find(&audience->table.schema, lka_span_of(name)), cell, error);
}

static lka_status may_have(struct lka_audience *audience, const char *name, ptrdiff_t *cell, struct lka_error *error)
{
    ptrdiff_t column = lka_schema_find(&audience->table.schema, lka_span_of(name));
    size_t at = 0;
    *cell = LKA_NO_COLUMN;
    if (column != LKA_NO_COLUMN) {
        LKA_TRY(cell_of(audience, (size_t)column, &at, error));
        *cell = (ptrdiff_t)at;
    }
    return LKA_OK;
}

static lka_status bind(struct lka_audience *audience, struct lka_error *error)
{
    const struct lka_schema *schema = &audience->table.schema;
    size_t at = 0;
    LKA_TRY(LKA_NEW(audience->selected, schema->count, error));
    LKA_TRY(LKA_NEW(audience->cell, schema->count, error));
    for (size_t c = 0; c < schema->count; c++) {
        audience->cell[c] = LKA_NO_COLUMN;
    }
    LKA_TRY(must_have(audience, "rank", &audience->cells.rank, error));
    LKA_TRY(must_have(audience, "score", &audience->cells.score, error));
    LKA_TRY(may_have(audience, "tier", &audience->cells.tier, error));
    LKA_TRY(check_expansion(audience, error));
    LKA_TRY(may_have(audience, "source", &audience->cells.source, error));
    LKA_TRY(may_have(audience, "explore_probability", &audience->cells.explore_probability, error));
    LKA_TRY(lka_eligibility_bind(&audience->eligibility, cell_of, audience, error));
    audience->cells.id = audience->eligibility.person.id_cell;
    for (size_t c = 0; c < schema->count; c++) {
        if (lka_audience_carries(&schema->columns[c])) {
            LKA_TRY(cell_of(audience, c, &at, error));
        }
    }
    lka_audience_routes_bind(audience);
    LKA_TRY(lka_source_select(audience->table.source, audience->selected, audience->cell_count, error));
    return lka_rows_init(&audience->rows, audience->cell_count, LKA_BLOCK_ROWS, error);
}

lka_status lka_audience_open_ranking(struct lka_audience *audience, struct lka_error *error)
{
    char *path = audience->options->ranked;
    struct lka_list paths = {&path, 1};
    LKA_TRY(lka_table_open(&paths, audience->all, NULL, true, &audience->table, error));
    const struct lka_table *tables[] = {&audience->table};
    LKA_TRY(lka_tables_check(audience->all, tables, 1, error));
    LKA_TRY(lka_tables_check_list(audience->all, "hashed", tables, 1, error));
    LKA_TRY(check_columns(audience, error));
    lka_schema_warn_unclaimed(&audience->table.schema, lka_source_name(audience->table.source),
                              lka_audience_session(audience));
    LKA_TRY(lka_eligibility_open(audience->all, audience->workspace, &audience->table.schema,
                                 lka_source_name(audience->table.source), lka_audience_session(audience),
                                 &audience->eligibility, error));
    return bind(audience, error);
}
