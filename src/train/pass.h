/* train/pass.h: one pass over one of the tables: which rows may be used, and which of them are kept. */
#ifndef LKA_TRAIN_PASS_H
#define LKA_TRAIN_PASS_H

#include "train/sample.h"

struct lka_pass {
    struct lka_source *source;
    const struct lka_schema *schema;
    const char *step;
    const struct lka_crm_columns *crm; /* of a table of contacts; else NULL */
    bool are_seeds;                    /* or contacts: whoever is in it is taken out of the pool */
    struct lka_rows *parts;            /* what is kept: one, or a CRM's groups */
    size_t part_count;
    uint64_t *read;
    uint64_t *without_consent;
};

/* Reads the source to its end. Seeds go into sample->set, and are looked for in it of a pool; sample->threshold becomes
 * that of the first part. */
lka_status lka_pass_run(const struct lka_pass *pass, const struct lka_sample_options *options,
                        const struct lka_session *session, struct lka_sample *sample, struct lka_error *error);

#endif
