#include "score/many.h"

#include "base/memory.h"
#include "score/top.h"

#include <math.h>

/* Panels of fewer models than this cost more than the models one by one. */
enum { FEWEST = 4 };

/* ---- groups ------------------------------------------------------------------------------------ */

static bool belongs(const struct lka_panel_group *group, const struct lka_contender *contender)
{
    const struct lka_model *model = contender->model;
    return group->view == contender->view && group->sample_key == model->sample_key &&
           group->fold_key == model->fold_key && group->folds == model->member_count;
}

static lka_status add_to_group(struct lka_many *many, size_t index, struct lka_error *error)
{
    const struct lka_contender *contender = &many->contenders[index];
    const struct lka_model *model = contender->model;
    size_t g = 0;
    while (g < many->group_count && !belongs(&many->groups[g], contender)) {
        g++;
    }
    struct lka_panel_group *group = &many->groups[g];
    if (g == many->group_count) {
        *group = (struct lka_panel_group){.view = contender->view,
                                          .sample_key = model->sample_key,
                                          .fold_key = model->fold_key,
                                          .folds = model->member_count};
        many->group_count++;
    }
    size_t capacity = group->count;
    LKA_TRY(lka_reserve(&group->contenders, &capacity, capacity + 1, sizeof *group->contenders, error));
    group->contenders[group->count++] = index;
    group->highest = model->sample_threshold > group->highest ? model->sample_threshold : group->highest;
    return LKA_OK;
}

/* ---- terms ------------------------------------------------------------------------------------- */

/* Of the mean first, then of each member; a member that is several fits has the mean of their terms. */
static lka_status terms_of(const struct lka_model *model, struct lka_arena *arena, struct lka_linear_terms *terms,
                           struct lka_error *error)
{
    const struct lka_space *space = lka_plan_space(model->plan);
    terms[0] = model->family->terms(model->mean);
    for (size_t member = 0; member < model->member_count; member++) {
        struct lka_fits fits = lka_model_fits(model, member);
        struct lka_linear_terms sum = model->family->terms(model->members[fits.first]);
        size_t entries = sum.start[space->count];
        if (fits.count > 1) {
            double *numbers = lka_arena_take(arena, (space->count + entries) * sizeof *numbers);
            if (!numbers) {
                return lka_fail_memory(error, (space->count + entries) * sizeof *numbers);
            }
            memset(numbers, 0, (space->count + entries) * sizeof *numbers);
            sum = (struct lka_linear_terms){0, numbers, numbers + space->count, sum.start};
            for (size_t f = 0; f < fits.count; f++) {
                struct lka_linear_terms fit = model->family->terms(model->members[fits.first + f]);
                sum.intercept += fit.intercept / (double)fits.count;
                for (size_t i = 0; i < space->count; i++) {
                    numbers[i] += fit.slope[i] / (double)fits.count;
                }
                for (size_t i = 0; i < entries; i++) {
                    numbers[space->count + i] += fit.table[i] / (double)fits.count;
                }
            }
        }
        terms[1 + member] = sum;
    }
    return LKA_OK;
}

static lka_status make_panels(const struct lka_many *many, struct lka_panel_group *group, struct lka_arena *arena,
                              struct lka_linear_terms *terms, struct lka_error *error)
{
    size_t sheets = group->folds + 1;
    for (size_t i = 0; i < group->count; i++) {
        LKA_TRY(terms_of(many->contenders[group->contenders[i]].model, arena, terms + i * sheets, error));
    }
    const struct lka_space *space = lka_plan_space(many->plans.views[group->view].plan);
    LKA_TRY(lka_panel_shape_init(&group->shape, space, terms, group->count * sheets, error));
    size_t panels = (group->count + LKA_PANEL_LANES - 1) / LKA_PANEL_LANES;
    LKA_TRY(LKA_NEW(group->panels, panels, error));
    for (size_t first = 0; first < group->count; first += LKA_PANEL_LANES) {
        size_t left = group->count - first;
        LKA_TRY(lka_panel_init(&group->panels[group->panel_count], &group->shape, terms + first * sheets,
                               left < LKA_PANEL_LANES ? left : LKA_PANEL_LANES, sheets, error));
        group->panel_count++;
    }
    return LKA_OK;
}

static lka_status fill_group(const struct lka_many *many, struct lka_panel_group *group, struct lka_error *error)
{
    struct lka_arena arena = {0};
    struct lka_linear_terms *terms;
    LKA_TRY(LKA_NEW(terms, group->count * (group->folds + 1), error));
    lka_status status = make_panels(many, group, &arena, terms, error);
    lka_free(terms);
    lka_arena_release(&arena);
    return status;
}

