/* One platform: each row as it takes it, whom it could not match left out, each once, into its files. */
#include "export/document.h"
#include "export/ledger.h"

#include "base/error.h"

/* What a row is for. */
enum purpose { COUNTING, WRITING, REMEMBERING };

struct job {
    const struct lka_export_options *options;
    const struct lka_session *session;
    struct lka_export_who who;
    struct lka_export_ledger *ledger; /* NULL without a workspace */
    struct lka_country_counts countries;
    struct lka_export_tally *tally;
    struct lka_export_table *audience;
    struct lka_person person;
    struct lka_text row;        /* as it is added: by this it is known */
    struct lka_text removal;    /* as it is removed */
    struct lka_seen seen;       /* the rows of this pass */
    struct lka_seen others;     /* rows that are not written: those of the other audience, with --previous */
    struct lka_seen *remembers; /* REMEMBERING: where the rows go */
    struct lka_export_files files;
    enum purpose purpose;
    const char *known_as;
    bool is_previous; /* the rows are those of the audience that the platform has */
};

/* A row that is removed may have other bytes than the one that was added. */
static lka_status write_row(struct job *job, size_t value, struct lka_error *error)
{
    struct lka_text *row = &job->row;
    if (job->files.state.removes) {
        row = &job->removal;
        lka_text_clear(row);
        lka_layout_row(job->files.platform, job->files.format, &job->person, value, true, row);
    }
    return row->failed ? lka_fail_memory(error, row->length)
                       : lka_export_files_put(&job->files, (struct lka_span){row->bytes, (uint32_t)row->length}, error);
}

static lka_status take_bytes(struct job *job, size_t value, bool *is_new, struct lka_error *error)
{
    struct lka_span row = {job->row.bytes, (uint32_t)job->row.length};
    struct lka_hash128 key = lka_seen_key(row);
    if (job->purpose == REMEMBERING) {
        return lka_seen_add(job->remembers, key, is_new, error);
    }
    LKA_TRY(lka_seen_add(&job->seen, key, is_new, error));
    if (!*is_new) {
        return LKA_OK;
    }
    job->tally->people++;
    if (lka_seen_has(&job->others, key)) {
        job->tally->unchanged++;
        return LKA_OK;
    }
    job->tally->written++;
    return job->purpose == WRITING ? write_row(job, value, error) : LKA_OK;
}

/* All rows of one person: one, or one a value. */
static lka_status take_person(struct job *job, const char **reason, struct lka_error *error)
{
    const struct lka_platform_format *format = job->files.format;
    size_t most = format->each_value ? LKA_PLATFORM_VALUES : 1;
    bool some = false;
    bool some_new = false;
    for (size_t v = 0; v < most; v++) {
        bool is_new = false;
        lka_text_clear(&job->row);
        lka_layout_row(job->files.platform, format, &job->person, v, false, &job->row);
        if (job->row.failed) {
            return lka_fail_memory(error, job->row.length);
        }
        if (job->row.length > 0) {
            LKA_TRY(take_bytes(job, v, &is_new, error));
            some = true;
            some_new = some_new || is_new;
        }
    }
    *reason = !some ? "no identifier that the platform takes" : !some_new ? "a repetition" : NULL;
    return LKA_OK;
}

static lka_status remember(struct job *job, size_t row, struct lka_error *error)
{
    return job->ledger && job->purpose == WRITING
               ? lka_export_ledger_add(job->ledger, job->audience, row, job->files.state.removes, error)
               : LKA_OK;
}

static lka_status take_row(struct job *job, size_t row, struct lka_error *error)
{
    const char *reason;
    job->who.taken_off = job->is_previous || job->files.state.removes;
    LKA_TRY(lka_export_leave_out(&job->who, job->audience, row, &reason, error));
    if (!reason) {
        job->person.signals = lka_export_grants_signals(job->audience, row);
        LKA_TRY(lka_person_read(&job->person, job->audience, job->files.platform, job->options->country, row,
                                job->tally->fields, error));
        if (lka_person_has_key(&job->person, job->files.platform)) {
            uint64_t before = job->tally->written;
            LKA_TRY(take_person(job, &reason, error));
            LKA_TRY(job->tally->written > before ? remember(job, row, error) : LKA_OK);
        } else {
            reason = "no identifier that the platform takes";
        }
    }
    if (!reason && job->purpose == WRITING && !job->who.taken_off) {
        char buffer[3];
        lka_country_count(&job->countries, lka_row_country(job->audience, job->options->country, row, buffer));
    }
    job->tally->rows++;
    if (reason) {
        lka_reasons_add(&job->tally->left_out, reason);
    }
    return LKA_OK;
}

/* The rows of one audience for one purpose. The tally is of this pass. */
static lka_status pass(struct job *job, struct lka_export_table *audience, enum purpose purpose,
                       struct lka_error *error)
{
    *job->tally = (struct lka_export_tally){0};
    job->audience = audience;
    job->purpose = purpose;
    audience->known_as = job->known_as;
    lka_seen_release(&job->seen);
    LKA_TRY(lka_export_table_bind(audience, job->options, job->files.platform, job->files.format, error));
    if (job->options->path && audience->path_cell < 0) {
        return lka_fail_at(error, LKA_USAGE, audience->path, 1, 0, "--path: the audience has no column \"path\"");
    }
    do {
        LKA_TRY(lka_source_next(audience->source, &audience->rows, error));
        struct lka_source_counts counts = lka_source_counts(audience->source);
        LKA_TRY(lka_step(job->session, "export", counts.bytes, counts.total_bytes, error));
        for (size_t row = 0; row < audience->rows.count; row++) {
            LKA_TRY(take_row(job, row, error));
        }
    } while (audience->rows.count > 0);
    for (uint64_t i = lka_source_counts(audience->source).left_out; i > 0; i--) {
        job->tally->rows++;
        lka_reasons_add(&job->tally->left_out, "by --where");
    }
    return LKA_OK;
}

