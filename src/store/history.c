#include "store/history.h"

#include "base/date.h"
#include "base/error.h"
#include "base/memory.h"
#include "table/tally.h"

#include <stdio.h>

struct lka_history {
    struct lka_workspace *workspace;
    char *name;
    char as_of[16];
    char previous_day[16];
    struct lka_arena arena;
    struct lka_tally people;   /* who had a value at the previous day */
    struct lka_tally words;    /* the values themselves: few, and shared */
    struct lka_span *previous; /* by person */
    size_t previous_capacity;
    struct lka_statement *close_old; /* NULL for reading */
    struct lka_statement *open_new;
};

/* ---- reading ---------------------------------------------------------------------------------- */

/* Binds the name and then the day as often as the statement asks for it. */
static lka_status prepare(struct lka_history *history, const char *sql, const char *day, int days,
                          struct lka_statement **statement, struct lka_error *error)
{
    LKA_TRY(lka_statement_new(history->workspace, sql, statement, error));
    lka_bind_text(*statement, 1, lka_span_of(history->name));
    for (int i = 0; i < days; i++) {
        lka_bind_text(*statement, 2 + i, lka_span_of(day));
    }
    return LKA_OK;
}

static lka_status read_day(struct lka_history *history, const char *sql, const char *day, char out[16],
                           struct lka_error *error)
{
    struct lka_statement *statement;
    bool row = false;
    LKA_TRY(prepare(history, sql, day, 1, &statement, error));
    lka_status status = lka_statement_step(statement, &row, error);
    snprintf(out, 16, "%s", row && !lka_column_is_null(statement, 0) ? lka_column_text(statement, 0).text : "");
    lka_statement_free(statement);
    return status;
}

static lka_status keep_previous(struct lka_history *history, struct lka_span person, struct lka_span value,
                                struct lka_error *error)
{
    size_t at = history->people.count;
    LKA_TRY(lka_tally_add(&history->people, person, at, &history->arena, error));
    LKA_TRY(lka_tally_add(&history->words, value, at, &history->arena, error));
    LKA_TRY(lka_reserve(&history->previous, &history->previous_capacity, at + 1, sizeof *history->previous, error));
    history->previous[at] = lka_tally_find(&history->words, value)->text;
    return LKA_OK;
}

static lka_status read_previous(struct lka_history *history, struct lka_error *error)
{
    struct lka_statement *statement;
    bool row = false;
    LKA_TRY(prepare(history,
                    "SELECT person, value FROM history WHERE name = ? AND valid_from <= ? AND "
                    "(valid_to = '' OR valid_to > ?)",
                    history->previous_day, 2, &statement, error));
    lka_status status = lka_statement_step(statement, &row, error);
    while (status == LKA_OK && row) {
        status = keep_previous(history, lka_column_text(statement, 0), lka_column_text(statement, 1), error);
        if (status == LKA_OK) {
            status = lka_statement_step(statement, &row, error);
        }
    }
    lka_statement_free(statement);
    return status;
}

/* ---- writing ---------------------------------------------------------------------------------- */

static lka_status run_for_day(struct lka_history *history, const char *sql, struct lka_error *error)
{
    struct lka_statement *statement;
    LKA_TRY(prepare(history, sql, history->as_of, 1, &statement, error));
    lka_status status = lka_statement_run(statement, error);
    lka_statement_free(statement);
    return status;
}

