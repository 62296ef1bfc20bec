#include "train/sample.h"

#include "base/error.h"
#include "base/hash.h"
#include "eligibility/consent.h"
#include "source/ids.h"
#include "table/profile.h"
#include "train/gathering.h"
#include "train/shared.h"

/* Where each thing stands in the selection of one of the two sources: the shared columns, the id, then what decides. */
struct layout {
    size_t shared;
    size_t id;
    size_t crm_at;   /* what a CRM says of a contact beside the features */
    ptrdiff_t email; /* LKA_NO_COLUMN if seeds are not found by e-mail */
    size_t consent_at;
    struct lka_consent consent;
};

/* One pass over one source. */
struct reading {
    struct lka_source *source;
    const struct lka_crm_columns *crm; /* NULL: the rows have no groups */
    const struct lka_session *session;
    const char *step;
    struct layout layout;
    const struct lka_schema *shared;
    struct lka_seed_set *set; /* that every row goes into; NULL: none does */
    struct lka_ids ids;
    struct lka_rows block;
    uint64_t read;
    uint64_t without_consent;
};

struct reading;

/* Hands on a usable row. */
typedef lka_status (*take_row)(void *context, const struct reading *reading, size_t row, struct lka_error *error);

struct pass {
    struct lka_source *source;
    const struct lka_schema *schema;
    const char *step;
    const struct lka_crm_columns *crm; /* of a table of contacts; else NULL */
    bool are_seeds;                    /* or contacts: whoever is in it is taken out of the pool */
    take_row take;
    struct lka_rows *parts;
    size_t part_count;
    uint64_t *read;
    uint64_t *without_consent;
};

/* ---- one pass's columns ----------------------------------------------------------------------- */

static lka_status lay_out(struct layout *layout, struct lka_source *source, const struct lka_schema *own,
                          const struct lka_schema *shared, const struct lka_crm_columns *crm, bool by_email,
                          struct lka_error *error)
{
    *layout = (struct layout){.shared = shared->count, .id = shared->count, .email = LKA_NO_COLUMN};
    layout->consent = lka_consent_for(own, "profiling");
    size_t *columns;
    LKA_TRY(LKA_NEW(columns, shared->count + 2 + LKA_CRM_CELLS + layout->consent.count, error));
    size_t count = 0;
    for (; count < shared->count; count++) {
        columns[count] = (size_t)lka_schema_find(own, lka_span_of(shared->columns[count].name));
    }
    columns[count++] = (size_t)lka_schema_role(own, LKA_ROLE_ID);
    layout->crm_at = count;
    for (size_t i = 0; crm && i < crm->count; i++) {
        columns[count++] = crm->columns[i];
    }
    if (by_email) {
        layout->email = (ptrdiff_t)count;
        columns[count++] = (size_t)lka_schema_role(own, LKA_ROLE_EMAIL);
    }
    layout->consent_at = count;
    for (size_t i = 0; i < layout->consent.count; i++) {
        columns[count++] = layout->consent.columns[i];
    }
    lka_status status = lka_source_select(source, columns, count, error);
    lka_free(columns);
    return status;
}

/* ---- one pass --------------------------------------------------------------------------------- */

static void reading_end(struct reading *reading)
{
    lka_rows_release(&reading->block);
    lka_ids_release(&reading->ids);
}

static lka_status reading_start(struct reading *reading, const struct pass *pass, const struct lka_sample *sample,
                                const struct lka_sample_options *options, const struct lka_session *session,
                                struct lka_error *error)
{
    *reading = (struct reading){.source = pass->source,
                                .crm = pass->crm,
                                .session = session,
                                .step = pass->step,
                                .shared = &sample->schema,
                                .set = pass->are_seeds ? sample->set : NULL};
    bool by_email = lka_seed_set_how(sample->set) == LKA_SEEDS_BY_EMAIL;
    LKA_TRY(lay_out(&reading->layout, pass->source, pass->schema, &sample->schema, pass->crm, by_email, error));
    size_t columns = reading->layout.consent_at + reading->layout.consent.count;
    LKA_TRY(lka_rows_init(&reading->block, columns, LKA_BLOCK_ROWS, error));
    lka_status status = options->ids_unique ? LKA_OK : lka_ids_init(&reading->ids, options->temporary, error);
    if (status != LKA_OK) {
        reading_end(reading);
    }
    return status;
}

