#include "lifecycle/profile.h"

#include "base/elementary.h"
#include "base/error.h"

enum { DAY = 86400 };

const int lka_window_days[LKA_WINDOWS] = {30, 90, 180, 365, 0};
const char *const lka_window_names[LKA_WINDOWS] = {"30d", "90d", "180d", "365d", "ever"};

enum { CELLS = LKA_TYPES_MAX * LKA_CHANNELS_MAX };

struct lka_profile_maker {
    struct lka_profile_rules rules;
    int64_t window_starts[LKA_WINDOWS]; /* seconds */
    struct lka_profile profile;
    struct lka_count counts[CELLS];
    uint16_t count_of[CELLS]; /* place in `counts` and 1; 0: none yet */
    struct lka_interest interests[LKA_TOPICS_MAX];
    uint16_t interest_of[LKA_TOPICS_MAX];
};

lka_status lka_profile_maker_new(const struct lka_profile_rules *rules, struct lka_profile_maker **maker,
                                 struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*maker, 1, error));
    (*maker)->rules = *rules;
    for (size_t w = 0; w < LKA_WINDOWS; w++) {
        (*maker)->window_starts[w] = lka_window_days[w] == 0 ? INT64_MIN
                                                             : rules->as_of - (int64_t)lka_window_days[w] * DAY;
    }
    return LKA_OK;
}

void lka_profile_maker_free(struct lka_profile_maker *maker)
{
    lka_free(maker);
}

static void clear(struct lka_profile_maker *maker)
{
    struct lka_profile *profile = &maker->profile;
    for (size_t i = 0; i < profile->count_count; i++) {
        maker->count_of[maker->counts[i].type * LKA_CHANNELS_MAX + maker->counts[i].channel] = 0;
    }
    for (size_t i = 0; i < profile->interest_count; i++) {
        maker->interest_of[maker->interests[i].topic] = 0;
    }
    *profile = (struct lka_profile){.first_day = LKA_NO_DAY,
                                    .touch_day = LKA_NO_DAY,
                                    .touch_about = LKA_NO_LABEL,
                                    .open_day = LKA_NO_DAY,
                                    .reason = LKA_NO_LABEL,
                                    .reason_day = LKA_NO_DAY,
                                    .counts = maker->counts,
                                    .interests = maker->interests};
    for (size_t c = 0; c < LKA_CHANNELS_MAX; c++) {
        profile->touches[c] = (struct lka_touch){LKA_NO_DAY, LKA_NO_LABEL};
    }
}

/* Times are of the years 1 to 9999, so that a number of days which is more than 1970 years makes them positive. */
static int32_t day_of(int64_t time)
{
    enum { BEFORE = 1000000 };
    return (int32_t)((uint64_t)(time + (int64_t)BEFORE * DAY) / DAY) - BEFORE;
}

/* ---- counts ----------------------------------------------------------------------------------- */

static void count(struct lka_profile_maker *maker, const struct lka_signal *signal)
{
    struct lka_profile *profile = &maker->profile;
    uint16_t *place = &maker->count_of[signal->type * LKA_CHANNELS_MAX + signal->channel];
    if (*place == 0) {
        maker->counts[profile->count_count++] = (struct lka_count){.type = signal->type, .channel = signal->channel};
        *place = (uint16_t)profile->count_count;
    }
    struct lka_count *counted = &maker->counts[*place - 1];
    counted->day = day_of(signal->time);
    for (size_t w = 0; w < LKA_WINDOWS; w++) {
        counted->within[w] += signal->time >= maker->window_starts[w];
    }
}

/* ---- touches ---------------------------------------------------------------------------------- */

/* An open of a mail that a proxy opens: whoever it was. */
static bool is_hidden(const struct lka_signals *signals, const struct lka_signal *signal)
{
    return signal->type == LKA_SIGNAL_OPEN && signal->sent >= 0 && signals->items[signal->sent].proxied;
}

/* Signing up is no engagement after it, whatever else happens on that day is. */
static bool is_engagement(const struct lka_signal *signal, int32_t signed_up, bool first_register)
{
    int32_t day = day_of(signal->time);
    bool is_sign_up = signal->type == LKA_SIGNAL_REGISTER && (day == signed_up || first_register);
    return (signed_up == LKA_NO_DAY || day >= signed_up) && !is_sign_up;
}

