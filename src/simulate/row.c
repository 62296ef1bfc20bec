#include "simulate/row.h"

#include "base/date.h"
#include "simulate/choices.h"
#include "simulate/identity.h"

/* ---- header ----------------------------------------------------------------------------------- */

void lka_row_header(const struct lka_world *world, enum lka_population population, struct lka_text *text)
{
    lka_text_string(text, population == LKA_CRM ? "contact_id" : "prospect_id");
    for (size_t i = 1; i < LKA_IDENTIFIER_COUNT; i++) {
        lka_text_string(text, ",");
        lka_text_string(text, lka_identifier_names[i]);
    }
    for (size_t a = 0; a < world->attribute_count; a++) {
        lka_text_string(text, ",");
        lka_text_string(text, world->attributes[a].name);
    }
    lka_text_string(text, "\n");
}

static size_t longest_text(const struct lka_attribute *attribute)
{
    size_t longest = 0;
    for (size_t v = 0; v < attribute->value_count; v++) {
        longest = attribute->slots[v].length > longest ? attribute->slots[v].length : longest;
    }
    return longest;
}

size_t lka_row_room(const struct lka_world *world)
{
    /* Id 12; names 30 each; address 1 + 1 + 16 + 16 + 20 + 8 + 1 + 63; phone 24; postcode 16; country 3; two slots. */
    size_t room = 12 + 2 * 30 + 126 + 24 + 16 + 3 + 2 * sizeof(struct lka_slot);
    for (size_t a = 0; a < world->attribute_count; a++) {
        const struct lka_attribute *attribute = &world->attributes[a];
        bool number = attribute->kind == LKA_KIND_NUMBER || attribute->kind == LKA_KIND_DATE;
        room += number ? 16 : longest_text(attribute) * (attribute->kind == LKA_KIND_LIST ? attribute->picks : 1) + 2;
    }
    return room + LKA_FIELD_SLACK;
}

/* ---- fields ----------------------------------------------------------------------------------- */

/* Most texts are short: sixteen bytes always, the rest seldom. */
static inline char *put_slot(const struct lka_slot *slot, char *at)
{
    memcpy(at, slot->text, 16);
    if (slot->length > 16) {
        memcpy(at + 16, slot->text + 16, sizeof slot->text - 16);
    }
    return at + slot->length;
}

static inline char *put_missing(char *at)
{
    *at = ',';
    return at + 1;
}

static char *put_number(const struct lka_attribute *attribute, int32_t value, char *at)
{
    *at = '-';
    at += value < 0;
    uint32_t size = value < 0 ? (uint32_t)-value : (uint32_t)value;
    uint32_t scale = (uint32_t)attribute->scale;
    uint32_t whole = size;
    if (scale > 1) {
        whole = size / scale;
    }
    if (whole < 100) {
        /* The common case: a first digit that may be overwritten. */
        *at = (char)('0' + whole / 10);
        at += whole >= 10;
        *at++ = (char)('0' + whole % 10);
    } else {
        at = lka_write_digits(whole, at);
    }
    if (scale > 1) {
        *at++ = '.';
        uint32_t rest = size % scale;
        for (uint32_t unit = scale / 10; unit > 0; unit /= 10) {
            *at++ = (char)('0' + rest / unit % 10);
        }
    }
    *at = ',';
    return at + 1;
}

static char *put_date(int64_t days, char *at)
{
    int64_t year = 0;
    int month = 0;
    int day = 0;
    lka_civil_from_days(days, &year, &month, &day);
    at = lka_write_two((unsigned)year / 100, at);
    at = lka_write_two((unsigned)year % 100, at);
    *at++ = '-';
    at = lka_write_two((unsigned)month, at);
    *at++ = '-';
    at = lka_write_two((unsigned)day, at);
    *at = ',';
    return at + 1;
}

/* a|b|c. A value with CSV quotes would need one pair around the whole list: world files cannot have one. */
static char *put_list(const struct lka_attribute *attribute, uint32_t mask, char *at)
{
    char *start = at;
    for (; mask; mask &= mask - 1) {
        at = put_slot(&attribute->slots[__builtin_ctz(mask)], at);
        at[-1] = '|';
    }
    if (at == start) {
        return put_missing(at);
    }
    at[-1] = ',';
    return at;
}

