/* Which columns a source's blocks hold, and which rows. */
#include "source/reading.h"

#include "base/error.h"

void lka_selection_release(struct lka_selection *selection)
{
    lka_free(selection->first);
    lka_free(selection->next);
    lka_free(selection->fields);
    lka_free(selection->columns);
}

static lka_status select_columns(struct lka_source *source, const size_t *columns, size_t count,
                                 struct lka_selection *selection, struct lka_error *error)
{
    for (size_t i = count; i-- > 0;) {
        if (columns[i] >= source->schema.count) {
            return lka_fail(error, LKA_USAGE, "column %zu is selected of a table of %zu", columns[i] + 1,
                            source->schema.count);
        }
        size_t cell = --selection->cells;
        selection->fields[cell] = columns[i] + 1;
        selection->next[cell] = selection->first[columns[i]];
        selection->first[columns[i]] = (int32_t)cell;
    }
    return LKA_OK;
}

static lka_status fill_selection(struct lka_source *source, const size_t *columns, size_t count,
                                 struct lka_selection *selection, struct lka_error *error)
{
    size_t more = 0;
    const size_t *behind = lka_source_filters(source) ? lka_filter_columns(source->filter, count, &more) : NULL;
    LKA_TRY(LKA_NEW(selection->first, source->schema.count, error));
    LKA_TRY(LKA_NEW(selection->next, count + more, error));
    LKA_TRY(LKA_NEW(selection->fields, count + more, error));
    LKA_TRY(LKA_NEW(selection->columns, count + more, error));
    for (size_t c = 0; c < source->schema.count; c++) {
        selection->first[c] = -1;
    }
    /* From the last cell to the first, so that each column's cells are ascending. */
    selection->cells = count + more;
    LKA_TRY(select_columns(source, behind, more, selection, error));
    LKA_TRY(select_columns(source, columns, count, selection, error));
    selection->cells = count;
    for (size_t c = 0; c < source->schema.count; c++) {
        if (selection->first[c] >= 0) {
            selection->columns[selection->column_count++] = c;
        }
    }
    return LKA_OK;
}

lka_status lka_source_select(struct lka_source *source, const size_t *columns, size_t count, struct lka_error *error)
{
    if (source->started) {
        return lka_fail(error, LKA_USAGE, "columns are selected before the first block is read");
    }
    struct lka_selection selection = {0};
    lka_status status = fill_selection(source, columns, count, &selection, error);
    struct lka_selection *unwanted = status == LKA_OK ? &source->selection : &selection;
    lka_selection_release(unwanted);
    if (status == LKA_OK) {
        source->selection = selection;
    }
    return status;
}

lka_status lka_source_filter(struct lka_source *source, const char *rule, const struct lka_schema *schema,
                             const struct lka_session *session, struct lka_error *error)
{
    if (source->started) {
        return lka_fail(error, LKA_USAGE, "a rule is given before the first block is read");
    }
    struct lka_where *where = NULL;
    struct lka_filter *filter = NULL;
    LKA_TRY(lka_where_new(rule, schema, &where, error));
    lka_where_watch(where, session);
    lka_status status = lka_filter_new(where, &filter, error);
    if (status != LKA_OK) {
        lka_where_free(where);
        return status;
    }
    lka_filter_free(source->filter);
    source->filter = filter;
    return lka_source_select(source, NULL, 0, error);
}

void lka_source_see_all(struct lka_source *source, bool all)
{
    source->sees_all = all;
}
