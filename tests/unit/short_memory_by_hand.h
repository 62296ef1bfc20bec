/* tests/unit/short_memory_by_hand.h: memory that runs out when a test says so: for good after some allocations, or once. */
#ifndef LKA_TESTS_SHORT_MEMORY_BY_HAND_H
#define LKA_TESTS_SHORT_MEMORY_BY_HAND_H

#include "lookalike/base.h"

#include <stdint.h>
#include <stdlib.h>

static struct {
    size_t calls;    /* since memory_plenty, memory_ends_after or memory_fails_at */
    size_t left;     /* that succeed */
    size_t fails_at; /* the one that fails alone; 0: none */
} short_memory;

static inline void *memory_resize(void *user, void *old, size_t size)
{
    (void)user;
    if (++short_memory.calls == short_memory.fails_at || short_memory.calls > short_memory.left) {
        return NULL;
    }
    return realloc(old, size);
}

static inline void memory_release(void *user, void *old)
{
    (void)user;
    free(old);
}

/* From now on all succeed; memory_give_back ends it, once all that was taken is freed. */
static inline void memory_plenty(void)
{
    static const struct lka_allocator allocator = {memory_resize, memory_release, NULL};
    short_memory.calls = 0;
    short_memory.left = SIZE_MAX;
    short_memory.fails_at = 0;
    lka_set_allocator(&allocator);
}

static inline void memory_ends_after(size_t count)
{
    memory_plenty();
    short_memory.left = count;
}

/* From 1; 0: none. */
static inline void memory_fails_at(size_t place)
{
    memory_plenty();
    short_memory.fails_at = place;
}

static inline void memory_give_back(void)
{
    lka_set_allocator(NULL);
}

#endif
