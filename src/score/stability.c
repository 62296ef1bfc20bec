#include "score/stability.h"

#include "base/parameters.h"
#include "score/placed.h"

enum { NOTE_ROWS = 4096 };

static const double shares[LKA_STABILITY_TIERS] = {.01, .05};

/* ---- the sample ------------------------------------------------------------------------------- */

lka_status lka_stability_init(struct lka_stability *stability, const struct lka_model *model, size_t limit,
                              struct lka_error *error)
{
    *stability = (struct lka_stability){.model = model, .limit = limit, .threshold = UINT64_MAX};
    LKA_TRY(LKA_NEW(stability->people, limit, error));
    LKA_TRY(LKA_NEW(stability->scores, limit * model->member_count, error));
    LKA_TRY(LKA_NEW(stability->block_scores, NOTE_ROWS, error));
    LKA_TRY(LKA_NEW(stability->rows, NOTE_ROWS, error));
    return lka_block_init(&stability->block, lka_plan_space(model->plan), NOTE_ROWS, error);
}

void lka_stability_release(struct lka_stability *stability)
{
    lka_free(stability->people);
    lka_free(stability->scores);
    lka_free(stability->block_scores);
    lka_free(stability->rows);
    lka_block_release(&stability->block);
    lka_arena_release(&stability->scratch);
    *stability = (struct lka_stability){0};
}

/* Halves what may be in the sample until there is room. */
static void make_room(struct lka_stability *stability, size_t more)
{
    size_t members = stability->model->member_count;
    while (stability->count + more > stability->limit) {
        size_t kept = 0;
        stability->threshold /= 2;
        for (size_t i = 0; i < stability->count; i++) {
            if (stability->people[i] <= stability->threshold) {
                stability->people[kept] = stability->people[i];
                memmove(stability->scores + kept * members, stability->scores + i * members,
                        members * sizeof *stability->scores);
                kept++;
            }
        }
        stability->count = kept;
    }
}

static lka_status score_by_members(struct lka_stability *stability, struct lka_error *error)
{
    const struct lka_model *model = stability->model;
    /* Members that all learned from the same seeds would agree too well. */
    size_t first = model->seed_members > 0 ? model->member_count + 1 : 0;
    for (size_t m = 0; m < model->member_count; m++) {
        LKA_TRY(lka_model_score_member(model, first + m, &stability->block, &stability->scratch,
                                       stability->block_scores, error));
        for (size_t i = 0; i < stability->block.count; i++) {
            stability->scores[(stability->count + i) * model->member_count + m] = stability->block_scores[i];
        }
    }
    return LKA_OK;
}

static lka_status note_some(struct lka_stability *stability, const struct lka_block *block, const uint32_t *rows,
                            const uint64_t *people, size_t count, struct lka_error *error)
{
    make_room(stability, count);
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++) {
        if (people[i] <= stability->threshold) {
            stability->people[stability->count + wanted] = people[i];
            stability->rows[wanted++] = rows[i];
        }
    }
    if (wanted == 0) {
        return LKA_OK;
    }
    lka_block_gather(&stability->block, block, stability->rows, wanted);
    LKA_TRY(score_by_members(stability, error));
    stability->count += wanted;
    return LKA_OK;
}

lka_status lka_stability_note(struct lka_stability *stability, const struct lka_block *block, const uint32_t *rows,
                              const uint64_t *people, size_t count, struct lka_error *error)
{
    for (size_t at = 0; at < count; at += NOTE_ROWS) {
        size_t some = count - at < NOTE_ROWS ? count - at : NOTE_ROWS;
        LKA_TRY(note_some(stability, block, rows + at, people + at, some, error));
    }
    return LKA_OK;
}

/* ---- the tops --------------------------------------------------------------------------------- */

/* Sets bit m of tops[row] where member m has the row among its first `people`. */
static void mark_top(const struct lka_stability *stability, size_t member, struct lka_placed *placed, uint64_t people,
                     uint32_t *tops)
{
    size_t members = stability->model->member_count;
    for (size_t i = 0; i < stability->count; i++) {
        placed[i] = (struct lka_placed){stability->scores[i * members + member], stability->people[i], i};
    }
    lka_placed_sort(placed, stability->count);
    for (uint64_t i = 0; i < people; i++) {
        tops[placed[i].row] |= UINT32_C(1) << member;
    }
}

static double jaccard(const uint32_t *tops, size_t count, size_t a, size_t b)
{
    uint64_t both = 0;
    uint64_t either = 0;
    for (size_t i = 0; i < count; i++) {
        bool in_a = tops[i] >> a & 1;
        bool in_b = tops[i] >> b & 1;
        both += in_a && in_b;
        either += in_a || in_b;
    }
    return (double)both / (double)either;
}

static void compare_tops(const struct lka_stability *stability, const uint32_t *tops, struct lka_stable_top *top)
{
    size_t members = stability->model->member_count;
    double sum = 0;
    top->least = 1;
    for (size_t a = 0; a < members; a++) {
        for (size_t b = a + 1; b < members; b++) {
            double same = jaccard(tops, stability->count, a, b);
            sum += same;
            top->least = same < top->least ? same : top->least;
        }
    }
    top->mean = members > 1 ? sum / ((double)members * (double)(members - 1) / 2) : 1;
}

static void rank_tops(const struct lka_stability *stability, struct lka_placed *placed, uint32_t *marks,
                      struct lka_stable_top *tops)
{
    for (size_t t = 0; t < LKA_STABILITY_TIERS; t++) {
        uint64_t people = lka_amount_of((struct lka_amount){shares[t], 0}, stability->count);
        memset(marks, 0, stability->count * sizeof *marks);
        for (size_t m = 0; m < stability->model->member_count; m++) {
            mark_top(stability, m, placed, people, marks);
        }
        tops[t].share = shares[t];
        compare_tops(stability, marks, &tops[t]);
    }
}

lka_status lka_stability_compare(const struct lka_stability *stability, struct lka_stable_top tops[LKA_STABILITY_TIERS],
                                 struct lka_error *error)
{
    struct lka_placed *placed = NULL;
    uint32_t *marks = NULL;
    lka_status status = LKA_NEW(placed, stability->count, error);
    if (status == LKA_OK) {
        status = LKA_NEW(marks, stability->count, error);
    }
    if (status == LKA_OK) {
        rank_tops(stability, placed, marks, tops);
    }
    lka_free(placed);
    lka_free(marks);
    return status;
}

json_t *lka_stability_json(const struct lka_stability *stability, const struct lka_stable_top *tops)
{
    json_t *list = json_array();
    for (size_t t = 0; t < LKA_STABILITY_TIERS && list; t++) {
        json_t *row = json_pack("{s:f, s:f, s:f}", "share", tops[t].share, "jaccard", tops[t].mean, "least",
                                tops[t].least);
        if (json_array_append_new(list, row) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return json_pack("{s:I, s:I, s:o}", "members", (json_int_t)stability->model->member_count, "rows",
                     (json_int_t)stability->count, "tiers", list);
}
