#include "features/shared.h"

#include "base/error.h"
#include "features/column.h"

/* ---- which columns are the same ---------------------------------------------------------------- */

/* While the wholes are made. */
struct merging {
    struct lka_shared_plans *shared;
    struct lka_column_mark {
        uint64_t hash;               /* of what the column is, but for its words */
        struct lka_lane_place place; /* the column, not a feature */
    } * marks;
    size_t count;
    size_t capacity;
};

static bool same_edges(const struct lka_plan_column *a, const struct lka_plan_column *b)
{
    return a->edge_count == b->edge_count &&
           (a->edge_count == 0 || memcmp(a->edges, b->edges, a->edge_count * sizeof *a->edges) == 0);
}

static bool same_words(const struct lka_vocabulary *a, const struct lka_vocabulary *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = lka_span_equal(a->words[i], b->words[i]);
    }
    return same;
}

static bool same_column(const struct lka_plan_column *a, const struct lka_plan_column *b)
{
    return strcmp(a->name, b->name) == 0 && a->type == b->type && a->missing == b->missing &&
           memcmp(&a->centre, &b->centre, sizeof a->centre) == 0 &&
           memcmp(&a->scale, &b->scale, sizeof a->scale) == 0 && same_edges(a, b) && same_words(&a->words, &b->words);
}

/* Whether a column of `plan` may stand in a whole: its numbers are cut alike, and its ages counted to the same day. */
static bool goes_into(const struct lka_plan *whole, const struct lka_plan *plan, const struct lka_plan_column *column)
{
    return memcmp(&whole->clip, &plan->clip, sizeof whole->clip) == 0 &&
           (column->type != LKA_TYPE_DATE || (whole->has_as_of == plan->has_as_of && whole->as_of == plan->as_of));
}

static uint64_t hash_of(const struct lka_plan_column *column)
{
    uint64_t hash = lka_hash(column->type, lka_span_of(column->name));
    uint64_t count = column->words.count;
    hash = lka_hash(hash, (struct lka_span){(const char *)&column->centre, sizeof column->centre});
    hash = lka_hash(hash, (struct lka_span){(const char *)&column->scale, sizeof column->scale});
    hash = lka_hash(hash, (struct lka_span){(const char *)&count, sizeof count});
    return column->edge_count == 0
               ? hash
               : lka_hash(hash, (struct lka_span){(const char *)column->edges,
                                                  (uint32_t)(column->edge_count * sizeof *column->edges)});
}

static lka_status copy_column(struct lka_plan *whole, const struct lka_plan_column *column, struct lka_error *error)
{
    struct lka_plan_column *copy;
    LKA_TRY(lka_plan_add_column(whole, lka_span_of(column->name), column->type, &copy, error));
    copy->missing = column->missing;
    copy->centre = column->centre;
    copy->scale = column->scale;
    LKA_TRY(lka_plan_set_edges(whole, copy, column->edges, column->edge_count, error));
    for (size_t i = 0; i < column->words.count; i++) {
        bool duplicate;
        LKA_TRY(lka_plan_add_word(whole, copy, column->words.words[i], &duplicate, error));
    }
    return LKA_OK;
}

/* The whole that a column goes into, a new one where it fits none. */
static lka_status find_whole(struct lka_shared_plans *shared, const struct lka_plan *plan,
                             const struct lka_plan_column *column, size_t *whole, struct lka_error *error)
{
    for (*whole = 0; *whole < shared->whole_count; (*whole)++) {
        if (goes_into(shared->wholes[*whole], plan, column)) {
            return LKA_OK;
        }
    }
    size_t capacity = shared->whole_count;
    LKA_TRY(lka_reserve(&shared->wholes, &capacity, capacity + 1, sizeof(struct lka_plan *), error));
    LKA_TRY(lka_plan_new(&shared->wholes[shared->whole_count], error));
    struct lka_plan *made = shared->wholes[shared->whole_count++];
    made->clip = plan->clip;
    made->has_as_of = plan->has_as_of;
    made->as_of = plan->as_of;
    return LKA_OK;
}

static lka_status place_column(struct merging *merging, const struct lka_plan *plan,
                               const struct lka_plan_column *column, struct lka_lane_place *place,
                               struct lka_error *error)
{
    struct lka_shared_plans *shared = merging->shared;
    uint64_t hash = hash_of(column);
    for (size_t i = 0; i < merging->count; i++) {
        *place = merging->marks[i].place;
        struct lka_plan *whole = shared->wholes[place->whole];
        if (merging->marks[i].hash == hash && goes_into(whole, plan, column) &&
            same_column(&whole->columns[place->feature], column)) {
            return LKA_OK;
        }
    }
    size_t whole;
    LKA_TRY(find_whole(shared, plan, column, &whole, error));
    *place = (struct lka_lane_place){(uint32_t)whole, (uint32_t)shared->wholes[whole]->column_count};
    LKA_TRY(copy_column(shared->wholes[whole], column, error));
    LKA_TRY(lka_reserve(&merging->marks, &merging->capacity, merging->count + 1, sizeof *merging->marks, error));
    merging->marks[merging->count++] = (struct lka_column_mark){hash, *place};
    shared->columns++;
    return LKA_OK;
}

