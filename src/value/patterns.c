#include "value/patterns.h"

#include "base/elementary.h"
#include "base/error.h"

#include <math.h>

/* ---- order ------------------------------------------------------------------------------------ */

/* Numbers that are not negative are ordered as their bits are. */
struct key {
    uint64_t recency;
    uint64_t age;
    uint32_t frequency;
    uint32_t customer;
};

enum key_part { BY_RECENCY, BY_AGE, BY_FREQUENCY };

static uint64_t part_of(const struct key *key, enum key_part part)
{
    return part == BY_RECENCY ? key->recency : part == BY_AGE ? key->age : key->frequency;
}

/* One pass of a radix sort. False if all keys have the same byte there: nothing was moved. */
static bool sort_by_byte(const struct key *from, struct key *to, size_t count, enum key_part part, unsigned shift)
{
    size_t starts[257] = {0};
    for (size_t i = 0; i < count; i++) {
        starts[(part_of(&from[i], part) >> shift & 255) + 1]++;
    }
    for (size_t byte = 0; byte < 256; byte++) {
        if (starts[byte + 1] == count) {
            return false;
        }
        starts[byte + 1] += starts[byte];
    }
    for (size_t i = 0; i < count; i++) {
        to[starts[part_of(&from[i], part) >> shift & 255]++] = from[i];
    }
    return true;
}

/* By the least significant byte first; stable, and linear in the customers. The result is in `keys`. */
static lka_status sort_keys(struct key **keys, size_t count, struct lka_error *error)
{
    struct key *other = NULL;
    LKA_TRY(LKA_NEW(other, count, error));
    for (enum key_part part = BY_RECENCY; part <= BY_FREQUENCY; part++) {
        for (unsigned shift = 0; shift < (part == BY_FREQUENCY ? 32 : 64); shift += 8) {
            if (sort_by_byte(*keys, other, count, part, shift)) {
                struct key *sorted = other;
                other = *keys;
                *keys = sorted;
            }
        }
    }
    lka_free(other);
    return LKA_OK;
}

static struct key key_of(const struct lka_customer *customer, size_t index)
{
    /* -0 has other bits than 0. */
    return (struct key){.recency = lka_to_bits(customer->recency + 0.0),
                        .age = lka_to_bits(customer->age + 0.0),
                        .frequency = customer->frequency,
                        .customer = (uint32_t)index};
}

/* ---- patterns --------------------------------------------------------------------------------- */

static lka_status make_room(struct lka_patterns *patterns, size_t count, size_t groups, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(patterns->recency, count, error));
    LKA_TRY(LKA_NEW(patterns->age, count, error));
    LKA_TRY(LKA_NEW(patterns->weight, count, error));
    return LKA_NEW(patterns->groups, groups, error);
}

/* Behind those that are there; frequencies come in ascending order. */
static void add_pattern(struct lka_patterns *patterns, size_t frequency, double recency, double age, double weight)
{
    size_t last = patterns->group_count;
    if (last == 0 || patterns->groups[last - 1].frequency != frequency) {
        patterns->groups[patterns->group_count++] = (struct lka_pattern_group){frequency, patterns->count, 0};
    }
    patterns->groups[patterns->group_count - 1].count++;
    patterns->recency[patterns->count] = recency;
    patterns->age[patterns->count] = age;
    patterns->weight[patterns->count] = weight;
    patterns->count++;
}

static void sum_up(struct lka_patterns *patterns)
{
    for (size_t g = 0; g < patterns->group_count; g++) {
        const struct lka_pattern_group *group = &patterns->groups[g];
        double customers = 0;
        for (size_t i = group->first; i < group->first + group->count; i++) {
            customers += patterns->weight[i];
            patterns->time += patterns->weight[i] * patterns->age[i];
        }
        patterns->customers += customers;
        patterns->purchases += customers * (double)group->frequency;
    }
}

static bool same_pattern(const struct key *a, const struct key *b)
{
    return a->frequency == b->frequency && a->age == b->age && a->recency == b->recency;
}

static void count_distinct(const struct key *keys, size_t count, size_t *patterns, size_t *groups)
{
    *patterns = 0;
    *groups = 0;
    for (size_t i = 0; i < count; i++) {
        *patterns += i == 0 || !same_pattern(&keys[i], &keys[i - 1]);
        *groups += i == 0 || keys[i].frequency != keys[i - 1].frequency;
    }
}

static lka_status collapse(struct lka_patterns *patterns, struct lka_customers *customers, const struct key *keys,
                           struct lka_error *error)
{
    size_t distinct;
    size_t groups;
    count_distinct(keys, customers->count, &distinct, &groups);
    LKA_TRY(make_room(patterns, distinct, groups, error));
    for (size_t i = 0; i < customers->count; i++) {
        if (i == 0 || !same_pattern(&keys[i], &keys[i - 1])) {
            add_pattern(patterns, keys[i].frequency, lka_from_bits(keys[i].recency), lka_from_bits(keys[i].age), 0);
        }
        patterns->weight[patterns->count - 1] += 1;
        customers->items[keys[i].customer].pattern = (uint32_t)(patterns->count - 1);
    }
    sum_up(patterns);
    return LKA_OK;
}

lka_status lka_patterns_init(struct lka_patterns *patterns, struct lka_customers *customers, struct lka_error *error)
{
    struct key *keys = NULL;
    *patterns = (struct lka_patterns){0};
    if (customers->count > UINT32_MAX) {
        return lka_fail(error, LKA_DATA, "%zu customers are too many; allowed: up to %u", customers->count, UINT32_MAX);
    }
    LKA_TRY(LKA_NEW(keys, customers->count, error));
    for (size_t i = 0; i < customers->count; i++) {
        keys[i] = key_of(&customers->items[i], i);
    }
    lka_status status = sort_keys(&keys, customers->count, error);
    if (status == LKA_OK) {
        status = collapse(patterns, customers, keys, error);
    }
    lka_free(keys);
    if (status != LKA_OK) {
        lka_value_patterns_release(patterns);
    }
    return status;
}

/* How many multiples of `step` are in (from, to]. */
static double multiples(double from, double to, double step)
{
    return floor(to / step) - floor(from / step);
}

lka_status lka_patterns_sample(struct lka_patterns *patterns, const struct lka_patterns *all, size_t limit,
                               struct lka_error *error)
{
    *patterns = (struct lka_patterns){0};
    double step = fmax(1, all->customers / (double)limit);
    lka_status status = make_room(patterns, all->count < limit ? all->count : limit, all->group_count, error);
    if (status != LKA_OK) {
        lka_value_patterns_release(patterns);
        return status;
    }
    double before = 0;
    for (size_t g = 0; g < all->group_count; g++) {
        const struct lka_pattern_group *group = &all->groups[g];
        for (size_t i = group->first; i < group->first + group->count; i++) {
            double weight = multiples(before, before + all->weight[i], step);
            before += all->weight[i];
            if (weight > 0) {
                add_pattern(patterns, group->frequency, all->recency[i], all->age[i], weight);
            }
        }
    }
    sum_up(patterns);
    return LKA_OK;
}

void lka_value_patterns_release(struct lka_patterns *patterns)
{
    lka_free(patterns->recency);
    lka_free(patterns->age);
    lka_free(patterns->weight);
    lka_free(patterns->groups);
    *patterns = (struct lka_patterns){0};
}
