/* source/filter.h: a rule (table/where.h) between a source and whoever reads it: rows that do not meet it are not
 * handed out. The columns that the rule reads are read beside the selected ones, and stay here.
 */
#ifndef LKA_SOURCE_FILTER_H
#define LKA_SOURCE_FILTER_H

#include "table/where.h"

struct lka_filter;

/* Takes the rule over, unless it fails. */
lka_status lka_filter_new(struct lka_where *where, struct lka_filter **filter, struct lka_error *error);
void lka_filter_free(struct lka_filter *filter); /* NULL is fine */

/* The schema's columns to read behind `selected` others. */
const size_t *lka_filter_columns(struct lka_filter *filter, size_t selected, size_t *count);

/* The block to read into, cleared, in place of `rows`. */
lka_status lka_filter_target(struct lka_filter *filter, const struct lka_rows *rows, struct lka_rows **target,
                             struct lka_error *error);

/* Moves the rows that meet the rule from the target into `rows`; *left_out counts the others. */
lka_status lka_filter_pass(struct lka_filter *filter, struct lka_rows *rows, uint64_t *left_out,
                           struct lka_error *error);

#endif
