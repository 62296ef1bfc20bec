/* In place and without memory, by their bytes, the highest first: McIlroy, Bostic, McIlroy 1993, "Engineering radix
 * sort" (the American flag sort). What is sorted begins with a HMAC, spread evenly, so that three bytes part four
 * million. */
#include "source/records_sort.h"

#include <string.h>

enum { FEW = 24, VALUES = 256 };

static inline void insert_each(uint8_t *records, size_t count, size_t size)
{
    uint8_t moving[LKA_RECORD_LONGEST];
    for (size_t i = 1; i < count; i++) {
        memcpy(moving, records + i * size, size);
        size_t at = i;
        for (; at > 0 && memcmp(moving, records + (at - 1) * size, size) < 0; at--) {
            memcpy(records + at * size, records + (at - 1) * size, size);
        }
        memcpy(records + at * size, moving, size);
    }
}

/* Each record is carried to the next free place of its value, and the one that was there goes on from it. */
static inline void permute(uint8_t *records, size_t size, size_t at, size_t next[VALUES], const size_t ends[VALUES])
{
    uint8_t carried[LKA_RECORD_LONGEST];
    uint8_t displaced[LKA_RECORD_LONGEST];
    for (size_t value = 0; value < VALUES; value++) {
        while (next[value] < ends[value]) {
            memcpy(carried, records + next[value] * size, size);
            while (carried[at] != value) {
                uint8_t *place = records + next[carried[at]]++ * size;
                memcpy(displaced, place, size);
                memcpy(place, carried, size);
                memcpy(carried, displaced, size);
            }
            memcpy(records + next[value]++ * size, carried, size);
        }
    }
}

static inline void part(uint8_t *records, size_t count, size_t size, size_t at, size_t ends[VALUES])
{
    size_t next[VALUES] = {0};
    for (size_t i = 0; i < count; i++) {
        next[records[i * size + at]]++;
    }
    size_t sum = 0;
    for (size_t value = 0; value < VALUES; value++) {
        size_t here = next[value];
        next[value] = sum;
        sum += here;
        ends[value] = sum;
    }
    permute(records, size, at, next, ends);
}

/* Copying a size that the compiler knows takes two instructions: the one that most have gets code of its own. */
static void sort_from(uint8_t *records, size_t count, size_t size, size_t at)
{
    size_t ends[VALUES];
    if (count <= FEW || at == size) {
        size_t left = at == size ? 0 : count;
        if (size == 16) {
            insert_each(records, left, 16);
        } else {
            insert_each(records, left, size);
        }
        return;
    }
    if (size == 16) {
        part(records, count, 16, at, ends);
    } else {
        part(records, count, size, at, ends);
    }
    for (size_t value = 0; value < VALUES; value++) {
        size_t start = value ? ends[value - 1] : 0;
        sort_from(records + start * size, ends[value] - start, size, at + 1);
    }
}

void lka_records_sort(uint8_t *records, size_t count, size_t size)
{
    sort_from(records, count, size, 0);
}
