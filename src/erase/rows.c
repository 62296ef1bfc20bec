/* Whose a row is: by the ids, e-mails, phones, MAIDs and keyed hashes in it. The columns are known by their names, as
 * those of our outputs and of recognised tables are. */
#include "erase/stage.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/output.h"

#include <stdio.h>
#include <sys/stat.h>

enum kind { NOTHING, ID, EMAIL, PHONE, MAID, HASHED = 8, KEYED = 16, REJECTED = 17 };

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name);
    size_t tail = strlen(ending);
    return length >= tail && strcmp(name + length - tail, ending) == 0;
}

bool lka_erase_is_table(const char *path)
{
    return ends_with(path, ".csv") || ends_with(path, ".csv.gz") || ends_with(path, ".csv.zst");
}

bool lka_erase_is_id(const struct lka_column *column)
{
    static const char *const names[] = {"id", "contact_id", "prospect_id", "customer_id"};
    bool named = ends_with(column->name, "contact_id");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        named = named || strcmp(column->name, names[i]) == 0;
    }
    return named || column->role == LKA_ROLE_ID;
}

static uint8_t kind_of(const struct lka_column *column)
{
    const char *name = column->name;
    uint8_t hashed = ends_with(name, "_sha256") ? HASHED : 0;
    if (strcmp(name, "person") == 0 || strcmp(name, "id_key") == 0 || strcmp(name, "email_key") == 0) {
        return KEYED;
    }
    if (column->role == LKA_ROLE_EMAIL || strcmp(name, "new_email") == 0) {
        return (uint8_t)(EMAIL | hashed);
    }
    if (column->role == LKA_ROLE_PHONE || column->role == LKA_ROLE_MAID) {
        return (uint8_t)((column->role == LKA_ROLE_PHONE ? PHONE : MAID) | hashed);
    }
    return lka_erase_is_id(column) ? ID : NOTHING;
}

static lka_status find_kinds(struct lka_erase_columns *table, const char *path, struct lka_error *error)
{
    struct lka_list no_roles = {0};
    struct lka_schema *schema = &table->schema;
    LKA_TRY(lka_schema_copy(schema, lka_source_schema(table->source), error));
    LKA_TRY(lka_schema_assign_roles(schema, &no_roles, path, error));
    LKA_TRY(LKA_NEW(table->kinds, schema->count, error));
    table->rejected = ends_with(path, "rejected.csv");
    for (size_t c = 0; c < schema->count; c++) {
        table->kinds[c] = kind_of(&schema->columns[c]);
        table->kinds[c] = table->rejected && strcmp(schema->columns[c].name, "row") == 0 ? REJECTED : table->kinds[c];
        table->has_email = table->has_email || (table->kinds[c] & ~HASHED) == EMAIL;
    }
    table->country = lka_schema_role(schema, LKA_ROLE_COUNTRY);
    return LKA_OK;
}

static lka_status select_all(struct lka_erase_columns *table, struct lka_error *error)
{
    size_t *columns;
    LKA_TRY(LKA_NEW(columns, table->schema.count, error));
    for (size_t c = 0; c < table->schema.count; c++) {
        columns[c] = c;
    }
    lka_status status = lka_source_select(table->source, columns, table->schema.count, error);
    lka_free(columns);
    return status == LKA_OK ? lka_rows_init(&table->rows, table->schema.count, LKA_BLOCK_ROWS, error) : status;
}

lka_status lka_erase_table_open(struct lka_erase_columns *table, const char *path, struct lka_error *error)
{
    *table = (struct lka_erase_columns){0};
    const char *const paths[] = {path};
    const struct lka_source_options wanted = {.max_field = UINT32_MAX - 1, .any_bytes = true};
    LKA_TRY(lka_source_open(paths, 1, &wanted, &table->source, error));
    LKA_TRY(find_kinds(table, path, error));
    return select_all(table, error);
}

