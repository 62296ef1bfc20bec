#include "export/json_layout.h"

#include "base/error.h"
#include "base/json.h"
#include "export/template.h"

#include <stdio.h>

/* ---- filling templates with marks ------------------------------------------------------------- */

struct marking {
    const struct lka_rules *platform;
    const struct lka_platform_format *format;
    const char *action;
    bool signals;
    struct lka_text text;
};

static void mark(struct marking *marking, const char *kind, struct lka_span name, bool bare)
{
    lka_text_format(&marking->text, "%s\\u0001%s%.*s%s", bare ? "" : "\"", kind, (int)name.length, name.text,
                    bare ? "\\u0001" : "\"");
}

static void fill(struct marking *marking, const char *template);

/* In a list one element a part; in an object the members of all. */
static void fill_parts(struct marking *marking)
{
    const struct lka_text *text = &marking->text;
    bool members = text->length > 0 && text->bytes[text->length - 1] == '{';
    lka_text_string(&marking->text, members ? "\"\\u0001any\":true" : "\"\\u0001any\"");
    for (size_t p = 0; p < marking->format->part_count; p++) {
        lka_text_string(&marking->text, ",");
        fill(marking, marking->format->parts[p]);
    }
}

static void fill(struct marking *marking, const char *template)
{
    struct lka_template_slot slot;
    while (lka_template_next(&template, &slot)) {
        const char kind[2] = {slot.mark ? slot.mark : '.', '\0'};
        if (slot.name.length == 0) {
            lka_text_append(&marking->text, slot.text.text, slot.text.length);
        } else if (lka_span_equal(slot.name, LKA_SPAN("parts"))) {
            fill_parts(marking);
        } else if (lka_span_equal(slot.name, LKA_SPAN("signals"))) {
            lka_text_string(&marking->text, marking->signals ? marking->format->signals_word : "");
        } else if (lka_span_equal(slot.name, LKA_SPAN("action"))) {
            lka_text_string(&marking->text, marking->action);
        } else if (lka_template_field(marking->platform, slot.name) < marking->platform->field_count) {
            mark(marking, kind, slot.name, slot.mark == '!');
        } else {
            mark(marking, "", slot.name, false);
        }
    }
}

/* ---- as JSON ---------------------------------------------------------------------------------- */

/* *json is NULL where the text is none. */
static lka_status read_marked(struct marking *marking, json_t **json, struct lka_error *error)
{
    struct lka_text *text = &marking->text;
    lka_status status = text->failed
                            ? lka_fail_memory(error, text->length)
                            : lka_json_read(text->bytes ? text->bytes : "", text->length, JSON_DECODE_ANY, json, error);
    lka_text_clear(text);
    return status;
}

/* Rows stand in a list, or inside a string. */
static lka_status read_frame(struct marking *marking, bool in_string, json_t **frame, struct lka_error *error)
{
    fill(marking, marking->format->head);
    lka_text_string(&marking->text, in_string ? "\\u0001rows" : "\"\\u0001rows\"");
    fill(marking, marking->format->tail);
    return read_marked(marking, frame, error);
}

static lka_status read_row(struct marking *marking, bool in_string, json_t **row, struct lka_error *error)
{
    lka_text_string(&marking->text, in_string ? "\"" : "");
    fill(marking, marking->format->row);
    lka_text_string(&marking->text, in_string ? "\"" : "");
    return read_marked(marking, row, error);
}

/* ---- places ----------------------------------------------------------------------------------- */

bool lka_json_is_mark(const json_t *value, char kind)
{
    const char *text = json_string_value(value);
    return text && text[0] == LKA_MARK && (kind == 0 || text[1] == kind);
}

static bool find_rows(const json_t *value, struct lka_json_path *path)
{
    const char *key;
    json_t *member;
    if (path->count == LKA_JSON_DEPTH) {
        return false;
    }
    struct lka_json_step *step = &path->steps[path->count++];
    for (size_t i = 0; i < json_array_size(value); i++) {
        *step = (struct lka_json_step){.index = i};
        if (lka_json_is_mark(json_array_get(value, i), 'r') || find_rows(json_array_get(value, i), path)) {
            return true;
        }
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        *step = (struct lka_json_step){.key = key};
        if (lka_json_is_mark(member, 'r') || find_rows(member, path)) {
            return true;
        }
    }
    path->count--;
    return false;
}

