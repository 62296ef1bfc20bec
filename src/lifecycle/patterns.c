#include "lifecycle/patterns.h"

#include "base/error.h"
#include "base/small_file.h"
#include "base/yaml.h"

enum { FILE_MOST = 1 << 20, TEXT_LONGEST = 512 };

/* ---- reading ---------------------------------------------------------------------------------- */

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static lka_status add(struct lka_patterns *patterns, const struct lka_yaml_node *node, bool whole, int class_index,
                      struct lka_complaints *complaints, struct lka_error *error)
{
    if (node->text.length == 0 || node->text.length > TEXT_LONGEST) {
        lka_complain(complaints, node, "a text of %u bytes; allowed: 1 to %d", node->text.length, TEXT_LONGEST);
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&patterns->items, &patterns->capacity, patterns->count + 1, sizeof *patterns->items, error));
    char *text = lka_arena_take(&patterns->arena, node->text.length);
    if (!text) {
        return lka_fail_memory(error, node->text.length);
    }
    for (uint32_t i = 0; i < node->text.length; i++) {
        text[i] = small(node->text.text[i]);
    }
    patterns->items[patterns->count++] = (struct lka_pattern){
        {text, node->text.length}, .whole = whole, .class_index = class_index};
    return LKA_OK;
}

static lka_status add_item(struct lka_patterns *patterns, const struct lka_yaml *yaml, const struct lka_yaml_node *item,
                           int class_index, struct lka_complaints *complaints, struct lka_error *error)
{
    static const char *const keys[] = {"has", "is", "source", "seen"};
    const struct lka_yaml_node *values[4];
    if (item->kind == LKA_YAML_SCALAR) {
        return add(patterns, item, false, class_index, complaints, error);
    }
    if (!lka_yaml_fields(yaml, item, "a pattern", keys, 4, values, complaints)) {
        return LKA_OK;
    }
    if (!values[0] == !values[1]) {
        lka_complain(complaints, item, "a pattern needs one of \"has\" and \"is\"");
        return LKA_OK;
    }
    const struct lka_yaml_node *text = values[0] ? values[0] : values[1];
    return lka_yaml_is(text, LKA_YAML_SCALAR, values[0] ? "has" : "is", complaints)
               ? add(patterns, text, values[1] != NULL, class_index, complaints, error)
               : LKA_OK;
}

