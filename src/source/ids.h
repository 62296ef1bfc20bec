/* source/ids.h: no id twice. Where bad rows stop the work, the ids are collected while the rows are used and checked at
 * the end; where they are tolerated, the repetitions must be known before, since those rows are not to be used: a pass
 * of its own. */
#ifndef LKA_SOURCE_IDS_H
#define LKA_SOURCE_IDS_H

#include "source/source.h"
#include "source/unique.h"

struct lka_ids {
    struct lka_unique *unique;      /* NULL: nothing is collected */
    struct lka_duplicate *repeated; /* known after lka_ids_scan; ascending by place */
    size_t repeated_count;
};

/* Ready to collect. */
lka_status lka_ids_init(struct lka_ids *ids, const char *directory, struct lka_error *error);
void lka_ids_release(struct lka_ids *ids);

/* Reads the whole source once and rewinds it; `columns` are selected and the id stands in `id_cell`. Afterwards nothing
 * is collected any more. What the reader itself rejects is rejected here, so that the order of the rejected rows does
 * not depend on what runs at the same time later. */
lka_status lka_ids_scan(struct lka_ids *ids, struct lka_source *source, size_t columns, size_t id_cell,
                        const struct lka_session *session, struct lka_error *error);

/* A row that is used: collects its id, where ids are collected. */
lka_status lka_ids_add(struct lka_ids *ids, const struct lka_rows *rows, size_t row, struct lka_span id,
                       struct lka_error *error);

/* Whether the row's id is empty, or repeats an earlier one as far as is known (`ids` NULL: nothing is). Thread-safe. */
bool lka_ids_bad(const struct lka_ids *ids, const struct lka_rows *rows, size_t row, struct lka_span id);
/* Says which of the two it is. */
void lka_ids_describe(const struct lka_ids *ids, const struct lka_source *source, const struct lka_rows *rows,
                      size_t row, struct lka_span id, struct lka_error *problem);

/* LKA_DATA if one that was collected came twice. */
lka_status lka_ids_check(struct lka_ids *ids, const struct lka_source *source, struct lka_error *error);

#endif