static void group_release(struct lka_panel_group *group)
{
    for (size_t p = 0; p < group->panel_count; p++) {
        lka_panel_release(&group->panels[p]);
    }
    lka_free(group->panels);
    lka_free(group->contenders);
    lka_panel_shape_release(&group->shape);
    *group = (struct lka_panel_group){0};
}

/* Linear models that are many enough of one kind go side by side. */
static lka_status make_groups(struct lka_many *many, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(many->groups, many->count, error));
    for (size_t i = 0; i < many->count; i++) {
        const struct lka_model *model = many->contenders[i].model;
        if (model->family->terms && model->family->score_rows && model->mean) {
            LKA_TRY(add_to_group(many, i, error));
        }
    }
    size_t kept = 0;
    for (size_t g = 0; g < many->group_count; g++) {
        if (many->groups[g].count < FEWEST) {
            group_release(&many->groups[g]);
        } else {
            many->groups[kept++] = many->groups[g];
        }
    }
    many->group_count = kept;
    for (size_t g = 0; g < kept; g++) {
        LKA_TRY(fill_group(many, &many->groups[g], error));
        for (size_t i = 0; i < many->groups[g].count; i++) {
            many->contenders[many->groups[g].contenders[i]].panelled = true;
        }
    }
    return LKA_OK;
}

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
        contender->listed = &list->items[i];
        contender->model = list->items[i].model;
        contender->view = many->plans.view_of[i];
        contender->active = true;
        atomic_init(&contender->key, UINT64_MAX);
    }
    if (status == LKA_OK && may_panel) {
        status = make_groups(many, error);
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
    for (size_t g = 0; g < many->group_count; g++) {
        group_release(&many->groups[g]);
    }
    lka_free(many->cells);
    lka_free(many->groups);
    lka_free(many->contenders);
    lka_shared_plans_release(&many->plans);
    *many = (struct lka_many){0};
}

/* ---- a block ----------------------------------------------------------------------------------- */

size_t lka_many_block_rows(const struct lka_many *many)
{
    /* No power of 2: the features of one row would all fall into the same few lines of the cache. */
    enum { MOST = 2040, LEAST = 64, CELLS = 1 << 18 };
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

static lka_status init_groups(struct lka_many_block *block, size_t capacity, struct lka_error *error)
{
    const struct lka_many *many = block->of;
    LKA_TRY(LKA_NEW(block->group_rows, many->group_count, error));
    for (size_t g = 0; g < many->group_count; g++) {
        LKA_TRY(lka_panel_rows_init(&block->group_rows[g], &many->groups[g].shape, capacity, error));
    }
    return many->group_count > 0 ? lka_panel_hits_init(&block->found, capacity, error) : LKA_OK;
}

static lka_status block_init(struct lka_many_block *block, size_t capacity, struct lka_error *error)
{
    const struct lka_many *many = block->of;
    LKA_TRY(lka_shared_block_init(&block->encoded, &many->plans, capacity, error));
    LKA_TRY(LKA_NEW(block->learned_as, capacity, error));
    LKA_TRY(LKA_NEW(block->scores, many->count, error));
    LKA_TRY(LKA_NEW(block->ids, capacity, error));
    LKA_TRY(LKA_NEW(block->hashes, capacity, error));
    LKA_TRY(LKA_NEW(block->member, capacity, error));
    LKA_TRY(LKA_NEW(block->listed, capacity, error));
    LKA_TRY(LKA_NEW(block->picked_scores, capacity, error));
    for (size_t i = 0; i < many->count; i++) {
        if (!many->contenders[i].panelled) {
            LKA_TRY(LKA_NEW(block->scores[i], capacity, error));
        }
    }
    return init_groups(block, capacity, error);
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
    for (size_t g = 0; g < block->of->group_count; g++) {
        if (block->group_rows) {
            lka_panel_rows_release(&block->group_rows[g]);
        }
    }
    lka_shared_block_release(&block->encoded);
    lka_panel_hits_release(&block->found);
    lka_free(block->learned_as);
    lka_free(block->scores);
    lka_free(block->hits);
    lka_free(block->ids);
    lka_free(block->group_rows);
    lka_free(block->hashes);
    lka_free(block->member);
    lka_free(block->listed);
    lka_free(block->picked_scores);
    lka_free(block);
}

/* ---- models one by one ------------------------------------------------------------------------- */

static struct lka_span id_of(const struct lka_many_block *block, const struct lka_span *ids, size_t row)
{
    return block->learned_as[row].length > 0 ? block->learned_as[row] : ids[row];
}

static lka_status finish_scores(double *scores, size_t count, struct lka_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (scores[i] != scores[i]) {
            return lka_fail(error, LKA_DATA, "a model gives a row no score (not a number): the model file is damaged");
        }
        scores[i] += 0.0; /* -0 becomes 0, as where the model is alone */
    }
    return LKA_OK;
}

