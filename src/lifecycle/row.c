/* A contact as one row of contacts.csv. */
#include "lifecycle/columns.h"

#include "base/date.h"
#include "base/error.h"

static lka_status make_numbers(struct lka_row_scratch *scratch, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(scratch->numbers, LKA_SMALL_NUMBERS, error));
    for (unsigned i = 0; i < LKA_SMALL_NUMBERS; i++) {
        char text[8];
        scratch->numbers[i].length = (uint8_t)snprintf(text, sizeof text, "%u", i);
        memcpy(scratch->numbers[i].text, text, scratch->numbers[i].length);
    }
    return LKA_OK;
}

lka_status lka_row_scratch_init(struct lka_row_scratch *scratch, const struct lka_lifecycle *stage,
                                struct lka_error *error)
{
    *scratch = (struct lka_row_scratch){0};
    LKA_TRY(LKA_NEW(scratch->days, LKA_DAYS_RECENT, error));
    LKA_TRY(make_numbers(scratch, error));
    LKA_TRY(LKA_NEW(scratch->counts, stage->observed.column_count, error));
    return LKA_NEW(scratch->posteriors, stage->observed.topic_count, error);
}

void lka_row_scratch_release(struct lka_row_scratch *scratch)
{
    lka_free(scratch->days);
    lka_free(scratch->numbers);
    lka_free(scratch->counts);
    lka_free(scratch->posteriors);
    *scratch = (struct lka_row_scratch){0};
}

/* ---- what a profile says by column ------------------------------------------------------------ */

static void add_count(struct lka_count *to, const struct lka_count *from)
{
    to->day = to->within[LKA_WINDOWS - 1] == 0 || from->day > to->day ? from->day : to->day;
    for (size_t w = 0; w < LKA_WINDOWS; w++) {
        to->within[w] += from->within[w];
    }
}

/* Words that have no column of their own share one. */
static void gather_counts(const struct lka_contact_row *row, struct lka_row_scratch *scratch)
{
    const struct lka_observed *observed = &row->stage->observed;
    memset(scratch->counts, 0, observed->column_count * sizeof *scratch->counts);
    for (size_t i = 0; i < row->profile->count_count; i++) {
        const struct lka_count *counted = &row->profile->counts[i];
        add_count(&scratch->counts[observed->column_of[counted->type][counted->channel]], counted);
    }
}

static void gather_posteriors(const struct lka_contact_row *row, struct lka_row_scratch *scratch)
{
    const struct lka_observed *observed = &row->stage->observed;
    for (size_t t = 0; t < observed->topic_count; t++) {
        scratch->posteriors[t] = lka_interests_of(row->stage->interests, row->profile, observed->topics[t]);
    }
}

/* Those that are certain enough, the greatest first; of equals the first by name. */
static void put_interests(const struct lka_contact_row *row, const struct lka_row_scratch *scratch,
                          struct lka_text *csv)
{
    const struct lka_observed *observed = &row->stage->observed;
    struct lka_text list = {0};
    bool told[LKA_TOPIC_COLUMNS] = {false};
    for (size_t round = 0; round < observed->topic_count; round++) {
        size_t best = observed->topic_count;
        for (size_t t = 0; t < observed->topic_count; t++) {
            bool certain = scratch->posteriors[t].certainty >= row->stage->options->certainty;
            if (certain && !told[t] &&
                (best == observed->topic_count || scratch->posteriors[t].lift > scratch->posteriors[best].lift)) {
                best = t;
            }
        }
        if (best == observed->topic_count) {
            break;
        }
        told[best] = true;
        struct lka_span name = row->stage->vocabulary.topics.items[observed->topics[best]];
        lka_text_string(&list, list.length ? "|" : "");
        lka_text_append(&list, name.text, name.length);
    }
    lka_text_csv_field(csv, (struct lka_span){list.bytes, (uint32_t)list.length}, ',');
    csv->failed = csv->failed || list.failed;
    lka_text_release(&list);
}

/* ---- fields ----------------------------------------------------------------------------------- */

static void put_day(int32_t day, const struct lka_row_scratch *scratch, struct lka_text *csv)
{
    enum { LENGTH = 10 };
    if (day == LKA_NO_DAY) {
        return;
    }
    struct lka_recent_day *recent = &scratch->days[(uint32_t)day % LKA_DAYS_RECENT];
    if (recent->day != day || recent->text[0] == '\0') {
        char text[16];
        lka_format_date(day, text);
        if (strlen(text) != LENGTH) {
            lka_text_string(csv, text);
            return;
        }
        recent->day = day;
        memcpy(recent->text, text, LENGTH + 1);
    }
    lka_text_append(csv, recent->text, LENGTH);
}

static void put_label(const struct lka_labels *labels, uint16_t label, struct lka_text *csv)
{
    lka_text_csv_field(csv, lka_label(labels, label), ',');
}

