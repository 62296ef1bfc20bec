/* Who is to be erased: a table, one person, or the contacts that may be kept no longer. */
#include "erase/stage.h"

#include "base/date.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>

/* ---- one person ----------------------------------------------------------------------------------- */

static lka_status give(struct lka_erasing *erasing, const struct lka_form *form, struct lka_error *error)
{
    LKA_TRY(
        lka_reserve(&erasing->forms, &erasing->form_capacity, erasing->form_count + 1, sizeof *erasing->forms, error));
    erasing->forms[erasing->form_count++] = *form;
    return LKA_OK;
}

/* *read is false if there is nothing by which anybody could be known. */
static lka_status take_value(struct lka_erasing *erasing, enum lka_id_type type, struct lka_span value,
                             const char *country, bool hashed, bool alone, bool *read, struct lka_error *error)
{
    struct lka_form forms[LKA_FORMS_MAX];
    int count = value.length > 0 ? lka_forms_of(type, value, country, hashed, forms) : 0;
    bool is_phone = type == LKA_ID_PHONE;
    if (count < 0) {
        return lka_fail_memory(error, value.length);
    }
    for (int i = 0; i < count; i++) {
        LKA_TRY(lka_erase_keys_add_form(&erasing->keys, &forms[i], !is_phone || alone, is_phone, error));
        LKA_TRY(give(erasing, &forms[i], error));
    }
    *read = *read || count > 0;
    return type == LKA_ID_MAID && count > 0 && !hashed ? lka_erase_keys_add_maid(&erasing->keys, value, error) : LKA_OK;
}

static void begin_person(struct lka_erasing *erasing)
{
    erasing->keys.person = (uint32_t)++erasing->people;
}

/* The cells of one row of the table for platforms. */
static lka_status put_given(struct lka_erasing *erasing, const struct lka_span cells[4], struct lka_error *error)
{
    struct lka_text *given = &erasing->given;
    if (cells[0].length + cells[1].length + cells[2].length == 0) {
        return LKA_OK;
    }
    lka_text_string(given, given->length ? "" : "email,phone,maid,country\n");
    for (size_t i = 0; i < 4; i++) {
        lka_text_append(given, ",", i > 0);
        lka_text_csv_field(given, cells[i], ',');
    }
    lka_text_append(given, "\n", 1);
    return given->failed ? lka_fail_memory(error, given->capacity) : LKA_OK;
}

static lka_status take_one(struct lka_erasing *erasing, struct lka_error *error)
{
    const struct lka_erase_options *options = erasing->options;
    struct lka_span email = options->email ? lka_span_of(options->email) : (struct lka_span){"", 0};
    struct lka_span phone = options->phone ? lka_span_of(options->phone) : (struct lka_span){"", 0};
    bool strong = options->contact && options->contact[0];
    begin_person(erasing);
    LKA_TRY(strong ? lka_erase_keys_add_id(&erasing->keys, LKA_CONTACT_NUMBERING, lka_span_of(options->contact), error)
                   : LKA_OK);
    LKA_TRY(take_value(erasing, LKA_ID_EMAIL, email, NULL, false, false, &strong, error));
    if (email.length > 0 && erasing->form_count == 0) {
        return lka_fail(error, LKA_USAGE, "--email: *** is no e-mail: it has no @");
    }
    size_t before = erasing->form_count;
    bool read = strong;
    LKA_TRY(take_value(erasing, LKA_ID_PHONE, phone, options->country, false, !strong, &read, error));
    if (phone.length > 0 && erasing->form_count == before) {
        return lka_fail(error, LKA_USAGE, "--phone: *** is no phone: it has no digits");
    }
    const struct lka_span cells[4] = {
        email, phone, {"", 0}, options->country ? lka_span_of(options->country) : (struct lka_span){"", 0}};
    return read ? put_given(erasing, cells, error) : lka_fail(error, LKA_USAGE, "--contact is empty: it names nobody");
}

/* ---- a table ---------------------------------------------------------------------------------------- */

struct asking {
    struct lka_erasing *erasing;
    struct lka_table table;
    struct lka_person_columns who;
    struct lka_rows rows; /* all columns */
    uint64_t nobody;
};

static lka_status check_values(const struct asking *asking, size_t row, struct lka_error *error)
{
    struct lka_form forms[LKA_PERSON_FORMS];
    size_t unused;
    return lka_person_forms(&asking->who, &asking->rows, row, forms, &unused, error);
}

