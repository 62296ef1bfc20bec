/* Squared length of a standardised row, feature by feature: one look-up for all of a feature's indicators. */
#include "models/centroid/centroid.h"

static lka_status allocate(struct lka_squares *squares, const struct lka_space *space, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(squares->start, space->count + 1, error));
    for (size_t f = 0; f < space->count; f++) {
        squares->start[f + 1] = squares->start[f] + space->features[f].codes;
    }
    LKA_TRY(LKA_NEW(squares->curve, space->count, error));
    LKA_TRY(LKA_NEW(squares->centre, space->count, error));
    return LKA_NEW(squares->table, squares->start[space->count], error);
}

lka_status lka_squares_init(struct lka_squares *squares, const struct lka_space *space, struct lka_error *error)
{
    *squares = (struct lka_squares){.features = space->count};
    lka_status status = allocate(squares, space, error);
    if (status != LKA_OK) {
        lka_squares_release(squares);
    }
    return status;
}

void lka_squares_release(struct lka_squares *squares)
{
    lka_free(squares->start);
    lka_free(squares->curve);
    lka_free(squares->centre);
    lka_free(squares->table);
    *squares = (struct lka_squares){0};
}

void lka_squares_set(struct lka_squares *squares, const struct lka_moments *moments, const double *centre)
{
    const struct lka_columns *columns = &moments->columns;
    for (size_t j = 0; j < columns->design.count; j++) {
        const struct lka_design_column *column = &columns->design.columns[j];
        double square = moments->inverse_scale[j] * moments->inverse_scale[j];
        if (column->is_value) {
            squares->curve[column->feature] = square;
            squares->centre[column->feature] = centre[j];
            continue;
        }
        /* centre^2 for every code, and (1 - centre)^2 instead of it for this one */
        for (size_t c = squares->start[column->feature]; c < squares->start[column->feature + 1]; c++) {
            squares->table[c] += square * centre[j] * centre[j];
        }
        squares->table[squares->start[column->feature] + column->code] += square * (1 - 2 * centre[j]);
    }
    for (size_t c = 0; c < squares->start[squares->features]; c++) {
        squares->table[c] = moments->seen[c] > 0 && squares->table[c] > 0 ? squares->table[c] : 0;
    }
}

double lka_squares_part(const struct lka_squares *squares, const struct lka_block *block, size_t feature, size_t row)
{
    double square = 0;
    if (squares->curve[feature] > 0) {
        double distance = lka_bounded(lka_block_values(block, feature)[row]) - squares->centre[feature];
        square = squares->curve[feature] * (distance * distance);
    }
    return square + squares->table[squares->start[feature] + lka_block_codes(block, feature)[row]];
}

void lka_squares_score(const struct lka_squares *squares, const struct lka_block *block, double *sums)
{
    for (size_t i = 0; i < block->count; i++) {
        sums[i] = 0;
    }
    for (size_t f = 0; f < squares->features; f++) {
        for (size_t i = 0; i < block->count; i++) {
            sums[i] += lka_squares_part(squares, block, f, i);
        }
    }
}
