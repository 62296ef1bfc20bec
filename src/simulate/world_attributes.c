#include "base/error.h"
#include "simulate/world_draft.h"

#include <math.h>
#include <stdio.h>

static const char *const kind_names[] = {"category", "number", "date", "list"};

/* ---- one attribute ---------------------------------------------------------------------------- */

static void read_weights(struct lka_draft *draft, const struct lka_yaml_node *node)
{
    struct lka_world_reader *reader = draft->reader;
    struct lka_document *document = &reader->document;
    struct lka_attribute *attribute = draft->attribute;
    bool list = attribute->kind == LKA_KIND_LIST;
    size_t most = list ? LKA_LIST_VALUES_MAX : LKA_VALUES_MAX;
    size_t count = lka_document_some_pairs(document, node, draft->part, "weights", most);
    if (count == 0) {
        return;
    }
    attribute->values = lka_world_take(reader, count, sizeof *attribute->values);
    attribute->slots = lka_world_take(reader, count, sizeof *attribute->slots);
    draft->base = lka_world_take(reader, count, sizeof *draft->base);
    for (size_t i = 0; i < count && !reader->short_of_memory; i++) {
        const struct lka_yaml_node *key = lka_yaml_key(&document->yaml, node, i);
        const char *text = lka_document_text(document, key, draft->part, "weights");
        attribute->values[i] = lka_world_copy(reader, text ? text : "?");
        if (text && (!list || *text)) {
            lka_world_slot(reader, key, draft->part, text, &attribute->slots[i]);
        }
        if (list && text && text[strcspn(text, "|,\"\r\n")] != '\0') {
            lka_complain(&document->complaints, key,
                         "%s: a value of a list cannot hold |, a comma, a quote or a line break", draft->part);
        }
        lka_document_number(document, lka_yaml_value(&document->yaml, node, i), draft->part, text, 0, 1e9,
                            &draft->base[i]);
    }
    attribute->value_count = reader->short_of_memory ? 0 : count;
    draft->width = count;
}

static void read_quantiles(struct lka_draft *draft, const struct lka_yaml_node *node)
{
    struct lka_document *document = &draft->reader->document;
    struct lka_attribute *attribute = draft->attribute;
    size_t count = lka_document_some_items(document, node, draft->part, "quantiles", LKA_KNOTS_MAX);
    if (count < 2) {
        if (count == 1) {
            lka_complain(&document->complaints, node, "%s.quantiles has 1 entry; allowed: at least 2", draft->part);
        }
        return;
    }
    draft->base = lka_world_take(draft->reader, count, sizeof *draft->base);
    double limit = LKA_VALUE_MAX / attribute->scale;
    bool date = attribute->kind == LKA_KIND_DATE;
    for (size_t i = 0; i < count && draft->base; i++) {
        const struct lka_yaml_node *item = lka_yaml_item(&document->yaml, node, i);
        bool good = lka_document_number(document, item, draft->part, "quantiles", date ? 0 : -limit,
                                        date ? 36500 : limit, &draft->base[i]);
        if (good && i > 0 && draft->base[i] < draft->base[i - 1]) {
            lka_complain(&document->complaints, item,
                         "%s.quantiles: %.10g after %.10g is not allowed; allowed: never falling", draft->part,
                         draft->base[i], draft->base[i - 1]);
        }
    }
    attribute->knot_count = draft->base ? count : 0;
    draft->width = 2;
}

/* The range, by default that of the quantiles. */
static void read_range(struct lka_draft *draft, const struct lka_yaml_node *minimum,
                       const struct lka_yaml_node *maximum)
{
    struct lka_attribute *attribute = draft->attribute;
    if (attribute->knot_count == 0) {
        return;
    }
    struct lka_document *document = &draft->reader->document;
    bool date = attribute->kind == LKA_KIND_DATE;
    double low = draft->base[0];
    double high = draft->base[attribute->knot_count - 1];
    double limit = LKA_VALUE_MAX / attribute->scale;
    if (minimum) {
        lka_document_number(document, minimum, draft->part, "minimum", date ? 0 : -limit, limit, &low);
    }
    if (maximum) {
        lka_document_number(document, maximum, draft->part, "maximum", low, date ? 36500 : limit, &high);
    }
    attribute->minimum = (int32_t)round(low * attribute->scale);
    attribute->maximum = (int32_t)round(high * attribute->scale);
}

