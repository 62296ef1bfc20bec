/* score/ids.h: no id twice. Where bad rows stop the work, the ids are collected while the rows are scored and checked
 * at the end; where they are tolerated, the repetitions must be known before, since they are not to be scored: a pass
 * of its own. */
#ifndef LKA_SCORE_IDS_H
#define LKA_SCORE_IDS_H

#include "score/binding.h"
#include "source/unique.h"

struct lka_scored; /* score/pipeline.h */

struct lka_ids {
    struct lka_unique *unique;      /* NULL: nothing is collected */
    struct lka_duplicate *repeated; /* known after lka_ids_scan; ascending by place */
    size_t repeated_count;
};

/* Ready to collect. */
lka_status lka_ids_init(struct lka_ids *ids, const char *directory, struct lka_error *error);
void lka_ids_release(struct lka_ids *ids);

/* Reads the whole source once and rewinds it. Afterwards nothing is collected any more. What the reader itself rejects
 * is rejected here, so that the order of the rejected rows does not depend on what runs at the same time later. */
lka_status lka_ids_scan(struct lka_ids *ids, const struct lka_binding *binding, struct lka_source *source,
                        const struct lka_session *session, struct lka_error *error);

/* The repetition that a row is, or NULL. Thread-safe. */
const struct lka_duplicate *lka_ids_repetition(const struct lka_ids *ids, const struct lka_rows *rows, size_t row);

/* Of every row of a block that came out of the pipeline, in order: rejects it through its source, with the reason, if
 * its state is rejected, else collects its id. */
lka_status lka_ids_account(struct lka_ids *ids, struct lka_source *source, const struct lka_binding *binding,
                           const struct lka_scored *block, struct lka_error *error);
/* LKA_DATA if one that was collected came twice. */
lka_status lka_ids_check(struct lka_ids *ids, const struct lka_source *source, struct lka_error *error);

#endif
