/* base/threads.h: independent pieces of work on several threads. Results never depend on how many. */
#ifndef LKA_BASE_THREADS_H
#define LKA_BASE_THREADS_H

#include "lookalike/base.h"

/* 0 means one a core that this process may use. */
size_t lka_thread_count(int64_t wanted);

/* Calls work(context, i, error) for every i below `count`, each once, on at most `threads` threads (the
 * calling one among them). The failure with the smallest i is the one reported, whichever came first. */
typedef lka_status (*lka_work)(void *context, size_t index, struct lka_error *error);
lka_status lka_parallel(size_t threads, size_t count, lka_work work, void *context, struct lka_error *error);

#endif
