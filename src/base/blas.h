/* base/blas.h: room for OpenBLAS, which never gives up: where the system has no more address space for one of its buffers,
 * it asks again for ever (blas_memory_alloc). */
#ifndef LKA_BASE_BLAS_H
#define LKA_BASE_BLAS_H

#include "base/error.h"

/* Before `threads` threads call BLAS at a time: has a buffer made for each, kept by OpenBLAS until the process ends.
 * LKA_MEMORY if the system has no room for them. */
lka_status lka_blas_reserve(size_t threads, struct lka_error *error);

#endif
