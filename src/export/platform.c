/* One platform: each row as it takes it, whom it could not match left out, each once, into its files. */
#include "export/platform.h"

#include "base/error.h"
#include "base/hash.h"
#include "export/barred.h"
#include "export/rows.h"

/* What a pass over an audience is for: to ask who objected, or for its rows. */
enum purpose { ASKING, COUNTING, WRITING, REMEMBERING };

struct job {
    const struct lka_export_options *options;
    const struct lka_session *session;
    struct lka_export_who who;
    struct lka_export_ledger *ledger; /* NULL without a workspace */
    struct lka_export_table *audience;
    struct lka_person person;
    struct reading {
        size_t row;
        const char *reason;     /* why it is left out; NULL: it was read */
    } reading[LKA_PEOPLE_MOST]; /* the next rows, in their order */
    size_t reading_count;
    struct lka_export_rows rows;
    struct lka_export_barred barred;
    uint64_t row_number; /* of this pass */
    enum purpose purpose;
    const char *known_as;
    bool is_previous; /* the rows are those of the audience that the platform has */
    bool has_previous;
};

/* ---- a row ---------------------------------------------------------------------------------------- */

static lka_status has_objected(const struct job *job, size_t row, bool *objected, struct lka_error *error)
{
    *objected = false;
    return lka_export_has_objected(&job->who, job->audience, row, objected, error);
}

static lka_status bar_person(struct job *job, size_t row, struct lka_error *error)
{
    return lka_export_barred_add(&job->barred, job->audience, job->who.platform, job->options->country, row,
                                 job->rows.tally->fields, error);
}

/* Asks once, for all passes over the rows of `now`; whoever --where leaves out may share an identifier, too. */
static lka_status ask_row(struct job *job, size_t row, struct lka_error *error)
{
    bool objected;
    LKA_TRY(has_objected(job, row, &objected, error));
    LKA_TRY(lka_export_barred_mark(&job->barred, job->row_number, objected, error));
    return objected ? bar_person(job, row, error) : LKA_OK;
}

/* Of the audience that the platform has, whose objections came since: they may not be in the new one any more. */
static lka_status ask_previous(struct job *job, size_t row, struct lka_error *error)
{
    bool objected;
    LKA_TRY(has_objected(job, row, &objected, error));
    return objected ? bar_person(job, row, error) : LKA_OK;
}

/* The person at hand is the row's. */
static lka_status take_readable(struct job *job, size_t row, const char **reason, struct lka_error *error)
{
    job->person.signals = lka_export_grants_signals(job->audience, row);
    bool some = false;
    if (!job->who.taken_off && lka_export_barred_has(&job->barred, job->who.platform, &job->person)) {
        *reason = "shares an identifier with somebody who objected";
        return LKA_OK;
    }
    if (lka_person_has_key(&job->person, job->who.platform)) {
        LKA_TRY(lka_export_rows_add(&job->rows, &job->person, job->audience, row, &some, error));
    }
    *reason = some ? NULL : "no identifier that the platform takes";
    return LKA_OK;
}

/* The rows that were read, hashed at once, then one by one. */
static lka_status take_reading(struct job *job, struct lka_error *error)
{
    size_t read = 0;
    struct lka_output *output = job->rows.files.output;
    LKA_TRY(lka_person_hash(&job->person, output ? lka_output_watched(output) : NULL, error));
    for (size_t i = 0; i < job->reading_count; i++) {
        struct reading *reading = &job->reading[i];
        if (!reading->reason) {
            lka_person_take(&job->person, read++);
            LKA_TRY(take_readable(job, reading->row, &reading->reason, error));
        }
        if (reading->reason) {
            lka_reasons_add(&job->rows.tally->left_out, reading->reason);
        }
    }
    job->reading_count = 0;
    lka_person_begin(&job->person);
    return LKA_OK;
}

static lka_status read_row(struct job *job, size_t row, struct lka_error *error)
{
    struct reading *reading = &job->reading[job->reading_count];
    reading->row = row;
    LKA_TRY(lka_export_leave_out(&job->who, job->audience, row, &reading->reason, error));
    LKA_TRY(reading->reason ? LKA_OK
                            : lka_person_read(&job->person, job->audience, job->who.platform, job->options->country,
                                              row, job->rows.tally->fields, error));
    job->reading_count++;
    return job->reading_count == LKA_PEOPLE_MOST ? take_reading(job, error) : LKA_OK;
}

static lka_status take_row(struct job *job, size_t row, struct lka_error *error)
{
    job->who.objected = job->who.knows && lka_export_barred_objected(&job->barred, job->row_number);
    if (job->purpose == ASKING) {
        LKA_TRY(ask_row(job, row, error));
    } else {
        LKA_TRY(job->purpose == REMEMBERING && job->who.objections ? ask_previous(job, row, error) : LKA_OK);
        LKA_TRY(read_row(job, row, error));
    }
    job->row_number++;
    job->rows.tally->rows++;
    return LKA_OK;
}

