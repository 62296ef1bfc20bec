/* score/document.h: what a scoring tells about itself, and putting it all into place. */
#ifndef LKA_SCORE_DOCUMENT_H
#define LKA_SCORE_DOCUMENT_H

#include "base/warnings.h"
#include "eligibility/eligibility.h"
#include "score/ranked.h"
#include "score/selection.h"

struct lka_score_facts {
    const struct lka_options *options; /* as they were given */
    const struct lka_model *model;
    const struct lka_table *pool;
    const struct lka_selection_counts *selected;
    uint64_t seeds; /* left out */
    uint64_t no_consent;
    const uint64_t *barred; /* by enum lka_bar; NULL: nobody asked */
    uint64_t rejected;
    uint64_t written;   /* rows */
    const char *digest; /* XXH3-128 of the output's bytes, before compression */
    json_t *drift;      /* borrowed */
    json_t *profile;    /* borrowed; NULL: there is none */
    json_t *warnings;   /* borrowed */
};

/* Nothing in it varies between two runs with the same input. */
lka_status lka_score_document(const struct lka_score_facts *facts, json_t **document, struct lka_error *error);

/* The same of several models: `facts` are those that all share (its model, written, digest, drift and profile are not
 * looked at); `models`, which is taken over: an entry each. */
lka_status lka_score_many_document(const struct lka_score_facts *facts, json_t *models, json_t **document,
                                   struct lka_error *error);
/* {"name", "family", "members", "xxh3", "card", "output": {"file", "rows", "xxh3"}, "drift", "profile"} */
lka_status lka_score_model_entry(const struct lka_score_facts *facts, const char *name, const char *ranking,
                                 json_t **entry, struct lka_error *error);

/* How a run went: seconds, threads, host. */
struct lka_score_clock {
    double seconds;
    int64_t started; /* seconds since 1970-01-01T00:00:00Z */
    size_t threads;
    uint64_t rows;
};

json_t *lka_score_run_json(const struct lka_score_clock *clock); /* NULL when memory is short */

/* Puts the output into place and, if `path` is a file, OUT.score.json and OUT.score.run.json behind it. All three are
 * written and synced before the first is renamed; when something fails before that, the old ones stay as they are. */
lka_status lka_score_publish(const char *path, json_t *document, const struct lka_score_clock *clock,
                             struct lka_ranked *ranked, struct lka_error *error);

#endif
