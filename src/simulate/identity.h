/* simulate/identity.h: names, addresses, phones and postcodes. Each writer appends one CSV field with the comma behind
 * it at `at` and returns the end; it may scribble up to LKA_FIELD_SLACK bytes beyond. E-mail addresses are unique over
 * seeds and pool, also after folding (dots, tags and case of Gmail), as they hold a number made of the row's index. */
#ifndef LKA_SIMULATE_IDENTITY_H
#define LKA_SIMULATE_IDENTITY_H

#include "simulate/person.h"

enum { LKA_COUNTRY_COUNT = 4, LKA_FIELD_SLACK = 64 };
extern const char *const lka_country_names[LKA_COUNTRY_COUNT]; /* FR, BE, CH, GB */

struct lka_name {
    uint8_t length; /* of the text with its comma */
    uint8_t plain_length;
    char text[30];
    char plain[16]; /* a to z only, for addresses */
};

/* Names of a language (other languages than French and English share a list from elsewhere). */
enum lka_name_group { LKA_NAMES_FRENCH, LKA_NAMES_ENGLISH, LKA_NAMES_ELSEWHERE, LKA_NAME_GROUPS };
enum lka_name_part { LKA_NAME_FEMALE, LKA_NAME_MALE, LKA_NAME_LAST, LKA_NAME_PARTS };
struct lka_name_list {
    const struct lka_name *names;
    size_t count;
};
extern const struct lka_name_list lka_name_lists[LKA_NAME_GROUPS][LKA_NAME_PARTS];

struct lka_person_name {
    const struct lka_name *first;
    const struct lka_name *last;
};
struct lka_person_name lka_person_name(const struct lka_world *world, const struct lka_person *person);

char *lka_write_email(const struct lka_world *world, const struct lka_person *person, struct lka_person_name name,
                      char *at);
char *lka_write_phone(const struct lka_person *person, size_t country, char *at);
char *lka_write_postcode(const struct lka_person *person, size_t country, const struct lka_slot *prefix, char *at);
char *lka_write_country(size_t country, char *at);

/* The postal prefix where the person lives. */
const struct lka_slot *lka_person_prefix(const struct lka_region *region, const struct lka_person *person);

/* Decimal digits of a whole number; returns the end. */
char *lka_write_digits(uint64_t number, char *at);
/* Two of them, of a number below 100. */
static inline char *lka_write_two(unsigned number, char *at)
{
    at[0] = (char)('0' + number / 10);
    at[1] = (char)('0' + number % 10);
    return at + 2;
}

#endif
