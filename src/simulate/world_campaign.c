#include "simulate/world_campaign.h"

#include "base/elementary.h"
#include "simulate/brand.h"
#include "simulate/choices.h"

#include <stdio.h>

const char *const lka_reach_type_names[LKA_REACH_TYPES] = {"platform", "cookie", "maid"};

/* Names of the world's own go into files of CSV and YAML as they are. */
static const char *plain_name(struct lka_world_reader *reader, const struct lka_yaml_node *key, const char *part)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const char *text = lka_document_text(&reader->document, key, part, NULL);
    size_t length = text ? strlen(text) : 0;
    if (text && (length < 1 || length > 40 || strspn(text, allowed) != length)) {
        char shown[64];
        lka_complain(&reader->document.complaints, key,
                     "%s: %s is not allowed; allowed: 1 to 40 of a-z, A-Z, 0-9, _ and -", part,
                     lka_show(lka_span_of(text), false, shown));
        text = NULL;
    }
    return text ? lka_world_copy(reader, text) : NULL;
}

/* ---- paths ------------------------------------------------------------------------------------ */

static const struct lka_brand_path usual_paths[] = {
    {"lead_ad", 1U << LKA_REACH_PLATFORM, .016, .5, .9, .25, 0},
    {"sponsored_post", 1U << LKA_REACH_PLATFORM, .02, .25, .5, .3, 0},
    {"banner", 1U << LKA_REACH_COOKIE | 1U << LKA_REACH_MAID, .006, .25, .12, .35, 0}};

static void read_needs(struct lka_world_reader *reader, const struct lka_yaml_node *node, const char *part,
                       struct lka_brand_path *path)
{
    struct lka_document *document = &reader->document;
    size_t count = lka_document_some_items(document, node, part, "needs", LKA_REACH_TYPES);
    for (size_t i = 0; i < count; i++) {
        ptrdiff_t type = lka_document_name(document, lka_yaml_item(&document->yaml, node, i), part, "needs", "id type",
                                           lka_reach_type_names, LKA_REACH_TYPES);
        path->needs |= type < 0 ? 0 : 1U << type;
    }
}

static void read_path(struct lka_world_reader *reader, const struct lka_yaml_node *node, struct lka_brand_path *path)
{
    static const char *const names[] = {"needs", "click", "completion", "cost", "cap"};
    static const struct {
        double minimum;
        double maximum;
    } ranges[] = {{0, 0}, {1e-6, 1}, {1e-6, 1}, {1e-6, 1e6}, {1e-9, 1}};
    struct lka_document *document = &reader->document;
    double *const places[] = {NULL, &path->click, &path->completion, &path->cost, &path->cap};
    const struct lka_yaml_node *values[5];
    char part[96];
    snprintf(part, sizeof part, "reactivation.paths.%s", path->name);
    path->cap = 1;
    if (!lka_document_keys(document, node, part, names, 5, 4, values)) {
        return;
    }
    if (values[0]) {
        read_needs(reader, values[0], part, path);
    }
    for (size_t i = 1; i < 5; i++) {
        if (values[i]) {
            lka_document_number(document, values[i], part, names[i], ranges[i].minimum, ranges[i].maximum, places[i]);
        }
    }
}

void lka_world_read_paths(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    struct lka_document *document = &reader->document;
    struct lka_brand *brand = reader->world->brand;
    size_t count = sizeof usual_paths / sizeof *usual_paths;
    if (node) {
        count = lka_document_some_pairs(document, node, "reactivation", "paths", LKA_PATHS_MAX);
    } else {
        memcpy(brand->reactivation.paths, usual_paths, sizeof usual_paths);
    }
    double mean = 0;
    for (size_t i = 0; i < count; i++) {
        struct lka_brand_path *path = &brand->reactivation.paths[i];
        if (node) {
            path->name = plain_name(reader, lka_yaml_key(&document->yaml, node, i), "reactivation.paths");
        }
        if (!path->name) {
            return;
        }
        if (node) {
            read_path(reader, lka_yaml_value(&document->yaml, node, i), path);
        }
        mean += path->click * path->completion / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        struct lka_brand_path *path = &brand->reactivation.paths[i];
        double product = path->click * path->completion;
        path->odds = product > 0 ? lka_log(product / mean) : 0;
    }
    brand->reactivation.path_count = count;
}

/* ---- vendors ---------------------------------------------------------------------------------- */

