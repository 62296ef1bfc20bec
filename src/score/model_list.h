/* score/model_list.h: the models of one scoring, by name: a ranking is named after its model. */
#ifndef LKA_SCORE_MODEL_LIST_H
#define LKA_SCORE_MODEL_LIST_H

#include "train/model.h"

#define LKA_MODEL_ENDING ".safetensors"

struct lka_listed_model {
    char *path;
    char *name; /* the file's name without LKA_MODEL_ENDING */
    struct lka_model *model;
};

struct lka_model_list {
    struct lka_listed_model *items; /* those of --model as they were given, then those of --models by name */
    size_t count;
    size_t capacity;
};

/* Opens the files `paths`, and every file of `directory` (NULL: none) that ends in LKA_MODEL_ENDING. LKA_USAGE, naming
 * the file, if one can't be opened, is no model, has the name or the bytes of another one, or if the directory has
 * none; LKA_DATA for one that is damaged. */
lka_status lka_model_list_open(struct lka_model_list *list, const struct lka_list *paths, const char *directory,
                               const struct lka_session *session, struct lka_error *error);
void lka_model_list_close(struct lka_model_list *list); /* {0} is fine */

/* The id column that all models were trained with (of the seeds if `of_seeds`); NULL if they differ: then `one` and
 * `other` are two that do. */
const char *lka_model_list_id(const struct lka_model_list *list, bool of_seeds, const struct lka_listed_model **one,
                              const struct lka_listed_model **other);

#endif
