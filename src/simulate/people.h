/* simulate/people.h: writing a table of people, and the truth about them: blocks of rows are made on several threads
 * while the blocks before them are written, in order. Memory does not grow with the rows. */
#ifndef LKA_SIMULATE_PEOPLE_H
#define LKA_SIMULATE_PEOPLE_H

#include "base/session.h"
#include "simulate/dirt.h"
#include "simulate/person.h"
#include "source/output.h"

struct lka_people_job {
    const struct lka_world *world;
    const char *step; /* for progress: "seeds", "pool" */
    enum lka_population population;
    bool answered_only; /* people who answered: what those who came back look like */
    uint64_t key;
    struct lka_dirt_plan dirt;
    uint64_t rows;
    size_t threads;
    struct lka_output *output;
    struct lka_output *truth; /* NULL for none; else id and label of every id, once */
};

struct lka_people_counts {
    uint64_t alike; /* label 1 in truth */
    uint64_t dirt[LKA_DIRT_KINDS];
};

lka_status lka_people_write(const struct lka_people_job *job, const struct lka_session *session,
                            struct lka_people_counts *counts, struct lka_error *error);

#endif
