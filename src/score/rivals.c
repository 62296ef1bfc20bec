#include "score/rivals.h"

#include "base/memory.h"
#include "score/guess.h"
#include "score/top.h"

enum { LEAST_MEMORY = 1 << 20, MOST_COUNT = 1 << 20 };

/* ---- before the rows --------------------------------------------------------------------------- */

/* The most rows of a top, as far as that is known before; 0: not known. */
static uint64_t most_wanted(const struct lka_selection_options *wanted)
{
    return wanted->top.share <= 0 ? wanted->top.count : wanted->most > 0 ? lka_amount_of(wanted->top, wanted->most) : 0;
}

bool lka_rivals_may_panel(const struct lka_selection_options *wanted)
{
    bool exploring = wanted->explore.share > 0 || wanted->explore.count > 0;
    bool bounded = wanted->top.share > 0
                       ? wanted->top.share <= LKA_GUESS_MOST && (wanted->again || most_wanted(wanted) > 0)
                       : wanted->top.count <= MOST_COUNT;
    return bounded && !exploring;
}

static lka_status rival_init(struct lka_rivals *rivals, size_t index, const struct lka_selection_options *wanted,
                             const uint64_t *seed, size_t alone, struct lka_error *error)
{
    struct lka_rival *rival = &rivals->items[index];
    rival->contender = &rivals->many->contenders[index];
    const struct lka_model *model = rival->contender->model;
    rival->own = *wanted;
    rival->own.tie_key = lka_key(model->seed, "tie");
    rival->own.explore_key = lka_key(seed ? *seed : model->seed, "explore");
    rival->own.fields = rivals->carried->count + 1 + rivals->packing;
    rival->own.memory = wanted->memory / (alone > 0 ? alone : 1);
    rival->own.memory = rival->own.memory < LEAST_MEMORY ? LEAST_MEMORY : rival->own.memory;
    if (rival->contender->panelled) {
        lka_shortlist_init(&rival->shortlist, wanted->again ? wanted->top.share : 0, most_wanted(wanted));
        return LKA_OK;
    }
    return lka_selection_new(&rival->own, &rival->selection, error);
}

static lka_status init_packings(struct lka_rivals *rivals, struct lka_error *error)
{
    const struct lka_shared_plans *plans = &rivals->many->plans;
    LKA_TRY(LKA_NEW(rivals->packings, plans->view_count, error));
    LKA_TRY(LKA_NEW(rivals->wholes, plans->whole_count, error));
    for (size_t v = 0; v < plans->view_count; v++) {
        lka_packing_init(&rivals->packings[v], lka_plan_space(plans->views[v].plan));
    }
    size_t room = 1; /* a view has no more features than the wholes, and a member's byte */
    for (size_t w = 0; w < plans->whole_count; w++) {
        lka_packing_init(&rivals->wholes[w], lka_plan_space(plans->wholes[w]));
        room += rivals->wholes[w].size;
    }
    return LKA_NEW(rivals->packed, room, error);
}

static lka_status init_all(struct lka_rivals *rivals, const struct lka_selection_options *wanted, const uint64_t *seed,
                           size_t block_rows, struct lka_error *error)
{
    size_t alone = 0;
    for (size_t i = 0; i < rivals->many->count; i++) {
        alone += !rivals->many->contenders[i].panelled;
    }
    LKA_TRY(init_packings(rivals, error));
    LKA_TRY(LKA_NEW(rivals->items, rivals->many->count, error));
    LKA_TRY(LKA_NEW(rivals->places, block_rows, error));
    LKA_TRY(LKA_NEW(rivals->ties, block_rows, error));
    LKA_TRY(LKA_NEW(rivals->picked, block_rows, error));
    LKA_TRY(LKA_NEW(rivals->fields, rivals->carried->count + 3, error));
    LKA_TRY(lka_row_store_new(wanted->directory, rivals->carried->count + 3, &rivals->store, error));
    for (size_t i = 0; i < rivals->many->count; i++) {
        LKA_TRY(rival_init(rivals, i, wanted, seed, alone, error));
    }
    rivals->tie_key = rivals->items[0].own.tie_key;
    return LKA_OK;
}

