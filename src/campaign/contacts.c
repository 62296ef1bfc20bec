#include "campaign/contacts.h"

#include "base/error.h"
#include "base/memory.h"
#include "campaign/sheet.h"
#include "eligibility/consent.h"
#include "lifecycle/written.h"
#include "table/profile.h"

/* ---- where they are --------------------------------------------------------------------------- */

lka_status lka_contacts_open(const char *path, const struct lka_options *options, bool twice, struct lka_table *table,
                             struct lka_error *error)
{
    char *file = NULL;
    char *rejected = NULL;
    LKA_TRY(lka_written_file(path, "contacts.csv", &file, error));
    struct lka_list paths = {&file, 1};
    lka_status status = lka_sheet_rejected_path(options, "contacts", &rejected, error);
    if (status == LKA_OK) {
        status = lka_table_open(&paths, options, rejected, twice, table, error);
    }
    lka_free(rejected);
    lka_free(file);
    return status;
}

/* ---- looking up ------------------------------------------------------------------------------- */

uint32_t lka_contacts_find(const struct lka_contacts *contacts, struct lka_span id)
{
    return lka_index_find(&contacts->by_id, lka_hash128(id));
}

static struct lka_hash128 form_hash(const uint8_t sha256[32])
{
    struct lka_hash128 hash;
    memcpy(&hash, sha256, sizeof hash);
    return hash;
}

uint32_t lka_contacts_by_email(const struct lka_contacts *contacts, struct lka_span sha256)
{
    uint8_t bytes[32];
    return lka_sha256_read(sha256, bytes) ? lka_index_find(&contacts->by_email, form_hash(bytes)) : LKA_NOBODY;
}

static bool list_has(struct lka_span list, struct lka_span wanted)
{
    while (list.length > 0) {
        const char *bar = memchr(list.text, '|', list.length);
        struct lka_span item = {list.text, bar ? (uint32_t)(bar - list.text) : list.length};
        if (lka_span_equal_ignoring_case(item, wanted)) {
            return true;
        }
        uint32_t step = item.length + (bar != NULL);
        list = (struct lka_span){list.text + step, list.length - step};
    }
    return false;
}

