#include "score/many.h"

#include "base/memory.h"
#include "score/row_state.h"

/* ---- all of them ------------------------------------------------------------------------------- */

static lka_status share_plans(struct lka_many *many, const struct lka_model_list *list, struct lka_error *error)
{
    const struct lka_plan **plans;
    LKA_TRY(LKA_NEW(plans, list->count, error));
    for (size_t i = 0; i < list->count; i++) {
        plans[i] = list->items[i].model->plan;
    }
    lka_status status = lka_shared_plans_init(&many->plans, plans, list->count, error);
    lka_free(plans);
    return status;
}

lka_status lka_many_init(struct lka_many *many, const struct lka_model_list *list, bool may_panel,
                         struct lka_error *error)
{
    *many = (struct lka_many){.count = list->count};
    lka_status status = LKA_NEW(many->contenders, list->count, error);
    status = status == LKA_OK ? share_plans(many, list, error) : status;
    for (size_t i = 0; i < list->count && status == LKA_OK; i++) {
        struct lka_contender *contender = &many->contenders[i];
        contender->model = list->items[i].model;
        contender->view = many->plans.view_of[i];
        contender->active = true;
        atomic_init(&contender->key, UINT64_MAX);
    }
    if (status == LKA_OK && may_panel) {
        status = lka_panel_groups_init(&many->groups, many->contenders, many->count, error);
    }
    if (status != LKA_OK) {
        lka_many_release(many);
    }
    return status;
}

lka_status lka_many_bind(struct lka_many *many, struct lka_binding *binding, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(many->cells, many->plans.whole_count, error));
    for (size_t w = 0; w < many->plans.whole_count; w++) {
        LKA_TRY(lka_binding_cells(binding, many->plans.wholes[w], &many->cells[w], error));
    }
    return LKA_OK;
}

void lka_many_release(struct lka_many *many)
{
    for (size_t w = 0; many->cells && w < many->plans.whole_count; w++) {
        lka_free(many->cells[w]);
    }
    lka_free(many->cells);
    lka_panel_groups_release(&many->groups);
    lka_free(many->contenders);
    lka_shared_plans_release(&many->plans);
    *many = (struct lka_many){0};
}

/* ---- a block ----------------------------------------------------------------------------------- */

size_t lka_many_block_rows(const struct lka_many *many)
{
    /* No power of 2: the features of one row would all fall into the same few lines of the cache. */
    enum { MOST = 4080, LEAST = 64, CELLS = 1 << 18 };
    size_t features = 1;
    for (size_t v = 0; v < many->plans.view_count; v++) {
        features += lka_plan_space(many->plans.views[v].plan)->count;
    }
    for (size_t i = 0; i < many->count; i++) {
        features += !many->contenders[i].panelled;
    }
    size_t rows = CELLS / features;
    return rows < LEAST ? LEAST : rows > MOST ? MOST : rows;
}

static lka_status block_init(struct lka_many_block *block, size_t capacity, struct lka_error *error)
{
    const struct lka_many *many = block->of;
    LKA_TRY(lka_shared_block_init(&block->encoded, &many->plans, capacity, error));
    LKA_TRY(LKA_NEW(block->learned_as, capacity, error));
    LKA_TRY(LKA_NEW(block->scores, many->count, error));
    LKA_TRY(LKA_NEW(block->ids, capacity, error));
    LKA_TRY(LKA_NEW(block->member, capacity, error));
    for (size_t i = 0; i < many->count; i++) {
        if (!many->contenders[i].panelled) {
            LKA_TRY(LKA_NEW(block->scores[i], capacity, error));
        }
    }
    return many->groups.count > 0 ? lka_panel_pass_init(&block->pass, &many->groups, capacity, error) : LKA_OK;
}

lka_status lka_many_block_new(const struct lka_many *many, size_t capacity, struct lka_many_block **block,
                              struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*block, 1, error));
    (*block)->of = many;
    lka_status status = block_init(*block, capacity, error);
    if (status != LKA_OK) {
        lka_many_block_free(*block);
        *block = NULL;
    }
    return status;
}

void lka_many_block_free(struct lka_many_block *block)
{
    if (!block) {
        return;
    }
    for (size_t i = 0; block->scores && i < block->of->count; i++) {
        lka_free(block->scores[i]);
    }
    lka_shared_block_release(&block->encoded);
    lka_panel_pass_release(&block->pass);
    lka_free(block->learned_as);
    lka_free(block->scores);
    lka_free(block->ids);
    lka_free(block->member);
    lka_free(block);
}

/* ---- models one by one ------------------------------------------------------------------------- */

static lka_status score_alone(struct lka_many_block *block, size_t index, const struct lka_row_ids *ids, size_t count,
                              struct lka_arena *scratch, struct lka_error *error)
{
    const struct lka_contender *contender = &block->of->contenders[index];
    double *scores = block->scores[index];
    for (size_t i = 0; i < count; i++) {
        block->member[i] = (uint8_t)lka_model_member(contender->model, lka_row_id(ids, i), lka_row_is_seed(ids, i));
    }
    struct lka_block own = block->encoded.views[contender->view];
    own.space = lka_plan_space(contender->model->plan);
    LKA_TRY(lka_model_score_by(contender->model, &own, block->member, scratch, scores, error));
    for (size_t i = 0; i < count; i++) {
        LKA_TRY(lka_finish_score(&scores[i], error));
    }
    return LKA_OK;
}

/* ---- all of it --------------------------------------------------------------------------------- */

lka_status lka_many_score(struct lka_many_block *block, size_t count, struct lka_arena *scratch,
                          struct lka_error *error)
{
    const struct lka_many *many = block->of;
    struct lka_row_ids ids = {block->ids, block->learned_as};
    block->pass.hit_count = 0;
    for (size_t i = 0; i < many->count && count > 0; i++) {
        if (many->contenders[i].active && !many->contenders[i].panelled) {
            LKA_TRY(score_alone(block, i, &ids, count, scratch, error));
        }
    }
    for (size_t g = 0; g < many->groups.count && count > 0; g++) {
        const struct lka_panel_group *group = &many->groups.items[g];
        LKA_TRY(lka_panel_group_score(group, &block->encoded.views[group->view], &ids, &block->pass, error));
    }
    return LKA_OK;
}

static void take_eligible(const struct lka_pipeline *pipeline, struct lka_scored *scored, size_t row,
                          struct lka_span learned_as)
{
    struct lka_many_block *block = scored->many;
    block->learned_as[scored->eligible_count] = learned_as;
    block->ids[scored->eligible_count] = lka_cell(&scored->rows, pipeline->binding->id, row);
}

lka_status lka_many_work(const struct lka_pipeline *pipeline, struct lka_scored *scored, struct lka_arena *scratch,
                         struct lka_error *error)
{
    struct lka_many_block *block = scored->many;
    LKA_TRY(lka_shared_encode(&scored->rows, block->of->cells, &block->encoded, &scored->problems, error));
    LKA_TRY(lka_sort_out(pipeline, scored, take_eligible, error));
    lka_shared_pick(&block->encoded, scored->eligible, scored->eligible_count);
    return lka_many_score(block, scored->eligible_count, scratch, error);
}