/* ---- views ------------------------------------------------------------------------------------- */

/* lanes[] are columns as yet. */
static bool same_view(const struct lka_view *view, const struct lka_plan *plan, const struct lka_lane_place *places)
{
    return view->plan->column_count == plan->column_count &&
           memcmp(view->lanes, places, plan->column_count * sizeof *places) == 0;
}

static lka_status add_plan(struct merging *merging, const struct lka_plan *plan, size_t *view_of,
                           struct lka_error *error)
{
    struct lka_shared_plans *shared = merging->shared;
    struct lka_lane_place *places;
    LKA_TRY(LKA_NEW(places, plan->column_count, error));
    lka_status status = LKA_OK;
    for (size_t c = 0; c < plan->column_count && status == LKA_OK; c++) {
        status = place_column(merging, plan, &plan->columns[c], &places[c], error);
    }
    for (*view_of = 0; status == LKA_OK && *view_of < shared->view_count; (*view_of)++) {
        if (same_view(&shared->views[*view_of], plan, places)) {
            break;
        }
    }
    if (status == LKA_OK && *view_of == shared->view_count) {
        shared->views[shared->view_count++] = (struct lka_view){plan, places, -1};
        return LKA_OK;
    }
    lka_free(places);
    return status;
}

/* From columns to features, once the wholes have theirs. */
static lka_status spread_view(const struct lka_shared_plans *shared, struct lka_view *view, struct lka_error *error)
{
    size_t features = view->plan->space.count;
    struct lka_lane_place *lanes;
    LKA_TRY(LKA_NEW(lanes, features, error));
    for (size_t f = 0; f < features; f++) {
        const struct lka_plan_column *own = &view->plan->columns[view->plan->features[f].column];
        struct lka_lane_place place = view->lanes[view->plan->features[f].column];
        uint32_t first = shared->wholes[place.whole]->columns[place.feature].first_feature;
        lanes[f] = (struct lka_lane_place){place.whole, first + (uint32_t)f - own->first_feature};
    }
    lka_free(view->lanes);
    view->lanes = lanes;
    uint32_t whole = features > 0 ? lanes[0].whole : 0;
    bool same = features > 0 && shared->wholes[whole]->space.count == features;
    for (size_t f = 0; f < features && same; f++) {
        same = lanes[f].whole == whole && lanes[f].feature == f;
    }
    view->same = same ? (ptrdiff_t)whole : -1;
    return LKA_OK;
}

static lka_status make(struct merging *merging, const struct lka_plan *const *plans, size_t count,
                       struct lka_error *error)
{
    struct lka_shared_plans *shared = merging->shared;
    LKA_TRY(LKA_NEW(shared->views, count, error));
    LKA_TRY(LKA_NEW(shared->view_of, count, error));
    for (size_t i = 0; i < count; i++) {
        LKA_TRY(add_plan(merging, plans[i], &shared->view_of[i], error));
    }
    for (size_t w = 0; w < shared->whole_count; w++) {
        LKA_TRY(lka_plan_finish(shared->wholes[w], error));
    }
    for (size_t v = 0; v < shared->view_count; v++) {
        LKA_TRY(spread_view(shared, &shared->views[v], error));
    }
    return LKA_OK;
}

lka_status lka_shared_plans_init(struct lka_shared_plans *shared, const struct lka_plan *const *plans, size_t count,
                                 struct lka_error *error)
{
    *shared = (struct lka_shared_plans){0};
    struct merging merging = {.shared = shared};
    lka_status status = make(&merging, plans, count, error);
    lka_free(merging.marks);
    if (status != LKA_OK) {
        lka_shared_plans_release(shared);
    }
    return status;
}

void lka_shared_plans_release(struct lka_shared_plans *shared)
{
    for (size_t w = 0; w < shared->whole_count; w++) {
        lka_plan_free(shared->wholes[w]);
    }
    for (size_t v = 0; v < shared->view_count; v++) {
        lka_free(shared->views[v].lanes);
    }
    lka_free(shared->wholes);
    lka_free(shared->views);
    lka_free(shared->view_of);
    *shared = (struct lka_shared_plans){0};
}

