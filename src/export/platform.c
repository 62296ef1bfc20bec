/* One platform: each row as it takes it, whom it could not match left out, each once, into its files. */
#include "export/document.h"
#include "export/ledger.h"

#include "base/error.h"

#include <stdio.h>

/* What a row is for. */
enum purpose { COUNTING, WRITING, REMEMBERING };

/* Rows whose places in the set of rows are fetched meanwhile: these lie anywhere in some hundred MiB, and to wait for each in
 * its turn takes longer than all else that is done for a row. */
enum { WAITING_MOST = 64 };

struct waiting {
    struct lka_text bytes;
    struct waiting_row {
        struct lka_hash128 key; /* of the row as it is added: by this it is known */
        size_t first;           /* what is written of it, in `bytes` */
        size_t length;
        bool ends_person;
        struct lka_export_person_key person; /* of the one who ends */
        char country[3];
    } rows[WAITING_MOST];
    size_t count;
    bool some_new; /* of the person at hand */
    bool some_written;
};

struct job {
    const struct lka_export_options *options;
    const struct lka_session *session;
    struct lka_export_who who;
    struct lka_export_ledger *ledger; /* NULL without a workspace */
    struct lka_country_counts countries;
    struct lka_export_tally *tally;
    struct lka_export_table *audience;
    struct lka_person person;
    struct waiting waiting;
    struct lka_seen seen;       /* the rows of this pass */
    struct lka_seen others;     /* rows that are not written: those of the other audience, with --previous */
    struct lka_seen *remembers; /* REMEMBERING: where the rows go */
    struct lka_export_files files;
    enum purpose purpose;
    const char *known_as;
    bool is_previous; /* the rows are those of the audience that the platform has */
};

static lka_status take_waiting(struct job *job, const struct waiting_row *row, bool *is_new, struct lka_error *error)
{
    if (job->purpose == REMEMBERING) {
        return lka_seen_add(job->remembers, row->key, is_new, error);
    }
    LKA_TRY(lka_seen_add(&job->seen, row->key, is_new, error));
    if (!*is_new) {
        return LKA_OK;
    }
    job->tally->people++;
    if (lka_seen_has(&job->others, row->key)) {
        job->tally->unchanged++;
        return LKA_OK;
    }
    job->tally->written++;
    job->waiting.some_written = true;
    struct lka_span bytes = {job->waiting.bytes.bytes + row->first, (uint32_t)row->length};
    return job->purpose == WRITING ? lka_export_files_put(&job->files, bytes, error) : LKA_OK;
}

/* All rows of a person are taken. */
static lka_status end_person(struct job *job, const struct waiting_row *row, struct lka_error *error)
{
    struct waiting *waiting = &job->waiting;
    bool is_new = waiting->some_new;
    bool written = waiting->some_written;
    waiting->some_new = waiting->some_written = false;
    if (!is_new) {
        lka_reasons_add(&job->tally->left_out, "a repetition");
        return LKA_OK;
    }
    if (job->purpose != WRITING) {
        return LKA_OK;
    }
    if (!job->who.taken_off) {
        lka_country_count(&job->countries, row->country[0] ? row->country : NULL);
    }
    return written && job->ledger ? lka_export_ledger_add(job->ledger, &row->person, job->files.state.removes, error)
                                  : LKA_OK;
}

static lka_status take_all_waiting(struct job *job, struct lka_error *error)
{
    struct waiting *waiting = &job->waiting;
    for (size_t i = 0; i < waiting->count; i++) {
        bool is_new = false;
        LKA_TRY(take_waiting(job, &waiting->rows[i], &is_new, error));
        waiting->some_new = waiting->some_new || is_new;
        if (waiting->rows[i].ends_person) {
            LKA_TRY(end_person(job, &waiting->rows[i], error));
        }
    }
    waiting->count = 0;
    lka_text_clear(&waiting->bytes);
    return LKA_OK;
}

/* One row of the person at hand; *is_row: it has something. A row that is removed may have other bytes than the one that was
 * added. */
static lka_status add_waiting(struct job *job, size_t value, bool *is_row, struct lka_error *error)
{
    struct waiting *waiting = &job->waiting;
    struct lka_text *bytes = &waiting->bytes;
    struct waiting_row *row = &waiting->rows[waiting->count];
    *row = (struct waiting_row){.first = bytes->length};
    lka_layout_row(job->files.platform, job->files.format, &job->person, value, false, bytes);
    row->length = bytes->length - row->first;
    *is_row = row->length > 0;
    if (*is_row && !bytes->failed) {
        row->key = lka_seen_key((struct lka_span){bytes->bytes + row->first, (uint32_t)row->length});
        lka_seen_prefetch(job->purpose == REMEMBERING ? job->remembers : &job->seen, row->key);
        waiting->count++;
    }
    if (*is_row && job->files.state.removes) {
        row->first = bytes->length;
        lka_layout_row(job->files.platform, job->files.format, &job->person, value, true, bytes);
        row->length = bytes->length - row->first;
    }
    return bytes->failed ? lka_fail_memory(error, bytes->length) : LKA_OK;
}

/* Who it is, for the ledger, and where they live. */
static lka_status note_person(struct job *job, size_t row, struct waiting_row *last, struct lka_error *error)
{
    char buffer[3];
    const char *country = lka_row_country(job->audience, job->options->country, row, buffer);
    if (country) {
        memcpy(last->country, country, 2);
    }
    return job->ledger && job->purpose == WRITING
               ? lka_export_ledger_key(job->ledger, job->audience, row, &last->person, error)
               : LKA_OK;
}

/* All rows of one person: one, or one a value. */
static lka_status take_person(struct job *job, size_t row, const char **reason, struct lka_error *error)
{
    size_t most = job->files.format->each_value ? LKA_PLATFORM_VALUES : 1;
    bool some = false;
    LKA_TRY(job->waiting.count + most > WAITING_MOST ? take_all_waiting(job, error) : LKA_OK);
    for (size_t v = 0; v < most; v++) {
        bool is_row = false;
        LKA_TRY(add_waiting(job, v, &is_row, error));
        some = some || is_row;
    }
    if (some) {
        struct waiting_row *last = &job->waiting.rows[job->waiting.count - 1];
        last->ends_person = true;
        LKA_TRY(note_person(job, row, last, error));
    }
    *reason = some ? NULL : "no identifier that the platform takes";
    return LKA_OK;
}

static lka_status take_row(struct job *job, size_t row, struct lka_error *error)
{
    const char *reason;
    job->who.before = job->is_previous;
    job->who.taken_off = job->is_previous || job->files.state.removes;
    LKA_TRY(lka_export_leave_out(&job->who, job->audience, row, &reason, error));
    if (!reason) {
        job->person.signals = lka_export_grants_signals(job->audience, row);
        LKA_TRY(lka_person_read(&job->person, job->audience, job->files.platform, job->options->country, row,
                                job->tally->fields, error));
        if (lka_person_has_key(&job->person, job->files.platform)) {
            LKA_TRY(take_person(job, row, &reason, error));
        } else {
            reason = "no identifier that the platform takes";
        }
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
    return take_all_waiting(job, error);
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
    job->who.ledger = job->ledger;
    LKA_TRY(job->ledger ? lka_export_ledger_ask(job->ledger, before, job->files.platform->name, &job->who.given, error)
                        : LKA_OK);
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
    lka_exported_asking_release(&job->who.given);
    lka_person_release(&job->person);
    lka_text_release(&job->waiting.bytes);
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
