#include "base/elementary.h"
#include "base/error.h"
#include "simulate/world_reader.h"

#include <stdio.h>

/* A number's effects are tabulated: exactly if it has at most this many values, else at this resolution. */
enum { BINS_MAX = 1024 };

static const double EFFECT_MAX = 20;

/* ---- effects of one attribute ----------------------------------------------------------------- */

/* The attribute that a key names, of a kind that is wanted here; NULL with a problem. */
static const struct lka_attribute *find(struct lka_world_reader *reader, const struct lka_yaml_node *key,
                                        const char *part, bool choices, bool numbers)
{
    const struct lka_world *world = reader->world;
    const char *names[LKA_ATTRIBUTES_MAX];
    size_t places[LKA_ATTRIBUTES_MAX];
    size_t count = 0;
    for (size_t a = 0; a < world->attribute_count; a++) {
        enum lka_kind kind = world->attributes[a].kind;
        bool choice = kind == LKA_KIND_CATEGORY || kind == LKA_KIND_LIST;
        if (choice ? choices : numbers) {
            places[count] = a;
            names[count++] = world->attributes[a].name;
        }
    }
    const char *what = !numbers ? "category or list" : !choices ? "number or date" : "attribute";
    ptrdiff_t name = lka_document_name(&reader->document, key, part, NULL, what, names, count);
    const struct lka_attribute *attribute = name < 0 ? NULL : &world->attributes[places[name]];
    /* One that could not be read has been complained about: what is said of it cannot be checked. */
    return attribute && attribute->value_count + attribute->knot_count > 0 ? attribute : NULL;
}

static void read_category(struct lka_world_reader *reader, const struct lka_attribute *attribute,
                          const struct lka_yaml_node *node)
{
    struct lka_document *document = &reader->document;
    struct lka_effect *effect = &reader->effects->effects[reader->effects->effect_count];
    char part[128];
    snprintf(part, sizeof part, "%s.categories.%s", reader->effects_part, attribute->name);
    size_t pairs = lka_document_pairs(document, node, part, NULL);
    effect->attribute = (size_t)(attribute - reader->world->attributes);
    effect->by_value = lka_world_take(reader, attribute->value_count, sizeof *effect->by_value);
    for (size_t i = 0; i < pairs && effect->by_value; i++) {
        ptrdiff_t value = lka_document_name(document, lka_yaml_key(&document->yaml, node, i), part, NULL, "value",
                                            attribute->values, attribute->value_count);
        if (value >= 0) {
            lka_document_number(document, lka_yaml_value(&document->yaml, node, i), part, attribute->values[value],
                                -EFFECT_MAX, EFFECT_MAX, &effect->by_value[value]);
        }
    }
    reader->effects->effect_count += effect->by_value != NULL;
}

enum shape { SHAPE_LINE, SHAPE_HUMP, SHAPE_STEP };
static const char *const shape_names[] = {"line", "hump", "step"};

/* line: rises from 0 at a to `effect` at b, flat outside. hump: a bell at a of width b. step: `effect` from a on. */
struct piece {
    enum shape shape;
    double a;
    double b;
    double effect;
};

static double piece_at(const struct piece *piece, double value)
{
    double z = (value - piece->a) / piece->b;
    switch (piece->shape) {
    case SHAPE_LINE:
        z = (value - piece->a) / (piece->b - piece->a);
        return piece->effect * (z < 0 ? 0 : z > 1 ? 1 : z);
    case SHAPE_HUMP:
        return piece->effect * lka_exp(-z * z / 2);
    case SHAPE_STEP:
        return value >= piece->a ? piece->effect : 0;
    }
    return 0;
}

