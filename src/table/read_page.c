#include "table/read_page.h"

struct lka_read_page *lka_read_page_new(size_t capacity)
{
    struct lka_read_page *page = capacity < SIZE_MAX - sizeof *page ? lka_resize(NULL, sizeof *page + capacity, 1)
                                                                    : NULL;
    if (page) {
        atomic_init(&page->holders, 1);
        page->capacity = capacity;
    }
    return page;
}

void lka_read_page_release(struct lka_read_page *page)
{
    if (page && atomic_fetch_sub_explicit(&page->holders, 1, memory_order_acq_rel) == 1) {
        lka_free(page);
    }
}
