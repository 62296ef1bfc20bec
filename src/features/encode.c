/* Encoding: text cells to codes and standardised values, one loop over the rows for each column. */
#include "features/column.h"

#include "base/date.h"
#include "base/error.h"
#include "base/short_text.h"
#include "features/lanes.h"
#include "table/profile.h"

#include <math.h>

struct encoding {
    const struct lka_plan *plan;
    const struct lka_rows *rows;
    struct lka_block *block;
    const int64_t *as_of; /* by row; NULL: the plan's */
    uint64_t later;       /* dates behind their row's day */
    const struct lka_lanes *kernels;
    uint32_t *odd;    /* rows of a column */
    uint32_t *broken; /* by row: 1 + the first column whose type its value breaks; NULL as long as there is none */
};

void lka_problems_release(struct lka_problems *problems)
{
    lka_free(problems->items);
    *problems = (struct lka_problems){0};
}

static lka_status mark_broken(struct encoding *encoding, const struct lka_plan_column *column, size_t row,
                              struct lka_error *error)
{
    if (!encoding->broken) {
        LKA_TRY(LKA_NEW(encoding->broken, encoding->rows->count, error));
    }
    if (!encoding->broken[row]) {
        encoding->broken[row] = (uint32_t)(column - encoding->plan->columns) + 1;
    }
    return LKA_OK;
}

/* ---- a column that the table has -------------------------------------------------------------- */

/* Where the bin and the standardised value of a number or an age go. */
struct lanes {
    uint16_t *codes;
    double *values;
};

static struct lanes lanes_of(const struct encoding *encoding, const struct lka_plan_column *column)
{
    return (struct lanes){lka_block_codes(encoding->block, column->first_feature),
                          lka_block_values(encoding->block, column->first_feature)};
}

/* From the numbers in the lane of the values, NaN where one is missing. */
static void finish_numbers(struct lanes lanes, const struct encoding *encoding, const struct lka_plan_column *column)
{
    struct lka_scale scale = {column->edges, column->edge_count, column->centre, column->scale, encoding->plan->clip};
    encoding->kernels->finish(&scale, lanes.values, encoding->rows->count, lanes.codes);
}

static inline void put_missing(struct lanes lanes, size_t row)
{
    lanes.codes[row] = LKA_CODE_MISSING;
    lanes.values[row] = 0;
}

/* Those that may read texts as they stand here. */
static const struct lka_lanes *reading_of(const struct encoding *encoding)
{
    return encoding->rows->padded ? encoding->kernels : lka_lanes_of(LKA_LANES_PLAIN);
}

static lka_status encode_numbers(struct encoding *encoding, const struct lka_plan_column *column,
                                 const struct lka_span *cells, struct lka_error *error)
{
    struct lanes lanes = lanes_of(encoding, column);
    size_t odd = reading_of(encoding)->read(cells, encoding->rows->count, lanes.values, encoding->odd);
    for (size_t i = 0; i < odd; i++) {
        size_t row = encoding->odd[i];
        if (!lka_parse_number(cells[row], &lanes.values[row])) {
            lanes.values[row] = NAN;
            LKA_TRY(mark_broken(encoding, column, row, error));
        }
    }
    finish_numbers(lanes, encoding, column);
    return LKA_OK;
}

/* Of a time with its hour. */
static bool parse_day(struct lka_span text, struct lka_day_lanes days, size_t row)
{
    int64_t seconds = 0;
    int64_t year = 0;
    int month = 0;
    int of_month = 0;
    if (!lka_parse_time(text, &seconds)) {
        return false;
    }
    int64_t day = lka_day_of(seconds);
    lka_civil_from_days(day, &year, &month, &of_month);
    days.days[row] = (double)day;
    days.months[row] = (uint16_t)month;
    days.weekdays[row] = (uint16_t)(1 + lka_weekday(day));
    return true;
}

/* Days become ages. What nobody knew of on the row's own day is missing. */
static void count_ages(struct encoding *encoding, struct lka_day_lanes days)
{
    size_t count = encoding->rows->count;
    if (!encoding->as_of) {
        for (size_t row = 0; row < count; row++) {
            days.days[row] = (double)encoding->plan->as_of - days.days[row];
        }
        return;
    }
    for (size_t row = 0; row < count; row++) {
        int64_t own = encoding->as_of[row];
        if (own != LKA_PLAN_DAY && days.days[row] > (double)own) {
            encoding->later++;
            days.days[row] = NAN;
            days.months[row] = days.weekdays[row] = LKA_CODE_MISSING;
        }
        days.days[row] = (double)(own != LKA_PLAN_DAY ? own : encoding->plan->as_of) - days.days[row];
    }
}