lka_status lka_rivals_init(struct lka_rivals *rivals, struct lka_many *many, const struct lka_selection_options *wanted,
                           const uint64_t *seed, const struct lka_ranked *carried, const struct lka_binding *binding,
                           bool packing, size_t block_rows, struct lka_error *error)
{
    *rivals = (struct lka_rivals){.many = many, .carried = carried, .binding = binding, .packing = packing};
    lka_status status = init_all(rivals, wanted, seed, block_rows, error);
    if (status != LKA_OK) {
        lka_rivals_release(rivals);
    }
    return status;
}

void lka_rivals_release(struct lka_rivals *rivals)
{
    for (size_t i = 0; rivals->items && i < rivals->many->count; i++) {
        lka_shortlist_release(&rivals->items[i].shortlist);
        lka_selection_free(rivals->items[i].selection);
    }
    lka_free(rivals->items);
    lka_free(rivals->packings);
    lka_free(rivals->wholes);
    lka_free(rivals->places);
    lka_free(rivals->ties);
    lka_free(rivals->picked);
    lka_free(rivals->fields);
    lka_row_store_free(rivals->store);
    lka_text_release(&rivals->learned);
    lka_free(rivals->packed);
    *rivals = (struct lka_rivals){0};
}

/* ---- one row ----------------------------------------------------------------------------------- */

static size_t member_of(const struct lka_contender *contender, struct lka_span id, struct lka_span learned_as)
{
    return lka_model_member(contender->model, learned_as.length > 0 ? learned_as : id, learned_as.text != NULL);
}

/* The codes by all plans at once; no member yet. */
static struct lka_span pack_wholes(const struct lka_rivals *rivals, const struct lka_shared_block *encoded, size_t row)
{
    const struct lka_shared_plans *plans = &rivals->many->plans;
    size_t used = 0;
    for (size_t w = 0; w < plans->whole_count && rivals->packing; w++) {
        lka_pack(&rivals->wholes[w], &encoded->wholes[w], row, 0, rivals->packed + used);
        used += rivals->wholes[w].size;
    }
    return (struct lka_span){rivals->packed, (uint32_t)used};
}

/* Into the store: the fields, whom the row was learned from as (behind a mark, where it is a seed), the codes. */
static lka_status store_row(struct lka_rivals *rivals, const struct lka_scored *block, size_t row,
                            struct lka_error *error)
{
    struct lka_span learned_as = block->many->learned_as[row];
    lka_ranked_fields(rivals->carried, rivals->binding, &block->rows, block->eligible[row], rivals->fields);
    lka_text_clear(&rivals->learned);
    if (learned_as.text) {
        lka_text_append(&rivals->learned, "=", 1);
        lka_text_append(&rivals->learned, learned_as.text, learned_as.length);
    }
    if (rivals->learned.failed) {
        return lka_fail_memory(error, rivals->learned.capacity);
    }
    rivals->fields[rivals->carried->count + 1] = (struct lka_span){
        rivals->learned.length > 0 ? rivals->learned.bytes : "", (uint32_t)rivals->learned.length};
    rivals->fields[rivals->carried->count + 2] = pack_wholes(rivals, &block->many->encoded, row);
    return lka_row_store_add(rivals->store, rivals->fields, &rivals->places[row], error);
}

static lka_status take_hit(struct lka_rivals *rivals, const struct lka_scored *block, const struct lka_hit *hit,
                           struct lka_error *error)
{
    struct lka_rival *rival = &rivals->items[hit->model];
    uint64_t key = lka_score_key(hit->score);
    uint64_t tie = rival->own.tie_key == rivals->tie_key ? rivals->ties[hit->row]
                                                         : lka_hash(rival->own.tie_key, block->many->ids[hit->row]);
    if (!lka_shortlist_takes(&rival->shortlist, key, tie)) {
        return LKA_OK;
    }
    if (rivals->places[hit->row] == UINT64_MAX) {
        LKA_TRY(store_row(rivals, block, hit->row, error));
    }
    struct lka_shortlist_entry entry = {key, tie, rivals->places[hit->row]};
    return lka_shortlist_add(&rival->shortlist, &entry, error);
}

