/* A platform's JSON: batch after batch, each row, then what the batch says of itself. The layout is that of the
 * templates by which `export` writes (json_layout.h). */
#include "export/check_json.h"

#include "export/check_row.h"
#include "export/json_batches.h"
#include "export/json_match.h"

#include "base/error.h"
#include "base/json.h"

#include <stdio.h>

struct json_check {
    struct lka_checking *checking;
    struct lka_json_layout layout;
    struct lka_json_batches batches;
    struct lka_json_matching matching;
    struct lka_json_names names;
    bool named; /* of this batch */
    uint64_t batch;
    uint64_t row; /* of the batch */
    struct lka_batch_facts before;
    bool begins;          /* the first batch is an upload's first */
    uint64_t rows_before; /* of all batches up to now */
    bool signals;         /* the batch says that everybody granted both */
};

static lka_status say(struct json_check *check, uint64_t row, const char *field, const char *problem,
                      struct lka_error *error)
{
    return lka_check_say(check->checking, (struct lka_checked_place){check->batch, row}, field, "refused", problem,
                         error);
}

/* Additions or removals: which of them the JSON is nearer to, or --operation says. */
static lka_status nearest_frame(struct json_check *check, const json_t *frame, size_t *way, struct lka_error *error)
{
    size_t differences[LKA_JSON_WAYS] = {0};
    check->matching.checking = NULL;
    for (size_t w = 0; w < LKA_JSON_WAYS; w++) {
        LKA_TRY(lka_json_match_frame(&check->matching, check->layout.frames[w], frame, error));
        differences[w] = check->matching.differences;
    }
    check->matching.checking = check->checking;
    if (check->checking->options->operation == 1) {
        *way = LKA_JSON_REMOVES;
        return LKA_OK;
    }
    *way = differences[LKA_JSON_REMOVES] < differences[LKA_JSON_ADDS] ? LKA_JSON_REMOVES : LKA_JSON_ADDS;
    return LKA_OK;
}

/* ---- names ------------------------------------------------------------------------------------ */

/* The column of the layout's row that the name is of, the further ones of a repeated name in their order. */
static size_t column_of(const struct json_check *check, const json_t *ours, const char *name)
{
    size_t earlier = 0;
    for (size_t i = 0; i < check->names.count; i++) {
        earlier += strcmp(check->names.labels[i], name) == 0;
    }
    for (size_t c = 0; c < json_array_size(ours); c++) {
        if (strcmp(json_string_value(json_array_get(ours, c)), name) == 0 && earlier-- == 0) {
            return c;
        }
    }
    return SIZE_MAX;
}

static lka_status take_name(struct json_check *check, const json_t *ours, const json_t *name, struct lka_error *error)
{
    struct lka_json_names *names = &check->names;
    const char *text = json_string_value(name) ? json_string_value(name) : "";
    char label[sizeof names->labels[0]];
    snprintf(label, sizeof label, "%.40s", text);
    size_t column = column_of(check, ours, label);
    names->columns[names->count] = column;
    memcpy(names->labels[names->count++], label, sizeof label);
    return column == SIZE_MAX ? say(check, 0, *label ? label : check->layout.format->names,
                                    "no name of the platform's list, or once too often", error)
                              : LKA_OK;
}

/* Before the first row: what its values are. The platform's own list, where the file has none yet. */
static lka_status take_names(struct json_check *check, const json_t *frame, struct lka_error *error)
{
    const char *path = check->layout.format->names;
    const json_t *ours = path ? lka_json_at(check->layout.frames[LKA_JSON_ADDS], path) : NULL;
    const json_t *theirs = path ? lka_json_at(frame, path) : NULL;
    check->names.count = 0;
    check->named = json_is_array(theirs);
    if (!json_is_array(ours) || !check->named) {
        return LKA_OK;
    }
    if (json_array_size(theirs) > LKA_CHECKED_VALUES) {
        check->named = false;
        return say(check, 0, path, "more names than a row may have values", error);
    }
    for (size_t i = 0; i < json_array_size(theirs); i++) {
        LKA_TRY(take_name(check, ours, json_array_get(theirs, i), error));
    }
    return LKA_OK;
}

