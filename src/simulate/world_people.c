#include "base/error.h"
#include "simulate/choices.h"
#include "simulate/identity.h"
#include "simulate/world_reader.h"

#include <stdio.h>

/* ---- personas --------------------------------------------------------------------------------- */

void lka_world_read_personas(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    static const char *const names[] = {"crm", "pool"};
    struct lka_document *document = &reader->document;
    struct lka_world *world = reader->world;
    size_t count = lka_document_some_pairs(document, node, "personas", NULL, LKA_PERSONAS_MAX);
    if (count == 0) {
        return;
    }
    double shares[LKA_POPULATIONS][LKA_PERSONAS_MAX] = {{0}};
    double totals[LKA_POPULATIONS] = {0};
    world->personas = lka_world_take(reader, count, sizeof *world->personas);
    for (size_t i = 0; i < count && !reader->short_of_memory; i++) {
        const struct lka_yaml_node *values[LKA_POPULATIONS];
        const char *name = lka_document_text(document, lka_yaml_key(&document->yaml, node, i), "personas", NULL);
        char part[80];
        snprintf(part, sizeof part, "personas.%.60s", name ? name : "?");
        world->personas[i] = lka_world_copy(reader, name ? name : "?");
        if (name && (!*name || strlen(name) > 40 || name[strcspn(name, ",\"\r\n|")] != '\0')) {
            lka_complain(&document->complaints, lka_yaml_key(&document->yaml, node, i),
                         "%s: a persona is the topic of mails: 1 to 40 bytes without comma, quote, | or line break",
                         part);
        }
        if (!lka_document_keys(document, lka_yaml_value(&document->yaml, node, i), part, names, 2, 2, values)) {
            continue;
        }
        for (size_t p = 0; p < LKA_POPULATIONS; p++) {
            if (values[p] && lka_document_number(document, values[p], part, names[p], 0, 1e9, &shares[p][i])) {
                totals[p] += shares[p][i];
            }
        }
    }
    world->persona_count = reader->short_of_memory ? 0 : count;
    for (size_t p = 0; p < LKA_POPULATIONS && !reader->short_of_memory; p++) {
        world->persona_choices[p] = lka_world_take(reader, count, sizeof *world->persona_choices[p]);
        if (!(totals[p] > 0)) {
            lka_complain(&document->complaints, node, "personas: all shares of the %s are 0", names[p]);
        } else if (world->persona_choices[p]) {
            lka_choices_make(shares[p], count, world->persona_choices[p]);
        }
    }
}

/* ---- regions ---------------------------------------------------------------------------------- */

/* Prefixes hold letters and digits only, as they become the start of a postcode. */
static void read_prefixes(struct lka_world_reader *reader, const struct lka_yaml_node *node, const char *part,
                          struct lka_region *region)
{
    struct lka_document *document = &reader->document;
    size_t count = lka_document_some_items(document, node, part, "prefixes", 200);
    region->prefixes = lka_world_take(reader, count, sizeof *region->prefixes);
    region->prefix_count = region->prefixes ? count : 0;
    for (size_t i = 0; i < region->prefix_count; i++) {
        const struct lka_yaml_node *item = lka_yaml_item(&document->yaml, node, i);
        const char *text = lka_document_text(document, item, part, "prefixes");
        size_t length = text ? strlen(text) : 0;
        if (text && (length < 1 || length > 6 || strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != length)) {
            char shown[64];
            lka_complain(&document->complaints, item, "%s.prefixes: %s is not allowed; allowed: 1 to 6 of 0-9 and A-Z",
                         part, lka_show(lka_span_of(text), false, shown));
        } else if (text) {
            lka_world_slot(reader, item, part, text, &region->prefixes[i]);
        }
    }
}

static void read_region(struct lka_world_reader *reader, const struct lka_yaml_node *node, const char *name,
                        struct lka_region *region)
{
    static const char *const names[] = {"country", "prefixes"};
    char part[96];
    snprintf(part, sizeof part, "regions.%.80s", name);
    const struct lka_yaml_node *values[2];
    if (!lka_document_keys(&reader->document, node, part, names, 2, 2, values)) {
        return;
    }
    if (values[0]) {
        ptrdiff_t country = lka_document_name(&reader->document, values[0], part, "country", "country",
                                              lka_country_names, LKA_COUNTRY_COUNT);
        region->country = country < 0 ? 0 : (size_t)country;
    }
    if (values[1]) {
        read_prefixes(reader, values[1], part, region);
    }
}

