/* simulate/document.h: a YAML file (base/yaml.h) whose values have ranges and names: what a world file needs to be
 * checked. Problems are collected while it is read and told in the order of the file; whoever reads goes on after a
 * problem.
 *
 * Names of nodes in messages are given as a part and a detail, printed as "part.detail" (the detail may be NULL).
 */
#ifndef LKA_SIMULATE_DOCUMENT_H
#define LKA_SIMULATE_DOCUMENT_H

#include "base/yaml.h"

struct lka_document {
    struct lka_yaml yaml;
    struct lka_complaints complaints;
};

/* One document without anchors, aliases, tags and repeated keys. LKA_USAGE for one that cannot be read at all; repeated
 * keys are collected problems. Close it whether it worked or not. */
lka_status lka_document_open(struct lka_document *document, const char *file, const char *bytes, size_t length,
                             struct lka_error *error);
void lka_document_close(struct lka_document *document);

/* How many pairs or items a node has; a problem and 0 if it is no mapping, or no list. */
size_t lka_document_pairs(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                          const char *detail);
size_t lka_document_items(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                          const char *detail);
/* The same where at least one and at most `most` are allowed: 0 after a problem. */
size_t lka_document_some_pairs(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                               const char *detail, size_t most);
size_t lka_document_some_items(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                               const char *detail, size_t most);

/* The text of a scalar; a problem and NULL if it is none. */
const char *lka_document_text(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                              const char *detail);

/* A number within [minimum, maximum]; else a problem, false, and *number is left alone. */
bool lka_document_number(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                         const char *detail, double minimum, double maximum, double *number);
/* The same for whole numbers. */
bool lka_document_whole(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                        const char *detail, int minimum, int maximum, int *number);

/* Which of `names` a scalar is; else a problem that names the nearest, and -1. `what` is "key", "persona", ... */
ptrdiff_t lka_document_name(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                            const char *detail, const char *what, const char *const *names, size_t count);

/* The values of a mapping by key: values[i] belongs to names[i], NULL if absent. The first `required` names must be
 * there. False if the node is no mapping. */
bool lka_document_keys(struct lka_document *document, const struct lka_yaml_node *node, const char *part,
                       const char *const *names, size_t count, size_t required, const struct lka_yaml_node **values);

#endif
