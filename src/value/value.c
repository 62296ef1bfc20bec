/* What customers are worth, in one view: read who bought how often and when; fit the model of purchases and that of
 * spend; forecast every distinct history; give each customer the forecast, the value and the cluster; write. */
#include "value/value.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/json.h"
#include "lifecycle/written.h"
#include "store/artefacts.h"
#include "value/result.h"

#include <math.h>

#define LKA_PARAM_OWNER struct lka_value_options
LKA_PARAMS_TABLE(lka_value_params, "value", LKA_VALUE_PARAMS);

static const struct lka_purchase_model *const models[] = {&lka_mbg_nbd, &lka_bg_nbd, &lka_pareto_nbd};

struct valuation {
    struct lka_value_result result;
    struct lka_contact_map *contacts; /* NULL without --contacts */
    struct lka_directory *directory;  /* open until it is put into place */
    struct lka_workspace *workspace;  /* NULL without --workspace */
    struct lka_acquaintance acquaintance;
    struct lka_history *history;
    struct lka_cluster_rules rules;
    int64_t as_of; /* day; 0 without --as-of */
    double unit;   /* in days */
    double start;
};

/* ---- options ---------------------------------------------------------------------------------- */

static lka_status check_options(const struct lka_value_options *options, struct lka_error *error)
{
    bool events = options->events.count > 0;
    if (events && options->summary.count > 0) {
        return lka_fail(error, LKA_USAGE, "--events and --summary are both given; a summary stands in place of events");
    }
    if (!events && options->summary.count == 0 && !options->workspace) {
        return lka_fail(error, LKA_USAGE,
                        "nothing to read; give --events, --summary, or a --workspace with an archive");
    }
    if (options->summary.count == 0 && !options->as_of) {
        return lka_fail(error, LKA_USAGE, "--as-of is missing: the day before which everything is known");
    }
    if (options->id && options->summary.count == 0) {
        return lka_fail(error, LKA_USAGE,
                        "--id is for --summary; of events, --role NAME=id says which column is the contact");
    }
    if (options->workspace && !options->as_of) {
        return lka_fail(error, LKA_USAGE,
                        "--as-of is missing: with a --workspace, clusters are stored with their date");
    }
    return LKA_OK;
}

static lka_status read_as_of(struct valuation *valuation, struct lka_error *error)
{
    const char *text = valuation->result.options->as_of;
    int64_t seconds = 0;
    char shown[64];
    if (text && (strlen(text) != 10 || !lka_parse_time(lka_span_of(text), &seconds))) {
        return lka_fail(error, LKA_USAGE, "--as-of: %s is no day; allowed: YYYY-MM-DD",
                        lka_show(lka_span_of(text), false, shown));
    }
    valuation->as_of = seconds / 86400;
    return LKA_OK;
}

/* The length of a period in units; a year without an as-of date is that from 1970-01-01. */
static lka_status units_of(const struct valuation *valuation, const char *flag, const char *text, double *units,
                           struct lka_error *error)
{
    struct lka_period period;
    LKA_TRY(lka_period_parse(flag, text, &period, error));
    *units = (double)(lka_period_after(valuation->as_of, period) - valuation->as_of) / valuation->unit;
    return *units > 0 ? LKA_OK : lka_fail(error, LKA_USAGE, "--%s: \"%s\" is no time; allowed: from 1d", flag, text);
}

static lka_status read_options(struct valuation *valuation, struct lka_error *error)
{
    const struct lka_value_options *options = valuation->result.options;
    struct lka_outlook *outlook = &valuation->result.outlook;
    LKA_TRY(check_options(options, error));
    LKA_TRY(read_as_of(valuation, error));
    valuation->unit = options->unit == 0 ? 1 : 7;
    double year = 365.25 / valuation->unit;
    LKA_TRY(units_of(valuation, "horizon", options->horizon, &outlook->horizon, error));
    outlook->discount = log1p(options->discount) / year;
    valuation->rules = (struct lka_cluster_rules){.inactive_after = INFINITY,
                                                  .regular_from = options->regular_from * outlook->horizon / year,
                                                  .top_share = options->top_share};
    if (options->inactive_after || !options->contacts) {
        const char *after = options->inactive_after ? options->inactive_after : "1y";
        LKA_TRY(units_of(valuation, "inactive-after", after, &valuation->rules.inactive_after, error));
    }
    valuation->result.model = models[options->model];
    return LKA_OK;
}