static lka_status score_alone(struct lka_many_block *block, size_t index, const struct lka_span *ids, size_t count,
                              struct lka_arena *scratch, struct lka_error *error)
{
    const struct lka_contender *contender = &block->of->contenders[index];
    for (size_t i = 0; i < count; i++) {
        bool is_seed = block->learned_as[i].text != NULL;
        block->member[i] = (uint8_t)lka_model_member(contender->model, id_of(block, ids, i), is_seed);
    }
    struct lka_block own = block->encoded.views[contender->view];
    own.space = lka_plan_space(contender->model->plan);
    LKA_TRY(lka_model_score_by(contender->model, &own, block->member, scratch, block->scores[index], error));
    return finish_scores(block->scores[index], count, error);
}

/* ---- panels ------------------------------------------------------------------------------------ */

/* One sweep over a panel's rows: the hits of each lane are scored in float64, and kept where they are not behind. */
struct sweeping {
    struct lka_many_block *block;
    const struct lka_panel_group *group;
    size_t group_index;
    const struct lka_span *ids;
};

static bool is_seen(const struct sweeping *sweeping, const struct lka_model *model, size_t row)
{
    const struct lka_many_block *block = sweeping->block;
    return block->member[row] < sweeping->group->folds &&
           (block->learned_as[row].text || block->hashes[row] <= model->sample_threshold);
}

/* The scores that are not behind the model's cut. */
static lka_status keep_hits(struct lka_many_block *block, size_t index, const uint32_t *rows, size_t count,
                            struct lka_error *error)
{
    uint64_t limit = atomic_load_explicit(&block->of->contenders[index].key, memory_order_relaxed);
    LKA_TRY(lka_reserve(&block->hits, &block->hit_capacity, block->hit_count + count, sizeof *block->hits, error));
    size_t kept = block->hit_count;
    for (size_t i = 0; i < count; i++) {
        block->hits[kept] = (struct lka_many_hit){rows[i], (uint32_t)index, block->picked_scores[i]};
        kept += lka_score_key(block->picked_scores[i]) <= limit;
    }
    block->hit_count = kept;
    return LKA_OK;
}

/* Of a model's hits those that one member scores, or (fold == folds) those that all do: each by the model itself. */
static lka_status score_hits(const struct sweeping *sweeping, size_t index, size_t fold, uint32_t *rows, size_t count,
                             struct lka_error *error)
{
    struct lka_many_block *block = sweeping->block;
    const struct lka_contender *contender = &block->of->contenders[index];
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool seen = is_seen(sweeping, contender->model, rows[i]);
        rows[kept] = rows[i];
        kept += seen == (fold < sweeping->group->folds);
    }
    lka_model_score_rows(contender->model, &block->group_rows[sweeping->group_index].exact, fold, rows, kept,
                         block->picked_scores);
    LKA_TRY(finish_scores(block->picked_scores, kept, error));
    return keep_hits(block, index, rows, kept, error);
}

/* The rows that a fold's member may have to score; of fold == folds every row. */
static size_t list_rows(const struct sweeping *sweeping, size_t fold, size_t count)
{
    struct lka_many_block *block = sweeping->block;
    size_t listed = 0;
    for (size_t i = 0; i < count; i++) {
        block->listed[listed] = (uint32_t)i;
        listed += fold == sweeping->group->folds || block->member[i] == fold;
    }
    return listed;
}

static void set_thresholds(const struct sweeping *sweeping, const size_t *contenders, size_t lanes, double *thresholds)
{
    for (size_t lane = 0; lane < lanes; lane++) {
        struct lka_contender *contender = &sweeping->block->of->contenders[contenders[lane]];
        uint64_t key = atomic_load_explicit(&contender->key, memory_order_relaxed);
        double inactive = (double)INFINITY;
        thresholds[lane] = !contender->active ? inactive : key == UINT64_MAX ? -inactive : lka_key_score(key);
    }
}