static const struct lka_vendor usual_vendors[] = {{"alpha", .8, .05, .3}, {"beta", .5, .05, .3}};

void lka_world_read_vendors(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    static const char *const names[] = {"covers", "errors", "unknown"};
    struct lka_document *document = &reader->document;
    struct lka_brand *brand = reader->world->brand;
    if (!node) {
        memcpy(brand->third_party.vendors, usual_vendors, sizeof usual_vendors);
        brand->third_party.vendor_count = sizeof usual_vendors / sizeof *usual_vendors;
        return;
    }
    size_t count = lka_document_some_pairs(document, node, "third_party", "vendors", LKA_VENDORS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct lka_vendor *vendor = &brand->third_party.vendors[i];
        double *const places[] = {&vendor->covers, &vendor->errors, &vendor->unknown};
        const struct lka_yaml_node *values[3];
        vendor->name = plain_name(reader, lka_yaml_key(&document->yaml, node, i), "third_party.vendors");
        char part[96];
        snprintf(part, sizeof part, "third_party.vendors.%s", vendor->name ? vendor->name : "?");
        if (!lka_document_keys(document, lka_yaml_value(&document->yaml, node, i), part, names, 3, 3, values)) {
            continue;
        }
        for (size_t v = 0; v < 3; v++) {
            if (values[v]) {
                lka_document_number(document, values[v], part, names[v], 0, 1, places[v]);
            }
        }
    }
    brand->third_party.vendor_count = count;
}

/* ---- surveys ---------------------------------------------------------------------------------- */

struct weighted {
    const char *text;
    double weight;
};
static const struct weighted usual_reasons[] = {
    {"price", 24},      {"too_many_mails", 22}, {"product", 16}, {"service", 12},
    {"competitor", 12}, {"moved", 6},           {"privacy", 4},  {"other", 4}};
static const struct weighted usual_brands[] = {{"ours", 60}, {"northwind", 25}, {"meridian", 15}};

static void make_texts(struct lka_world_reader *reader, const struct lka_yaml_node *node, const char *part,
                       const struct weighted *list, size_t count, struct lka_texts *texts)
{
    double weights[LKA_SURVEY_TEXTS_MAX];
    double total = 0;
    texts->slots = lka_world_take(reader, count, sizeof *texts->slots);
    texts->choices = lka_world_take(reader, count, sizeof *texts->choices);
    if (reader->short_of_memory) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(list[i].text);
        memcpy(texts->slots[i].text, list[i].text, length);
        texts->slots[i].text[length] = ',';
        texts->slots[i].length = (uint8_t)(length + 1);
        weights[i] = list[i].weight;
        total += weights[i];
    }
    texts->count = count;
    if (total > 0) {
        lka_choices_make(weights, count, texts->choices);
    } else if (node) {
        lka_complain(&reader->document.complaints, node, "%s: all weights are 0", part);
    }
}

static void read_texts(struct lka_world_reader *reader, const struct lka_yaml_node *node, const char *part,
                       const struct weighted *usual, size_t usual_count, struct lka_texts *texts)
{
    struct lka_document *document = &reader->document;
    struct weighted list[LKA_SURVEY_TEXTS_MAX];
    if (!node) {
        make_texts(reader, node, part, usual, usual_count, texts);
        return;
    }
    size_t count = lka_document_some_pairs(document, node, part, NULL, LKA_SURVEY_TEXTS_MAX);
    size_t good = 0;
    for (size_t i = 0; i < count; i++) {
        list[good] = (struct weighted){plain_name(reader, lka_yaml_key(&document->yaml, node, i), part), 0};
        if (list[good].text) {
            lka_document_number(document, lka_yaml_value(&document->yaml, node, i), part, list[good].text, 0, 1e9,
                                &list[good].weight);
            good++;
        }
    }
    if (good == count && count > 0) {
        make_texts(reader, node, part, list, count, texts);
    }
}

void lka_world_read_surveys(struct lka_world_reader *reader, const struct lka_yaml_node *reasons,
                            const struct lka_yaml_node *brands)
{
    struct lka_brand *brand = reader->world->brand;
    read_texts(reader, reasons, "surveys.reasons", usual_reasons, sizeof usual_reasons / sizeof *usual_reasons,
               &brand->surveys.reasons);
    read_texts(reader, brands, "surveys.brands", usual_brands, sizeof usual_brands / sizeof *usual_brands,
               &brand->surveys.brands);
}

