#include "lifecycle/lists.h"

#include "base/date.h"
#include "base/error.h"
#include "base/interval.h"
#include "identity/identity.h"

#include <stdlib.h>

static lka_status put(struct lka_output *output, struct lka_text *line, struct lka_error *error)
{
    return line->failed ? lka_fail_memory(error, line->capacity)
                        : lka_output_write(output, line->bytes, line->length, error);
}

static lka_status open_request(const struct lka_lifecycle *stage, const char *name, const char *header,
                               struct lka_output **output, struct lka_error *error)
{
    LKA_TRY(lka_lifecycle_output(stage, name, true, output, error));
    return lka_output_write(*output, header, strlen(header), error);
}

lka_status lka_lists_open(struct lka_lists *lists, const struct lka_lifecycle *stage, struct lka_error *error)
{
    *lists = (struct lka_lists){.email = lka_schema_role(&stage->contacts.schema, LKA_ROLE_EMAIL)};
    LKA_TRY(open_request(stage, "request/bounce_risk.csv", "contact_id,email\n", &lists->bounce, error));
    return open_request(stage, "request/personalisation.csv", "contact_id,email_sha256\n", &lists->personal, error);
}

void lka_lists_release(struct lka_lists *lists)
{
    lka_output_abandon(lists->bounce);
    lka_output_abandon(lists->personal);
    lka_free(lists->deletions);
    lka_arena_release(&lists->ids);
    lka_text_release(&lists->line);
    *lists = (struct lka_lists){0};
}

/* ---- deletions -------------------------------------------------------------------------------- */

static lka_status add_deletion(struct lka_lists *lists, const struct lka_contact_row *row, struct lka_error *error)
{
    const struct lka_standing *standing = &row->member->standing;
    LKA_TRY(lka_reserve(&lists->deletions, &lists->capacity, lists->count + 1, sizeof *lists->deletions, error));
    char *id = lka_arena_take(&lists->ids, row->id.length);
    if (!id) {
        return lka_fail_memory(error, row->id.length);
    }
    memcpy(id, row->id.text, row->id.length);
    lists->deletions[lists->count++] = (struct lka_deletion){.day = standing->delete_on,
                                                             .touch_day = row->profile->touch_day,
                                                             .id = {id, row->id.length},
                                                             .segment = standing->segment,
                                                             .basis = standing->basis};
    return LKA_OK;
}

static int by_day(const void *a, const void *b)
{
    const struct lka_deletion *first = a;
    const struct lka_deletion *second = b;
    return first->day != second->day ? (first->day > second->day) - (first->day < second->day)
                                     : lka_span_compare(first->id, second->id);
}

static void put_deletion(const struct lka_deletion *deletion, int32_t as_of, struct lka_text *line)
{
    char day[16];
    lka_text_csv_field(line, deletion->id, ',');
    lka_format_date(deletion->day, day);
    lka_text_format(line, ",%s,%s,%s,%s,", day, deletion->day <= as_of ? "due" : "soon",
                    lka_basis_names[deletion->basis], lka_segment_names[deletion->segment]);
    if (deletion->touch_day != LKA_NO_DAY) {
        lka_format_date(deletion->touch_day, day);
        lka_text_string(line, day);
    }
    lka_text_string(line, "\n");
}

static lka_status put_deletions(struct lka_lists *lists, const struct lka_lifecycle *stage, struct lka_output *output,
                                struct lka_error *error)
{
    static const char header[] = "contact_id,delete_on,status,basis,segment,last_touch\n";
    LKA_TRY(lka_output_write(output, header, sizeof header - 1, error));
    if (lists->count > 0) {
        qsort(lists->deletions, lists->count, sizeof *lists->deletions, by_day);
    }
    for (size_t i = 0; i < lists->count; i++) {
        lka_text_clear(&lists->line);
        put_deletion(&lists->deletions[i], stage->as_of_day, &lists->line);
        LKA_TRY(put(output, &lists->line, error));
    }
    return LKA_OK;
}

static lka_status finish(struct lka_output *output, lka_status status, struct lka_error *error)
{
    if (status != LKA_OK) {
        lka_output_abandon(output);
        return status;
    }
    return lka_output_commit(output, error);
}

static lka_status write_deletions(struct lka_lists *lists, const struct lka_lifecycle *stage, struct lka_error *error)
{
    struct lka_output *output;
    LKA_TRY(lka_lifecycle_output(stage, "deletions.csv", true, &output, error));
    return finish(output, put_deletions(lists, stage, output, error), error);
}

/* ---- requests --------------------------------------------------------------------------------- */

/* Of the inactive a vendor is to say whether their mailbox is still there, which needs the address; of the others, what
 * they like, for which its hash is enough. Nobody is asked about who may not be profiled, who must be deleted, or of
 * whom a vendor has said it. */
