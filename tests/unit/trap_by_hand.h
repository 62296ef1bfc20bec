/* tests/unit/trap_by_hand.h: the k-th allocation, of the library or of SQLite, fails or kills the process. */
#ifndef LKA_TESTS_TRAP_BY_HAND_H
#define LKA_TESTS_TRAP_BY_HAND_H

#include "lookalike/base.h"

#include <check.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>

static struct {
    size_t calls;
    size_t at; /* 0: never */
    bool kills;
} trap;

static inline bool trapped(void)
{
    if (++trap.calls != trap.at) {
        return false;
    }
    if (trap.kills) {
        raise(SIGKILL);
    }
    return true;
}

static inline void *resize(void *user, void *memory, size_t size)
{
    (void)user;
    return trapped() ? NULL : realloc(memory, size);
}

static inline void release(void *user, void *memory)
{
    (void)user;
    free(memory);
}

static sqlite3_mem_methods plain;

static inline void *sqlite_new(int size)
{
    return trapped() ? NULL : plain.xMalloc(size);
}

static inline void *sqlite_resize(void *memory, int size)
{
    return trapped() ? NULL : plain.xRealloc(memory, size);
}

/* Before SQLite's first use in this process. */
static inline void set_traps(void)
{
    static const struct lka_allocator allocator = {resize, release, NULL};
    lka_set_allocator(&allocator);
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain), SQLITE_OK);
    sqlite3_mem_methods methods = plain;
    methods.xMalloc = sqlite_new;
    methods.xRealloc = sqlite_resize;
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods), SQLITE_OK);
}

#endif
