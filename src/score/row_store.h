/* score/row_store.h: rows of which it is not known yet who wants them, in a temporary file: written once, read at any
 * place. */
#ifndef LKA_SCORE_ROW_STORE_H
#define LKA_SCORE_ROW_STORE_H

#include "base/error.h"
#include "base/text.h"

struct lka_row_store;

lka_status lka_row_store_new(const char *directory, size_t fields, struct lka_row_store **store,
                             struct lka_error *error);
void lka_row_store_free(struct lka_row_store *store); /* NULL is fine */

/* Copies the row; *place is for lka_row_store_at. */
lka_status lka_row_store_add(struct lka_row_store *store, const struct lka_span *fields, uint64_t *place,
                             struct lka_error *error);

/* After the last row. Then several threads may read. */
lka_status lka_row_store_finish(struct lka_row_store *store, struct lka_error *error);
void lka_row_store_at(const struct lka_row_store *store, uint64_t place, struct lka_span *fields);

#endif
