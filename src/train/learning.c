#include "train/learning.h"

#include "base/hash.h"

#include <stdio.h>

enum { FEWEST = 10 };

/* ---- encoding a sample ------------------------------------------------------------------------ */

/* The rows of a table that were encoded without a problem, put behind the rows that are there already. */
static void keep_rows(struct lka_learning *learning, const struct lka_sample *sample, const struct lka_rows *rows,
                      const struct lka_block *encoded, const uint32_t *kept, size_t count, uint8_t label)
{
    size_t at = learning->block.count;
    for (size_t i = 0; i < count; i++) {
        learning->ids[at + i] = lka_sample_id(sample, rows, kept[i]);
        learning->label[at + i] = label;
    }
    lka_block_append(&learning->block, encoded, kept, count);
}

static lka_status reject_problems(const struct lka_problems *problems, const struct lka_rows *rows,
                                  struct lka_source *source, uint32_t *kept, size_t *count, struct lka_error *error)
{
    size_t next = 0;
    *count = 0;
    for (uint32_t row = 0; row < rows->count; row++) {
        if (next < problems->count && problems->items[next].row == row) {
            LKA_TRY(lka_source_reject(source, rows, row, &problems->items[next++].error, error));
        } else {
            kept[(*count)++] = row;
        }
    }
    return LKA_OK;
}

/* Columns of the plan stand in the sample where its schema has them. */
static lka_status bind(const struct lka_plan *plan, const struct lka_schema *schema, ptrdiff_t **cell_of,
                       struct lka_error *error)
{
    size_t count = lka_plan_column_count(plan);
    LKA_TRY(LKA_NEW(*cell_of, count, error));
    for (size_t c = 0; c < count; c++) {
        (*cell_of)[c] = lka_schema_find(schema, lka_span_of(lka_plan_column_name(plan, c)));
        if ((*cell_of)[c] == LKA_NO_COLUMN) {
            return lka_fail(error, LKA_USAGE, "the plan's column \"%.100s\" is not in both tables",
                            lka_plan_column_name(plan, c));
        }
    }
    return LKA_OK;
}

static lka_status encode(struct lka_learning *learning, const struct lka_plan *plan, const struct lka_sample *sample,
                         const struct lka_rows *rows, struct lka_source *source, uint8_t label, struct lka_error *error)
{
    struct lka_block encoded = {0};
    struct lka_problems problems = {0};
    ptrdiff_t *cell_of = NULL;
    uint32_t *kept = NULL;
    size_t count = 0;
    lka_status status = bind(plan, &sample->schema, &cell_of, error);
    if (status == LKA_OK) {
        status = lka_block_init(&encoded, lka_plan_space(plan), rows->count, error);
    }
    if (status == LKA_OK) {
        status = LKA_NEW(kept, rows->count, error);
    }
    if (status == LKA_OK) {
        status = lka_plan_encode(plan, rows, cell_of, &encoded, &problems, error);
    }
    if (status == LKA_OK) {
        status = reject_problems(&problems, rows, source, kept, &count, error);
    }
    if (status == LKA_OK) {
        keep_rows(learning, sample, rows, &encoded, kept, count, label);
    }
    lka_free(kept);
    lka_free(cell_of);
    lka_problems_release(&problems);
    lka_block_release(&encoded);
    return status;
}

/* ---- is there something to learn? ------------------------------------------------------------- */

static bool all_seeds_equal(const struct lka_learning *learning)
{
    for (size_t f = 0; f < learning->block.space->count; f++) {
        const uint16_t *codes = lka_block_codes(&learning->block, f);
        const double *values = lka_block_values(&learning->block, f);
        bool number = learning->block.space->features[f].kind == LKA_FEATURE_NUMBER;
        for (size_t i = 1; i < learning->seeds; i++) {
            if (codes[i] != codes[0] || (number && memcmp(&values[i], &values[0], sizeof *values) != 0)) {
                return false;
            }
        }
    }
    return true;
}

/* What a table has, and what may not be learned from. */
struct usable {
    const char *what;
    size_t usable;
    uint64_t read;
    uint64_t seeds; /* in the pool */
    uint64_t without_consent;
};

static void add_reason(char *text, size_t size, uint64_t count, const char *reason)
{
    size_t used = strlen(text);
    if (count > 0) {
        snprintf(text + used, size - used, "%s%llu %s", used ? ", " : "; left out: ", (unsigned long long)count,
                 reason);
    }
}

