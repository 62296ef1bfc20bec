#include "base/blas.h"

#include <sys/mman.h>

enum { MOST_BUFFERS = 32 };

static const size_t BUFFER =
    (size_t)128 << 20; /* of address space: what OpenBLAS maps for a thread, and touches in part */

/* Exported by every build of OpenBLAS, though cblas.h has them not. */
__attribute__((weak)) void *blas_memory_alloc(int position);
__attribute__((weak)) void blas_memory_free(void *buffer);

/* Half a buffer more than is needed, for what else is allocated meanwhile. */
static bool has_room(void)
{
    size_t size = BUFFER + BUFFER / 2;
    void *place = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) {
        return false;
    }
    munmap(place, size);
    return true;
}

lka_status lka_blas_reserve(size_t threads, struct lka_error *error)
{
    void *buffers[MOST_BUFFERS];
    size_t wanted = threads < MOST_BUFFERS ? threads : MOST_BUFFERS;
    size_t made = 0;
    if (!blas_memory_alloc || !blas_memory_free) {
        return LKA_OK;
    }
    while (made < wanted && has_room()) {
        buffers[made++] = blas_memory_alloc(0);
    }
    for (size_t i = 0; i < made; i++) {
        blas_memory_free(buffers[i]);
    }
    if (made < wanted) {
        return lka_fail(error, LKA_MEMORY,
                        "out of memory: OpenBLAS needs 128 MiB of address space a thread, and there is room for %zu of "
                        "%zu threads; give fewer --threads, or raise the limit (ulimit -v)",
                        made, threads);
    }
    return LKA_OK;
}
