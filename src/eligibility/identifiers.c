#include "eligibility/identifiers.h"

#include "base/error.h"
#include "eligibility/person.h"

static const struct {
    enum lka_role role;
    enum lka_id_type type;
    const char *plain;
    const char *hashed;
} known[] = {
    {LKA_ROLE_EMAIL, LKA_ID_EMAIL, "email", "email_sha256"},
    {LKA_ROLE_PHONE, LKA_ID_PHONE, "phone", "phone_sha256"},
    {LKA_ROLE_MAID, LKA_ID_MAID, "maid", "maid_sha256"},
};

/* The SHA-256 of nothing: what a careless export writes for people without an e-mail. */
static const uint8_t hash_of_nothing[32] = {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
                                            0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
                                            0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};

const char *lka_identifier_kind_name(size_t kind)
{
    return kind % 2 ? known[kind / 2].hashed : known[kind / 2].plain;
}

/* ---- which columns ---------------------------------------------------------------------------- */

static bool is_listed(const struct lka_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool add_column(struct lka_identifiers *identifiers, size_t column, const struct lka_list *hashed)
{
    const struct lka_column *what = &identifiers->table.schema.columns[column];
    for (size_t k = 0; k < sizeof known / sizeof *known && identifiers->count < LKA_IDENTIFIERS_MAX; k++) {
        if (what->role == known[k].role) {
            bool is_hashed = is_listed(hashed, what->name);
            identifiers->items[identifiers->count++] = (struct lka_identifier){known[k].type, is_hashed,
                                                                               2 * k + is_hashed, column};
            return true;
        }
    }
    return false;
}

static lka_status find_columns(struct lka_identifiers *identifiers, const struct lka_list *hashed,
                               struct lka_error *error)
{
    const struct lka_schema *schema = &identifiers->table.schema;
    for (size_t c = 0; c < schema->count; c++) {
        if (!add_column(identifiers, c, hashed) && is_listed(hashed, schema->columns[c].name)) {
            return lka_fail(
                error, LKA_USAGE,
                "--hashed %.100s: the column is no e-mail, phone or MAID; --role \"%.100s=email\" says what it "
                "is",
                schema->columns[c].name, schema->columns[c].name);
        }
    }
    if (identifiers->count == LKA_IDENTIFIERS_MAX) {
        return lka_fail_at(error, LKA_USAGE, lka_source_name(identifiers->table.source), 1, 0,
                           "too many columns of e-mails, phones and MAIDs; allowed: fewer than %d",
                           LKA_IDENTIFIERS_MAX);
    }
    if (identifiers->count > 0) {
        return LKA_OK;
    }
    return lka_fail_at(
        error, LKA_USAGE, lka_source_name(identifiers->table.source), 1, 0,
        "no column tells who somebody is; allowed: e-mail, phone or MAID, recognised by name or said with "
        "--role NAME=email (phone, maid)");
}

static lka_status select_columns(struct lka_identifiers *identifiers, struct lka_error *error)
{
    const struct lka_schema *schema = &identifiers->table.schema;
    size_t columns[LKA_IDENTIFIERS_MAX + 2];
    size_t count = 0;
    for (; count < identifiers->count; count++) {
        columns[count] = identifiers->items[count].column;
    }
    ptrdiff_t country = lka_schema_role(schema, LKA_ROLE_COUNTRY);
    ptrdiff_t id = lka_schema_role(schema, LKA_ROLE_ID);
    identifiers->country_cell = country == LKA_NO_COLUMN ? -1 : (ptrdiff_t)count;
    columns[count] = (size_t)country;
    count += country != LKA_NO_COLUMN;
    identifiers->id_cell = id == LKA_NO_COLUMN ? -1 : (ptrdiff_t)count;
    columns[count] = (size_t)id;
    count += id != LKA_NO_COLUMN;
    LKA_TRY(lka_source_select(identifiers->table.source, columns, count, error));
    return lka_rows_init(&identifiers->rows, count, LKA_BLOCK_ROWS, error);
}

lka_status lka_identifiers_open(const struct lka_options *options, struct lka_identifiers *identifiers,
                                struct lka_error *error)
{
    *identifiers = (struct lka_identifiers){.country = lka_options_text(options, "country")};
    LKA_TRY(lka_country_check(identifiers->country, error));
    LKA_TRY(lka_table_open(lka_options_value(options, "file"), options, NULL, false, &identifiers->table, error));
    const struct lka_table *tables[] = {&identifiers->table};
    LKA_TRY(lka_tables_check(options, tables, 1, error));
    LKA_TRY(lka_tables_check_list(options, "hashed", tables, 1, error));
    LKA_TRY(find_columns(identifiers, lka_options_value(options, "hashed"), error));
    return select_columns(identifiers, error);
}

void lka_identifiers_close(struct lka_identifiers *identifiers)
{
    lka_rows_release(&identifiers->rows);
    lka_table_close(&identifiers->table);
}

/* ---- what is in them -------------------------------------------------------------------------- */

lka_status lka_identifiers_next(struct lka_identifiers *identifiers, const struct lka_session *session,
                                struct lka_error *error)
{
    LKA_TRY(lka_source_next(identifiers->table.source, &identifiers->rows, error));
    return lka_source_step(identifiers->table.source, "read", session, error);
}

/* The row's country as a string, else that of the command. */
static const char *country_of(const struct lka_identifiers *identifiers, size_t row, char buffer[3])
{
    struct lka_span value = {0};
    if (identifiers->country_cell >= 0) {
        value = lka_cell(&identifiers->rows, (size_t)identifiers->country_cell, row);
    }
    if (value.length != 2) {
        return identifiers->country;
    }
    memcpy(buffer, value.text, 2);
    buffer[2] = '\0';
    return buffer;
}

static lka_status fail_cell(const struct lka_identifiers *identifiers, size_t item, size_t row, const char *why,
                            struct lka_error *error)
{
    const struct lka_rows *rows = &identifiers->rows;
    size_t column = identifiers->items[item].column;
    return lka_fail_at(error, LKA_DATA, lka_row_origin(rows, row).file, rows->lines[row],
                       rows->fields ? rows->fields[item] : column + 1, "column \"%.60s\": %s",
                       identifiers->table.schema.columns[column].name, why);
}

lka_status lka_identifiers_forms(const struct lka_identifiers *identifiers, size_t item, size_t row, bool *present,
                                 struct lka_form forms[LKA_FORMS_MAX], int *count, struct lka_error *error)
{
    const struct lka_identifier *what = &identifiers->items[item];
    struct lka_span value = lka_cell(&identifiers->rows, item, row);
    uint8_t hash[32];
    char country[3];
    *present = value.length > 0;
    *count = 0;
    if (!*present) {
        return LKA_OK;
    }
    uint8_t bytes = lka_hash_read(value, hash);
    if (bytes == 32 && !what->hashed) {
        return fail_cell(identifiers, item, row, "*** is a SHA-256 and the column was not said to be --hashed", error);
    }
    bool taken = bytes == 32 || (bytes > 0 && identifiers->short_hashes && what->type != LKA_ID_PHONE);
    if (what->hashed && !taken) {
        return fail_cell(identifiers, item, row,
                         bytes > 0 ? "*** is an MD5 or SHA-1: nobody can tell whether the person objected; allowed: "
                                     "SHA-256, and of e-mails and MAIDs these two in a check if all objections were "
                                     "imported in plain"
                                   : "*** is no SHA-256; allowed in a --hashed column: 64 hexadecimal digits",
                         error);
    }
    if (what->hashed && bytes == 32 && memcmp(hash, hash_of_nothing, sizeof hash) == 0) {
        return LKA_OK;
    }
    *count = lka_forms_of(what->type, value, country_of(identifiers, row, country), what->hashed, forms);
    return *count < 0 ? lka_fail_memory(error, value.length) : LKA_OK;
}