static lka_status next_block(struct reading *reading, struct lka_error *error)
{
    LKA_TRY(lka_source_next(reading->source, &reading->block, error));
    struct lka_source_counts counts = lka_source_counts(reading->source);
    return lka_step(reading->session, reading->step, counts.bytes, counts.total_bytes, error);
}

static struct lka_span email_of(const struct reading *reading, size_t row)
{
    return reading->layout.email == LKA_NO_COLUMN ? (struct lka_span){"", 0}
                                                  : lka_cell(&reading->block, (size_t)reading->layout.email, row);
}

/* ---- rows ------------------------------------------------------------------------------------- */

/* A value that has not the type that the user gave its column (those that are inferred fit by themselves). */
static bool breaks_type(const struct reading *reading, size_t row, struct lka_error *problem)
{
    for (size_t c = 0; c < reading->shared->count; c++) {
        const struct lka_column *column = &reading->shared->columns[c];
        if (column->role == LKA_ROLE_FEATURE && column->type_given &&
            !lka_type_fits(column->type, lka_cell(&reading->block, c, row))) {
            lka_type_fail(problem, &reading->block, c, row, column->name, column->type, false);
            return true;
        }
    }
    return false;
}

static bool is_bad(const struct reading *reading, size_t row, struct lka_span id, struct lka_error *problem)
{
    if (lka_ids_bad(&reading->ids, &reading->block, row, id)) {
        lka_ids_describe(&reading->ids, reading->source, &reading->block, row, id, problem);
        return true;
    }
    struct lka_contact contact;
    if (reading->crm && !lka_contact_read(reading->crm, &reading->block, reading->layout.crm_at, row, &contact, problem)) {
        return true;
    }
    return breaks_type(reading, row, problem);
}

/* Counts the row and says whether it may be used. A seed that may not be learned from is a seed all the same. */
static lka_status admit(struct reading *reading, size_t row, bool *usable, struct lka_error *error)
{
    struct lka_span id = lka_cell(&reading->block, reading->layout.id, row);
    struct lka_error problem = {0};
    *usable = false;
    if (reading->set) {
        LKA_TRY(lka_seed_set_add(reading->set, id, email_of(reading, row), error));
    }
    if (is_bad(reading, row, id, &problem)) {
        return lka_source_reject(reading->source, &reading->block, row, &problem, error);
    }
    reading->read++;
    *usable = lka_consent_granted(&reading->layout.consent, &reading->block, reading->layout.consent_at, row);
    reading->without_consent += !*usable;
    return lka_ids_add(&reading->ids, &reading->block, row, id, error);
}

/* Hands every usable row of the source to `take`. */
static lka_status read_all(struct reading *reading, take_row take, void *context, struct lka_error *error)
{
    for (;;) {
        LKA_TRY(next_block(reading, error));
        if (reading->block.count == 0) {
            return lka_ids_check(&reading->ids, reading->source, error);
        }
        for (size_t row = 0; row < reading->block.count; row++) {
            bool usable = false;
            LKA_TRY(admit(reading, row, &usable, error));
            if (usable) {
                LKA_TRY(take(context, reading, row, error));
            }
        }
    }
}

/* ---- which of them are kept ------------------------------------------------------------------- */

/* Rows that are kept, by group in a CRM. */
struct keeping {
    struct lka_sample *sample;
    struct lka_gathering parts[LKA_GROUPS];
};

