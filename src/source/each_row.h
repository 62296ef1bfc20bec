/* source/each_row.h: a source read to its end, row by row. */
#ifndef LKA_SOURCE_EACH_ROW_H
#define LKA_SOURCE_EACH_ROW_H

#include "source/source.h"

/* What is done with a row of the block that `user` knows. */
typedef lka_status lka_row_taking(void *user, size_t row, struct lka_error *error);

/* Fills `rows` again and again; tells the session as lka_source_step does. */
lka_status lka_source_each_row(struct lka_source *source, struct lka_rows *rows, const char *step,
                               const struct lka_session *session, lka_row_taking *take, void *user,
                               struct lka_error *error);

#endif