/* As where the model is alone. */
static lka_status select_row(struct lka_rivals *rivals, const struct lka_rival *rival, const struct lka_scored *block,
                             size_t row, double score, struct lka_error *error)
{
    const struct lka_many_block *many = block->many;
    const struct lka_packing *packing = &rivals->packings[rival->contender->view];
    lka_ranked_fields(rivals->carried, rivals->binding, &block->rows, block->eligible[row], rivals->fields);
    if (rivals->packing) {
        size_t member = member_of(rival->contender, many->ids[row], many->learned_as[row]);
        lka_pack(packing, &many->encoded.views[rival->contender->view], row, (uint8_t)member, rivals->packed);
        rivals->fields[rivals->carried->count + 1] = (struct lka_span){rivals->packed, (uint32_t)packing->size};
    }
    return lka_selection_add(rival->selection, score, rivals->fields, error);
}

/* ---- a block ----------------------------------------------------------------------------------- */

static lka_status take_all(struct lka_rivals *rivals, const struct lka_rival *rival, const double *scores,
                           const struct lka_scored *block, struct lka_error *error)
{
    size_t picked = lka_selection_pick(rival->selection, scores, block->eligible_count, rivals->picked);
    for (size_t i = 0; i < picked; i++) {
        size_t row = rivals->picked[i];
        LKA_TRY(select_row(rivals, rival, block, row, scores[row], error));
    }
    return LKA_OK;
}

lka_status lka_rivals_take(struct lka_rivals *rivals, const struct lka_scored *block, bool first,
                           struct lka_error *error)
{
    const struct lka_many_block *many = block->many;
    rivals->eligible += first ? block->eligible_count : 0;
    for (size_t i = 0; i < block->eligible_count; i++) {
        rivals->places[i] = UINT64_MAX;
        rivals->ties[i] = lka_hash(rivals->tie_key, many->ids[i]);
    }
    for (size_t h = 0; h < many->pass.hit_count; h++) {
        LKA_TRY(take_hit(rivals, block, &many->pass.hits[h], error));
    }
    for (size_t i = 0; i < rivals->many->count; i++) {
        struct lka_rival *rival = &rivals->items[i];
        if (rival->contender->active && rival->contender->panelled) {
            lka_shortlist_saw(&rival->shortlist, rivals->eligible);
            atomic_store_explicit(&rival->contender->key, rival->shortlist.cut_key, memory_order_relaxed);
        } else if (rival->contender->active) {
            LKA_TRY(take_all(rivals, rival, many->scores[i], block, error));
        }
    }
    return LKA_OK;
}

/* ---- after a pass ------------------------------------------------------------------------------ */

static lka_status retry(struct lka_rivals *rivals, struct lka_rival *rival, bool *again, struct lka_error *error)
{
    if (!rival->contender->panelled) {
        return lka_selection_retry(rival->selection, again, error);
    }
    uint64_t wanted = lka_amount_of(rival->own.top, rivals->eligible);
    *again = !lka_shortlist_finish(&rival->shortlist, wanted);
    if (*again) {
        lka_shortlist_release(&rival->shortlist);
        lka_shortlist_init(&rival->shortlist, 0, wanted);
        atomic_store_explicit(&rival->contender->key, UINT64_MAX, memory_order_relaxed);
    }
    return LKA_OK;
}

lka_status lka_rivals_retry(struct lka_rivals *rivals, bool *again, struct lka_error *error)
{
    *again = false;
    for (size_t i = 0; i < rivals->many->count; i++) {
        struct lka_rival *rival = &rivals->items[i];
        if (rival->contender->active) {
            LKA_TRY(retry(rivals, rival, &rival->contender->active, error));
        }
        *again = *again || rival->contender->active;
    }
    return LKA_OK;
}

