/* features/yaml.h: a YAML document as a tree whose nodes know their line and column, and a collector of everything that
 * is wrong with it, so that a person mends a file in one go. libyaml parses; anchors, aliases, tags, a second document
 * and excessive depth or size are refused.
 */
#ifndef LKA_FEATURES_YAML_H
#define LKA_FEATURES_YAML_H

#include "base/memory.h"
#include "base/text.h"

enum lka_yaml_kind { LKA_YAML_SCALAR, LKA_YAML_SEQUENCE, LKA_YAML_MAPPING };

enum { LKA_YAML_DEPTH = 16, LKA_YAML_NODES = 4000000 };

struct lka_yaml_node {
    enum lka_yaml_kind kind;
    uint32_t line; /* 1-based */
    uint32_t column;
    uint32_t first; /* child; of a mapping key, value, key, value ...; 0 is none, since the root is nobody's child */
    uint32_t next;  /* sibling; 0 is none */
    uint32_t count; /* children */
    struct lka_span text;
};

/* {0} is an empty one; release it with lka_yaml_release. Node 0 is the root. */
struct lka_yaml {
    struct lka_yaml_node *nodes;
    size_t count;
    size_t capacity;
    struct lka_arena arena; /* the scalars' bytes */
};

/* What is wrong, one line each: "file:line:column: message". */
struct lka_complaints {
    const char *file;
    char text[1024];
    size_t length;
    size_t shown;
    size_t count;
    uint64_t line; /* of the first */
    uint64_t column;
};

void lka_complain_at(struct lka_complaints *complaints, uint64_t line, uint64_t column, const char *format, ...)
    LKA_PRINTF(4, 5);
#define lka_complain(complaints, node, ...) lka_complain_at((complaints), (node)->line, (node)->column, __VA_ARGS__)

/* LKA_OK without a complaint; else LKA_USAGE with all that fit into 1,000 bytes, then "and N more". The error's `file`
 * stays empty, since every line names it. */
lka_status lka_complaints_status(const struct lka_complaints *complaints, struct lka_error *error);

/* Parses all of `bytes`. What the grammar refuses is a complaint (then the tree is not to be used); LKA_MEMORY only. */
lka_status lka_yaml_parse(struct lka_yaml *yaml, const char *bytes, size_t length, struct lka_complaints *complaints,
                          struct lka_error *error);
void lka_yaml_release(struct lka_yaml *yaml);

static inline const struct lka_yaml_node *lka_yaml_at(const struct lka_yaml *yaml, uint32_t index)
{
    return index == 0 ? NULL : &yaml->nodes[index];
}

/* The values of a mapping by `keys`: values[i] is the node of keys[i], or NULL. Complains about keys that are unknown
 * (naming the nearest), repeated or no text, and if `node` is no mapping; false then only in the last case. */
bool lka_yaml_fields(const struct lka_yaml *yaml, const struct lka_yaml_node *node, const char *what,
                     const char *const *keys, size_t key_count, const struct lka_yaml_node **values,
                     struct lka_complaints *complaints);

/* Each complains, naming `key`, and returns false if the node is something else. */
bool lka_yaml_is(const struct lka_yaml_node *node, enum lka_yaml_kind kind, const char *key,
                 struct lka_complaints *complaints);
bool lka_yaml_number(const struct lka_yaml_node *node, const char *key, double *number,
                     struct lka_complaints *complaints);
bool lka_yaml_boolean(const struct lka_yaml_node *node, const char *key, bool *value,
                      struct lka_complaints *complaints);

#endif