static bool read_piece(struct lka_world_reader *reader, const struct lka_yaml_node *node, const char *part,
                       struct piece *piece)
{
    static const char *const keys[][4] = {
        {"shape", "effect", "from", "to"}, {"shape", "effect", "centre", "width"}, {"shape", "effect", "from", NULL}};
    struct lka_document *document = &reader->document;
    size_t pairs = lka_document_pairs(document, node, part, NULL);
    ptrdiff_t shape = -1;
    bool found = false;
    for (size_t i = 0; i < pairs; i++) {
        const struct lka_yaml_node *key = lka_yaml_key(&document->yaml, node, i);
        if (key->kind == LKA_YAML_SCALAR && strcmp(key->text.text, "shape") == 0) {
            found = true;
            shape = lka_document_name(document, lka_yaml_value(&document->yaml, node, i), part, "shape", "shape",
                                      shape_names, 3);
        }
    }
    if (!found && node->kind == LKA_YAML_MAPPING) {
        lka_complain(&document->complaints, node, "%s: the key \"shape\" is missing", part);
    }
    const struct lka_yaml_node *values[4] = {NULL};
    size_t count = shape == SHAPE_STEP ? 3 : 4;
    if (shape < 0 || !lka_document_keys(document, node, part, keys[shape], count, count, values)) {
        return false;
    }
    *piece = (struct piece){.shape = (enum shape)shape, .b = 1};
    bool good = values[1] &&
                lka_document_number(document, values[1], part, "effect", -EFFECT_MAX, EFFECT_MAX, &piece->effect);
    good = values[2] && lka_document_number(document, values[2], part, keys[shape][2], -5e8, 5e8, &piece->a) && good;
    double least = shape == SHAPE_HUMP ? 1e-6 : piece->a;
    if (count == 4) {
        good = values[3] && lka_document_number(document, values[3], part, keys[shape][3], least, 5e8, &piece->b) &&
               good;
    }
    if (good && shape == SHAPE_LINE && piece->b <= piece->a) {
        lka_complain(&document->complaints, node, "%s: \"to\" must be above \"from\"", part);
        good = false;
    }
    return good;
}

static void add_piece(const struct lka_attribute *attribute, const struct piece *piece, struct lka_effect *effect,
                      size_t bins)
{
    for (size_t bin = 0; bin < bins; bin++) {
        /* The middle of what the bin holds: its only value when there is one. */
        double middle = (double)((int64_t)bin << effect->shift) + (double)(((int64_t)1 << effect->shift) - 1) / 2;
        effect->by_value[bin] += piece_at(piece, (effect->minimum + middle) / attribute->scale);
    }
}

static void read_number(struct lka_world_reader *reader, const struct lka_attribute *attribute,
                        const struct lka_yaml_node *node)
{
    struct lka_document *document = &reader->document;
    struct lka_effect *effect = &reader->effects->effects[reader->effects->effect_count];
    char part[128];
    snprintf(part, sizeof part, "%s.numbers.%s", reader->effects_part, attribute->name);
    size_t items = lka_document_items(document, node, part, NULL);
    uint32_t range = (uint32_t)(attribute->maximum - attribute->minimum);
    effect->attribute = (size_t)(attribute - reader->world->attributes);
    effect->minimum = attribute->minimum;
    effect->shift = 0;
    while (range >> effect->shift >= BINS_MAX) {
        effect->shift++;
    }
    size_t bins = (range >> effect->shift) + 1;
    effect->by_value = lka_world_take(reader, bins, sizeof *effect->by_value);
    for (size_t i = 0; i < items && effect->by_value; i++) {
        struct piece piece;
        if (read_piece(reader, lka_yaml_item(&document->yaml, node, i), part, &piece)) {
            add_piece(attribute, &piece, effect, bins);
        }
    }
    reader->effects->effect_count += effect->by_value != NULL;
}

static void read_section(struct lka_world_reader *reader, const struct lka_yaml_node *node, bool numbers)
{
    char part[128];
    snprintf(part, sizeof part, "%s.%s", reader->effects_part, numbers ? "numbers" : "categories");
    size_t pairs = node ? lka_document_pairs(&reader->document, node, part, NULL) : 0;
    for (size_t i = 0; i < pairs && !reader->short_of_memory; i++) {
        const struct lka_attribute *attribute = find(reader, lka_yaml_key(&reader->document.yaml, node, i), part,
                                                     !numbers, numbers);
        if (attribute) {
            (numbers ? read_number : read_category)(reader, attribute, lka_yaml_value(&reader->document.yaml, node, i));
        }
    }
}

