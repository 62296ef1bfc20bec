#include "campaign/aggregates.h"

#include "base/date.h"
#include "base/error.h"

#include <math.h>

/* Interests are not in crm.csv; a profile has them all the same. */
static const double half_life = 365;

lka_status lka_aggregates_init(struct lka_aggregates *aggregates, const struct lka_options *options,
                               struct lka_error *error)
{
    *aggregates = (struct lka_aggregates){.floor = (uint32_t)lka_options_integer(options, "floor")};
    LKA_TRY(lka_lexicon_init(&aggregates->vocabulary, error));
    LKA_TRY(lka_counting_read(options, &aggregates->vocabulary, &aggregates->agents, &aggregates->counting, error));
    aggregates->rules = (struct lka_profile_rules){.touches = aggregates->counting.touches, .half_life = half_life};
    return lka_profile_maker_new(&aggregates->rules, &aggregates->maker, error);
}

void lka_aggregates_release(struct lka_aggregates *aggregates)
{
    lka_profile_maker_free(aggregates->maker);
    lka_observed_release(&aggregates->observed);
    lka_signals_release(&aggregates->signals);
    lka_patterns_release(&aggregates->agents);
    lka_lexicon_release(&aggregates->vocabulary);
    lka_free(aggregates->counts);
    lka_text_release(&aggregates->packed);
    lka_arena_release(&aggregates->arena);
}

/* ---- folding ---------------------------------------------------------------------------------- */

static lka_status keep(struct lka_aggregates *aggregates, const void **packed, struct lka_error *error)
{
    void *bytes = aggregates->packed.failed ? NULL : lka_arena_take(&aggregates->arena, aggregates->packed.length);
    if (!bytes) {
        return lka_fail_memory(error, aggregates->packed.length);
    }
    memcpy(bytes, aggregates->packed.bytes, aggregates->packed.length);
    *packed = bytes;
    return LKA_OK;
}

/* A maker knows one as-of time, and each contact has its own. */
static lka_status pack(struct lka_aggregates *aggregates, int64_t moment, bool hidden, int32_t signed_up,
                       struct lka_error *error)
{
    struct lka_profile_maker *maker;
    struct lka_profile_rules rules = aggregates->rules;
    rules.as_of = moment;
    LKA_TRY(lka_profile_maker_new(&rules, &maker, error));
    const struct lka_profile *profile = lka_profile_make(maker, &aggregates->signals, hidden, signed_up);
    lka_observed_add(&aggregates->observed, &aggregates->vocabulary, profile);
    lka_profile_pack(profile, (int32_t)lka_day_of(moment), true, &aggregates->packed);
    lka_profile_maker_free(maker);
    return LKA_OK;
}

lka_status lka_aggregates_fold(struct lka_aggregates *aggregates, const struct lka_event_group *group, int64_t moment,
                               int32_t signed_up, const void **packed, struct lka_error *error)
{
    struct lka_event_group before = *group;
    before.count = 0;
    while (before.count < group->count && lka_moment_time(&group->moments[before.count]) < moment) {
        before.count++;
    }
    *packed = NULL;
    if (before.count == 0) {
        return LKA_OK;
    }
    LKA_TRY(lka_signals_read(&aggregates->signals, &aggregates->vocabulary, &aggregates->agents, &before, error));
    bool hidden = lka_machines_mark(&aggregates->counting.machines, &aggregates->signals);
    LKA_TRY(pack(aggregates, moment, hidden, signed_up, error));
    return keep(aggregates, packed, error);
}

lka_status lka_aggregates_settle(struct lka_aggregates *aggregates, struct lka_error *error)
{
    LKA_TRY(lka_observed_settle(&aggregates->observed, &aggregates->vocabulary, aggregates->floor, error));
    return LKA_NEW(aggregates->counts, aggregates->observed.column_count, error);
}

/* ---- columns ---------------------------------------------------------------------------------- */

static void add_name(const struct lka_aggregates *aggregates, struct lka_cell cell, const char *ending,
                     struct lka_text *header)
{
    lka_text_string(header, ",");
    lka_column_word(aggregates->vocabulary.types.items[cell.type], header);
    lka_text_string(header, "_");
    lka_column_word(aggregates->vocabulary.channels.items[cell.channel], header);
    lka_text_format(header, "_%s", ending);
}

void lka_aggregates_header(const struct lka_aggregates *aggregates, struct lka_text *header)
{
    const struct lka_observed *observed = &aggregates->observed;
    lka_text_string(header, ",ever_engaged,last_touch_days");
    for (size_t i = 0; i < observed->channel_count; i++) {
        lka_text_string(header, ",last_touch_");
        lka_column_word(aggregates->vocabulary.channels.items[observed->channels[i]], header);
        lka_text_string(header, "_days");
    }
    for (size_t i = 0; i < observed->column_count; i++) {
        for (size_t w = 0; w < LKA_WINDOWS; w++) {
            add_name(aggregates, observed->columns[i], lka_window_names[w], header);
        }
        add_name(aggregates, observed->columns[i], "recency_days", header);
    }
}

static void put_days(struct lka_page *page, int32_t day, int32_t as_of)
{
    lka_page_number(page, day == LKA_NO_DAY ? NAN : (double)as_of - day);
}

/* Channels that have no column of their own share one. */
static int32_t touched_on(const struct lka_aggregates *aggregates, const struct lka_profile *profile, uint16_t channel)
{
    int32_t latest = LKA_NO_DAY;
    for (size_t c = 0; c < aggregates->vocabulary.channels.count; c++) {
        bool here = aggregates->observed.shown_channel[c] == channel;
        latest = here && profile->touches[c].day > latest ? profile->touches[c].day : latest;
    }
    return latest;
}

static void gather(struct lka_aggregates *aggregates, const struct lka_profile *profile)
{
    const struct lka_observed *observed = &aggregates->observed;
    for (size_t i = 0; i < observed->column_count; i++) {
        aggregates->counts[i] = (struct lka_count){.day = LKA_NO_DAY};
    }
    for (size_t i = 0; i < profile->count_count; i++) {
        const struct lka_count *from = &profile->counts[i];
        struct lka_count *to = &aggregates->counts[observed->column_of[from->type][from->channel]];
        to->day = from->day > to->day ? from->day : to->day;
        for (size_t w = 0; w < LKA_WINDOWS; w++) {
            to->within[w] += from->within[w];
        }
    }
}

void lka_aggregates_put(struct lka_aggregates *aggregates, const void *packed, int64_t moment, struct lka_page *page)
{
    const struct lka_observed *observed = &aggregates->observed;
    int32_t as_of = (int32_t)lka_day_of(moment);
    const struct lka_profile *profile = lka_profile_unpack(aggregates->maker, packed, as_of);
    gather(aggregates, profile);
    lka_page_string(page, profile->engaged ? "yes" : "no");
    put_days(page, profile->touch_day, as_of);
    for (size_t i = 0; i < observed->channel_count; i++) {
        put_days(page, touched_on(aggregates, profile, observed->channels[i]), as_of);
    }
    for (size_t i = 0; i < observed->column_count; i++) {
        for (size_t w = 0; w < LKA_WINDOWS; w++) {
            lka_page_number(page, aggregates->counts[i].within[w]);
        }
        put_days(page, aggregates->counts[i].day, as_of);
    }
}
