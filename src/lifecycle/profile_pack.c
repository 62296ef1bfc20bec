/* A profile packed: numbers of seven bits a byte. */
#include "lifecycle/profile_maker.h"

static inline void put(struct lka_text *bytes, uint64_t number)
{
    char buffer[10];
    size_t length = 0;
    if (number < 128) {
        lka_text_append(bytes, &(char){(char)number}, 1);
        return;
    }
    for (; number >= 128; number >>= 7) {
        buffer[length++] = (char)((number & 127) | 128);
    }
    buffer[length++] = (char)number;
    lka_text_append(bytes, buffer, length);
}

/* Days before the as-of date and 1, since all are; 0 is none. */
static void put_day(struct lka_text *bytes, int32_t day, int32_t as_of_day)
{
    put(bytes, day == LKA_NO_DAY ? 0 : (uint64_t)((int64_t)as_of_day - day) + 1);
}

static void put_float(struct lka_text *bytes, float number)
{
    lka_text_append(bytes, (const char *)&number, sizeof number);
}

static void pack_counts(const struct lka_profile *profile, int32_t as_of_day, struct lka_text *bytes)
{
    put(bytes, profile->count_count);
    for (size_t i = 0; i < profile->count_count; i++) {
        const struct lka_count *counted = &profile->counts[i];
        put(bytes, counted->type);
        put(bytes, counted->channel);
        put_day(bytes, counted->day, as_of_day);
        for (size_t w = 0; w < LKA_WINDOWS; w++) {
            put(bytes, counted->within[w]);
        }
    }
}

void lka_profile_pack(const struct lka_profile *profile, int32_t as_of_day, bool whole, struct lka_text *bytes)
{
    lka_text_clear(bytes);
    put_day(bytes, profile->first_day, as_of_day);
    put_day(bytes, profile->touch_day, as_of_day);
    put(bytes, profile->touch_type);
    put(bytes, profile->touch_channel);
    put(bytes, profile->touch_about);
    put_day(bytes, profile->open_day, as_of_day);
    put(bytes, (uint64_t)profile->hidden | (uint64_t)profile->other_touch << 1 | (uint64_t)profile->engaged << 2 |
                   (uint64_t)whole << 3);
    for (size_t c = 0; c < LKA_CHANNELS_MAX; c++) {
        if (profile->touches[c].day != LKA_NO_DAY) {
            put(bytes, c + 1);
            put_day(bytes, profile->touches[c].day, as_of_day);
            put(bytes, profile->touches[c].about);
        }
    }
    put(bytes, 0);
    if (!whole) {
        return;
    }
    put(bytes, profile->reason);
    put_day(bytes, profile->reason_day, as_of_day);
    put(bytes, profile->machine_events);
    pack_counts(profile, as_of_day, bytes);
    put_float(bytes, profile->answer_weight);
    put(bytes, profile->interest_count);
    for (size_t i = 0; i < profile->interest_count; i++) {
        put(bytes, profile->interests[i].topic);
        put_float(bytes, profile->interests[i].sent);
        put_float(bytes, profile->interests[i].answered);
        put_float(bytes, profile->interests[i].loose);
    }
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
