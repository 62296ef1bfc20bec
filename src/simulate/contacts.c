/* The lines of contacts.csv and events.csv, and of the truth about them. */
#include "simulate/row.h"
#include "simulate/tables.h"

#include "base/date.h"
#include "simulate/identity.h"

const char *const lka_true_segment_names[LKA_TRUE_SEGMENTS] = {"active", "lapsing", "at_risk", "to_delete",
                                                               "never_engaged"};

/* ---- contacts --------------------------------------------------------------------------------- */

void lka_crm_write_contact(const struct lka_crm_line *line)
{
    const struct lka_life *life = line->life;
    const struct lka_world *world = line->tables->setting->world;
    struct lka_text *file = &line->block->files[LKA_TABLE_CONTACTS];
    char *start = lka_wave_room(file, lka_row_room(world) + LKA_DIRT_ROOM + 80);
    if (!start) {
        return;
    }
    char *at = lka_row_write(world, &life->person, start);
    memcpy(start, line->id, LKA_ROW_ID_LENGTH); /* a duplicate is written as the person that it is */
    at[-1] = ',';
    /* One in a hundred is not known. */
    at = (life->mail_key >> 32) % 100 == 0 ? lka_put_text("", at) : lka_put_yes(life->left == INT64_MAX, at);
    at = lka_put_group(world, line->tables->group_key, &life->person, at);
    at[-1] = '\n';
    enum lka_dirt dirt = lka_dirt_of(&line->tables->contacts_dirt, life->index);
    if (dirt != LKA_DIRT_NONE) {
        line->counts->contacts_dirt[dirt]++;
        at = lka_dirt_apply(world, &line->tables->contacts_dirt, LKA_CRM, life->index, dirt, start, at);
    }
    lka_wave_end(file, at);
}

/* ---- events ----------------------------------------------------------------------------------- */

static char *spoil_event(const struct lka_crm_line *line, size_t place, char *start, char *end)
{
    static const struct lka_dirt_fields fields = {.text = 4, .number = 6, .date = 1};
    const struct lka_dirt_plan *plan = &line->tables->events_dirt;
    uint64_t index = line->life->index * LKA_LIFE_EVENTS_MAX + place;
    enum lka_dirt dirt = lka_dirt_of(plan, index);
    if (dirt == LKA_DIRT_NONE) {
        return end;
    }
    line->counts->events_dirt[dirt]++;
    if (dirt == LKA_DIRT_DUPLICATE_ID) { /* the whole event once more */
        size_t length = (size_t)(end - start);
        memcpy(end, start, length);
        return end + length;
    }
    struct lka_random random = lka_dirt_stream(plan, index);
    return lka_dirt_spoil(&fields, &random, dirt, start, end);
}

void lka_crm_write_events(const struct lka_crm_line *line)
{
    const struct lka_life *life = line->life;
    const struct lka_life_world *setting = line->tables->setting;
    struct lka_text *file = &line->block->files[LKA_TABLE_EVENTS];
    struct lka_text *truth = &line->block->files[LKA_TABLE_TRUTH_EVENTS];
    bool dirty = line->tables->events_dirt.rate > 0;
    char *at = lka_wave_room(file, (life->event_count * (dirty ? 2 : 1) + 1) * LKA_EVENT_ROOM);
    char *of_truth = lka_wave_room(truth, life->event_count * (LKA_EVENT_ID_ROOM + 12) + 80);
    if (!at || !of_truth) {
        return;
    }
    for (size_t e = 0; e < life->event_count; e++) {
        const struct lka_event *event = &life->events[e];
        char *start = at;
        at = lka_event_write(setting->world, &setting->calendar, event, line->id, e, at);
        at = dirty ? spoil_event(line, e, start, at) : at;
        of_truth = lka_event_write_id(line->id, e, of_truth);
        *of_truth++ = ',';
        memcpy(of_truth, lka_maker_names[event->maker].text, 16);
        of_truth += lka_maker_names[event->maker].length;
        line->counts->makers[event->maker]++;
    }
    lka_wave_end(file, at);
    lka_wave_end(truth, of_truth);
}

/* ---- truth ------------------------------------------------------------------------------------ */

static char *put_other(uint64_t own, uint64_t other, char *at)
{
    if (other != own) {
        at = lka_row_write_id(LKA_CRM, other, at);
    }
    *at++ = ',';
    return at;
}

static char *put_machine(const struct lka_life *life, char *at)
{
    const struct lka_slot *name = &lka_maker_names[life->machine];
    if (life->machine == LKA_MAKER_HUMAN) {
        return lka_put_text("none", at);
    }
    memcpy(at, name->text, 16);
    at += name->length;
    at[-1] = ',';
    return at;
}

