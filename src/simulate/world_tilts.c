#include "base/error.h"
#include "simulate/choices.h"
#include "simulate/world_draft.h"

#include <math.h>
#include <stdio.h>

/* Most cells (choices or knots) that the tables of one attribute may have. */
static const size_t CELLS_MAX = 200000;

/* ---- tilts ------------------------------------------------------------------------------------ */

static double *neutral_rows(struct lka_draft *draft, size_t rows)
{
    double *tilts = lka_world_take(draft->reader, rows * draft->width, sizeof *tilts);
    for (size_t i = 0; tilts && i < rows * draft->width; i++) {
        bool shift = !lka_attribute_is_choice(draft->attribute) && i % 2 == 1;
        tilts[i] = shift ? 0 : 1;
    }
    return tilts;
}

static void read_factors(struct lka_draft *draft, const struct lka_yaml_node *node, const char *part, double *row)
{
    struct lka_document *document = &draft->reader->document;
    const struct lka_attribute *attribute = draft->attribute;
    size_t pairs = lka_document_pairs(document, node, part, NULL);
    for (size_t i = 0; i < pairs; i++) {
        const struct lka_yaml_node *key = lka_yaml_key(&document->yaml, node, i);
        ptrdiff_t value = lka_document_name(document, key, part, NULL, "value", attribute->values,
                                            attribute->value_count);
        if (value >= 0) {
            lka_document_number(document, lka_yaml_value(&document->yaml, node, i), part, attribute->values[value], 0,
                                1e6, &row[value]);
        }
    }
}

static void read_factor_and_shift(struct lka_draft *draft, const struct lka_yaml_node *node, const char *part,
                                  double *row)
{
    static const char *const names[] = {"factor", "shift"};
    const struct lka_yaml_node *values[2];
    struct lka_document *document = &draft->reader->document;
    if (!lka_document_keys(document, node, part, names, 2, 0, values)) {
        return;
    }
    if (values[0]) {
        lka_document_number(document, values[0], part, names[0], 0, 1000, &row[0]);
    }
    if (values[1]) {
        lka_document_number(document, values[1], part, names[1], -LKA_VALUE_MAX, LKA_VALUE_MAX, &row[1]);
    }
}

static void read_tilt(struct lka_draft *draft, const struct lka_yaml_node *node, const char *part, double *row)
{
    if (lka_attribute_is_choice(draft->attribute)) {
        read_factors(draft, node, part, row);
    } else {
        read_factor_and_shift(draft, node, part, row);
    }
}

/* name -> tilt, for personas or for the values of another attribute. */
static void read_tilts(struct lka_draft *draft, const struct lka_yaml_node *node, const char *section, const char *what,
                       const char *const *names, size_t count, double *rows)
{
    struct lka_document *document = &draft->reader->document;
    char part[160];
    snprintf(part, sizeof part, "%s.%s", draft->part, section);
    size_t pairs = node ? lka_document_pairs(document, node, part, NULL) : 0;
    for (size_t i = 0; i < pairs && rows; i++) {
        ptrdiff_t name = lka_document_name(document, lka_yaml_key(&document->yaml, node, i), part, NULL, what, names,
                                           count);
        if (name >= 0) {
            char detail[256];
            snprintf(detail, sizeof detail, "%s.%s", part, names[name]);
            read_tilt(draft, lka_yaml_value(&document->yaml, node, i), detail, rows + (size_t)name * draft->width);
        }
    }
}

/* given: {region: {paris: tilt, ...}}; the attribute must stand above this one, and be a category. */
static void read_given(struct lka_draft *draft, const struct lka_yaml_node *node)
{
    struct lka_world_reader *reader = draft->reader;
    struct lka_document *document = &reader->document;
    struct lka_attribute *attribute = draft->attribute;
    attribute->given = LKA_ATTRIBUTES_MAX;
    attribute->given_count = 1;
    const struct lka_attribute *parent = NULL;
    if (node && lka_document_pairs(document, node, draft->part, "given") != 1) {
        lka_complain(&document->complaints, node, "%s.given: allowed: one attribute (name: {value: tilt})",
                     draft->part);
        node = NULL;
    }
    if (node) {
        const char *names[LKA_ATTRIBUTES_MAX];
        size_t places[LKA_ATTRIBUTES_MAX];
        size_t count = 0;
        for (size_t a = 0; a + 1 < reader->world->attribute_count; a++) {
            if (reader->world->attributes[a].kind == LKA_KIND_CATEGORY) {
                places[count] = a;
                names[count++] = reader->world->attributes[a].name;
            }
        }
        ptrdiff_t name = lka_document_name(document, lka_yaml_key(&document->yaml, node, 0), draft->part, "given",
                                           "category above", names, count);
        if (name >= 0) {
            attribute->given = places[name];
            parent = &reader->world->attributes[attribute->given];
            attribute->given_count = parent->value_count ? parent->value_count : 1;
        }
    }
    draft->given = neutral_rows(draft, attribute->given_count);
    if (parent && parent->value_count > 0) {
        read_tilts(draft, lka_yaml_value(&document->yaml, node, 0), "given", "value", parent->values,
                   parent->value_count, draft->given);
    }
}