static char *put_attribute(const struct lka_world *world, const struct lka_attribute *attribute, int32_t value,
                           char *at)
{
    switch (attribute->kind) {
    case LKA_KIND_CATEGORY:
        return put_slot(&attribute->slots[value], at);
    case LKA_KIND_NUMBER:
        return put_number(attribute, value, at);
    case LKA_KIND_DATE:
        return put_date(world->as_of - value, at);
    case LKA_KIND_LIST:
        return put_list(attribute, (uint32_t)value, at);
    }
    return at;
}

/* ---- the line --------------------------------------------------------------------------------- */

char *lka_row_write_id(enum lka_population population, uint64_t index, char *at)
{
    *at = population == LKA_CRM ? 'C' : 'P';
    uint64_t number = index + 1;
    for (size_t i = LKA_ROW_ID_LENGTH - 1; i > 0; i--, number /= 10) {
        at[i] = (char)('0' + number % 10);
    }
    return at + LKA_ROW_ID_LENGTH;
}

static char *put_name(const struct lka_name *name, char *at)
{
    memcpy(at, name->text, sizeof name->text);
    return at + name->length;
}

char *lka_person_write_email(const struct lka_world *world, const struct lka_person *person, char *at)
{
    const struct lka_person *owner = person->mailbox ? person->mailbox : person;
    return lka_write_email(world, owner, lka_person_name(world, owner), at);
}

static char *put_identifiers(const struct lka_world *world, const struct lka_person *person, char *at)
{
    const uint64_t *draws = person->draws;
    const struct lka_region *region = &world->regions[person->values[world->known[LKA_KNOWN_REGION]]];
    struct lka_person_name name = lka_person_name(world, person);
    const struct lka_slot *prefix = lka_person_prefix(region, person);
    at = lka_row_write_id(person->population, person->index, at);
    *at++ = ',';
    at = lka_person_lacks(person, LKA_IDENTIFIER_EMAIL, draws[LKA_DRAW_EMAIL])
             ? put_missing(at)
             : lka_person_write_email(world, person, at);
    at = lka_person_lacks(person, LKA_IDENTIFIER_PHONE, draws[LKA_DRAW_PHONE])
             ? put_missing(at)
             : lka_write_phone(person, region->country, at);
    at = lka_person_lacks(person, LKA_IDENTIFIER_FIRST_NAME, draws[LKA_DRAW_NAME]) ? put_missing(at)
                                                                                   : put_name(name.first, at);
    at = lka_person_lacks(person, LKA_IDENTIFIER_LAST_NAME, draws[LKA_DRAW_NAME] >> 16) ? put_missing(at)
                                                                                        : put_name(name.last, at);
    at = lka_person_lacks(person, LKA_IDENTIFIER_POSTCODE, draws[LKA_DRAW_PLACE])
             ? put_missing(at)
             : lka_write_postcode(person, region->country, prefix, at);
    at = lka_person_lacks(person, LKA_IDENTIFIER_COUNTRY, draws[LKA_DRAW_CONSENT] >> 16)
             ? put_missing(at)
             : lka_write_country(region->country, at);
    if (lka_person_lacks(person, LKA_IDENTIFIER_CONSENTS, draws[LKA_DRAW_CONSENT])) {
        at = put_missing(at);
    } else {
        uint32_t consent = lka_choose(world->consent_choices, world->consent_count,
                                      (uint32_t)(draws[LKA_DRAW_CONSENT] >> 32));
        at = put_slot(&world->consents[consent], at);
    }
    bool lacks_prefix = lka_person_lacks(person, LKA_IDENTIFIER_POSTAL_PREFIX, draws[LKA_DRAW_PLACE] >> 16);
    return lacks_prefix ? put_missing(at) : put_slot(prefix, at);
}

char *lka_row_write(const struct lka_world *world, const struct lka_person *person, char *at)
{
    at = put_identifiers(world, person, at);
    for (size_t a = 0; a < world->attribute_count; a++) {
        bool lacks = lka_person_lacks(person, LKA_IDENTIFIER_COUNT + a, person->draws[LKA_DRAW_ATTRIBUTES + a]);
        at = lacks ? put_missing(at) : put_attribute(world, &world->attributes[a], person->values[a], at);
    }
    at[-1] = '\n';
    return at;
}