/* ---- the protected group ---------------------------------------------------------------------- */

/* factors: {value: {group: factor}} of one attribute. */
static void read_proxy(struct lka_world_reader *reader, const struct lka_yaml_node *node, const char *const *groups,
                       struct lka_protected *group)
{
    struct lka_document *document = &reader->document;
    struct lka_proxy *proxy = &group->proxies[group->proxy_count];
    const struct lka_attribute *attribute = &reader->world->attributes[proxy->attribute];
    char part[128];
    snprintf(part, sizeof part, "protected.proxies.%s", attribute->name);
    proxy->factors = lka_world_take(reader, attribute->value_count * group->count, sizeof *proxy->factors);
    size_t pairs = lka_document_pairs(document, node, part, NULL);
    for (size_t i = 0; proxy->factors && i < attribute->value_count * group->count; i++) {
        proxy->factors[i] = 1;
    }
    for (size_t i = 0; i < pairs && proxy->factors; i++) {
        ptrdiff_t value = lka_document_name(document, lka_yaml_key(&document->yaml, node, i), part, NULL, "value",
                                            attribute->values, attribute->value_count);
        const struct lka_yaml_node *factors = lka_yaml_value(&document->yaml, node, i);
        size_t count = value < 0 ? 0 : lka_document_pairs(document, factors, part, NULL);
        for (size_t f = 0; f < count; f++) {
            ptrdiff_t name = lka_document_name(document, lka_yaml_key(&document->yaml, factors, f), part, NULL, "group",
                                               groups, group->count);
            if (name >= 0) {
                lka_document_number(document, lka_yaml_value(&document->yaml, factors, f), part, groups[name], 1e-6,
                                    1e6, &proxy->factors[(size_t)value * group->count + (size_t)name]);
            }
        }
    }
    group->proxy_count++;
}

static void read_proxies(struct lka_world_reader *reader, const struct lka_yaml_node *node, const char *const *groups,
                         struct lka_protected *group)
{
    struct lka_document *document = &reader->document;
    const struct lka_world *world = reader->world;
    const char *names[LKA_ATTRIBUTES_MAX];
    size_t places[LKA_ATTRIBUTES_MAX];
    size_t categories = 0;
    for (size_t a = 0; a < world->attribute_count; a++) {
        if (world->attributes[a].kind == LKA_KIND_CATEGORY && world->attributes[a].value_count > 0) {
            places[categories] = a;
            names[categories++] = world->attributes[a].name;
        }
    }
    size_t pairs = lka_document_some_pairs(document, node, "protected", "proxies", LKA_PROXIES_MAX);
    for (size_t i = 0; i < pairs && !reader->short_of_memory; i++) {
        ptrdiff_t name = lka_document_name(document, lka_yaml_key(&document->yaml, node, i), "protected", "proxies",
                                           "category", names, categories);
        if (name >= 0) {
            group->proxies[group->proxy_count].attribute = places[name];
            read_proxy(reader, lka_yaml_value(&document->yaml, node, i), groups, group);
        }
    }
}

void lka_world_read_protected(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    static const char *const names[] = {"name", "weights", "proxies"};
    struct lka_document *document = &reader->document;
    struct lka_protected *group = &reader->world->brand->group;
    const struct lka_yaml_node *values[3];
    const char *groups[LKA_PROTECTED_MAX];
    if (!lka_document_keys(document, node, "protected", names, 3, 2, values) || !values[0] || !values[1]) {
        return;
    }
    const char *name = plain_name(reader, values[0], "protected.name");
    size_t count = lka_document_some_pairs(document, values[1], "protected", "weights", LKA_PROTECTED_MAX);
    group->slots = lka_world_take(reader, count, sizeof *group->slots);
    for (size_t i = 0; i < count && group->slots; i++) {
        const struct lka_yaml_node *key = lka_yaml_key(&document->yaml, values[1], i);
        groups[i] = plain_name(reader, key, "protected.weights");
        if (!groups[i]) {
            return;
        }
        lka_world_slot(reader, key, "protected.weights", groups[i], &group->slots[i]);
        lka_document_number(document, lka_yaml_value(&document->yaml, values[1], i), "protected.weights", groups[i],
                            1e-9, 1e9, &group->weights[i]);
    }
    group->count = group->slots ? count : 0;
    group->name = group->count ? name : NULL;
    if (values[2] && group->count) {
        read_proxies(reader, values[2], groups, group);
    }
}
