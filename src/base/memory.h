/* base/memory.h: the one allocator. Sizes are counted in elements, so that an overflow is a failed
 * allocation and not a short one. */
#ifndef LKA_BASE_MEMORY_H
#define LKA_BASE_MEMORY_H

#include "lookalike/base.h"

/* `count` zeroed elements; a count of 0 gives a valid pointer. NULL when memory is short. */
void *lka_new(size_t count, size_t size) __attribute__((malloc));

/* Grows or shrinks; what is new is not zeroed. On NULL the old memory is still there. */
void *lka_resize(void *memory, size_t count, size_t size);

/* How many requests of the calling thread could not be met so far. jansson, which reads into our memory, may take its
 * own half-read text for bad JSON, or leave out a key: whoever reads asks whether that is why. */
uint64_t lka_memory_failures(void);

/* A copy of `length` bytes with a NUL behind them. */
char *lka_copy_text(const char *text, size_t length);
char *lka_copy_string(const char *text); /* NULL gives NULL */

/* lka_new into a typed pointer, or the out-of-memory error. */
#define LKA_NEW(pointer, count, error)                 \
    (((pointer) = lka_new((count), sizeof *(pointer))) \
         ? LKA_OK                                      \
         : lka_fail_memory((error), (size_t)(count) * sizeof *(pointer)))

/* Makes room for `need` elements in a growing array: doubles, keeps what is there. */
lka_status lka_reserve(void *array_pointer, size_t *capacity, size_t need, size_t element_size,
                       struct lka_error *error);

/* Tens of megabytes that are read here and there: in large pages, where the system has them, finding a page costs less.
 * Before the memory is first written. */
void lka_large_pages(void *memory, size_t size);

/* An arena: many small allocations, freed or rewound together. */
struct lka_arena {
    struct lka_arena_chunk *first;
    struct lka_arena_chunk *current;
    size_t chunk; /* bytes asked for at a time; 0: 65,536. From 2 MiB on in large pages */
};
void *lka_arena_take(struct lka_arena *arena, size_t size); /* 16-aligned; NULL when memory is short */
void lka_arena_rewind(struct lka_arena *arena);             /* keeps the chunks for the next round */
void lka_arena_release(struct lka_arena *arena);

#endif