static lka_status check_count(const struct usable *rows, const struct lka_source *source, struct lka_error *error)
{
    struct lka_source_counts counts = lka_source_counts(source);
    uint64_t all = rows->read + counts.rejected + counts.left_out;
    if (rows->usable >= FEWEST) {
        return LKA_OK;
    }
    if (all == 0) {
        return lka_fail_at(error, LKA_DATA, lka_source_name(source), 0, 0,
                           "has no rows: a header alone gives nothing to learn from");
    }
    char left_out[200] = "";
    add_reason(left_out, sizeof left_out, rows->seeds, "seeds");
    add_reason(left_out, sizeof left_out, rows->without_consent, "without consent to profiling");
    add_reason(left_out, sizeof left_out, counts.rejected, "rejected");
    add_reason(left_out, sizeof left_out, counts.left_out, "by --where");
    return lka_fail_at(error, LKA_DATA, lka_source_name(source), 0, 0,
                       "%zu of %llu %s can be learned from; at least %d are needed%s", rows->usable,
                       (unsigned long long)all, rows->what, FEWEST, left_out);
}

static lka_status check(const struct lka_learning *learning, const struct lka_sample *sample,
                        const struct lka_source *seeds, const struct lka_source *pool, struct lka_error *error)
{
    struct usable of_seeds = {"seeds", learning->seeds, sample->seeds_read, 0, sample->seeds_without_consent};
    struct usable of_pool = {"pool rows", learning->pool, sample->pool_read, sample->pool_seeds,
                             sample->pool_without_consent};
    LKA_TRY(check_count(&of_seeds, seeds, error));
    LKA_TRY(check_count(&of_pool, pool, error));
    if (all_seeds_equal(learning)) {
        return lka_fail(error, LKA_DATA,
                        "all %zu seeds are equal in every feature: there is nothing to learn from them",
                        learning->seeds);
    }
    return LKA_OK;
}

static lka_status fill(struct lka_learning *learning, const struct lka_plan *plan, const struct lka_sample *sample,
                       struct lka_source *seeds, struct lka_source *pool, struct lka_error *error)
{
    size_t most = sample->seeds.count + sample->pool.count;
    LKA_TRY(lka_block_init(&learning->block, lka_plan_space(plan), most, error));
    LKA_TRY(LKA_NEW(learning->ids, most, error));
    LKA_TRY(LKA_NEW(learning->label, most, error));
    LKA_TRY(encode(learning, plan, sample, &sample->seeds, seeds, 1, error));
    learning->seeds = learning->block.count;
    LKA_TRY(encode(learning, plan, sample, &sample->pool, pool, 0, error));
    learning->pool = learning->block.count - learning->seeds;
    return check(learning, sample, seeds, pool, error);
}

lka_status lka_learning_init(struct lka_learning *learning, const struct lka_plan *plan, struct lka_sample *sample,
                             struct lka_source *seeds, struct lka_source *pool, struct lka_error *error)
{
    *learning = (struct lka_learning){.threads = 1};
    lka_status status = fill(learning, plan, sample, seeds, pool, error);
    if (status != LKA_OK) {
        lka_learning_release(learning);
    }
    return status;
}

void lka_learning_release(struct lka_learning *learning)
{
    lka_block_release(&learning->block);
    lka_free(learning->ids);
    lka_free(learning->label);
    *learning = (struct lka_learning){0};
}

/* ---- fitting ---------------------------------------------------------------------------------- */

static size_t count_seeds(const struct lka_learning *learning, const uint32_t *rows, size_t count)
{
    size_t seeds = 0;
    for (size_t i = 0; i < count; i++) {
        seeds += learning->label[rows[i]];
    }
    return seeds;
}

lka_status lka_learning_fit(const struct lka_learning *learning, const struct lka_model_family *family,
                            const struct lka_options *options, const uint32_t *rows, size_t count, uint64_t stream,
                            struct lka_family_model **model, struct lka_fit_info *info, struct lka_error *error)
{
    size_t seeds = count_seeds(learning, rows, count);
    if (seeds < 2 || count - seeds < 2) {
        return lka_fail(error, LKA_DATA, "%s: %zu seeds and %zu pool rows to learn from; at least 2 of each are needed",
                        family->name, seeds, count - seeds);
    }
    struct lka_fit_input input = {
        .block = &learning->block,
        .rows = rows,
        .count = count,
        .label = learning->label,
        .seed = lka_key(learning->seed, "fit") + stream,
        .allow_examples = learning->allow_examples,
        .options = lka_options_values(options),
        .session = learning->session,
    };
    *info = (struct lka_fit_info){0};
    return family->fit(&input, model, info, error);
}

size_t lka_learning_fold(const struct lka_learning *learning, uint64_t key, size_t folds, size_t fold, bool inside,
                         size_t pool_limit, uint32_t *rows)
{
    size_t end = learning->seeds + (pool_limit < learning->pool ? pool_limit : learning->pool);
    size_t count = 0;
    for (size_t i = 0; i < end; i++) {
        if ((lka_hash(key, learning->ids[i]) % folds == fold) == inside) {
            rows[count++] = (uint32_t)i;
        }
    }
    return count;
}
