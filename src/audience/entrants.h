/* audience/entrants.h: who entered a campaign's audience once: their arm and path are fixed from then on, whatever they
 * are called the next time. A person is known by the HMAC of the canonical identity that they entered with, and is met
 * again by the key of any identifier that a row of theirs ever had.
 */
#ifndef LKA_AUDIENCE_ENTRANTS_H
#define LKA_AUDIENCE_ENTRANTS_H

#include "eligibility/known.h"
#include "source/sorter.h"

struct lka_entrant {
    uint8_t person[32];
    bool holdout;
    double probability; /* of that arm */
    char path[64];
    double path_probability;
    char first_entry[16]; /* YYYY-MM-DD */
};

enum { LKA_ENTRANTS_PATHS = 64 };

struct lka_entrants {
    struct lka_workspace *workspace;
    const char *campaign;
    const char *temporary;
    struct lka_statement *find;
    struct lka_sorter *people; /* these two: who enters, until they are written */
    struct lka_sorter *keys;
    char path_names[LKA_ENTRANTS_PATHS][64];
    size_t path_count;
};

/* `temporary` is where those go who are to be written; NULL: /tmp. All is borrowed. */
lka_status lka_entrants_open(struct lka_workspace *workspace, const char *campaign, const char *temporary,
                             struct lka_entrants *entrants, struct lka_error *error);
void lka_entrants_close(struct lka_entrants *entrants); /* {0} is fine */

/* Whose the keys are: the first one's that is known, but where any of them is of somebody who is held out, that
 * person's. */
lka_status lka_entrants_find(struct lka_entrants *entrants, const struct lka_known_key *keys, size_t count,
                             struct lka_entrant *entrant, bool *found, struct lka_error *error);

/* Who enters, and by what keys, in any order. Nothing is written yet. */
lka_status lka_entrants_put(struct lka_entrants *entrants, const struct lka_entrant *entrant,
                            const struct lka_known_key *keys, size_t count, struct lka_error *error);
/* Likewise: keys of somebody who is there. */
lka_status lka_entrants_link(struct lka_entrants *entrants, const uint8_t person[32], const struct lka_known_key *keys,
                             size_t count, struct lka_error *error);
/* In an open transaction: all of them, in the order of the tables' keys, so that each page of a table that is far
 * larger than memory is written once. Who is there stays as they are; keys that are new are added to them. */
lka_status lka_entrants_write(struct lka_entrants *entrants, struct lka_error *error);

/* 32 bytes as 64 hexadecimal digits and a NUL. */
void lka_person_hex(const uint8_t person[32], char hex[65]);

#endif
