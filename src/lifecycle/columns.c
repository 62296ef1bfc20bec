#include "lifecycle/columns.h"

#include "base/error.h"
#include "base/json.h"

static lka_status add(struct lka_shown_columns *columns, struct lka_shown shown, struct lka_text *name,
                      struct lka_error *error)
{
    lka_status status = lka_reserve(&columns->items, &columns->capacity, columns->count + 1, sizeof *columns->items,
                                    error);
    if (status != LKA_OK) {
        lka_text_release(name);
        return status;
    }
    LKA_TRY(lka_text_take(name, &shown.name, error));
    columns->items[columns->count++] = shown;
    return LKA_OK;
}

static lka_status add_named(struct lka_shown_columns *columns, enum lka_column_kind kind, const char *role,
                            const char *name, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_string(&text, name);
    return add(columns, (struct lka_shown){.kind = kind, .role = role}, &text, error);
}

/* ---- the same for everybody ------------------------------------------------------------------- */

struct fixed {
    enum lka_column_kind kind;
    const char *name;
    const char *role;
};

static const struct fixed first_columns[] = {
    {LKA_SHOWS_ID, "contact_id", "id"},
    {LKA_SHOWS_SEGMENT, "segment", "ignore"},
    {LKA_SHOWS_PREVIOUS, "previous_segment", "ignore"},
    {LKA_SHOWS_INACTIVE, "inactive", "ignore"},
    {LKA_SHOWS_DELETE_ON, "delete_on", "ignore"},
    {LKA_SHOWS_BASIS, "delete_basis", "ignore"},
    {LKA_SHOWS_OBSERVABLE, "opens_observable", "ignore"},
    {LKA_SHOWS_PROFILED, "profiled", "ignore"},
    {LKA_SHOWS_ENGAGED, "ever_engaged", "feature"},
    {LKA_SHOWS_TOUCH, "last_touch", "ignore"},
    {LKA_SHOWS_TOUCH_TYPE, "last_touch_type", "ignore"},
    {LKA_SHOWS_TOUCH_CHANNEL, "last_touch_channel", "ignore"},
    {LKA_SHOWS_TOUCH_ABOUT, "last_touch_about", "ignore"},
};
static const struct fixed last_columns[] = {
    {LKA_SHOWS_REASON, "reason", "ignore"},      {LKA_SHOWS_REASON_ON, "reason_on", "ignore"},
    {LKA_SHOWS_REMEDY, "remedy", "ignore"},      {LKA_SHOWS_MACHINES, "machine_events", "ignore"},
    {LKA_SHOWS_REACH, "reach_class", "feature"},
};

static lka_status add_fixed(struct lka_shown_columns *columns, const struct fixed *list, size_t count,
                            struct lka_error *error)
{
    for (size_t i = 0; i < count; i++) {
        LKA_TRY(add_named(columns, list[i].kind, list[i].role, list[i].name, error));
    }
    return LKA_OK;
}

/* ---- by what occurs --------------------------------------------------------------------------- */

static lka_status add_channels(struct lka_shown_columns *columns, const struct lka_lifecycle *stage,
                               struct lka_error *error)
{
    const struct lka_observed *observed = &stage->observed;
    for (size_t i = 0; i < observed->channel_count; i++) {
        uint16_t channel = observed->channels[i];
        struct lka_shown shown = {.kind = LKA_SHOWS_CHANNEL_TOUCH, .which = channel, .role = "ignore"};
        struct lka_text name = {0};
        lka_text_string(&name, "last_touch_");
        lka_column_word(stage->vocabulary.channels.items[channel], &name);
        LKA_TRY(add(columns, shown, &name, error));
        shown.kind = LKA_SHOWS_CHANNEL_ABOUT;
        lka_text_string(&name, "last_touch_");
        lka_column_word(stage->vocabulary.channels.items[channel], &name);
        lka_text_string(&name, "_about");
        LKA_TRY(add(columns, shown, &name, error));
    }
    return LKA_OK;
}