/* ---- customers -------------------------------------------------------------------------------- */

static lka_status meet_customers(struct valuation *valuation, struct lka_error *error)
{
    const struct lka_customers *customers = &valuation->result.customers;
    for (size_t i = 0; i < customers->count; i++) {
        LKA_TRY(lka_acquaintance_meet(&valuation->acquaintance, customers->items[i].id, error));
    }
    return lka_acquaintance_check(&valuation->acquaintance, "customers of --summary", true,
                                  &valuation->result.warnings.session, error);
}

static lka_status read_summary(struct valuation *valuation, struct lka_error *error)
{
    struct lka_value_result *result = &valuation->result;
    struct lka_table table;
    struct lka_text rejected = {0};
    char *path = NULL;
    lka_text_format(&rejected, "%s.rejected.csv", result->options->out);
    LKA_TRY(lka_text_take(&rejected, &path, error));
    lka_status status = lka_table_open(&result->options->summary, result->all, result->options->dry_run ? NULL : path,
                                       false, &table, error);
    if (status == LKA_OK) {
        const struct lka_table *tables[] = {&table};
        status = lka_tables_check(result->all, tables, 1, error);
        if (status == LKA_OK) {
            status = lka_summary_read(&table, result->options, valuation->contacts, &result->warnings.session,
                                      &result->customers, &result->counts, error);
        }
        status = status == LKA_OK ? meet_customers(valuation, error) : status;
        if (status == LKA_OK) {
            result->roles = lka_schema_roles_json(&table.schema);
            result->inputs = json_pack("[o]", lka_table_json(&table));
            status = result->roles && result->inputs ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
        }
        lka_table_close(&table);
    }
    lka_free(path);
    return status;
}

/* [{"file", "xxh3", "rows", "rejected"}], as of a summary: one digest is of all files together. */
static json_t *events_json(const struct lka_value_options *options, const struct lka_events *events)
{
    char hex[33];
    struct lka_events_counts counts = lka_events_counts(events);
    lka_events_digest(events, hex);
    return json_pack("[{s:o, s:s, s:I, s:I, s:I, s:I}]", "file",
                     options->events.count > 0 ? lka_json_string(options->events.items[0]) : json_null(), "xxh3", hex,
                     "rows", (json_int_t)counts.read, "rejected", (json_int_t)counts.rejected, "duplicates",
                     (json_int_t)counts.duplicates, "later", (json_int_t)counts.later);
}

/* A table with rows that the archive has is the brand's, whoever else is in it. */
static lka_status check_same_people(struct valuation *valuation, const struct lka_events *events,
                                    struct lka_error *error)
{
    return lka_events_counts(events).known > 0
               ? LKA_OK
               : lka_acquaintance_check(&valuation->acquaintance, "contacts of --events", true,
                                        &valuation->result.warnings.session, error);
}

static lka_status read_opened(struct valuation *valuation, struct lka_events *events, struct lka_error *error)
{
    struct lka_value_result *result = &valuation->result;
    struct lka_purchases purchases = {.as_of = valuation->as_of,
                                      .unit = valuation->unit,
                                      .currency = result->options->currency,
                                      .contacts = valuation->contacts,
                                      .acquaintance = &valuation->acquaintance};
    if (purchases.currency) {
        lka_text_string(&result->currency, purchases.currency);
    }
    LKA_TRY(lka_purchases_read(&purchases, events, &result->warnings.session, &result->customers, &result->currency,
                               &result->counts, error));
    LKA_TRY(check_same_people(valuation, events, error));
    LKA_TRY(valuation->workspace && !result->options->dry_run ? lka_events_archive(events, error) : LKA_OK);
    result->inputs = events_json(result->options, events);
    return result->inputs && !result->currency.failed ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
}

static lka_status read_events(struct valuation *valuation, struct lka_error *error)
{
    const struct lka_value_options *options = valuation->result.options;
    const struct lka_session *session = &valuation->result.warnings.session;
    struct lka_events *events = NULL;
    struct lka_text rejected = {0};
    char *path = NULL;
    lka_text_format(&rejected, "%s.rejected.csv", options->out);
    LKA_TRY(lka_text_take(&rejected, &path, error));
    struct lka_events_options wanted = {.paths = (const char *const *)options->events.items,
                                        .path_count = options->events.count,
                                        .roles = &options->role,
                                        .until = valuation->as_of * 86400,
                                        .memory = (uint64_t)options->memory << 20,
                                        .max_bad_rows = (uint64_t)options->max_bad_rows,
                                        .rejected = options->dry_run ? NULL : path,
                                        .separator = options->separator,
                                        .max_field = (size_t)options->max_field,
                                        .temporary = options->temporary,
                                        .threads = (size_t)options->threads};
    lka_status status = lka_events_open(&wanted, valuation->workspace, session, &events, error);
    if (status == LKA_OK) {
        status = read_opened(valuation, events, error);
        lka_events_close(events);
    }
    lka_free(path);
    return status;
}

