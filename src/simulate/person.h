/* simulate/person.h: one simulated person, a pure function of the world, a key and an index. Each thing about a person
 * has its own draw, numbered below, so that any thread can make any row, and a later attribute changes no earlier
 * one. */
#ifndef LKA_SIMULATE_PERSON_H
#define LKA_SIMULATE_PERSON_H

#include "simulate/world.h"

enum lka_draw { /* for identifiers: the low 16 bits decide whether it is missing, the others what it is */
                LKA_DRAW_PERSONA,
                LKA_DRAW_NAME, /* bits 0 to 15: first name missing; 16 to 31: last name missing */
                LKA_DRAW_EMAIL,
                LKA_DRAW_PHONE,
                LKA_DRAW_PLACE,   /* bits 0 to 15: postcode missing; 16 to 31: postal prefix missing */
                LKA_DRAW_CONSENT, /* bits 0 to 15: consents missing; 16 to 31: country missing */
                LKA_DRAW_LABEL,
                LKA_DRAW_SPARE,
                LKA_DRAW_ATTRIBUTES /* one each */
};

struct lka_person {
    uint64_t index;
    const struct lka_person *mailbox; /* whose e-mail address this person uses; NULL: the own one */
    enum lka_population population;
    size_t persona;
    const uint16_t *missing; /* of 2^16, by column, for a person of this age and sign-up source */
    /* By attribute: category its code, list a mask, number scaled, date days before as_of. True also where the
     * value will be missing. One more, always 0, stands for the value that tilts an attribute without `given`. */
    int32_t values[LKA_ATTRIBUTES_MAX + 1];
    uint64_t draws[LKA_DRAW_ATTRIBUTES + LKA_ATTRIBUTES_MAX];
};

void lka_person_draw(const struct lka_world *world, enum lka_population population, uint64_t key, uint64_t index,
                     struct lka_person *person);

/* Whether the file shows no value in this column; `bits`: the 16 bits that decide. */
static inline bool lka_person_lacks(const struct lka_person *person, size_t column, uint64_t bits)
{
    return (uint16_t)bits < person->missing[column];
}

#endif
