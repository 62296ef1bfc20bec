#include "train/misfits.h"

#include "base/error.h"
#include "features/misfits.h"

#include <stdlib.h>

/* ---- types ------------------------------------------------------------------------------------ */

static lka_status add_all(struct lka_profile *profile, const struct lka_rows *rows, size_t column,
                          struct lka_error *error)
{
    for (size_t row = 0; row < rows->count; row++) {
        LKA_TRY(lka_profile_add(profile, lka_cell(rows, column, row), error));
    }
    return LKA_OK;
}

static lka_status settle_type(struct lka_sample *sample, size_t c, const struct lka_session *session,
                              struct lka_error *error)
{
    struct lka_column *column = &sample->schema.columns[c];
    struct lka_profile *profile;
    struct lka_misfits misfits;
    LKA_TRY(lka_profile_new(&profile, error));
    lka_status status = add_all(profile, &sample->seeds, c, error);
    if (status == LKA_OK) {
        status = add_all(profile, &sample->pool, c, error);
    }
    struct lka_profile_facts facts = lka_profile_facts(profile);
    enum lka_type type = lka_profile_type(profile);
    lka_profile_free(profile);
    if (status == LKA_OK && lka_misfits_find(type, &facts, &sample->seeds, &sample->pool, c, &misfits)) {
        lka_misfits_tell(&misfits, column->name, true, session);
        column->type = misfits.wanted;
    }
    return status;
}

static bool is_listed(const struct lka_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- rows ------------------------------------------------------------------------------------- */

/* The first column whose type the row breaks, or the number of columns. */
static size_t broken_column(const struct lka_sample *sample, const struct lka_rows *rows, size_t row)
{
    size_t c = 0;
    for (; c < sample->schema.count; c++) {
        const struct lka_column *column = &sample->schema.columns[c];
        if (column->role == LKA_ROLE_FEATURE && !lka_type_fits(column->type, lka_cell(rows, c, row))) {
            break;
        }
    }
    return c;
}

struct misfit {
    struct lka_origin origin;
    uint64_t line;
    size_t row;
    size_t column;
};

static int by_place(const void *a, const void *b)
{
    const struct misfit *x = a;
    const struct misfit *y = b;
    if (x->origin.index != y->origin.index) {
        return x->origin.index < y->origin.index ? -1 : 1;
    }
    return (x->line > y->line) - (x->line < y->line);
}

/* In the order of the files, and not of the sample. */
static lka_status reject_all(const struct lka_sample *sample, const struct lka_rows *rows,
                             const struct lka_sources *sources, struct misfit *misfits, size_t count,
                             struct lka_error *error)
{
    qsort(misfits, count, sizeof *misfits, by_place);
    for (size_t i = 0; i < count; i++) {
        const struct lka_column *column = &sample->schema.columns[misfits[i].column];
        struct lka_error problem = {0};
        lka_type_fail(&problem, rows, misfits[i].column, misfits[i].row, column->name, column->type, false);
        struct lka_source *source = lka_sample_source(sample, sources, rows, misfits[i].row);
        LKA_TRY(lka_source_reject(source, rows, misfits[i].row, &problem, error));
    }
    return LKA_OK;
}

/* Splits the rows into those that are kept and those that are misfits. */
static lka_status sort_out(const struct lka_sample *sample, const struct lka_rows *rows, struct lka_rows *kept,
                           struct misfit *misfits, size_t *count, struct lka_error *error)
{
    for (size_t row = 0; row < rows->count; row++) {
        size_t column = broken_column(sample, rows, row);
        if (column < sample->schema.count) {
            misfits[(*count)++] = (struct misfit){lka_row_origin(rows, row), rows->lines[row], row, column};
        } else {
            LKA_TRY(lka_rows_append(kept, rows, row, error));
        }
    }
    return LKA_OK;
}

/* They were counted as read. */
static void uncount(struct lka_sample *sample, const struct lka_rows *rows, const struct misfit *misfits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool of_seeds = rows == &sample->seeds || lka_sample_is_contact(sample, rows, misfits[i].row);
        sample->seeds_read -= of_seeds;
        sample->pool_read -= !of_seeds;
        sample->pool_eligible -= !of_seeds;
    }
}

static lka_status drop_misfits(struct lka_sample *sample, struct lka_rows *rows, const struct lka_sources *sources,
                               struct lka_error *error)
{
    struct lka_rows kept;
    struct misfit *misfits = NULL;
    size_t count = 0;
    LKA_TRY(lka_rows_init(&kept, rows->columns, rows->count + 1, error));
    lka_status status = LKA_NEW(misfits, rows->count, error);
    if (status == LKA_OK) {
        status = sort_out(sample, rows, &kept, misfits, &count, error);
    }
    if (status == LKA_OK && count > 0) {
        status = reject_all(sample, rows, sources, misfits, count, error);
        uncount(sample, rows, misfits, count);
    }
    lka_free(misfits);
    struct lka_rows *unwanted = status == LKA_OK ? rows : &kept;
    lka_rows_release(unwanted);
    if (status == LKA_OK) {
        *rows = kept;
    }
    return status;
}

lka_status lka_sample_reject_misfits(struct lka_sample *sample, const struct lka_list *excluded,
                                     const struct lka_sources *sources, const struct lka_session *session,
                                     struct lka_error *error)
{
    bool any = false;
    for (size_t c = 0; c < sample->schema.count; c++) {
        const struct lka_column *column = &sample->schema.columns[c];
        if (column->role == LKA_ROLE_FEATURE && !column->type_given && !is_listed(excluded, column->name)) {
            LKA_TRY(settle_type(sample, c, session, error));
            any = any || column->type != LKA_TYPE_UNKNOWN;
        }
    }
    if (!any) {
        return LKA_OK;
    }
    LKA_TRY(drop_misfits(sample, &sample->seeds, sources, error));
    return drop_misfits(sample, &sample->pool, sources, error);
}
