#include "export/document.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/json.h"
#include "export/template.h"
#include "lookalike/export.h"

#include <stdio.h>
#include <time.h>

/* json_pack takes over every part that it is given, and gives NULL if one of them is NULL. */

static json_t *fields_json(const struct lka_export_report *report)
{
    uint32_t fields = lka_format_fields(report->platform, report->format);
    json_t *object = json_object();
    for (size_t f = 0; f < report->platform->field_count && object; f++) {
        const struct lka_field_counts *counts = &report->tally.fields[f];
        bool there = (fields >> f & 1) && counts->written + counts->empty + counts->unusable.all > 0;
        json_t *entry = there ? json_pack("{s:I, s:I, s:o}", "used", (json_int_t)counts->written, "empty",
                                          (json_int_t)counts->empty, "unusable", lka_reasons_json(&counts->unusable))
                              : NULL;
        if (there && (!entry || json_object_set_new(object, report->platform->fields[f].name, entry) != 0)) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static bool set(json_t *object, const char *key, json_t *value)
{
    return object && value && json_object_set_new(object, key, value) == 0;
}

/* What is the same in the platform's manifest and in export.json. */
static json_t *report_json(const struct lka_export_report *report)
{
    const struct lka_rules *platform = report->platform;
    const struct lka_export_tally *tally = &report->tally;
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:I, s:{s:I, s:I, s:I, s:I, s:I}, s:o, s:o, s:O}", "platform",
        platform->name, "title", platform->title, "rule_version", platform->version, "rule_source", platform->source,
        "rule_date", platform->date, "format", report->format->name, "verified", (int)platform->verified, "minimum",
        (json_int_t)platform->minimum, "counts", "rows", (json_int_t)tally->rows, "people", (json_int_t)tally->people,
        "unchanged", (json_int_t)tally->unchanged, "written", (json_int_t)tally->written, "removed",
        (json_int_t)report->removed.written, "left_out", lka_reasons_json(&tally->left_out), "fields",
        fields_json(report), "files", report->files);
    bool whole = object != NULL;
    if (whole && platform->unverified) {
        whole = set(object, "unverified", lka_json_string(platform->unverified));
    }
    if (whole && platform->terms) {
        whole = set(object, "terms", lka_json_string(platform->terms));
    }
    if (!whole) {
        json_decref(object);
        return NULL;
    }
    return object;
}

lka_status lka_export_report_write(const struct lka_export_report *report, struct lka_directory *directory,
                                   struct lka_error *error)
{
    char name[128];
    if (!directory) {
        return LKA_OK;
    }
    json_t *manifest = report_json(report);
    bool whole = set(manifest, "schema", json_integer(1)) && set(manifest, "made_by", json_string("lookalike"));
    snprintf(name, sizeof name, "%.100s/manifest.json", report->platform->name);
    lka_status status = whole ? lka_directory_json(directory, name, manifest, error) : lka_fail_memory(error, 0);
    json_decref(manifest);
    return status;
}

/* ---- export.json ------------------------------------------------------------------------------------ */

json_t *lka_export_parameters_json(const struct lka_options *options)
{
    json_t *parameters = lka_options_echo(options);
    json_object_del(parameters, "check");
    return parameters;
}

static json_t *input_json(const struct lka_export_table *audience)
{
    char digest[33];
    lka_source_digest(audience->source, digest);
    return json_pack("{s:o, s:s, s:I}", "file", lka_json_string(audience->path), "xxh3", digest, "rows",
                     (json_int_t)lka_source_counts(audience->source).rows);
}

static json_t *inputs_json(const struct lka_export_facts *facts)
{
    json_t *now = input_json(facts->now);
    return facts->before ? json_pack("[o, o]", now, input_json(facts->before)) : json_pack("[o]", now);
}

/* `run` leads erasure from whom the ledger says to have been sent to the files that have them. */
static json_t *platforms_json(const struct lka_export_facts *facts)
{
    json_t *list = json_array();
    for (size_t r = 0; r < facts->report_count && list; r++) {
        const char *run = facts->reports[r].run;
        json_t *report = report_json(&facts->reports[r]);
        bool whole = report && (!*run || set(report, "run", json_string(run)));
        if (!whole || json_array_append_new(list, report) != 0) {
            json_decref(whole ? NULL : report);
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static uint64_t written_in_all(const struct lka_export_facts *facts)
{
    uint64_t written = 0;
    for (size_t r = 0; r < facts->report_count; r++) {
        written += facts->reports[r].tally.written;
    }
    return written;
}

static lka_status put_documents(struct lka_directory *directory, const json_t *document, double seconds,
                                struct lka_error *error)
{
    char date[16];
    lka_format_date((int64_t)time(NULL) / 86400, date);
    json_t *run = json_pack("{s:i, s:s, s:s, s:s, s:f}", "schema", 1, "stage", "export", "version", lka_version(),
                            "date", date, "seconds", seconds);
    lka_status status = run ? lka_directory_json(directory, "export.run.json", run, error) : lka_fail_memory(error, 0);
    json_decref(run);
    return status == LKA_OK ? lka_directory_json(directory, "export.json", document, error) : status;
}

static bool set_ends(json_t *document, const struct lka_export_facts *facts, double seconds)
{
    return set(document, "out", lka_json_string(lka_options_target(facts->options, "out"))) &&
           set(document, "seconds", json_real(seconds));
}

/* The summary is ready before the directory is published: nothing can fail behind that. */
static lka_status publish(struct lka_directory *directory, json_t *document, const struct lka_export_facts *facts,
                          char **summary, struct lka_error *error)
{
    double seconds = lka_seconds() - facts->start;
    lka_status status = directory ? put_documents(directory, document, seconds, error) : LKA_OK;
    if (status == LKA_OK) {
        status = set_ends(document, facts, seconds)
                     ? lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error)
                     : lka_fail_memory(error, 0);
    }
    if (status != LKA_OK) {
        lka_directory_abandon(directory);
        return status;
    }
    status = directory ? lka_directory_commit(directory, error) : LKA_OK;
    if (status != LKA_OK) {
        lka_free(*summary);
        *summary = NULL;
    }
    return status;
}

lka_status lka_export_publish(struct lka_directory *directory, const struct lka_export_facts *facts, char **summary,
                              struct lka_error *error)
{
    json_t *document = json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:I, s:O}", "schema", 1, "stage", "export",
                                 "parameters", lka_export_parameters_json(facts->options), "roles",
                                 lka_schema_roles_json(&facts->now->schema), "inputs", inputs_json(facts), "platforms",
                                 platforms_json(facts), "written", (json_int_t)written_in_all(facts), "warnings",
                                 facts->warnings);
    if (!document) {
        lka_directory_abandon(directory);
        return lka_fail_memory(error, 0);
    }
    lka_status status = publish(directory, document, facts, summary, error);
    json_decref(document);
    return status;
}