static lka_status take_ids(struct asking *asking, size_t row, bool *some, struct lka_error *error)
{
    const struct lka_schema *schema = &asking->table.schema;
    for (size_t c = 0; c < schema->count; c++) {
        struct lka_span id = lka_cell(&asking->rows, c, row);
        const char *numbering = lka_id_numbering(schema->columns[c].name);
        if (schema->columns[c].role != LKA_ROLE_ID || id.length == 0) {
            continue;
        }
        *some = true;
        LKA_TRY(lka_erase_keys_add_id(&asking->erasing->keys, numbering, id, error));
        /* An id of no special kind may well be the contact's. */
        if (strcmp(numbering, "prospect_id") != 0) {
            LKA_TRY(lka_erase_keys_add_id(&asking->erasing->keys, LKA_CONTACT_NUMBERING, id, error));
        }
    }
    return LKA_OK;
}

static lka_status take_forms(struct asking *asking, size_t row, bool phones, bool *some, struct lka_error *error)
{
    struct lka_span country = lka_person_country(&asking->who, &asking->rows, row);
    char code[3] = "";
    bool alone = !*some;
    memcpy(code, country.text, country.length == 2 ? 2 : 0);
    for (size_t i = 0; i < asking->who.count; i++) {
        const struct lka_person_column *column = &asking->who.items[i];
        if ((column->type == LKA_ID_PHONE) == phones) {
            LKA_TRY(take_value(asking->erasing, column->type, lka_cell(&asking->rows, column->cell, row),
                               code[0] ? code : NULL, column->hashed, alone, some, error));
        }
    }
    return LKA_OK;
}

static lka_status give_row(struct asking *asking, size_t row, struct lka_error *error)
{
    struct lka_span cells[4] = {{"", 0}, {"", 0}, {"", 0}, {"", 0}};
    for (size_t i = 0; i < asking->who.count; i++) {
        const struct lka_person_column *column = &asking->who.items[i];
        size_t at = column->type == LKA_ID_EMAIL ? 0 : column->type == LKA_ID_PHONE ? 1 : 2;
        if (!column->hashed && cells[at].length == 0) {
            cells[at] = lka_cell(&asking->rows, column->cell, row);
        }
    }
    cells[3] = lka_person_country(&asking->who, &asking->rows, row);
    return put_given(asking->erasing, cells, error);
}

static lka_status take_row(struct asking *asking, size_t row, struct lka_error *error)
{
    bool some = false;
    begin_person(asking->erasing);
    LKA_TRY(check_values(asking, row, error));
    LKA_TRY(take_ids(asking, row, &some, error));
    LKA_TRY(take_forms(asking, row, false, &some, error));
    LKA_TRY(take_forms(asking, row, true, &some, error));
    asking->nobody += !some;
    asking->erasing->people -= !some;
    return give_row(asking, row, error);
}

static lka_status open_table(struct asking *asking, struct lka_error *error)
{
    struct lka_erasing *erasing = asking->erasing;
    const struct lka_table *tables[] = {&asking->table};
    size_t *columns;
    LKA_TRY(lka_table_open(&erasing->options->ids, erasing->all, NULL, false, &asking->table, error));
    LKA_TRY(lka_tables_check(erasing->all, tables, 1, error));
    LKA_TRY(lka_tables_check_list(erasing->all, "hashed", tables, 1, error));
    const struct lka_schema *schema = &asking->table.schema;
    LKA_TRY(lka_person_columns_find(schema, &erasing->options->hashed, erasing->options->country, &asking->who, error));
    if (asking->who.count == 0 && asking->who.id == (size_t)LKA_NO_COLUMN) {
        return lka_fail_at(error, LKA_USAGE, lka_source_name(asking->table.source), 1, 0,
                           "no column tells who somebody is; allowed: contact_id or another id, e-mail, phone, MAID, "
                           "recognised by name or said with --role NAME=email (id, phone, maid)");
    }
    for (size_t i = 0; i < asking->who.count; i++) {
        asking->who.items[i].cell = asking->who.items[i].column;
    }
    asking->who.country_cell = asking->who.country == LKA_NO_COLUMN ? 0 : (size_t)asking->who.country;
    LKA_TRY(LKA_NEW(columns, schema->count, error));
    for (size_t c = 0; c < schema->count; c++) {
        columns[c] = c;
    }
    lka_status status = lka_source_select(asking->table.source, columns, schema->count, error);
    lka_free(columns);
    return status == LKA_OK ? lka_rows_init(&asking->rows, schema->count, LKA_BLOCK_ROWS, error) : status;
}

static lka_status read_table(struct asking *asking, struct lka_error *error)
{
    LKA_TRY(open_table(asking, error));
    do {
        LKA_TRY(lka_source_next(asking->table.source, &asking->rows, error));
        for (size_t row = 0; row < asking->rows.count; row++) {
            LKA_TRY(take_row(asking, row, error));
        }
    } while (asking->rows.count > 0);
    if (asking->nobody > 0) {
        lka_warn(
            lka_erasing_session(asking->erasing),
            "%llu rows of %.100s name nobody (no id, no e-mail with an @, no phone with digits): they erase nobody",
            (unsigned long long)asking->nobody, lka_source_name(asking->table.source));
    }
    return LKA_OK;
}

