#include "score/panel_group.h"

#include "score/top.h"

#include <math.h>

/* Panels of fewer models than this cost more than the models one by one. */
enum { FEWEST = 4, LANES = LKA_PANEL_LANES };

/* ---- who goes together ------------------------------------------------------------------------- */

static bool belongs(const struct lka_panel_group *group, const struct lka_contender *contender)
{
    const struct lka_model *model = contender->model;
    return group->view == contender->view && group->sample_key == model->sample_key &&
           group->fold_key == model->fold_key && group->folds == model->member_count &&
           group->bags == lka_model_bags(model);
}

static lka_status add_to_group(struct lka_panel_groups *groups, struct lka_contender *contenders, size_t index,
                               struct lka_error *error)
{
    const struct lka_contender *contender = &contenders[index];
    const struct lka_model *model = contender->model;
    size_t g = 0;
    while (g < groups->count && !belongs(&groups->items[g], contender)) {
        g++;
    }
    struct lka_panel_group *group = &groups->items[g];
    if (g == groups->count) {
        *group = (struct lka_panel_group){.view = contender->view,
                                          .sample_key = model->sample_key,
                                          .fold_key = model->fold_key,
                                          .folds = model->member_count,
                                          .bags = lka_model_bags(model),
                                          .lowest = UINT64_MAX,
                                          .all = contenders};
        groups->count++;
    }
    size_t capacity = group->count;
    LKA_TRY(lka_reserve(&group->contenders, &capacity, capacity + 1, sizeof *group->contenders, error));
    group->contenders[group->count++] = index;
    group->lowest = model->sample_threshold < group->lowest ? model->sample_threshold : group->lowest;
    group->highest = model->sample_threshold > group->highest ? model->sample_threshold : group->highest;
    return LKA_OK;
}

/* ---- the panels of a group --------------------------------------------------------------------- */

static size_t panels_of(const struct lka_panel_group *group)
{
    return (group->count + LANES - 1) / LANES;
}

static size_t lanes_of(const struct lka_panel_group *group, size_t panel)
{
    size_t left = group->count - panel * LANES;
    return left < LANES ? left : LANES;
}

/* The mean and each fit. */
static size_t forms_of(const struct lka_panel_group *group)
{
    return 1 + group->folds * group->bags;
}

static lka_status make_panels(struct lka_panel_group *group, struct lka_linear_terms *terms, struct lka_error *error)
{
    size_t forms = forms_of(group);
    for (size_t i = 0; i < group->count; i++) {
        const struct lka_model *model = group->all[group->contenders[i]].model;
        terms[i * forms] = model->family->terms(model->mean);
        for (size_t fit = 0; fit + 1 < forms; fit++) {
            terms[i * forms + 1 + fit] = model->family->terms(model->members[fit]);
        }
    }
    const struct lka_space *space = lka_plan_space(group->all[group->contenders[0]].model->plan);
    LKA_TRY(lka_panel_shape_init(&group->shape, space, terms, group->count * forms, error));
    LKA_TRY(LKA_NEW(group->panels, panels_of(group), error));
    for (size_t p = 0; p < panels_of(group); p++) {
        LKA_TRY(lka_panel_init(&group->panels[p], &group->shape, terms + p * LANES * forms, lanes_of(group, p), forms,
                               error));
    }
    return LKA_OK;
}

static lka_status fill_group(struct lka_panel_group *group, struct lka_error *error)
{
    struct lka_linear_terms *terms;
    LKA_TRY(LKA_NEW(terms, group->count * forms_of(group), error));
    lka_status status = make_panels(group, terms, error);
    lka_free(terms);
    for (size_t i = 0; i < group->count; i++) {
        group->all[group->contenders[i]].panelled = true;
    }
    return status;
}

static void group_release(struct lka_panel_group *group)
{
    for (size_t p = 0; group->panels && p < panels_of(group); p++) {
        lka_panel_release(&group->panels[p]);
    }
    lka_free(group->panels);
    lka_free(group->contenders);
    lka_panel_shape_release(&group->shape);
    *group = (struct lka_panel_group){0};
}

lka_status lka_panel_groups_init(struct lka_panel_groups *groups, struct lka_contender *contenders, size_t count,
                                 struct lka_error *error)
{
    *groups = (struct lka_panel_groups){0};
    LKA_TRY(LKA_NEW(groups->items, count, error));
    for (size_t i = 0; i < count; i++) {
        if (contenders[i].model->family->terms && contenders[i].model->mean) {
            LKA_TRY(add_to_group(groups, contenders, i, error));
        }
    }
    size_t kept = 0;
    for (size_t g = 0; g < groups->count; g++) {
        if (groups->items[g].count < FEWEST) {
            group_release(&groups->items[g]);
        } else {
            groups->items[kept++] = groups->items[g];
        }
    }
    groups->count = kept;
    for (size_t g = 0; g < kept; g++) {
        LKA_TRY(fill_group(&groups->items[g], error));
    }
    return LKA_OK;
}

void lka_panel_groups_release(struct lka_panel_groups *groups)
{
    for (size_t g = 0; g < groups->count; g++) {
        group_release(&groups->items[g]);
    }
    lka_free(groups->items);
    *groups = (struct lka_panel_groups){0};
}

/* ---- a pass ------------------------------------------------------------------------------------ */

lka_status lka_panel_pass_init(struct lka_panel_pass *pass, const struct lka_panel_groups *groups, size_t capacity,
                               struct lka_error *error)
{
    size_t slopes = 0;
    size_t tables = 0;
    for (size_t g = 0; g < groups->count; g++) {
        const struct lka_panel_shape *shape = &groups->items[g].shape;
        slopes = shape->slopes > slopes ? shape->slopes : slopes;
        tables = shape->tables > tables ? shape->tables : tables;
    }
    LKA_TRY(lka_panel_rows_init(&pass->rows, slopes, tables, capacity, error));
    LKA_TRY(LKA_NEW(pass->hashes, capacity, error));
    LKA_TRY(LKA_NEW(pass->fold_of, capacity, error));
    return LKA_NEW(pass->listed, capacity, error);
}

