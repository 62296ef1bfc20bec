/* base/yaml.h: the one reader of YAML: a document as a tree whose nodes know their line and column. libyaml parses;
 * anchors, aliases, tags, a second document and excessive depth or size are refused. Everything else that may be wrong
 * is a complaint (base/complaints.h), and reading goes on.
 *
 *     struct lka_yaml yaml = {0};
 *     LKA_TRY(lka_yaml_load(&yaml, bytes, length, &complaints, error));     then lka_yaml_release in any case
 *     LKA_TRY(lka_complaints_status(&complaints, error));
 *     const struct lka_yaml_node *root = lka_yaml_root(&yaml);
 *
 * libyaml's own buffers come from malloc; the tree comes from base/memory.h.
 */
#ifndef LKA_BASE_YAML_H
#define LKA_BASE_YAML_H

#include "base/complaints.h"
#include "base/memory.h"
#include "base/text.h"

enum { LKA_YAML_DEPTH = 16, LKA_YAML_NODES = 4000000, LKA_YAML_BYTES = 64 << 20 };

enum lka_yaml_kind { LKA_YAML_SCALAR, LKA_YAML_SEQUENCE, LKA_YAML_MAPPING };

struct lka_yaml_node {
    enum lka_yaml_kind kind;
    uint32_t line; /* 1-based */
    uint32_t column;
    uint32_t first;       /* place of the first child in `children` */
    uint32_t count;       /* items, or pairs of a key and a value */
    struct lka_span text; /* of a scalar; a NUL is behind it, and may be within */
};

/* What ended the parsing. */
struct lka_yaml_fault {
    enum lka_yaml_fault_kind {
        LKA_YAML_SOUND,
        LKA_YAML_SYNTAX,   /* `problem` and `context` have libyaml's words (context: NULL if it has none) */
        LKA_YAML_ENCODING, /* no UTF-8; `problem` says more */
        LKA_YAML_ANCHOR,
        LKA_YAML_ALIAS,
        LKA_YAML_TAG,
        LKA_YAML_SECOND, /* a second document, whose first node is in `next_line` */
        LKA_YAML_DEEP,
        LKA_YAML_LARGE
    } kind;
    uint64_t line;
    uint64_t column;
    uint64_t next_line;
    const char *problem;
    const char *context;
};

/* {0} is an empty one; release it with lka_yaml_release. */
struct lka_yaml {
    struct lka_yaml_node *nodes;
    size_t count; /* 0: the document is empty */
    size_t capacity;
    uint32_t *children; /* those of one node stand side by side; of a mapping key, value, key, value ... */
    size_t child_count;
    size_t child_capacity;
    struct lka_arena arena; /* the scalars' bytes */
    struct lka_yaml_fault fault;
};

/* Parses all of `bytes`. What the grammar refuses is a complaint: then the tree is not to be used. LKA_MEMORY only. */
lka_status lka_yaml_load(struct lka_yaml *yaml, const char *bytes, size_t length, struct lka_complaints *complaints,
                         struct lka_error *error);
void lka_yaml_release(struct lka_yaml *yaml);

/* The two halves of lka_yaml_load, for a reader that has its own words for a fault. */
lka_status lka_yaml_parse(struct lka_yaml *yaml, const char *bytes, size_t length, struct lka_error *error);
void lka_yaml_complain_fault(const struct lka_yaml_fault *fault, struct lka_complaints *complaints);

/* ---- walking: `index` is below the node's count ------------------------------------------------- */

/* NULL if the document is empty. */
static inline const struct lka_yaml_node *lka_yaml_root(const struct lka_yaml *yaml)
{
    return yaml->count ? &yaml->nodes[0] : NULL;
}

static inline const struct lka_yaml_node *lka_yaml_item(const struct lka_yaml *yaml, const struct lka_yaml_node *list,
                                                        size_t index)
{
    return &yaml->nodes[yaml->children[list->first + index]];
}

static inline const struct lka_yaml_node *lka_yaml_key(const struct lka_yaml *yaml, const struct lka_yaml_node *mapping,
                                                       size_t index)
{
    return lka_yaml_item(yaml, mapping, 2 * index);
}

static inline const struct lka_yaml_node *lka_yaml_value(const struct lka_yaml *yaml,
                                                         const struct lka_yaml_node *mapping, size_t index)
{
    return lka_yaml_item(yaml, mapping, 2 * index + 1);
}

/* ---- checking ----------------------------------------------------------------------------------- */

/* The values of a mapping by `keys`: values[i] is the node of keys[i], or NULL. Complains about keys that are unknown
 * (naming the nearest), repeated or no text, and if `node` is no mapping; false then only in the last case. */
bool lka_yaml_fields(const struct lka_yaml *yaml, const struct lka_yaml_node *node, const char *what,
                     const char *const *keys, size_t key_count, const struct lka_yaml_node **values,
                     struct lka_complaints *complaints);

/* Complains about every repeated key of every mapping: for documents whose keys are names of the user's. */
void lka_yaml_refuse_repeats(const struct lka_yaml *yaml, struct lka_complaints *complaints);

/* Each complains, naming `key`, and returns false if the node is something else. */
bool lka_yaml_is(const struct lka_yaml_node *node, enum lka_yaml_kind kind, const char *key,
                 struct lka_complaints *complaints);
bool lka_yaml_number(const struct lka_yaml_node *node, const char *key, double *number,
                     struct lka_complaints *complaints);
bool lka_yaml_boolean(const struct lka_yaml_node *node, const char *key, bool *value,
                      struct lka_complaints *complaints);

#endif