void lka_erase_table_close(struct lka_erase_columns *table)
{
    lka_source_close(table->source);
    lka_schema_release(&table->schema);
    lka_rows_release(&table->rows);
    lka_free(table->kinds);
    *table = (struct lka_erase_columns){0};
}

/* ---- one row ------------------------------------------------------------------------------------ */

static enum lka_id_type type_of(uint8_t kind)
{
    uint8_t plain = kind & (uint8_t)~HASHED;
    return plain == EMAIL ? LKA_ID_EMAIL : plain == PHONE ? LKA_ID_PHONE : LKA_ID_MAID;
}

static lka_status forms_of(const struct lka_erase_columns *table, size_t column, size_t row,
                           struct lka_form forms[LKA_FORMS_MAX], int *count, struct lka_error *error)
{
    struct lka_span country = table->country == LKA_NO_COLUMN ? (struct lka_span){"", 0}
                                                              : lka_cell(&table->rows, (size_t)table->country, row);
    char code[3] = "";
    memcpy(code, country.text, country.length == 2 ? 2 : 0);
    struct lka_span value = lka_cell(&table->rows, column, row);
    uint8_t kind = table->kinds[column];
    *count = value.length == 0 ? 0
                               : lka_forms_of(type_of(kind), value, code[0] ? code : NULL, (kind & HASHED) != 0, forms);
    return *count < 0 ? lka_fail_memory(error, value.length) : LKA_OK;
}

static lka_status has_form(struct lka_erasing *erasing, const struct lka_erase_columns *table, size_t column,
                           size_t row, bool *has, struct lka_error *error)
{
    struct lka_form forms[LKA_FORMS_MAX];
    int count;
    LKA_TRY(forms_of(table, column, row, forms, &count, error));
    for (int i = 0; i < count && !*has; i++) {
        LKA_TRY(lka_erase_keys_has_form(&erasing->keys, &forms[i], has, error));
    }
    return LKA_OK;
}

/* A row that some table's reader refused: whatever stands between separators is looked at. */
static lka_status has_part(struct lka_erasing *erasing, struct lka_span row, bool *has, struct lka_error *error)
{
    /* Before what a spreadsheet would run stands an apostrophe (lka_text_csv_for_people). */
    struct lka_span behind = {row.text + 1, row.length > 0 ? row.length - 1 : 0};
    bool escaped = row.length > 1 && row.text[0] == '\'' && lka_span_is_formula(behind);
    for (uint32_t at = escaped; at <= row.length && !*has;) {
        uint32_t end = at;
        while (end < row.length && !strchr(",;\t\"", row.text[end])) {
            end++;
        }
        struct lka_span part = {row.text + at, end - at};
        struct lka_form forms[LKA_FORMS_MAX];
        static const char *const numberings[] = {LKA_CONTACT_NUMBERING, "prospect_id", "id"};
        for (size_t n = 0; n < 3; n++) {
            LKA_TRY(lka_erase_keys_has_id(&erasing->keys, numberings[n], part, has, error));
        }
        int count = part.length > 0 && memchr(part.text, '@', part.length)
                        ? lka_forms_of(LKA_ID_EMAIL, part, NULL, false, forms)
                        : 0;
        LKA_TRY(count < 0 ? lka_fail_memory(error, part.length) : LKA_OK);
        for (int i = 0; i < count && !*has; i++) {
            LKA_TRY(lka_erase_keys_has_form(&erasing->keys, &forms[i], has, error));
        }
        at = end + 1;
    }
    return LKA_OK;
}

struct meeting {
    bool met;
    bool by_phone;
    bool has_email;
};

