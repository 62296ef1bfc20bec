/* `lookalike suppress list`: what was imported when, without the people. */
#include "lookalike/eligibility.h"

#include "base/error.h"
#include "base/json.h"
#include "base/parameters.h"
#include "eligibility/suppression.h"

#define LIST_PARAMS(X) X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR", "the workspace", true)

LKA_PARAMS_STRUCT(list_options, LIST_PARAMS);
#define LKA_PARAM_OWNER struct list_options
LKA_PARAMS_TABLE(lka_suppress_list_params, "suppress list", LIST_PARAMS);

static lka_status set(json_t *object, const char *key, json_t *value, struct lka_error *error)
{
    return json_object_set_new(object, key, value) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

static json_t *text_json(struct lka_statement *statement, int at)
{
    struct lka_span text = lka_column_text(statement, at);
    return text.text ? json_stringn(text.text, text.length) : NULL;
}

/* Columns: id, day, input, rows, forms, added. */
static json_t *import_json(struct lka_statement *row)
{
    return json_pack("{s:I, s:o, s:o, s:I, s:I, s:I, s:{}}", "import", (json_int_t)lka_column_integer(row, 0), "date",
                     text_json(row, 1), "xxh3", text_json(row, 2), "rows", (json_int_t)lka_column_integer(row, 3),
                     "forms", (json_int_t)lka_column_integer(row, 4), "added", (json_int_t)lka_column_integer(row, 5),
                     "kinds");
}

static lka_status add_kinds(struct lka_statement *kinds, int64_t id, json_t *import, struct lka_error *error)
{
    bool row = false;
    lka_bind_integer(kinds, 1, id);
    LKA_TRY(lka_statement_step(kinds, &row, error));
    while (row) {
        char name[32];
        struct lka_span kind = lka_column_text(kinds, 0);
        snprintf(name, sizeof name, "%.*s", (int)kind.length, kind.text ? kind.text : "");
        LKA_TRY(
            set(json_object_get(import, "kinds"), name, json_integer((json_int_t)lka_column_integer(kinds, 1)), error));
        LKA_TRY(lka_statement_step(kinds, &row, error));
    }
    return LKA_OK;
}

static lka_status add_imports(struct lka_statement *imports, struct lka_statement *kinds, json_t *list,
                              struct lka_error *error)
{
    bool row = false;
    LKA_TRY(lka_statement_step(imports, &row, error));
    while (row) {
        json_t *import = import_json(imports);
        if (!import || json_array_append_new(list, import) != 0) {
            return lka_fail_memory(error, 0);
        }
        LKA_TRY(add_kinds(kinds, lka_column_integer(imports, 0), import, error));
        LKA_TRY(lka_statement_step(imports, &row, error));
    }
    return LKA_OK;
}

static lka_status list_imports(struct lka_workspace *workspace, json_t *list, struct lka_error *error)
{
    struct lka_statement *imports;
    struct lka_statement *kinds = NULL;
    LKA_TRY(lka_statement_new(
        workspace, "SELECT id, day, input, rows, forms, added FROM suppression_imports ORDER BY id", &imports, error));
    lka_status status = lka_statement_new(
        workspace, "SELECT kind, identifiers FROM suppression_kinds WHERE import = ? ORDER BY kind", &kinds, error);
    if (status == LKA_OK) {
        status = add_imports(imports, kinds, list, error);
    }
    lka_statement_free(kinds);
    lka_statement_free(imports);
    return status;
}

static lka_status tell(struct lka_workspace *workspace, json_t *document, struct lka_error *error)
{
    struct lka_suppression *list;
    LKA_TRY(lka_suppression_open(workspace, &list, error));
    json_int_t entries = (json_int_t)lka_suppression_count(list);
    lka_suppression_close(list);
    LKA_TRY(set(document, "entries", json_integer(entries), error));
    LKA_TRY(set(document, "imports", json_array(), error));
    return list_imports(workspace, json_object_get(document, "imports"), error);
}

lka_status lka_suppress_list(const struct lka_options *options, const struct lka_session *session, char **document,
                             struct lka_error *error)
{
    *document = NULL;
    LKA_TRY(lka_options_check(options, error));
    const struct list_options *values = lka_options_values(options);
    struct lka_workspace *workspace;
    LKA_TRY(lka_workspace_open(values->workspace, LKA_WORKSPACE_READ, session, &workspace, error));
    json_t *object = json_pack("{s:i, s:s}", "schema", 1, "stage", "suppress list");
    lka_status status = object ? tell(workspace, object, error) : lka_fail_memory(error, 0);
    if (status == LKA_OK) {
        status = lka_json_text(object, JSON_INDENT(2), document, error);
    }
    json_decref(object);
    lka_workspace_close(workspace);
    return status;
}