/* ---- blocks ------------------------------------------------------------------------------------ */

static lka_status init_views(struct lka_shared_block *block, size_t capacity, struct lka_error *error)
{
    const struct lka_shared_plans *shared = block->of;
    for (size_t v = 0; v < shared->view_count; v++) {
        const struct lka_view *view = &shared->views[v];
        if (view->same < 0) {
            LKA_TRY(lka_block_init(&block->views[v], &view->plan->space, capacity, error));
        }
    }
    return LKA_OK;
}

lka_status lka_shared_block_init(struct lka_shared_block *block, const struct lka_shared_plans *shared, size_t capacity,
                                 struct lka_error *error)
{
    *block = (struct lka_shared_block){.of = shared};
    LKA_TRY(LKA_NEW(block->wholes, shared->whole_count, error));
    LKA_TRY(LKA_NEW(block->views, shared->view_count, error));
    for (size_t w = 0; w < shared->whole_count; w++) {
        LKA_TRY(lka_block_init(&block->wholes[w], &shared->wholes[w]->space, capacity, error));
    }
    return init_views(block, capacity, error);
}

void lka_shared_block_release(struct lka_shared_block *block)
{
    for (size_t w = 0; block->wholes && w < block->of->whole_count; w++) {
        lka_block_release(&block->wholes[w]);
    }
    for (size_t v = 0; block->views && v < block->of->view_count; v++) {
        if (block->of->views[v].same < 0) {
            lka_block_release(&block->views[v]);
        }
    }
    lka_free(block->wholes);
    lka_free(block->views);
    *block = (struct lka_shared_block){0};
}

/* A row's first problem is enough: it is no row to any plan. */
static lka_status add_problems(struct lka_problems *all, const struct lka_problems *more, struct lka_error *error)
{
    for (size_t i = 0; i < more->count; i++) {
        size_t at = 0;
        while (at < all->count && all->items[at].row < more->items[i].row) {
            at++;
        }
        if (at < all->count && all->items[at].row == more->items[i].row) {
            continue;
        }
        LKA_TRY(lka_reserve(&all->items, &all->capacity, all->count + 1, sizeof *all->items, error));
        memmove(all->items + at + 1, all->items + at, (all->count - at) * sizeof *all->items);
        all->items[at] = more->items[i];
        all->count++;
    }
    return LKA_OK;
}

lka_status lka_shared_encode(const struct lka_rows *rows, ptrdiff_t *const *cells, struct lka_shared_block *block,
                             struct lka_problems *problems, struct lka_error *error)
{
    const struct lka_shared_plans *shared = block->of;
    struct lka_problems more = {0};
    problems->count = 0;
    lka_status status = LKA_OK;
    for (size_t w = 0; w < shared->whole_count && status == LKA_OK; w++) {
        status = lka_plan_encode(shared->wholes[w], rows, cells[w], &block->wholes[w], w == 0 ? problems : &more,
                                 error);
        if (status == LKA_OK && w > 0) {
            status = add_problems(problems, &more, error);
        }
    }
    lka_problems_release(&more);
    return status;
}

static void fill_view(const struct lka_view *view, const struct lka_shared_block *block, struct lka_block *to)
{
    size_t count = to->count;
    for (size_t f = 0; f < to->space->count; f++) {
        const struct lka_block *from = &block->wholes[view->lanes[f].whole];
        size_t feature = view->lanes[f].feature;
        memcpy(lka_block_codes(to, f), lka_block_codes(from, feature), count * sizeof(uint16_t));
        if (to->space->features[f].kind == LKA_FEATURE_NUMBER) {
            memcpy(lka_block_values(to, f), lka_block_values(from, feature), count * sizeof(double));
        }
    }
}

void lka_shared_pick(struct lka_shared_block *block, const uint32_t *rows, size_t count)
{
    const struct lka_shared_plans *shared = block->of;
    for (size_t w = 0; w < shared->whole_count; w++) {
        struct lka_block *whole = &block->wholes[w];
        if (count < whole->count) {
            lka_block_gather(whole, whole, rows, count);
        }
    }
    for (size_t v = 0; v < shared->view_count; v++) {
        block->views[v] = lka_shared_view(block, v, count);
    }
}

struct lka_block lka_shared_view(const struct lka_shared_block *block, size_t view, size_t count)
{
    const struct lka_view *of = &block->of->views[view];
    struct lka_block made = of->same < 0 ? block->views[view] : block->wholes[of->same];
    made.space = &of->plan->space;
    made.count = count;
    if (of->same < 0) {
        fill_view(of, block, &made);
    }
    return made;
}