void lka_world_read_regions(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    struct lka_document *document = &reader->document;
    struct lka_world *world = reader->world;
    if (world->known[LKA_KNOWN_REGION] == LKA_ATTRIBUTES_MAX) {
        return;
    }
    const struct lka_attribute *attribute = &world->attributes[world->known[LKA_KNOWN_REGION]];
    world->regions = lka_world_take(reader, attribute->value_count, sizeof *world->regions);
    bool seen[LKA_VALUES_MAX] = {false};
    size_t pairs = attribute->value_count ? lka_document_pairs(document, node, "regions", NULL) : 0;
    for (size_t i = 0; i < pairs && world->regions; i++) {
        ptrdiff_t value = lka_document_name(document, lka_yaml_key(&document->yaml, node, i), "regions", NULL, "value",
                                            attribute->values, attribute->value_count);
        if (value >= 0) {
            seen[value] = true;
            read_region(reader, lka_yaml_value(&document->yaml, node, i), attribute->values[value],
                        &world->regions[value]);
        }
    }
    for (size_t v = 0; v < attribute->value_count && world->regions; v++) {
        if (!seen[v]) {
            lka_complain(&document->complaints, node, "regions: \"%.60s\" is missing", attribute->values[v]);
        }
    }
}

/* ---- consents --------------------------------------------------------------------------------- */

void lka_world_read_consents(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    struct lka_document *document = &reader->document;
    struct lka_world *world = reader->world;
    double weights[64] = {0};
    double total = 0;
    size_t count = lka_document_some_pairs(document, node, "consents", NULL, 64);
    if (count == 0) {
        return;
    }
    world->consents = lka_world_take(reader, count, sizeof *world->consents);
    world->consent_choices = lka_world_take(reader, count, sizeof *world->consent_choices);
    for (size_t i = 0; i < count && !reader->short_of_memory; i++) {
        const struct lka_yaml_node *key = lka_yaml_key(&document->yaml, node, i);
        const char *text = lka_document_text(document, key, "consents", NULL);
        if (text && *text) {
            lka_world_slot(reader, key, "consents", text, &world->consents[i]);
        } else {
            world->consents[i] = (struct lka_slot){1, ","};
        }
        lka_document_number(document, lka_yaml_value(&document->yaml, node, i), "consents", text, 0, 1e9, &weights[i]);
        total += weights[i];
    }
    world->consent_count = count;
    if (!(total > 0)) {
        lka_complain(&document->complaints, node, "consents: all weights are 0");
    } else if (!reader->short_of_memory) {
        lka_choices_make(weights, count, world->consent_choices);
    }
}

/* ---- values with a meaning -------------------------------------------------------------------- */

void lka_world_note_values(struct lka_world_reader *reader)
{
    struct lka_world *world = reader->world;
    static const enum lka_known known[3] = {LKA_KNOWN_LANGUAGE, LKA_KNOWN_GENDER, LKA_KNOWN_EMAIL_DOMAIN};
    const struct lka_attribute *attributes[3];
    for (size_t k = 0; k < 3; k++) {
        if (world->known[known[k]] == LKA_ATTRIBUTES_MAX) {
            return;
        }
        attributes[k] = &world->attributes[world->known[known[k]]];
    }
    world->name_groups = lka_world_take(reader, attributes[0]->value_count, 1);
    world->name_genders = lka_world_take(reader, attributes[1]->value_count, 1);
    world->gmail = lka_world_take(reader, attributes[2]->value_count, sizeof *world->gmail);
    for (size_t v = 0; world->name_groups && v < attributes[0]->value_count; v++) {
        const char *text = attributes[0]->values[v];
        world->name_groups[v] = strcmp(text, "fr") == 0   ? LKA_NAMES_FRENCH
                                : strcmp(text, "en") == 0 ? LKA_NAMES_ENGLISH
                                                          : LKA_NAMES_ELSEWHERE;
    }
    for (size_t v = 0; world->name_genders && v < attributes[1]->value_count; v++) {
        const char *text = attributes[1]->values[v];
        world->name_genders[v] = strcmp(text, "female") == 0 ? LKA_NAME_FEMALE
                                 : strcmp(text, "male") == 0 ? LKA_NAME_MALE
                                                             : LKA_NAME_LAST;
    }
    for (size_t v = 0; world->gmail && v < attributes[2]->value_count; v++) {
        const char *text = attributes[2]->values[v];
        world->gmail[v] = strcmp(text, "gmail.com") == 0 || strcmp(text, "googlemail.com") == 0;
    }
}