static lka_status encode_dates(struct encoding *encoding, const struct lka_plan_column *column,
                               const struct lka_span *cells, struct lka_error *error)
{
    struct lanes lanes = lanes_of(encoding, column);
    struct lka_day_lanes days = {lanes.values, lka_block_codes(encoding->block, column->first_feature + 1),
                                 lka_block_codes(encoding->block, column->first_feature + 2)};
    size_t odd = reading_of(encoding)->days(cells, encoding->rows->count, days, encoding->odd);
    for (size_t i = 0; i < odd; i++) {
        if (!parse_day(cells[encoding->odd[i]], days, encoding->odd[i])) {
            LKA_TRY(mark_broken(encoding, column, encoding->odd[i], error));
        }
    }
    count_ages(encoding, days);
    finish_numbers(lanes, encoding, column);
    return LKA_OK;
}

/* The two words that came last, with their codes: a column has two, but for how they are written. */
struct two_words {
    struct lka_short_text words[2];
    uint32_t lengths[2]; /* 0: none */
    uint16_t codes[2];
};

static bool learn_word(struct two_words *known, struct lka_span text, struct lka_short_text word, uint16_t *code)
{
    bool yes = false;
    if (!lka_parse_boolean(text, &yes)) {
        return false;
    }
    *code = yes ? 2 : 1;
    known->words[yes] = word;
    known->lengths[yes] = text.length;
    known->codes[yes] = *code;
    return true;
}

static bool boolean_code(struct two_words *known, struct lka_span text, bool padded, uint16_t *code)
{
    if (text.length > LKA_SHORT_TEXT) {
        return false;
    }
    struct lka_short_text word = lka_short_text(text, padded);
    bool first = lka_short_equal(word, known->words[0]) && text.length == known->lengths[0];
    bool second = lka_short_equal(word, known->words[1]) && text.length == known->lengths[1];
    *code = first ? known->codes[0] : known->codes[1];
    /* Not ||: which of the two it is, is as good as random. */
    return __builtin_expect(first | second, 1) || learn_word(known, text, word, code);
}

static lka_status encode_booleans(struct encoding *encoding, const struct lka_plan_column *column,
                                  const struct lka_span *cells, struct lka_error *error)
{
    uint16_t *codes = lka_block_codes(encoding->block, column->first_feature);
    struct two_words known = {0};
    for (size_t row = 0; row < encoding->rows->count; row++) {
        codes[row] = LKA_CODE_MISSING;
        if (cells[row].length > 0 && !boolean_code(&known, cells[row], encoding->rows->padded, &codes[row])) {
            codes[row] = LKA_CODE_MISSING;
            LKA_TRY(mark_broken(encoding, column, row, error));
        }
    }
    return LKA_OK;
}

static void encode_categories(const struct encoding *encoding, const struct lka_plan_column *column,
                              const struct lka_span *cells)
{
    uint16_t *codes = lka_block_codes(encoding->block, column->first_feature);
    size_t count = encoding->rows->count;
    if (column->words.count > 0) {
        reading_of(encoding)->words(&column->words, cells, count, codes);
        return;
    }
    for (size_t row = 0; row < count; row++) {
        codes[row] = cells[row].length == 0 ? LKA_CODE_MISSING : LKA_CODE_RARE;
    }
}

static void clear_codes(const struct encoding *encoding, size_t first, size_t count)
{
    for (size_t f = first; f < first + count; f++) {
        memset(lka_block_codes(encoding->block, f), 0, encoding->rows->count * sizeof(uint16_t));
    }
}

static void encode_lists(const struct encoding *encoding, const struct lka_plan_column *column,
                         const struct lka_span *cells)
{
    clear_codes(encoding, column->first_feature, column->feature_count);
    for (size_t row = 0; row < encoding->rows->count; row++) {
        struct lka_span rest = cells[row];
        struct lka_span item;
        while (lka_next_item(&rest, &item)) {
            ptrdiff_t index = lka_vocabulary_find(&column->words, item);
            if (index >= 0) {
                lka_block_codes(encoding->block, column->first_feature + (size_t)index)[row] = 1;
            }
        }
        if (column->missing && cells[row].length == 0) {
            lka_block_codes(encoding->block, column->first_feature + column->words.count)[row] = 1;
        }
    }
}

