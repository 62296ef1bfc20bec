#include "eligibility/exported.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/records_sort.h"

/* ---- people ----------------------------------------------------------------------------------- */

lka_status lka_exported_add(struct lka_exported_people *people, const uint8_t person[16], struct lka_error *error)
{
    LKA_TRY(lka_reserve(&people->items, &people->capacity, people->count + 1, sizeof *people->items, error));
    memcpy(people->items[people->count++].bytes, person, sizeof people->items->bytes);
    return LKA_OK;
}

void lka_exported_release(struct lka_exported_people *people)
{
    lka_free(people->items);
    *people = (struct lka_exported_people){0};
}

/* ---- recording -------------------------------------------------------------------------------- */

static lka_status put_run(struct lka_workspace *workspace, const struct lka_export_run *run, int64_t *id,
                          struct lka_error *error)
{
    struct lka_statement *statement;
    bool row = false;
    LKA_TRY(lka_statement_new(workspace,
                              "INSERT INTO exports (run, platform, format, rule, day, audience, parameters) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run) DO NOTHING RETURNING id",
                              &statement, error));
    const char *const values[] = {run->run, run->platform, run->format,    run->rule,
                                  run->day, run->audience, run->parameters};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        lka_bind_text(statement, (int)i + 1, lka_span_of(values[i]));
    }
    lka_status status = lka_statement_step(statement, &row, error);
    *id = row ? lka_column_integer(statement, 0) : 0;
    if (status == LKA_OK && row) {
        status = lka_statement_step(statement, &row, error);
    }
    lka_statement_free(statement);
    return status;
}

/* In ascending order: the table's tree is walked once, however many there are. */
static lka_status put_people(struct lka_statement *put, struct lka_exported_people *people, int64_t id, bool removed,
                             struct lka_error *error)
{
    if (people->count > 0) {
        lka_records_sort(people->items->bytes, people->count, sizeof *people->items);
    }
    for (size_t i = 0; i < people->count; i++) {
        lka_bind_blob(put, 1, people->items[i].bytes, sizeof people->items[i].bytes);
        lka_bind_integer(put, 2, id);
        lka_bind_integer(put, 3, removed);
        LKA_TRY(lka_statement_run(put, error));
    }
    return LKA_OK;
}

lka_status lka_exported_record(struct lka_workspace *workspace, const struct lka_export_run *run,
                               struct lka_exported_people *added, struct lka_exported_people *removed, bool *recorded,
                               struct lka_error *error)
{
    int64_t id = 0;
    struct lka_statement *put;
    LKA_TRY(put_run(workspace, run, &id, error));
    *recorded = id != 0;
    if (!*recorded) {
        return LKA_OK;
    }
    LKA_TRY(lka_statement_new(workspace, "INSERT OR IGNORE INTO exported_people VALUES (?, ?, ?)", &put, error));
    lka_status status = put_people(put, added, id, false, error);
    if (status == LKA_OK) {
        status = put_people(put, removed, id, true, error);
    }
    lka_statement_free(put);
    return status;
}

/* ---- asking ----------------------------------------------------------------------------------- */

lka_status lka_exported_ask(struct lka_workspace *workspace, const char *platform, const char *since,
                            struct lka_exported_asking *asking, struct lka_error *error)
{
    *asking = (struct lka_exported_asking){0};
    LKA_TRY(lka_statement_new(workspace,
                              "SELECT count(*) FROM exported_people JOIN exports ON id = export "
                              "WHERE person = ?1 AND removed = 0 AND (?2 IS NULL OR platform = ?2) AND day >= ?3",
                              &asking->statement, error));
    if (platform) {
        lka_bind_text(asking->statement, 2, lka_span_of(platform));
    }
    lka_bind_text(asking->statement, 3, lka_span_of(since));
    return LKA_OK;
}

lka_status lka_exported_times(struct lka_exported_asking *asking, const uint8_t person[16], uint64_t *times,
                              struct lka_error *error)
{
    bool row = false;
    lka_bind_blob(asking->statement, 1, person, 16);
    LKA_TRY(lka_statement_step(asking->statement, &row, error));
    *times = row ? (uint64_t)lka_column_integer(asking->statement, 0) : 0;
    return row ? lka_statement_step(asking->statement, &row, error) : LKA_OK;
}

void lka_exported_asking_release(struct lka_exported_asking *asking)
{
    lka_statement_free(asking->statement);
    *asking = (struct lka_exported_asking){0};
}