static lka_status take_table(struct lka_erasing *erasing, struct lka_error *error)
{
    struct asking asking = {.erasing = erasing};
    lka_status status = read_table(&asking, error);
    lka_rows_release(&asking.rows);
    lka_table_close(&asking.table);
    return status;
}

/* ---- retention ---------------------------------------------------------------------------------------- */

static lka_status registered_contacts(struct lka_erasing *erasing, struct lka_text *path, struct lka_error *error)
{
    struct lka_statement *rows;
    bool row = false;
    LKA_TRY(lka_statement_new(erasing->workspace,
                              "SELECT path FROM artefacts WHERE kind = 'lifecycle' ORDER BY rowid DESC LIMIT 1", &rows,
                              error));
    lka_status status = lka_statement_step(rows, &row, error);
    if (row) {
        struct lka_span directory = lka_column_text(rows, 0);
        lka_text_append(path, directory.text, directory.length);
        lka_text_string(path, "/contacts.csv");
    }
    lka_statement_free(rows);
    LKA_TRY(status);
    return row ? LKA_OK
               : lka_fail(error, LKA_USAGE,
                          "--retention: no lifecycle is registered in %.200s; --contacts says where contact_id and "
                          "delete_on stand",
                          erasing->options->workspace);
}

static lka_status take_due(struct lka_erasing *erasing, struct lka_source *source, struct lka_rows *rows,
                           struct lka_error *error)
{
    int64_t today = 0;
    int64_t due = 0;
    lka_parse_time(lka_span_of(erasing->day), &today);
    do {
        LKA_TRY(lka_source_next(source, rows, error));
        for (size_t row = 0; row < rows->count; row++) {
            struct lka_span day = lka_cell(rows, 1, row);
            if (day.length > 0 && !lka_parse_time(day, &due)) {
                return lka_fail_at(error, LKA_DATA, lka_row_origin(rows, row).file, rows->lines[row], 0,
                                   "column \"delete_on\" is no day; allowed: YYYY-MM-DD, or nothing");
            }
            if (day.length > 0 && due <= today) {
                begin_person(erasing);
                LKA_TRY(lka_erase_keys_add_id(&erasing->keys, LKA_CONTACT_NUMBERING, lka_cell(rows, 0, row), error));
            }
        }
    } while (rows->count > 0);
    return LKA_OK;
}

static lka_status read_due(struct lka_erasing *erasing, struct lka_source *source, struct lka_error *error)
{
    const struct lka_schema *schema = lka_source_schema(source);
    ptrdiff_t id = lka_schema_find(schema, LKA_SPAN("contact_id"));
    ptrdiff_t day = lka_schema_find(schema, LKA_SPAN("delete_on"));
    struct lka_rows rows;
    if (id == LKA_NO_COLUMN || day == LKA_NO_COLUMN) {
        return lka_fail_at(error, LKA_USAGE, lka_source_name(source), 1, 0,
                           "--retention needs the columns contact_id and delete_on, as lifecycle writes them");
    }
    const size_t columns[] = {(size_t)id, (size_t)day};
    LKA_TRY(lka_source_select(source, columns, 2, error));
    LKA_TRY(lka_rows_init(&rows, 2, LKA_BLOCK_ROWS, error));
    lka_status status = take_due(erasing, source, &rows, error);
    lka_rows_release(&rows);
    return status;
}

static lka_status take_retention(struct lka_erasing *erasing, struct lka_error *error)
{
    const struct lka_list *given = &erasing->options->contacts;
    struct lka_text path = {0};
    struct lka_source *source = NULL;
    const struct lka_source_options wanted = {.max_field = (size_t)erasing->options->max_field};
    lka_status status = given->count > 0 ? LKA_OK : registered_contacts(erasing, &path, error);
    if (status == LKA_OK && path.failed) {
        status = lka_fail_memory(error, path.capacity);
    }
    if (status == LKA_OK) {
        const char *const found[] = {path.bytes};
        status = given->count > 0
                     ? lka_source_open((const char *const *)given->items, given->count, &wanted, &source, error)
                     : lka_source_open(found, 1, &wanted, &source, error);
    }
    status = status == LKA_OK ? read_due(erasing, source, error) : status;
    lka_source_close(source);
    lka_text_release(&path);
    return status;
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

lka_status lka_erase_request(struct lka_erasing *erasing, struct lka_error *error)
{
    lka_status status = erasing->options->retention       ? take_retention(erasing, error)
                        : erasing->options->ids.count > 0 ? take_table(erasing, error)
                                                          : take_one(erasing, error);
    erasing->keys.person = 0;
    LKA_TRY(status);
    lka_erase_keys_digest(&erasing->keys, erasing->request);
    return erasing->people > 0 || erasing->options->retention
               ? LKA_OK
               : lka_fail(error, LKA_DATA, "--ids: nobody is named in it");
}