/* Enough to fit a model to. */
static lka_status check_customers(struct lka_value_result *result, struct lka_error *error)
{
    result->counts.customers = result->customers.count;
    for (size_t i = 0; i < result->customers.count; i++) {
        result->counts.repeat += result->customers.items[i].frequency > 0;
    }
    if (result->counts.customers == 0) {
        return lka_fail(error, LKA_DATA, "there is no customer%s%s",
                        result->options->as_of ? " who bought anything before " : " to learn from",
                        result->options->as_of ? result->options->as_of : "");
    }
    if (result->counts.repeat == 0) {
        return lka_fail(
            error, LKA_DATA,
            "none of the %zu customers bought a second time: without repeat purchases no model can be fitted",
            result->customers.count);
    }
    return LKA_OK;
}

/* A dry run reads it alone. */
static lka_status open_workspace(struct valuation *valuation, struct lka_error *error)
{
    const struct lka_value_options *options = valuation->result.options;
    if (!options->workspace) {
        return LKA_OK;
    }
    LKA_TRY(lka_workspace_open(options->workspace, options->dry_run ? LKA_WORKSPACE_READ : LKA_WORKSPACE_WRITE,
                               &valuation->result.warnings.session, &valuation->workspace, error));
    LKA_TRY(lka_acquaintance_init(&valuation->acquaintance, valuation->workspace, error));
    return options->dry_run ? LKA_OK : lka_workspace_begin(valuation->workspace, "value", error);
}

static lka_status read_contacts(struct valuation *valuation, struct lka_error *error)
{
    const struct lka_value_options *options = valuation->result.options;
    LKA_TRY(options->as_of
                ? lka_written_warn_later("contacts", options->contacts, "lifecycle.json", valuation->as_of * 86400,
                                         &valuation->result.warnings.session, error)
                : LKA_OK);
    return lka_contact_map_read(options->contacts, &valuation->contacts, error);
}

static lka_status read_customers(struct valuation *valuation, struct lka_error *error)
{
    struct lka_value_result *result = &valuation->result;
    LKA_TRY(open_workspace(valuation, error));
    LKA_TRY(result->options->contacts ? read_contacts(valuation, error) : LKA_OK);
    LKA_TRY(result->options->summary.count > 0 ? read_summary(valuation, error) : read_events(valuation, error));
    LKA_TRY(check_customers(result, error));
    lka_log_step(&result->warnings.session, "read", "%llu customers, %llu of them bought again",
                 (unsigned long long)result->counts.customers, (unsigned long long)result->counts.repeat);
    if (result->counts.unknown > 0) {
        lka_warn(&result->warnings.session, "%llu customers are not in --contacts and are left out",
                 (unsigned long long)result->counts.unknown);
    }
    return LKA_OK;
}

/* ---- models ----------------------------------------------------------------------------------- */

static lka_status fit_models(struct lka_value_result *result, struct lka_error *error)
{
    const struct lka_session *session = &result->warnings.session;
    LKA_TRY(lka_step(session, "fit", 0, 0, error));
    LKA_TRY(lka_patterns_init(&result->patterns, &result->customers, error));
    LKA_TRY(lka_purchase_model_fit(result->model, &result->patterns, &result->fit, error));
    LKA_TRY(lka_spend_fit(&result->customers, &result->spend, error));
    lka_value_warn(result);
    lka_log_step(session, "fit", "%s: log-likelihood %.1f", result->model->name, result->fit.log_likelihood);
    return LKA_OK;
}

/* From the patterns to their customers. */
static void spread(struct lka_value_result *result, const struct lka_forecast *forecasts)
{
    bool amounts = result->spend.customers > 0;
    for (size_t i = 0; i < result->customers.count; i++) {
        const struct lka_customer *customer = &result->customers.items[i];
        const struct lka_forecast *forecast = &forecasts[customer->pattern];
        double spend = amounts ? lka_spend_expected(&result->spend, customer) : NAN;
        double value = forecast->discounted * spend;
        result->prospects[i] = (struct lka_prospect){.alive = forecast->alive,
                                                     .purchases = forecast->expected,
                                                     .spend = spend,
                                                     .value = value,
                                                     .worth = amounts ? value : forecast->discounted};
    }
}

