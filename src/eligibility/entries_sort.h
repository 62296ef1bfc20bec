/* eligibility/entries_sort.h: the order of the entries of suppression.bin. */
#ifndef LKA_ELIGIBILITY_ENTRIES_SORT_H
#define LKA_ELIGIBILITY_ENTRIES_SORT_H

#include <stddef.h>
#include <stdint.h>

struct lka_entry128 {
    uint8_t bytes[16];
};

/* Ascending by their bytes. */
void lka_entries128_sort(struct lka_entry128 *entries, size_t count);

#endif
