/* `lookalike suppress check`: which rows of a table are of people who objected. */
#include "lookalike/eligibility.h"

#include "base/error.h"
#include "base/json.h"
#include "base/warnings.h"
#include "eligibility/identifiers.h"
#include "eligibility/suppression.h"
#include "source/output.h"

#define CHECK_PARAMS(X)                                                                                 \
    LKA_IDENTIFIER_PARAMS(X)                                                                            \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR", "the workspace whose list is asked", true) \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "FILE", "where file, line and id of each suppressed row go", false)

LKA_PARAMS_STRUCT(check_options, CHECK_PARAMS);
#define LKA_PARAM_OWNER struct check_options
LKA_PARAMS_TABLE(lka_suppress_check_params, "suppress check", CHECK_PARAMS);

struct check {
    const struct check_options *options;
    struct lka_identifiers identifiers;
    struct lka_workspace *workspace;
    struct lka_suppression *list;
    struct lka_output *output; /* NULL without --out */
    struct lka_text line;
    uint64_t rows;
    uint64_t suppressed;
    uint64_t unknown;                     /* rows of which nothing can be read */
    uint64_t unreached;                   /* rows that have only identifiers with which nobody objected */
    uint64_t kinds[LKA_IDENTIFIER_KINDS]; /* suppressed rows by the first kind that told */
};

/* ---- rows ------------------------------------------------------------------------------------- */

static lka_status write_row(struct check *check, size_t row, struct lka_error *error)
{
    const struct lka_identifiers *identifiers = &check->identifiers;
    const struct lka_rows *rows = &identifiers->rows;
    if (!check->output) {
        return LKA_OK;
    }
    lka_text_clear(&check->line);
    lka_text_csv_field(&check->line, lka_span_of(lka_row_origin(rows, row).file), ',');
    lka_text_format(&check->line, ",%llu,", (unsigned long long)rows->lines[row]);
    if (identifiers->id_cell >= 0) {
        lka_text_csv_for_people(&check->line, lka_cell(rows, (size_t)identifiers->id_cell, row), ',');
    }
    lka_text_string(&check->line, "\n");
    return check->line.failed ? lka_fail_memory(error, check->line.length)
                              : lka_output_write(check->output, check->line.bytes, check->line.length, error);
}

/* *kind is the first kind of identifier by which the row is in the list; LKA_IDENTIFIER_KINDS: it is not. *types: what
 * could be read of it. */
static lka_status look_up(struct check *check, size_t row, size_t *kind, uint32_t *types, struct lka_error *error)
{
    struct lka_form forms[LKA_FORMS_MAX];
    *kind = LKA_IDENTIFIER_KINDS;
    *types = 0;
    for (size_t i = 0; i < check->identifiers.count && *kind == LKA_IDENTIFIER_KINDS; i++) {
        bool present = false;
        bool holds = false;
        int count = 0;
        LKA_TRY(lka_identifiers_forms(&check->identifiers, i, row, &present, forms, &count, error));
        LKA_TRY(lka_suppression_holds_forms(check->list, forms, count, &holds, error));
        *kind = holds ? check->identifiers.items[i].kind : *kind;
        *types |= count > 0 ? 1u << check->identifiers.items[i].type : 0;
    }
    return LKA_OK;
}

static lka_status take_row(struct check *check, size_t row, struct lka_error *error)
{
    size_t kind;
    uint32_t types;
    LKA_TRY(look_up(check, row, &kind, &types, error));
    check->rows++;
    check->unknown += types == 0;
    check->unreached += types != 0 && (types & lka_suppression_types(check->list)) == 0;
    if (kind == LKA_IDENTIFIER_KINDS) {
        return LKA_OK;
    }
    check->kinds[kind]++;
    check->suppressed++;
    return write_row(check, row, error);
}

