#include "score/collected.h"

#include "base/threads.h"
#include "score/pipeline.h"

#include <stdlib.h>

struct collector {
    const struct lka_collecting *of;
    struct lka_collected *into;
    struct lka_binding binding;
    struct lka_ids ids;
    ptrdiff_t group; /* where a CRM says who was reactivated: only those are seeds; LKA_NO_COLUMN: all rows are */
    uint32_t *kept;  /* of the block's eligible rows, those that count */
    size_t kept_count;
};

/* ---- one block -------------------------------------------------------------------------------- */

static bool is_wanted(const struct collector *collector, const struct lka_scored *block, size_t eligible)
{
    return collector->group == LKA_NO_COLUMN ||
           lka_span_equal(lka_cell(&block->rows, (size_t)collector->group, block->eligible[eligible]),
                          LKA_SPAN("reactivated"));
}

static lka_status take_label(const struct collector *collector, struct lka_span id, double score,
                             struct lka_error *error)
{
    struct lka_collected *into = collector->into;
    bool label = false;
    if (!lka_truth_map_label(collector->of->truth, id, &label)) {
        into->unknown++;
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&into->labelled, &into->labelled_capacity, into->labelled_count + 1, sizeof *into->labelled,
                        error));
    uint64_t order = lka_hash(lka_key(collector->of->model->seed, "tie"), id);
    into->labelled[into->labelled_count++] = (struct lka_labelled){score, order, label, into->people[into->count - 1]};
    return LKA_OK;
}

static lka_status take_row(struct collector *collector, const struct lka_scored *block, size_t eligible,
                           struct lka_error *error)
{
    struct lka_collected *into = collector->into;
    struct lka_span id = lka_cell(&block->rows, collector->binding.id, block->eligible[eligible]);
    into->scores[into->count] = block->scores[eligible];
    into->people[into->count++] = lka_hash(lka_key(1, "person"), id);
    return collector->of->truth ? take_label(collector, id, block->scores[eligible], error) : LKA_OK;
}

/* What looks at the encoded rows. */
static lka_status show_block(const struct collector *collector, const struct lka_scored *block, struct lka_error *error)
{
    const struct lka_collecting *of = collector->of;
    if (of->protected) {
        LKA_TRY(lka_protected_note(of->protected, of->all_seeds, block, collector->kept, collector->kept_count, error));
    }
    const uint64_t *people = collector->into->people + collector->into->count - collector->kept_count;
    return of->stability
               ? lka_stability_note(of->stability, &block->block, collector->kept, people, collector->kept_count, error)
               : LKA_OK;
}

static lka_status take_block(void *user, const struct lka_scored *block, struct lka_error *error)
{
    struct collector *collector = user;
    struct lka_collected *into = collector->into;
    size_t room = into->count + block->eligible_count;
    LKA_TRY(lka_scored_account(block, &collector->ids, collector->of->table->source, &collector->binding, error));
    LKA_TRY(lka_reserve(&into->scores, &into->capacity, room, sizeof *into->scores, error));
    LKA_TRY(lka_reserve(&into->people, &into->people_capacity, room, sizeof *into->people, error));
    collector->kept_count = 0;
    for (size_t i = 0; i < block->eligible_count; i++) {
        if (is_wanted(collector, block, i)) {
            collector->kept[collector->kept_count++] = (uint32_t)i;
            LKA_TRY(take_row(collector, block, i, error));
        }
    }
    return show_block(collector, block, error);
}

/* ---- the table -------------------------------------------------------------------------------- */

static lka_status bind(struct collector *collector, struct lka_error *error)
{
    const struct lka_collecting *of = collector->of;
    const bool *strict = lka_options_value(of->options, "strict");
    LKA_TRY(lka_binding_init(&collector->binding, of->model, of->table, *strict, of->session, error));
    ptrdiff_t group = of->all_seeds ? lka_schema_role(&of->table->schema, LKA_ROLE_GROUP) : LKA_NO_COLUMN;
    collector->group = group == LKA_NO_COLUMN ? group : (ptrdiff_t)lka_binding_cell(&collector->binding, (size_t)group);
    if (of->protected) {
        lka_protected_bind(of->protected, of->all_seeds, &collector->binding);
    }
    return lka_source_select(of->table->source, collector->binding.columns, collector->binding.count, error);
}

static lka_status run_pipeline(struct collector *collector, struct lka_error *error)
{
    const struct lka_collecting *of = collector->of;
    struct lka_pipeline pipeline = {
        .source = of->table->source,
        .model = of->model,
        .binding = &collector->binding,
        .ids = &collector->ids,
        .seeds = of->all_seeds ? NULL : of->seeds,
        .all_seeds = of->all_seeds,
        .keep_seeds = of->all_seeds,
        .threads = lka_thread_count(lka_options_integer(of->options, "threads")),
        .block_rows = lka_binding_block_rows(&collector->binding, of->model),
        .session = of->session,
        .step = of->all_seeds ? "score seeds" : "score pool",
        .deliver = take_block,
        .user = collector,
    };
    LKA_TRY(LKA_NEW(collector->kept, pipeline.block_rows, error));
    return lka_pipeline_run(&pipeline, error);
}

static lka_status collect(struct collector *collector, struct lka_error *error)
{
    const struct lka_collecting *of = collector->of;
    struct lka_source *source = of->table->source;
    LKA_TRY(bind(collector, error));
    LKA_TRY(lka_ids_init(&collector->ids, lka_options_text(of->options, "temporary"), error));
    if (lka_options_integer(of->options, "max-bad-rows") > 0) {
        LKA_TRY(
            lka_ids_scan(&collector->ids, source, collector->binding.count, collector->binding.id, of->session, error));
    }
    LKA_TRY(run_pipeline(collector, error));
    LKA_TRY(lka_ids_check(&collector->ids, source, error));
    return lka_source_finish(source, error);
}

lka_status lka_collect(const struct lka_collecting *collecting, struct lka_collected *collected,
                       struct lka_error *error)
{
    struct collector collector = {.of = collecting, .into = collected};
    lka_status status = collect(&collector, error);
    lka_binding_release(&collector.binding);
    lka_ids_release(&collector.ids);
    lka_free(collector.kept);
    return status;
}

void lka_collected_release(struct lka_collected *collected)
{
    lka_free(collected->scores);
    lka_free(collected->people);
    lka_free(collected->labelled);
    *collected = (struct lka_collected){0};
}

/* ---- ranking ---------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

lka_status lka_collected_sorted(const struct lka_collected *collected, double **sorted, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*sorted, collected->count, error));
    if (collected->count > 0) {
        memcpy(*sorted, collected->scores, collected->count * sizeof **sorted);
        qsort(*sorted, collected->count, sizeof **sorted, by_number);
    }
    return LKA_OK;
}

lka_status lka_collected_rank(const struct lka_collected *seeds, const struct lka_collected *pool,
                              struct lka_ranking *ranking, struct lka_error *error)
{
    double *seed_scores = NULL;
    double *pool_scores = NULL;
    lka_status status = lka_collected_sorted(seeds, &seed_scores, error);
    if (status == LKA_OK) {
        status = lka_collected_sorted(pool, &pool_scores, error);
    }
    if (status == LKA_OK) {
        status = lka_rank_outside(seed_scores, seeds->count, pool_scores, pool->count, ranking, error);
    }
    lka_free(seed_scores);
    lka_free(pool_scores);
    return status;
}
