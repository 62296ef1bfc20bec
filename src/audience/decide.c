/* Each person once, in the order of the ranking: the arm by a keyed hash, then a path, as far as the caps allow. */
#include "audience/stage.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>

const char *lka_arm_name(enum lka_arm arm)
{
    static const char *const names[LKA_ARMS] = {"", "treated", "holdout", "explore"};
    return names[arm];
}

const char *lka_reason_name(enum lka_reason reason)
{
    static const char *const names[] = {"kept",
                                        "held out",
                                        "duplicate",
                                        "beyond the expansion",
                                        "beyond the size",
                                        "tier full",
                                        "no identifier that a path takes",
                                        "no path with room",
                                        "beyond the budget"};
    return (int)reason < LKA_BARS ? lka_bar_name((enum lka_bar)reason) : names[reason - LKA_BARS];
}

lka_status lka_audience_each(struct lka_audience *audience, const char *step,
                             lka_status (*take)(struct lka_audience *audience, size_t row, size_t number,
                                                struct lka_error *error),
                             struct lka_error *error)
{
    struct lka_source *source = audience->table.source;
    size_t number = 0;
    do {
        LKA_TRY(lka_source_next(source, &audience->rows, error));
        for (size_t row = 0; row < audience->rows.count; row++) {
            LKA_TRY(take(audience, row, number++, error));
        }
        LKA_TRY(lka_source_step(source, step, lka_audience_session(audience), error));
    } while (audience->rows.count > 0);
    return LKA_OK;
}

/* ---- who may not be used ---------------------------------------------------------------------- */

static lka_status check_rank(struct lka_audience *audience, size_t row, struct lka_error *error)
{
    char shown[64];
    double rank = 0;
    struct lka_span cell = lka_cell(&audience->rows, audience->cells.rank, row);
    if (lka_parse_number(cell, &rank) && rank > audience->last_rank) {
        audience->last_rank = rank;
        return LKA_OK;
    }
    return lka_fail_at(error, LKA_DATA, audience->rows.file, audience->rows.lines[row], 0,
                       "rank %s is no number above that of the row before; allowed: a ranking as score writes it",
                       lka_show(cell, false, shown));
}

/* Everything by which the row's person is known: its own identifiers, and the name under which they entered before, by
 * which rows that have nothing in common may still be of one person. *known: they did enter. */
static lka_status find_keys(struct lka_audience *audience, size_t row, struct lka_known_key *keys, size_t *count,
                            struct lka_entrant *before, bool *known, struct lka_error *error)
{
    LKA_TRY(lka_audience_keys(audience, &audience->eligibility.person, &audience->rows, row, keys, count, error));
    LKA_TRY(lka_entrants_find(&audience->entrants, keys, *count, before, known, error));
    if (*known) {
        memcpy(keys[(*count)++].bytes, before->person, sizeof keys[0].bytes);
    }
    return LKA_OK;
}

/* Everything by which the person is met in another row bars that row, too. */
static lka_status look_at(struct lka_audience *audience, size_t row, size_t number, struct lka_error *error)
{
    struct lka_known_key keys[LKA_PERSON_FORMS + 1];
    struct lka_entrant before;
    size_t count;
    bool known;
    enum lka_bar bar;
    LKA_TRY(check_rank(audience, row, error));
    LKA_TRY(lka_eligibility_of(&audience->eligibility, &audience->rows, row, &bar, error));
    LKA_TRY(lka_verdicts_mark(&audience->verdicts, (uint8_t)bar, error));
    LKA_TRY(find_keys(audience, row, keys, &count, &before, &known, error));
    return lka_shared_add(&audience->shared, keys, count, (uint32_t)number, (uint8_t)bar, error);
}

lka_status lka_audience_look(struct lka_audience *audience, struct lka_error *error)
{
    LKA_TRY(lka_shared_init(&audience->shared, audience->options->temporary, error));
    LKA_TRY(lka_audience_each(audience, "look", look_at, error));
    LKA_TRY(lka_shared_find(&audience->shared, error));
    lka_source_digest(audience->table.source, audience->ranked_digest);
    return lka_source_rewind(audience->table.source, error);
}

/* ---- arms ------------------------------------------------------------------------------------- */

static bool explores(const struct lka_audience *audience, size_t row)
{
    ptrdiff_t source = audience->cells.source;
    return source != LKA_NO_COLUMN &&
           lka_span_equal(lka_cell(&audience->rows, (size_t)source, row), LKA_SPAN("explore"));
}

