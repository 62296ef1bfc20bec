#include "campaign/assign.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/random.h"

#include <stdlib.h>

/* Shares that were computed before: few segments, and few sets of open paths, come up. */
struct memory {
    struct remembered {
        uint32_t segment;
        uint32_t open;
        uint32_t shares[LKA_PATHS_MOST];
    } * items;
    size_t count;
    size_t capacity;
};

/* ---- the order of the draw -------------------------------------------------------------------- */

struct place {
    uint64_t turn;
    struct lka_invited candidate;
};

static int by_turn(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    if (x->turn != y->turn) {
        return x->turn < y->turn ? -1 : 1;
    }
    return lka_span_compare(x->candidate.id, y->candidate.id);
}

static lka_status shuffle(struct lka_invited *candidates, size_t count, uint64_t key, struct lka_error *error)
{
    struct place *places;
    LKA_TRY(LKA_NEW(places, count, error));
    for (size_t i = 0; i < count; i++) {
        places[i] = (struct place){lka_hash(lka_key(key, "turn"), candidates[i].id), candidates[i]};
    }
    qsort(places, count, sizeof *places, by_turn);
    for (size_t i = 0; i < count; i++) {
        candidates[i] = places[i].candidate;
    }
    lka_free(places);
    return LKA_OK;
}

/* ---- the draw --------------------------------------------------------------------------------- */

/* Of the candidate's paths, those with room for one more. */
static uint32_t open_paths(const struct lka_assignment *assignment, uint32_t paths)
{
    uint32_t open = 0;
    for (size_t p = 0; p < assignment->paths->count; p++) {
        const struct lka_path *path = &assignment->paths->items[p];
        if ((paths & (UINT32_C(1) << p)) && assignment->taken[p] < path->cap &&
            path->cost <= assignment->budget - assignment->spent) {
            open |= UINT32_C(1) << p;
        }
    }
    return open;
}

static lka_status shares_of(const struct lka_assignment *assignment, struct memory *memory, uint32_t segment,
                            uint32_t open, const uint32_t **shares, struct lka_error *error)
{
    for (size_t i = 0; i < memory->count; i++) {
        if (memory->items[i].segment == segment && memory->items[i].open == open) {
            *shares = memory->items[i].shares;
            return LKA_OK;
        }
    }
    LKA_TRY(lka_reserve(&memory->items, &memory->capacity, memory->count + 1, sizeof *memory->items, error));
    struct remembered *item = &memory->items[memory->count];
    *item = (struct remembered){.segment = segment, .open = open};
    LKA_TRY(lka_answers_shares(assignment->answers, segment, open, assignment->paths, assignment->exploration,
                               item->shares, error));
    memory->count++;
    *shares = item->shares;
    return LKA_OK;
}

static lka_status draw(struct lka_assignment *assignment, struct memory *memory, struct lka_invited *candidate,
                       struct lka_error *error)
{
    uint32_t open = open_paths(assignment, candidate->paths);
    candidate->path = LKA_PATHS_MOST;
    candidate->probability = 0;
    if (open == 0) {
        assignment->without_room++;
        return LKA_OK;
    }
    const uint32_t *shares;
    LKA_TRY(shares_of(assignment, memory, candidate->segment, open, &shares, error));
    struct lka_random random = lka_random_start(lka_key(assignment->key, "path"),
                                                lka_hash(lka_key(assignment->key, "contact"), candidate->id));
    uint64_t number = lka_random_below(&random, LKA_SHARES);
    uint32_t path = 0;
    while (number >= shares[path]) {
        number -= shares[path++];
    }
    candidate->path = path;
    candidate->probability = shares[path];
    assignment->taken[path]++;
    assignment->spent += assignment->paths->items[path].cost;
    return LKA_OK;
}

lka_status lka_assign(struct lka_assignment *assignment, struct lka_invited *candidates, size_t count,
                      struct lka_error *error)
{
    struct memory memory = {0};
    lka_status status = shuffle(candidates, count, assignment->key, error);
    for (size_t i = 0; i < count && status == LKA_OK; i++) {
        status = draw(assignment, &memory, &candidates[i], error);
    }
    lka_free(memory.items);
    return status;
}
