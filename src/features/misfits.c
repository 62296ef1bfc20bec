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

bool lka_misfits_find(enum lka_type type, const struct lka_profile_facts *facts, const struct lka_rows *seeds,
                      const struct lka_rows *pool, size_t column, struct lka_misfits *misfits)
{
    bool numbers = nearly_all(facts->numbers, facts->values);
    if ((type != LKA_TYPE_CATEGORY && type != LKA_TYPE_LIST) ||
        (!numbers && !nearly_all(facts->dates, facts->values))) {
        return false;
    }
    enum lka_type wanted = numbers ? LKA_TYPE_NUMBER : LKA_TYPE_DATE;
    bool codes = false;
    size_t in_seeds = first_misfit(seeds, column, wanted, &codes);
    size_t in_pool = first_misfit(pool, column, wanted, &codes);
    bool first = in_seeds < seeds->count;
    *misfits = (struct lka_misfits){.wanted = wanted,
                                    .count = facts->values - (numbers ? facts->numbers : facts->dates),
                                    .values = facts->values,
                                    .rows = first ? seeds : pool,
                                    .row = first ? in_seeds : in_pool,
                                    .column = column};
    return !codes;
}

void lka_misfits_tell(const struct lka_misfits *misfits, const char *name, bool rejected,
                      const struct lka_session *session)
{
    const struct lka_rows *rows = misfits->rows;
    const char *wanted = lka_type_name(misfits->wanted);
    unsigned long long count = misfits->count;
    unsigned long long values = misfits->values;
    if (rejected) {
        lka_warn(session,
                 "column \"%.100s\" is taken for a %s, since all but %llu of its %llu values are; the %s "
                 "rejected (--type %.100s=category keeps %s)",
                 name, wanted, count, values, count == 1 ? "row of that one is" : "rows of those are", name,
                 count == 1 ? "it" : "them");
    } else {
        lka_warn(session,
                 "column \"%.100s\" is read as a category, since %llu of its %llu values %s no %s, the first in "
                 "%s:%llu:%zu (--type %.100s=%s makes that an error)",
                 name, count, values, count == 1 ? "is" : "are", wanted, lka_row_origin(rows, misfits->row).file,
                 (unsigned long long)rows->lines[misfits->row], rows->fields ? rows->fields[misfits->column] : 0, name,
                 wanted);
    }
}
