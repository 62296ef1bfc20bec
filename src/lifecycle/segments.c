#include "lifecycle/segments.h"

const char *const lka_segment_names[LKA_SEGMENTS] = {
#define X(name, text) text,
    LKA_SEGMENTS_X(X)
#undef X
};
const char *const lka_basis_names[LKA_BASES] = {
#define X(name, text) text,
    LKA_BASES_X(X)
#undef X
};

static bool is_within(const struct lka_segment_rules *rules, int32_t day, struct lka_period period)
{
    return rules->as_of < lka_period_after(day, period);
}

static enum lka_segment segment_of(const struct lka_segment_rules *rules, const struct lka_profile *profile)
{
    if (!profile->engaged) {
        return LKA_SEGMENT_NEVER;
    }
    return is_within(rules, profile->touch_day, rules->active)    ? LKA_SEGMENT_ACTIVE
           : is_within(rules, profile->touch_day, rules->lapsing) ? LKA_SEGMENT_LAPSING
           : is_within(rules, profile->touch_day, rules->at_risk) ? LKA_SEGMENT_AT_RISK
                                                                  : LKA_SEGMENT_TO_DELETE;
}

static enum lka_basis basis_of(const struct lka_profile *profile, int32_t signed_up, int32_t *day)
{
    bool later_sign_up = signed_up != LKA_NO_DAY && signed_up > profile->touch_day;
    if (profile->hidden && profile->open_day != LKA_NO_DAY && profile->open_day > profile->touch_day) {
        *day = profile->open_day;
        return LKA_BASIS_OPEN;
    }
    if (profile->touch_day != LKA_NO_DAY && !later_sign_up) {
        *day = profile->touch_day;
        return LKA_BASIS_TOUCH;
    }
    *day = later_sign_up ? signed_up : profile->first_day;
    return later_sign_up ? LKA_BASIS_SIGNED_UP : *day != LKA_NO_DAY ? LKA_BASIS_FIRST_EVENT : LKA_BASIS_UNKNOWN;
}

static enum lka_due due_of(const struct lka_segment_rules *rules, int32_t delete_on)
{
    if (delete_on == LKA_NO_DAY) {
        return LKA_DUE_NOT;
    }
    return delete_on <= rules->as_of                                             ? LKA_DUE_NOW
           : (int64_t)delete_on <= lka_period_after(rules->as_of, rules->notice) ? LKA_DUE_SOON
                                                                                 : LKA_DUE_NOT;
}

struct lka_standing lka_standing_of(const struct lka_segment_rules *rules, const struct lka_profile *profile,
                                    int32_t signed_up)
{
    struct lka_standing standing = {.delete_on = LKA_NO_DAY, .segment = (uint8_t)segment_of(rules, profile)};
    int32_t day = LKA_NO_DAY;
    enum lka_basis basis = basis_of(profile, signed_up, &day);
    if (basis != LKA_BASIS_UNKNOWN) {
        standing.delete_on = (int32_t)lka_period_after(day, rules->retention);
        standing.due = (uint8_t)due_of(rules, standing.delete_on);
    }
    if (standing.due != LKA_DUE_NOT && profile->hidden && !profile->other_touch) {
        basis = LKA_BASIS_HELD;
        standing.delete_on = LKA_NO_DAY;
        standing.due = LKA_DUE_NOT;
    }
    bool spared = profile->hidden && standing.due != LKA_DUE_NOW;
    if (standing.segment == LKA_SEGMENT_TO_DELETE && spared) {
        standing.segment = LKA_SEGMENT_AT_RISK;
    }
    standing.basis = (uint8_t)basis;
    return standing;
}
