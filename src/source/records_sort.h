/* source/records_sort.h: records of one size in the order of their bytes. */
#ifndef LKA_SOURCE_RECORDS_SORT_H
#define LKA_SOURCE_RECORDS_SORT_H

#include <stddef.h>
#include <stdint.h>

enum { LKA_RECORD_LONGEST = 64 };

/* Ascending; `size` is at most LKA_RECORD_LONGEST. */
void lka_records_sort(uint8_t *records, size_t count, size_t size);

#endif
