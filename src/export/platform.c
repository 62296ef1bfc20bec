/* One platform: each row as it takes it, whom it could not match left out, each once, into its files. */
#include "export/document.h"
#include "export/ledger.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>

/* What a row is for. */
enum purpose { ASKING, COUNTING, WRITING, REMEMBERING };

/* Rows whose places in the set of rows are fetched meanwhile: these lie anywhere in some hundred MiB, and to wait for
 * each in its turn takes longer than all else that is done for a row. */
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
    bool some_of_others;  /* a row that is written, in the name of somebody before */
    bool some_taken_over; /* a row that the platform has, in the name of somebody else */
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
    struct lka_person objector; /* a row that is looked at by itself */
    struct reading {
        size_t row;
        const char *reason;     /* why it is left out; NULL: it was read */
    } reading[LKA_PEOPLE_MOST]; /* the next rows, in their order */
    size_t reading_count;
    struct waiting waiting;
    struct lka_seen seen;       /* the rows of this pass */
    struct lka_seen others;     /* rows that are not written: those of the other audience, with --previous */
    struct lka_seen *remembers; /* REMEMBERING: where the rows go */
    struct lka_seen barred;     /* identifiers of people who objected, and of whoever shares one with them */
    uint8_t *objected;          /* the rows of `now`, a bit each */
    size_t objected_capacity;
    uint64_t row_number; /* of this pass */
    struct lka_export_files files;
    enum purpose purpose;
    const char *known_as;
    bool is_previous; /* the rows are those of the audience that the platform has */
};

/* A row that the platform has: is it known to have it as that person's? */
static void look_at_owner(struct job *job, const struct waiting_row *row)
{
    bool other = lka_seen_whose(&job->others, row->key) != (uint32_t)row->key.low;
    job->waiting.some_taken_over = job->waiting.some_taken_over || (other && !job->files.state.removes);
}

static lka_status take_waiting(struct job *job, const struct waiting_row *row, bool *is_new, struct lka_error *error)
{
    if (job->purpose == REMEMBERING) {
        return lka_seen_add(job->remembers, row->key, is_new, error);
    }
    LKA_TRY(lka_seen_add(&job->seen, row->key, is_new, error));
    bool stays = lka_seen_has(&job->others, row->key);
    if (stays) {
        look_at_owner(job, row);
    }
    if (!*is_new) {
        job->waiting.some_of_others = job->waiting.some_of_others || !stays;
        return LKA_OK;
    }
    job->tally->people++;
    if (stays) {
        job->tally->unchanged++;
        return LKA_OK;
    }
    job->tally->written++;
    job->waiting.some_written = true;
    struct lka_span bytes = {job->waiting.bytes.bytes + row->first, (uint32_t)row->length};
    return job->purpose == WRITING ? lka_export_files_put(&job->files, bytes, error) : LKA_OK;
}

/* Whoever is told of, if only in the name of somebody else with the same row, is remembered: it is their row, too, that
 * a later erasure takes off the platform. */
static lka_status remember_person(struct job *job, const struct waiting_row *row, struct lka_error *error)
{
    const struct waiting *waiting = &job->waiting;
    uint64_t times = 0;
    bool told = waiting->some_written || (waiting->some_of_others && row->person.named);
    if (!told && waiting->some_taken_over && row->person.named) {
        LKA_TRY(job->who.given.statement ? lka_exported_times(&job->who.given, row->person.bytes, &times, error)
                                         : LKA_OK);
        told = times == 0;
    }
    return told ? lka_export_ledger_add(job->ledger, &row->person, job->files.state.removes, error) : LKA_OK;
}

/* All rows of a person are taken. */
static lka_status end_person(struct job *job, const struct waiting_row *row, struct lka_error *error)
{
    struct waiting *waiting = &job->waiting;
    bool writes = job->purpose == WRITING;
    LKA_TRY(writes && job->ledger ? remember_person(job, row, error) : LKA_OK);
    if (!waiting->some_new) {
        lka_reasons_add(&job->tally->left_out, "a repetition");
    } else if (writes && !job->who.taken_off) {
        lka_country_count(&job->countries, row->country[0] ? row->country : NULL);
    }
    waiting->some_new = waiting->some_written = waiting->some_of_others = waiting->some_taken_over = false;
    return LKA_OK;
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

/* One row of the person at hand; *is_row: it has something. A row that is removed may have other bytes than the one
 * that was added. */
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
    return job->ledger && (job->purpose == WRITING || job->purpose == REMEMBERING)
               ? lka_export_ledger_key(job->ledger, job->audience, row, &last->person, error)
               : LKA_OK;
}

