/* contract/candidates.h: every family that is registered, in each of its settings: the defaults, then each flag turned,
 * each other choice, and each setting of its search list, one at a time. A new family is in it by being registered. */
#ifndef CONTRACT_CANDIDATES_H
#define CONTRACT_CANDIDATES_H

#include "people.h"
#include "tensors.h"

enum { MOST_CANDIDATES = 256 };

struct candidate {
    const struct lka_model_family *family;
    char setting[120]; /* "metric=cosine,contrast=false"; empty for the defaults */
    bool searched;     /* of the search list: the same code as the defaults, with other numbers */
};

extern struct candidate candidates[MOST_CANDIDATES];
extern int candidate_count;
void candidates_list(void);

/* The options of a candidate. Free with lka_options_free. */
struct lka_options *candidate_options(const struct candidate *candidate);

/* What tests do with one; each fails the test with the error's message. */
struct lka_family_model *candidate_fit(const struct candidate *candidate, const struct lka_fit_input *input);
struct lka_family_model *candidate_fit_people(const struct candidate *candidate, const struct people *people);
void candidate_save(const struct candidate *candidate, const struct lka_family_model *model, struct tensors *tensors);
struct lka_family_model *candidate_load(const struct candidate *candidate, const struct lka_space *space,
                                        const struct tensors *tensors);
/* Scores of all rows; free with free. */
double *candidate_score(const struct candidate *candidate, const struct lka_family_model *model,
                        const struct lka_block *block);

#endif
