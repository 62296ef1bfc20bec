#include "source/filter.h"

#include "base/error.h"

struct lka_filter {
    struct lka_where *where;
    struct lka_rows rows; /* the selected columns, then the rule's */
    size_t selected;
    size_t *cells; /* of the rule's columns */
    bool *kept;    /* by row */
};

lka_status lka_filter_new(struct lka_where *where, struct lka_filter **filter, struct lka_error *error)
{
    size_t count;
    lka_where_columns(where, &count);
    struct lka_filter *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    lka_status status = LKA_NEW(made->cells, count, error);
    if (status != LKA_OK) {
        lka_filter_free(made);
        return status;
    }
    made->where = where;
    *filter = made;
    return LKA_OK;
}

void lka_filter_free(struct lka_filter *filter)
{
    if (!filter) {
        return;
    }
    lka_where_free(filter->where);
    lka_rows_release(&filter->rows);
    lka_free(filter->cells);
    lka_free(filter->kept);
    lka_free(filter);
}

const size_t *lka_filter_columns(struct lka_filter *filter, size_t selected, size_t *count)
{
    const size_t *columns = lka_where_columns(filter->where, count);
    for (size_t i = 0; i < *count; i++) {
        filter->cells[i] = selected + i;
    }
    filter->selected = selected;
    return columns;
}

lka_status lka_filter_target(struct lka_filter *filter, const struct lka_rows *rows, struct lka_rows **target,
                             struct lka_error *error)
{
    size_t count;
    lka_where_columns(filter->where, &count);
    size_t columns = filter->selected + count;
    *target = &filter->rows;
    if (filter->rows.columns == columns && filter->rows.capacity == rows->capacity) {
        lka_rows_clear(&filter->rows);
        return LKA_OK;
    }
    lka_rows_release(&filter->rows);
    lka_free(filter->kept);
    filter->kept = NULL;
    LKA_TRY(LKA_NEW(filter->kept, rows->capacity, error));
    return lka_rows_init(&filter->rows, columns, rows->capacity, error);
}

static void move_row(struct lka_rows *to, const struct lka_rows *from, size_t row)
{
    size_t at = to->count++;
    for (size_t c = 0; c < to->columns; c++) {
        to->cells[c * to->capacity + at] = lka_cell(from, c, row);
    }
    to->lines[at] = from->lines[row];
    to->raw[at] = from->raw[row];
}

lka_status lka_filter_pass(struct lka_filter *filter, struct lka_rows *rows, uint64_t *left_out,
                           struct lka_error *error)
{
    struct lka_rows *all = &filter->rows;
    LKA_TRY(lka_where_rows(filter->where, all, filter->cells, filter->kept, error));
    for (size_t row = 0; row < all->count; row++) {
        if (filter->kept[row]) {
            move_row(rows, all, row);
        }
    }
    *left_out += all->count - rows->count;
    rows->file = all->file;
    rows->file_index = all->file_index;
    rows->fields = all->fields;
    rows->padded = all->padded;
    lka_rows_swap_bytes(rows, all);
    return LKA_OK;
}
