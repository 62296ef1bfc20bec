/* Who meets --where. */
#include "lifecycle/write.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "table/where.h"

#include <stdio.h>

enum { SAMPLE = 5 };

struct selecting {
    struct lka_lifecycle *stage;
    bool *met; /* by member */
    struct lka_output *output;
    struct lka_history *history;
    struct lka_text line;
    uint64_t key;            /* of the sample's order, and of how an id is shown */
    uint64_t sample[SAMPLE]; /* the lowest keyed hashes, ascending */
    size_t sampled;
};

/* Called with the place of a contact in contacts.csv and its id. */
typedef lka_status (*contact_use)(struct selecting *selecting, struct lka_span id, struct lka_error *error);

/* ---- contacts.csv as any other stage reads it ------------------------------------------------- */

static lka_status open_contacts(const struct selecting *selecting, struct lka_table *table, struct lka_error *error)
{
    char *path = NULL;
    const struct lka_lifecycle *stage = selecting->stage;
    struct lka_source_options wanted = {.separator = ',', .temporary_directory = stage->options->temporary};
    LKA_TRY(lka_directory_path(stage->directory, "contacts.csv", &path, error));
    const char *paths[] = {path};
    lka_status status = lka_source_open(paths, 1, &wanted, &table->source, error);
    lka_free(path);
    LKA_TRY(status);
    LKA_TRY(lka_schema_copy(&table->schema, lka_source_schema(table->source), error));
    return lka_schema_assign(&table->schema, "contact_id", NULL, NULL, stage->columns, "contacts.csv", error);
}

static lka_status read_rows(struct selecting *selecting, struct lka_table *table, struct lka_rows *rows,
                            contact_use use, struct lka_error *error)
{
    const struct lka_session *session = lka_lifecycle_session(selecting->stage);
    do {
        LKA_TRY(lka_source_next(table->source, rows, error));
        for (size_t row = 0; row < rows->count; row++) {
            LKA_TRY(use(selecting, lka_cell(rows, 0, row), error));
        }
        struct lka_source_counts counts = lka_source_counts(table->source);
        LKA_TRY(lka_step(session, "select", counts.bytes, counts.total_bytes, error));
    } while (rows->count > 0);
    return LKA_OK;
}

/* Every contact that meets the rule (NULL: every contact). */
static lka_status read_table(struct selecting *selecting, struct lka_table *table, const char *rule, contact_use use,
                             struct lka_error *error)
{
    const struct lka_session *session = lka_lifecycle_session(selecting->stage);
    LKA_TRY(open_contacts(selecting, table, error));
    LKA_TRY(rule ? lka_source_filter(table->source, rule, &table->schema, session, error) : LKA_OK);
    size_t id = (size_t)lka_schema_role(&table->schema, LKA_ROLE_ID);
    LKA_TRY(lka_source_select(table->source, &id, 1, error));
    struct lka_rows rows;
    LKA_TRY(lka_rows_init(&rows, 1, LKA_BLOCK_ROWS, error));
    lka_status status = read_rows(selecting, table, &rows, use, error);
    lka_rows_release(&rows);
    return status;
}

static lka_status read_contacts(struct selecting *selecting, const char *rule, contact_use use, struct lka_error *error)
{
    struct lka_table table = {0};
    lka_status status = read_table(selecting, &table, rule, use, error);
    lka_table_close(&table);
    return status;
}

/* ---- who is selected -------------------------------------------------------------------------- */

static void sample(struct selecting *selecting, struct lka_span id)
{
    uint64_t hash = lka_hash(selecting->key, id);
    size_t at = selecting->sampled;
    while (at > 0 && selecting->sample[at - 1] > hash) {
        at--;
    }
    if (at == SAMPLE) {
        return;
    }
    size_t last = selecting->sampled < SAMPLE ? selecting->sampled : SAMPLE - 1;
    memmove(&selecting->sample[at + 1], &selecting->sample[at], (last - at) * sizeof *selecting->sample);
    selecting->sample[at] = hash;
    selecting->sampled = last + 1;
}

static lka_status take(struct selecting *selecting, struct lka_span id, struct lka_error *error)
{
    lka_text_clear(&selecting->line);
    lka_text_csv_field(&selecting->line, id, ',');
    lka_text_string(&selecting->line, "\n");
    LKA_TRY(selecting->line.failed
                ? lka_fail_memory(error, id.length)
                : lka_output_write(selecting->output, selecting->line.bytes, selecting->line.length, error));
    uint32_t member = lka_roster_find(&selecting->stage->roster, id);
    selecting->met[member] = true;
    selecting->stage->counts.selected++;
    sample(selecting, id);
    return LKA_OK;
}

/* The history says "yes" of who met the rule, and "no" of who did once. */
static lka_status remember(struct selecting *selecting, struct lka_span id, struct lka_error *error)
{
    struct lka_span before = lka_history_previous(selecting->history, id);
    bool met = selecting->met[lka_roster_find(&selecting->stage->roster, id)];
    bool had = lka_span_equal(before, LKA_SPAN("yes"));
    selecting->stage->counts.selected_new += met && !had;
    selecting->stage->counts.selected_gone += had && !met;
    return met || before.length > 0
               ? lka_history_put(selecting->history, id, met ? LKA_SPAN("yes") : LKA_SPAN("no"), error)
               : LKA_OK;
}