static void begin_asking(struct job *job)
{
    job->who.before = job->is_previous;
    job->rows.taken_off = job->who.taken_off = job->is_previous || job->rows.files.state.removes;
    job->who.knows = job->barred.rows && !job->is_previous && job->purpose != ASKING && !job->options->where;
    lka_export_who_begin(&job->who, job->audience);
}

/* The rows of one audience for one purpose. The tally is of this pass. */
static lka_status pass(struct job *job, struct lka_export_table *audience, enum purpose purpose,
                       struct lka_error *error)
{
    *job->rows.tally = (struct lka_export_tally){0};
    job->audience = audience;
    job->purpose = purpose;
    job->row_number = 0;
    job->reading_count = 0;
    lka_person_begin(&job->person);
    audience->known_as = job->known_as;
    LKA_TRY(lka_export_rows_begin(&job->rows,
                                  purpose == WRITING       ? LKA_ROWS_WRITE
                                  : purpose == REMEMBERING ? LKA_ROWS_REMEMBER
                                                           : LKA_ROWS_COUNT,
                                  job->ledger && job->has_previous, error));
    lka_source_see_all(audience->source, purpose == ASKING);
    LKA_TRY(lka_export_table_bind(audience, job->options, job->who.platform, job->who.format, error));
    if (job->options->path && audience->path_cell < 0) {
        return lka_fail_at(error, LKA_USAGE, audience->path, 1, 0, "--path: the audience has no column \"path\"");
    }
    begin_asking(job);
    do {
        LKA_TRY(lka_source_next(audience->source, &audience->rows, error));
        lka_export_rows_expect(&job->rows, lka_source_about_rows(audience->source));
        LKA_TRY(lka_source_step(audience->source, "export", job->session, error));
        for (size_t row = 0; row < audience->rows.count; row++) {
            LKA_TRY(take_row(job, row, error));
        }
        LKA_TRY(take_reading(job, error)); /* before the block's bytes go */
    } while (audience->rows.count > 0);
    LKA_TRY(lka_export_rows_end(&job->rows, error));
    for (uint64_t i = lka_source_counts(audience->source).left_out; i > 0; i--) {
        job->rows.tally->rows++;
        lka_reasons_add(&job->rows.tally->left_out, "by --where");
    }
    return LKA_OK;
}

/* Which upload a batch belongs to: from the audience's bytes and the rules, so that the same export has the same one.
   */
static uint64_t session_number(const struct job *job)
{
    char digest[33];
    lka_source_digest(job->audience->source, digest);
    uint64_t key = lka_key(job->rows.files.state.removes, job->rows.files.platform->version);
    return (lka_hash(key, lka_span_of(digest)) >> 12) + 1;
}

static lka_status write_files(struct job *job, struct lka_export_table *audience, bool removes, struct lka_error *error)
{
    job->rows.files.state = (struct lka_file_state){.removes = removes};
    if (!removes) {
        memset(&job->rows.countries, 0, sizeof job->rows.countries);
    }
    LKA_TRY(lka_export_files_begin(&job->rows.files, error));
    job->rows.files.written = 0;
    if (!removes && job->who.objections) {
        LKA_TRY(pass(job, audience, ASKING, error));
    }
    if (lka_layout_needs_total(job->rows.files.format)) {
        LKA_TRY(pass(job, audience, COUNTING, error));
        job->rows.files.state.total = job->rows.tally->written;
        job->rows.files.state.session = session_number(job);
    }
    LKA_TRY(pass(job, audience, WRITING, error));
    return lka_export_files_end(&job->rows.files, error);
}

static void warn_of_values(const struct job *job)
{
    for (size_t f = 0; f < job->rows.files.platform->field_count; f++) {
        lka_reasons_warn(&job->rows.tally->fields[f].unusable, job->session, job->rows.files.platform->fields[f].name);
    }
}

/* Platforms that fold addresses cannot fold what is hashed already. */
static void warn_of_hashed(const struct job *job)
{
    for (size_t b = 0; b < job->audience->bound_count; b++) {
        const struct lka_bound *bound = &job->audience->bound[b];
        const struct lka_platform_field *field = &job->rows.files.platform->fields[bound->field];
        for (size_t s = 0; bound->hashed && s < field->step_count; s++) {
            if (field->steps[s].rule->apply == lka_step_gmail_fold) {
                lka_warn(job->session,
                         "column \"%.60s\" was hashed before: %s matches its Gmail addresses only if they were folded "
                         "as it wants",
                         job->audience->schema.columns[bound->column].name, job->rows.files.platform->title);
            }
        }
    }
}

