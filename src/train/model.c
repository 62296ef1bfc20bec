#include "train/model.h"

#include "base/json.h"
#include "train/tensor_file.h"

size_t lka_model_member(const struct lka_model *model, struct lka_span id, bool is_seed)
{
    bool seen = is_seed || lka_hash(model->sample_key, id) <= model->sample_threshold;
    if (!seen) {
        return model->member_count;
    }
    size_t first = is_seed && model->seed_members > 0 ? model->member_count + 1 : 0;
    return first + lka_fold(model->fold_key, id, model->member_count);
}

/* ---- scoring ---------------------------------------------------------------------------------- */

/* The mean of a member's fits, or of all. */
static lka_status score_fits(const struct lka_model *model, struct lka_fits fits, const struct lka_block *block,
                             struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    double *one;
    LKA_TRY(LKA_NEW(one, block->count, error));
    lka_status status = LKA_OK;
    for (size_t f = 0; f < fits.count && status == LKA_OK; f++) {
        lka_arena_rewind(scratch);
        status = model->family->score_block(model->members[fits.first + f], block, scratch, one, error);
        for (size_t i = 0; i < block->count; i++) {
            scores[i] = (f ? scores[i] : 0) + one[i];
        }
    }
    for (size_t i = 0; i < block->count; i++) {
        scores[i] /= (double)fits.count;
    }
    lka_free(one);
    return status;
}

lka_status lka_model_score_member(const struct lka_model *model, size_t member, const struct lka_block *block,
                                  struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    if (member == model->member_count && model->mean) {
        lka_arena_rewind(scratch);
        return model->family->score_block(model->mean, block, scratch, scores, error);
    }
    return score_fits(model, lka_model_fits(model, member), block, scratch, scores, error);
}

/* Rows of which one member after the other takes its own, and their scores. */
struct picked {
    struct lka_block block;
    double *scores;
};

/* The rows that one member alone may score: gathered, scored, put back. */
static lka_status score_picked(const struct lka_model *model, size_t member, const struct lka_block *block,
                               const uint32_t *rows, size_t count, struct picked *picked, struct lka_arena *scratch,
                               double *scores, struct lka_error *error)
{
    lka_block_gather(&picked->block, block, rows, count);
    LKA_TRY(lka_model_score_member(model, member, &picked->block, scratch, picked->scores, error));
    for (size_t i = 0; i < count; i++) {
        scores[rows[i]] = picked->scores[i];
    }
    return LKA_OK;
}

/* One member after the other. `single` are the `count` rows that one member scores; `rows` has room for as many. */
static lka_status score_each_member(const struct lka_model *model, const struct lka_block *block,
                                    const uint8_t *member_of, const uint32_t *single, size_t count, uint32_t *rows,
                                    struct picked *picked, struct lka_arena *scratch, double *scores,
                                    struct lka_error *error)
{
    for (size_t member = 0; member < lka_model_numbers(model); member++) {
        size_t own = 0;
        for (size_t i = 0; i < count; i++) {
            if (member_of[single[i]] == member) {
                rows[own++] = single[i];
            }
        }
        if (own > 0) {
            LKA_TRY(score_picked(model, member, block, rows, own, picked, scratch, scores, error));
        }
    }
    return LKA_OK;
}

static lka_status score_members(const struct lka_model *model, const struct lka_block *block, const uint8_t *member_of,
                                const uint32_t *single, size_t count, uint32_t *rows, struct lka_arena *scratch,
                                double *scores, struct lka_error *error)
{
    struct picked picked = {0};
    LKA_TRY(lka_block_init(&picked.block, block->space, count, error));
    lka_status status = LKA_NEW(picked.scores, count, error);
    if (status == LKA_OK) {
        status = score_each_member(model, block, member_of, single, count, rows, &picked, scratch, scores, error);
    }
    lka_free(picked.scores);
    lka_block_release(&picked.block);
    return status;
}

/* The rows that one member alone may score. */
static size_t list_single(const struct lka_model *model, const uint8_t *member_of, size_t count, uint32_t *single)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        single[found] = (uint32_t)i;
        found += member_of[i] != model->member_count;
    }
    return found;
}

