/* simulate/document.h: a YAML file read strictly (plain libyaml, which knows every node's line and column). Problems
 * are collected while it is read, so that all are told in one go; whoever reads goes on after a problem.
 *
 * Names of nodes in messages are given as a part and a detail, printed as "part.detail" (the detail may be NULL).
 * libyaml allocates with malloc: only what is kept of a file goes through base/memory.h.
 */
#ifndef LKA_SIMULATE_DOCUMENT_H
#define LKA_SIMULATE_DOCUMENT_H

#include "base/text.h"

#include <yaml.h>

enum { LKA_PROBLEMS_KEPT = 8 };

struct lka_problem {
    uint64_t line;
    uint64_t column;
    char text[320];
};

struct lka_document {
    yaml_document_t yaml;
    const char *file; /* for messages; borrowed */
    bool loaded;
    struct lka_problem problems[LKA_PROBLEMS_KEPT]; /* the first ones of the file, ascending */
    size_t problem_count;                           /* of all */
};

/* One document without anchors, aliases and repeated keys. LKA_USAGE for a syntax error, a second document or an
 * empty file; repeated keys and aliases are collected problems. Close it whether it worked or not. */
lka_status lka_document_open(struct lka_document *document, const char *file, const char *bytes, size_t length,
                             struct lka_error *error);
void lka_document_close(struct lka_document *document);

void lka_document_complain(struct lka_document *document, const yaml_node_t *node, const char *format, ...)
    LKA_PRINTF(3, 4);
/* LKA_OK, or LKA_USAGE with every problem that fits into the message, in the order of the file. */
lka_status lka_document_verdict(const struct lka_document *document, struct lka_error *error);

yaml_node_t *lka_document_root(struct lka_document *document);

/* How many pairs or items a node has; a problem and 0 if it is no mapping, or no list. */
size_t lka_document_pairs(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail);
size_t lka_document_items(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail);
/* The same where at least one and at most `most` are allowed: 0 after a problem. */
size_t lka_document_some_pairs(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail,
                               size_t most);
size_t lka_document_some_items(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail,
                               size_t most);
yaml_node_t *lka_document_key(struct lka_document *document, const yaml_node_t *node, size_t index);
yaml_node_t *lka_document_value(struct lka_document *document, const yaml_node_t *node, size_t index);
yaml_node_t *lka_document_item(struct lka_document *document, const yaml_node_t *node, size_t index);

/* The text of a scalar; a problem and NULL if it is none. */
const char *lka_document_text(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail);

/* A number within [minimum, maximum]; else a problem, false, and *number is left alone. */
bool lka_document_number(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail,
                         double minimum, double maximum, double *number);
/* The same for whole numbers. */
bool lka_document_whole(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail,
                        int minimum, int maximum, int *number);

/* Which of `names` a scalar is; else a problem that names the nearest, and -1. `what` is "key", "persona", ... */
ptrdiff_t lka_document_name(struct lka_document *document, yaml_node_t *node, const char *part, const char *detail,
                            const char *what, const char *const *names, size_t count);

/* The values of a mapping by key: values[i] belongs to names[i], NULL if absent. The first `required` names must be
 * there. False if the node is no mapping. */
bool lka_document_keys(struct lka_document *document, yaml_node_t *node, const char *part, const char *const *names,
                       size_t count, size_t required, yaml_node_t **values);

#endif