enum { NUMBER_LONGEST = 20 };

/* NUMBER_LONGEST bytes may be written. */
static inline char *number_at(char *at, uint64_t number, const struct lka_row_scratch *scratch)
{
    char digits[NUMBER_LONGEST];
    size_t first = sizeof digits;
    if (number < LKA_SMALL_NUMBERS) {
        memcpy(at, &scratch->numbers[number], sizeof *scratch->numbers);
        return at + scratch->numbers[number].length;
    }
    for (; number > 0; number /= 10) {
        digits[--first] = (char)('0' + number % 10);
    }
    memcpy(at, digits + first, sizeof digits - first);
    return at + (sizeof digits - first);
}

static void put_number(uint64_t number, const struct lka_row_scratch *scratch, struct lka_text *csv)
{
    char digits[NUMBER_LONGEST];
    lka_text_append(csv, digits, (size_t)(number_at(digits, number, scratch) - digits));
}

static const struct lka_touch *touch_of(const struct lka_contact_row *row, uint16_t channel)
{
    const struct lka_touch *latest = &row->profile->touches[channel];
    for (size_t c = 0; c < row->stage->vocabulary.channels.count; c++) {
        const struct lka_touch *touch = &row->profile->touches[c];
        bool shown_here = row->stage->observed.shown_channel[c] == channel;
        latest = shown_here && touch->day > latest->day ? touch : latest;
    }
    return latest;
}

static void put_touch(const struct lka_contact_row *row, enum lka_column_kind kind,
                      const struct lka_row_scratch *scratch, struct lka_text *csv)
{
    const struct lka_profile *profile = row->profile;
    const struct lka_lifecycle *stage = row->stage;
    if (profile->touch_day == LKA_NO_DAY) {
        return;
    }
    switch (kind) {
    case LKA_SHOWS_TOUCH:
        put_day(profile->touch_day, scratch, csv);
        break;
    case LKA_SHOWS_TOUCH_TYPE:
        put_label(&stage->vocabulary.types, stage->observed.shown_type[profile->touch_type], csv);
        break;
    default:
        put_label(&stage->vocabulary.channels, stage->observed.shown_channel[profile->touch_channel], csv);
        break;
    }
}

static void put_standing(const struct lka_contact_row *row, enum lka_column_kind kind,
                         const struct lka_row_scratch *scratch, struct lka_text *csv)
{
    const struct lka_member *member = row->member;
    switch (kind) {
    case LKA_SHOWS_SEGMENT:
        lka_text_string(csv, lka_segment_names[member->standing.segment]);
        break;
    case LKA_SHOWS_PREVIOUS:
        lka_text_csv_field(csv, row->previous, ',');
        break;
    case LKA_SHOWS_INACTIVE:
        lka_text_string(csv, row->stage->segment_rules.inactive[member->standing.segment] ? "yes" : "no");
        break;
    case LKA_SHOWS_DELETE_ON:
        put_day(member->standing.delete_on, scratch, csv);
        break;
    case LKA_SHOWS_BASIS:
        lka_text_string(csv, lka_basis_names[member->standing.basis]);
        break;
    case LKA_SHOWS_OBSERVABLE:
        lka_text_string(csv, row->profile->hidden ? "no" : "yes");
        break;
    case LKA_SHOWS_PROFILED:
        lka_text_string(csv, lka_profiling_names[member->profiling]);
        break;
    default:
        lka_text_string(csv, row->profile->engaged ? "yes" : "no");
        break;
    }
}

static void put_reason(const struct lka_contact_row *row, enum lka_column_kind kind,
                       const struct lka_row_scratch *scratch, struct lka_text *csv)
{
    const struct lka_profile *profile = row->profile;
    struct lka_patterns *remedies = (struct lka_patterns *)(uintptr_t)&row->stage->remedies;
    if (profile->reason == LKA_NO_LABEL) {
        return;
    }
    if (kind == LKA_SHOWS_REASON_ON) {
        put_day(profile->reason_day, scratch, csv);
    } else if (kind == LKA_SHOWS_REASON) {
        put_label(&row->stage->vocabulary.reasons, profile->reason, csv);
    } else {
        int found = lka_patterns_class(remedies, lka_label(&row->stage->vocabulary.reasons, profile->reason));
        lka_text_csv_field(csv, lka_span_of(found == LKA_NO_CLASS ? "ask" : remedies->classes[found]), ',');
    }
}

static bool is_counted(const struct lka_shown *shown)
{
    return shown->kind == LKA_SHOWS_COUNT || shown->kind == LKA_SHOWS_RECENCY;
}