/* Names that stand behind the rows were not known when these were read. */
static lka_status check_names(struct json_check *check, const json_t *frame, struct lka_error *error)
{
    const char *path = check->layout.format->names;
    if (!path || check->named) {
        return LKA_OK;
    }
    const json_t *theirs = lka_json_at(frame, path);
    if (!theirs || check->row == 0) {
        return take_names(check, frame, error);
    }
    return json_equal(theirs, lka_json_at(check->layout.frames[LKA_JSON_ADDS], path))
               ? LKA_OK
               : say(check, 0, path,
                     "stands behind the rows and is another list than the platform's files have: they were read in the "
                     "order of those; put it before the rows",
                     error);
}

/* ---- a row ------------------------------------------------------------------------------------ */

/* Of additions and removals, and with the words for signals and without, the layout that it is nearest to. */
static lka_status nearest_row(struct json_check *check, const json_t *row, const json_t **pattern, bool *signals,
                              struct lka_error *error)
{
    size_t least = SIZE_MAX;
    check->matching.checking = NULL;
    for (size_t i = 0; i < 2 * LKA_JSON_WAYS && least > 0; i++) {
        const json_t *other = check->layout.rows[i / 2][1 - i % 2];
        LKA_TRY(lka_json_match_row(&check->matching, other, row, error));
        if (check->matching.differences < least) {
            least = check->matching.differences;
            *pattern = other;
            *signals = i % 2 == 1;
        }
    }
    check->matching.checking = check->checking;
    return LKA_OK;
}

static lka_status check_values(struct json_check *check, const json_t *row, struct lka_error *error)
{
    const json_t *pattern = NULL;
    bool signals = false;
    struct lka_json_matching *matching = &check->matching;
    matching->place = (struct lka_checked_place){check->batch, check->row};
    matching->names = check->named ? &check->names : NULL;
    LKA_TRY(nearest_row(check, row, &pattern, &signals, error));
    LKA_TRY(lka_json_match_row(matching, pattern, row, error));
    if (matching->differences > 0 && matching->row.count == 0) {
        return LKA_OK; /* it has no layout at all: nothing is left to be said of it */
    }
    matching->row.signals = signals || check->signals;
    return lka_check_person(check->checking, matching->place, &matching->row, error);
}

static lka_status begin_rows(struct json_check *check, struct lka_error *error)
{
    json_t *frame = NULL;
    LKA_TRY(lka_json_batches_so_far(&check->batches, &frame, error));
    const json_t *signals = check->layout.signals;
    const char *key;
    json_t *member;
    check->signals = json_object_size(signals) > 0;
    json_object_foreach((json_t *)(uintptr_t)signals, key, member)
    {
        check->signals = check->signals && json_equal(json_object_get(frame, key), member);
    }
    check->checking->in_row = false;
    lka_status status = take_names(check, frame, error);
    json_decref(frame);
    return status;
}

static lka_status check_row(struct json_check *check, struct lka_error *error)
{
    const struct lka_json_batches *batches = &check->batches;
    json_t *row = NULL;
    LKA_TRY(check->row == 0 ? begin_rows(check, error) : LKA_OK);
    check->row++;
    check->checking->row_count++;
    check->checking->in_row = true;
    if (batches->problem) {
        return say(check, check->row, "", batches->problem, error);
    }
    LKA_TRY(lka_json_read(batches->row.length ? batches->row.bytes : "", batches->row.length,
                          JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &row, error));
    lka_status status = row ? check_values(check, row, error) : say(check, check->row, "", "no JSON", error);
    json_decref(row);
    return status;
}

/* ---- a batch ---------------------------------------------------------------------------------- */

/* Batches of one upload: numbered one after the other, of one session, and the last one says that it is. */
static lka_status check_sequence(struct json_check *check, struct lka_error *error)
{
    const struct lka_batch_facts *now = &check->matching.facts;
    const struct lka_batch_facts *before = &check->before;
    bool follows = check->batch > 1;
    if (follows && before->last == 1) {
        LKA_TRY(say(check, 0, "", "stands behind a batch that is said to be the last one", error));
    }
    if (follows && now->sequence > 0 && before->sequence > 0 && now->sequence != before->sequence + 1) {
        LKA_TRY(say(check, 0, "", "not the number that follows that of the batch before", error));
    }
    if (follows && now->session > 0 && before->session > 0 && now->session != before->session) {
        LKA_TRY(say(check, 0, "", "of another session than the batch before", error));
    }
    if (follows && now->total >= 0 && before->total >= 0 && now->total != before->total) {
        LKA_TRY(say(check, 0, "", "another total than in the batch before", error));
    }
    if (now->total >= 0 && check->rows_before > (uint64_t)now->total) {
        LKA_TRY(say(check, 0, "", "more rows up to here than the total that is told", error));
    }
    return LKA_OK;
}

