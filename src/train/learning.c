#include "train/learning.h"

#include "base/hash.h"
#include "train/weights.h"

#include <stdio.h>

/* ---- encoding a sample ------------------------------------------------------------------------ */

static bool read_contact(const struct lka_sample *sample, const struct lka_rows *rows, size_t row,
                         struct lka_contact *contact)
{
    return lka_sample_is_contact(sample, rows, row) &&
           lka_contact_read(sample->crm, rows, sample->schema.count + 1, row, contact, NULL);
}

lka_status lka_sample_days(const struct lka_sample *sample, const struct lka_rows *rows, int64_t **days,
                           struct lka_error *error)
{
    *days = NULL;
    if (!sample->crm) {
        return LKA_OK;
    }
    LKA_TRY(LKA_NEW(*days, rows->count, error));
    for (size_t row = 0; row < rows->count; row++) {
        struct lka_contact contact;
        (*days)[row] = read_contact(sample, rows, row, &contact) ? contact.day : LKA_PLAN_DAY;
    }
    return LKA_OK;
}

/* With a CRM: which part of the block the row belongs to, and what its weight is. */
static void count_contact(struct lka_learning *learning, const struct lka_sample *sample, const struct lka_rows *rows,
                          size_t row, size_t at)
{
    struct lka_contact contact;
    if (!read_contact(sample, rows, row, &contact)) {
        learning->prospects++;
        learning->given[at] = 1;
        return;
    }
    learning->given[at] = contact.weight;
    learning->pool += contact.group == LKA_SILENT;
    learning->unreached += contact.group == LKA_UNREACHED;
}

/* The rows of a table that were encoded without a problem, put behind the rows that are there already. */
static void keep_rows(struct lka_learning *learning, const struct lka_sample *sample, const struct lka_rows *rows,
                      const struct lka_block *encoded, const uint32_t *kept, size_t count, uint8_t label)
{
    size_t at = learning->block.count;
    for (size_t i = 0; i < count; i++) {
        learning->ids[at + i] = lka_sample_id(sample, rows, kept[i]);
        learning->label[at + i] = label;
        if (sample->crm) {
            count_contact(learning, sample, rows, kept[i], at + i);
        }
    }
    lka_block_append(&learning->block, encoded, kept, count);
}