static lka_status look_at(struct lka_erasing *erasing, const struct lka_erase_columns *table, size_t column, size_t row,
                          struct meeting *meeting, struct lka_error *error)
{
    uint8_t kind = table->kinds[column];
    struct lka_span value = lka_cell(&table->rows, column, row);
    if (kind == NOTHING || value.length == 0) {
        return LKA_OK;
    }
    if (kind == ID) {
        const char *numbering = lka_id_numbering(table->schema.columns[column].name);
        numbering = ends_with(numbering, "contact_id") ? LKA_CONTACT_NUMBERING : numbering;
        return lka_erase_keys_has_id(&erasing->keys, numbering, value, &meeting->met, error);
    }
    if (kind == KEYED) {
        return lka_erase_keys_has_hex(&erasing->keys, value, &meeting->met, error);
    }
    if (kind == REJECTED) {
        return has_part(erasing, value, &meeting->met, error);
    }
    bool is_phone = type_of(kind) == LKA_ID_PHONE;
    meeting->has_email = meeting->has_email || type_of(kind) == LKA_ID_EMAIL;
    if (is_phone && erasing->keys.phones == 0) {
        return LKA_OK;
    }
    return has_form(erasing, table, column, row, is_phone ? &meeting->by_phone : &meeting->met, error);
}

/* Ids, e-mails and MAIDs; a phone may be a family's. */
static lka_status learn_from(struct lka_erasing *erasing, const struct lka_erase_columns *table, size_t row,
                             struct lka_error *error)
{
    for (size_t c = 0; c < table->schema.count; c++) {
        struct lka_span value = lka_cell(&table->rows, c, row);
        struct lka_form forms[LKA_FORMS_MAX];
        int count = 0;
        uint8_t kind = table->kinds[c];
        if (kind == ID && value.length > 0) {
            LKA_TRY(
                lka_erase_keys_add_id(&erasing->keys, lka_id_numbering(table->schema.columns[c].name), value, error));
        } else if (kind != NOTHING && kind < KEYED && type_of(kind) != LKA_ID_PHONE) {
            LKA_TRY(forms_of(table, c, row, forms, &count, error));
        }
        for (int i = 0; i < count; i++) {
            LKA_TRY(lka_erase_keys_add_form(&erasing->keys, &forms[i], true, false, error));
        }
        if (kind == MAID && value.length > 0) {
            LKA_TRY(lka_erase_keys_add_maid(&erasing->keys, value, error));
        }
    }
    return LKA_OK;
}

/* Somebody has a phone that is all that was given of a person: perhaps they are the only one. */
static lka_status learn_share(struct lka_erasing *erasing, const struct lka_erase_columns *table, size_t row,
                              struct lka_error *error)
{
    for (size_t c = 0; c < table->schema.count; c++) {
        struct lka_form forms[LKA_FORMS_MAX];
        int count = 0;
        if (table->kinds[c] == PHONE) {
            LKA_TRY(forms_of(table, c, row, forms, &count, error));
        }
        for (int i = 0; i < count; i++) {
            for (size_t e = 0; e < table->schema.count; e++) {
                LKA_TRY(table->kinds[e] == EMAIL
                            ? lka_erase_keys_share(&erasing->keys, &forms[i], lka_cell(&table->rows, e, row), error)
                            : LKA_OK);
            }
        }
    }
    return LKA_OK;
}

lka_status lka_erase_row(struct lka_erasing *erasing, struct lka_erase_columns *table, size_t row, bool learn,
                         bool *met, bool *shared, struct lka_error *error)
{
    struct meeting meeting = {0};
    for (size_t c = 0; c < table->schema.count; c++) {
        LKA_TRY(look_at(erasing, table, c, row, &meeting, error));
    }
    *met = meeting.met || (meeting.by_phone && !meeting.has_email);
    *shared = meeting.by_phone && !*met;
    LKA_TRY(*shared && learn ? learn_share(erasing, table, row, error) : LKA_OK);
    return *met && learn && !table->rejected ? learn_from(erasing, table, row, error) : LKA_OK;
}

/* ---- a whole table ------------------------------------------------------------------------------ */

static bool is_private(const char *path)
{
    struct stat facts;
    return stat(path, &facts) != 0 || (facts.st_mode & 077) == 0;
}

