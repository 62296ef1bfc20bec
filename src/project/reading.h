/* project/reading.h: what the parts of reading a project file share. Whatever is wrong is a complaint,
 * and reading goes on.
 */
#ifndef LKA_PROJECT_READING_H
#define LKA_PROJECT_READING_H

#include "base/yaml.h"
#include "project/project.h"

enum { LKA_READING_KEYS = 64 }; /* in one mapping of known keys */

struct lka_reading {
    struct lka_project *project;
    struct lka_yaml yaml;
    struct lka_complaints complaints;
    bool short_of_memory;
};

/* The text of a scalar that is not empty; else NULL. */
const char *lka_reading_text(struct lka_reading *reader, const struct lka_yaml_node *node, const char *what);

/* The key of a pair, where keys are the user's own names. */
const char *lka_reading_key(struct lka_reading *reader, const struct lka_yaml_node *mapping, size_t pair);

/* Adds the path of a scalar, as the process can open it. */
void lka_reading_path(struct lka_reading *reader, const struct lka_yaml_node *node, const char *what,
                      struct lka_list *paths);

/* Are all files there? */
void lka_reading_check_files(struct lka_reading *reader, const struct lka_yaml_node *node, const char *what,
                             const struct lka_list *paths);

/* blocks.c: the block of that word, or the blocks in it, in the order of the flow. */
void lka_reading_blocks(struct lka_reading *reader, const char *word, const struct lka_yaml_node *node);

#endif