static lka_status class_of(struct lka_patterns *patterns, const struct lka_yaml_node *key, const char *const *allowed,
                           size_t allowed_count, int *class_index, struct lka_complaints *complaints,
                           struct lka_error *error)
{
    *class_index = LKA_NO_CLASS;
    for (size_t i = 0; i < patterns->class_count; i++) {
        if (lka_span_equal(key->text, lka_span_of(patterns->classes[i]))) {
            *class_index = (int)i;
            return LKA_OK;
        }
    }
    if (allowed_count > 0) {
        const char *nearest = lka_nearest(key->text.text, allowed, allowed_count);
        lka_complain(complaints, key, "unknown class \"%.40s\"%s%s%s", key->text.text,
                     nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
        return LKA_OK;
    }
    if (patterns->class_count == LKA_CLASSES_MAX) {
        lka_complain(complaints, key, "more than %d classes", LKA_CLASSES_MAX);
        return LKA_OK;
    }
    *class_index = (int)patterns->class_count;
    patterns->classes[patterns->class_count] = lka_copy_text(key->text.text, key->text.length);
    return patterns->classes[patterns->class_count++] ? LKA_OK : lka_fail_memory(error, key->text.length);
}

static lka_status add_class(struct lka_patterns *patterns, const struct lka_yaml *yaml, const struct lka_yaml_node *key,
                            const struct lka_yaml_node *list, const char *const *allowed, size_t allowed_count,
                            struct lka_complaints *complaints, struct lka_error *error)
{
    int class_index;
    if (!lka_yaml_is(key, LKA_YAML_SCALAR, "a class", complaints) ||
        !lka_yaml_is(list, LKA_YAML_SEQUENCE, key->text.text, complaints)) {
        return LKA_OK;
    }
    LKA_TRY(class_of(patterns, key, allowed, allowed_count, &class_index, complaints, error));
    for (size_t i = 0; i < list->count && class_index != LKA_NO_CLASS; i++) {
        LKA_TRY(add_item(patterns, yaml, lka_yaml_item(yaml, list, i), class_index, complaints, error));
    }
    return LKA_OK;
}

static lka_status read_tree(struct lka_patterns *patterns, struct lka_yaml *yaml, const char *bytes, size_t length,
                            const char *const *allowed, size_t allowed_count, struct lka_complaints *complaints,
                            struct lka_error *error)
{
    LKA_TRY(lka_yaml_load(yaml, bytes, length, complaints, error));
    LKA_TRY(lka_complaints_status(complaints, error));
    const struct lka_yaml_node *root = lka_yaml_root(yaml);
    if (!root) {
        lka_complain_at(complaints, 0, 0, "the file is empty");
    } else if (lka_yaml_is(root, LKA_YAML_MAPPING, "the file", complaints)) {
        lka_yaml_refuse_repeats(yaml, complaints);
        for (size_t i = 0; i < root->count; i++) {
            LKA_TRY(add_class(patterns, yaml, lka_yaml_key(yaml, root, i), lka_yaml_value(yaml, root, i), allowed,
                              allowed_count, complaints, error));
        }
    }
    return lka_complaints_status(complaints, error);
}

static lka_status read_bytes(struct lka_patterns *patterns, const char *name, const char *bytes, size_t length,
                             const char *const *allowed, size_t allowed_count, struct lka_error *error)
{
    struct lka_complaints complaints = {.file = name, .by_place = true};
    struct lka_yaml yaml = {0};
    for (size_t i = 0; i < allowed_count; i++) {
        patterns->classes[patterns->class_count] = lka_copy_string(allowed[i]);
        if (!patterns->classes[patterns->class_count++]) {
            return lka_fail_memory(error, 1);
        }
    }
    LKA_TRY(LKA_NEW(patterns->known, LKA_PATTERNS_KNOWN, error));
    lka_status status = read_tree(patterns, &yaml, bytes, length, allowed, allowed_count, &complaints, error);
    lka_yaml_release(&yaml);
    return status;
}

lka_status lka_patterns_read(struct lka_patterns *patterns, const char *path, const char *name, const char *bytes,
                             size_t length, const char *const *allowed, size_t allowed_count, struct lka_error *error)
{
    *patterns = (struct lka_patterns){0};
    struct lka_text text = {0};
    lka_status status = path ? lka_small_file_read(path, "a file of patterns", FILE_MOST, &text, error) : LKA_OK;
    if (status == LKA_OK) {
        status = path ? read_bytes(patterns, path, text.bytes ? text.bytes : "", text.length, allowed, allowed_count,
                                   error)
                      : read_bytes(patterns, name, bytes, length, allowed, allowed_count, error);
    }
    lka_text_release(&text);
    if (status != LKA_OK) {
        lka_patterns_release(patterns);
    }
    return status;
}

void lka_patterns_release(struct lka_patterns *patterns)
{
    for (size_t i = 0; i < patterns->class_count; i++) {
        lka_free(patterns->classes[i]);
    }
    lka_free(patterns->items);
    lka_free(patterns->known);
    lka_arena_release(&patterns->arena);
    *patterns = (struct lka_patterns){0};
}

/* ---- asking ----------------------------------------------------------------------------------- */

static bool fits(const struct lka_pattern *pattern, struct lka_span text)
{
    return pattern->whole ? lka_span_equal(pattern->text, text)
                          : memmem(text.text, text.length, pattern->text.text, pattern->text.length) != NULL;
}

static int look_up(const struct lka_patterns *patterns, struct lka_span text)
{
    char buffer[2 * TEXT_LONGEST];
    uint32_t length = text.length < sizeof buffer ? text.length : (uint32_t)sizeof buffer;
    for (uint32_t i = 0; i < length; i++) {
        buffer[i] = small(text.text[i]);
    }
    for (size_t i = 0; i < patterns->count; i++) {
        if (fits(&patterns->items[i], (struct lka_span){buffer, length})) {
            return patterns->items[i].class_index;
        }
    }
    return LKA_NO_CLASS;
}

int lka_patterns_class(struct lka_patterns *patterns, struct lka_span text)
{
    if (text.length == 0) {
        return LKA_NO_CLASS;
    }
    struct lka_hash128 hash = lka_hash128(text);
    struct lka_pattern_answer *answer = &patterns->known[hash.low % LKA_PATTERNS_KNOWN];
    if (!answer->given || answer->text.high != hash.high || answer->text.low != hash.low) {
        *answer = (struct lka_pattern_answer){hash, look_up(patterns, text), true};
    }
    return answer->class_index;
}