static lka_status compare(struct selecting *selecting, struct lka_error *error)
{
    struct lka_lifecycle *stage = selecting->stage;
    char name[48] = "where:";
    lka_hash128_bytes(stage->options->where, strlen(stage->options->where), name + 6);
    LKA_TRY(lka_history_open(stage->workspace, name, stage->as_of_text, true, &selecting->history, error));
    return read_contacts(selecting, NULL, remember, error);
}

/* ---- what is told ----------------------------------------------------------------------------- */

static lka_status tell(struct selecting *selecting, struct lka_error *error)
{
    struct lka_lifecycle *stage = selecting->stage;
    json_t *list = json_array();
    for (size_t i = 0; list && i < selecting->sampled; i++) {
        if (json_array_append_new(list, json_sprintf("%016llx", (unsigned long long)selecting->sample[i])) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    stage->selected = json_pack("{s:o, s:I, s:o}", "rule", lka_json_string(stage->options->where), "contacts",
                                (json_int_t)stage->counts.selected, "sample", list);
    if (!stage->selected) {
        return lka_fail_memory(error, 0);
    }
    if (!selecting->history || !*lka_history_previous_day(selecting->history)) {
        return LKA_OK;
    }
    json_t *change = json_pack("{s:s, s:I, s:I}", "since", lka_history_previous_day(selecting->history), "new",
                               (json_int_t)stage->counts.selected_new, "gone", (json_int_t)stage->counts.selected_gone);
    return json_object_set_new(stage->selected, "change", change) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

static lka_status make_key(struct selecting *selecting, struct lka_error *error)
{
    struct lka_lifecycle *stage = selecting->stage;
    uint8_t secret[32];
    if (!stage->workspace) {
        selecting->key = lka_key((uint64_t)stage->options->seed, "lifecycle sample");
        return LKA_OK;
    }
    LKA_TRY(lka_workspace_key(stage->workspace, secret, error));
    memcpy(&selecting->key, secret, sizeof selecting->key);
    return LKA_OK;
}

static lka_status run(struct selecting *selecting, struct lka_error *error)
{
    struct lka_lifecycle *stage = selecting->stage;
    LKA_TRY(make_key(selecting, error));
    LKA_TRY(LKA_NEW(selecting->met, stage->roster.count, error));
    LKA_TRY(lka_lifecycle_output(stage, "selected.csv", true, &selecting->output, error));
    LKA_TRY(lka_output_write(selecting->output, "contact_id\n", 11, error));
    LKA_TRY(read_contacts(selecting, stage->options->where, take, error));
    struct lka_output *output = selecting->output;
    selecting->output = NULL;
    LKA_TRY(lka_output_commit(output, error));
    LKA_TRY(stage->workspace ? compare(selecting, error) : LKA_OK);
    return tell(selecting, error);
}

/* In a dry run there is no contacts.csv: the rule is compiled, and nobody selected. */
static lka_status check_rule(const struct lka_lifecycle *stage, struct lka_error *error)
{
    struct lka_span *names;
    struct lka_schema schema = {0};
    struct lka_where *where = NULL;
    size_t count = 0;
    const char *name;
    json_t *role;
    LKA_TRY(LKA_NEW(names, json_object_size(stage->columns), error));
    json_object_foreach(stage->columns, name, role)
    {
        names[count++] = lka_span_of(name);
    }
    lka_status status = lka_schema_init(&schema, names, count, "contacts.csv", error);
    if (status == LKA_OK) {
        status = lka_where_new(stage->options->where, &schema, &where, error);
    }
    lka_where_free(where);
    lka_schema_release(&schema);
    lka_free(names);
    return status;
}

/* A rule that asks for what `value` found, where nobody said where that is. */
static lka_status hint_at_value(const struct lka_lifecycle *stage, lka_status status, struct lka_error *error)
{
    char missing[64];
    for (size_t f = 0; f < LKA_WORTH_FIELDS && status == LKA_USAGE && error && !stage->options->value; f++) {
        snprintf(missing, sizeof missing, "there is no column \"%s\"", lka_worth_names[f]);
        if (strstr(error->message, missing)) {
            return lka_fail(error, LKA_USAGE, "--where \"%.600s\": %s; --value DIR joins what `lookalike value` found",
                            stage->options->where, missing);
        }
    }
    return status;
}

lka_status lka_lifecycle_select(struct lka_lifecycle *stage, struct lka_error *error)
{
    struct selecting selecting = {.stage = stage};
    lka_status status = stage->directory ? run(&selecting, error) : check_rule(stage, error);
    status = hint_at_value(stage, status, error);
    lka_free(selecting.met);
    lka_output_abandon(selecting.output);
    lka_history_close(selecting.history);
    lka_text_release(&selecting.line);
    return status;
}
