#include "lifecycle/profile_maker.h"

#include "base/elementary.h"
#include "base/error.h"

enum { DAY = 86400 };

const int lka_window_days[LKA_WINDOWS] = {30, 90, 180, 365, 0};
const char *const lka_window_names[LKA_WINDOWS] = {"30d", "90d", "180d", "365d", "ever"};

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

void lka_profile_clear(struct lka_profile_maker *maker)
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

/* ---- counts -----------------------------------------------------------------------------------
 * Signals come in the order of time, so that each type over each channel needs only to be counted by the shortest window
 * that it is in, and its last one remembered; the rest follows at the end. */

static size_t place_of(struct lka_profile_maker *maker, const struct lka_signal *signal)
{
    uint16_t *place = &maker->count_of[signal->type * LKA_CHANNELS_MAX + signal->channel];
    if (*place == 0) {
        size_t next = maker->profile.count_count++;
        maker->counts[next] = (struct lka_count){.type = signal->type, .channel = signal->channel};
        maker->lasts[next] = (struct lka_lasts){-1, -1};
        *place = (uint16_t)(next + 1);
    }
    return *place - 1U;
}

/* An open of a mail that a proxy opens: whoever it was. */
static bool is_hidden(const struct lka_signals *signals, const struct lka_signal *signal)
{
    return signal->type == LKA_SIGNAL_OPEN && signal->sent >= 0 && signals->items[signal->sent].proxied;
}

static void count(struct lka_profile_maker *maker, const struct lka_signals *signals, size_t index, size_t window)
{
    const struct lka_signal *signal = &signals->items[index];
    size_t place = place_of(maker, signal);
    bool hidden = signals->proxied && is_hidden(signals, signal);
    maker->counts[place].within[window]++;
    maker->lasts[place].any = (int32_t)index;
    maker->lasts[place].touch = hidden ? maker->lasts[place].touch : (int32_t)index;
    if (signal->reason != LKA_NO_LABEL) {
        maker->profile.reason = signal->reason;
        maker->profile.reason_day = day_of(signal->time);
    }
}

static void count_all(struct lka_profile_maker *maker, const struct lka_signals *signals)
{
    size_t window = LKA_WINDOWS - 1; /* the shortest that the signal is in */
    for (size_t i = 0; i < signals->count; i++) {
        const struct lka_signal *signal = &signals->items[i];
        while (window > 0 && signal->time >= maker->window_starts[window - 1]) {
            window--;
        }
        if (signal->machine == LKA_MACHINE_NOT) {
            count(maker, signals, i, window);
        } else {
            maker->profile.machine_events++;
        }
        if (signal->type == LKA_SIGNAL_REGISTER && maker->first_register < 0) {
            maker->first_register = (int32_t)i;
        }
    }
}

/* ---- touches ---------------------------------------------------------------------------------- */

static void touch(struct lka_profile_maker *maker, const struct lka_signals *signals, int32_t index)
{
    struct lka_profile *profile = &maker->profile;
    const struct lka_signal *signal = &signals->items[index];
    struct lka_touch made = {day_of(signal->time), signal->about};
    if (index > maker->touched[signal->channel]) {
        maker->touched[signal->channel] = index;
        profile->touches[signal->channel] = made;
    }
    if (index > maker->last_touch) {
        maker->last_touch = index;
        profile->touch_day = made.day;
        profile->touch_type = signal->type;
        profile->touch_channel = signal->channel;
        profile->touch_about = signal->about;
    }
    profile->other_touch = profile->other_touch || signal->type != LKA_SIGNAL_OPEN;
}

/* Signing up is no engagement after it, whatever else happens on that day is. Where its day is not known, it is the
 * first registration. */
static bool is_engaged(const struct lka_profile_maker *maker, const struct lka_signals *signals, int32_t last,
                       int32_t signed_up)
{
    const struct lka_signal *signal = &signals->items[last];
    bool registers = signal->type == LKA_SIGNAL_REGISTER;
    if (signed_up == LKA_NO_DAY) {
        return !registers || last != maker->first_register;
    }
    int32_t day = day_of(signal->time);
    return registers ? day > signed_up : day >= signed_up;
}

/* Of each type over each channel the last touch is the one that counts: the days of the others are no later. */
static void settle_touches(struct lka_profile_maker *maker, const struct lka_signals *signals, int32_t signed_up)
{
    struct lka_profile *profile = &maker->profile;
    maker->last_touch = -1;
    memset(maker->touched, 0xff, sizeof maker->touched);
    for (size_t i = 0; i < profile->count_count; i++) {
        uint16_t type = maker->counts[i].type;
        int32_t last = maker->lasts[i].touch;
        if (!(maker->rules.touches >> type & 1)) {
            continue;
        }
        if (type == LKA_SIGNAL_OPEN && maker->counts[i].day > profile->open_day) {
            profile->open_day = maker->counts[i].day;
        }
        if (last >= 0) {
            touch(maker, signals, last);
            profile->engaged = profile->engaged || is_engaged(maker, signals, last, signed_up);
        }
    }
}

static void settle_counts(struct lka_profile_maker *maker, const struct lka_signals *signals)
{
    for (size_t i = 0; i < maker->profile.count_count; i++) {
        struct lka_count *counted = &maker->counts[i];
        counted->day = day_of(signals->items[maker->lasts[i].any].time);
        for (size_t w = 1; w < LKA_WINDOWS; w++) {
            counted->within[w] += counted->within[w - 1];
        }
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

static void add_interests(struct lka_profile_maker *maker, const struct lka_signals *signals, bool hidden)
{
    for (size_t i = 0; i < signals->count; i++) {
        const struct lka_signal *signal = &signals->items[i];
        bool sent = signal->type == LKA_SIGNAL_SEND && !signal->bounced;
        if (signal->topic != LKA_NO_LABEL && (sent || is_loose_answer(signal, hidden))) {
            add_interest(maker, signals, signal, hidden);
        }
    }
}

const struct lka_profile *lka_profile_make(struct lka_profile_maker *maker, struct lka_signals *signals, bool hidden,
                                           int32_t signed_up)
{
    struct lka_profile *profile = &maker->profile;
    lka_profile_clear(maker);
    maker->first_register = -1;
    profile->hidden = hidden;
    profile->first_day = signals->count > 0 ? day_of(signals->items[0].time) : LKA_NO_DAY;
    count_all(maker, signals);
    settle_counts(maker, signals);
    settle_touches(maker, signals, signed_up);
    if (signals->traits.topics > 0) {
        add_interests(maker, signals, hidden);
    }
    return profile;
}
