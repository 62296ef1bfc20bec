/* table/read_page.h: bytes of a file that a reader filled and that rows point into: nobody copies a field. A page lives
 * as long as somebody holds it; once only its reader does, it is filled again.
 *
 * Thread-safety: hold and release from any thread; whoever fills a page must be its only holder.
 */
#ifndef LKA_TABLE_READ_PAGE_H
#define LKA_TABLE_READ_PAGE_H

#include "base/memory.h"

#include <stdatomic.h>

struct lka_read_page {
    atomic_uint holders;
    size_t capacity;
    char bytes[];
};

/* Held by the caller; NULL when memory is short. */
struct lka_read_page *lka_read_page_new(size_t capacity);
void lka_read_page_release(struct lka_read_page *page); /* NULL is fine */

static inline void lka_read_page_hold(struct lka_read_page *page)
{
    atomic_fetch_add_explicit(&page->holders, 1, memory_order_relaxed);
}

/* Acquire: what the others read of it they have read. */
static inline bool lka_read_page_is_shared(const struct lka_read_page *page)
{
    return atomic_load_explicit(&page->holders, memory_order_acquire) > 1;
}

#endif