/* The columns of counts stand together, and are most of a row. */
static size_t put_counts(const struct lka_shown_columns *columns, size_t from, const struct lka_contact_row *row,
                         const struct lka_row_scratch *scratch, struct lka_text *csv)
{
    size_t i = from;
    if (!lka_text_room(csv, (columns->count - from) * (NUMBER_LONGEST + 1))) {
        return columns->count;
    }
    char *at = csv->bytes + csv->length;
    for (; i < columns->count && is_counted(&columns->items[i]); i++) {
        const struct lka_shown *shown = &columns->items[i];
        const struct lka_count *counted = &scratch->counts[shown->which];
        if (shown->kind == LKA_SHOWS_COUNT) {
            at = number_at(at, counted->within[shown->window], scratch);
        } else if (counted->within[LKA_WINDOWS - 1] > 0) {
            at = number_at(at, (uint64_t)(row->stage->as_of_day - counted->day), scratch);
        }
        *at++ = ',';
    }
    csv->length = (size_t)(at - csv->bytes) - 1;
    csv->bytes[csv->length] = '\0';
    return i;
}

/* Blank for those who may not be profiled: what they did is not held against anybody. */
static void put_profile(const struct lka_shown *shown, const struct lka_contact_row *row,
                        const struct lka_row_scratch *scratch, struct lka_text *csv)
{
    if (row->member->profiling != LKA_PROFILING_YES) {
        return;
    }
    switch (shown->kind) {
    case LKA_SHOWS_TOUCH_ABOUT:
        put_label(&row->stage->vocabulary.abouts, row->profile->touch_about, csv);
        break;
    case LKA_SHOWS_CHANNEL_ABOUT:
        put_label(&row->stage->vocabulary.abouts, touch_of(row, shown->which)->about, csv);
        break;
    case LKA_SHOWS_REACH:
        lka_text_string(csv, lka_reach_class_names[row->reach]);
        break;
    case LKA_SHOWS_INTERESTS:
        put_interests(row, scratch, csv);
        break;
    case LKA_SHOWS_TOPIC:
        lka_text_fixed(csv, scratch->posteriors[shown->which].mean, 4);
        break;
    case LKA_SHOWS_CERTAINTY:
        lka_text_fixed(csv, scratch->posteriors[shown->which].certainty, 3);
        break;
    case LKA_SHOWS_MACHINES:
        put_number(row->profile->machine_events, scratch, csv);
        break;
    default:
        put_reason(row, shown->kind, scratch, csv);
        break;
    }
}

/* What somebody will buy is a profile, too. */
static void put_worth(const struct lka_contact_row *row, size_t field, struct lka_text *csv)
{
    if (row->member->profiling == LKA_PROFILING_YES) {
        size_t member = (size_t)(row->member - row->stage->roster.items);
        lka_text_csv_field(csv, lka_worth_of(&row->stage->worth, member, field), ',');
    }
}

static void put_told(const struct lka_contact_row *row, size_t column, struct lka_text *csv)
{
    if (row->member->profiling == LKA_PROFILING_YES) {
        size_t member = (size_t)(row->member - row->stage->roster.items);
        lka_text_csv_field(csv, lka_told_of(&row->stage->append.told, column, member), ',');
    }
}

static void put_field(const struct lka_shown *shown, const struct lka_contact_row *row,
                      const struct lka_row_scratch *scratch, struct lka_text *csv)
{
    switch (shown->kind) {
    case LKA_SHOWS_ID:
        lka_text_csv_field(csv, row->id, ',');
        break;
    case LKA_SHOWS_OWN:
        lka_text_csv_field(csv, lka_cell(row->rows, shown->which, row->row), ',');
        break;
    case LKA_SHOWS_TOLD:
        put_told(row, shown->which, csv);
        break;
    case LKA_SHOWS_WORTH:
        put_worth(row, shown->which, csv);
        break;
    case LKA_SHOWS_CHANNEL_TOUCH:
        put_day(touch_of(row, shown->which)->day, scratch, csv);
        break;
    default:
        if (shown->kind <= LKA_SHOWS_ENGAGED) {
            put_standing(row, shown->kind, scratch, csv);
        } else if (shown->kind <= LKA_SHOWS_TOUCH_CHANNEL) {
            put_touch(row, shown->kind, scratch, csv);
        } else {
            put_profile(shown, row, scratch, csv);
        }
    }
}

void lka_shown_row(const struct lka_shown_columns *columns, const struct lka_contact_row *row,
                   struct lka_row_scratch *scratch, struct lka_text *csv)
{
    bool profiled = row->member->profiling == LKA_PROFILING_YES;
    if (profiled) {
        gather_counts(row, scratch);
        gather_posteriors(row, scratch);
    }
    for (size_t i = 0; i < columns->count;) {
        if (i > 0) {
            lka_text_append(csv, ",", 1);
        }
        if (profiled && is_counted(&columns->items[i])) {
            i = put_counts(columns, i, row, scratch, csv);
        } else {
            put_field(&columns->items[i++], row, scratch, csv);
        }
    }
    lka_text_append(csv, "\n", 1);
}