static void write_persona(const struct lka_crm_line *line)
{
    const struct lka_life *life = line->life;
    const struct lka_life_world *setting = line->tables->setting;
    struct lka_text *file = &line->block->files[LKA_TABLE_TRUTH_PERSONA];
    char *at = lka_wave_room(file, 256);
    if (!at) {
        return;
    }
    at = lka_put_id(line, at);
    at = lka_put_text(setting->world->personas[life->person.persona], at);
    at = put_machine(life, at);
    at = lka_put_yes(life->clicks, at);
    if (line->last_touch != INT64_MIN) {
        at = lka_event_write_time(&setting->calendar, line->last_touch, at);
    }
    *at++ = ',';
    at = lka_put_text(life->died != INT64_MAX ? "deceased" : life->invalid != INT64_MAX ? "invalid" : "none", at);
    at = lka_put_yes(life->elsewhere && life->died == INT64_MAX, at);
    at = put_other(life->index, life->duplicate_of, at);
    at = put_other(life->index, life->shares_with, at);
    at[-1] = '\n';
    lka_wave_end(file, at);
}

/* A row where a state begins; it lasts until the next row of the contact. */
static void write_states(const struct lka_crm_line *line)
{
    const struct lka_life *life = line->life;
    const struct lka_calendar *calendar = &line->tables->setting->calendar;
    struct lka_text *file = &line->block->files[LKA_TABLE_TRUTH_ENGAGEMENT];
    for (size_t month = life->first_month; month < calendar->month_count; month++) {
        if (month > life->first_month && life->states[month] == life->states[month - 1]) {
            continue;
        }
        char *at = lka_wave_room(file, 64);
        if (!at) {
            return;
        }
        at = lka_put_id(line, at);
        memcpy(at, calendar->days + (size_t)(calendar->month_day[month] - calendar->first_day) * LKA_DAY_TEXT, 7);
        at[7] = ',';
        at = lka_put_text(lka_state_names[life->states[month]], at + 8);
        at[-1] = '\n';
        lka_wave_end(file, at);
    }
}

static void write_value(const struct lka_crm_line *line)
{
    const struct lka_life *life = line->life;
    struct lka_text *file = &line->block->files[LKA_TABLE_TRUTH_VALUE];
    char *at = life->buyer ? lka_wave_room(file, 128) : NULL;
    if (!at) {
        return;
    }
    at = lka_put_id(line, at);
    at = lka_put_share(life->rate < 4000 ? life->rate : 4000, at);
    at = lka_put_share(life->dropout, at);
    at = lka_put_yes(life->buying, at);
    at = lka_write_digits((uint64_t)life->spend, at);
    *at++ = '.';
    at = lka_write_two((unsigned)((uint64_t)(life->spend * 100) % 100), at);
    *at++ = '\n';
    lka_wave_end(file, at);
}

void lka_crm_write_truth(const struct lka_crm_line *line)
{
    write_persona(line);
    write_states(line);
    write_value(line);
}

/* ---- a block ---------------------------------------------------------------------------------- */

static enum lka_true_segment segment_of(const struct lka_life_world *setting, int64_t last_touch)
{
    static const int64_t days[] = {180, 730, 1095};
    if (last_touch == INT64_MIN) {
        return LKA_SEGMENT_NEVER;
    }
    int64_t since = setting->calendar.as_of * 86400 - last_touch;
    return since <= days[0] * 86400   ? LKA_SEGMENT_ACTIVE
           : since <= days[1] * 86400 ? LKA_SEGMENT_LAPSING
           : since <= days[2] * 86400 ? LKA_SEGMENT_AT_RISK
                                      : LKA_SEGMENT_TO_DELETE;
}

void lka_crm_make(const void *context, uint64_t from, uint64_t to, struct lka_wave_block *block)
{
    const struct lka_crm_tables *tables = context;
    struct lka_crm_counts *counts = block->facts;
    struct lka_life life;
    struct lka_outcome outcome;
    for (uint64_t index = from; index < to; index++) {
        struct lka_crm_line line = {
            .tables = tables, .life = &life, .outcome = &outcome, .block = block, .counts = counts};
        lka_life_draw(tables->setting, index, &life);
        lka_outcome_draw(tables->reactivation, &life, &outcome);
        lka_row_write_id(LKA_CRM, index, line.id);
        line.last_touch = lka_life_last_touch(&life, INT64_MAX);
        counts->segments[segment_of(tables->setting, line.last_touch)]++;
        counts->duplicates += life.duplicate_of != index;
        lka_crm_write_contact(&line);
        lka_crm_write_events(&line);
        lka_crm_write_append(&line);
        lka_crm_write_identities(&line);
        lka_crm_write_campaign(&line);
        lka_crm_write_truth(&line);
    }
}

void lka_crm_add(void *total, const void *facts)
{
    /* Counts and nothing else. */
    uint64_t *sums = total;
    const uint64_t *some = facts;
    for (size_t i = 0; i < sizeof(struct lka_crm_counts) / sizeof *sums; i++) {
        sums[i] += some[i];
    }
}