static void cell_name(const struct lka_lifecycle *stage, struct lka_cell cell, const char *ending,
                      struct lka_text *name)
{
    lka_column_word(stage->vocabulary.types.items[cell.type], name);
    lka_text_string(name, "_");
    lka_column_word(stage->vocabulary.channels.items[cell.channel], name);
    lka_text_string(name, ending);
}

static lka_status add_counts(struct lka_shown_columns *columns, const struct lka_lifecycle *stage,
                             struct lka_error *error)
{
    const struct lka_observed *observed = &stage->observed;
    for (size_t i = 0; i < observed->column_count; i++) {
        struct lka_text name = {0};
        struct lka_shown shown = {.kind = LKA_SHOWS_COUNT, .which = (uint16_t)i, .role = "feature"};
        for (size_t w = 0; w < LKA_WINDOWS; w++) {
            shown.window = (uint8_t)w;
            cell_name(stage, observed->columns[i], "_", &name);
            lka_text_string(&name, lka_window_names[w]);
            LKA_TRY(add(columns, shown, &name, error));
        }
        shown.kind = LKA_SHOWS_RECENCY;
        cell_name(stage, observed->columns[i], "_recency_days", &name);
        LKA_TRY(add(columns, shown, &name, error));
    }
    return LKA_OK;
}

static lka_status add_topics(struct lka_shown_columns *columns, const struct lka_lifecycle *stage,
                             struct lka_error *error)
{
    const struct lka_observed *observed = &stage->observed;
    LKA_TRY(add_named(columns, LKA_SHOWS_INTERESTS, "feature", "interests", error));
    for (size_t i = 0; i < observed->topic_count; i++) {
        struct lka_text name = {0};
        struct lka_shown shown = {.kind = LKA_SHOWS_TOPIC, .which = (uint16_t)i, .role = "feature"};
        lka_text_string(&name, "topic_");
        lka_column_word(stage->vocabulary.topics.items[observed->topics[i]], &name);
        LKA_TRY(add(columns, shown, &name, error));
        shown.kind = LKA_SHOWS_CERTAINTY;
        lka_text_string(&name, "topic_");
        lka_column_word(stage->vocabulary.topics.items[observed->topics[i]], &name);
        lka_text_string(&name, "_certainty");
        LKA_TRY(add(columns, shown, &name, error));
    }
    return LKA_OK;
}

static lka_status add_worth(struct lka_shown_columns *columns, const struct lka_worth *worth, struct lka_error *error)
{
    for (size_t f = 0; f < LKA_WORTH_FIELDS; f++) {
        struct lka_text name = {0};
        if (worth->has[f]) {
            lka_text_string(&name, lka_worth_names[f]);
            LKA_TRY(add(columns, (struct lka_shown){.kind = LKA_SHOWS_WORTH, .which = (uint16_t)f, .role = "ignore"},
                        &name, error));
        }
    }
    return LKA_OK;
}

/* ---- what vendors tell ------------------------------------------------------------------------ */