static double explore_probability(const struct lka_audience *audience, size_t row)
{
    double probability = 1;
    ptrdiff_t cell = audience->cells.explore_probability;
    bool known = cell != LKA_NO_COLUMN &&
                 lka_parse_number(lka_cell(&audience->rows, (size_t)cell, row), &probability) && probability > 0;
    return known ? probability : 1;
}

static lka_status choose_arm(struct lka_audience *audience, size_t row, const struct lka_entrant *before, bool known,
                             struct lka_verdict *verdict, struct lka_error *error)
{
    double drawn = 0;
    bool held = known && before->holdout;
    double probability = known ? before->probability : 0;
    if (!known) {
        LKA_TRY(lka_audience_draw(audience, "holdout", verdict->person, &drawn, error));
        held = drawn < audience->holdout;
        probability = held ? audience->holdout : 1 - audience->holdout;
    }
    verdict->entry_probability = probability;
    verdict->probability = probability;
    verdict->arm = held ? LKA_ARM_HOLDOUT : LKA_ARM_TREATED;
    if (!held && explores(audience, row)) {
        verdict->arm = LKA_ARM_EXPLORE;
        verdict->probability = probability * explore_probability(audience, row);
    }
    return LKA_OK;
}

/* ---- caps ------------------------------------------------------------------------------------- */

static const int tiers[LKA_AUDIENCE_TIERS] = {1, 2, 5, 10, 100};

static size_t tier_of(const struct lka_audience *audience, size_t row)
{
    double tier = 100;
    if (audience->cells.tier != LKA_NO_COLUMN) {
        lka_parse_number(lka_cell(&audience->rows, (size_t)audience->cells.tier, row), &tier);
    }
    size_t at = 0;
    while (at + 1 < LKA_AUDIENCE_TIERS && tier > tiers[at]) {
        at++;
    }
    return at;
}

static int64_t cost_of(const struct lka_audience *audience, const struct lka_verdict *verdict)
{
    bool priced = verdict->path > 0 && verdict->path <= audience->paths.count;
    return priced ? audience->paths.items[verdict->path - 1].cost : 0;
}

/* Whoever is held out, and whoever explores, takes nobody's place. */
static enum lka_reason find_cap(const struct lka_audience *audience, size_t row, const struct lka_verdict *verdict)
{
    size_t tier = tier_of(audience, row);
    if (!explores(audience, row)) {
        if (tier > (size_t)audience->options->expansion) {
            return LKA_REASON_EXPANSION;
        }
        if (audience->treated_top >= audience->size) {
            return LKA_REASON_SIZE;
        }
        if (audience->tier_people[tier] >= audience->tier_caps[tier]) {
            return LKA_REASON_TIER;
        }
    }
    bool full = verdict->path == 0 || (verdict->path <= audience->paths.count && verdict->arm != LKA_ARM_HOLDOUT &&
                                       lka_audience_room(audience, verdict->path - 1u) == 0);
    if (audience->paths.count > 0 && full) {
        return verdict->path == 0 && !lka_audience_has_path(audience, row) ? LKA_REASON_NO_PATH : LKA_REASON_PATHS;
    }
    double limit = audience->options->budget * 1e6;
    bool dear = (double)audience->spent + (double)cost_of(audience, verdict) > limit;
    return lka_options_given(audience->all, "budget") && dear ? LKA_REASON_BUDGET : LKA_REASON_KEPT;
}

static void count_in(struct lka_audience *audience, size_t row, const struct lka_verdict *verdict)
{
    audience->entered += verdict->enters;
    if (verdict->arm == LKA_ARM_HOLDOUT) {
        return;
    }
    audience->spent += cost_of(audience, verdict);
    audience->path_people[verdict->path]++;
    audience->reachable += verdict->reaches;
    if (verdict->arm == LKA_ARM_TREATED) {
        audience->treated_top++;
        audience->tier_people[tier_of(audience, row)]++;
    }
}

/* ---- a row ------------------------------------------------------------------------------------ */

static bool reaches(const struct lka_audience *audience, size_t row)
{
    const struct lka_person_columns *person = &audience->eligibility.person;
    uint32_t types = audience->eligibility.platform ? audience->eligibility.platform->id_types : UINT32_MAX;
    for (size_t i = 0; i < person->count; i++) {
        if (types & (1u << person->items[i].type) && lka_cell(&audience->rows, person->items[i].cell, row).length > 0) {
            return true;
        }
    }
    return !audience->eligibility.platform;
}

