#include "base/memory.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void *plain_resize(void *user, void *memory, size_t size)
{
    (void)user;
    return realloc(memory, size);
}

static void plain_release(void *user, void *memory)
{
    (void)user;
    free(memory);
}

static struct lka_allocator allocator = {plain_resize, plain_release, NULL};

void lka_set_allocator(const struct lka_allocator *replacement)
{
    allocator = replacement ? *replacement : (struct lka_allocator){plain_resize, plain_release, NULL};
}

static _Thread_local uint64_t failures;

void *lka_resize(void *memory, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        return NULL;
    }
    void *grown = allocator.resize(allocator.user, memory, bytes ? bytes : 1);
    failures += grown == NULL;
    return grown;
}

uint64_t lka_memory_failures(void)
{
    return failures;
}

/* Large zeroed memory comes from the system, which gives pages only once they are touched: of a block of thousands of
 * features some lanes never are. */
static void *plain_new(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    failures += memory == NULL;
    return memory;
}

void *lka_new(size_t count, size_t size)
{
    if (allocator.resize == plain_resize) {
        return plain_new(count, size);
    }
    void *memory = lka_resize(NULL, count, size);
    if (memory) {
        memset(memory, 0, count * size);
    }
    return memory;
}

void lka_free(void *memory)
{
    if (memory) {
        allocator.release(allocator.user, memory);
    }
}

char *lka_copy_text(const char *text, size_t length)
{
    char *copy = lka_resize(NULL, length + 1, 1);
    if (copy) {
        if (length) {
            memcpy(copy, text, length);
        }
        copy[length] = '\0';
    }
    return copy;
}

char *lka_copy_string(const char *text)
{
    return text ? lka_copy_text(text, strlen(text)) : NULL;
}

lka_status lka_reserve(void *array_pointer, size_t *capacity, size_t need, size_t element_size, struct lka_error *error)
{
    if (need <= *capacity) {
        return LKA_OK;
    }
    size_t wanted = *capacity ? *capacity : 16;
    while (wanted < need) {
        wanted = wanted > SIZE_MAX / 2 ? need : wanted * 2;
    }
    void *old;
    memcpy(&old, array_pointer, sizeof old);
    void *grown = lka_resize(old, wanted, element_size);
    if (!grown) {
        return lka_fail_memory(error, need);
    }
    memcpy(array_pointer, &grown, sizeof grown);
    *capacity = wanted;
    return LKA_OK;
}

enum { LARGE_PAGE = 1 << 21 };

/* Whole pages of the memory; that it cannot be done changes nothing but the time. */
void lka_large_pages(void *memory, size_t size)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t from = ((uintptr_t)memory + page - 1) & ~(page - 1);
    uintptr_t end = ((uintptr_t)memory + size) & ~(page - 1);
    if (size >= LARGE_PAGE && end > from) {
        int refused = madvise((void *)from, end - from, MADV_HUGEPAGE);
        (void)refused;
    }
}

struct lka_arena_chunk {
    struct lka_arena_chunk *next;
    size_t used;
    size_t size;
    _Alignas(16) char bytes[];
};

enum { ARENA_CHUNK = 1 << 16 };

static struct lka_arena_chunk *chunk_with_room(struct lka_arena *arena, size_t size)
{
    struct lka_arena_chunk *chunk = arena->current;
    while (chunk && chunk->size - chunk->used < size) {
        chunk = chunk->next;
    }
    if (chunk) {
        return chunk;
    }
    size_t usual = arena->chunk ? arena->chunk : ARENA_CHUNK;
    size_t room = size > usual ? size : usual;
    chunk = lka_resize(NULL, sizeof *chunk + room, 1);
    if (!chunk) {
        return NULL;
    }
    if (arena->chunk >= LARGE_PAGE) {
        lka_large_pages(chunk, sizeof *chunk + room);
    }
    *chunk = (struct lka_arena_chunk){.size = room};
    if (arena->current) {
        chunk->next = arena->current->next;
        arena->current->next = chunk;
    } else {
        arena->first = chunk;
    }
    return chunk;
}

void *lka_arena_take(struct lka_arena *arena, size_t size)
{
    if (size > SIZE_MAX - 64) {
        return NULL;
    }
    size_t rounded = (size + 15) & ~(size_t)15;
    struct lka_arena_chunk *chunk = chunk_with_room(arena, rounded);
    if (!chunk) {
        return NULL;
    }
    arena->current = chunk;
    void *memory = chunk->bytes + chunk->used;
    chunk->used += rounded;
    return memory;
}

void lka_arena_rewind(struct lka_arena *arena)
{
    for (struct lka_arena_chunk *chunk = arena->first; chunk; chunk = chunk->next) {
        chunk->used = 0;
    }
    arena->current = arena->first;
}

void lka_arena_release(struct lka_arena *arena)
{
    struct lka_arena_chunk *chunk = arena->first;
    while (chunk) {
        struct lka_arena_chunk *next = chunk->next;
        lka_free(chunk);
        chunk = next;
    }
    *arena = (struct lka_arena){.chunk = arena->chunk};
}