/* All rows of one person: one, or one a value. */
static lka_status take_person(struct job *job, size_t row, const char **reason, struct lka_error *error)
{
    struct waiting *waiting = &job->waiting;
    size_t most = job->files.format->each_value ? LKA_PLATFORM_VALUES : 1;
    bool some = false;
    LKA_TRY(waiting->count + most > WAITING_MOST ? take_all_waiting(job, error) : LKA_OK);
    size_t first = waiting->count;
    for (size_t v = 0; v < most; v++) {
        bool is_row = false;
        LKA_TRY(add_waiting(job, v, &is_row, error));
        some = some || is_row;
    }
    if (some) {
        struct waiting_row *last = &waiting->rows[waiting->count - 1];
        uint32_t whose = 0;
        last->ends_person = true;
        LKA_TRY(note_person(job, row, last, error));
        memcpy(&whose, last->person.bytes, sizeof whose);
        for (size_t i = first; i < waiting->count; i++) {
            waiting->rows[i].key.low |= whose;
        }
    }
    *reason = some ? NULL : "no identifier that the platform takes";
    return LKA_OK;
}

static lka_status read_person(struct job *job, struct lka_person *person, size_t row, struct lka_error *error)
{
    return lka_person_read(person, job->audience, job->files.platform, job->options->country, row, job->tally->fields,
                           error);
}

/* ---- whoever shares an identifier with somebody who objected ----------------------------------------- */

static bool identifies(const struct lka_platform_field *field)
{
    return field->role == LKA_ROLE_EMAIL || field->role == LKA_ROLE_PHONE || field->role == LKA_ROLE_MAID;
}

static struct lka_hash128 identifier_key(size_t field, struct lka_span value)
{
    struct lka_hash128 key = lka_seen_key(value);
    key.high ^= field << 1 | 1; /* by the lowest bits, which no place is chosen by: never 0 */
    return key;
}

static lka_status bar_person(struct job *job, size_t row, struct lka_error *error)
{
    struct lka_person *person = &job->objector;
    bool is_new;
    lka_person_begin(person);
    LKA_TRY(read_person(job, person, row, error));
    LKA_TRY(lka_person_hash(person, error));
    lka_person_take(person, 0);
    for (size_t f = 0; f < job->files.platform->field_count; f++) {
        for (size_t v = 0; v < person->counts[f] && identifies(&job->files.platform->fields[f]); v++) {
            const struct lka_hash128 key = identifier_key(f, lka_person_value(person, f, v));
            LKA_TRY(lka_seen_add(&job->barred, key, &is_new, error));
        }
    }
    return LKA_OK;
}

static bool is_barred(const struct job *job)
{
    bool barred = false;
    for (size_t f = 0; f < job->files.platform->field_count && job->barred.count > 0; f++) {
        for (size_t v = 0; v < job->person.counts[f] && identifies(&job->files.platform->fields[f]); v++) {
            barred = barred || lka_seen_has(&job->barred, identifier_key(f, lka_person_value(&job->person, f, v)));
        }
    }
    return barred;
}

/* Asks once, for all passes over the rows of `now`; whoever --where leaves out may share an identifier, too. */
static lka_status ask_row(struct job *job, size_t row, struct lka_error *error)
{
    size_t at = (size_t)(job->row_number / 8);
    bool objected = false;
    LKA_TRY(lka_reserve(&job->objected, &job->objected_capacity, at + 1, 1, error));
    if (job->row_number % 8 == 0) {
        job->objected[at] = 0;
    }
    LKA_TRY(lka_export_has_objected(&job->who, job->audience, row, &objected, error));
    job->objected[at] |= (uint8_t)((unsigned)objected << (job->row_number % 8));
    return objected ? bar_person(job, row, error) : LKA_OK;
}

/* Of the audience that the platform has, whose objections came since: they may not be in the new one any more. */
static lka_status ask_previous(struct job *job, size_t row, struct lka_error *error)
{
    bool objected = false;
    LKA_TRY(lka_export_has_objected(&job->who, job->audience, row, &objected, error));
    return objected ? bar_person(job, row, error) : LKA_OK;
}

/* The person at hand is the row's. */
static lka_status take_readable(struct job *job, size_t row, const char **reason, struct lka_error *error)
{
    job->person.signals = lka_export_grants_signals(job->audience, row);
    if (!job->who.taken_off && is_barred(job)) {
        *reason = "shares an identifier with somebody who objected";
    } else if (lka_person_has_key(&job->person, job->files.platform)) {
        LKA_TRY(take_person(job, row, reason, error));
    } else {
        *reason = "no identifier that the platform takes";
    }
    return LKA_OK;
}