static lka_status repeat(struct lka_audience *audience, size_t best_row, struct lka_verdict *verdict,
                         struct lka_error *error)
{
    struct lka_verdict best;
    LKA_TRY(lka_verdicts_get(&audience->verdicts, best_row, &best, error));
    verdict->reason = LKA_REASON_DUPLICATE;
    verdict->linked = best.arm != LKA_ARM_NONE || best.linked;
    memcpy(verdict->person, best.person, sizeof verdict->person);
    memcpy(verdict->first_entry, best.first_entry, sizeof verdict->first_entry);
    return LKA_OK;
}

/* By the row's own bar, by that of the same person's other row, as a repetition. */
static lka_status find_bar(struct lka_audience *audience, const size_t *places, size_t count,
                           struct lka_verdict *verdict, struct lka_error *error)
{
    for (size_t i = 0; i < count && verdict->reason == LKA_BAR_NONE; i++) {
        verdict->reason = audience->shared.bars[places[i]];
    }
    for (size_t i = 0; i < count && verdict->reason == LKA_BAR_NONE; i++) {
        uint32_t met = audience->shared.first_rows[places[i]];
        LKA_TRY(met != LKA_NO_NUMBER ? repeat(audience, met, verdict, error) : LKA_OK);
    }
    return LKA_OK;
}

static void note_met(struct lka_audience *audience, const size_t *places, size_t count, size_t number)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t *first = &audience->shared.first_rows[places[i]];
        *first = *first == LKA_NO_NUMBER ? (uint32_t)number : *first;
    }
}

/* The keys that another row has, too. */
static size_t find_places(const struct lka_audience *audience, const struct lka_known_key *keys, size_t count,
                          size_t *places)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        places[found] = lka_shared_place(&audience->shared, &keys[i]);
        found += places[found] != SIZE_MAX;
    }
    return found;
}

static lka_status place(struct lka_audience *audience, size_t row, const struct lka_entrant *before, bool known,
                        struct lka_verdict *verdict, struct lka_error *error)
{
    LKA_TRY(choose_arm(audience, row, before, known, verdict, error));
    LKA_TRY(lka_audience_choose_path(audience, row, before, known, verdict, error));
    verdict->reaches = reaches(audience, row);
    verdict->reason = (uint8_t)find_cap(audience, row, verdict);
    if (verdict->reason != LKA_REASON_KEPT) {
        verdict->arm = LKA_ARM_NONE;
        verdict->path = 0;
        return LKA_OK;
    }
    verdict->reason = verdict->arm == LKA_ARM_HOLDOUT ? LKA_REASON_HELD_OUT : LKA_REASON_KEPT;
    verdict->enters = !known;
    snprintf(verdict->first_entry, sizeof verdict->first_entry, "%s", known ? before->first_entry : audience->day);
    count_in(audience, row, verdict);
    return LKA_OK;
}

static lka_status decide_row(struct lka_audience *audience, size_t row, size_t number, struct lka_error *error)
{
    struct lka_known_key keys[LKA_PERSON_FORMS + 1];
    size_t places[LKA_PERSON_FORMS + 1];
    struct lka_entrant before = {0};
    size_t count;
    bool known = false;
    struct lka_verdict verdict = {.reason = audience->verdicts.marks[number].reason};
    LKA_TRY(find_keys(audience, row, keys, &count, &before, &known, error));
    LKA_TRY(lka_audience_person(audience, &audience->eligibility.person, &audience->rows, row, verdict.person, error));
    if (known) {
        memcpy(verdict.person, before.person, sizeof verdict.person);
        snprintf(verdict.first_entry, sizeof verdict.first_entry, "%s", before.first_entry);
    }
    count = find_places(audience, keys, count, places);
    LKA_TRY(find_bar(audience, places, count, &verdict, error));
    note_met(audience, places, count, number);
    if (verdict.reason == LKA_BAR_NONE) {
        LKA_TRY(place(audience, row, &before, known, &verdict, error));
    }
    audience->arms[verdict.arm]++;
    audience->reasons[verdict.reason]++;
    return lka_verdicts_put(&audience->verdicts, &verdict, error);
}

lka_status lka_audience_decide(struct lka_audience *audience, struct lka_error *error)
{
    audience->size = lka_amount_of(audience->options->size, audience->verdicts.count);
    LKA_TRY(lka_audience_each(audience, "decide", decide_row, error));
    return lka_source_rewind(audience->table.source, error);
}