static lka_status encode_column(struct encoding *encoding, const struct lka_plan_column *column,
                                const struct lka_span *cells, struct lka_error *error)
{
    switch (column->type) {
    case LKA_TYPE_NUMBER:
        return encode_numbers(encoding, column, cells, error);
    case LKA_TYPE_DATE:
        return encode_dates(encoding, column, cells, error);
    case LKA_TYPE_BOOLEAN:
        return encode_booleans(encoding, column, cells, error);
    case LKA_TYPE_LIST:
        encode_lists(encoding, column, cells);
        return LKA_OK;
    default:
        encode_categories(encoding, column, cells);
        return LKA_OK;
    }
}

/* ---- a column that it lacks: missing in every row ---------------------------------------------- */

static void encode_absent(const struct encoding *encoding, const struct lka_plan_column *column)
{
    size_t count = encoding->rows->count;
    clear_codes(encoding, column->first_feature, column->feature_count);
    for (size_t row = 0; row < count; row++) {
        if (column->type == LKA_TYPE_NUMBER || column->type == LKA_TYPE_DATE) {
            put_missing(lanes_of(encoding, column), row);
        } else if (column->type == LKA_TYPE_LIST && column->missing) {
            lka_block_codes(encoding->block, column->first_feature + column->words.count)[row] = 1;
        }
    }
}

/* ---- all of it -------------------------------------------------------------------------------- */

static lka_status encode_columns(struct encoding *encoding, const ptrdiff_t *cell_of, struct lka_error *error)
{
    const struct lka_rows *rows = encoding->rows;
    for (size_t c = 0; c < encoding->plan->column_count; c++) {
        const struct lka_plan_column *column = &encoding->plan->columns[c];
        if (cell_of[c] == LKA_NO_COLUMN) {
            encode_absent(encoding, column);
        } else {
            LKA_TRY(encode_column(encoding, column, rows->cells + (size_t)cell_of[c] * rows->capacity, error));
        }
    }
    return LKA_OK;
}

static lka_status list_problems(const struct encoding *encoding, const ptrdiff_t *cell_of,
                                struct lka_problems *problems, struct lka_error *error)
{
    for (size_t row = 0; encoding->broken && row < encoding->rows->count; row++) {
        if (!encoding->broken[row]) {
            continue;
        }
        size_t c = encoding->broken[row] - 1;
        LKA_TRY(
            lka_reserve(&problems->items, &problems->capacity, problems->count + 1, sizeof *problems->items, error));
        struct lka_problem *problem = &problems->items[problems->count++];
        problem->row = (uint32_t)row;
        lka_type_fail(&problem->error, encoding->rows, (size_t)cell_of[c], row, encoding->plan->columns[c].name,
                      encoding->plan->columns[c].type, false);
    }
    return LKA_OK;
}

lka_status lka_plan_encode_as_of(const struct lka_plan *plan, const struct lka_rows *rows, const ptrdiff_t *cell_of,
                                 const int64_t *as_of, struct lka_block *block, struct lka_problems *problems,
                                 uint64_t *later, struct lka_error *error)
{
    struct encoding encoding = {.plan = plan, .rows = rows, .block = block, .as_of = as_of};
    problems->count = 0;
    block->count = rows->count;
    encoding.kernels = lka_lanes_of(LKA_LANES_FASTEST);
    LKA_TRY(LKA_NEW(encoding.odd, rows->count + 1, error));
    lka_status status = encode_columns(&encoding, cell_of, error);
    if (status == LKA_OK) {
        status = list_problems(&encoding, cell_of, problems, error);
    }
    *later = encoding.later;
    lka_free(encoding.broken);
    lka_free(encoding.odd);
    return status;
}

lka_status lka_plan_encode(const struct lka_plan *plan, const struct lka_rows *rows, const ptrdiff_t *cell_of,
                           struct lka_block *block, struct lka_problems *problems, struct lka_error *error)
{
    uint64_t later;
    return lka_plan_encode_as_of(plan, rows, cell_of, NULL, block, problems, &later, error);
}
