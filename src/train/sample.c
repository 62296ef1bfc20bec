#include "train/sample.h"

#include "base/error.h"
#include "eligibility/consent.h"
#include "train/pass.h"
#include "train/shared.h"

/* ---- the passes ------------------------------------------------------------------------------- */

/* The seeds, or the contacts of a CRM by group. */
static lka_status read_seeds(const struct lka_sample_options *options, struct lka_source *source,
                             const struct lka_schema *schema, const struct lka_session *session,
                             struct lka_sample *sample, struct lka_rows *parts, struct lka_error *error)
{
    struct lka_pass pass = {
        .source = source,
        .schema = schema,
        .step = options->crm ? "read crm" : "read seeds",
        .crm = options->crm,
        .are_seeds = true,
        .parts = parts,
        .part_count = options->crm ? LKA_GROUPS : 1,
        .read = &sample->seeds_read,
        .without_consent = &sample->seeds_without_consent,
    };
    return lka_pass_run(&pass, options, session, sample, error);
}

static lka_status read_pool(const struct lka_sample_options *options, struct lka_source *source,
                            const struct lka_schema *schema, const struct lka_session *session,
                            struct lka_sample *sample, struct lka_rows *rows, struct lka_error *error)
{
    struct lka_pass pass = {
        .source = source,
        .schema = schema,
        .step = "read pool",
        .parts = rows,
        .part_count = 1,
        .read = &sample->pool_read,
        .without_consent = &sample->pool_without_consent,
    };
    return lka_pass_run(&pass, options, session, sample, error);
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
    if (status == LKA_OK && sample->seeds_read + lka_source_counts(sources->seeds).rejected == 0) {
        status = lka_fail_at(error, LKA_DATA, lka_source_name(sources->seeds), 0, 0,
                             "has no rows: a header alone gives nothing to learn from");
    }
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
    if (!options->crm && lka_schema_role(sources->seeds_schema, LKA_ROLE_GROUP) != LKA_NO_COLUMN) {
        lka_warn(session,
                 "the seeds' table has groups as a CRM has; all its rows are taken for seeds: --crm reads them");
    }
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