void lka_world_read_effects(struct lka_world_reader *reader, const struct lka_yaml_node *categories,
                            const struct lka_yaml_node *numbers, const char *part, struct lka_response *response)
{
    reader->effects = response;
    reader->effects_part = part;
    response->effects = lka_world_take(reader, reader->world->attribute_count + 1, sizeof *response->effects);
    if (response->effects) {
        read_section(reader, categories, false);
        read_section(reader, numbers, true);
    }
}

/* ---- interactions ----------------------------------------------------------------------------- */

static void read_interval(struct lka_world_reader *reader, const struct lka_attribute *attribute,
                          const struct lka_yaml_node *node, struct lka_condition *condition)
{
    static const char *const names[] = {"from", "to"};
    static const char part[] = "response.together.when";
    const struct lka_yaml_node *values[2];
    double from = -5e8 / attribute->scale;
    double to = 5e8 / attribute->scale;
    if (lka_document_keys(&reader->document, node, part, names, 2, 0, values)) {
        double least = from;
        if (values[0]) {
            lka_document_number(&reader->document, values[0], part, names[0], least, to, &from);
        }
        if (values[1]) {
            lka_document_number(&reader->document, values[1], part, names[1], from, to, &to);
        }
    }
    condition->from = (int32_t)(from * attribute->scale);
    condition->to = (int32_t)(to * attribute->scale);
}

static void read_condition(struct lka_world_reader *reader, const struct lka_yaml_node *key,
                           const struct lka_yaml_node *node, struct lka_interaction *interaction)
{
    static const char part[] = "response.together.when";
    const struct lka_attribute *attribute = find(reader, key, part, true, true);
    if (!attribute) {
        return;
    }
    struct lka_condition *condition = &interaction->conditions[interaction->count++];
    condition->attribute = (size_t)(attribute - reader->world->attributes);
    if (attribute->kind == LKA_KIND_NUMBER || attribute->kind == LKA_KIND_DATE) {
        read_interval(reader, attribute, node, condition);
        return;
    }
    ptrdiff_t value = lka_document_name(&reader->document, node, part, attribute->name, "value", attribute->values,
                                        attribute->value_count);
    if (value >= 0) {
        condition->from = attribute->kind == LKA_KIND_LIST ? (int32_t)(UINT32_C(1) << value) : (int32_t)value;
    }
}

static void read_interaction(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    static const char *const names[] = {"when", "effect"};
    static const char part[] = "response.together";
    struct lka_document *document = &reader->document;
    struct lka_interaction *interaction =
        &reader->world->response.interactions[reader->world->response.interaction_count];
    const struct lka_yaml_node *values[2];
    if (!lka_document_keys(document, node, part, names, 2, 2, values) || !values[0] || !values[1]) {
        return;
    }
    lka_document_number(document, values[1], part, "effect", -EFFECT_MAX, EFFECT_MAX, &interaction->effect);
    size_t pairs = lka_document_some_pairs(document, values[0], part, "when", LKA_CONDITIONS_MAX);
    for (size_t i = 0; i < pairs; i++) {
        read_condition(reader, lka_yaml_key(&document->yaml, values[0], i),
                       lka_yaml_value(&document->yaml, values[0], i), interaction);
    }
    reader->world->response.interaction_count++;
}

void lka_world_read_response(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    static const char *const names[] = {"share", "categories", "numbers", "together"};
    struct lka_document *document = &reader->document;
    struct lka_response *response = &reader->world->response;
    const struct lka_yaml_node *values[4];
    if (!lka_document_keys(document, node, "response", names, 4, 1, values)) {
        return;
    }
    if (values[0]) {
        lka_document_number(document, values[0], "response", "share", .03, .2, &response->share);
    }
    lka_world_read_effects(reader, values[1], values[2], "response", response);
    size_t items = values[3] ? lka_document_items(document, values[3], "response", "together") : 0;
    response->interactions = lka_world_take(reader, items, sizeof *response->interactions);
    for (size_t i = 0; i < items && response->interactions; i++) {
        read_interaction(reader, lka_yaml_item(&document->yaml, values[3], i));
    }
}
