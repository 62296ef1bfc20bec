/* One platform: each row as it takes it, whom it could not match left out, each once, into its files. */
#include "export/document.h"

#include "base/error.h"

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
    } rows[WAITING_MOST];
    size_t count;
    bool some_new; /* of the person at hand */
};

struct job {
    const struct lka_export_options *options;
    const struct lka_session *session;
    struct lka_suppression *objections; /* NULL without a workspace */
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

static struct lka_span cell_or_none(const struct lka_export_table *audience, ptrdiff_t cell, size_t row)
{
    return cell < 0 ? (struct lka_span){"", 0} : lka_cell(&audience->rows, (size_t)cell, row);
}

/* A row's phone and maid may be hashed: then the forms that were made of the plain ones are found by the hash. */
static lka_status has_objected(const struct job *job, size_t row, bool *objected, struct lka_error *error)
{
    const struct lka_export_table *audience = job->audience;
    const ptrdiff_t cells[] = {audience->email_cell, audience->phone_cell, audience->maid_cell};
    static const enum lka_id_type types[] = {LKA_ID_EMAIL, LKA_ID_PHONE, LKA_ID_MAID};
    char buffer[3];
    const char *country = lka_row_country(audience, job->options->country, row, buffer);
    *objected = false;
    for (size_t i = 0; i < 3 && job->objections; i++) {
        struct lka_span value = cell_or_none(audience, cells[i], row);
        uint8_t sha256[32];
        LKA_TRY(value.length == 0 ? LKA_OK
                                  : lka_suppression_holds_value(job->objections, types[i], value, country,
                                                                lka_sha256_read(value, sha256), objected, error));
    }
    return LKA_OK;
}

/* Who is not looked at any further, and why; NULL: go on. */
static lka_status leave_out(struct job *job, size_t row, const char **reason, struct lka_error *error)
{
    const struct lka_export_table *audience = job->audience;
    bool objected = false;
    *reason = NULL;
    if (job->options->path &&
        !lka_span_equal(cell_or_none(audience, audience->path_cell, row), lka_span_of(job->options->path))) {
        *reason = "another path";
        return LKA_OK;
    }
    /* Whoever is taken off a platform needs no consent for that, and may well have objected. */
    if (job->is_previous || job->files.state.removes) {
        return LKA_OK;
    }
    LKA_TRY(has_objected(job, row, &objected, error));
    *reason = objected ? "objected"
              : !lka_consent_granted(&audience->consent, &audience->rows, audience->consent_cell, row)
                  ? "no consent for advertising"
                  : NULL;
    return LKA_OK;
}

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
    struct lka_span bytes = {job->waiting.bytes.bytes + row->first, (uint32_t)row->length};
    return job->purpose == WRITING ? lka_export_files_put(&job->files, bytes, error) : LKA_OK;
}

static lka_status take_all_waiting(struct job *job, struct lka_error *error)
{
    struct waiting *waiting = &job->waiting;
    for (size_t i = 0; i < waiting->count; i++) {
        bool is_new = false;
        LKA_TRY(take_waiting(job, &waiting->rows[i], &is_new, error));
        waiting->some_new = waiting->some_new || is_new;
        if (waiting->rows[i].ends_person) {
            if (!waiting->some_new) {
                lka_reasons_add(&job->tally->left_out, "a repetition");
            }
            waiting->some_new = false;
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

/* All rows of one person: one, or one a value. */
static lka_status take_person(struct job *job, const char **reason, struct lka_error *error)
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
        job->waiting.rows[job->waiting.count - 1].ends_person = true;
    }
    *reason = some ? NULL : "no identifier that the platform takes";
    return LKA_OK;
}

static lka_status take_row(struct job *job, size_t row, struct lka_error *error)
{
    const char *reason;
    LKA_TRY(leave_out(job, row, &reason, error));
    if (!reason) {
        LKA_TRY(lka_person_read(&job->person, job->audience, job->files.platform, job->options->country, row,
                                job->tally->fields, error));
        if (lka_person_has_key(&job->person, job->files.platform)) {
            LKA_TRY(take_person(job, &reason, error));
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

static lka_status check_minimum(const struct job *job, uint64_t people, struct lka_error *error)
{
    const struct lka_rules *platform = job->files.platform;
    if (people < platform->minimum) {
        return lka_fail(error, LKA_REFUSED, "%llu people for %s, which takes %llu or more; nothing was written",
                        (unsigned long long)people, platform->title, (unsigned long long)platform->minimum);
    }
    if (people == 0) {
        return lka_fail(error, LKA_DATA, "nobody is left for %s; nothing was written", platform->title);
    }
    if (people < 3 * platform->minimum) {
        lka_warn(job->session,
                 "%llu people for %s are under three times its minimum of %llu: it is counted after matching, and many "
                 "are not "
                 "matched",
                 (unsigned long long)people, platform->title, (unsigned long long)platform->minimum);
    }
    return LKA_OK;
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

/* `audience` looks at the consents for the platform that it is told, and its table no longer has them. */
static void warn_of_consent(const struct job *job)
{
    const char *made_for = lka_export_table_made_for(job->audience);
    if (!job->audience->is_directory || (made_for && strcmp(made_for, job->known_as) == 0)) {
        return;
    }
    if (made_for) {
        lka_warn(
            job->session,
            "the audience was made for %.40s: whether its people consented to advertising on %.40s was not looked at",
            made_for, job->known_as);
    } else if (job->files.platform->signals) {
        lka_warn(job->session,
                 "the audience was made for no platform: whether people in the EEA granted ad_user_data and "
                 "ad_personalization, "
                 "which %.40s requires, was not looked at (audience --eligible-for %.40s does)",
                 job->files.platform->title, job->known_as);
    }
}

static lka_status open_format(struct job *job, const char *name, struct lka_rules **platform, struct lka_error *error)
{
    LKA_TRY(lka_rules_load("platform", name, platform, error));
    LKA_TRY(lka_layout_check(*platform, error));
    LKA_TRY(lka_export_verified(*platform, job->options->unverified, error));
    job->files.platform = *platform;
    job->known_as = lka_rules_known_as(*platform, name);
    return lka_rules_find_format(*platform, job->options->format, &job->files.format, error);
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
    LKA_TRY(removes ? LKA_OK : check_minimum(job, report->tally.people, error));
    warn_of_values(job);
    warn_of_hashed(job);
    warn_of_consent(job);
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
                      .objections = task->objections,
                      .files.directory = task->directory};
    lka_status status = run_platform(&job, name, task->now, task->before, report, error);
    release_job(&job);
    return status;
}
