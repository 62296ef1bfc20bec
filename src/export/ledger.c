/* What the workspace remembers of an export: which run it was, and whom it told the platform to add and to remove. */
#include "export/ledger.h"

#include "base/date.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"
#include "store/artefacts.h"

#include <stdio.h>
#include <time.h>

lka_status lka_export_ledger_open(struct lka_export_ledger *ledger, struct lka_workspace *workspace,
                                  struct lka_error *error)
{
    uint8_t key[32];
    *ledger = (struct lka_export_ledger){.workspace = workspace};
    LKA_TRY(lka_workspace_key(workspace, key, error));
    bool prepared = lka_hmac_init(&ledger->hmac, key);
    explicit_bzero(key, sizeof key);
    return prepared ? LKA_OK : lka_fail(error, LKA_DATA, "libcrypto cannot make an HMAC");
}

void lka_export_ledger_close(struct lka_export_ledger *ledger)
{
    lka_exported_release(&ledger->added);
    lka_exported_release(&ledger->removed);
    lka_text_release(&ledger->canonical);
    explicit_bzero(ledger, sizeof *ledger);
}

void lka_export_ledger_clear(struct lka_export_ledger *ledger)
{
    ledger->added.count = ledger->removed.count = 0;
    ledger->nameless = 0;
}

lka_status lka_export_ledger_key(struct lka_export_ledger *ledger, const struct lka_export_table *audience, size_t row,
                                 struct lka_export_person_key *key, struct lka_error *error)
{
    uint8_t person[32];
    struct lka_text *canonical = &ledger->canonical;
    LKA_TRY(lka_person_canonical(&audience->who, &audience->rows, row, canonical, error));
    key->named = canonical->length > strlen("id:");
    if (key->named && !lka_hmac_of(&ledger->hmac, canonical->bytes, canonical->length, person)) {
        return lka_fail(error, LKA_MEMORY, "libcrypto could not make a key");
    }
    memcpy(key->bytes, person, key->named ? sizeof key->bytes : 0);
    return LKA_OK;
}

lka_status lka_export_ledger_add(struct lka_export_ledger *ledger, const struct lka_export_person_key *key,
                                 bool removes, struct lka_error *error)
{
    if (!key->named) {
        ledger->nameless++;
        return LKA_OK;
    }
    return lka_exported_add(removes ? &ledger->removed : &ledger->added, key->bytes, error);
}

static lka_status remembers(const struct lka_export_ledger *ledger, const char *audience, const char *platform,
                            bool *remembered, struct lka_error *error)
{
    struct lka_statement *statement;
    LKA_TRY(lka_statement_new(ledger->workspace, "SELECT 1 FROM exports WHERE audience = ? AND platform = ? LIMIT 1",
                              &statement, error));
    lka_bind_text(statement, 1, lka_span_of(audience));
    lka_bind_text(statement, 2, lka_span_of(platform));
    lka_status status = lka_statement_step(statement, remembered, error);
    lka_statement_free(statement);
    return status;
}

lka_status lka_export_ledger_ask(const struct lka_export_ledger *ledger, const struct lka_export_table *audience,
                                 const char *platform, struct lka_exported_asking *asking, struct lka_error *error)
{
    char *name = NULL;
    bool remembered = false;
    LKA_TRY(lka_artefact_name(ledger->workspace, audience->path, &name, error));
    lka_status status = remembers(ledger, name, platform, &remembered, error);
    lka_free(name);
    return status == LKA_OK && remembered ? lka_exported_ask(ledger->workspace, platform, "", asking, error) : status;
}

lka_status lka_export_ledger_erased_since(const struct lka_export_ledger *ledger,
                                          const struct lka_export_table *audience, const char *platform, bool *some,
                                          struct lka_error *error)
{
    char *name = NULL;
    struct lka_statement *statement = NULL;
    *some = false;
    LKA_TRY(lka_artefact_name(ledger->workspace, audience->path, &name, error));
    lka_status status = lka_statement_new(ledger->workspace,
                                          "SELECT 1 FROM erased WHERE day >= (SELECT max(day) FROM exports WHERE "
                                          "audience = ? AND platform = ?) LIMIT 1",
                                          &statement, error);
    if (status == LKA_OK) {
        lka_bind_text(statement, 1, lka_span_of(name));
        lka_bind_text(statement, 2, lka_span_of(platform));
        status = lka_statement_step(statement, some, error);
    }
    lka_statement_free(statement);
    lka_free(name);
    return status;
}

/* ---- the run ---------------------------------------------------------------------------------- */

static void digest_of(const struct lka_export_table *audience, char hex[33])
{
    hex[0] = '\0';
    if (audience) {
        lka_source_digest(audience->source, hex);
    }
}

/* What an export follows from, without the day: done again, it is the same one. */
static lka_status name_run(const struct lka_export_facts *facts, const struct lka_export_report *report,
                           const char *parameters, char run[33], struct lka_error *error)
{
    char now[33];
    char before[33];
    struct lka_text text = {0};
    digest_of(facts->now, now);
    digest_of(facts->before, before);
    lka_text_format(&text, "%s|%s|%s|%s|%s|%s", report->platform->name, report->platform->version, report->format->name,
                    now, before, parameters);
    bool whole = !text.failed;
    if (whole) {
        lka_hash128_bytes(text.bytes, text.length, run);
    }
    lka_text_release(&text);
    return whole ? LKA_OK : lka_fail_memory(error, 0);
}

static lka_status parameters_text(const struct lka_options *options, char **text, struct lka_error *error)
{
    json_t *parameters = lka_export_parameters_json(options);
    lka_status status = parameters ? lka_json_text(parameters, JSON_COMPACT | JSON_SORT_KEYS, text, error)
                                   : lka_fail_memory(error, 0);
    json_decref(parameters);
    return status;
}

static lka_status record(struct lka_export_ledger *ledger, const struct lka_export_facts *facts,
                         struct lka_export_report *report, const char *parameters, struct lka_error *error)
{
    char day[16];
    char *audience = NULL;
    lka_format_date((int64_t)time(NULL) / 86400, day);
    lka_status status = name_run(facts, report, parameters, report->run, error);
    if (status == LKA_OK) {
        status = lka_artefact_name(ledger->workspace, facts->now->path, &audience, error);
    }
    if (status == LKA_OK) {
        const struct lka_export_run what = {.run = report->run,
                                            .platform = report->platform->name,
                                            .format = report->format->name,
                                            .rule = report->platform->version,
                                            .day = day,
                                            .audience = audience,
                                            .parameters = parameters};
        bool recorded;
        status = lka_exported_record(ledger->workspace, &what, &ledger->added, &ledger->removed, &recorded, error);
    }
    lka_free(audience);
    return status;
}

lka_status lka_export_ledger_record(struct lka_export_ledger *ledger, const struct lka_export_facts *facts,
                                    struct lka_export_report *report, struct lka_error *error)
{
    char *parameters = NULL;
    const char *out = lka_options_text(facts->options, "out");
    LKA_TRY(lka_artefact_put(ledger->workspace, out, "export", "", "export", error));
    lka_status status = parameters_text(facts->options, &parameters, error);
    if (status == LKA_OK) {
        status = record(ledger, facts, report, parameters, error);
    }
    lka_free(parameters);
    return status;
}
