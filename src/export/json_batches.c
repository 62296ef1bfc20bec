#include "export/json_batches.h"

#include "base/error.h"
#include "base/json.h"

enum { PART_MOST = 1 << 20 };

lka_status lka_json_batches_open(struct lka_json_batches *batches, const struct lka_json_layout *layout,
                                 const char *path, struct lka_error *error)
{
    *batches = (struct lka_json_batches){.layout = layout};
    LKA_TRY(lka_inputs_init(&batches->inputs, &path, 1, false, error));
    LKA_TRY(lka_digest_new(&batches->digest, error));
    return lka_lines_open(&batches->lines, &batches->inputs.items[0], NULL, 1 << 16, false, batches->digest, error);
}

void lka_json_batches_release(struct lka_json_batches *batches)
{
    lka_lines_release(&batches->lines);
    lka_digest_free(batches->digest);
    lka_inputs_release(&batches->inputs);
    lka_text_release(&batches->frame);
    lka_text_release(&batches->row);
    lka_text_release(&batches->key);
    lka_text_release(&batches->keys);
}

/* ---- bytes ------------------------------------------------------------------------------------ */

/* The next byte, which stays where it is; false at the end of the file. */
static bool peek(struct lka_json_batches *batches, char *c, lka_status *status, struct lka_error *error)
{
    if (batches->at == batches->piece.length && !batches->ended && *status == LKA_OK) {
        lka_lines_mark(&batches->lines);
        *status = lka_lines_next(&batches->lines, &batches->piece, error);
        batches->at = 0;
        batches->ended = *status != LKA_OK || batches->piece.length == 0;
    }
    *c = batches->ended ? '\0' : batches->piece.bytes[batches->at];
    return !batches->ended;
}

static void step(struct lka_json_batches *batches)
{
    batches->at++;
    batches->bytes++;
}