static void touch(struct lka_profile_maker *maker, const struct lka_signal *signal)
{
    struct lka_profile *profile = &maker->profile;
    int32_t day = day_of(signal->time);
    profile->touches[signal->channel] = (struct lka_touch){day, signal->about};
    profile->touch_day = day;
    profile->touch_type = signal->type;
    profile->touch_channel = signal->channel;
    profile->touch_about = signal->about;
    profile->other_touch = profile->other_touch || signal->type != LKA_SIGNAL_OPEN;
}

static void look_at(struct lka_profile_maker *maker, const struct lka_signals *signals, const struct lka_signal *signal,
                    int32_t signed_up, bool first_register)
{
    struct lka_profile *profile = &maker->profile;
    if (signal->machine != LKA_MACHINE_NOT) {
        profile->machine_events++;
        return;
    }
    count(maker, signal);
    if (signal->type == LKA_SIGNAL_SURVEY && signal->reason != LKA_NO_LABEL) {
        profile->reason = signal->reason;
        profile->reason_day = day_of(signal->time);
    }
    if (!(maker->rules.touches >> signal->type & 1)) {
        return;
    }
    if (signal->type == LKA_SIGNAL_OPEN) {
        profile->open_day = day_of(signal->time);
    }
    if (!is_hidden(signals, signal)) {
        touch(maker, signal);
        profile->engaged = profile->engaged || is_engagement(signal, signed_up, first_register);
    }
}

/* ---- interests -------------------------------------------------------------------------------- */

/* Did a person answer this mail? Of those whose opens are hidden only clicks count, for all mails alike. */
static bool is_answered(const struct lka_signals *signals, const struct lka_signal *send, bool hidden)
{
    for (int32_t i = send->next; i >= 0; i = signals->items[i].next) {
        const struct lka_signal *signal = &signals->items[i];
        bool counts = signal->type == LKA_SIGNAL_CLICK || (signal->type == LKA_SIGNAL_OPEN && !hidden);
        if (counts && signal->machine == LKA_MACHINE_NOT) {
            return true;
        }
    }
    return false;
}

/* Whether an answer whose send is not known stands for a mail of its own: an open, or a click where opens tell nothing.
 * A click in a mail follows its open. */
static bool is_loose_answer(const struct lka_signal *signal, bool hidden)
{
    bool click = signal->type == LKA_SIGNAL_CLICK && (hidden || signal->channel != LKA_OVER_EMAIL);
    bool open = signal->type == LKA_SIGNAL_OPEN && !hidden;
    return (click || open) && signal->sent < 0 && signal->machine == LKA_MACHINE_NOT;
}

static void add_interest(struct lka_profile_maker *maker, const struct lka_signals *signals,
                         const struct lka_signal *signal, bool hidden)
{
    struct lka_profile *profile = &maker->profile;
    uint16_t *place = &maker->interest_of[signal->topic];
    if (*place == 0) {
        maker->interests[profile->interest_count++] = (struct lka_interest){.topic = signal->topic};
        *place = (uint16_t)profile->interest_count;
    }
    struct lka_interest *interest = &maker->interests[*place - 1];
    double age = (double)(maker->rules.as_of - signal->time) / DAY;
    float weight = (float)lka_exp(-0.69314718055994531 * age / maker->rules.half_life);
    bool sent = signal->type == LKA_SIGNAL_SEND;
    bool answered = !sent || is_answered(signals, signal, hidden);
    profile->answer_weight = answered && weight > profile->answer_weight ? weight : profile->answer_weight;
    profile->answer_squares += answered ? weight * weight : 0;
    if (!sent) {
        interest->loose += weight;
        return;
    }
    interest->sent += weight;
    interest->squares += weight * weight;
    interest->answered += answered ? weight : 0;
}

const struct lka_profile *lka_profile_make(struct lka_profile_maker *maker, struct lka_signals *signals, bool hidden,
                                           int32_t signed_up)
{
    struct lka_profile *profile = &maker->profile;
    bool registered = signed_up != LKA_NO_DAY;
    clear(maker);
    profile->hidden = hidden;
    profile->first_day = signals->count > 0 ? day_of(signals->items[0].time) : LKA_NO_DAY;
    for (size_t i = 0; i < signals->count; i++) {
        const struct lka_signal *signal = &signals->items[i];
        look_at(maker, signals, signal, signed_up, !registered);
        registered = registered || signal->type == LKA_SIGNAL_REGISTER;
        bool sent = signal->type == LKA_SIGNAL_SEND && !signal->bounced;
        if (signal->topic != LKA_NO_LABEL && (sent || is_loose_answer(signal, hidden))) {
            add_interest(maker, signals, signal, hidden);
        }
    }
    return profile;
}

/* ---- packed: numbers of seven bits a byte ------------------------------------------------------ */

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
    clear(maker);
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
