/* score/aside.h: rows that are most likely not among the best, of an input that comes once (stdin): written to a nameless temporary
 * file, in no order, and read only if the guess (score/guess.h) was wrong. How many rows a share is of is not known before the
 * end, and until then any row may belong to it: should all that follow be worse. */
#ifndef LKA_SCORE_ASIDE_H
#define LKA_SCORE_ASIDE_H

#include "score/top.h"

struct lka_aside;

/* As lka_top_options: `directory`, `fields`. */
lka_status lka_aside_new(const char *directory, size_t fields, struct lka_aside **aside, struct lka_error *error);
void lka_aside_free(struct lka_aside *aside); /* NULL is fine */

lka_status lka_aside_add(struct lka_aside *aside, const struct lka_top_row *row, struct lka_error *error);

/* Adds all of them to `top`. */
lka_status lka_aside_return(struct lka_aside *aside, struct lka_top *top, struct lka_error *error);

#endif
