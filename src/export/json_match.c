#include "export/json_match.h"

#include "base/error.h"
#include "export/check_row.h"
#include "export/template.h"

#include <stdio.h>

static lka_status match(struct lka_json_matching *matching, const json_t *pattern, const json_t *value,
                        struct lka_error *error);

static lka_status differ(struct lka_json_matching *matching, const char *problem, struct lka_error *error)
{
    matching->differences++;
    if (matching->path.failed) {
        return lka_fail_memory(error, matching->path.length);
    }
    return matching->checking
               ? lka_check_say(matching->checking, matching->place, matching->path.length ? matching->path.bytes : "",
                               "refused", problem, error)
               : LKA_OK;
}

/* ---- where ------------------------------------------------------------------------------------ */

static void cut_path(struct lka_json_matching *matching, size_t length)
{
    if (matching->path.length > length) {
        matching->path.length = length;
        matching->path.bytes[length] = '\0';
    }
}

/* A key of somebody's file is shown as far as it is a name. */
static size_t add_key(struct lka_json_matching *matching, const char *key)
{
    size_t before = matching->path.length;
    size_t length = strlen(key);
    lka_text_string(&matching->path, before ? "." : "");
    lka_text_append(&matching->path, key, length < 40 ? length : 40);
    return before;
}

static size_t add_index(struct lka_json_matching *matching, size_t index)
{
    size_t before = matching->path.length;
    lka_text_format(&matching->path, "[%zu]", index);
    return before;
}

/* ---- values of fields ------------------------------------------------------------------------- */

static lka_status take_value(struct lka_json_matching *matching, struct lka_span field, struct lka_span value,
                             struct lka_error *error)
{
    size_t number = lka_template_field(matching->layout->platform, field);
    struct lka_checked_row *row = &matching->row;
    if (row->count == LKA_CHECKED_VALUES) {
        return differ(matching, "more values than a row may have", error);
    }
    row->values[row->count++] = (struct lka_checked_value){number, value};
    return matching->checking ? lka_check_value(matching->checking, matching->place,
                                                matching->path.length ? matching->path.bytes : "", number, value, error)
                              : LKA_OK;
}

static struct lka_span text_of(const json_t *value)
{
    return (struct lka_span){json_string_value(value), (uint32_t)json_string_length(value)};
}

/* What goes unhashed may be a number. */
static lka_status match_value(struct lka_json_matching *matching, struct lka_span field, const json_t *value,
                              struct lka_error *error)
{
    size_t number = lka_template_field(matching->layout->platform, field);
    bool hashed = matching->layout->platform->fields[number].hashing != LKA_HASH_NONE;
    char *digits = matching->numbers[matching->row.count % LKA_CHECKED_VALUES];
    if (json_is_string(value)) {
        return take_value(matching, field, text_of(value), error);
    }
    if (json_is_number(value) && !hashed) {
        int length = json_is_integer(value) ? snprintf(digits, 32, "%lld", (long long)json_integer_value(value))
                                            : snprintf(digits, 32, "%.17g", json_real_value(value));
        return take_value(matching, field, (struct lka_span){digits, (uint32_t)length}, error);
    }
    return differ(matching,
                  json_is_null(value) ? "null; a missing value is an empty text"
                                      : "no text, where the platform takes one",
                  error);
}

/* "before\1!email\1behind" */
static lka_status match_inside(struct lka_json_matching *matching, const char *pattern, const json_t *value,
                               struct lka_error *error)
{
    const char *first = strchr(pattern, LKA_MARK);
    const char *last = strchr(first + 1, LKA_MARK);
    size_t before = (size_t)(first - pattern);
    size_t behind = strlen(last + 1);
    struct lka_span text = text_of(value);
    if (!json_is_string(value) || text.length < before + behind || memcmp(text.text, pattern, before) != 0 ||
        memcmp(text.text + text.length - behind, last + 1, behind) != 0) {
        return differ(matching, "another text than the platform takes", error);
    }
    struct lka_span field = {first + 2, (uint32_t)(last - first - 2)};
    return take_value(matching, field, (struct lka_span){text.text + before, text.length - (uint32_t)(before + behind)},
                      error);
}