static lka_status forecast(struct lka_value_result *result, struct lka_error *error)
{
    struct lka_forecast *forecasts = NULL;
    LKA_TRY(LKA_NEW(result->prospects, result->customers.count, error));
    LKA_TRY(LKA_NEW(forecasts, result->patterns.count, error));
    lka_status status = lka_forecast_patterns(result->model, result->fit.parameters, &result->patterns,
                                              &result->outlook, forecasts, error);
    if (status == LKA_OK) {
        spread(result, forecasts);
    }
    lka_free(forecasts);
    return status;
}

static lka_status cluster(struct valuation *valuation, struct lka_error *error)
{
    struct lka_value_result *result = &valuation->result;
    LKA_TRY(lka_clusters_assign(&result->customers, &valuation->rules, result->prospects, error));
    for (size_t i = 0; i < result->customers.count; i++) {
        result->clusters[result->prospects[i].cluster]++;
    }
    return valuation->workspace
               ? lka_value_remember(result, valuation->workspace, !result->options->dry_run, &valuation->history, error)
               : LKA_OK;
}

/* ---- the directory ---------------------------------------------------------------------------- */

/* The workspace first, and the directory right behind it: both follow from the same input. */
static lka_status write_directory(struct valuation *valuation, const json_t *document, struct lka_error *error)
{
    if (!valuation->directory) {
        return LKA_OK;
    }
    double seconds = lka_seconds() - valuation->start;
    LKA_TRY(lka_value_put_files(&valuation->result, document, seconds, valuation->directory, error));
    if (valuation->workspace) {
        LKA_TRY(lka_artefact_put(valuation->workspace, valuation->result.options->out, "value", "", "value", error));
        LKA_TRY(lka_workspace_commit(valuation->workspace, error));
    }
    struct lka_directory *directory = valuation->directory;
    valuation->directory = NULL;
    return lka_directory_commit(directory, error);
}

/* ---- the command ------------------------------------------------------------------------------ */

static lka_status run(struct valuation *valuation, json_t **document, struct lka_error *error)
{
    struct lka_value_result *result = &valuation->result;
    LKA_TRY(lka_warnings_init(&result->warnings, result->warnings.outer, error));
    LKA_TRY(read_options(valuation, error));
    if (!result->options->dry_run) {
        LKA_TRY(lka_directory_open(result->options->out, &valuation->directory, error));
    }
    LKA_TRY(read_customers(valuation, error));
    LKA_TRY(fit_models(result, error));
    LKA_TRY(forecast(result, error));
    LKA_TRY(cluster(valuation, error));
    LKA_TRY(result->warnings.failed ? lka_fail_memory(error, 0) : lka_value_document(result, document, error));
    return write_directory(valuation, *document, error);
}

static void release(struct valuation *valuation)
{
    struct lka_value_result *result = &valuation->result;
    lka_directory_abandon(valuation->directory);
    lka_contact_map_free(valuation->contacts);
    lka_customers_release(&result->customers);
    lka_value_patterns_release(&result->patterns);
    lka_text_release(&result->currency);
    lka_free(result->prospects);
    lka_free(result->previous);
    lka_acquaintance_release(&valuation->acquaintance);
    lka_history_close(valuation->history);
    lka_workspace_close(valuation->workspace);
    json_decref(result->roles);
    json_decref(result->inputs);
    lka_warnings_release(&result->warnings);
}

lka_status lka_value(const struct lka_options *all, const struct lka_session *session, char **summary,
                     struct lka_error *error)
{
    struct valuation valuation = {
        .result = {.all = all, .options = lka_options_values(all), .warnings = {.outer = session}}};
    json_t *document = NULL;
    valuation.start = lka_seconds();
    *summary = NULL;
    LKA_TRY(lka_options_check(all, error));
    lka_status status = run(&valuation, &document, error);
    if (status == LKA_OK) {
        json_object_set_new(document, "out", lka_json_string(lka_options_target(all, "out")));
        json_object_set_new(document, "seconds", json_real(lka_seconds() - valuation.start));
        status = lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error);
    }
    json_decref(document);
    release(&valuation);
    return status;
}
