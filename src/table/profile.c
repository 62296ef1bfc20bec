#include "table/profile.h"

#include "base/date.h"
#include "base/error.h"
#include "base/hash.h"

enum { PAIR_COUNT = 5 };

struct lka_profile {
    struct lka_profile_facts facts;
    uint64_t pairs[PAIR_COUNT]; /* values by the pair of boolean words that they belong to */
    uint64_t leading_zeros;
    uint64_t *seen; /* hashes of the values met; open addressing, at most half full; 0 is free */
    size_t seen_slots;
};

/* ---- types of one value ----------------------------------------------------------------------- */

/* Which pair of words a value belongs to, or -1. */
static int boolean_pair(struct lka_span text, bool *yes)
{
    static const struct {
        struct lka_span yes;
        struct lka_span no;
    } pairs[PAIR_COUNT] = {
        {{"1", 1}, {"0", 1}}, {{"true", 4}, {"false", 5}}, {{"yes", 3}, {"no", 2}},
        {{"y", 1}, {"n", 1}}, {{"t", 1}, {"f", 1}},
    };
    for (int i = 0; i < PAIR_COUNT && text.length <= 5; i++) {
        if (lka_span_equal_ignoring_case(text, pairs[i].yes) || lka_span_equal_ignoring_case(text, pairs[i].no)) {
            *yes = lka_span_equal_ignoring_case(text, pairs[i].yes);
            return i;
        }
    }
    return -1;
}

bool lka_parse_boolean(struct lka_span text, bool *yes)
{
    return boolean_pair(text, yes) >= 0;
}

static bool all_digits(struct lka_span text)
{
    for (uint32_t i = 0; i < text.length; i++) {
        if (text.text[i] < '0' || text.text[i] > '9') {
            return false;
        }
    }
    return text.length > 0;
}

static struct lka_span without_sign(struct lka_span text)
{
    bool has_sign = text.length > 0 && (text.text[0] == '-' || text.text[0] == '+');
    return (struct lka_span){text.text + has_sign, text.length - has_sign};
}

bool lka_type_fits(enum lka_type type, struct lka_span value)
{
    double number;
    int64_t seconds;
    bool yes;
    if (value.length == 0) {
        return true;
    }
    switch (type) {
    case LKA_TYPE_NUMBER:
        return lka_parse_number(value, &number);
    case LKA_TYPE_DATE:
        return lka_parse_time(value, &seconds);
    case LKA_TYPE_BOOLEAN:
        return lka_parse_boolean(value, &yes);
    default:
        return true;
    }
}

lka_status lka_type_fail(struct lka_error *error, const struct lka_rows *rows, size_t cell, size_t row,
                         const char *name, enum lka_type type, bool masked)
{
    static const char *const allowed[LKA_TYPE_COUNT] = {
        [LKA_TYPE_NUMBER] = "a decimal number such as 12, -0.5 or 1e3",
        [LKA_TYPE_DATE] = "an ISO 8601 date or time such as 2024-02-29 or 2024-02-29T13:05:00Z",
        [LKA_TYPE_BOOLEAN] = "true or false, yes or no, y or n, t or f, 1 or 0",
    };
    char shown_name[64];
    char shown[64];
    return lka_fail_at(error, LKA_DATA, lka_row_origin(rows, row).file, rows->lines[row],
                       rows->fields ? rows->fields[cell] : 0, "column %s: %s is no %s; allowed: %s",
                       lka_show(lka_span_of(name), false, shown_name),
                       lka_show(lka_cell(rows, cell, row), masked, shown), lka_type_name(type),
                       allowed[type] ? allowed[type] : "anything");
}

/* ---- a column --------------------------------------------------------------------------------- */

lka_status lka_profile_new(struct lka_profile **profile, struct lka_error *error)
{
    return LKA_NEW(*profile, 1, error);
}

void lka_profile_free(struct lka_profile *profile)
{
    if (profile) {
        lka_free(profile->seen);
        lka_free(profile);
    }
}

