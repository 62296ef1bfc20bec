/* project/stages.h: the stages that a project can have, in the order of the flow. A new stage is a row in stages.c.
 *
 *     a block of the project file        its options                                    the stage's function
 *     score: {top: 2%}            ──►    --top 2%, and what it says nothing about:  ──► lka_score
 *                                        --model out/model.safetensors (of train), --pool (of the sources)
 */
#ifndef LKA_PROJECT_STAGES_H
#define LKA_PROJECT_STAGES_H

#include "lookalike/base.h"

#include <string.h>

/* Where a parameter comes from if the block does not say it. The first wire of a key whose origin the project has
 * counts. */
struct lka_wire {
    const char *key;
    const char *stage;  /* the output of that stage, with `below` behind its path; or NULL: */
    const char *below;  /* "/crm.csv"; NULL: the output itself */
    const char *source; /* a source of that name */
    const char *unless; /* not if this key has a value; NULL: always */
    bool asked;         /* only if the block says `key: stage`; see lka_lifecycle_first */
};

/* What the stage's line tells of its document: the value at `path` ("pool.eligible"; numbers count in arrays) in place
 * of the %s of `text`. Left out if it is absent, or 0. */
struct lka_fact {
    const char *path;
    const char *text;
};

enum { LKA_STAGE_WIRES = 8, LKA_STAGE_FACTS = 8, LKA_STAGE_CHOICES = 2 };

struct lka_stage {
    const char *name; /* of the block; "campaign seeds" is the block seeds in the block campaign */
    const struct lka_param_table *params;
    lka_status (*run)(const struct lka_options *options, const struct lka_session *session, char **summary,
                      struct lka_error *error);
    const char *again;      /* of a first pass: the stage of which it is one; else NULL */
    const char *writes;     /* the key of its output */
    const char *output;     /* what that is called by default, below the project's `out` */
    const char *writes_too; /* the key of a second output, which has no default; NULL: there is none */
    const char *either[LKA_STAGE_CHOICES][2]; /* of each pair of keys one must be given */
    bool makes_tables;                        /* whose columns the project may name, though no source has them */
    struct lka_wire wires[LKA_STAGE_WIRES];
    struct lka_fact facts[LKA_STAGE_FACTS];
};

/* No block has its name: what is run before value where the block lifecycle says `value: value`. */
extern const struct lka_stage lka_lifecycle_first;
extern const struct lka_stage lka_stages[];
extern const size_t lka_stage_count;

/* Is `word` all of the stage's name, or its first word? */
static inline bool lka_stage_begins_with(const struct lka_stage *stage, const char *word)
{
    size_t length = strlen(word);
    return strncmp(stage->name, word, length) == 0 && (stage->name[length] == ' ' || stage->name[length] == '\0');
}

#endif
