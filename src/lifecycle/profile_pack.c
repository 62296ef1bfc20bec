/* A profile packed: numbers of seven bits a byte. */
#include "lifecycle/profile_maker.h"

enum {
    NUMBER_MOST = 10,
    NUMBERS = 16 + 3 * LKA_CHANNELS_MAX, /* of a profile without counts and interests */
    NUMBERS_OF_COUNT = 3 + LKA_WINDOWS,
    INTEREST_MOST = NUMBER_MOST + 3 * sizeof(float)
};

/* The most that the packed profile takes. */
static size_t bound_of(const struct lka_profile *profile)
{
    return NUMBER_MOST * (NUMBERS + NUMBERS_OF_COUNT * profile->count_count) + INTEREST_MOST * profile->interest_count;
}

static inline char *put(char *at, uint64_t number)
{
    for (; number >= 128; number >>= 7) {
        *at++ = (char)((number & 127) | 128);
    }
    *at++ = (char)number;
    return at;
}

/* Days before the as-of date and 1, since all are; 0 is none. */
static inline char *put_day(char *at, int32_t day, int32_t as_of_day)
{
    return put(at, day == LKA_NO_DAY ? 0 : (uint64_t)((int64_t)as_of_day - day) + 1);
}

static char *put_float(char *at, float number)
{
    memcpy(at, &number, sizeof number);
    return at + sizeof number;
}

static char *pack_counts(const struct lka_profile *profile, int32_t as_of_day, char *at)
{
    at = put(at, profile->count_count);
    for (size_t i = 0; i < profile->count_count; i++) {
        const struct lka_count *counted = &profile->counts[i];
        at = put(at, counted->type);
        at = put(at, counted->channel);
        at = put_day(at, counted->day, as_of_day);
        for (size_t w = 0; w < LKA_WINDOWS; w++) {
            at = put(at, counted->within[w]);
        }
    }
    return at;
}

static char *pack_touches(const struct lka_profile *profile, int32_t as_of_day, bool whole, char *at)
{
    at = put_day(at, profile->first_day, as_of_day);
    at = put_day(at, profile->touch_day, as_of_day);
    at = put(at, profile->touch_type);
    at = put(at, profile->touch_channel);
    at = put(at, profile->touch_about);
    at = put_day(at, profile->open_day, as_of_day);
    at = put(at, (uint64_t)profile->hidden | (uint64_t)profile->other_touch << 1 | (uint64_t)profile->engaged << 2 |
                     (uint64_t)whole << 3);
    for (size_t c = 0; c < LKA_CHANNELS_MAX; c++) {
        if (profile->touches[c].day != LKA_NO_DAY) {
            at = put(at, c + 1);
            at = put_day(at, profile->touches[c].day, as_of_day);
            at = put(at, profile->touches[c].about);
        }
    }
    return put(at, 0);
}

static char *pack_whole(const struct lka_profile *profile, int32_t as_of_day, char *at)
{
    at = put(at, profile->reason);
    at = put_day(at, profile->reason_day, as_of_day);
    at = put(at, profile->machine_events);
    at = pack_counts(profile, as_of_day, at);
    at = put_float(at, profile->answer_weight);
    at = put(at, profile->interest_count);
    for (size_t i = 0; i < profile->interest_count; i++) {
        at = put(at, profile->interests[i].topic);
        at = put_float(at, profile->interests[i].sent);
        at = put_float(at, profile->interests[i].answered);
        at = put_float(at, profile->interests[i].loose);
    }
    return at;
}

void lka_profile_pack(const struct lka_profile *profile, int32_t as_of_day, bool whole, struct lka_text *bytes)
{
    lka_text_clear(bytes);
    if (!lka_text_room(bytes, bound_of(profile))) {
        return;
    }
    char *at = pack_touches(profile, as_of_day, whole, bytes->bytes);
    at = whole ? pack_whole(profile, as_of_day, at) : at;
    bytes->length = (size_t)(at - bytes->bytes);
}

static uint64_t get(const unsigned char **at)
{
    uint64_t number = 0;
    unsigned shift = 0;
    for (; **at & 128; shift += 7) {
        number |= (uint64_t)(*(*at)++ & 127) << shift;
    }
    return number | (uint64_t) * (*at)++ << shift;
}

static int32_t get_day(const unsigned char **at, int32_t as_of_day)
{
    uint64_t before = get(at);
    return before == 0 ? LKA_NO_DAY : (int32_t)((int64_t)as_of_day - (int64_t)(before - 1));
}

static float get_float(const unsigned char **at)
{
    float number;
    memcpy(&number, *at, sizeof number);
    *at += sizeof number;
    return number;
}

static void unpack_counts(struct lka_profile *profile, const unsigned char **at, int32_t as_of_day)
{
    profile->count_count = get(at);
    for (size_t i = 0; i < profile->count_count; i++) {
        struct lka_count *counted = &profile->counts[i];
        counted->type = (uint16_t)get(at);
        counted->channel = (uint16_t)get(at);
        counted->day = get_day(at, as_of_day);
        for (size_t w = 0; w < LKA_WINDOWS; w++) {
            counted->within[w] = (uint32_t)get(at);
        }
    }
}

static void unpack_whole(struct lka_profile *profile, const unsigned char **at, int32_t as_of_day)
{
    profile->reason = (uint16_t)get(at);
    profile->reason_day = get_day(at, as_of_day);
    profile->machine_events = (uint32_t)get(at);
    unpack_counts(profile, at, as_of_day);
    profile->answer_weight = get_float(at);
    profile->interest_count = get(at);
    for (size_t i = 0; i < profile->interest_count; i++) {
        profile->interests[i].topic = (uint16_t)get(at);
        profile->interests[i].sent = get_float(at);
        profile->interests[i].answered = get_float(at);
        profile->interests[i].loose = get_float(at);
    }
}

const struct lka_profile *lka_profile_unpack(struct lka_profile_maker *maker, const void *bytes, int32_t as_of_day)
{
    struct lka_profile *profile = &maker->profile;
    lka_profile_clear(maker);
    if (!bytes) {
        return profile; /* a contact without events */
    }
    const unsigned char *at = bytes;
    profile->first_day = get_day(&at, as_of_day);
    profile->touch_day = get_day(&at, as_of_day);
    profile->touch_type = (uint16_t)get(&at);
    profile->touch_channel = (uint16_t)get(&at);
    profile->touch_about = (uint16_t)get(&at);
    profile->open_day = get_day(&at, as_of_day);
    uint64_t flags = get(&at);
    profile->hidden = flags & 1;
    profile->other_touch = flags >> 1 & 1;
    profile->engaged = flags >> 2 & 1;
    for (uint64_t channel = get(&at); channel > 0; channel = get(&at)) {
        profile->touches[channel - 1].day = get_day(&at, as_of_day);
        profile->touches[channel - 1].about = (uint16_t)get(&at);
    }
    if (flags >> 3 & 1) {
        unpack_whole(profile, &at, as_of_day);
    }
    return profile;
}
