#include "simulate/person.h"

#include "base/random.h"
#include "simulate/choices.h"

/* Reflection at the borders: cutting would heap people up there. */
static int32_t reflect(int32_t value, int32_t minimum, int32_t maximum)
{
    value = value < minimum ? 2 * minimum - value : value;
    value = value > maximum ? 2 * maximum - value : value;
    return value < minimum ? minimum : value;
}

static int32_t draw_number(const struct lka_attribute *attribute, size_t table, uint32_t draw)
{
    const int32_t *knots = attribute->knots + table * attribute->knot_count;
    uint64_t place = (uint64_t)draw * (attribute->knot_count - 1);
    size_t knot = (size_t)(place >> 32);
    int64_t step = (int64_t)knots[knot + 1] - knots[knot];
    /* Half a unit more, so that the whole numbers around a knot are equally likely on both sides. */
    int64_t within = (step * (int64_t)(uint32_t)place + (INT64_C(1) << 31)) >> 32;
    return reflect((int32_t)(knots[knot] + within), attribute->minimum, attribute->maximum);
}

static int32_t draw_list(const struct lka_attribute *attribute, size_t table, uint64_t draw)
{
    const struct lka_choice *choices = attribute->choices + table * attribute->value_count;
    uint32_t mask = 0;
    for (unsigned pick = 0; pick < attribute->picks; pick++) {
        draw >>= 16;
        uint32_t value = lka_choose(choices, attribute->value_count, (uint32_t)(draw & 0xFFFF) << 16);
        mask |= (uint32_t)(attribute->slots[value].length != 0) << value;
    }
    return (int32_t)mask;
}

void lka_person_draw(const struct lka_world *world, enum lka_population population, uint64_t key, uint64_t index,
                     struct lka_person *person)
{
    struct lka_random random = lka_random_start(key, index);
    lka_random_fill(&random, person->draws, LKA_DRAW_ATTRIBUTES + world->attribute_count);
    person->index = index;
    person->mailbox = NULL;
    person->population = population;
    person->persona = lka_choose(world->persona_choices[population], world->persona_count,
                                 (uint32_t)(person->draws[LKA_DRAW_PERSONA] >> 32));
    person->values[LKA_ATTRIBUTES_MAX] = 0;
    size_t base = (size_t)population * world->persona_count + person->persona;
    for (size_t a = 0; a < world->attribute_count; a++) {
        const struct lka_attribute *attribute = &world->attributes[a];
        uint64_t draw = person->draws[LKA_DRAW_ATTRIBUTES + a];
        size_t table = base * attribute->given_count + (size_t)person->values[attribute->given];
        if (attribute->kind == LKA_KIND_CATEGORY) {
            person->values[a] = (int32_t)lka_choose(attribute->choices + table * attribute->value_count,
                                                    attribute->value_count, (uint32_t)(draw >> 32));
        } else if (attribute->kind == LKA_KIND_LIST) {
            person->values[a] = draw_list(attribute, table, draw);
        } else {
            person->values[a] = draw_number(attribute, table, (uint32_t)(draw >> 32));
        }
    }
    size_t source = world->known[LKA_KNOWN_SIGNUP_SOURCE];
    size_t band = world->band_of_age[(uint8_t)person->values[world->known[LKA_KNOWN_AGE]]];
    size_t cell = band * world->attributes[source].value_count + (size_t)person->values[source];
    person->missing = world->missing + cell * world->missing_stride;
}