static lka_status sweep_panel(const struct sweeping *sweeping, size_t panel, size_t fold, size_t listed,
                              struct lka_error *error)
{
    struct lka_many_block *block = sweeping->block;
    const struct lka_panel_group *group = sweeping->group;
    const size_t *contenders = group->contenders + panel * LKA_PANEL_LANES;
    size_t lanes = group->panels[panel].lanes;
    double thresholds[LKA_PANEL_LANES] = {0};
    set_thresholds(sweeping, contenders, lanes, thresholds);
    lka_panel_find(&group->panels[panel], fold == group->folds ? 0 : 1 + fold,
                   &block->group_rows[sweeping->group_index], block->listed, listed, thresholds, LKA_PANEL_FASTEST,
                   &block->found);
    for (size_t lane = 0; lane < lanes; lane++) {
        size_t count = block->found.count[lane];
        uint32_t *rows = block->found.rows + lane * block->found.capacity;
        LKA_TRY(count > 0 ? score_hits(sweeping, contenders[lane], fold, rows, count, error) : LKA_OK);
    }
    return LKA_OK;
}

/* Who may have been learned from, by some model of the group: the fold; all others: folds. */
static void sort_into_folds(const struct sweeping *sweeping, size_t count)
{
    struct lka_many_block *block = sweeping->block;
    const struct lka_panel_group *group = sweeping->group;
    for (size_t i = 0; i < count; i++) {
        struct lka_span id = id_of(block, sweeping->ids, i);
        block->hashes[i] = lka_hash(group->sample_key, id);
        bool seen = block->learned_as[i].text || block->hashes[i] <= group->highest;
        block->member[i] = (uint8_t)(seen ? lka_fold(group->fold_key, id, group->folds) : group->folds);
    }
}

static lka_status sweep_group(struct lka_many_block *block, size_t group, const struct lka_span *ids, size_t count,
                              struct lka_error *error)
{
    struct sweeping sweeping = {block, &block->of->groups[group], group, ids};
    lka_panel_rows_set(&block->group_rows[group], &block->encoded.views[sweeping.group->view]);
    sort_into_folds(&sweeping, count);
    for (size_t fold = 0; fold <= sweeping.group->folds; fold++) {
        size_t listed = list_rows(&sweeping, fold, count);
        for (size_t p = 0; p < sweeping.group->panel_count && listed > 0; p++) {
            LKA_TRY(sweep_panel(&sweeping, p, fold, listed, error));
        }
    }
    return LKA_OK;
}

/* ---- all of it --------------------------------------------------------------------------------- */

lka_status lka_many_score(struct lka_many_block *block, const struct lka_span *ids, size_t count,
                          struct lka_arena *scratch, struct lka_error *error)
{
    const struct lka_many *many = block->of;
    block->hit_count = 0;
    for (size_t i = 0; i < many->count && count > 0; i++) {
        if (many->contenders[i].active && !many->contenders[i].panelled) {
            LKA_TRY(score_alone(block, i, ids, count, scratch, error));
        }
    }
    for (size_t g = 0; g < many->group_count && count > 0; g++) {
        LKA_TRY(sweep_group(block, g, ids, count, error));
    }
    return LKA_OK;
}

/* Gives every row its state, and lists the eligible ones. */
static lka_status sort_out(const struct lka_pipeline *pipeline, struct lka_scored *scored, struct lka_error *error)
{
    struct lka_many_block *block = scored->many;
    size_t problem = 0;
    scored->eligible_count = 0;
    for (size_t row = 0; row < scored->rows.count; row++) {
        struct lka_span learned_as;
        enum lka_row_state state;
        enum lka_bar bar;
        LKA_TRY(lka_row_state_of(pipeline, &scored->rows, row, &state, &bar, &learned_as, error));
        if (problem < scored->problems.count && scored->problems.items[problem].row == row) {
            problem++;
            state = LKA_ROW_REJECTED;
        }
        scored->bars[row] = (uint8_t)bar;
        scored->state[row] = (uint8_t)state;
        if (state == LKA_ROW_ELIGIBLE) {
            block->learned_as[scored->eligible_count] = learned_as;
            block->ids[scored->eligible_count] = lka_cell(&scored->rows, pipeline->binding->id, row);
            scored->eligible[scored->eligible_count++] = (uint32_t)row;
        }
    }
    return LKA_OK;
}

lka_status lka_many_work(const struct lka_pipeline *pipeline, struct lka_scored *scored, struct lka_arena *scratch,
                         struct lka_error *error)
{
    struct lka_many_block *block = scored->many;
    LKA_TRY(lka_shared_encode(&scored->rows, block->of->cells, &block->encoded, &scored->problems, error));
    LKA_TRY(sort_out(pipeline, scored, error));
    lka_shared_pick(&block->encoded, scored->eligible, scored->eligible_count);
    return lka_many_score(block, block->ids, scored->eligible_count, scratch, error);
}