bool lka_onboarded_consents(const struct lka_onboarded *contact, struct lka_span platform)
{
    char wanted[128];
    if (contact->advertising || contact->consents.length == 0 || platform.length == 0 || platform.length > 100) {
        return contact->advertising;
    }
    memcpy(wanted, "advertising:", 12);
    memcpy(wanted + 12, platform.text, platform.length);
    return list_has(contact->consents, (struct lka_span){wanted, 12 + platform.length});
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* Which cell holds what; -1: the table has no such column. */
struct reading {
    struct lka_table *table;
    const struct lka_suppression *suppression;
    lka_onboarded_form form;
    void *user;
    struct lka_contacts *contacts;
    struct lka_consent consent;
    struct lka_rows rows;
    ptrdiff_t id, segment, inactive, email, phone, country, maid;
    size_t consent_cell;
    size_t columns[32];
    size_t count;
};

static ptrdiff_t select_column(struct reading *reading, ptrdiff_t column)
{
    if (column == LKA_NO_COLUMN) {
        return -1;
    }
    reading->columns[reading->count] = (size_t)column;
    return (ptrdiff_t)reading->count++;
}

static lka_status need_column(struct reading *reading, const char *name, ptrdiff_t *cell, struct lka_error *error)
{
    *cell = select_column(reading, lka_schema_find(&reading->table->schema, lka_span_of(name)));
    return *cell >= 0 ? LKA_OK
                      : lka_fail_at(error, LKA_USAGE, lka_source_name(reading->table->source), 1, 0,
                                    "has no column \"%s\"; --contacts wants what `lookalike lifecycle` wrote", name);
}

static lka_status select_columns(struct reading *reading, struct lka_error *error)
{
    const struct lka_schema *schema = &reading->table->schema;
    reading->id = select_column(reading, lka_schema_role(schema, LKA_ROLE_ID));
    LKA_TRY(need_column(reading, "segment", &reading->segment, error));
    LKA_TRY(need_column(reading, "inactive", &reading->inactive, error));
    reading->email = select_column(reading, lka_schema_role(schema, LKA_ROLE_EMAIL));
    reading->phone = select_column(reading, lka_schema_role(schema, LKA_ROLE_PHONE));
    reading->country = select_column(reading, lka_schema_role(schema, LKA_ROLE_COUNTRY));
    reading->maid = select_column(reading, lka_schema_role(schema, LKA_ROLE_MAID));
    reading->consent = lka_consent_for(schema, "advertising");
    reading->consent_cell = reading->count;
    for (size_t i = 0; i < reading->consent.count; i++) {
        select_column(reading, (ptrdiff_t)reading->consent.columns[i]);
    }
    LKA_TRY(lka_source_select(reading->table->source, reading->columns, reading->count, error));
    return lka_rows_init(&reading->rows, reading->count, LKA_BLOCK_ROWS, error);
}

static struct lka_span value_of(const struct reading *reading, ptrdiff_t cell, size_t row)
{
    return cell < 0 ? (struct lka_span){"", 0} : lka_cell(&reading->rows, (size_t)cell, row);
}

static lka_status keep(struct lka_contacts *contacts, struct lka_span text, struct lka_span *kept,
                       struct lka_error *error)
{
    char *copy = lka_arena_take(&contacts->arena, text.length ? text.length : 1);
    if (!copy) {
        return lka_fail_memory(error, text.length);
    }
    memcpy(copy, text.text, text.length);
    *kept = (struct lka_span){copy, text.length};
    return LKA_OK;
}

static lka_status reject(struct reading *reading, size_t row, ptrdiff_t cell, const char *why, struct lka_error *error)
{
    struct lka_error problem;
    const struct lka_rows *rows = &reading->rows;
    size_t column = reading->columns[cell];
    lka_fail_at(&problem, LKA_DATA, rows->file, rows->lines[row], column + 1, "column \"%.60s\": %s",
                reading->table->schema.columns[column].name, why);
    return lka_source_reject(reading->table->source, rows, row, &problem, error);
}

static void country_of(struct lka_span value, char country[3])
{
    country[0] = '\0';
    if (value.length == 2) {
        memcpy(country, value.text, 2);
        country[2] = '\0';
    }
}

static lka_status add_forms(struct reading *reading, uint32_t contact, struct lka_span email, struct lka_error *error)
{
    struct lka_form forms[LKA_FORMS_MAX];
    uint8_t ignored[32];
    int count = lka_forms_of(LKA_ID_EMAIL, email, NULL, lka_sha256_read(email, ignored), forms);
    if (count < 0) {
        return lka_fail_memory(error, email.length);
    }
    for (int i = 0; i < count; i++) {
        uint32_t *place;
        bool added;
        LKA_TRY(
            lka_index_add(&reading->contacts->by_email, form_hash(forms[i].sha256), contact, &place, &added, error));
        if (!added && *place != contact) {
            reading->contacts->shared_emails += *place != LKA_SHARED;
            *place = LKA_SHARED;
        }
        if (reading->form) {
            LKA_TRY(reading->form(reading->user, contact, &forms[i], error));
        }
    }
    return LKA_OK;
}

static lka_status fill(struct reading *reading, size_t row, struct lka_onboarded *contact, struct lka_error *error)
{
    struct lka_span email = value_of(reading, reading->email, row);
    char country[3];
    size_t segment;
    LKA_TRY(lka_terms_add(&reading->contacts->segments, value_of(reading, reading->segment, row), "segment", &segment,
                          error));
    contact->segment = (uint32_t)segment;
    contact->advertising = lka_consent_granted(&reading->consent, &reading->rows, reading->consent_cell, row);
    for (size_t i = 0; i < reading->consent.count && !contact->advertising; i++) {
        if (reading->consent.is_list[i] && contact->consents.length == 0) {
            LKA_TRY(keep(reading->contacts, lka_cell(&reading->rows, reading->consent_cell + i, row),
                         &contact->consents, error));
        }
    }
    country_of(value_of(reading, reading->country, row), country);
    if (contact->inactive && reading->suppression) {
        LKA_TRY(lka_suppression_holds(reading->suppression, email, value_of(reading, reading->phone, row),
                                      country[0] ? country : NULL, value_of(reading, reading->maid, row),
                                      &contact->suppressed, error));
    }
    return LKA_OK;
}

static lka_status take_row(struct reading *reading, size_t row, struct lka_error *error)
{
    struct lka_contacts *contacts = reading->contacts;
    struct lka_span id = value_of(reading, reading->id, row);
    struct lka_onboarded contact = {0};
    if (id.length == 0) {
        return reject(reading, row, reading->id, "is empty; every contact needs an id", error);
    }
    if (!lka_parse_boolean(value_of(reading, reading->inactive, row), &contact.inactive)) {
        return reject(reading, row, reading->inactive, "is neither yes nor no", error);
    }
    uint32_t *place;
    bool added;
    LKA_TRY(lka_index_add(&contacts->by_id, lka_hash128(id), (uint32_t)contacts->count, &place, &added, error));
    if (!added) {
        return reject(reading, row, reading->id, "this contact is there already; allowed: one row a contact", error);
    }
    LKA_TRY(lka_reserve(&contacts->items, &contacts->capacity, contacts->count + 1, sizeof *contacts->items, error));
    LKA_TRY(keep(contacts, id, &contact.id, error));
    LKA_TRY(fill(reading, row, &contact, error));
    contacts->items[contacts->count] = contact;
    contacts->count++;
    return add_forms(reading, (uint32_t)(contacts->count - 1), value_of(reading, reading->email, row), error);
}

static lka_status read_rows(struct reading *reading, const struct lka_session *session, struct lka_error *error)
{
    LKA_TRY(select_columns(reading, error));
    do {
        LKA_TRY(lka_source_next(reading->table->source, &reading->rows, error));
        for (size_t row = 0; row < reading->rows.count; row++) {
            LKA_TRY(take_row(reading, row, error));
        }
        LKA_TRY(lka_source_step(reading->table->source, "read contacts", session, error));
    } while (reading->rows.count > 0);
    return LKA_OK;
}

lka_status lka_contacts_read(struct lka_table *table, const struct lka_suppression *suppression,
                             const struct lka_session *session, lka_onboarded_form form, void *user,
                             struct lka_contacts *contacts, struct lka_error *error)
{
    *contacts = (struct lka_contacts){0};
    struct reading reading = {
        .table = table, .suppression = suppression, .form = form, .user = user, .contacts = contacts};
    lka_status status = read_rows(&reading, session, error);
    lka_rows_release(&reading.rows);
    return status;
}

void lka_contacts_release(struct lka_contacts *contacts)
{
    lka_free(contacts->items);
    lka_terms_release(&contacts->segments);
    lka_index_release(&contacts->by_id);
    lka_index_release(&contacts->by_email);
    lka_arena_release(&contacts->arena);
    *contacts = (struct lka_contacts){0};
}
