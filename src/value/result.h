/* value/result.h: all that a run found, and what is written of it. */
#ifndef LKA_VALUE_RESULT_H
#define LKA_VALUE_RESULT_H

#include "base/warnings.h"
#include "source/output.h"
#include "store/history.h"
#include "value/value.h"

struct lka_value_result {
    const struct lka_options *all;
    const struct lka_value_options *options;
    struct lka_warnings warnings;
    struct lka_customers customers;
    struct lka_patterns patterns;
    struct lka_value_counts counts;
    const struct lka_purchase_model *model;
    struct lka_fit fit;
    struct lka_spend spend;
    struct lka_outlook outlook;
    struct lka_prospect *prospects;  /* one a customer */
    struct lka_span *previous;       /* cluster, one a customer; NULL without a workspace */
    struct lka_text currency;        /* of the amounts; empty if it is not known */
    json_t *roles;                   /* of the summary; NULL for events */
    json_t *inputs;                  /* files and hashes */
    uint64_t clusters[LKA_CLUSTERS]; /* customers in each */
    uint64_t changed;                /* whose cluster was another one before */
};

/* report.c: what the fits should make the reader careful about. */
void lka_value_warn(const struct lka_value_result *result);
/* report.c: value.json. */
lka_status lka_value_document(const struct lka_value_result *result, json_t **document, struct lka_error *error);

/* remember.c: sets result->previous, which points into the history (the caller's to close), and result->changed; with
 * `write`, in an open transaction, stores the clusters. */
lka_status lka_value_remember(struct lka_value_result *result, struct lka_workspace *workspace, bool write,
                              struct lka_history **history, struct lka_error *error);

/* table.c: value.csv. */
lka_status lka_value_write(const struct lka_value_result *result, const char *path, struct lka_error *error);

/* publish.c: value.csv, value.json and value.run.json into an open directory. */
lka_status lka_value_put_files(const struct lka_value_result *result, const json_t *document, double seconds,
                               struct lka_directory *directory, struct lka_error *error);

#endif
