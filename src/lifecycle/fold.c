#include "lifecycle/fold.h"

#include "base/error.h"

enum { STEP = 1024 };

struct folding {
    struct lka_lifecycle *stage;
    struct lka_signals signals;
    struct lka_text packed;
};

static void count_machines(struct lka_lifecycle *stage, const struct lka_signals *signals)
{
    if (!signals->suspected) {
        stage->counts.machines[LKA_MACHINE_NOT][LKA_KIND_NONE] += signals->count;
    }
    for (size_t i = 0; signals->suspected && i < signals->count; i++) {
        stage->counts.machines[signals->items[i].machine][signals->items[i].kind]++;
    }
    if (!stage->counts.first_event_known || signals->items[0].time < stage->counts.first_event) {
        stage->counts.first_event = signals->items[0].time;
        stage->counts.first_event_known = true;
    }
}

static lka_status add_surveys(struct lka_lifecycle *stage, const struct lka_signals *signals, struct lka_error *error)
{
    for (size_t i = 0; signals->traits.surveys > 0 && i < signals->count; i++) {
        if (signals->items[i].type == LKA_SIGNAL_SURVEY && signals->items[i].machine == LKA_MACHINE_NOT) {
            LKA_TRY(lka_surveys_add(&stage->surveys, &signals->items[i], error));
        }
    }
    return LKA_OK;
}

static lka_status keep(struct folding *folding, const struct lka_profile *profile, struct lka_member *member,
                       struct lka_error *error)
{
    struct lka_lifecycle *stage = folding->stage;
    lka_profile_pack(profile, stage->as_of_day, member->profiling == LKA_PROFILING_YES, &folding->packed);
    void *bytes = folding->packed.failed ? NULL : lka_arena_take(&stage->roster.profiles, folding->packed.length);
    if (!bytes) {
        return lka_fail_memory(error, folding->packed.length);
    }
    memcpy(bytes, folding->packed.bytes, folding->packed.length);
    member->profile = bytes;
    return LKA_OK;
}

static lka_status fold_contact(struct folding *folding, const struct lka_event_group *group, struct lka_member *member,
                               struct lka_error *error)
{
    struct lka_lifecycle *stage = folding->stage;
    LKA_TRY(lka_signals_read(&folding->signals, &stage->vocabulary, &stage->agents, group, error));
    bool hidden = lka_machines_mark(&stage->counting.machines, &folding->signals);
    const struct lka_profile *profile = lka_profile_make(stage->maker, &folding->signals, hidden, member->signed_up);
    count_machines(stage, &folding->signals);
    stage->counts.events += group->count;
    stage->counts.hidden += hidden;
    member->hidden = hidden;
    member->standing = lka_standing_of(&stage->segment_rules, profile, member->signed_up);
    if (member->profiling == LKA_PROFILING_YES) {
        lka_observed_add(&stage->observed, &stage->vocabulary, profile);
        lka_interests_add(stage->interests, profile);
        bool stated = profile->reason != LKA_NO_LABEL && stage->surveys.previous != INT64_MIN;
        if (stated && profile->reason_day >= (int32_t)(stage->surveys.previous / 86400)) {
            stage->new_reasons[profile->reason]++;
        }
        LKA_TRY(add_surveys(stage, &folding->signals, error));
    }
    return keep(folding, profile, member, error);
}

static lka_status fold_group(struct folding *folding, const struct lka_event_group *group, struct lka_error *error)
{
    struct lka_lifecycle *stage = folding->stage;
    uint32_t contact = lka_roster_find(&stage->roster, group->contact);
    if (contact == LKA_NOBODY) {
        stage->counts.strangers++;
        stage->counts.stranger_events += group->count;
        return LKA_OK;
    }
    struct lka_member *member = &stage->roster.items[contact];
    return member->erased ? LKA_OK : fold_contact(folding, group, member, error);
}

static lka_status fold_all(struct folding *folding, struct lka_error *error)
{
    struct lka_lifecycle *stage = folding->stage;
    uint64_t done = 0;
    for (struct lka_event_group group = {.count = 1}; group.count > 0;) {
        LKA_TRY(lka_events_next(stage->events, &group, error));
        if (group.count > 0) {
            LKA_TRY(fold_group(folding, &group, error));
        }
        if (done++ % STEP == 0) {
            LKA_TRY(lka_step(lka_lifecycle_session(stage), "fold", done, stage->roster.count, error));
        }
    }
    return LKA_OK;
}

/* Those without any event. */
static void settle_silent(struct lka_lifecycle *stage)
{
    for (size_t i = 0; i < stage->roster.count; i++) {
        struct lka_member *member = &stage->roster.items[i];
        member->later = member->later && !member->profile;
        stage->roster.later += member->later && !member->erased;
        if (!member->profile) {
            const struct lka_profile *profile = lka_profile_unpack(stage->maker, NULL, stage->as_of_day);
            member->standing = lka_standing_of(&stage->segment_rules, profile, member->signed_up);
        }
    }
}

static lka_status check_events(const struct lka_lifecycle *stage, struct lka_error *error)
{
    struct lka_events_counts counts = lka_events_counts(stage->events);
    if (stage->counts.events + stage->counts.stranger_events > 0 || counts.later == 0) {
        return LKA_OK;
    }
    return lka_fail(error, LKA_DATA, "--as-of %s is before all events: each of the %llu is on that day or later",
                    stage->as_of_text, (unsigned long long)counts.later);
}

lka_status lka_lifecycle_fold(struct lka_lifecycle *stage, struct lka_error *error)
{
    struct folding folding = {.stage = stage};
    lka_status status = fold_all(&folding, error);
    lka_signals_release(&folding.signals);
    lka_text_release(&folding.packed);
    LKA_TRY(status);
    LKA_TRY(check_events(stage, error));
    settle_silent(stage);
    lka_interests_fit(stage->interests);
    return lka_observed_settle(&stage->observed, &stage->vocabulary, (uint32_t)stage->options->floor, error);
}