static lka_status take_seed(void *context, const struct reading *reading, size_t row, struct lka_error *error)
{
    struct keeping *keeping = context;
    return lka_gathering_add(&keeping->parts[0], &reading->block, row, lka_cell(&reading->block, reading->layout.id, row),
                             error);
}

static lka_status take_contact(void *context, const struct reading *reading, size_t row, struct lka_error *error)
{
    struct keeping *keeping = context;
    struct lka_contact contact;
    if (!lka_contact_read(reading->crm, &reading->block, reading->layout.crm_at, row, &contact, error)) {
        return LKA_DATA;
    }
    keeping->sample->group_read[contact.group]++;
    return lka_gathering_add(&keeping->parts[contact.group], &reading->block, row,
                             lka_cell(&reading->block, reading->layout.id, row), error);
}

static lka_status take_prospect(void *context, const struct reading *reading, size_t row, struct lka_error *error)
{
    struct keeping *keeping = context;
    struct lka_span id = lka_cell(&reading->block, reading->layout.id, row);
    struct lka_span seed;
    LKA_TRY(lka_seed_set_find(keeping->sample->set, id, email_of(reading, row), &seed, error));
    if (seed.text) {
        keeping->sample->pool_seeds++;
        return LKA_OK;
    }
    keeping->sample->pool_eligible++;
    return lka_gathering_add(&keeping->parts[0], &reading->block, row, id, error);
}

/* ---- the passes ------------------------------------------------------------------------------- */

/* All seeds, or those reactivated, are kept. */
static lka_status start_keeping(struct keeping *keeping, const struct lka_sample_options *options,
                                const struct pass *pass, size_t columns, struct lka_error *error)
{
    for (size_t p = 0; p < pass->part_count; p++) {
        keeping->parts[p] = (struct lka_gathering){.key = lka_key(options->seed, "sample"),
                                                   .limit = pass->are_seeds && p == 0 ? UINT32_MAX : options->size,
                                                   .threshold = UINT64_MAX,
                                                   .rows = &pass->parts[p]};
        LKA_TRY(lka_rows_init(&pass->parts[p], columns, LKA_BLOCK_ROWS, error));
    }
    return LKA_OK;
}

static lka_status run_reading(struct reading *reading, struct keeping *keeping, const struct pass *pass, bool tolerant,
                              struct lka_error *error)
{
    if (tolerant) {
        LKA_TRY(lka_ids_scan(&reading->ids, reading->source, reading->block.columns, reading->layout.id,
                             reading->session, error));
    }
    LKA_TRY(read_all(reading, pass->take, keeping, error));
    *pass->read = reading->read;
    *pass->without_consent = reading->without_consent;
    for (size_t p = 0; p < pass->part_count; p++) {
        LKA_TRY(lka_gathering_finish(&keeping->parts[p], error));
    }
    return LKA_OK;
}

static lka_status run_pass(const struct lka_sample_options *options, const struct pass *pass,
                           const struct lka_session *session, struct lka_sample *sample, struct lka_error *error)
{
    struct reading reading;
    struct keeping keeping = {.sample = sample};
    LKA_TRY(reading_start(&reading, pass, sample, options, session, error));
    lka_status status = start_keeping(&keeping, options, pass, reading.block.columns, error);
    if (status == LKA_OK) {
        status = run_reading(&reading, &keeping, pass, options->max_bad_rows > 0, error);
    }
    sample->threshold = keeping.parts[0].threshold;
    for (size_t p = 0; p < pass->part_count; p++) {
        lka_gathering_release(&keeping.parts[p]);
    }
    reading_end(&reading);
    return status;
}