static bool is_taken(const struct lka_shown_columns *columns, size_t ours, const char *name)
{
    for (size_t i = 0; i < ours; i++) {
        if (strcmp(columns->items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static lka_status add_told(struct lka_shown_columns *columns, const struct lka_lifecycle *stage,
                           struct lka_error *error)
{
    const struct lka_told *told = &stage->append.told;
    size_t ours = columns->count;
    for (size_t i = 0; i < told->count; i++) {
        const struct lka_column *column = &stage->append_table.schema.columns[told->columns[i]];
        if (is_taken(columns, ours, column->name)) {
            lka_warn(
                lka_lifecycle_session(stage),
                "column \"%.60s\" of --append is left out: contacts.csv has one of that name; rename it to keep it",
                column->name);
            continue;
        }
        struct lka_text name = {0};
        struct lka_shown shown = {.kind = LKA_SHOWS_TOLD, .which = (uint16_t)i, .role = lka_role_name(column->role)};
        lka_text_string(&name, column->name);
        LKA_TRY(add(columns, shown, &name, error));
    }
    return LKA_OK;
}

/* ---- the contacts' own ------------------------------------------------------------------------ */

/* Beliefs, health and the like go no further, unless somebody gives them another role. */
static bool is_dropped(const struct lka_lifecycle *stage, const struct lka_column *column)
{
    if (column->role != LKA_ROLE_SENSITIVE) {
        return false;
    }
    lka_warn(lka_lifecycle_session(stage), "column \"%.60s\" of the contacts is sensitive, and left out", column->name);
    return true;
}

static lka_status role_of(const struct lka_column *column, struct lka_shown *shown, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_string(&text, lka_role_name(column->role));
    if (column->role_argument && column->role_argument[0]) {
        lka_text_format(&text, "(%s)", column->role_argument);
    }
    LKA_TRY(lka_text_take(&text, &shown->role_text, error));
    shown->role = shown->role_text;
    return LKA_OK;
}

static lka_status add_own(struct lka_shown_columns *columns, const struct lka_lifecycle *stage, struct lka_error *error)
{
    const struct lka_schema *schema = &stage->contacts.schema;
    size_t ours = columns->count;
    for (size_t c = 0; c < schema->count; c++) {
        const struct lka_column *column = &schema->columns[c];
        if (column->role == LKA_ROLE_ID || is_dropped(stage, column)) {
            continue;
        }
        if (is_taken(columns, ours, column->name)) {
            lka_warn(
                lka_lifecycle_session(stage),
                "column \"%.60s\" of the contacts is left out: contacts.csv has one of that name; rename it to keep it",
                column->name);
            continue;
        }
        struct lka_shown shown = {.kind = LKA_SHOWS_OWN, .which = (uint16_t)c};
        struct lka_text name = {0};
        LKA_TRY(role_of(column, &shown, error));
        lka_text_string(&name, column->name);
        lka_status status = add(columns, shown, &name, error);
        if (status != LKA_OK) {
            lka_free(shown.role_text);
            return status;
        }
    }
    return LKA_OK;
}

lka_status lka_shown_make(struct lka_shown_columns *columns, const struct lka_lifecycle *stage, struct lka_error *error)
{
    *columns = (struct lka_shown_columns){0};
    LKA_TRY(add_fixed(columns, first_columns, sizeof first_columns / sizeof *first_columns, error));
    LKA_TRY(add_channels(columns, stage, error));
    LKA_TRY(add_counts(columns, stage, error));
    LKA_TRY(add_topics(columns, stage, error));
    LKA_TRY(add_fixed(columns, last_columns, sizeof last_columns / sizeof *last_columns, error));
    LKA_TRY(add_worth(columns, &stage->worth, error));
    LKA_TRY(add_told(columns, stage, error));
    return add_own(columns, stage, error);
}

void lka_shown_release(struct lka_shown_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        lka_free(columns->items[i].name);
        lka_free(columns->items[i].role_text);
    }
    lka_free(columns->items);
    *columns = (struct lka_shown_columns){0};
}

json_t *lka_shown_roles(const struct lka_shown_columns *columns)
{
    json_t *roles = json_object();
    for (size_t i = 0; roles && i < columns->count; i++) {
        if (json_object_set_new(roles, columns->items[i].name, lka_json_string(columns->items[i].role)) != 0) {
            json_decref(roles);
            roles = NULL;
        }
    }
    return roles;
}

void lka_shown_header(const struct lka_shown_columns *columns, struct lka_text *csv)
{
    for (size_t i = 0; i < columns->count; i++) {
        lka_text_string(csv, i ? "," : "");
        lka_text_csv_field(csv, lka_span_of(columns->items[i].name), ',');
    }
    lka_text_string(csv, "\n");
}