/* The keys of an attribute; what only some kinds have comes last. */
enum { KIND, BASE, MISSING, PERSONAS, POOL, GIVEN, PICKS, MINIMUM = PICKS, MAXIMUM, DECIMALS, KEYS };

static void read_choice(struct lka_draft *draft, const struct lka_yaml_node *node, const struct lka_yaml_node **keys)
{
    static const char *const names[] = {"kind", "weights", "missing", "personas", "pool", "given", "picks"};
    struct lka_document *document = &draft->reader->document;
    bool list = draft->attribute->kind == LKA_KIND_LIST;
    lka_document_keys(document, node, draft->part, names, list ? PICKS + 1 : PICKS, 2, keys);
    int picks = 3;
    if (list && keys[PICKS]) {
        lka_document_whole(document, keys[PICKS], draft->part, "picks", 1, 3, &picks);
    }
    draft->attribute->picks = (unsigned)picks;
    if (keys[BASE]) {
        read_weights(draft, keys[BASE]);
    }
}

static void read_number(struct lka_draft *draft, const struct lka_yaml_node *node, const struct lka_yaml_node **keys)
{
    static const char *const names[] = {"kind",  "quantiles", "missing", "personas", "pool",
                                        "given", "minimum",   "maximum", "decimals"};
    struct lka_document *document = &draft->reader->document;
    struct lka_attribute *attribute = draft->attribute;
    bool date = attribute->kind == LKA_KIND_DATE;
    lka_document_keys(document, node, draft->part, names, date ? DECIMALS : DECIMALS + 1, 2, keys);
    if (keys[DECIMALS]) {
        lka_document_whole(document, keys[DECIMALS], draft->part, "decimals", 0, 3, &attribute->decimals);
    }
    for (int d = 0; d < attribute->decimals; d++) {
        attribute->scale *= 10;
    }
    if (keys[BASE]) {
        read_quantiles(draft, keys[BASE]);
        read_range(draft, keys[MINIMUM], keys[MAXIMUM]);
    }
}

/* The kind decides which keys are allowed, so it is looked for first. */
static bool find_kind(struct lka_draft *draft, const struct lka_yaml_node *node)
{
    struct lka_document *document = &draft->reader->document;
    size_t pairs = lka_document_pairs(document, node, draft->part, NULL);
    for (size_t i = 0; i < pairs; i++) {
        const struct lka_yaml_node *key = lka_yaml_key(&document->yaml, node, i);
        if (key->kind == LKA_YAML_SCALAR && strcmp(key->text.text, "kind") == 0) {
            ptrdiff_t kind = lka_document_name(document, lka_yaml_value(&document->yaml, node, i), draft->part, "kind",
                                               "kind", kind_names, 4);
            draft->attribute->kind = kind < 0 ? LKA_KIND_CATEGORY : (enum lka_kind)kind;
            return kind >= 0;
        }
    }
    if (node->kind == LKA_YAML_MAPPING) {
        lka_complain(&document->complaints, node, "%s: the key \"kind\" is missing", draft->part);
    }
    return false;
}

static void read_attribute(struct lka_draft *draft, const struct lka_yaml_node *node)
{
    struct lka_world_reader *reader = draft->reader;
    struct lka_attribute *attribute = draft->attribute;
    const struct lka_yaml_node *keys[KEYS] = {NULL};
    attribute->scale = 1;
    attribute->given = LKA_ATTRIBUTES_MAX;
    attribute->given_count = 1;
    if (!find_kind(draft, node)) {
        return;
    }
    if (lka_attribute_is_choice(attribute)) {
        read_choice(draft, node, keys);
    } else {
        read_number(draft, node, keys);
    }
    if (keys[MISSING]) {
        size_t column = LKA_IDENTIFIER_COUNT + reader->world->attribute_count - 1;
        lka_document_number(&reader->document, keys[MISSING], draft->part, "missing", 0, .95, &reader->missing[column]);
    }
    if (!draft->base) {
        return;
    }
    lka_draft_tilt(draft, keys[PERSONAS], keys[POOL], keys[GIVEN]);
    lka_draft_tables(draft, node);
}

/* ---- all attributes --------------------------------------------------------------------------- */