/* The seeds, or the contacts of a CRM by group. */
static lka_status read_seeds(const struct lka_sample_options *options, struct lka_source *source,
                             const struct lka_schema *schema, const struct lka_session *session,
                             struct lka_sample *sample, struct lka_rows *parts, struct lka_error *error)
{
    struct pass pass = {
        .source = source,
        .schema = schema,
        .step = options->crm ? "read crm" : "read seeds",
        .crm = options->crm,
        .are_seeds = true,
        .take = options->crm ? take_contact : take_seed,
        .parts = parts,
        .part_count = options->crm ? LKA_GROUPS : 1,
        .read = &sample->seeds_read,
        .without_consent = &sample->seeds_without_consent,
    };
    return run_pass(options, &pass, session, sample, error);
}

static lka_status read_pool(const struct lka_sample_options *options, struct lka_source *source,
                            const struct lka_schema *schema, const struct lka_session *session,
                            struct lka_sample *sample, struct lka_rows *rows, struct lka_error *error)
{
    struct pass pass = {
        .source = source,
        .schema = schema,
        .step = "read pool",
        .take = take_prospect,
        .parts = rows,
        .part_count = 1,
        .read = &sample->pool_read,
        .without_consent = &sample->pool_without_consent,
    };
    return run_pass(options, &pass, session, sample, error);
}

/* ---- columns ---------------------------------------------------------------------------------- */

static lka_status tell_lonely_columns(const char *where, const json_t *names, bool strict,
                                      const struct lka_session *session, struct lka_error *error)
{
    size_t count = json_array_size(names);
    const char *first = json_string_value(json_array_get(names, 0));
    if (count > 0 && strict) {
        return lka_fail(error, LKA_USAGE,
                        "%zu column%s in %s alone, the first is \"%.100s\"; --strict wants the same in both", count,
                        count == 1 ? " is" : "s are", where, first);
    }
    if (count > 0) {
        lka_warn(session, "left out: %zu column%s that only %s has, the first is \"%.100s\"", count,
                 count == 1 ? "" : "s", where, first);
    }
    return LKA_OK;
}

static lka_status share_columns(const struct lka_sample_options *options, const struct lka_schema *seeds,
                                const struct lka_schema *pool, const struct lka_session *session,
                                struct lka_sample *sample, struct lka_error *error)
{
    const char *what = options->crm ? "CRM" : "seeds";
    LKA_TRY(lka_shared_columns(seeds, pool, what, &sample->schema, error));
    LKA_TRY(lka_lonely_columns(seeds, pool, &sample->only_in_seeds, error));
    LKA_TRY(lka_lonely_columns(pool, seeds, &sample->only_in_pool, error));
    LKA_TRY(tell_lonely_columns(options->crm ? "the CRM's table" : "the seeds' table", sample->only_in_seeds,
                                options->strict, session, error));
    return tell_lonely_columns("the pool's table", sample->only_in_pool, options->strict, session, error);
}

/* Of a CRM that is learned from alone: its own columns, and nobody to be found in a pool. */
static lka_status own_columns(const struct lka_schema *crm, struct lka_sample *sample, struct lka_error *error)
{
    LKA_TRY(lka_shared_columns(crm, crm, "CRM", &sample->schema, error));
    LKA_TRY(lka_lonely_columns(crm, crm, &sample->only_in_seeds, error));
    return lka_lonely_columns(crm, crm, &sample->only_in_pool, error);
}

/* ---- all of it -------------------------------------------------------------------------------- */

static lka_status append_all(struct lka_rows *rows, struct lka_rows *from, size_t cells, struct lka_error *error)
{
    struct lka_rows view = *from; /* without what stands behind the cells that both sources have */
    view.columns = cells;
    lka_status status = LKA_OK;
    for (size_t row = 0; row < from->count && status == LKA_OK; row++) {
        status = lka_rows_append(rows, &view, row, error);
    }
    lka_rows_release(from);
    return status;
}