static lka_status check_limits(struct json_check *check, struct lka_error *error)
{
    const struct lka_platform_format *format = check->layout.format;
    if (check->row == 0) {
        LKA_TRY(say(check, 0, check->layout.rows_at, "no rows", error));
    }
    if (format->rows > 0 && check->row > format->rows) {
        LKA_TRY(say(check, 0, check->layout.rows_at, "more rows than one file may have", error));
    }
    return format->bytes > 0 && check->batches.bytes > format->bytes
               ? say(check, 0, "", "more bytes than one file may have", error)
               : LKA_OK;
}

static lka_status check_frame(struct json_check *check, const json_t *frame, struct lka_error *error)
{
    size_t way = LKA_JSON_ADDS;
    check->matching.place = (struct lka_checked_place){check->batch, 0};
    check->matching.names = NULL;
    LKA_TRY(nearest_frame(check, frame, &way, error));
    LKA_TRY(check_names(check, frame, error));
    LKA_TRY(lka_json_match_frame(&check->matching, check->layout.frames[way], frame, error));
    LKA_TRY(check_sequence(check, error));
    const struct lka_batch_facts *facts = &check->matching.facts;
    bool numbered = facts->sequence > 0 && facts->last >= 0;
    check->begins = check->batch == 1 ? facts->sequence == 1 : check->begins;
    check->checking->is_part = numbered && !(check->begins && facts->last == 1);
    check->before = *facts;
    return check_limits(check, error);
}

/* A problem of the JSON as a whole, where jansson saw it. */
static lka_status check_batch(struct json_check *check, struct lka_error *error)
{
    const struct lka_json_batches *batches = &check->batches;
    json_t *frame = NULL;
    check->checking->in_row = false;
    check->rows_before += check->row;
    if (batches->problem) {
        return say(check, 0, "", batches->problem, error);
    }
    LKA_TRY(lka_json_read(batches->frame.bytes, batches->frame.length, JSON_REJECT_DUPLICATES, &frame, error));
    lka_status status = frame ? check_frame(check, frame, error) : say(check, 0, "", "no JSON", error);
    json_decref(frame);
    return status;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static lka_status check_all(struct json_check *check, const struct lka_session *session, struct lka_error *error)
{
    struct lka_checking *checking = check->checking;
    enum lka_batch_event event;
    LKA_TRY(lka_json_layout_init(&check->layout, checking->platform, checking->format, error));
    check->matching.layout = &check->layout;
    LKA_TRY(lka_json_batches_open(&check->batches, &check->layout, checking->options->check, error));
    check->batch = 1;
    do {
        LKA_TRY(lka_json_batches_next(&check->batches, &event, error));
        LKA_TRY(event == LKA_BATCH_ROW   ? check_row(check, error)
                : event == LKA_BATCH_END ? check_batch(check, error)
                                         : LKA_OK);
        if (event == LKA_BATCH_END) {
            check->batch++;
            check->row = 0;
            check->named = false;
        }
        LKA_TRY(checking->row_count % 4096 == 0 ? lka_step(session, "check", checking->row_count, 0, error) : LKA_OK);
    } while (event != LKA_BATCH_NONE);
    return check->batch > 1 ? LKA_OK
                            : lka_fail_at(error, LKA_DATA, checking->options->check, 0, 0,
                                          "is empty; an object or a list is needed");
}

lka_status lka_check_json(struct lka_checking *checking, const struct lka_session *session, struct lka_error *error)
{
    struct json_check check = {.checking = checking};
    lka_status status = check_all(&check, session, error);
    lka_json_batches_release(&check.batches);
    lka_json_matching_release(&check.matching);
    lka_json_layout_release(&check.layout);
    return status;
}
