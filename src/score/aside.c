#include "score/aside.h"

#include "base/memory.h"
#include "score/record.h"
#include "score/runs.h"

enum { READ_BUFFER = 1 << 18 };

struct lka_aside {
    struct lka_runs *rows; /* one run, that is not sorted: it comes back as it was written */
    struct lka_span *fields;
    size_t field_count;
    char *record;
    size_t room;
};

lka_status lka_aside_new(const char *directory, size_t fields, struct lka_aside **aside, struct lka_error *error)
{
    *aside = NULL;
    struct lka_aside *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->field_count = fields;
    lka_status status = LKA_NEW(made->fields, fields, error);
    if (status == LKA_OK) {
        status = lka_runs_new(directory, fields, &made->rows, error);
    }
    if (status == LKA_OK) {
        status = lka_runs_begin(made->rows, error);
    }
    if (status != LKA_OK) {
        lka_aside_free(made);
        return status;
    }
    *aside = made;
    return LKA_OK;
}

void lka_aside_free(struct lka_aside *aside)
{
    if (aside) {
        lka_runs_free(aside->rows);
        lka_free(aside->fields);
        lka_free(aside->record);
        lka_free(aside);
    }
}

lka_status lka_aside_add(struct lka_aside *aside, const struct lka_top_row *row, struct lka_error *error)
{
    size_t size = lka_record_size(row->fields, aside->field_count);
    LKA_TRY(lka_reserve(&aside->record, &aside->room, size, 1, error));
    lka_record_put(aside->record, row->key, row->tie, row->fields, aside->field_count);
    return lka_runs_append(aside->rows, aside->record, error);
}

lka_status lka_aside_return(struct lka_aside *aside, struct lka_top *top, struct lka_error *error)
{
    const char *record;
    LKA_TRY(lka_runs_merge(aside->rows, READ_BUFFER, error));
    LKA_TRY(lka_runs_next(aside->rows, &record, error));
    while (record) {
        struct lka_record_head head = lka_record_head(record);
        lka_record_fields(record, aside->fields, aside->field_count);
        struct lka_top_row row = {head.key, head.tie, aside->fields};
        LKA_TRY(lka_top_add(top, &row, error));
        LKA_TRY(lka_runs_next(aside->rows, &record, error));
    }
    return LKA_OK;
}
