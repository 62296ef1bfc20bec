#include "simulate/identity.h"

const char *const lka_country_names[LKA_COUNTRY_COUNT] = {"FR", "BE", "CH", "GB"};

/* ---- small writers ---------------------------------------------------------------------------- */

char *lka_write_digits(uint64_t number, char *at)
{
    char buffer[20];
    size_t length = 0;
    do {
        buffer[length++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (length > 0) {
        *at++ = buffer[--length];
    }
    return at;
}

/* Copies all of it and counts only what is meant: two moves instead of a loop. */
static char *put_plain(const struct lka_name *name, char *at)
{
    memcpy(at, name->plain, sizeof name->plain);
    return at + name->plain_length;
}

/* ---- names ------------------------------------------------------------------------------------ */

/* One in sixteen has a name from elsewhere, whatever the language. */
static size_t name_group(const struct lka_world *world, const struct lka_person *person, uint64_t bits)
{
    if ((bits & 15) == 0) {
        return LKA_NAMES_ELSEWHERE;
    }
    return world->name_groups[person->values[world->known[LKA_KNOWN_LANGUAGE]]];
}

struct lka_person_name lka_person_name(const struct lka_world *world, const struct lka_person *person)
{
    uint64_t draw = person->draws[LKA_DRAW_NAME] >> 32;
    size_t group = name_group(world, person, draw);
    size_t part = world->name_genders[person->values[world->known[LKA_KNOWN_GENDER]]];
    part = part == LKA_NAME_LAST ? (draw >> 4) & 1 : part;
    const struct lka_name_list *first = &lka_name_lists[group][part];
    const struct lka_name_list *last = &lka_name_lists[group][LKA_NAME_LAST];
    return (struct lka_person_name){&first->names[((draw >> 8) & 0xFFF) * first->count >> 12],
                                    &last->names[(draw >> 20) * last->count >> 12]};
}

/* ---- e-mail ----------------------------------------------------------------------------------- */

/* The local part in one of the usual arrangements, followed by the number that makes it unique. */
static char *put_local(struct lka_person_name name, uint64_t number, unsigned form, bool dotted, char *at)
{
    if (form >= 6) { /* martin.elodie7 */
        name = (struct lka_person_name){name.last, name.first};
    }
    *at++ = name.first->plain[0];
    if (dotted) { /* e.lodie: the same mailbox at Gmail */
        *at++ = '.';
    }
    if (form != 3) { /* not emartin7 */
        memcpy(at, name.first->plain + 1, sizeof name.first->plain - 1);
        at += name.first->plain_length - 1;
        *at = form == 2 ? '_' : '.';
        at += form != 1;
    }
    at = put_plain(name.last, at);
    return lka_write_digits(number, at);
}

char *lka_write_email(const struct lka_world *world, const struct lka_person *person, struct lka_person_name name,
                      char *at)
{
    static const char tags[4][8] = {"+shop", "+news", "+promo", "+web"};
    uint64_t draw = person->draws[LKA_DRAW_EMAIL] >> 16;
    size_t domain = (size_t)person->values[world->known[LKA_KNOWN_EMAIL_DOMAIN]];
    bool gmail = world->gmail[domain];
    char *start = at;
    at = put_local(name, 2 * person->index + (uint64_t)person->population, draw & 7, gmail && ((draw >> 3) & 7) < 2,
                   at);
    if (gmail && ((draw >> 6) & 15) < 2) {
        const char *tag = tags[(draw >> 10) & 3];
        memcpy(at, tag, 8);
        at += strlen(tag);
    }
    /* Some type a capital first. */
    *start = (char)(*start - (((draw >> 12) & 15) == 0 ? 32 : 0));
    *at++ = '@';
    const struct lka_slot *slot = &world->attributes[world->known[LKA_KNOWN_EMAIL_DOMAIN]].slots[domain];
    memcpy(at, slot->text, sizeof slot->text);
    return at + slot->length;
}

/* ---- phone ------------------------------------------------------------------------------------ */

enum { SPELLINGS = 8 };

/* # stands for the digits of the national number in turn; the comma ends the field. */
static const struct {
    char lead[3];
    char spellings[SPELLINGS][24];
} phones[LKA_COUNTRY_COUNT] = {{"6", /* France: 6 12 34 56 78 */
                                {"+33 # ## ## ## ##,", "0#########,", "0# ## ## ## ##,", "0#.##.##.##.##,",
                                 "+33#########,", "0033#########,", "+33 (0)# ## ## ## ##,", "0#-##-##-##-##,"}},
                               {"4", /* Belgium: 470 12 34 56 */
                                {"+32 ### ## ## ##,", "0#########,", "0### ## ## ##,", "0###/##.##.##,",
                                 "+32#########,", "0032#########,", "+32 (0)### ## ## ##,", "0### ######,"}},
                               {"7", /* Switzerland: 79 123 45 67 */
                                {"+41 ## ### ## ##,", "0#########,", "0## ### ## ##,", "0## ### ####,", "+41#########,",
                                 "0041#########,", "+41 (0)## ### ## ##,", "0##-###-##-##,"}},
                               {"74", /* United Kingdom: 7400 123456 */
                                {"+44 #### ######,", "0##########,", "0#### ######,", "0#### ### ###,",
                                 "+44##########,", "0044##########,", "+44 (0)#### ######,", "(0####) ######,"}}};

char *lka_write_phone(const struct lka_person *person, size_t country, char *at)
{
    uint64_t draw = person->draws[LKA_DRAW_PHONE] >> 16;
    /* A permutation of the eight-digit numbers (the factor has no divisor in common with 10^8): no number is met
     * twice in a country before 50 million rows. */
    uint64_t number = ((2 * person->index + (uint64_t)person->population) * 61803401 + 27182818) % 100000000;
    char digits[12];
    size_t lead = phones[country].lead[1] ? 2 : 1;
    memcpy(digits, phones[country].lead, 2);
    for (size_t i = lead + 8; i-- > lead; number /= 10) {
        digits[i] = (char)('0' + number % 10);
    }
    const char *digit = digits;
    for (const char *c = phones[country].spellings[draw % SPELLINGS]; *c; c++) {
        bool is_digit = *c == '#';
        *at++ = is_digit ? *digit : *c;
        digit += is_digit;
    }
    return at;
}

/* ---- place ------------------------------------------------------------------------------------ */

const struct lka_slot *lka_person_prefix(const struct lka_region *region, const struct lka_person *person)
{
    return &region->prefixes[((person->draws[LKA_DRAW_PLACE] >> 32) & 0xFFFF) * region->prefix_count >> 16];
}

/* France has five digits, Belgium and Switzerland four; the United Kingdom writes "SW1 4AB". */
char *lka_write_postcode(const struct lka_person *person, size_t country, const struct lka_slot *prefix, char *at)
{
    static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ";
    static const size_t lengths[LKA_COUNTRY_COUNT] = {5, 4, 4, 0};
    uint32_t draw = (uint32_t)(person->draws[LKA_DRAW_PLACE] >> 48);
    memcpy(at, prefix->text, 16);
    at += prefix->length - 1;
    if (lengths[country] == 0) {
        *at++ = ' ';
        *at++ = (char)('0' + draw % 10);
        *at++ = letters[draw / 10 % 20];
        *at++ = letters[draw / 200 % 20];
    }
    for (size_t i = (size_t)prefix->length - 1; i < lengths[country]; i++, draw /= 10) {
        *at++ = (char)('0' + draw % 10);
    }
    *at++ = ',';
    return at;
}

char *lka_write_country(size_t country, char *at)
{
    memcpy(at, lka_country_names[country], 2);
    at[2] = ',';
    return at + 3;
}