static lka_status reject_problems(const struct lka_problems *problems, const struct lka_sample *sample,
                                  const struct lka_rows *rows, const struct lka_sources *sources, uint32_t *kept,
                                  size_t *count, struct lka_error *error)
{
    size_t next = 0;
    *count = 0;
    for (uint32_t row = 0; row < rows->count; row++) {
        if (next < problems->count && problems->items[next].row == row) {
            struct lka_source *source = lka_sample_source(sample, sources, rows, row);
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
                         const struct lka_rows *rows, const struct lka_sources *sources, uint8_t label,
                         struct lka_error *error)
{
    struct lka_block encoded = {0};
    struct lka_problems problems = {0};
    ptrdiff_t *cell_of = NULL;
    uint32_t *kept = NULL;
    int64_t *days = NULL;
    size_t count = 0;
    uint64_t later = 0;
    lka_status status = bind(plan, &sample->schema, &cell_of, error);
    if (status == LKA_OK) {
        status = lka_block_init(&encoded, lka_plan_space(plan), rows->count, error);
    }
    if (status == LKA_OK) {
        status = LKA_NEW(kept, rows->count, error);
    }
    if (status == LKA_OK) {
        status = lka_sample_days(sample, rows, &days, error);
    }
    if (status == LKA_OK) {
        status = lka_plan_encode_as_of(plan, rows, cell_of, days, &encoded, &problems, &later, error);
    }
    if (status == LKA_OK) {
        status = reject_problems(&problems, sample, rows, sources, kept, &count, error);
    }
    if (status == LKA_OK) {
        keep_rows(learning, sample, rows, &encoded, kept, count, label);
    }
    learning->later += later;
    lka_free(days);
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
    const char *those; /* what people of the pool are that are not to be learned from; "seeds" */
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
    if (rows->usable >= LKA_FEWEST) {
        return LKA_OK;
    }
    if (all == 0) {
        return lka_fail_at(error, LKA_DATA, lka_source_name(source), 0, 0,
                           "has no rows: a header alone gives nothing to learn from");
    }
    char left_out[200] = "";
    add_reason(left_out, sizeof left_out, rows->seeds, rows->those);
    add_reason(left_out, sizeof left_out, rows->without_consent, "without consent to profiling");
    add_reason(left_out, sizeof left_out, counts.rejected, "rejected");
    add_reason(left_out, sizeof left_out, counts.left_out, "by --where");
    return lka_fail_at(error, LKA_DATA, lka_source_name(source), 0, 0,
                       "%zu of %llu %s can be learned from; at least %d are needed%s", rows->usable,
                       (unsigned long long)all, rows->what, LKA_FEWEST, left_out);
}

static lka_status check_group(const struct lka_learning *learning, const struct lka_sample *sample,
                              enum lka_group group, const struct lka_source *source, struct lka_error *error)
{
    static const char *const what[] = {"contacts of the group reactivated", "contacts of the group silent"};
    struct usable rows = {what[group],
                          group == LKA_REACTIVATED ? learning->seeds : learning->pool,
                          sample->group_read[group],
                          0,
                          sample->seeds_without_consent,
                          ""};
    if (rows.read == 0 && sample->seeds_read > 0) {
        return lka_fail_at(error, LKA_DATA, lka_source_name(source), 0, 0,
                           "has no contact of the group %s that can be learned from; those who came back are told from "
                           "those who were reached and stayed silent",
                           lka_group_names[group]);
    }
    return check_count(&rows, source, error);
}

static lka_status check_crm(const struct lka_learning *learning, const struct lka_sample *sample,
                            const struct lka_source *source, struct lka_error *error)
{
    if (sample->seeds_read > 0 && learning->seeds + learning->pool == 0) {
        return lka_fail_at(error, LKA_DATA, lka_source_name(source), 0, 0,
                           "none of %llu contacts was reached: of the groups reactivated and silent there is nobody to "
                           "learn from",
                           (unsigned long long)sample->seeds_read);
    }
    LKA_TRY(check_group(learning, sample, LKA_REACTIVATED, source, error));
    return check_group(learning, sample, LKA_SILENT, source, error);
}

static lka_status check(const struct lka_learning *learning, const struct lka_sample *sample,
                        const struct lka_sources *sources, struct lka_error *error)
{
    struct usable of_seeds = {"seeds", learning->seeds, sample->seeds_read, 0, sample->seeds_without_consent, ""};
    struct usable of_pool = {"pool rows",
                             sample->crm ? learning->prospects : learning->pool,
                             sample->pool_read,
                             sample->pool_seeds,
                             sample->pool_without_consent,
                             sample->crm ? "contacts of the CRM" : "seeds"};
    if (sample->crm) {
        LKA_TRY(check_crm(learning, sample, sources->seeds, error));
    } else {
        LKA_TRY(check_count(&of_seeds, sources->seeds, error));
    }
    if (sources->pool) {
        LKA_TRY(check_count(&of_pool, sources->pool, error));
    }
    if (all_seeds_equal(learning)) {
        return lka_fail(error, LKA_DATA,
                        "all %zu seeds are equal in every feature: there is nothing to learn from them",
                        learning->seeds);
    }
    return LKA_OK;
}

static void count_groups(struct lka_learning *learning, const struct lka_sample *sample)
{
    size_t counts[LKA_GROUPS] = {learning->seeds, learning->pool, learning->unreached};
    for (size_t g = 0; g < LKA_GROUPS; g++) {
        learning->stands_for[g] = counts[g] ? (double)sample->group_read[g] / (double)counts[g] : 1;
    }
}

static lka_status fill(struct lka_learning *learning, const struct lka_plan *plan, const struct lka_sample *sample,
                       const struct lka_sources *sources, struct lka_error *error)
{
    size_t most = sample->seeds.count + sample->pool.count;
    LKA_TRY(lka_block_init(&learning->block, lka_plan_space(plan), most, error));
    LKA_TRY(LKA_NEW(learning->ids, most, error));
    LKA_TRY(LKA_NEW(learning->label, most, error));
    if (sample->crm) {
        LKA_TRY(LKA_NEW(learning->given, most, error));
    }
    LKA_TRY(encode(learning, plan, sample, &sample->seeds, sources, 1, error));
    learning->seeds = learning->block.count;
    LKA_TRY(encode(learning, plan, sample, &sample->pool, sources, 0, error));
    if (sample->crm) {
        count_groups(learning, sample);
    } else {
        learning->pool = learning->block.count - learning->seeds;
    }
    return check(learning, sample, sources, error);
}

lka_status lka_learning_init(struct lka_learning *learning, const struct lka_plan *plan,
                             const struct lka_sample *sample, const struct lka_sources *sources,
                             struct lka_error *error)
{
    *learning = (struct lka_learning){.threads = 1};
    lka_status status = fill(learning, plan, sample, sources, error);
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
    lka_free(learning->given);
    lka_free(learning->weight);
    lka_free(learning->judging);
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

static lka_status fit_rows(const struct lka_learning *learning, const struct lka_model_family *family,
                           const struct lka_options *options, const uint32_t *rows, size_t count, uint64_t stream,
                           struct lka_family_model **model, struct lka_fit_info *info, struct lka_error *error)
{
    size_t seeds = count_seeds(learning, rows, count);
    if (seeds < 2 || count - seeds < 2) {
        return lka_fail(error, LKA_DATA, "%s: %zu seeds and %zu %s to learn from; at least 2 of each are needed",
                        family->name, seeds, count - seeds, learning->given ? "silent contacts" : "pool rows");
    }
    struct lka_fit_input input = {
        .block = &learning->block,
        .rows = rows,
        .count = count,
        .label = learning->label,
        .weight = (family->flags & LKA_FAMILY_TAKES_WEIGHTS) ? learning->weight : NULL,
        .seed = lka_key(learning->seed, "fit") + stream,
        .allow_examples = learning->allow_examples,
        .options = lka_options_values(options),
        .session = learning->session,
    };
    *info = (struct lka_fit_info){0};
    return family->fit(&input, model, info, error);
}

lka_status lka_learning_fit(const struct lka_learning *learning, const struct lka_model_family *family,
                            const struct lka_options *options, const uint32_t *rows, size_t count, uint64_t stream,
                            struct lka_family_model **model, struct lka_fit_info *info, struct lka_error *error)
{
    if (!learning->weight || (family->flags & LKA_FAMILY_TAKES_WEIGHTS)) {
        return fit_rows(learning, family, options, rows, count, stream, model, info, error);
    }
    uint32_t *drawn;
    LKA_TRY(LKA_NEW(drawn, count, error));
    size_t kept = lka_weights_draw(learning, rows, count, lka_key(learning->seed, "draw") + stream, drawn);
    lka_status status = fit_rows(learning, family, options, drawn, kept, stream, model, info, error);
    lka_free(drawn);
    return status;
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