static size_t slot_of(const struct lka_profile *profile, uint64_t hash)
{
    size_t mask = profile->seen_slots - 1;
    size_t slot = hash & mask;
    while (profile->seen[slot] && profile->seen[slot] != hash) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

static lka_status make_room(struct lka_profile *profile, struct lka_error *error)
{
    if (profile->facts.distinct * 2 < profile->seen_slots) {
        return LKA_OK;
    }
    uint64_t *old = profile->seen;
    size_t old_slots = profile->seen_slots;
    size_t wanted = old_slots ? old_slots * 2 : 32;
    uint64_t *grown;
    LKA_TRY(LKA_NEW(grown, wanted, error));
    profile->seen = grown;
    profile->seen_slots = wanted;
    for (size_t i = 0; i < old_slots; i++) {
        if (old[i]) {
            grown[slot_of(profile, old[i])] = old[i];
        }
    }
    lka_free(old);
    return LKA_OK;
}

static lka_status count_distinct(struct lka_profile *profile, struct lka_span value, struct lka_error *error)
{
    if (profile->facts.distinct > LKA_PROFILE_DISTINCT) {
        return LKA_OK;
    }
    LKA_TRY(make_room(profile, error));
    uint64_t hash = lka_hash(0, value);
    hash += hash == 0;
    size_t slot = slot_of(profile, hash);
    profile->facts.distinct += profile->seen[slot] == 0;
    profile->seen[slot] = hash;
    return LKA_OK;
}

static void count_number(struct lka_profile *profile, struct lka_span value)
{
    struct lka_profile_facts *facts = &profile->facts;
    double number;
    if (!lka_parse_number(value, &number)) {
        return;
    }
    struct lka_span digits = without_sign(value);
    facts->minimum = facts->numbers == 0 || number < facts->minimum ? number : facts->minimum;
    facts->maximum = facts->numbers == 0 || number > facts->maximum ? number : facts->maximum;
    facts->numbers++;
    facts->integers += all_digits(digits);
    profile->leading_zeros += digits.length > 1 && digits.text[0] == '0' && all_digits(digits);
}

static void count_date(struct lka_profile_facts *facts, struct lka_span value)
{
    int64_t seconds;
    if (!lka_parse_time(value, &seconds)) {
        return;
    }
    facts->earliest = facts->dates == 0 || seconds < facts->earliest ? seconds : facts->earliest;
    facts->latest = facts->dates == 0 || seconds > facts->latest ? seconds : facts->latest;
    facts->dates++;
}

lka_status lka_profile_add(struct lka_profile *profile, struct lka_span value, struct lka_error *error)
{
    struct lka_profile_facts *facts = &profile->facts;
    if (value.length == 0) {
        facts->missing++;
        return LKA_OK;
    }
    LKA_TRY(count_distinct(profile, value, error));
    facts->values++;
    facts->longest = value.length > facts->longest ? value.length : facts->longest;
    facts->lists += memchr(value.text, '|', value.length) != NULL;
    count_number(profile, value);
    count_date(facts, value);
    bool yes;
    int pair = boolean_pair(value, &yes);
    if (pair >= 0) {
        facts->booleans++;
        profile->pairs[pair]++;
    }
    return LKA_OK;
}

struct lka_profile_facts lka_profile_facts(const struct lka_profile *profile)
{
    return profile->facts;
}

enum lka_type lka_profile_type(const struct lka_profile *profile)
{
    const struct lka_profile_facts *facts = &profile->facts;
    if (facts->values == 0) {
        return LKA_TYPE_UNKNOWN;
    }
    for (int i = 0; i < PAIR_COUNT; i++) {
        if (profile->pairs[i] == facts->values) {
            return LKA_TYPE_BOOLEAN;
        }
    }
    if (facts->numbers == facts->values && profile->leading_zeros == 0) {
        return LKA_TYPE_NUMBER;
    }
    if (facts->dates == facts->values) {
        return LKA_TYPE_DATE;
    }
    return facts->lists > 0 ? LKA_TYPE_LIST : LKA_TYPE_CATEGORY;
}
