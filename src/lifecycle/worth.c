#include "lifecycle/worth.h"

#include "base/error.h"
#include "source/each_row.h"

const char *const lka_worth_names[LKA_WORTH_FIELDS] = {
#define X(name) #name,
    LKA_WORTH_FIELDS_X(X)
#undef X
};

struct reading {
    struct lka_worth *worth;
    const struct lka_roster *roster;
    size_t selected[LKA_WORTH_FIELDS + 1]; /* contact_id, then those that the table has */
    size_t count;
    struct lka_rows rows;
};

static lka_status find_columns(struct reading *reading, const struct lka_source *source, struct lka_error *error)
{
    const struct lka_schema *schema = lka_source_schema(source);
    ptrdiff_t id = lka_schema_find(schema, LKA_SPAN("contact_id"));
    reading->selected[reading->count++] = (size_t)id;
    for (size_t f = 0; f < LKA_WORTH_FIELDS; f++) {
        ptrdiff_t column = lka_schema_find(schema, lka_span_of(lka_worth_names[f]));
        reading->worth->has[f] = column != LKA_NO_COLUMN;
        if (reading->worth->has[f]) {
            reading->selected[reading->count++] = (size_t)column;
        }
    }
    const bool *has = reading->worth->has;
    return id != LKA_NO_COLUMN && has[LKA_WORTH_p_alive] && has[LKA_WORTH_cluster]
               ? LKA_OK
               : lka_fail_at(
                     error, LKA_USAGE, lka_source_name(source), 1, 0,
                     "has no columns \"contact_id\", \"p_alive\" and \"cluster\"; --value wants what `lookalike "
                     "value` wrote");
}

static lka_status keep(void *user, size_t row, struct lka_error *error)
{
    struct reading *reading = user;
    const struct lka_rows *rows = &reading->rows;
    uint32_t member = lka_roster_find(reading->roster, lka_cell(rows, 0, row));
    if (member == LKA_NOBODY) {
        return LKA_OK;
    }
    struct lka_text *bytes = &reading->worth->bytes;
    reading->worth->starts[member] = bytes->length + 1;
    for (size_t cell = 1; cell < reading->count; cell++) {
        struct lka_span text = lka_cell(rows, cell, row);
        if (text.length > UINT8_MAX) {
            return lka_fail_at(error, LKA_DATA, rows->file, rows->lines[row], rows->fields[cell],
                               "is longer than anything that `lookalike value` writes");
        }
        lka_text_append(bytes, (const char[]){(char)text.length}, 1);
        lka_text_append(bytes, text.text, text.length);
    }
    return bytes->failed ? lka_fail_memory(error, bytes->capacity) : LKA_OK;
}

static lka_status read_source(struct reading *reading, struct lka_source *source, const struct lka_session *session,
                              struct lka_error *error)
{
    LKA_TRY(find_columns(reading, source, error));
    LKA_TRY(LKA_NEW(reading->worth->starts, reading->roster->count, error));
    LKA_TRY(lka_source_select(source, reading->selected, reading->count, error));
    LKA_TRY(lka_rows_init(&reading->rows, reading->count, LKA_BLOCK_ROWS, error));
    lka_status status = lka_source_each_row(source, &reading->rows, "value", session, keep, reading, error);
    lka_rows_release(&reading->rows);
    return status;
}

lka_status lka_worth_read(struct lka_worth *worth, const char *directory, const struct lka_roster *roster,
                          const struct lka_session *session, struct lka_error *error)
{
    struct reading reading = {.worth = worth, .roster = roster};
    struct lka_source_options options = {.separator = ','};
    struct lka_source *source = NULL;
    struct lka_text text = {0};
    char *path = NULL;
    lka_text_format(&text, "%s/value.csv", directory);
    LKA_TRY(lka_text_take(&text, &path, error));
    const char *paths[] = {path};
    lka_status status = lka_source_open(paths, 1, &options, &source, error);
    lka_free(path);
    LKA_TRY(status);
    status = read_source(&reading, source, session, error);
    lka_source_close(source);
    return status;
}

void lka_worth_release(struct lka_worth *worth)
{
    lka_free(worth->starts);
    lka_text_release(&worth->bytes);
    *worth = (struct lka_worth){0};
}

struct lka_span lka_worth_of(const struct lka_worth *worth, size_t member, size_t field)
{
    if (!worth->starts || worth->starts[member] == 0) {
        return LKA_SPAN("");
    }
    const char *at = worth->bytes.bytes + worth->starts[member] - 1;
    for (size_t f = 0; f < field; f++) {
        at += worth->has[f] ? 1 + (uint8_t)*at : 0;
    }
    return (struct lka_span){at + 1, (uint8_t)*at};
}
