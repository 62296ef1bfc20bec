/* tests/unit/by_hand.h: tables made by hand, and an allocator that counts what is alive and fails when told to. */
#ifndef LKA_TESTS_BY_HAND_H
#define LKA_TESTS_BY_HAND_H

#include "base/memory.h"
#include "table/rows.h"
#include "table/schema.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- rows ------------------------------------------------------------------------------------- */

static inline void put(struct lka_rows *rows, size_t column, size_t row, const char *format, ...) LKA_PRINTF(4, 5);

/* Writes one cell. */
static inline void put(struct lka_rows *rows, size_t column, size_t row, const char *format, ...)
{
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    char *copy = lka_arena_take(&rows->arena, (size_t)length + 1);
    memcpy(copy, text, (size_t)length + 1);
    rows->cells[column * rows->capacity + row] = (struct lka_span){copy, (uint32_t)length};
}

/* `count` rows whose cells are all missing; lines from 2, as behind a header. */
static inline void make_rows(struct lka_rows *rows, size_t columns, size_t count, const char *file)
{
    ck_assert_int_eq(lka_rows_init(rows, columns, count + 1, NULL), LKA_OK);
    rows->count = count;
    rows->file = file;
    for (size_t row = 0; row < count; row++) {
        rows->lines[row] = row + 2;
        rows->raw[row] = (struct lka_span){"", 0};
        for (size_t c = 0; c < columns; c++) {
            rows->cells[c * rows->capacity + row] = (struct lka_span){"", 0};
        }
    }
}

/* The same value in `count` rows from `first` on. */
static inline void put_many(struct lka_rows *rows, size_t column, size_t first, size_t count, const char *value)
{
    for (size_t row = first; row < first + count; row++) {
        put(rows, column, row, "%s", value);
    }
}

/* ---- schemas ---------------------------------------------------------------------------------- */

static inline struct lka_column feature(const char *name)
{
    return (struct lka_column){.name = (char *)(uintptr_t)name};
}

static inline struct lka_column feature_of(const char *name, enum lka_type type)
{
    return (struct lka_column){.name = (char *)(uintptr_t)name, .type = type, .type_given = true};
}

static inline struct lka_column column_as(const char *name, enum lka_role role, const char *argument)
{
    return (struct lka_column){
        .name = (char *)(uintptr_t)name, .role = role, .role_argument = (char *)(uintptr_t)argument};
}

/* ---- memory ----------------------------------------------------------------------------------- */

struct ledger {
    size_t alive;
    size_t calls;
    size_t fail_at; /* 1 is the first; 0 none */
};

static inline void *ledger_resize(void *user, void *memory, size_t size)
{
    struct ledger *ledger = user;
    ck_assert_uint_ne(size, 0); /* which realloc may take for freeing */
    if (++ledger->calls == ledger->fail_at) {
        return NULL;
    }
    void *grown = realloc(memory, size);
    ledger->alive += grown && !memory;
    return grown;
}

static inline void ledger_release(void *user, void *memory)
{
    struct ledger *ledger = user;
    ledger->alive -= memory != NULL;
    free(memory);
}

static inline void ledger_install(struct ledger *ledger)
{
    *ledger = (struct ledger){0};
    lka_set_allocator(&(struct lka_allocator){ledger_resize, ledger_release, ledger});
}

/* From now on: the k-th allocation fails. */
static inline void ledger_fail(struct ledger *ledger, size_t k)
{
    ledger->calls = 0;
    ledger->fail_at = k;
}

#endif