struct splitting {
    struct lka_erase_columns table;
    struct lka_output *met;
    struct lka_output *rest;
    struct lka_text line;
};

static lka_status put_line(struct splitting *splitting, struct lka_output *output, struct lka_error *error)
{
    struct lka_text *line = &splitting->line;
    lka_text_append(line, "\n", 1);
    return line->failed ? lka_fail_memory(error, line->length)
                        : lka_output_write(output, line->bytes, line->length, error);
}

static lka_status put_header(struct splitting *splitting, struct lka_output *output, struct lka_error *error)
{
    lka_text_clear(&splitting->line);
    for (size_t c = 0; c < splitting->table.schema.count; c++) {
        lka_text_append(&splitting->line, ",", c > 0);
        lka_text_csv_field(&splitting->line, lka_span_of(splitting->table.schema.columns[c].name), ',');
    }
    return put_line(splitting, output, error);
}

static lka_status put_row(struct splitting *splitting, struct lka_output *output, size_t row, struct lka_error *error)
{
    lka_text_clear(&splitting->line);
    for (size_t c = 0; c < splitting->table.schema.count; c++) {
        struct lka_span cell = lka_cell(&splitting->table.rows, c, row);
        lka_text_append(&splitting->line, ",", c > 0);
        if (cell.length > 0) {
            lka_text_csv_field(&splitting->line, cell, ',');
        }
    }
    return put_line(splitting, output, error);
}

static lka_status split_rows(struct lka_erasing *erasing, struct splitting *splitting, bool learn, uint64_t *count,
                             struct lka_error *error)
{
    struct lka_erase_columns *table = &splitting->table;
    LKA_TRY(splitting->met ? put_header(splitting, splitting->met, error) : LKA_OK);
    LKA_TRY(splitting->rest ? put_header(splitting, splitting->rest, error) : LKA_OK);
    do {
        LKA_TRY(lka_source_next(table->source, &table->rows, error));
        for (size_t row = 0; row < table->rows.count; row++) {
            bool met = false;
            bool shared = false;
            LKA_TRY(lka_erase_row(erasing, table, row, learn, &met, &shared, error));
            struct lka_output *output = met ? splitting->met : splitting->rest;
            LKA_TRY(output ? put_row(splitting, output, row, error) : LKA_OK);
            *count += met;
            erasing->kept_phones += shared && learn;
        }
        LKA_TRY(lka_step(lka_erasing_session(erasing), "search", 0, 0, error));
    } while (table->rows.count > 0);
    return LKA_OK;
}

static lka_status commit(struct lka_output **output, struct lka_error *error)
{
    struct lka_output *done = *output;
    *output = NULL;
    return done ? lka_output_commit(done, error) : LKA_OK;
}

static lka_status split(struct lka_erasing *erasing, struct splitting *splitting, const char *path, const char *met,
                        const char *rest, bool learn, uint64_t *count, struct lka_error *error)
{
    LKA_TRY(lka_erase_table_open(&splitting->table, path, error));
    LKA_TRY(met ? lka_output_open(met, true, &splitting->met, error) : LKA_OK);
    LKA_TRY(rest ? lka_output_open(rest, is_private(path), &splitting->rest, error) : LKA_OK);
    LKA_TRY(split_rows(erasing, splitting, learn, count, error));
    LKA_TRY(commit(&splitting->met, error));
    return commit(&splitting->rest, error);
}

lka_status lka_erase_split(struct lka_erasing *erasing, const char *path, const char *met, const char *rest, bool learn,
                           uint64_t *count, struct lka_error *error)
{
    struct splitting splitting = {0};
    *count = 0;
    lka_status status = split(erasing, &splitting, path, met, rest, learn, count, error);
    lka_output_abandon(splitting.met);
    lka_output_abandon(splitting.rest);
    lka_text_release(&splitting.line);
    lka_erase_table_close(&splitting.table);
    return status;
}