/* What an earlier run of the same day said is taken back. */
static lka_status start_day(struct lka_history *history, struct lka_error *error)
{
    char newest[16];
    LKA_TRY(read_day(history, "SELECT max(day) FROM history_days WHERE name = ? AND day > ?", history->as_of, newest,
                     error));
    if (newest[0]) {
        return lka_fail(error, LKA_USAGE,
                        "--as-of %s: the workspace has the history \"%s\" up to %s already, and the past is not "
                        "rewritten; allowed: %s or later",
                        history->as_of, history->name, newest, newest);
    }
    LKA_TRY(run_for_day(history, "DELETE FROM history WHERE name = ? AND valid_from = ?", error));
    LKA_TRY(run_for_day(history, "UPDATE history SET valid_to = '' WHERE name = ? AND valid_to = ?", error));
    LKA_TRY(run_for_day(history, "INSERT OR IGNORE INTO history_days (name, day) VALUES (?, ?)", error));
    LKA_TRY(lka_statement_new(history->workspace,
                              "UPDATE history SET valid_to = ? WHERE name = ? AND person = ? AND valid_to = ''",
                              &history->close_old, error));
    return lka_statement_new(history->workspace,
                             "INSERT INTO history (name, person, value, valid_from, valid_to) VALUES (?, ?, ?, ?, '')",
                             &history->open_new, error);
}

lka_status lka_history_put(struct lka_history *history, struct lka_span person, struct lka_span value,
                           struct lka_error *error)
{
    struct lka_span previous = lka_history_previous(history, person);
    if (previous.text && lka_span_equal(previous, value)) {
        return LKA_OK;
    }
    if (previous.text) {
        lka_bind_text(history->close_old, 1, lka_span_of(history->as_of));
        lka_bind_text(history->close_old, 2, lka_span_of(history->name));
        lka_bind_text(history->close_old, 3, person);
        LKA_TRY(lka_statement_run(history->close_old, error));
    }
    lka_bind_text(history->open_new, 1, lka_span_of(history->name));
    lka_bind_text(history->open_new, 2, person);
    lka_bind_text(history->open_new, 3, value);
    lka_bind_text(history->open_new, 4, lka_span_of(history->as_of));
    return lka_statement_run(history->open_new, error);
}

/* ---- the whole -------------------------------------------------------------------------------- */

/* Days are compared as texts, so that they must all be spelt the same. */
static lka_status take_day(struct lka_history *history, const char *as_of, struct lka_error *error)
{
    int64_t seconds;
    if (strlen(as_of) != 10 || !lka_parse_time(lka_span_of(as_of), &seconds)) {
        return lka_fail(error, LKA_USAGE, "--as-of: \"%.20s\" is no day; allowed: YYYY-MM-DD", as_of);
    }
    snprintf(history->as_of, sizeof history->as_of, "%s", as_of);
    return LKA_OK;
}

static lka_status open_all(struct lka_history *history, const char *name, bool write, struct lka_error *error)
{
    history->name = lka_copy_string(name);
    if (!history->name) {
        return lka_fail_memory(error, strlen(name));
    }
    if (write) {
        LKA_TRY(start_day(history, error));
    }
    LKA_TRY(read_day(history, "SELECT max(day) FROM history_days WHERE name = ? AND day < ?", history->as_of,
                     history->previous_day, error));
    return read_previous(history, error);
}

lka_status lka_history_open(struct lka_workspace *workspace, const char *name, const char *as_of, bool write,
                            struct lka_history **history, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*history, 1, error));
    (*history)->workspace = workspace;
    lka_status status = take_day(*history, as_of, error);
    if (status == LKA_OK) {
        status = open_all(*history, name, write, error);
    }
    if (status != LKA_OK) {
        lka_history_close(*history);
        *history = NULL;
    }
    return status;
}

void lka_history_close(struct lka_history *history)
{
    if (history) {
        lka_statement_free(history->close_old);
        lka_statement_free(history->open_new);
        lka_tally_release(&history->people);
        lka_tally_release(&history->words);
        lka_arena_release(&history->arena);
        lka_free(history->previous);
        lka_free(history->name);
        lka_free(history);
    }
}

struct lka_span lka_history_previous(const struct lka_history *history, struct lka_span person)
{
    const struct lka_tally_entry *entry = lka_tally_find(&history->people, person);
    return entry ? history->previous[entry - history->people.entries] : (struct lka_span){0};
}

const char *lka_history_previous_day(const struct lka_history *history)
{
    return history->previous_day;
}
