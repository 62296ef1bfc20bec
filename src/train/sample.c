#include "train/sample.h"

#include "base/error.h"
#include "base/hash.h"
#include "eligibility/consent.h"
#include "source/ids.h"
#include "table/profile.h"
#include "train/shared.h"

#include <stdlib.h>

/* Where each thing stands in the selection of one of the two sources: the shared columns, the id, then what decides. */
struct layout {
    size_t shared;
    size_t id;
    ptrdiff_t email; /* LKA_NO_COLUMN if seeds are not found by e-mail */
    size_t consent_at;
    struct lka_consent consent;
};

/* One pass over one source. */
struct reading {
    struct lka_source *source;
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

/* ---- one pass's columns ----------------------------------------------------------------------- */

static lka_status lay_out(struct layout *layout, struct lka_source *source, const struct lka_schema *own,
                          const struct lka_schema *shared, bool by_email, struct lka_error *error)
{
    *layout = (struct layout){.shared = shared->count, .id = shared->count, .email = LKA_NO_COLUMN};
    layout->consent = lka_consent_for(own, "profiling");
    size_t *columns;
    LKA_TRY(LKA_NEW(columns, shared->count + 2 + layout->consent.count, error));
    size_t count = 0;
    for (; count < shared->count; count++) {
        columns[count] = (size_t)lka_schema_find(own, lka_span_of(shared->columns[count].name));
    }
    columns[count++] = (size_t)lka_schema_role(own, LKA_ROLE_ID);
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

static lka_status reading_start(struct reading *reading, struct lka_source *source, const struct lka_schema *own,
                                const struct lka_sample *sample, const char *step,
                                const struct lka_sample_options *options, const struct lka_session *session,
                                struct lka_error *error)
{
    *reading = (struct reading){.source = source, .session = session, .step = step, .shared = &sample->schema};
    bool by_email = lka_seed_set_how(sample->set) == LKA_SEEDS_BY_EMAIL;
    LKA_TRY(lay_out(&reading->layout, source, own, &sample->schema, by_email, error));
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
typedef lka_status (*take_row)(void *context, const struct reading *reading, size_t row, struct lka_error *error);

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

/* ---- rows by hash ----------------------------------------------------------------------------- */

struct hashed {
    uint64_t hash;
    uint32_t row;
};

static int by_hash(const void *a, const void *b)
{
    const struct hashed *x = a;
    const struct hashed *y = b;
    if (x->hash != y->hash) {
        return x->hash < y->hash ? -1 : 1;
    }
    return (x->row > y->row) - (x->row < y->row);
}

/* Rows that grow with their hashes beside them. */
struct gathering {
    struct lka_sample *sample;
    uint64_t key;
    uint64_t limit; /* rows to keep in the end */
    uint64_t threshold;
    struct lka_rows *rows;
    struct hashed *hashes;
    size_t capacity;
};

/* The `keep` rows with the smallest hashes, in their order. */
static lka_status keep_smallest(struct gathering *gathering, size_t keep, struct lka_error *error)
{
    struct lka_rows *rows = gathering->rows;
    if (rows->count > 1) {
        qsort(gathering->hashes, rows->count, sizeof *gathering->hashes, by_hash);
    }
    struct lka_rows kept;
    LKA_TRY(lka_rows_init(&kept, rows->columns, keep + 1, error));
    for (size_t i = 0; i < keep; i++) {
        lka_status status = lka_rows_append(&kept, rows, gathering->hashes[i].row, error);
        if (status != LKA_OK) {
            lka_rows_release(&kept);
            return status;
        }
        gathering->hashes[i].row = (uint32_t)i;
    }
    lka_rows_release(rows);
    *rows = kept;
    return LKA_OK;
}

static lka_status gather(struct gathering *gathering, const struct reading *reading, size_t row, uint64_t hash,
                         struct lka_error *error)
{
    size_t at = gathering->rows->count;
    LKA_TRY(lka_reserve(&gathering->hashes, &gathering->capacity, at + 1, sizeof *gathering->hashes, error));
    LKA_TRY(lka_rows_append(gathering->rows, &reading->block, row, error));
    gathering->hashes[at] = (struct hashed){hash, (uint32_t)at};
    return LKA_OK;
}

static lka_status take_seed(void *context, const struct reading *reading, size_t row, struct lka_error *error)
{
    struct gathering *gathering = context;
    struct lka_span id = lka_cell(&reading->block, reading->layout.id, row);
    if (gathering->rows->count == UINT32_MAX) {
        return lka_fail(error, LKA_DATA, "more than %u seeds", UINT32_MAX);
    }
    return gather(gathering, reading, row, lka_hash(gathering->key, id), error);
}

/* Bottom-k sampling: once there are twice as many as wanted, the larger half goes, and with it every later row above it. */
static lka_status take_prospect(void *context, const struct reading *reading, size_t row, struct lka_error *error)
{
    struct gathering *gathering = context;
    struct lka_span id = lka_cell(&reading->block, reading->layout.id, row);
    struct lka_span seed;
    LKA_TRY(lka_seed_set_find(gathering->sample->set, id, email_of(reading, row), &seed, error));
    if (seed.text) {
        gathering->sample->pool_seeds++;
        return LKA_OK;
    }
    gathering->sample->pool_eligible++;
    uint64_t hash = lka_hash(gathering->key, id);
    if (hash > gathering->threshold) {
        return LKA_OK;
    }
    LKA_TRY(gather(gathering, reading, row, hash, error));
    if (gathering->rows->count == 2 * gathering->limit) {
        LKA_TRY(keep_smallest(gathering, gathering->limit, error));
        gathering->threshold = gathering->hashes[gathering->limit - 1].hash;
    }
    return LKA_OK;
}

static lka_status finish_gathering(struct gathering *gathering, struct lka_error *error)
{
    size_t count = gathering->rows->count;
    size_t keep = count < gathering->limit ? count : (size_t)gathering->limit;
    LKA_TRY(keep_smallest(gathering, keep, error));
    if (count > gathering->limit) {
        gathering->threshold = gathering->hashes[keep - 1].hash;
    }
    return LKA_OK;
}

/* ---- the two passes --------------------------------------------------------------------------- */

struct pass {
    struct lka_source *source;
    const struct lka_schema *schema;
    const char *step;
    struct lka_rows *rows;
    take_row take;
    uint64_t limit;
    uint64_t *read;
    uint64_t *without_consent;
};

static lka_status run_reading(struct reading *reading, struct gathering *gathering, const struct pass *pass,
                              bool tolerant, struct lka_error *error)
{
    if (tolerant) {
        LKA_TRY(lka_ids_scan(&reading->ids, reading->source, reading->block.columns, reading->layout.id,
                             reading->session, error));
    }
    LKA_TRY(read_all(reading, pass->take, gathering, error));
    *pass->read = reading->read;
    *pass->without_consent = reading->without_consent;
    return finish_gathering(gathering, error);
}

static lka_status run_pass(const struct lka_sample_options *options, const struct pass *pass,
                           const struct lka_session *session, struct lka_sample *sample, struct lka_error *error)
{
    struct reading reading;
    LKA_TRY(reading_start(&reading, pass->source, pass->schema, sample, pass->step, options, session, error));
    struct gathering gathering = {.sample = sample,
                                  .key = lka_key(options->seed, "sample"),
                                  .limit = pass->limit,
                                  .threshold = UINT64_MAX,
                                  .rows = pass->rows};
    reading.set = pass->take == take_seed ? sample->set : NULL;
    lka_status status = lka_rows_init(pass->rows, reading.block.columns, LKA_BLOCK_ROWS, error);
    if (status == LKA_OK) {
        status = run_reading(&reading, &gathering, pass, options->max_bad_rows > 0, error);
    }
    sample->threshold = gathering.threshold;
    lka_free(gathering.hashes);
    reading_end(&reading);
    return status;
}

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

lka_status lka_sample_read(const struct lka_sample_options *options, struct lka_source *seeds,
                           const struct lka_schema *seeds_schema, struct lka_source *pool,
                           const struct lka_schema *pool_schema, const struct lka_session *session,
                           struct lka_sample *sample, struct lka_error *error)
{
    *sample = (struct lka_sample){0};
    LKA_TRY(lka_shared_columns(seeds_schema, pool_schema, &sample->schema, error));
    LKA_TRY(lka_lonely_columns(seeds_schema, pool_schema, &sample->only_in_seeds, error));
    LKA_TRY(lka_lonely_columns(pool_schema, seeds_schema, &sample->only_in_pool, error));
    LKA_TRY(tell_lonely_columns("the seeds' table", sample->only_in_seeds, options->strict, session, error));
    LKA_TRY(tell_lonely_columns("the pool's table", sample->only_in_pool, options->strict, session, error));
    LKA_TRY(lka_seed_set_new(seeds_schema, pool_schema, options->same_ids, &sample->set, error));
    lka_consent_warn(pool_schema, lka_source_name(pool), session);
    if (lka_seed_set_how(sample->set) == LKA_SEEDS_UNMATCHED) {
        lka_warn(
            session,
            "seeds can't be found in the pool: the id columns have different names and there is no e-mail in both; "
            "--same-ids says that they name the same people");
    }
    struct pass of_seeds = {seeds,     seeds_schema,   "read seeds",        &sample->seeds,
                            take_seed, UINT32_MAX / 4, &sample->seeds_read, &sample->seeds_without_consent};
    LKA_TRY(run_pass(options, &of_seeds, session, sample, error));
    struct pass of_pool = {pool,          pool_schema,   "read pool",        &sample->pool,
                           take_prospect, options->size, &sample->pool_read, &sample->pool_without_consent};
    return run_pass(options, &of_pool, session, sample, error);
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
