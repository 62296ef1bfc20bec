#include "lifecycle/write.h"

#include "base/error.h"
#include "base/hash.h"
#include "lifecycle/lists.h"

enum { FLUSH = 1 << 16, AHEAD = 8 /* members; profiles stand in the order of the events */, LINE = 64 };

struct writing {
    struct lka_lifecycle *stage;
    struct lka_shown_columns columns;
    struct lka_row_scratch scratch;
    struct lka_lists lists;
    struct lka_rows rows;
    struct lka_output *output;
    struct lka_text csv;
    size_t id;   /* the id's column */
    size_t next; /* member */
};

lka_status lka_lifecycle_output(const struct lka_lifecycle *stage, const char *name, bool is_private,
                                struct lka_output **output, struct lka_error *error)
{
    char *path = NULL;
    *output = NULL;
    if (!stage->directory) {
        return lka_output_open("/dev/null", is_private, output, error);
    }
    LKA_TRY(lka_directory_path(stage->directory, name, &path, error));
    lka_status status = lka_output_open(path, is_private, output, error);
    lka_free(path);
    return status;
}

/* ---- counts ----------------------------------------------------------------------------------- */

static size_t segment_named(struct lka_span name)
{
    size_t segment = 0;
    while (segment < LKA_SEGMENTS && !lka_span_equal(lka_span_of(lka_segment_names[segment]), name)) {
        segment++;
    }
    return segment;
}

static void count(struct lka_lifecycle *stage, const struct lka_contact_row *row)
{
    const struct lka_standing *standing = &row->member->standing;
    struct lka_lifecycle_counts *counts = &stage->counts;
    counts->contacts++;
    counts->by_profiling[row->member->profiling]++;
    counts->segments[standing->segment]++;
    counts->hidden_segments[standing->segment] += row->member->hidden;
    counts->inactive += stage->segment_rules.inactive[standing->segment];
    counts->due += standing->due == LKA_DUE_NOW;
    counts->soon += standing->due == LKA_DUE_SOON;
    counts->held += standing->basis == LKA_BASIS_HELD;
    counts->undated += standing->basis == LKA_BASIS_UNKNOWN;
    if (stage->history) {
        counts->moves[segment_named(row->previous)][standing->segment]++;
    }
}

/* ---- rows ------------------------------------------------------------------------------------- */

static lka_status flush(struct writing *writing, struct lka_error *error)
{
    LKA_TRY(writing->csv.failed ? lka_fail_memory(error, writing->csv.capacity) : LKA_OK);
    lka_status status = lka_output_write(writing->output, writing->csv.bytes, writing->csv.length, error);
    lka_text_clear(&writing->csv);
    return status;
}

static lka_status remember(struct lka_lifecycle *stage, const struct lka_contact_row *row, struct lka_error *error)
{
    return stage->history && !stage->options->dry_run
               ? lka_history_put(stage->history, row->id, lka_span_of(lka_segment_names[row->member->standing.segment]),
                                 error)
               : LKA_OK;
}

/* A member, then its profile, both before they are needed. Inlined by force, since gcc 12 takes out a function that only
 * fetches. */
static inline __attribute__((always_inline)) void fetch_ahead(const struct lka_roster *roster, size_t at)
{
    const struct lka_member *member = &roster->items[at];
    if (at + 3 * AHEAD < roster->count) {
        __builtin_prefetch(&member[3 * AHEAD]);
    }
    if (at + AHEAD < roster->count && member[AHEAD].profile) {
        const char *profile = member[AHEAD].profile;
        __builtin_prefetch(profile);
        __builtin_prefetch(profile + LINE);
    }
}