/* ---- what a file says of itself ---------------------------------------------------------------- */

static lka_status match_fact(struct lka_json_matching *matching, const char *name, const json_t *value,
                             struct lka_error *error)
{
    struct lka_batch_facts *facts = &matching->facts;
    if (strcmp(name, "rows") == 0) {
        return json_is_array(value) || json_is_string(value) ? LKA_OK
                                                             : differ(matching, "no rows, where they belong", error);
    }
    if (strcmp(name, "last") == 0) {
        facts->last = json_is_boolean(value) ? json_is_true(value) : -1;
        return facts->last < 0 ? differ(matching, "neither true nor false", error) : LKA_OK;
    }
    int64_t number = json_is_integer(value) ? json_integer_value(value) : -1;
    bool may_be_none = strcmp(name, "total") == 0;
    if (number < (may_be_none ? 0 : 1)) {
        return differ(matching, may_be_none ? "no whole number of rows" : "no whole number of 1 or more", error);
    }
    int64_t *fact = may_be_none ? &facts->total : strcmp(name, "session") == 0 ? &facts->session : &facts->sequence;
    *fact = number;
    return LKA_OK;
}

static lka_status match_text(struct lka_json_matching *matching, const json_t *pattern, const json_t *value,
                             struct lka_error *error)
{
    const char *text = json_string_value(pattern);
    char problem[160];
    if (text[0] == LKA_MARK && text[1] == '.') {
        return match_value(matching, lka_span_of(text + 2), value, error);
    }
    if (text[0] == LKA_MARK && text[1] != '!') {
        return match_fact(matching, text + 1, value, error);
    }
    if (strchr(text, LKA_MARK)) {
        return strstr(text, "\1rows") ? match_fact(matching, "rows", value, error)
                                      : match_inside(matching, text, value, error);
    }
    snprintf(problem, sizeof problem, "another value than the platform takes; wanted: %.100s", text);
    return json_equal(pattern, value) ? LKA_OK : differ(matching, problem, error);
}

/* ---- objects ---------------------------------------------------------------------------------- */

/* May the platform be told of the member, though our files do not? */
static bool is_taken(const struct lka_json_matching *matching)
{
    const struct lka_platform_format *format = matching->layout->format;
    bool taken = false;
    for (size_t i = 0; i < format->take_count && matching->place.second == 0; i++) {
        taken = taken || strcmp(format->takes[i], matching->path.bytes) == 0;
    }
    return taken;
}

static lka_status match_unknown(struct lka_json_matching *matching, const json_t *pattern, const json_t *value,
                                struct lka_error *error)
{
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        size_t before = add_key(matching, key);
        if (!json_object_get(pattern, key) && !matching->path.failed && !is_taken(matching)) {
            LKA_TRY(differ(matching, "nothing that the platform takes", error));
        }
        cut_path(matching, before);
    }
    return LKA_OK;
}

static lka_status match_object(struct lka_json_matching *matching, const json_t *pattern, const json_t *value,
                               struct lka_error *error)
{
    const char *key;
    json_t *member;
    bool any = json_object_get(pattern, "\1any") != NULL;
    if (!json_is_object(value)) {
        return differ(matching, "no object, where the platform takes one", error);
    }
    json_object_foreach((json_t *)(uintptr_t)pattern, key, member)
    {
        const json_t *there = json_object_get(value, key);
        size_t before = add_key(matching, key);
        LKA_TRY(there && key[0] != LKA_MARK ? match(matching, member, there, error)
                : there || any              ? LKA_OK
                                            : differ(matching, "is missing", error));
        cut_path(matching, before);
    }
    return match_unknown(matching, pattern, value, error);
}

/* ---- lists ------------------------------------------------------------------------------------ */

/* Of the parts the one whose first member is there. */
static const json_t *choose_part(const json_t *parts, const json_t *value)
{
    for (size_t p = 1; p < json_array_size(parts); p++) {
        const json_t *part = json_array_get(parts, p);
        void *first = json_object_iter((json_t *)(uintptr_t)part);
        if (!first || json_object_get(value, json_object_iter_key(first))) {
            return part;
        }
    }
    return NULL;
}

