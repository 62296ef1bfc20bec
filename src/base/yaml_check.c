/* Checks of a tree's nodes: each complains in words that name the key, what was found and what is allowed. */
#include "base/yaml.h"

#include <stdio.h>

static const char *kind_name(enum lka_yaml_kind kind)
{
    return kind == LKA_YAML_SCALAR ? "a single value" : kind == LKA_YAML_SEQUENCE ? "a list" : "a mapping (key: value)";
}

bool lka_yaml_is(const struct lka_yaml_node *node, enum lka_yaml_kind kind, const char *key,
                 struct lka_complaints *complaints)
{
    if (node->kind != kind) {
        lka_complain(complaints, node, "%s is %s; it must be %s", key, kind_name(node->kind), kind_name(kind));
    }
    return node->kind == kind;
}

bool lka_yaml_number(const struct lka_yaml_node *node, const char *key, double *number,
                     struct lka_complaints *complaints)
{
    char shown[64];
    if (!lka_yaml_is(node, LKA_YAML_SCALAR, key, complaints)) {
        return false;
    }
    bool good = lka_parse_number(node->text, number);
    if (!good) {
        lka_complain(complaints, node, "%s: %s is no number", key, lka_show(node->text, false, shown));
    }
    return good;
}

bool lka_yaml_boolean(const struct lka_yaml_node *node, const char *key, bool *value, struct lka_complaints *complaints)
{
    char shown[64];
    if (!lka_yaml_is(node, LKA_YAML_SCALAR, key, complaints)) {
        return false;
    }
    *value = lka_span_equal(node->text, LKA_SPAN("true"));
    bool good = *value || lka_span_equal(node->text, LKA_SPAN("false"));
    if (!good) {
        lka_complain(complaints, node, "%s: %s is not allowed; allowed: true, false", key,
                     lka_show(node->text, false, shown));
    }
    return good;
}

/* "a, b, c", or "a, b, ..." where no more have room. */
static void list_keys(const char *const *keys, size_t count, size_t room, char *list)
{
    static const char more[] = ", ...";
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(keys[i]) + (i ? 2 : 0);
        if (used + length + (i + 1 < count ? sizeof more : 1) > room) {
            snprintf(list + used, room - used, "%s", i ? more : "...");
            return;
        }
        used += (size_t)snprintf(list + used, room - used, "%s%s", i ? ", " : "", keys[i]);
    }
}

static void complain_unknown(struct lka_complaints *complaints, const struct lka_yaml_node *key, const char *what,
                             const char *const *keys, size_t key_count)
{
    char shown[64];
    char allowed[400] = "";
    const char *nearest = lka_nearest(key->text.text, keys, key_count);
    list_keys(keys, key_count, sizeof allowed, allowed);
    lka_show(key->text, false, shown);
    if (nearest) {
        lka_complain(complaints, key, "%s has no key %s; did you mean \"%s\"?", what, shown, nearest);
    } else {
        lka_complain(complaints, key, "%s has no key %s; allowed: %s", what, shown, allowed);
    }
}

static size_t key_index(struct lka_span key, const char *const *keys, size_t key_count)
{
    size_t i = 0;
    while (i < key_count && !lka_span_equal(key, lka_span_of(keys[i]))) {
        i++;
    }
    return i;
}

bool lka_yaml_fields(const struct lka_yaml *yaml, const struct lka_yaml_node *node, const char *what,
                     const char *const *keys, size_t key_count, const struct lka_yaml_node **values,
                     struct lka_complaints *complaints)
{
    for (size_t i = 0; i < key_count; i++) {
        values[i] = NULL;
    }
    if (!lka_yaml_is(node, LKA_YAML_MAPPING, what, complaints)) {
        return false;
    }
    for (size_t pair = 0; pair < node->count; pair++) {
        const struct lka_yaml_node *key = lka_yaml_key(yaml, node, pair);
        if (!lka_yaml_is(key, LKA_YAML_SCALAR, "a key", complaints)) {
            continue;
        }
        size_t i = key_index(key->text, keys, key_count);
        if (i == key_count) {
            complain_unknown(complaints, key, what, keys, key_count);
        } else if (values[i]) {
            lka_complain(complaints, key, "%s: key \"%s\" is repeated; it was in line %u already", what, keys[i],
                         values[i]->line);
        } else {
            values[i] = lka_yaml_value(yaml, node, pair);
        }
    }
    return true;
}

/* Every pair of keys is compared: nobody writes more keys at one place than this. */
enum { KEYS_MAX = 2000 };

static bool same_scalar(const struct lka_yaml_node *a, const struct lka_yaml_node *b)
{
    return a->kind == LKA_YAML_SCALAR && b->kind == LKA_YAML_SCALAR && lka_span_equal(a->text, b->text);
}

static void refuse_repeats(const struct lka_yaml *yaml, const struct lka_yaml_node *mapping,
                           struct lka_complaints *complaints)
{
    if (mapping->count > KEYS_MAX) {
        lka_complain(complaints, mapping, "a mapping of %u keys; allowed: at most %d", mapping->count, (int)KEYS_MAX);
        return;
    }
    for (size_t i = 1; i < mapping->count; i++) {
        const struct lka_yaml_node *key = lka_yaml_key(yaml, mapping, i);
        size_t j = 0;
        while (j < i && !same_scalar(key, lka_yaml_key(yaml, mapping, j))) {
            j++;
        }
        if (j < i) {
            lka_complain(complaints, key, "the key \"%.60s\" is repeated; the first is in line %u", key->text.text,
                         lka_yaml_key(yaml, mapping, j)->line);
        }
    }
}

void lka_yaml_refuse_repeats(const struct lka_yaml *yaml, struct lka_complaints *complaints)
{
    for (size_t n = 0; n < yaml->count; n++) {
        if (yaml->nodes[n].kind == LKA_YAML_MAPPING) {
            refuse_repeats(yaml, &yaml->nodes[n], complaints);
        }
    }
}
