/* Exporting in one view: read the audience, make of each row what the platform takes, leave out what it could not
 * match, write each once, split, list, publish. */
#include "lookalike/export.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/warnings.h"
#include "eligibility/eligibility.h"
#include "export/check.h"
#include "export/ledger.h"
#include "export/platform.h"

#define LKA_PARAM_OWNER struct lka_export_options
LKA_PARAMS_TABLE(lka_export_params, "export", LKA_EXPORT_PARAMS);

struct exporting {
    const struct lka_options *all;
    const struct lka_export_options *options;
    struct lka_warnings warnings;
    struct lka_export_table now;
    struct lka_export_table before;
    struct lka_workspace *workspace;
    struct lka_suppression *objections;
    struct lka_export_ledger ledger;
    bool writes; /* a transaction is open: the first platform's files are whole */
    struct lka_directory *directory;
    struct lka_export_report *reports;
    size_t report_count;
};

static lka_status check_options(const struct lka_export_options *options, struct lka_error *error)
{
    const char *country = options->country;
    if (!options->audience == !options->seeds || !options->out) {
        return lka_fail(error, LKA_USAGE, "export needs --audience or --seeds, and --out; or --check");
    }
    if (country &&
        (strlen(country) != 2 || strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != 2)) {
        return lka_fail(error, LKA_USAGE, "--country: \"%.20s\" is no country; allowed: two letters (FR, GB)", country);
    }
    if (options->previous && options->operation == 1) {
        return lka_fail(error, LKA_USAGE,
                        "--previous finds out by itself who is removed; leave out --operation remove");
    }
    return LKA_OK;
}

/* It must exist; whom the files tell of is remembered there once they are whole. */
static lka_status open_workspace(struct exporting *export, struct lka_error *error)
{
    const char *path = export->options->workspace;
    const struct lka_session *session = &export->warnings.session;
    LKA_TRY(lka_workspace_open(path, LKA_WORKSPACE_READ, session, &export->workspace, error));
    if (!export->options->dry_run) {
        lka_workspace_close(export->workspace);
        LKA_TRY(lka_workspace_open(path, LKA_WORKSPACE_WRITE, session, &export->workspace, error));
        LKA_TRY(lka_export_ledger_open(&export->ledger, export->workspace, error));
    }
    return lka_suppression_open(export->workspace, &export->objections, error);
}

static lka_status open_all(struct exporting *export, struct lka_error *error)
{
    const struct lka_export_options *options = export->options;
    LKA_TRY(check_options(options, error));
    const struct lka_session *session = &export->warnings.session;
    const char *audience = options->seeds ? options->seeds : options->audience;
    LKA_TRY(lka_export_table_open(audience, options, session, &export->now, error));
    LKA_TRY(options->previous ? lka_export_table_open(options->previous, options, session, &export->before, error)
                              : LKA_OK);
    if (options->workspace) {
        LKA_TRY(open_workspace(export, error));
    }
    LKA_TRY(LKA_NEW(export->reports, options->platform.count, error));
    return options->dry_run ? LKA_OK : lka_directory_open(options->out, &export->directory, error);
}

static lka_status remember(struct exporting *export, struct lka_export_report *report, struct lka_error *error)
{
    const struct lka_export_facts facts = {
        .options = export->all, .now = &export->now, .before = export->options->previous ? &export->before : NULL};
    if (export->ledger.nameless > 0) {
        lka_warn(
            &export->warnings.session,
            "%llu people for %s have no e-mail, phone, MAID or id: the workspace cannot remember that they were sent",
            (unsigned long long)export->ledger.nameless, report->platform->title);
    }
    if (!export->writes) {
        LKA_TRY(lka_workspace_begin(export->workspace, "export", error));
        export->writes = true;
    }
    return lka_export_ledger_record(&export->ledger, &facts, report, error);
}

static lka_status run_platforms(struct exporting *export, struct lka_error *error)
{
    const struct lka_export_options *options = export->options;
    const struct lka_export_task task = {
        .options = options,
        .session = &export->warnings.session,
        .objections = export->objections,
        .directory = export->directory,
        .ledger = export->ledger.workspace ? &export->ledger : NULL,
        .now = &export->now,
        .before = options->previous ? &export->before : NULL,
    };
    lka_status status = LKA_OK;
    for (size_t p = 0; p < options->platform.count && status == LKA_OK; p++) {
        export->report_count++;
        lka_export_ledger_clear(&export->ledger);
        status = lka_export_platform(&task, options->platform.items[p], &export->reports[p], error);
        if (status == LKA_OK && task.ledger) {
            status = remember(export, &export->reports[p], error);
        }
    }
    /* Whose columns they are is known once a platform's rows were read. */
    if (status == LKA_OK && export->objections && options->operation == 0) {
        lka_eligibility_warn_unreached(&export->now.who, export->objections, export->now.path, task.session);
    }
    return status;
}

static lka_status run(struct exporting *export, double start, char **summary, struct lka_error *error)
{
    LKA_TRY(open_all(export, error));
    LKA_TRY(run_platforms(export, error));
    if (export->warnings.failed) {
        return lka_fail_memory(error, 0);
    }
    struct lka_directory *directory = export->directory;
    export->directory = NULL;
    struct lka_export_facts facts = {export->all,
                                     &export->now,
                                     export->options->previous ? &export->before : NULL,
                                     export->reports,
                                     export->report_count,
                                     export->warnings.list,
                                     start};
    if (export->ledger.workspace) {
        lka_status status = lka_workspace_commit(export->workspace, error);
        if (status != LKA_OK) {
            lka_directory_abandon(directory);
            return status;
        }
    }
    return lka_export_publish(directory, &facts, summary, error);
}

static void release(struct exporting *export)
{
    for (size_t p = 0; p < export->report_count; p++) {
        lka_rules_free(export->reports[p].platform);
        json_decref(export->reports[p].files);
    }
    lka_free(export->reports);
    lka_directory_abandon(export->directory);
    lka_export_ledger_close(&export->ledger);
    lka_suppression_close(export->objections);
    lka_workspace_close(export->workspace);
    lka_export_table_close(&export->now);
    lka_export_table_close(&export->before);
    lka_warnings_release(&export->warnings);
}

lka_status lka_export(const struct lka_options *all, const struct lka_session *session, char **summary,
                      struct lka_error *error)
{
    struct exporting export = {.all = all, .options = lka_options_values(all)};
    double start = lka_seconds();
    *summary = NULL;
    LKA_TRY(lka_options_check(all, error));
    if (export.options->check) {
        return lka_export_check(all, session, summary, error);
    }
    LKA_TRY(lka_warnings_init(&export.warnings, session, error));
    lka_status status = run(&export, start, summary, error);
    release(&export);
    return status;
}
