#include "features/misfits.h"

/* Nearly all are 19 of 20. */
static bool nearly_all(uint64_t count, uint64_t values)
{
    return count < values && 20 * count >= 19 * values;
}

/* 007: a code, and no number. */
static bool has_leading_zeros(struct lka_span value)
{
    return value.length > 1 && value.text[0] == '0' && value.text[1] >= '0' && value.text[1] <= '9';
}

static bool is_before(const struct lka_rows *rows, size_t row, size_t other)
{
    uint32_t file = lka_row_origin(rows, row).index;
    uint32_t other_file = lka_row_origin(rows, other).index;
    return file != other_file ? file < other_file : rows->lines[row] < rows->lines[other];
}

/* The first row, in the order of the files, whose value does not fit; rows->count if there is none, or if the column
 * holds codes. */
static size_t first_misfit(const struct lka_rows *rows, size_t column, enum lka_type type, bool *codes)
{
    size_t first = rows->count;
    for (size_t row = 0; row < rows->count && !*codes; row++) {
        struct lka_span value = lka_cell(rows, column, row);
        *codes = type == LKA_TYPE_NUMBER && has_leading_zeros(value);
        if (!lka_type_fits(type, value) && (first == rows->count || is_before(rows, row, first))) {
            first = row;
        }
    }
    return first;
}

void lka_misfits_tell(const struct lka_session *session, const char *name, enum lka_type type,
                      const struct lka_profile_facts *facts, const struct lka_rows *seeds, const struct lka_rows *pool,
                      size_t column)
{
    bool numbers = nearly_all(facts->numbers, facts->values);
    if ((type != LKA_TYPE_CATEGORY && type != LKA_TYPE_LIST) ||
        (!numbers && !nearly_all(facts->dates, facts->values))) {
        return;
    }
    enum lka_type wanted = numbers ? LKA_TYPE_NUMBER : LKA_TYPE_DATE;
    bool codes = false;
    size_t in_seeds = first_misfit(seeds, column, wanted, &codes);
    size_t in_pool = first_misfit(pool, column, wanted, &codes);
    if (codes) {
        return;
    }
    const struct lka_rows *rows = in_seeds < seeds->count ? seeds : pool;
    size_t row = rows == seeds ? in_seeds : in_pool;
    unsigned long long misfits = facts->values - (numbers ? facts->numbers : facts->dates);
    lka_warn(session, "column \"%.100s\" is read as a %s, since %llu of its %llu values %s no %s, the first in %s:%llu:%zu; "
             "with --type %.100s=%s that would be an error",
             name, lka_type_name(type), misfits, (unsigned long long)facts->values, misfits == 1 ? "is" : "are",
             lka_type_name(wanted), lka_row_origin(rows, row).file, (unsigned long long)rows->lines[row],
             rows->fields ? rows->fields[column] : 0, name, lka_type_name(wanted));
}
