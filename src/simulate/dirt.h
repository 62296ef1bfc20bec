/* simulate/dirt.h: rows as bad systems write them. Which rows, and how, is a pure function of a key and the index. */
#ifndef LKA_SIMULATE_DIRT_H
#define LKA_SIMULATE_DIRT_H

#include "base/random.h"
#include "simulate/world.h"

enum lka_dirt {
    LKA_DIRT_BAD_UTF8,
    LKA_DIRT_RAGGED_ROW,
    LKA_DIRT_UNCLOSED_QUOTE,
    LKA_DIRT_IMPOSSIBLE_DATE,
    LKA_DIRT_NUMBER_WITH_UNIT,
    LKA_DIRT_DUPLICATE_ID,
    LKA_DIRT_KINDS,
    LKA_DIRT_NONE = LKA_DIRT_KINDS
};
extern const char *const lka_dirt_names[LKA_DIRT_KINDS]; /* "bad_utf8", ... */

enum { LKA_DIRT_ROOM = 64 }; /* by how much a row may grow */

struct lka_dirt_plan {
    uint64_t key;
    double rate; /* share of the rows */
};

enum lka_dirt lka_dirt_of(const struct lka_dirt_plan *plan, uint64_t index);

/* Spoils the line from `start` to `end` (newline included) and returns the new end. */
char *lka_dirt_apply(const struct lka_world *world, const struct lka_dirt_plan *plan, enum lka_population population,
                     uint64_t index, enum lka_dirt kind, char *start, char *end);

/* The fields (counted from 0) of a line that can be spoilt. */
struct lka_dirt_fields {
    size_t text;
    size_t number;
    size_t date;
};
/* The same for any line; a repeated id is left to the caller. */
char *lka_dirt_spoil(const struct lka_dirt_fields *fields, struct lka_random *random, enum lka_dirt kind, char *start,
                     char *end);
struct lka_random lka_dirt_stream(const struct lka_dirt_plan *plan, uint64_t index); /* what decides about it */

#endif