static lka_status match_any(struct lka_json_matching *matching, const json_t *pattern, const json_t *value,
                            struct lka_error *error)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *element = json_array_get(value, i);
        const json_t *part = choose_part(pattern, element);
        size_t before = add_index(matching, i);
        LKA_TRY(part ? match(matching, part, element, error)
                     : differ(matching, "nothing that the platform takes", error));
        cut_path(matching, before);
    }
    return LKA_OK;
}

static lka_status match_all_values(struct lka_json_matching *matching, const char *field, const json_t *value,
                                   struct lka_error *error)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        size_t before = add_index(matching, i);
        LKA_TRY(match_value(matching, lka_span_of(field), json_array_get(value, i), error));
        cut_path(matching, before);
    }
    return LKA_OK;
}

/* Values in the order of the names: what each of them is, the names say. */
static lka_status match_named(struct lka_json_matching *matching, const json_t *pattern, const json_t *value,
                              struct lka_error *error)
{
    const struct lka_json_names *names = matching->names;
    if (json_array_size(value) != names->count) {
        return differ(matching, "not as many values as the list of names has", error);
    }
    for (size_t i = 0; i < names->count && i < LKA_CHECKED_VALUES; i++) {
        size_t before = add_key(matching, names->labels[i]);
        LKA_TRY(names->columns[i] == SIZE_MAX
                    ? LKA_OK
                    : match(matching, json_array_get(pattern, names->columns[i]), json_array_get(value, i), error));
        cut_path(matching, before);
    }
    return LKA_OK;
}

static lka_status match_list(struct lka_json_matching *matching, const json_t *pattern, const json_t *value,
                             struct lka_error *error)
{
    const json_t *first = json_array_get(pattern, 0);
    if (!json_is_array(value)) {
        return differ(matching, "no list, where the platform takes one", error);
    }
    if (lka_json_is_mark(first, 'r')) {
        return LKA_OK;
    }
    if (lka_json_is_mark(first, 'a')) {
        return match_any(matching, pattern, value, error);
    }
    if (lka_json_is_mark(first, '*')) {
        return match_all_values(matching, json_string_value(first) + 2, value, error);
    }
    if (json_array_size(value) != json_array_size(pattern)) {
        return differ(matching, "not as many values as the platform takes", error);
    }
    for (size_t i = 0; i < json_array_size(pattern); i++) {
        size_t before = add_index(matching, i);
        LKA_TRY(match(matching, json_array_get(pattern, i), json_array_get(value, i), error));
        cut_path(matching, before);
    }
    return LKA_OK;
}

/* ---- anything --------------------------------------------------------------------------------- */

static lka_status match(struct lka_json_matching *matching, const json_t *pattern, const json_t *value,
                        struct lka_error *error)
{
    const char *names = matching->layout->format->names;
    if (json_is_string(pattern)) {
        return match_text(matching, pattern, value, error);
    }
    if (json_is_object(pattern)) {
        return match_object(matching, pattern, value, error);
    }
    if (json_is_array(pattern)) {
        bool told = names && matching->place.second == 0 && matching->path.length > 0 &&
                    strcmp(names, matching->path.bytes) == 0;
        return told ? LKA_OK : match_list(matching, pattern, value, error);
    }
    return json_equal(pattern, value) ? LKA_OK : differ(matching, "another value than the platform takes", error);
}

static void begin(struct lka_json_matching *matching)
{
    matching->differences = 0;
    matching->row.count = 0;
    matching->facts = (struct lka_batch_facts){-1, -1, -1, -1};
    lka_text_clear(&matching->path);
}

lka_status lka_json_match_row(struct lka_json_matching *matching, const json_t *pattern, const json_t *row,
                              struct lka_error *error)
{
    begin(matching);
    return matching->names && json_is_array(pattern) && json_is_array(row) ? match_named(matching, pattern, row, error)
                                                                           : match(matching, pattern, row, error);
}

lka_status lka_json_match_frame(struct lka_json_matching *matching, const json_t *pattern, const json_t *frame,
                                struct lka_error *error)
{
    begin(matching);
    return match(matching, pattern, frame, error);
}

void lka_json_matching_release(struct lka_json_matching *matching)
{
    lka_text_release(&matching->path);
}
