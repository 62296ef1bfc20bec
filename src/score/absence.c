#include "score/absence.h"

#include "base/error.h"
#include "base/json.h"
#include "eligibility/why.h"
#include "source/source.h"

/* ---- what eligibility says -------------------------------------------------------------------- */

static lka_status cell_of(void *user, size_t column, size_t *cell, struct lka_error *error)
{
    (void)error;
    *cell = lka_binding_cell(user, column);
    return LKA_OK;
}

static lka_status check_options(const struct lka_options *options, struct lka_error *error)
{
    static const char *const only_with[] = {"eligible-for", "audience", "customers",    "min-age",
                                            "country",      "hashed",   "frequency-cap"};
    for (size_t i = 0; i < sizeof only_with / sizeof *only_with; i++) {
        if (lka_options_given(options, only_with[i])) {
            return lka_fail(error, LKA_USAGE, "--%s needs --workspace: who objected and who is a customer stands there",
                            only_with[i]);
        }
    }
    return LKA_OK;
}

lka_status lka_absence_open(struct lka_absence *absence, const struct lka_options *options, struct lka_binding *binding,
                            const char *file, const struct lka_session *session, struct lka_error *error)
{
    const char *workspace = lka_options_text(options, "workspace");
    *absence = (struct lka_absence){.asked = workspace != NULL};
    if (!workspace) {
        return check_options(options, error);
    }
    LKA_TRY(lka_workspace_open(workspace, LKA_WORKSPACE_READ, session, &absence->workspace, error));
    LKA_TRY(lka_eligibility_open(options, absence->workspace, binding->schema, file, session, &absence->eligibility,
                                 error));
    return lka_eligibility_bind(&absence->eligibility, cell_of, binding, error);
}

void lka_absence_close(struct lka_absence *absence)
{
    lka_eligibility_close(&absence->eligibility);
    lka_workspace_close(absence->workspace);
    *absence = (struct lka_absence){0};
}

lka_status lka_absence_tell(const struct lka_absence *absence, const struct lka_rows *rows, size_t row, json_t **list,
                            struct lka_error *error)
{
    struct lka_why whys[LKA_BARS];
    size_t count = 0;
    LKA_TRY(absence->asked ? lka_eligibility_why(&absence->eligibility, rows, row, whys, &count, error) : LKA_OK);
    *list = json_array();
    bool good = *list != NULL;
    for (size_t i = 0; i < count && good; i++) {
        json_t *column = whys[i].column ? lka_json_string(whys[i].column) : json_null();
        good = json_array_append_new(*list, json_pack("{s:s, s:o, s:o, s:s}", "reason", lka_bar_name(whys[i].bar),
                                                      "column", column, "rule", lka_json_string(whys[i].rule), "source",
                                                      whys[i].source)) == 0;
    }
    return good ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
}

/* ---- what the ledger says --------------------------------------------------------------------- */

enum { LEDGER_CELLS = 5 };
static const char *const ledger_names[LEDGER_CELLS] = {"id_key", "arm", "reason", "path", "first_entry"};

static json_t *entry_json(const struct lka_rows *rows, size_t row)
{
    json_t *entry = json_object();
    for (size_t i = 1; i < LEDGER_CELLS && entry; i++) {
        struct lka_span value = lka_cell(rows, i, row);
        if (json_object_set_new(entry, ledger_names[i], json_stringn(value.length ? value.text : "", value.length)) !=
            0) {
            json_decref(entry);
            return NULL;
        }
    }
    return entry;
}

static lka_status look_through(struct lka_source *source, struct lka_rows *rows, const char *key, json_t **found,
                               struct lka_error *error)
{
    do {
        LKA_TRY(lka_source_next(source, rows, error));
        for (size_t row = 0; row < rows->count; row++) {
            if (lka_span_equal(lka_cell(rows, 0, row), lka_span_of(key))) {
                *found = entry_json(rows, row);
                return *found ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
            }
        }
    } while (rows->count > 0);
    *found = json_null();
    return LKA_OK;
}

static lka_status read_ledger(struct lka_source *source, const char *path, const char *key, json_t **found,
                              struct lka_error *error)
{
    const struct lka_schema *schema = lka_source_schema(source);
    size_t columns[LEDGER_CELLS];
    struct lka_rows rows;
    for (size_t i = 0; i < LEDGER_CELLS; i++) {
        ptrdiff_t column = lka_schema_find(schema, lka_span_of(ledger_names[i]));
        if (column == LKA_NO_COLUMN) {
            return lka_fail_at(error, LKA_DATA, path, 1, 0, "has no column \"%s\": it is no ledger of an audience",
                               ledger_names[i]);
        }
        columns[i] = (size_t)column;
    }
    LKA_TRY(lka_source_select(source, columns, LEDGER_CELLS, error));
    LKA_TRY(lka_rows_init(&rows, LEDGER_CELLS, LKA_BLOCK_ROWS, error));
    lka_status status = look_through(source, &rows, key, found, error);
    lka_rows_release(&rows);
    return status;
}

lka_status lka_absence_ledger(const struct lka_absence *absence, const char *directory, struct lka_span id,
                              json_t **found, struct lka_error *error)
{
    struct lka_text path = {0};
    struct lka_source *source = NULL;
    const struct lka_source_options wanted = {.separator = ','};
    char key[65];
    lka_text_format(&path, "%s/ledger.csv", directory);
    const char *paths[] = {path.bytes};
    lka_status status = path.failed ? lka_fail_memory(error, 0)
                                    : lka_eligibility_id_key(&absence->eligibility, id, key, error);
    if (status == LKA_OK) {
        status = lka_source_open(paths, 1, &wanted, &source, error);
    }
    if (status == LKA_OK) {
        status = read_ledger(source, path.bytes, key, found, error);
    }
    lka_source_close(source);
    lka_text_release(&path);
    return status;
}