lka_status lka_model_score_by(const struct lka_model *model, const struct lka_block *block, const uint8_t *member_of,
                              struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    if (block->count == 0) {
        return LKA_OK;
    }
    uint32_t *single;
    LKA_TRY(LKA_NEW(single, 2 * block->count, error));
    size_t found = list_single(model, member_of, block->count, single);
    lka_status status = LKA_OK;
    if (found < block->count) {
        status = lka_model_score_member(model, model->member_count, block, scratch, scores, error);
    }
    if (status == LKA_OK && found > 0) {
        status = score_members(model, block, member_of, single, found, single + block->count, scratch, scores, error);
    }
    lka_free(single);
    return status;
}

lka_status lka_model_score(const struct lka_model *model, const struct lka_block *block, const struct lka_span *ids,
                           const bool *is_seed, struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    uint8_t *member_of;
    LKA_TRY(LKA_NEW(member_of, block->count, error));
    for (size_t i = 0; i < block->count; i++) {
        member_of[i] = (uint8_t)lka_model_member(model, ids[i], is_seed && is_seed[i]);
    }
    lka_status status = lka_model_score_by(model, block, member_of, scratch, scores, error);
    lka_free(member_of);
    return status;
}

lka_status lka_model_average(struct lka_model *model, struct lka_error *error)
{
    if (!model->family->average) {
        return LKA_OK;
    }
    const struct lka_family_model *members[LKA_MOST_MEMBERS * LKA_MOST_BAGS];
    size_t count = lka_model_fits(model, model->member_count).count;
    for (size_t m = 0; m < count; m++) {
        members[m] = model->members[m];
    }
    return model->family->average(members, count, &model->mean, error);
}

/* ---- the reference of the drift gate ---------------------------------------------------------- */

lka_status lka_model_lay_out_reference(struct lka_model *model, struct lka_error *error)
{
    const struct lka_space *space = lka_plan_space(model->plan);
    LKA_TRY(LKA_NEW(model->reference_start, space->count + 1, error));
    for (size_t f = 0; f < space->count; f++) {
        model->reference_start[f + 1] = model->reference_start[f] + space->features[f].codes;
    }
    return LKA_OK;
}

lka_status lka_model_set_reference(struct lka_model *model, const struct lka_block *block, size_t first, size_t count,
                                   struct lka_error *error)
{
    LKA_TRY(lka_model_lay_out_reference(model, error));
    LKA_TRY(LKA_NEW(model->reference, model->reference_start[block->space->count], error));
    for (size_t f = 0; f < block->space->count; f++) {
        const uint16_t *codes = lka_block_codes(block, f);
        double *counts = model->reference + model->reference_start[f];
        for (size_t i = first; i < first + count; i++) {
            counts[codes[i]] += 1;
        }
    }
    return LKA_OK;
}

/* ---- life ------------------------------------------------------------------------------------- */

void lka_model_close(struct lka_model *model)
{
    if (!model) {
        return;
    }
    for (size_t m = 0; m < sizeof model->members / sizeof *model->members; m++) {
        if (model->members[m]) {
            model->family->free(model->members[m]);
        }
    }
    if (model->mean) {
        model->family->free(model->mean);
    }
    lka_plan_free(model->plan);
    lka_free(model->id_column);
    lka_free(model->seeds_id_column);
    lka_free(model->reference);
    lka_free(model->reference_start);
    json_decref(model->card);
    lka_tensor_file_close(model->file);
    lka_free(model);
}

lka_status lka_model_card(const struct lka_model *model, char **json, struct lka_error *error)
{
    return lka_json_text(model->card, JSON_INDENT(2) | JSON_REAL_PRECISION(15), json, error);
}

lka_status lka_model_plan(const struct lka_model *model, char **yaml, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_status status = lka_plan_write(model->plan, &text, error);
    if (status != LKA_OK) {
        lka_text_release(&text);
        return status;
    }
    return lka_text_take(&text, yaml, error);
}