/* Which upload a batch belongs to: from the audience's bytes and the rules, so that the same export has the same one.
   */
static uint64_t session_number(const struct job *job)
{
    char digest[33];
    lka_source_digest(job->audience->source, digest);
    uint64_t key = lka_key(job->files.state.removes, job->files.platform->version);
    return (lka_hash(key, lka_span_of(digest)) >> 12) + 1;
}

static lka_status write_files(struct job *job, struct lka_export_table *audience, bool removes, struct lka_error *error)
{
    job->files.state = (struct lka_file_state){.removes = removes};
    if (!removes) {
        memset(&job->countries, 0, sizeof job->countries);
    }
    LKA_TRY(lka_export_files_begin(&job->files, error));
    job->files.written = 0;
    if (lka_layout_needs_total(job->files.format)) {
        LKA_TRY(pass(job, audience, COUNTING, error));
        job->files.state.total = job->tally->written;
        job->files.state.session = session_number(job);
    }
    LKA_TRY(pass(job, audience, WRITING, error));
    return lka_export_files_end(&job->files, error);
}

static void warn_of_values(const struct job *job)
{
    for (size_t f = 0; f < job->files.platform->field_count; f++) {
        lka_reasons_warn(&job->tally->fields[f].unusable, job->session, job->files.platform->fields[f].name);
    }
}

/* Platforms that fold addresses cannot fold what is hashed already. */
static void warn_of_hashed(const struct job *job)
{
    for (size_t b = 0; b < job->audience->bound_count; b++) {
        const struct lka_bound *bound = &job->audience->bound[b];
        const struct lka_platform_field *field = &job->files.platform->fields[bound->field];
        for (size_t s = 0; bound->hashed && s < field->step_count; s++) {
            if (field->steps[s].rule->apply == lka_step_gmail_fold) {
                lka_warn(job->session,
                         "column \"%.60s\" was hashed before: %s matches its Gmail addresses only if they were folded "
                         "as it wants",
                         job->audience->schema.columns[bound->column].name, job->files.platform->title);
            }
        }
    }
}

static lka_status open_format(struct job *job, const char *name, struct lka_rules **platform, struct lka_error *error)
{
    LKA_TRY(lka_rules_load("platform", name, platform, error));
    LKA_TRY(lka_layout_check(*platform, error));
    LKA_TRY(lka_export_verified(*platform, job->options->unverified, error));
    job->files.platform = *platform;
    job->who.platform = *platform;
    job->files.add_how = job->options->seeds ? (*platform)->seeds.how : NULL;
    job->known_as = lka_rules_known_as(*platform, name);
    LKA_TRY(lka_rules_find_format(*platform, job->options->format, &job->files.format, error));
    job->who.format = job->files.format;
    return LKA_OK;
}

static lka_status check_remove(const struct job *job, struct lka_error *error)
{
    const struct lka_platform_format *format = job->files.format;
    return format->remove ? LKA_OK
                          : lka_fail(error, LKA_USAGE,
                                     "%s has no way to remove people by a file of the format %s: upload the "
                                     "whole audience anew in place of the old one",
                                     job->files.platform->title, format->name);
}

/* Additions: the rows of the audience without those of the one that the platform has; and the other way round. */
static lka_status write_changes(struct job *job, struct lka_export_table *now, struct lka_export_table *before,
                                struct lka_export_tally *removed, struct lka_error *error)
{
    struct lka_export_tally *tally = job->tally;
    LKA_TRY(check_remove(job, error));
    job->remembers = &job->others;
    job->is_previous = true;
    LKA_TRY(pass(job, before, REMEMBERING, error));
    job->is_previous = false;
    LKA_TRY(write_files(job, now, false, error));
    struct lka_seen kept = job->seen;
    job->seen = (struct lka_seen){0};
    lka_seen_release(&job->others);
    job->others = kept;
    job->tally = removed;
    job->is_previous = true;
    lka_status status = write_files(job, before, true, error);
    job->tally = tally;
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
    job->tally = &report->tally;
    LKA_TRY(before ? write_changes(job, now, before, &report->removed, error) : write_files(job, now, removes, error));
    job->audience = now;
    job->who.taken_off = removes;
    LKA_TRY(removes ? LKA_OK
                    : lka_export_check_minimum(&job->who, report->tally.people, &job->countries, job->session, error));
    warn_of_values(job);
    warn_of_hashed(job);
    lka_export_warn_of_consent(&job->who, now, job->session);
    if ((*platform)->terms) {
        lka_log_step(job->session, "export", "%s: %s", (*platform)->title, (*platform)->terms);
    }
    report->format = job->files.format;
    report->files = json_incref(job->files.list);
    return lka_export_report_write(report, job->files.directory, error);
}

static void release_job(struct job *job)
{
    lka_person_release(&job->person);
    lka_text_release(&job->row);
    lka_text_release(&job->removal);
    lka_seen_release(&job->seen);
    lka_seen_release(&job->others);
    lka_export_files_release(&job->files);
}

lka_status lka_export_platform(const struct lka_export_task *task, const char *name, struct lka_export_report *report,
                               struct lka_error *error)
{
    struct job job = {.options = task->options,
                      .session = task->session,
                      .who = {.options = task->options, .objections = task->objections},
                      .ledger = task->ledger,
                      .files.directory = task->directory};
    lka_status status = run_platform(&job, name, task->now, task->before, report, error);
    release_job(&job);
    return status;
}