void lka_panel_pass_release(struct lka_panel_pass *pass)
{
    lka_panel_rows_release(&pass->rows);
    lka_free(pass->hashes);
    lka_free(pass->fold_of);
    lka_free(pass->listed);
    lka_free(pass->hits);
    *pass = (struct lka_panel_pass){0};
}

/* ---- a block ----------------------------------------------------------------------------------- */

/* Rows of a block that one form scores: those of a fold's member, or (fold == folds) those of the mean. */
struct sweep {
    const struct lka_panel_group *group;
    const struct lka_row_ids *ids;
    struct lka_panel_pass *pass;
    size_t fold;
};

/* Who may have been learned from, by some model of the group, has a fold. */
static void sort_into_folds(const struct sweep *sweep, size_t count)
{
    const struct lka_panel_group *group = sweep->group;
    for (size_t i = 0; i < count; i++) {
        struct lka_span id = lka_row_id(sweep->ids, i);
        uint64_t hash = lka_hash(group->sample_key, id);
        bool seen = lka_row_is_seed(sweep->ids, i) || hash <= group->highest;
        sweep->pass->hashes[i] = hash;
        sweep->pass->fold_of[i] = (uint8_t)(seen ? lka_fold(group->fold_key, id, group->folds) : group->folds);
    }
}

static bool is_seen(const struct sweep *sweep, uint64_t threshold, size_t row)
{
    return lka_row_is_seed(sweep->ids, row) || sweep->pass->hashes[row] <= threshold;
}

/* The rows that the form scores for some model. */
static size_t list_rows(const struct sweep *sweep, size_t count)
{
    const struct lka_panel_group *group = sweep->group;
    struct lka_panel_pass *pass = sweep->pass;
    size_t listed = 0;
    for (size_t i = 0; i < count; i++) {
        bool own = sweep->fold < group->folds ? pass->fold_of[i] == sweep->fold : !is_seen(sweep, group->lowest, i);
        pass->listed[listed] = (uint32_t)i;
        listed += own;
    }
    return listed;
}

/* Whether some model of the panel wants rows. */
static bool set_thresholds(const struct lka_panel_group *group, size_t panel, double *thresholds)
{
    bool wanted = false;
    for (size_t lane = 0; lane < LANES; lane++) {
        thresholds[lane] = (double)INFINITY;
        if (lane < lanes_of(group, panel)) {
            struct lka_contender *contender = &group->all[group->contenders[panel * LANES + lane]];
            uint64_t key = atomic_load_explicit(&contender->key, memory_order_relaxed);
            double threshold = key == UINT64_MAX ? -(double)INFINITY : lka_key_score(key);
            thresholds[lane] = contender->active ? threshold : thresholds[lane];
            wanted = wanted || contender->active;
        }
    }
    return wanted;
}

/* What was found last, by listed row and lane: kept of models that score the row by this form. */
static lka_status keep_hits(const struct sweep *sweep, size_t panel, size_t found, struct lka_error *error)
{
    const struct lka_panel_group *group = sweep->group;
    struct lka_panel_pass *pass = sweep->pass;
    struct lka_hit *hits = pass->hits + pass->hit_count;
    for (size_t h = 0; h < found; h++) {
        size_t index = group->contenders[panel * LANES + hits[h].model];
        uint32_t row = pass->listed[hits[h].row];
        double score = hits[h].score;
        LKA_TRY(lka_finish_score(&score, error));
        bool seen = is_seen(sweep, group->all[index].model->sample_threshold, row);
        pass->hits[pass->hit_count] = (struct lka_hit){row, (uint32_t)index, score};
        pass->hit_count += seen == (sweep->fold < group->folds);
    }
    return LKA_OK;
}

static lka_status sweep_panel(const struct sweep *sweep, size_t panel, size_t listed, struct lka_error *error)
{
    const struct lka_panel_group *group = sweep->group;
    struct lka_panel_pass *pass = sweep->pass;
    bool one = sweep->fold < group->folds;
    size_t form = one ? 1 + sweep->fold * group->bags : 0;
    size_t forms = one ? group->bags : 1;
    double thresholds[LANES];
    if (!set_thresholds(group, panel, thresholds)) {
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&pass->hits, &pass->hit_capacity, pass->hit_count + listed * LANES, sizeof *pass->hits, error));
    if (panel + 1 < panels_of(group)) {
        lka_panel_prefetch(&group->panels[panel + 1], form, forms, &pass->rows);
    }
    size_t found = lka_panel_find(&group->panels[panel], form, forms, &pass->rows, thresholds,
                                  pass->hits + pass->hit_count);
    return keep_hits(sweep, panel, found, error);
}

lka_status lka_panel_group_score(const struct lka_panel_group *group, const struct lka_block *block,
                                 const struct lka_row_ids *ids, struct lka_panel_pass *pass, struct lka_error *error)
{
    struct sweep sweep = {group, ids, pass, 0};
    sort_into_folds(&sweep, block->count);
    for (; sweep.fold <= group->folds; sweep.fold++) {
        size_t listed = list_rows(&sweep, block->count);
        lka_panel_rows_set(&pass->rows, &group->shape, block, pass->listed, listed);
        for (size_t p = 0; p < panels_of(group) && listed > 0; p++) {
            LKA_TRY(sweep_panel(&sweep, p, listed, error));
        }
    }
    return LKA_OK;
}