/* The rows that were read, hashed at once, then one by one. */
static lka_status take_reading(struct job *job, struct lka_error *error)
{
    size_t read = 0;
    LKA_TRY(lka_person_hash(&job->person, error));
    for (size_t i = 0; i < job->reading_count; i++) {
        struct reading *reading = &job->reading[i];
        if (!reading->reason) {
            lka_person_take(&job->person, read++);
            LKA_TRY(take_readable(job, reading->row, &reading->reason, error));
        }
        if (reading->reason) {
            lka_reasons_add(&job->tally->left_out, reading->reason);
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
    LKA_TRY(reading->reason ? LKA_OK : read_person(job, &job->person, row, error));
    job->reading_count++;
    return job->reading_count == LKA_PEOPLE_MOST ? take_reading(job, error) : LKA_OK;
}

static lka_status take_row(struct job *job, size_t row, struct lka_error *error)
{
    uint64_t number = job->row_number;
    job->who.before = job->is_previous;
    job->who.taken_off = job->is_previous || job->files.state.removes;
    job->who.knows = job->objected && !job->is_previous && job->purpose != ASKING && !job->options->where;
    job->who.objected = job->who.knows && (job->objected[number / 8] >> (number % 8) & 1);
    if (job->purpose == ASKING) {
        LKA_TRY(ask_row(job, row, error));
    } else {
        LKA_TRY(job->purpose == REMEMBERING && job->who.objections ? ask_previous(job, row, error) : LKA_OK);
        LKA_TRY(read_row(job, row, error));
    }
    job->row_number++;
    job->tally->rows++;
    return LKA_OK;
}

/* From the first block, how many there are in all. */
static void expect_rows(struct job *job, const struct lka_source_counts *counts)
{
    struct lka_seen *seen = job->purpose == REMEMBERING ? job->remembers : &job->seen;
    if (seen->expected == 0 && counts->bytes > 0 && counts->total_bytes > counts->bytes) {
        double rows = (double)counts->rows * (double)counts->total_bytes / (double)counts->bytes;
        seen->expected = (size_t)rows;
    }
}

/* The rows of one audience for one purpose. The tally is of this pass. */
static lka_status pass(struct job *job, struct lka_export_table *audience, enum purpose purpose,
                       struct lka_error *error)
{
    *job->tally = (struct lka_export_tally){0};
    job->audience = audience;
    job->purpose = purpose;
    job->row_number = 0;
    job->reading_count = 0;
    lka_person_begin(&job->person);
    audience->known_as = job->known_as;
    lka_seen_release(&job->seen);
    lka_source_see_all(audience->source, purpose == ASKING);
    LKA_TRY(lka_export_table_bind(audience, job->options, job->files.platform, job->files.format, error));
    if (job->options->path && audience->path_cell < 0) {
        return lka_fail_at(error, LKA_USAGE, audience->path, 1, 0, "--path: the audience has no column \"path\"");
    }
    do {
        LKA_TRY(lka_source_next(audience->source, &audience->rows, error));
        struct lka_source_counts counts = lka_source_counts(audience->source);
        expect_rows(job, &counts);
        LKA_TRY(lka_step(job->session, "export", counts.bytes, counts.total_bytes, error));
        for (size_t row = 0; row < audience->rows.count; row++) {
            LKA_TRY(take_row(job, row, error));
        }
        LKA_TRY(take_reading(job, error)); /* before the block's bytes go */
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
    if (!removes && job->who.objections) {
        LKA_TRY(pass(job, audience, ASKING, error));
    }
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

/* An erasure takes off the rows of those who are erased, whoever else has the same. */
static lka_status warn_of_erased(const struct job *job, const struct lka_export_table *before, struct lka_error *error)
{
    bool some = false;
    LKA_TRY(job->ledger ? lka_export_ledger_erased_since(job->ledger, before, job->files.platform->name, &some, error)
                        : LKA_OK);
    if (some) {
        lka_warn(
            job->session,
            "%s: people were erased since the audience before was exported; whoever has the same row as one of them "
            "is off the platform, too, and is added again by an export without --previous",
            job->files.platform->title);
    }
    return LKA_OK;
}

/* Additions: the rows of the audience without those of the one that the platform has; and the other way round. */
static lka_status write_changes(struct job *job, struct lka_export_table *now, struct lka_export_table *before,
                                struct lka_export_tally *removed, struct lka_error *error)
{
    struct lka_export_tally *tally = job->tally;
    LKA_TRY(check_remove(job, error));
    LKA_TRY(warn_of_erased(job, before, error));
    job->who.ledger = job->ledger;
    LKA_TRY(job->ledger ? lka_export_ledger_ask(job->ledger, before, job->files.platform->name, &job->who.given, error)
                        : LKA_OK);
    job->remembers = &job->others;
    job->is_previous = true;
    LKA_TRY(job->options->where && job->who.objections ? pass(job, before, ASKING, error) : LKA_OK);
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
    lka_person_release(&job->objector);
    lka_text_release(&job->waiting.bytes);
    lka_seen_release(&job->seen);
    lka_seen_release(&job->others);
    lka_seen_release(&job->barred);
    lka_free(job->objected);
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