static lka_status write_contact(struct writing *writing, size_t at, struct lka_error *error)
{
    struct lka_lifecycle *stage = writing->stage;
    struct lka_span id = lka_cell(&writing->rows, writing->id, at);
    struct lka_hash128 hash = lka_hash128(id);
    if (writing->next == stage->roster.count || stage->roster.items[writing->next].hash.high != hash.high ||
        stage->roster.items[writing->next].hash.low != hash.low) {
        return lka_fail_at(error, LKA_DATA, writing->rows.file, writing->rows.lines[at], 0,
                           "the contacts changed between the first and the second reading");
    }
    const struct lka_member *member = &stage->roster.items[writing->next];
    fetch_ahead(&stage->roster, writing->next);
    if (member->later || member->erased) {
        writing->next++;
        return LKA_OK;
    }
    struct lka_contact_row row = {.stage = stage,
                                  .rows = &writing->rows,
                                  .row = at,
                                  .id = id,
                                  .member = member,
                                  .reach = stage->append.classes[writing->next],
                                  .profile = lka_profile_unpack(stage->maker, member->profile, stage->as_of_day)};
    writing->next++;
    LKA_TRY(lka_acquaintance_meet(&stage->acquaintance, id, error));
    row.previous = stage->history ? lka_history_previous(stage->history, id) : LKA_SPAN("");
    count(stage, &row);
    lka_shown_row(&writing->columns, &row, &writing->scratch, &writing->csv);
    LKA_TRY(lka_lists_add(&writing->lists, stage, &row, error));
    LKA_TRY(remember(stage, &row, error));
    return writing->csv.length > FLUSH ? flush(writing, error) : LKA_OK;
}

static lka_status write_rows(struct writing *writing, struct lka_error *error)
{
    struct lka_source *source = writing->stage->contacts.source;
    lka_shown_header(&writing->columns, &writing->csv);
    do {
        LKA_TRY(lka_source_next(source, &writing->rows, error));
        for (size_t row = 0; row < writing->rows.count; row++) {
            LKA_TRY(write_contact(writing, row, error));
        }
        LKA_TRY(lka_step(lka_lifecycle_session(writing->stage), "write", writing->next, writing->stage->roster.count,
                         error));
    } while (writing->rows.count > 0);
    LKA_TRY(flush(writing, error));
    struct lka_output *output = writing->output;
    writing->output = NULL;
    LKA_TRY(lka_output_commit(output, error));
    return lka_source_finish(source, error);
}

static lka_status select_all(struct writing *writing, struct lka_error *error)
{
    const struct lka_schema *schema = &writing->stage->contacts.schema;
    size_t *columns;
    LKA_TRY(LKA_NEW(columns, schema->count, error));
    for (size_t c = 0; c < schema->count; c++) {
        columns[c] = c;
    }
    lka_status status = lka_source_select(writing->stage->contacts.source, columns, schema->count, error);
    lka_free(columns);
    writing->id = (size_t)lka_schema_role(schema, LKA_ROLE_ID);
    return status == LKA_OK ? lka_rows_init(&writing->rows, schema->count, LKA_BLOCK_ROWS, error) : status;
}

static lka_status write_all(struct writing *writing, struct lka_error *error)
{
    struct lka_lifecycle *stage = writing->stage;
    LKA_TRY(lka_shown_make(&writing->columns, stage, error));
    stage->columns = lka_shown_roles(&writing->columns);
    for (size_t i = 0; i < writing->columns.count; i++) {
        stage->counts.told_columns += writing->columns.items[i].kind == LKA_SHOWS_TOLD;
    }
    LKA_TRY(stage->columns ? LKA_OK : lka_fail_memory(error, 0));
    LKA_TRY(lka_row_scratch_init(&writing->scratch, stage, error));
    LKA_TRY(select_all(writing, error));
    LKA_TRY(lka_lists_open(&writing->lists, stage, error));
    LKA_TRY(lka_lifecycle_output(stage, "contacts.csv", true, &writing->output, error));
    LKA_TRY(write_rows(writing, error));
    return lka_lists_write(&writing->lists, stage, error);
}

lka_status lka_lifecycle_write(struct lka_lifecycle *stage, struct lka_error *error)
{
    struct writing writing = {.stage = stage};
    lka_status status = write_all(&writing, error);
    lka_shown_release(&writing.columns);
    lka_row_scratch_release(&writing.scratch);
    lka_lists_release(&writing.lists);
    lka_rows_release(&writing.rows);
    lka_output_abandon(writing.output);
    lka_text_release(&writing.csv);
    return status;
}