static lka_status request(struct lka_lists *lists, struct lka_lifecycle *stage, const struct lka_contact_row *row,
                          struct lka_error *error)
{
    struct lka_span email = lists->email == LKA_NO_COLUMN ? LKA_SPAN("")
                                                          : lka_cell(row->rows, (size_t)lists->email, row->row);
    bool inactive = stage->segment_rules.inactive[row->member->standing.segment];
    bool known = row->reach == LKA_REACH_NOBODY || row->reach == LKA_REACH_ELSEWHERE;
    if (row->member->profiling != LKA_PROFILING_YES || row->member->standing.due == LKA_DUE_NOW || known ||
        email.length == 0) {
        return LKA_OK;
    }
    lka_text_clear(&lists->line);
    lka_text_csv_field(&lists->line, row->id, ',');
    lka_text_string(&lists->line, ",");
    if (inactive) {
        stage->counts.asked_bounce++;
        lka_text_csv_field(&lists->line, email, ',');
    } else {
        struct lka_text plain = {0};
        char hex[65];
        bool good = lka_email_plain(email, &plain);
        bool failed = plain.failed ||
                      (good && !lka_sha256_hex((struct lka_span){plain.bytes, (uint32_t)plain.length}, hex));
        lka_text_release(&plain);
        if (failed) {
            return lka_fail_memory(error, email.length);
        }
        if (!good) {
            return LKA_OK;
        }
        stage->counts.asked_personal++;
        lka_text_string(&lists->line, hex);
    }
    lka_text_string(&lists->line, "\n");
    return put(inactive ? lists->bounce : lists->personal, &lists->line, error);
}

lka_status lka_lists_add(struct lka_lists *lists, struct lka_lifecycle *stage, const struct lka_contact_row *row,
                         struct lka_error *error)
{
    if (row->member->standing.due != LKA_DUE_NOT) {
        LKA_TRY(add_deletion(lists, row, error));
    }
    return request(lists, stage, row, error);
}

/* ---- tables of counts ------------------------------------------------------------------------- */

static void put_machines(const struct lka_lifecycle *stage, struct lka_text *csv)
{
    lka_text_string(csv, "reason,kind,events\n");
    for (size_t r = LKA_MACHINE_NOT + 1; r < LKA_MACHINE_REASONS; r++) {
        for (size_t k = LKA_KIND_NONE + 1; k < LKA_MACHINE_KINDS; k++) {
            lka_text_format(csv, "%s,%s,%llu\n", lka_machine_reason_names[r], lka_machine_kind_names[k],
                            (unsigned long long)stage->counts.machines[r][k]);
        }
    }
}

static void put_reason(struct lka_lifecycle *stage, uint16_t reason, uint64_t all, struct lka_text *csv)
{
    const struct lka_labels *reasons = &stage->vocabulary.reasons;
    int found = lka_patterns_class(&stage->remedies, reasons->items[reason]);
    struct lka_interval interval = lka_wilson(reasons->people[reason], (double)all);
    lka_text_csv_field(csv, reasons->items[reason], ',');
    lka_text_string(csv, ",");
    lka_text_csv_field(csv, lka_span_of(found == LKA_NO_CLASS ? "ask" : stage->remedies.classes[found]), ',');
    lka_text_format(csv, ",%u,%.4f,%.4f,%.4f,", reasons->people[reason], reasons->people[reason] / (double)all,
                    interval.low, interval.high);
    if (stage->surveys.previous != INT64_MIN) {
        lka_text_format(csv, "%u", stage->new_reasons[reason]);
    }
    lka_text_string(csv, "\n");
}

static lka_status put_reasons(struct lka_lifecycle *stage, struct lka_text *csv, struct lka_error *error)
{
    const struct lka_labels *reasons = &stage->vocabulary.reasons;
    uint64_t all = 0;
    uint16_t *order;
    LKA_TRY(lka_labels_sorted(reasons, 0, &order, error));
    for (size_t i = 0; i < reasons->count; i++) {
        all += reasons->people[i];
    }
    lka_text_string(csv, "reason,remedy,contacts,share,low,high,since_last_run\n");
    for (size_t i = 0; i < reasons->count; i++) {
        if (reasons->people[order[i]] >= (uint64_t)stage->options->floor) {
            put_reason(stage, order[i], all, csv);
        }
    }
    lka_free(order);
    return LKA_OK;
}

static lka_status write_text(const struct lka_lifecycle *stage, const char *name, const struct lka_text *csv,
                             struct lka_error *error)
{
    struct lka_output *output;
    LKA_TRY(csv->failed ? lka_fail_memory(error, csv->capacity) : LKA_OK);
    LKA_TRY(lka_lifecycle_output(stage, name, false, &output, error));
    return finish(output, lka_output_write(output, csv->bytes, csv->length, error), error);
}

static lka_status write_counts(struct lka_lifecycle *stage, struct lka_text *csv, struct lka_error *error)
{
    put_machines(stage, csv);
    LKA_TRY(write_text(stage, "machines.csv", csv, error));
    lka_text_clear(csv);
    LKA_TRY(put_reasons(stage, csv, error));
    LKA_TRY(write_text(stage, "reasons.csv", csv, error));
    lka_text_clear(csv);
    LKA_TRY(lka_surveys_write(&stage->surveys, &stage->vocabulary.brands, (uint64_t)stage->options->floor, csv, error));
    return write_text(stage, "surveys.csv", csv, error);
}

lka_status lka_lists_write(struct lka_lists *lists, struct lka_lifecycle *stage, struct lka_error *error)
{
    struct lka_text csv = {0};
    struct lka_output *bounce = lists->bounce;
    struct lka_output *personal = lists->personal;
    lists->bounce = NULL;
    lists->personal = NULL;
    lka_status status = lka_output_commit(bounce, error);
    status = finish(personal, status, error);
    LKA_TRY(status);
    LKA_TRY(write_deletions(lists, stage, error));
    status = write_counts(stage, &csv, error);
    lka_text_release(&csv);
    return status;
}