static lka_status open_format(struct job *job, const char *name, struct lka_rules **platform, struct lka_error *error)
{
    LKA_TRY(lka_rules_load("platform", name, platform, error));
    LKA_TRY(lka_layout_check(*platform, error));
    LKA_TRY(lka_rules_accept(*platform, job->options->unverified, error));
    job->rows.files.platform = *platform;
    job->who.platform = *platform;
    job->rows.files.add_how = job->options->seeds ? (*platform)->seeds.how : NULL;
    job->known_as = lka_rules_known_as(*platform, name);
    LKA_TRY(lka_rules_find_format(*platform, job->options->format, &job->rows.files.format, error));
    job->who.format = job->rows.files.format;
    return LKA_OK;
}

static lka_status check_remove(const struct job *job, struct lka_error *error)
{
    const struct lka_platform_format *format = job->rows.files.format;
    return format->remove ? LKA_OK
                          : lka_fail(error, LKA_USAGE,
                                     "%s has no way to remove people by a file of the format %s: upload the "
                                     "whole audience anew in place of the old one",
                                     job->rows.files.platform->title, format->name);
}

/* An erasure takes off the rows of those who are erased, whoever else has the same. */
static lka_status warn_of_erased(const struct job *job, const struct lka_export_table *before, struct lka_error *error)
{
    bool some = false;
    LKA_TRY(job->ledger
                ? lka_export_ledger_erased_since(job->ledger, before, job->rows.files.platform->name, &some, error)
                : LKA_OK);
    if (some) {
        lka_warn(
            job->session,
            "%s: people were erased since the audience before was exported; whoever has the same row as one of them "
            "is off the platform, too, and is added again by an export without --previous",
            job->rows.files.platform->title);
    }
    return LKA_OK;
}

/* Additions: the rows of the audience without those of the one that the platform has; and the other way round. */
static lka_status write_changes(struct job *job, struct lka_export_table *now, struct lka_export_table *before,
                                struct lka_export_tally *removed, struct lka_error *error)
{
    struct lka_export_tally *tally = job->rows.tally;
    LKA_TRY(check_remove(job, error));
    LKA_TRY(warn_of_erased(job, before, error));
    job->who.ledger = job->ledger;
    LKA_TRY(job->ledger
                ? lka_export_ledger_ask(job->ledger, before, job->rows.files.platform->name, &job->who.given, error)
                : LKA_OK);
    job->is_previous = true;
    LKA_TRY(job->options->where && job->who.objections ? pass(job, before, ASKING, error) : LKA_OK);
    LKA_TRY(pass(job, before, REMEMBERING, error));
    job->is_previous = false;
    LKA_TRY(write_files(job, now, false, error));
    lka_export_rows_turn(&job->rows);
    job->rows.tally = removed;
    job->is_previous = true;
    lka_status status = write_files(job, before, true, error);
    job->rows.tally = tally;
    job->is_previous = false;
    return status;
}

static lka_status run_platform(struct job *job, const char *name, struct lka_export_table *now,
                               struct lka_export_table *before, struct lka_export_report *report,
                               struct lka_error *error)
{
    struct lka_rules **platform = &report->platform;
    bool removes = job->options->operation == 1;
    LKA_TRY(open_format(job, name, platform, error));
    LKA_TRY(removes ? check_remove(job, error) : LKA_OK);
    job->rows.tally = &report->tally;
    LKA_TRY(before ? write_changes(job, now, before, &report->removed, error) : write_files(job, now, removes, error));
    job->audience = now;
    job->who.taken_off = removes;
    LKA_TRY(removes
                ? LKA_OK
                : lka_export_check_minimum(&job->who, report->tally.people, &job->rows.countries, job->session, error));
    warn_of_values(job);
    warn_of_hashed(job);
    lka_export_warn_of_consent(&job->who, now, job->session);
    if ((*platform)->terms) {
        lka_log_step(job->session, "export", "%s: %s", (*platform)->title, (*platform)->terms);
    }
    report->format = job->rows.files.format;
    report->files = json_incref(job->rows.files.list);
    return lka_export_report_write(report, job->rows.files.directory, error);
}

static void release_job(struct job *job)
{
    lka_exported_asking_release(&job->who.given);
    lka_person_release(&job->person);
    lka_export_barred_release(&job->barred);
    lka_export_rows_release(&job->rows);
}

lka_status lka_export_platform(const struct lka_export_task *task, const char *name, struct lka_export_report *report,
                               struct lka_error *error)
{
    struct job job = {
        .options = task->options,
        .session = task->session,
        .who = {.options = task->options, .objections = task->objections},
        .ledger = task->ledger,
        .rows = {.ledger = task->ledger, .country = task->options->country, .files.directory = task->directory},
        .has_previous = task->before != NULL};
    job.rows.given = &job.who.given;
    lka_status status = run_platform(&job, name, task->now, task->before, report, error);
    release_job(&job);
    return status;
}
