#include "eligibility/person.h"

#include "base/error.h"
#include "eligibility/platforms.h"
#include "identity/identity.h"

/* ---- which columns ---------------------------------------------------------------------------- */

static bool type_of(enum lka_role role, enum lka_id_type *type)
{
    *type = role == LKA_ROLE_EMAIL ? LKA_ID_EMAIL : role == LKA_ROLE_PHONE ? LKA_ID_PHONE : LKA_ID_MAID;
    return role == LKA_ROLE_EMAIL || role == LKA_ROLE_PHONE || role == LKA_ROLE_MAID;
}

static bool is_listed(const struct lka_list *list, const char *name)
{
    for (size_t i = 0; list && i < list->count; i++) {
        if (strcmp(list->items[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool names_a_hash(const char *name)
{
    static const char *const endings[] = {"_sha256", "_sha1", "_md5"};
    size_t length = strlen(name);
    bool ends = false;
    for (size_t i = 0; i < 3; i++) {
        size_t ending = strlen(endings[i]);
        ends = ends || (length > ending && strcmp(name + length - ending, endings[i]) == 0);
    }
    return ends;
}

lka_status lka_country_check(const char *country, struct lka_error *error)
{
    bool good = !country || (strlen(country) == 2 && strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                                     "abcdefghijklmnopqrstuvwxyz") == 2);
    return good ? LKA_OK
                : lka_fail(error, LKA_USAGE, "--country: \"%.20s\" is no country; allowed: two letters (FR, GB)",
                           country);
}

lka_status lka_person_columns_find(const struct lka_schema *schema, const struct lka_list *hashed, const char *country,
                                   struct lka_person_columns *columns, struct lka_error *error)
{
    *columns = (struct lka_person_columns){.schema = schema, .fallback = country};
    LKA_TRY(lka_country_check(country, error));
    columns->id = (size_t)lka_schema_role(schema, LKA_ROLE_ID);
    columns->country = lka_schema_role(schema, LKA_ROLE_COUNTRY);
    for (size_t c = 0; c < schema->count; c++) {
        const struct lka_column *column = &schema->columns[c];
        enum lka_id_type type;
        bool listed = is_listed(hashed, column->name);
        bool identifies = type_of(column->role, &type);
        if (identifies && columns->count == LKA_PERSON_COLUMNS) {
            return lka_fail(error, LKA_USAGE,
                            "column \"%.60s\" is one e-mail, phone or MAID too many: whether its people objected could "
                            "not be asked; allowed: %d such columns (--role \"%.60s=ignore\" drops one)",
                            column->name, LKA_PERSON_COLUMNS, column->name);
        }
        if (identifies) {
            columns->items[columns->count++] = (struct lka_person_column){
                .type = type, .hashed = listed || names_a_hash(column->name), .column = c};
        } else if (listed) {
            return lka_fail(error, LKA_USAGE, "--hashed %.100s: the column is no e-mail, phone or MAID", column->name);
        }
    }
    return LKA_OK;
}

/* ---- what is in them -------------------------------------------------------------------------- */

static struct lka_span told_country(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row)
{
    return columns->country == LKA_NO_COLUMN ? (struct lka_span){"", 0} : lka_cell(rows, columns->country_cell, row);
}

struct lka_span lka_person_country(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row)
{
    struct lka_span value = told_country(columns, rows, row);
    return value.length == 2 || !columns->fallback ? value : lka_span_of(columns->fallback);
}

bool lka_person_may_be_in_eea(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row)
{
    struct lka_span value = told_country(columns, rows, row);
    return lka_country_may_be_in_eea(value.length == 0 ? lka_person_country(columns, rows, row) : value);
}

static const char *country_of(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row,
                              char buffer[3])
{
    struct lka_span country = lka_person_country(columns, rows, row);
    if (country.length != 2) {
        return NULL;
    }
    memcpy(buffer, country.text, 2);
    buffer[2] = '\0';
    return buffer;
}

/* What is wrong with a value; NULL: nothing. A phone, too, can have 32 or 40 digits only if it is a hash. */
static const char *find_fault(const struct lka_person_columns *columns, const struct lka_person_column *column,
                              struct lka_span value)
{
    uint8_t hash[32];
    uint8_t bytes = lka_hash_read(value, hash);
    bool short_one = bytes == 16 || bytes == 20;
    /* An advertising id without its hyphens has 32 digits. */
    if (short_one && !column->hashed && column->type == LKA_ID_MAID) {
        return NULL;
    }
    if (short_one && (!columns->short_hashes || column->type == LKA_ID_PHONE)) {
        return "*** is an MD5 or SHA-1: nobody can tell whether the person objected; allowed: plain values, SHA-256, "
               "and "
               "of e-mails and MAIDs these two if all objections were imported in plain";
    }
    if (bytes > 0 && !column->hashed) {
        return bytes == 32 ? "*** is a SHA-256 and the column was not said to be --hashed"
                           : "*** is an MD5 or SHA-1 and the column was not said to be --hashed";
    }
    return bytes == 0 && column->hashed ? "*** is no SHA-256; allowed in a --hashed column: 64 hexadecimal digits"
                                        : NULL;
}

static lka_status check_value(const struct lka_person_columns *columns, size_t item, const struct lka_rows *rows,
                              size_t row, struct lka_error *error)
{
    const struct lka_person_column *column = &columns->items[item];
    const char *fault = find_fault(columns, column, lka_cell(rows, column->cell, row));
    return fault ? lka_fail_at(error, LKA_DATA, lka_row_origin(rows, row).file, rows->lines[row], column->column + 1,
                               "column \"%.60s\": %s", columns->schema->columns[column->column].name, fault)
                 : LKA_OK;
}

static lka_status collect(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row, bool links,
                          struct lka_form forms[LKA_PERSON_FORMS], size_t *count, struct lka_error *error)
{
    char buffer[3];
    const char *country = country_of(columns, rows, row, buffer);
    *count = 0;
    for (size_t i = 0; i < columns->count; i++) {
        struct lka_span value = lka_cell(rows, columns->items[i].cell, row);
        if (value.length == 0) {
            continue;
        }
        LKA_TRY(check_value(columns, i, rows, row, error));
        int made = lka_forms_of(columns->items[i].type, value, country, columns->items[i].hashed, forms + *count);
        if (made < 0) {
            return lka_fail_memory(error, value.length);
        }
        /* lka_forms_of gives the two forms with the calling code first, if it can tell it. */
        bool national_too = columns->items[i].type == LKA_ID_PHONE && made > 2;
        *count += links && national_too ? 2 : (size_t)made;
    }
    return LKA_OK;
}

lka_status lka_person_forms(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row,
                            struct lka_form forms[LKA_PERSON_FORMS], size_t *count, struct lka_error *error)
{
    return collect(columns, rows, row, false, forms, count, error);
}

lka_status lka_person_links(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row,
                            struct lka_form forms[LKA_PERSON_FORMS], size_t *count, struct lka_error *error)
{
    return collect(columns, rows, row, true, forms, count, error);
}

/* The first value of a kind; of a hashed column only if no plain one has something. */
static struct lka_span first_of(const struct lka_person_columns *columns, enum lka_id_type type, bool hashed,
                                const struct lka_rows *rows, size_t row)
{
    for (size_t i = 0; i < columns->count; i++) {
        struct lka_span value = lka_cell(rows, columns->items[i].cell, row);
        if (columns->items[i].type == type && columns->items[i].hashed == hashed && value.length > 0) {
            return value;
        }
    }
    return (struct lka_span){"", 0};
}

static void put_hash(struct lka_text *canonical, const char *type, struct lka_span hex)
{
    lka_text_clear(canonical);
    lka_text_format(canonical, "%s:", type);
    for (uint32_t i = 0; i < hex.length; i++) {
        char digit = hex.text[i] >= 'A' && hex.text[i] <= 'F' ? (char)(hex.text[i] - 'A' + 'a') : hex.text[i];
        lka_text_append(canonical, &digit, 1);
    }
}

static bool begins_with(const struct lka_text *text, const char *start)
{
    return text->length >= strlen(start) && memcmp(text->bytes, start, strlen(start)) == 0;
}

lka_status lka_person_canonical(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row,
                                struct lka_text *canonical, struct lka_error *error)
{
    char buffer[3];
    LKA_TRY(lka_identity_canonical(
        first_of(columns, LKA_ID_EMAIL, false, rows, row), first_of(columns, LKA_ID_PHONE, false, rows, row),
        country_of(columns, rows, row, buffer), first_of(columns, LKA_ID_MAID, false, rows, row),
        columns->id == (size_t)LKA_NO_COLUMN ? (struct lka_span){"", 0} : lka_cell(rows, columns->id_cell, row),
        canonical, error));
    struct lka_span email = first_of(columns, LKA_ID_EMAIL, true, rows, row);
    struct lka_span phone = first_of(columns, LKA_ID_PHONE, true, rows, row);
    if (email.length > 0 && !begins_with(canonical, "email:")) {
        put_hash(canonical, "email", email);
    } else if (phone.length > 0 && !begins_with(canonical, "email:") && !begins_with(canonical, "phone:")) {
        put_hash(canonical, "phone", phone);
    }
    return canonical->failed ? lka_fail_memory(error, canonical->length) : LKA_OK;
}