static void keep(struct lka_text *text, char c)
{
    if (text->length <= PART_MOST) {
        lka_text_append(text, &c, 1);
    }
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The rest of a string whose first quote was taken. A line break ends it: none may stand in one, and a quote that is
 * missing spoils no more than its line. */
static bool take_string(struct lka_json_batches *batches, struct lka_text *to, lka_status *status,
                        struct lka_error *error)
{
    char c;
    bool escaped = false;
    while (peek(batches, &c, status, error) && c != '\n') {
        step(batches);
        keep(to, c);
        if (c == '"' && !escaped) {
            return true;
        }
        escaped = c == '\\' && !escaped;
    }
    return false;
}

/* ---- where we are ----------------------------------------------------------------------------- */

static bool matches(const struct lka_json_batches *batches, const struct lka_json_path *path)
{
    bool same = batches->depth == path->count;
    for (size_t i = 0; i < path->count && same; i++) {
        const struct lka_json_step *step = &path->steps[i];
        same = batches->stack[i].object == (step->key != NULL) &&
               (step->key ? strcmp(batches->keys.bytes + batches->stack[i].key, step->key) == 0
                          : batches->stack[i].index == step->index);
    }
    return same;
}

static bool is_rows_place(const struct lka_json_batches *batches, bool in_string)
{
    bool found = false;
    for (size_t way = 0; way < LKA_JSON_WAYS; way++) {
        const struct lka_json_path *path = &batches->layout->paths[way];
        found = found || (path->in_string == in_string && matches(batches, path));
    }
    return found;
}

/* False: too deep. */
static bool push(struct lka_json_batches *batches, bool object)
{
    if (batches->depth == LKA_JSON_DEPTH) {
        return false;
    }
    batches->stack[batches->depth].object = object;
    batches->stack[batches->depth].index = 0;
    batches->stack[batches->depth++].key = batches->keys.length;
    lka_text_append(&batches->keys, "", 1);
    batches->wants_key = object;
    return true;
}

static void pop(struct lka_json_batches *batches)
{
    batches->keys.length = batches->stack[--batches->depth].key;
    batches->wants_key = false;
}

/* Escapes are left as they stand: no name of a platform has any. */
static void know_key(struct lka_json_batches *batches)
{
    batches->keys.length = batches->stack[batches->depth - 1].key;
    lka_text_append(&batches->keys, batches->key.bytes, batches->key.length - 1);
    lka_text_append(&batches->keys, "", 1);
    batches->wants_key = false;
}

/* ---- rows ------------------------------------------------------------------------------------- */

/* One element of the list up to the comma or the bracket behind it, neither of which is taken. */
static lka_status take_element(struct lka_json_batches *batches, struct lka_error *error)
{
    char c;
    size_t depth = 0;
    lka_status status = LKA_OK;
    while (peek(batches, &c, &status, error) && (depth > 0 || (c != ',' && c != ']'))) {
        step(batches);
        keep(&batches->row, c);
        depth += c == '[' || c == '{';
        depth -= depth > 0 && (c == ']' || c == '}');
        if (c == '"' && !take_string(batches, &batches->row, &status, error)) {
            batches->problem =
                "a quote that is not closed in its line; what follows is looked at from the next line on";
            return status;
        }
    }
    batches->problem = batches->row.length > PART_MOST ? "a row of more than 1 MiB"
                       : batches->ended                ? "the file ends inside"
                                                       : NULL;
    return status;
}

/* One piece of the string, up to what stands between two. */
static lka_status take_piece(struct lka_json_batches *batches, struct lka_error *error)
{
    char c;
    lka_status status = LKA_OK;
    const char between = batches->layout->format->between[0];
    lka_text_append(&batches->row, "\"", 1);
    while (peek(batches, &c, &status, error) && c != between && c != '"' && c != '\n') {
        step(batches);
        keep(&batches->row, c);
    }
    lka_text_append(&batches->row, "\"", 1);
    batches->problem = batches->row.length > PART_MOST ? "a row of more than 1 MiB"
                       : batches->ended || c == '\n'   ? "the text ends inside"
                                                       : NULL;
    return status;
}

static lka_status skip_spaces(struct lka_json_batches *batches, char *c, struct lka_error *error)
{
    lka_status status = LKA_OK;
    while (peek(batches, c, &status, error) && is_space(*c)) {
        step(batches);
    }
    return status;
}

/* *some is false behind the last one. */
static lka_status take_row(struct lka_json_batches *batches, bool *some, struct lka_error *error)
{
    char c;
    const char end = batches->in_row_string ? '"' : ']';
    const char between = batches->in_row_string ? batches->layout->format->between[0] : ',';
    lka_text_clear(&batches->row);
    LKA_TRY(skip_spaces(batches, &c, error));
    *some = !batches->ended && (c != end || batches->comma);
    if (!*some) {
        if (batches->in_row_string && !batches->ended) {
            step(batches);
            keep(&batches->frame, c);
        }
        batches->in_rows = batches->in_row_string = false;
        return LKA_OK;
    }
    LKA_TRY(batches->in_row_string ? take_piece(batches, error) : take_element(batches, error));
    LKA_TRY(skip_spaces(batches, &c, error));
    batches->comma = !batches->ended && c == between;
    batches->at += batches->comma;
    batches->bytes += batches->comma;
    return batches->row.failed ? lka_fail_memory(error, batches->row.length) : LKA_OK;
}

lka_status lka_json_batches_so_far(const struct lka_json_batches *batches, json_t **frame, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_append(&text, batches->frame.bytes, batches->frame.length);
    lka_text_string(&text, batches->in_row_string ? "\"" : "");
    for (size_t i = batches->depth; i > 0; i--) {
        lka_text_string(&text, batches->stack[i - 1].object ? "}" : "]");
    }
    lka_status status = text.failed ? lka_fail_memory(error, text.length)
                                    : lka_json_read(text.bytes, text.length, JSON_DECODE_ANY, frame, error);
    lka_text_release(&text);
    return status;
}

/* ---- the frame -------------------------------------------------------------------------------- */

static lka_status take_quoted(struct lka_json_batches *batches, struct lka_error *error)
{
    lka_status status = LKA_OK;
    if (!batches->wants_key && is_rows_place(batches, true)) {
        batches->in_row_string = true;
        batches->comma = false;
        return LKA_OK;
    }
    lka_text_clear(&batches->key);
    bool whole = take_string(batches, &batches->key, &status, error);
    lka_text_append(&batches->frame, batches->key.bytes ? batches->key.bytes : "", batches->key.length);
    if (whole && batches->wants_key) {
        know_key(batches);
    }
    return batches->key.failed ? lka_fail_memory(error, batches->key.length) : status;
}

static void take_mark(struct lka_json_batches *batches, char c)
{
    if (c == '[' || c == '{') {
        batches->in_rows = c == '[' && is_rows_place(batches, false);
        batches->comma = false;
        batches->problem = push(batches, c == '{') ? NULL : "lists and objects within each other more than 32 deep";
    } else if ((c == ']' || c == '}') && batches->depth > 0) {
        pop(batches);
    } else if (c == ',' && batches->depth > 0) {
        batches->stack[batches->depth - 1].index++;
        batches->wants_key = batches->stack[batches->depth - 1].object;
    }
}

/* One byte of the frame, and what comes with it. *event is LKA_BATCH_END behind the last one. */
static lka_status take_frame(struct lka_json_batches *batches, char c, enum lka_batch_event *event,
                             struct lka_error *error)
{
    bool first = batches->frame.length == 0;
    step(batches);
    if (first && is_space(c)) {
        batches->bytes = 0;
        return LKA_OK;
    }
    keep(&batches->frame, c);
    if (first && c != '{' && c != '[') {
        batches->problem = "no JSON: an object or a list is wanted";
    } else if (c == '"') {
        LKA_TRY(take_quoted(batches, error));
    } else {
        take_mark(batches, c);
    }
    if (batches->frame.length > PART_MOST) {
        batches->problem = "more than 1 MiB besides the rows: they are not where the platform takes them from";
    }
    *event = batches->depth == 0 || batches->problem ? LKA_BATCH_END : LKA_BATCH_NONE;
    return LKA_OK;
}

/* What cannot be read on is the last batch. */
static void give_up(struct lka_json_batches *batches)
{
    batches->problem = batches->problem ? batches->problem : "the file ends inside";
    batches->ended = true;
    batches->in_rows = batches->in_row_string = false;
}

lka_status lka_json_batches_next(struct lka_json_batches *batches, enum lka_batch_event *event, struct lka_error *error)
{
    char c;
    lka_status status = LKA_OK;
    if (batches->depth == 0) {
        lka_text_clear(&batches->frame);
        lka_text_clear(&batches->keys);
        batches->bytes = 0;
    }
    *event = LKA_BATCH_NONE;
    batches->problem = NULL;
    while (*event == LKA_BATCH_NONE) {
        if (batches->in_rows || batches->in_row_string) {
            bool some;
            LKA_TRY(take_row(batches, &some, error));
            *event = some ? LKA_BATCH_ROW : LKA_BATCH_NONE;
        } else if (peek(batches, &c, &status, error)) {
            LKA_TRY(take_frame(batches, c, event, error));
        } else {
            LKA_TRY(status);
            *event = batches->frame.length > 0 ? LKA_BATCH_END : LKA_BATCH_NONE;
            if (*event == LKA_BATCH_NONE) {
                return LKA_OK;
            }
        }
    }
    if (*event == LKA_BATCH_END && (batches->problem || batches->depth > 0)) {
        give_up(batches);
        batches->depth = 0;
    }
    return batches->frame.failed || batches->keys.failed ? lka_fail_memory(error, 0) : LKA_OK;
}
