#include "score/champion.h"

#include "base/memory.h"

#include <stdio.h>

enum { TOP_5 = 2 };

static lka_status read_row(struct lka_statement *statement, struct lka_champion *champion, struct lka_error *error)
{
    bool row = false;
    LKA_TRY(lka_statement_step(statement, &row, error));
    if (!row) {
        return LKA_OK;
    }
    struct lka_span path = lka_column_text(statement, 0);
    struct lka_span hash = lka_column_text(statement, 1);
    snprintf(champion->hash, sizeof champion->hash, "%.*s", (int)hash.length, hash.text);
    champion->path = lka_copy_text(path.text, path.length);
    return champion->path ? LKA_OK : lka_fail_memory(error, path.length);
}

lka_status lka_champion_read(struct lka_workspace *workspace, struct lka_champion *champion, struct lka_error *error)
{
    struct lka_statement *statement = NULL;
    *champion = (struct lka_champion){0};
    LKA_TRY(lka_statement_new(workspace,
                              "SELECT path, hash FROM champion JOIN artefacts USING (path) WHERE purpose = 'score'",
                              &statement, error));
    lka_status status = read_row(statement, champion, error);
    lka_statement_free(statement);
    return status;
}

void lka_champion_release(struct lka_champion *champion)
{
    lka_free(champion->path);
    champion->path = NULL;
}

/* One statement with path and hash, or purpose and path. */
static lka_status write_two(struct lka_workspace *workspace, const char *sql, const char *first, const char *second,
                            struct lka_error *error)
{
    struct lka_statement *statement = NULL;
    LKA_TRY(lka_statement_new(workspace, sql, &statement, error));
    lka_bind_text(statement, 1, lka_span_of(first));
    lka_bind_text(statement, 2, lka_span_of(second));
    lka_status status = lka_statement_run(statement, error);
    lka_statement_free(statement);
    return status;
}

static lka_status write_seat(struct lka_workspace *workspace, const char *purpose, const struct lka_champion *model,
                             struct lka_error *error)
{
    LKA_TRY(write_two(workspace,
                      "INSERT INTO artefacts (path, kind, hash, made_by) VALUES (?, 'model', ?, 'train') "
                      "ON CONFLICT (path) DO UPDATE SET hash = excluded.hash",
                      model->path, model->hash, error));
    return write_two(workspace,
                     "INSERT INTO champion (purpose, path, since) VALUES (?, ?, date('now')) "
                     "ON CONFLICT (purpose) DO UPDATE SET path = excluded.path, "
                     "since = CASE WHEN path = excluded.path THEN since ELSE excluded.since END",
                     purpose, model->path, error);
}

lka_status lka_champion_write(struct lka_workspace *workspace, const struct lka_champion *champion,
                              const struct lka_champion *challenger, struct lka_error *error)
{
    LKA_TRY(write_seat(workspace, "score", champion, error));
    return challenger ? write_seat(workspace, "challenge", challenger, error)
                      : lka_workspace_execute(workspace, "DELETE FROM champion WHERE purpose = 'challenge'", error);
}

bool lka_champion_is_first(const struct lka_pairing *pairing, int sits)
{
    const struct lka_difference *recall = &pairing->figures[TOP_5];
    if (sits == 0) {
        return recall->interval.high >= 0;
    }
    if (sits == 1) {
        return recall->interval.low > 0;
    }
    return recall->difference != 0 ? recall->difference > 0 : pairing->figures[LKA_TIERS].difference >= 0;
}
