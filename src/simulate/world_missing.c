#include "base/error.h"
#include "simulate/world_reader.h"

enum { BANDS_MAX = 8 };

/* What makes values missing more or less often. */
struct missing_factors {
    double by_band[BANDS_MAX];
    size_t bands;
    double by_source[LKA_VALUES_MAX];
    size_t sources;
};

static void read_missing_identifiers(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    struct lka_document *document = &reader->document;
    size_t pairs = lka_document_pairs(document, node, "missing.identifiers", NULL);
    for (size_t i = 0; i < pairs; i++) {
        ptrdiff_t name = lka_document_name(document, lka_yaml_key(&document->yaml, node, i), "missing.identifiers",
                                           NULL, "identifier", lka_identifier_names + 1, LKA_IDENTIFIER_COUNT - 1);
        if (name >= 0) {
            lka_document_number(document, lka_yaml_value(&document->yaml, node, i), "missing.identifiers",
                                lka_identifier_names[name + 1], 0, .95, &reader->missing[name + 1]);
        }
    }
}

/* {18: 1.5, 30: 1}: the factor from that age on; before the first age it is 1. */
static void read_missing_ages(struct lka_world_reader *reader, const struct lka_yaml_node *node,
                              struct missing_factors *factors)
{
    struct lka_document *document = &reader->document;
    size_t pairs = lka_document_pairs(document, node, "missing.age", NULL);
    if (pairs > BANDS_MAX - 1) {
        lka_complain(&document->complaints, node, "missing.age: %zu ages; allowed: at most %d", pairs, BANDS_MAX - 1);
        return;
    }
    double from = 0;
    for (size_t i = 0; i < pairs; i++) {
        double before = i > 0 ? from + 1 : 0;
        if (!lka_document_number(document, lka_yaml_key(&document->yaml, node, i), "missing.age", NULL, before, 255,
                                 &from)) {
            return;
        }
        factors->by_band[i + 1] = 1;
        lka_document_number(document, lka_yaml_value(&document->yaml, node, i), "missing.age", NULL, 0, 100,
                            &factors->by_band[i + 1]);
        factors->bands = i + 2;
        for (size_t age = (size_t)from; age < 256; age++) {
            reader->world->band_of_age[age] = (uint8_t)(i + 1);
        }
    }
}

static void read_missing_sources(struct lka_world_reader *reader, const struct lka_yaml_node *node,
                                 struct missing_factors *factors)
{
    struct lka_document *document = &reader->document;
    const struct lka_attribute *source = &reader->world->attributes[reader->world->known[LKA_KNOWN_SIGNUP_SOURCE]];
    size_t pairs = lka_document_pairs(document, node, "missing.signup_source", NULL);
    for (size_t i = 0; i < pairs; i++) {
        ptrdiff_t value = lka_document_name(document, lka_yaml_key(&document->yaml, node, i), "missing.signup_source",
                                            NULL, "value", source->values, source->value_count);
        if (value >= 0) {
            lka_document_number(document, lka_yaml_value(&document->yaml, node, i), "missing.signup_source",
                                source->values[value], 0, 100, &factors->by_source[value]);
        }
    }
}

static void make_missing(struct lka_world_reader *reader, const struct missing_factors *factors)
{
    struct lka_world *world = reader->world;
    world->missing_stride = LKA_IDENTIFIER_COUNT + world->attribute_count;
    world->missing = lka_world_take(reader, factors->bands * factors->sources * world->missing_stride,
                                    sizeof *world->missing);
    for (size_t cell = 0; cell < factors->bands * factors->sources && world->missing; cell++) {
        double factor = factors->by_band[cell / factors->sources] * factors->by_source[cell % factors->sources];
        for (size_t column = 0; column < world->missing_stride; column++) {
            double share = reader->missing[column] * factor;
            world->missing[cell * world->missing_stride + column] = (uint16_t)((share > .98 ? .98 : share) * 65536);
        }
    }
}

void lka_world_read_missing(struct lka_world_reader *reader, const struct lka_yaml_node *node)
{
    static const char *const names[] = {"identifiers", "age", "signup_source"};
    const struct lka_yaml_node *values[3] = {NULL};
    struct missing_factors factors = {.by_band = {1}, .bands = 1};
    if (reader->world->known[LKA_KNOWN_SIGNUP_SOURCE] == LKA_ATTRIBUTES_MAX) {
        return;
    }
    factors.sources = reader->world->attributes[reader->world->known[LKA_KNOWN_SIGNUP_SOURCE]].value_count;
    for (size_t s = 0; s < factors.sources; s++) {
        factors.by_source[s] = 1;
    }
    if (node) {
        lka_document_keys(&reader->document, node, "missing", names, 3, 0, values);
    }
    if (values[0]) {
        read_missing_identifiers(reader, values[0]);
    }
    if (values[1]) {
        read_missing_ages(reader, values[1], &factors);
    }
    if (values[2]) {
        read_missing_sources(reader, values[2], &factors);
    }
    make_missing(reader, &factors);
}