/* Attribute names are column names: lower-case words that need no quotes and are no identifier's. */
static bool check_name(struct lka_world_reader *reader, const struct lka_yaml_node *key, const char *name)
{
    size_t plain = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    bool taken = strcmp(name, "contact_id") == 0 || strcmp(name, "prospect_id") == 0;
    for (size_t i = 1; i < LKA_IDENTIFIER_COUNT; i++) {
        taken = taken || strcmp(name, lka_identifier_names[i]) == 0;
    }
    if (taken || name[plain] != '\0' || plain == 0 || plain > 40) {
        char shown[64];
        lka_complain(&reader->document.complaints, key,
                     "attributes: %s is no name for one; allowed: a-z, 0-9 and _, at most 40, and no identifier",
                     lka_show(lka_span_of(name), false, shown));
        return false;
    }
    return true;
}

static void find_known(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    static const struct {
        const char *name;
        enum lka_kind kind;
    } known[LKA_KNOWN_COUNT] = {{"gender", LKA_KIND_CATEGORY},       {"age", LKA_KIND_NUMBER},
                                {"region", LKA_KIND_CATEGORY},       {"language", LKA_KIND_CATEGORY},
                                {"email_domain", LKA_KIND_CATEGORY}, {"signup_source", LKA_KIND_CATEGORY},
                                {"signed_up", LKA_KIND_DATE}};
    const struct lka_world *world = reader->world;
    for (size_t k = 0; k < LKA_KNOWN_COUNT; k++) {
        size_t a = 0;
        while (a < world->attribute_count && strcmp(world->attributes[a].name, known[k].name) != 0) {
            a++;
        }
        reader->world->known[k] = a;
        bool absent = a == world->attribute_count;
        if (absent || world->attributes[a].kind != known[k].kind) {
            lka_complain(&reader->document.complaints, absent ? node : reader->attribute_keys[a],
                         "attributes: \"%s\" of kind %s is missing", known[k].name, kind_names[known[k].kind]);
            reader->world->known[k] = LKA_ATTRIBUTES_MAX;
        }
    }
}

/* Domains become part of addresses, and age picks a band of whole years. */
static void check_known(struct lka_world_reader *reader)
{
    const struct lka_world *world = reader->world;
    size_t domain = world->known[LKA_KNOWN_EMAIL_DOMAIN];
    for (size_t v = 0; domain < LKA_ATTRIBUTES_MAX && v < world->attributes[domain].value_count; v++) {
        const char *text = world->attributes[domain].values[v];
        if (text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-")] != '\0' || !strchr(text, '.')) {
            lka_complain(&reader->document.complaints, reader->attribute_keys[domain],
                         "attributes.email_domain: \"%.60s\" is no domain", text);
        }
    }
    size_t age = world->known[LKA_KNOWN_AGE];
    if (age < LKA_ATTRIBUTES_MAX && (world->attributes[age].decimals > 0 || world->attributes[age].minimum < 0 ||
                                     world->attributes[age].maximum > 130)) {
        lka_complain(&reader->document.complaints, reader->attribute_keys[age],
                     "attributes.age: allowed: whole years from 0 to 130");
    }
}

void lka_world_read_attributes(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    struct lka_document *document = &reader->document;
    size_t count = lka_document_pairs(document, node, "attributes", NULL);
    if (count > LKA_ATTRIBUTES_MAX) {
        lka_complain(&document->complaints, node, "attributes: %zu; allowed: at most %d", count,
                     (int)LKA_ATTRIBUTES_MAX);
        return;
    }
    reader->world->attributes = lka_world_take(reader, count, sizeof *reader->world->attributes);
    for (size_t i = 0; i < count && !reader->short_of_memory; i++) {
        const struct lka_yaml_node *key = lka_yaml_key(&document->yaml, node, i);
        const char *name = lka_document_text(document, key, "attributes", NULL);
        if (!name || !check_name(reader, key, name)) {
            continue;
        }
        reader->attribute_keys[reader->world->attribute_count] = key;
        struct lka_draft draft = {.reader = reader,
                                  .attribute = &reader->world->attributes[reader->world->attribute_count++]};
        draft.attribute->name = lka_world_copy(reader, name);
        snprintf(draft.part, sizeof draft.part, "attributes.%s", name);
        if (!reader->short_of_memory) {
            read_attribute(&draft, lka_yaml_value(&document->yaml, node, i));
        }
    }
    find_known(reader, node);
    if (!reader->short_of_memory) {
        check_known(reader);
    }
}
