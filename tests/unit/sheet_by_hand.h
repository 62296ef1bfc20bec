/* tests/unit/sheet_by_hand.h: a whole CSV file in memory, read by the library's own source. */
#ifndef LKA_TESTS_SHEET_BY_HAND_H
#define LKA_TESTS_SHEET_BY_HAND_H

#include "base/date.h"
#include "simulated_by_hand.h"
#include "source/source.h"

struct sheet {
    struct lka_source *source;
    struct lka_rows rows;
};

static inline struct sheet open_sheet(const char *path)
{
    struct sheet sheet = {0};
    struct lka_error error;
    size_t columns[FIELDS_MAX];
    ck_assert_int_eq(lka_source_open(&path, 1, &(struct lka_source_options){0}, &sheet.source, &error), LKA_OK);
    size_t count = lka_source_schema(sheet.source)->count;
    for (size_t c = 0; c < count; c++) {
        columns[c] = c;
    }
    ck_assert_int_eq(lka_source_select(sheet.source, columns, count, &error), LKA_OK);
    ck_assert_int_eq(lka_rows_init(&sheet.rows, count, count_lines(path) + 1, &error), LKA_OK);
    ck_assert_msg(lka_source_next(sheet.source, &sheet.rows, &error) == LKA_OK, "%s: %s", path, error.message);
    return sheet;
}

static inline void close_sheet(struct sheet *sheet)
{
    lka_rows_release(&sheet->rows);
    lka_source_close(sheet->source);
}

static inline struct lka_span cell(const struct sheet *sheet, size_t row, const char *name)
{
    ptrdiff_t place = lka_schema_find(lka_source_schema(sheet->source), lka_span_of(name));
    ck_assert_msg(place >= 0, "no column %s", name);
    return lka_cell(&sheet->rows, (size_t)place, row);
}

static inline bool cell_is(const struct sheet *sheet, size_t row, const char *name, const char *value)
{
    return lka_span_equal(cell(sheet, row, name), lka_span_of(value));
}

static inline double cell_number(const struct sheet *sheet, size_t row, const char *name)
{
    double number = 0;
    ck_assert(lka_parse_number(cell(sheet, row, name), &number));
    return number;
}

static inline int64_t cell_time(const struct sheet *sheet, size_t row, const char *name)
{
    int64_t seconds = 0;
    ck_assert(lka_parse_time(cell(sheet, row, name), &seconds));
    return seconds;
}

/* The place in the file of a contact: C0000000003 is 2. */
static inline size_t place_of(struct lka_span id)
{
    int64_t number = 0;
    ck_assert_uint_eq(id.length, 11);
    ck_assert(lka_parse_integer((struct lka_span){id.text + 1, 10}, &number));
    return (size_t)number - 1;
}

/* The share of rows with `name` = `value` among those with `given` = `if_value` (NULL: all). */
static inline double sheet_share(const struct sheet *sheet, const char *name, const char *value, const char *given,
                                 const char *if_value)
{
    size_t among = 0;
    size_t found = 0;
    for (size_t row = 0; row < sheet->rows.count; row++) {
        if (!given || cell_is(sheet, row, given, if_value)) {
            among++;
            found += cell_is(sheet, row, name, value);
        }
    }
    return among ? (double)found / (double)among : 0;
}

#endif
