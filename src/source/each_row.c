#include "source/each_row.h"

#include "base/error.h"

lka_status lka_source_each_row(struct lka_source *source, struct lka_rows *rows, const char *step,
                               const struct lka_session *session, lka_row_taking *take, void *user,
                               struct lka_error *error)
{
    do {
        LKA_TRY(lka_source_next(source, rows, error));
        for (size_t row = 0; row < rows->count; row++) {
            LKA_TRY(take(user, row, error));
        }
        LKA_TRY(lka_source_step(source, step, session, error));
    } while (rows->count > 0);
    return LKA_OK;
}
