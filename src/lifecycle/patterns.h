/* lifecycle/patterns.h: words by which a text belongs to a class: user agents of machines (data/machines.yaml), stated
 * reasons and what may mend them (data/remedies.yaml). Such a file is a list of texts for each class:
 *
 *     scanner:
 *       - {has: barracuda, source: the vendor's manual, seen: 2024-05}
 *       - {is: Mozilla/5.0}
 *     offer: [price, expensive]                 a text alone is the same as {has: text}
 *
 * Case is ignored; the first class that has the text wins. `source` and `seen` tell people where a text comes from.
 */
#ifndef LKA_LIFECYCLE_PATTERNS_H
#define LKA_LIFECYCLE_PATTERNS_H

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

enum { LKA_NO_CLASS = -1, LKA_CLASSES_MAX = 32, LKA_PATTERNS_KNOWN = 1024 };

struct lka_pattern {
    struct lka_span text; /* lower-case */
    bool whole;           /* `is`, and not `has` */
    int class_index;
};

struct lka_patterns {
    struct lka_pattern *items;
    size_t count;
    size_t capacity;
    char *classes[LKA_CLASSES_MAX]; /* by their order in the file, or that of `allowed` */
    size_t class_count;
    struct lka_arena arena;
    struct lka_pattern_answer {
        struct lka_hash128 text;
        int class_index;
        bool given;
    } * known; /* answers that were given before: texts repeat */
};

/* The file's patterns, or with `path` NULL those of `bytes`, which messages call `name`. `allowed`: the classes that
 * there may be, and their order; `allowed_count` 0: any. LKA_USAGE tells everything that is wrong at once. */
lka_status lka_patterns_read(struct lka_patterns *patterns, const char *path, const char *name, const char *bytes,
                             size_t length, const char *const *allowed, size_t allowed_count, struct lka_error *error);
void lka_patterns_release(struct lka_patterns *patterns);

/* The class of a text, or LKA_NO_CLASS. Not thread-safe: it remembers. */
int lka_patterns_class(struct lka_patterns *patterns, struct lka_span text);

#endif