lka_status lka_rivals_finish(struct lka_rivals *rivals, struct lka_error *error)
{
    return lka_row_store_finish(rivals->store, error);
}

/* ---- a model's rows ---------------------------------------------------------------------------- */

/* What brings a kept row's codes into the form of one plan. */
struct repacking {
    struct lka_shared_block one;
    char *bytes;
};

static lka_status repacking_init(struct repacking *repacking, const struct lka_rivals *rivals, size_t view,
                                 struct lka_error *error)
{
    *repacking = (struct repacking){0};
    LKA_TRY(lka_shared_block_init(&repacking->one, &rivals->many->plans, 1, error));
    return LKA_NEW(repacking->bytes, rivals->packings[view].size, error);
}

static void repacking_release(struct repacking *repacking)
{
    if (repacking->one.of) {
        lka_shared_block_release(&repacking->one);
    }
    lka_free(repacking->bytes);
}

static void repack(const struct repacking *repacking, const struct lka_rivals *rivals, size_t view, size_t member,
                   const char *packed)
{
    for (size_t w = 0; w < rivals->many->plans.whole_count; w++) {
        (void)lka_unpack(&rivals->wholes[w], packed, &repacking->one.wholes[w], 0);
        packed += rivals->wholes[w].size;
    }
    struct lka_block own = lka_shared_view(&repacking->one, view, 1);
    lka_pack(&rivals->packings[view], &own, 0, (uint8_t)member, repacking->bytes);
}

static lka_status add_kept(struct lka_rivals *rivals, const struct lka_rival *rival, const struct repacking *repacking,
                           const struct lka_shortlist_entry *entry, struct lka_selection *selection,
                           struct lka_span *fields, struct lka_error *error)
{
    size_t carried = rivals->carried->count + 1;
    size_t view = rival->contender->view;
    lka_row_store_at(rivals->store, entry->place, fields);
    if (rivals->packing) {
        struct lka_span learned = fields[carried];
        struct lka_span learned_as = {learned.length > 0 ? learned.text + 1 : NULL,
                                      learned.length > 0 ? learned.length - 1 : 0};
        repack(repacking, rivals, view, member_of(rival->contender, fields[0], learned_as), fields[carried + 1].text);
        fields[carried] = (struct lka_span){repacking->bytes, (uint32_t)rivals->packings[view].size};
    }
    return lka_selection_add(selection, lka_key_score(entry->key), fields, error);
}

static lka_status select_kept(struct lka_rivals *rivals, const struct lka_rival *rival, struct lka_selection *selection,
                              struct lka_error *error)
{
    struct repacking repacking;
    struct lka_span *fields;
    LKA_TRY(LKA_NEW(fields, rivals->carried->count + 3, error));
    lka_status status = repacking_init(&repacking, rivals, rival->contender->view, error);
    for (size_t i = 0; i < rival->shortlist.count && status == LKA_OK; i++) {
        status = add_kept(rivals, rival, &repacking, &rival->shortlist.entries[i], selection, fields, error);
    }
    repacking_release(&repacking);
    lka_free(fields);
    return status;
}

lka_status lka_rivals_select(struct lka_rivals *rivals, size_t index, struct lka_selection **selection,
                             struct lka_error *error)
{
    struct lka_rival *rival = &rivals->items[index];
    if (!rival->contender->panelled) {
        *selection = rival->selection;
        rival->selection = NULL;
        return LKA_OK;
    }
    struct lka_selection_options own = rival->own;
    own.most = rivals->eligible;
    own.again = false;
    LKA_TRY(lka_selection_new(&own, selection, error));
    lka_selection_pass(*selection, rivals->eligible);
    lka_status status = select_kept(rivals, rival, *selection, error);
    if (status != LKA_OK) {
        lka_selection_free(*selection);
        *selection = NULL;
    }
    lka_shortlist_release(&rival->shortlist);
    return status;
}