static lka_status read_rows(struct check *check, const struct lka_session *session, struct lka_error *error)
{
    do {
        LKA_TRY(lka_identifiers_next(&check->identifiers, session, error));
        for (size_t row = 0; row < check->identifiers.rows.count; row++) {
            LKA_TRY(take_row(check, row, error));
        }
    } while (check->identifiers.rows.count > 0);
    return LKA_OK;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static lka_status open_output(struct check *check, struct lka_error *error)
{
    if (!check->options->out) {
        return LKA_OK;
    }
    LKA_TRY(lka_output_open(check->options->out, true, &check->output, error));
    return lka_output_write(check->output, "file,line,id\n", 13, error);
}

static lka_status close_output(struct check *check, struct lka_error *error)
{
    struct lka_output *output = check->output;
    check->output = NULL;
    return output ? lka_output_commit(output, error) : LKA_OK;
}

static json_t *kinds_json(const struct check *check)
{
    json_t *object = json_object();
    for (size_t k = 0; k < LKA_IDENTIFIER_KINDS && object; k++) {
        json_t *count = json_integer((json_int_t)check->kinds[k]);
        if (check->kinds[k] == 0) {
            json_decref(count);
        } else if (json_object_set_new(object, lka_identifier_kind_name(k), count) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static lka_status tell(const struct check *check, json_t *warnings, char **document, struct lka_error *error)
{
    json_t *object = json_pack("{s:i, s:s, s:o, s:I, s:I, s:o, s:I, s:I, s:O}", "schema", 1, "stage", "suppress check",
                               "input", lka_table_json(&check->identifiers.table), "rows", (json_int_t)check->rows,
                               "suppressed", (json_int_t)check->suppressed, "kinds", kinds_json(check), "unknown",
                               (json_int_t)check->unknown, "entries", (json_int_t)lka_suppression_count(check->list),
                               "warnings", warnings);
    bool whole = object && (!check->options->out ||
                            json_object_set_new(object, "out", lka_json_string(check->options->out)) == 0);
    lka_status status = whole ? lka_json_text(object, JSON_INDENT(2), document, error) : lka_fail_memory(error, 0);
    json_decref(object);
    return status;
}

static lka_status run(struct check *check, const struct lka_options *options, const struct lka_session *session,
                      struct lka_error *error)
{
    LKA_TRY(lka_identifiers_open(options, &check->identifiers, error));
    LKA_TRY(lka_workspace_open(check->options->workspace, LKA_WORKSPACE_READ, session, &check->workspace, error));
    LKA_TRY(lka_suppression_open(check->workspace, &check->list, error));
    check->identifiers.short_hashes = lka_suppression_knows_short(check->list);
    LKA_TRY(open_output(check, error));
    LKA_TRY(read_rows(check, session, error));
    if (check->unknown > 0) {
        lka_warn(session, "%llu of %llu rows have no identifier that can be read: whether they objected is not known",
                 (unsigned long long)check->unknown, (unsigned long long)check->rows);
    }
    if (check->unreached > 0) {
        lka_warn(session,
                 "%llu of %llu rows have only kinds of identifiers with which nobody objected (a phone alone, say, "
                 "where all "
                 "objections came by e-mail): no objection can reach them",
                 (unsigned long long)check->unreached, (unsigned long long)check->rows);
    }
    return close_output(check, error);
}

static void release(struct check *check)
{
    lka_output_abandon(check->output);
    lka_suppression_close(check->list);
    lka_workspace_close(check->workspace);
    lka_identifiers_close(&check->identifiers);
    lka_text_release(&check->line);
}

lka_status lka_suppress_check(const struct lka_options *options, const struct lka_session *session, char **document,
                              struct lka_error *error)
{
    *document = NULL;
    LKA_TRY(lka_options_check(options, error));
    struct check check = {.options = lka_options_values(options)};
    struct lka_warnings warnings;
    LKA_TRY(lka_warnings_init(&warnings, session, error));
    lka_status status = run(&check, options, &warnings.session, error);
    if (status == LKA_OK) {
        status = warnings.failed ? lka_fail_memory(error, 0) : tell(&check, warnings.list, document, error);
    }
    release(&check);
    lka_warnings_release(&warnings);
    return status;
}