void lka_draft_tilt(struct lka_draft *draft, const struct lka_yaml_node *personas, const struct lka_yaml_node *pool,
                    const struct lka_yaml_node *given)
{
    const struct lka_world *world = draft->reader->world;
    draft->personas = neutral_rows(draft, world->persona_count);
    draft->pool = neutral_rows(draft, 1);
    read_tilts(draft, personas, "personas", "persona", world->personas, world->persona_count, draft->personas);
    if (pool && draft->pool) {
        char part[128];
        snprintf(part, sizeof part, "%s.pool", draft->part);
        read_tilt(draft, pool, part, draft->pool);
    }
    read_given(draft, given);
}

/* ---- tables ----------------------------------------------------------------------------------- */

static bool make_choices(struct lka_draft *draft, const double *const tilts[3], size_t table, const char *whom,
                         const struct lka_yaml_node *node)
{
    const struct lka_attribute *attribute = draft->attribute;
    double weights[LKA_VALUES_MAX];
    double total = 0;
    for (size_t v = 0; v < attribute->value_count; v++) {
        weights[v] = draft->base[v] * tilts[0][v] * tilts[1][v] * tilts[2][v];
        total += weights[v];
    }
    if (!(total > 0)) {
        lka_complain(&draft->reader->document.complaints, node,
                     "%s: no value is left for persona \"%s\": all weights are 0", draft->part, whom);
        return false;
    }
    lka_choices_make(weights, attribute->value_count, attribute->choices + table * attribute->value_count);
    return true;
}

/* Knots may leave the range by its own width: what is drawn outside is reflected at the border (person.c). */
static void make_knots(const struct lka_draft *draft, const double *const tilts[3], size_t table)
{
    const struct lka_attribute *attribute = draft->attribute;
    double factor = tilts[0][0] * tilts[1][0] * tilts[2][0];
    double shift = tilts[0][1] + tilts[1][1] + tilts[2][1];
    double width = (double)attribute->maximum - attribute->minimum;
    for (size_t k = 0; k < attribute->knot_count; k++) {
        double knot = round((draft->base[k] * factor + shift) * attribute->scale);
        knot = knot < attribute->minimum - width ? attribute->minimum - width : knot;
        knot = knot > attribute->maximum + width ? attribute->maximum + width : knot;
        attribute->knots[table * attribute->knot_count + k] = (int32_t)knot;
    }
}

static bool make_room(struct lka_draft *draft, const struct lka_yaml_node *node)
{
    struct lka_attribute *attribute = draft->attribute;
    size_t tables = LKA_POPULATIONS * draft->reader->world->persona_count * attribute->given_count;
    size_t cells = lka_attribute_is_choice(attribute) ? attribute->value_count : attribute->knot_count;
    if (tables * cells > CELLS_MAX) {
        lka_complain(&draft->reader->document.complaints, node, "%s needs %zu cells; allowed: at most %zu", draft->part,
                     tables * cells, CELLS_MAX);
        return false;
    }
    if (lka_attribute_is_choice(attribute)) {
        attribute->choices = lka_world_take(draft->reader, tables * cells, sizeof *attribute->choices);
    } else {
        attribute->knots = lka_world_take(draft->reader, tables * cells, sizeof *attribute->knots);
    }
    return !draft->reader->short_of_memory;
}

void lka_draft_tables(struct lka_draft *draft, const struct lka_yaml_node *node)
{
    const struct lka_world *world = draft->reader->world;
    const struct lka_attribute *attribute = draft->attribute;
    if (draft->reader->short_of_memory || !make_room(draft, node)) {
        return;
    }
    const double *plain = neutral_rows(draft, 1);
    for (size_t t = 0; plain && t < LKA_POPULATIONS * world->persona_count * attribute->given_count; t++) {
        size_t persona = t / attribute->given_count % world->persona_count;
        bool pool = t / attribute->given_count / world->persona_count == LKA_POOL;
        const double *const tilts[3] = {draft->personas + persona * draft->width, pool ? draft->pool : plain,
                                        draft->given + t % attribute->given_count * draft->width};
        if (!lka_attribute_is_choice(attribute)) {
            make_knots(draft, tilts, t);
        } else if (!make_choices(draft, tilts, t, world->personas[persona], node)) {
            return;
        }
    }
}