/* The list that the rows stand in; a string has a path of its own. */
static bool find_path(const json_t *frame, struct lka_json_path *path)
{
    bool found = find_rows(frame, path);
    if (found && !path->in_string) {
        found = path->steps[--path->count].key == NULL;
    }
    return found;
}

const json_t *lka_json_at(const json_t *whole, const char *path)
{
    while (whole && *path) {
        char key[64];
        size_t length = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)length, path);
        whole = json_object_get(whole, key);
        path += length + (path[length] == '.');
    }
    return whole;
}

static void name_rows(struct lka_json_layout *layout)
{
    const struct lka_json_path *path = &layout->paths[0];
    size_t at = 0;
    layout->rows_at[0] = '\0';
    for (size_t i = 0; i < path->count && at < sizeof layout->rows_at; i++) {
        const char *key = path->steps[i].key;
        int more = key ? snprintf(layout->rows_at + at, sizeof layout->rows_at - at, "%s%s", at ? "." : "", key)
                       : snprintf(layout->rows_at + at, sizeof layout->rows_at - at, "[%zu]", path->steps[i].index);
        at += more > 0 ? (size_t)more : 0;
    }
}

/* ---- the whole -------------------------------------------------------------------------------- */

static lka_status no_json(const struct lka_json_layout *layout, struct lka_error *error)
{
    return lka_fail(
        error, LKA_USAGE,
        "%s, format %s: --check cannot read it: head, a row and tail together are no JSON with its rows in a "
        "list, or in a string",
        layout->platform->name, layout->format->name);
}

static lka_status init_way(struct lka_json_layout *layout, size_t way, struct marking *marking, struct lka_error *error)
{
    struct lka_json_path *path = &layout->paths[way];
    marking->action = way == LKA_JSON_REMOVES ? layout->format->remove_word : layout->format->add_word;
    LKA_TRY(read_frame(marking, false, &layout->frames[way], error));
    if (!layout->frames[way]) {
        path->in_string = true;
        LKA_TRY(read_frame(marking, true, &layout->frames[way], error));
    }
    if (!layout->frames[way] || !find_path(layout->frames[way], path)) {
        return no_json(layout, error);
    }
    for (size_t without = 0; without < 2; without++) {
        marking->signals = without == 0;
        LKA_TRY(read_row(marking, path->in_string, &layout->rows[way][without], error));
        if (!layout->rows[way][without]) {
            return no_json(layout, error);
        }
    }
    return LKA_OK;
}

/* ',"consent":{...}' is one member, or more. */
static lka_status init_signals(struct lka_json_layout *layout, struct marking *marking, struct lka_error *error)
{
    const char *words = layout->format->signals_word;
    if (*words == '\0') {
        return LKA_OK;
    }
    lka_text_format(&marking->text, "{%s}", words + (*words == ','));
    return read_marked(marking, &layout->signals, error);
}

lka_status lka_json_layout_init(struct lka_json_layout *layout, const struct lka_rules *platform,
                                const struct lka_platform_format *format, struct lka_error *error)
{
    *layout = (struct lka_json_layout){.platform = platform, .format = format};
    struct marking marking = {.platform = platform, .format = format};
    lka_status status = init_signals(layout, &marking, error);
    for (size_t way = 0; way < LKA_JSON_WAYS && status == LKA_OK; way++) {
        status = init_way(layout, way, &marking, error);
    }
    name_rows(layout);
    lka_text_release(&marking.text);
    return status;
}

void lka_json_layout_release(struct lka_json_layout *layout)
{
    for (size_t way = 0; way < LKA_JSON_WAYS; way++) {
        json_decref(layout->frames[way]);
        json_decref(layout->rows[way][0]);
        json_decref(layout->rows[way][1]);
    }
    json_decref(layout->signals);
    *layout = (struct lka_json_layout){0};
}