/* A CRM's parts, and the pool's sample behind them. */
static lka_status join_parts(const struct lka_sample_options *options, struct lka_sample *sample,
                             struct lka_rows *parts, struct lka_rows *pool, struct lka_error *error)
{
    size_t shared = sample->schema.count + 1;
    size_t cells = shared + options->crm->count;
    size_t count = parts[LKA_SILENT].count + parts[LKA_UNREACHED].count + pool->count;
    sample->seeds = parts[LKA_REACTIVATED];
    parts[LKA_REACTIVATED] = (struct lka_rows){0};
    LKA_TRY(lka_rows_init(&sample->pool, cells, count + 1, error));
    LKA_TRY(append_all(&sample->pool, &parts[LKA_SILENT], cells, error));
    LKA_TRY(append_all(&sample->pool, &parts[LKA_UNREACHED], cells, error));
    if (pool->columns > 0) {
        LKA_TRY(append_all(&sample->pool, pool, shared, error));
        sample->pool.fields = NULL; /* those of the two sources differ */
    }
    return LKA_OK;
}

static lka_status read_crm(const struct lka_sample_options *options, const struct lka_sources *sources,
                           const struct lka_session *session, struct lka_sample *sample, struct lka_error *error)
{
    struct lka_rows parts[LKA_GROUPS] = {0};
    struct lka_rows pool = {0};
    lka_status status = read_seeds(options, sources->seeds, sources->seeds_schema, session, sample, parts, error);
    sample->threshold = UINT64_MAX; /* without a pool, whoever is scored may be a contact */
    if (status == LKA_OK && sources->pool) {
        status = read_pool(options, sources->pool, sources->pool_schema, session, sample, &pool, error);
    }
    if (status == LKA_OK) {
        status = join_parts(options, sample, parts, &pool, error);
    }
    for (size_t g = 0; g < LKA_GROUPS; g++) {
        lka_rows_release(&parts[g]);
    }
    lka_rows_release(&pool);
    return status;
}

static lka_status prepare_set(const struct lka_sample_options *options, const struct lka_sources *sources,
                              const struct lka_session *session, struct lka_sample *sample, struct lka_error *error)
{
    LKA_TRY(lka_seed_set_new(sources->seeds_schema, sources->pool_schema, options->same_ids, &sample->set, error));
    lka_consent_warn(sources->pool_schema, lka_source_name(sources->pool), session);
    if (lka_seed_set_how(sample->set) == LKA_SEEDS_UNMATCHED) {
        lka_warn(session,
                 "%s can't be found in the pool: the id columns have different names and there is no e-mail in both; "
                 "--same-ids says that they name the same people",
                 options->crm ? "contacts" : "seeds");
    }
    return LKA_OK;
}

lka_status lka_sample_read(const struct lka_sample_options *options, const struct lka_sources *sources,
                           const struct lka_session *session, struct lka_sample *sample, struct lka_error *error)
{
    *sample = (struct lka_sample){.crm = options->crm};
    if (sources->pool) {
        LKA_TRY(share_columns(options, sources->seeds_schema, sources->pool_schema, session, sample, error));
        LKA_TRY(prepare_set(options, sources, session, sample, error));
    } else {
        LKA_TRY(own_columns(sources->seeds_schema, sample, error));
        LKA_TRY(lka_seed_set_new(sources->seeds_schema, sources->seeds_schema, true, &sample->set, error));
    }
    if (options->crm) {
        lka_consent_warn(sources->seeds_schema, lka_source_name(sources->seeds), session);
        return read_crm(options, sources, session, sample, error);
    }
    LKA_TRY(read_seeds(options, sources->seeds, sources->seeds_schema, session, sample, &sample->seeds, error));
    return read_pool(options, sources->pool, sources->pool_schema, session, sample, &sample->pool, error);
}

void lka_sample_release(struct lka_sample *sample)
{
    lka_schema_release(&sample->schema);
    lka_rows_release(&sample->seeds);
    lka_rows_release(&sample->pool);
    lka_seed_set_free(sample->set);
    json_decref(sample->only_in_seeds);
    json_decref(sample->only_in_pool);
    *sample = (struct lka_sample){0};
}
