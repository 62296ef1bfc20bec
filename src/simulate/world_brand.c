/* The sections of a world file that only `simulate crm` needs: numbers with defaults first, then what has a structure
 * of its own (world_campaign.c). */
#include "base/elementary.h"
#include "simulate/brand.h"
#include "simulate/world_campaign.h"

#include <stdio.h>

/* A number of a section: where it goes, and what is allowed. */
struct scalar {
    const char *name;
    size_t offset;
    double initial;
    double minimum;
    double maximum;
    bool whole; /* days, mails: no fractions */
};

#define SCALAR_ROW(section, field, initial, minimum, maximum, whole) \
    {#field, offsetof(struct lka_brand, section.field), initial, minimum, maximum, whole},
#define CONTACTS_ROW(...) SCALAR_ROW(contacts, __VA_ARGS__)
#define ENGAGEMENT_ROW(...) SCALAR_ROW(engagement, __VA_ARGS__)
#define MAILINGS_ROW(...) SCALAR_ROW(mailings, __VA_ARGS__)
#define MACHINES_ROW(...) SCALAR_ROW(machines, __VA_ARGS__)
#define PURCHASES_ROW(...) SCALAR_ROW(purchases, __VA_ARGS__)
#define SURVEYS_ROW(...) SCALAR_ROW(surveys, __VA_ARGS__)
#define THIRD_PARTY_ROW(...) SCALAR_ROW(third_party, __VA_ARGS__)
#define REACTIVATION_ROW(...) SCALAR_ROW(reactivation, __VA_ARGS__)
#define REACH_ROW(...) SCALAR_ROW(reach, __VA_ARGS__)

static const struct scalar contacts[] = {LKA_CONTACTS_SECTION(CONTACTS_ROW)};
static const struct scalar engagement[] = {LKA_ENGAGEMENT_SECTION(ENGAGEMENT_ROW)};
static const struct scalar mailings[] = {LKA_MAILINGS_SECTION(MAILINGS_ROW)};
static const struct scalar machines[] = {LKA_MACHINES_SECTION(MACHINES_ROW)};
static const struct scalar purchases[] = {LKA_PURCHASES_SECTION(PURCHASES_ROW)};
static const struct scalar surveys[] = {LKA_SURVEYS_SECTION(SURVEYS_ROW)};
static const struct scalar third_party[] = {LKA_THIRD_PARTY_SECTION(THIRD_PARTY_ROW)};
static const struct scalar reactivation[] = {LKA_REACTIVATION_SECTION(REACTIVATION_ROW)};
static const struct scalar reach[] = {LKA_REACH_SECTION(REACH_ROW)};

enum { SCALARS_MAX = 16, EXTRA_MAX = 3 };

struct section {
    const char *name;
    const struct scalar *scalars;
    size_t scalar_count;
    const char *extra[EXTRA_MAX]; /* keys that are no numbers */
    size_t extra_count;
};

#define SCALARS(list) list, sizeof(list) / sizeof *(list)
static const struct section sections[] = {
    [LKA_BRAND_CONTACTS] = {"contacts", SCALARS(contacts), {NULL}, 0},
    [LKA_BRAND_ENGAGEMENT] = {"engagement", SCALARS(engagement), {"personas"}, 1},
    [LKA_BRAND_MAILINGS] = {"mailings", SCALARS(mailings), {NULL}, 0},
    [LKA_BRAND_MACHINES] = {"machines", SCALARS(machines), {NULL}, 0},
    [LKA_BRAND_PURCHASES] = {"purchases", SCALARS(purchases), {"seasons"}, 1},
    [LKA_BRAND_SURVEYS] = {"surveys", SCALARS(surveys), {"reasons", "brands"}, 2},
    [LKA_BRAND_THIRD_PARTY] = {"third_party", SCALARS(third_party), {"vendors"}, 1},
    [LKA_BRAND_REACTIVATION] = {"reactivation", SCALARS(reactivation), {"personas", "paths", "reach"}, 3},
    [LKA_BRAND_PROSPECTS] = {"prospects", NULL, 0, {"exposure"}, 1},
};
static const struct section reach_section = {"reactivation.reach", SCALARS(reach), {"categories", "numbers"}, 2};

static double *place(struct lka_brand *brand, const struct scalar *scalar)
{
    return (double *)(void *)((char *)brand + scalar->offset);
}

static void read_scalar(struct lka_world_reader *reader, const char *part, const struct scalar *scalar,
                        const struct lka_yaml_node *node)
{
    int number = 0;
    if (!scalar->whole) {
        lka_document_number(&reader->document, node, part, scalar->name, scalar->minimum, scalar->maximum,
                            place(reader->world->brand, scalar));
    } else if (lka_document_whole(&reader->document, node, part, scalar->name, (int)scalar->minimum,
                                  (int)scalar->maximum, &number)) {
        *place(reader->world->brand, scalar) = number;
    }
}

/* `node` NULL: the defaults. extra[] gets the nodes of the keys that are no numbers. */
static void read_scalars(struct lka_world_reader *reader, const struct section *section,
                         const struct lka_yaml_node *node, const struct lka_yaml_node *extra[EXTRA_MAX])
{
    const char *names[SCALARS_MAX + EXTRA_MAX];
    const struct lka_yaml_node *values[SCALARS_MAX + EXTRA_MAX] = {NULL};
    size_t count = section->scalar_count;
    for (size_t i = 0; i < count; i++) {
        names[i] = section->scalars[i].name;
        *place(reader->world->brand, &section->scalars[i]) = section->scalars[i].initial;
    }
    for (size_t i = 0; i < section->extra_count; i++) {
        names[count + i] = section->extra[i];
    }
    if (node) {
        lka_document_keys(&reader->document, node, section->name, names, count + section->extra_count, 0, values);
    }
    for (size_t i = 0; i < count; i++) {
        if (values[i]) {
            read_scalar(reader, section->name, &section->scalars[i], values[i]);
        }
    }
    for (size_t i = 0; i < EXTRA_MAX; i++) {
        extra[i] = i < section->extra_count ? values[count + i] : NULL;
    }
}

/* ---- what else a section holds ---------------------------------------------------------------- */

static void read_by_persona(struct lka_world_reader *reader, const struct lka_yaml_node *node, const char *part,
                            double initial, double minimum, double maximum, double *by_persona)
{
    struct lka_document *document = &reader->document;
    const struct lka_world *world = reader->world;
    for (size_t p = 0; p < LKA_PERSONAS_MAX; p++) {
        by_persona[p] = initial;
    }
    size_t pairs = node ? lka_document_pairs(document, node, part, NULL) : 0;
    for (size_t i = 0; i < pairs; i++) {
        ptrdiff_t persona = lka_document_name(document, lka_yaml_key(&document->yaml, node, i), part, NULL, "persona",
                                              world->personas, world->persona_count);
        if (persona >= 0) {
            lka_document_number(document, lka_yaml_value(&document->yaml, node, i), part, world->personas[persona],
                                minimum, maximum, &by_persona[persona]);
        }
    }
}

/* Twelve numbers, made to have the mean 1. */
static void read_seasons(struct lka_world_reader *reader, const struct lka_yaml_node *node, double seasons[12])
{
    struct lka_document *document = &reader->document;
    double total = 0;
    for (size_t m = 0; m < 12; m++) {
        seasons[m] = 1;
    }
    size_t items = node ? lka_document_items(document, node, "purchases", "seasons") : 12;
    if (items != 12) {
        lka_complain(&document->complaints, node, "purchases.seasons has %zu entries; allowed: 12, January first",
                     items);
        return;
    }
    for (size_t m = 0; m < 12; m++) {
        if (node) {
            lka_document_number(document, lka_yaml_item(&document->yaml, node, m), "purchases", "seasons", .01, 100,
                                &seasons[m]);
        }
        total += seasons[m];
    }
    for (size_t m = 0; m < 12; m++) {
        seasons[m] *= 12 / total;
    }
}

static void check_order(struct lka_world_reader *reader, const struct lka_yaml_node *node, const char *part,
                        const char *low_name, double low, const char *high_name, double high)
{
    if (node && low > high) {
        lka_complain(&reader->document.complaints, node, "%s: \"%s\" (%.10g) must not be above \"%s\" (%.10g)", part,
                     low_name, low, high_name, high);
    }
}

static void read_mailings(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    const struct lka_yaml_node *none[EXTRA_MAX];
    struct lka_brand *brand = reader->world->brand;
    read_scalars(reader, &sections[LKA_BRAND_MAILINGS], node, none);
    check_order(reader, node, "mailings", "fewest_a_month", brand->mailings.fewest_a_month, "most_a_month",
                brand->mailings.most_a_month);
}

static void read_reactivation(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    const struct lka_yaml_node *extra[EXTRA_MAX];
    const struct lka_yaml_node *effects[EXTRA_MAX];
    struct lka_brand *brand = reader->world->brand;
    read_scalars(reader, &sections[LKA_BRAND_REACTIVATION], node, extra);
    read_by_persona(reader, extra[0], "reactivation.personas", 0, -20, 20, brand->reactivation.personas);
    lka_world_read_paths(reader, extra[1]);
    read_scalars(reader, &reach_section, extra[2], effects);
    check_order(reader, extra[2], "reactivation.reach", "low", brand->reach.low, "mean", brand->reach.mean);
    check_order(reader, extra[2], "reactivation.reach", "mean", brand->reach.mean, "high", brand->reach.high);
    lka_world_read_effects(reader, effects[0], effects[1], "reactivation.reach", &brand->reach.effects);
}

void lka_world_read_brand(struct lka_world_reader *reader, const struct lka_yaml_node *const *nodes)
{
    const struct lka_yaml_node *extra[EXTRA_MAX];
    struct lka_brand *brand = lka_world_take(reader, 1, sizeof *brand);
    reader->world->brand = brand;
    if (!brand) {
        return;
    }
    read_scalars(reader, &sections[LKA_BRAND_CONTACTS], nodes[LKA_BRAND_CONTACTS], extra);
    read_scalars(reader, &sections[LKA_BRAND_ENGAGEMENT], nodes[LKA_BRAND_ENGAGEMENT], extra);
    read_by_persona(reader, extra[0], "engagement.personas", 1, .01, 100, brand->engagement.personas);
    read_mailings(reader, nodes[LKA_BRAND_MAILINGS]);
    read_scalars(reader, &sections[LKA_BRAND_MACHINES], nodes[LKA_BRAND_MACHINES], extra);
    read_scalars(reader, &sections[LKA_BRAND_PURCHASES], nodes[LKA_BRAND_PURCHASES], extra);
    read_seasons(reader, extra[0], brand->purchases.seasons);
    read_scalars(reader, &sections[LKA_BRAND_SURVEYS], nodes[LKA_BRAND_SURVEYS], extra);
    lka_world_read_surveys(reader, extra[0], extra[1]);
    read_scalars(reader, &sections[LKA_BRAND_THIRD_PARTY], nodes[LKA_BRAND_THIRD_PARTY], extra);
    lka_world_read_vendors(reader, extra[0]);
    read_reactivation(reader, nodes[LKA_BRAND_REACTIVATION]);
    read_scalars(reader, &sections[LKA_BRAND_PROSPECTS], nodes[LKA_BRAND_PROSPECTS], extra);
    read_by_persona(reader, extra[0], "prospects.exposure", 1.5, 0, 20, brand->prospects.exposure);
    if (nodes[LKA_BRAND_PROTECTED]) {
        lka_world_read_protected(reader, nodes[LKA_BRAND_PROTECTED]);
    }
}
