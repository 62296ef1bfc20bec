/* What evaluate compares a model with: itself without a column, another model, the workspace's champion. */
#include "base/error.h"
#include "base/json.h"
#include "score/champion.h"
#include "score/evaluation.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- two models on the same people ------------------------------------------------------------ */

/* By held-out seeds, and by the truth where it is known. */
struct pairings {
    struct lka_pairing seeds;
    struct lka_pairing truth;
};

static lka_status pair_by_truth(struct lka_evaluation *evaluation, const struct lka_collected pool[2],
                                struct lka_pairing *pairing, struct lka_error *error)
{
    struct lka_truth found;
    const struct lka_labelled *rows[2] = {pool[0].labelled, pool[1].labelled};
    const size_t counts[2] = {pool[0].labelled_count, pool[1].labelled_count};
    LKA_TRY(lka_rank_inside(pool[1].labelled, counts[1], &found, error));
    return lka_pair_found(rows, counts, evaluation->inputs.model->seed, pairing, error);
}

/* The evaluated model and another one on the same people. */
static lka_status pair_with(struct lka_evaluation *evaluation, const struct lka_model *other, struct pairings *pairings,
                            struct lka_error *error)
{
    struct lka_collected seeds[2] = {evaluation->seed_scores};
    struct lka_collected pool[2] = {evaluation->pool_scores};
    lka_status status = lka_evaluation_score_by(evaluation, other, NULL, &seeds[1], &pool[1], error);
    if (status == LKA_OK) {
        status = lka_pair(seeds, pool, evaluation->inputs.model->seed, &pairings->seeds, error);
    }
    if (status == LKA_OK && evaluation->truth) {
        status = pair_by_truth(evaluation, pool, &pairings->truth, error);
    }
    lka_collected_release(&seeds[1]);
    lka_collected_release(&pool[1]);
    return status;
}

static json_t *pairings_json(const struct pairings *pairings)
{
    json_t *json = lka_pairing_json(&pairings->seeds);
    if (json && pairings->truth.by_truth &&
        json_object_set_new(json, "truth", lka_pairing_json(&pairings->truth)) != 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}

/* ---- without a column ------------------------------------------------------------------------- */

static json_t *columns_json(const struct lka_list *columns)
{
    json_t *list = json_array();
    for (size_t i = 0; i < columns->count && list; i++) {
        if (json_array_append_new(list, lka_json_string(columns->items[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* A refit learns from the files of today: is that what the model learned from? */
static void warn_of_other_files(const struct lka_evaluation *evaluation)
{
    const json_t *inputs = json_object_get(evaluation->inputs.model->card, "inputs");
    const struct lka_table *tables[] = {&evaluation->seeds, &evaluation->inputs.pool};
    for (size_t i = 0; i < 2; i++) {
        char hex[33];
        const char *learned = json_string_value(json_object_get(json_array_get(inputs, i), "xxh3"));
        lka_source_digest(tables[i]->source, hex);
        if (learned && strcmp(learned, hex) != 0) {
            lka_warn(lka_evaluation_session(evaluation),
                     "%.200s is not what the model learned from: training again differs by that, too",
                     lka_source_name(tables[i]->source));
        }
    }
}

lka_status lka_evaluation_without(struct lka_evaluation *evaluation, struct lka_error *error)
{
    const struct lka_list *without = &evaluation->options->exclude;
    struct lka_refit refit = lka_evaluation_refit(evaluation, without, NULL);
    struct lka_model *model = NULL;
    struct pairings pairings = {0};
    if (without->count == 0) {
        return LKA_OK;
    }
    warn_of_other_files(evaluation);
    LKA_TRY(lka_refit_train(&refit, &model, error));
    lka_status status = pair_with(evaluation, model, &pairings, error);
    lka_model_close(model);
    LKA_TRY(status);
    json_t *part = pairings_json(&pairings);
    if (!part || json_object_set_new(part, "columns", columns_json(without)) != 0) {
        json_decref(part);
        return lka_fail_memory(error, 0);
    }
    return lka_evaluation_add(evaluation, "without", part, error);
}

/* ---- against another model, and the champion -------------------------------------------------- */

/* The models at hand: the evaluated one, the other one (its path NULL: none), the one that sits. */
struct rivals {
    struct lka_champion of[2];
    struct lka_champion sitting;
    struct pairings pairings;
};

static lka_status know_model(const char *path, const struct lka_model *model, struct lka_champion *champion,
                             struct lka_error *error)
{
    char *real = realpath(path, NULL);
    champion->path = lka_copy_string(real ? real : path);
    free(real);
    memcpy(champion->hash, model->file_hash, sizeof champion->hash);
    return champion->path ? LKA_OK : lka_fail_memory(error, 0);
}

/* The model named, or the workspace's champion if it is there and another one. */
static const char *rival_path(const struct lka_evaluation *evaluation, struct rivals *rivals)
{
    const struct lka_champion *sitting = &rivals->sitting;
    if (evaluation->options->against) {
        return evaluation->options->against;
    }
    return sitting->path && strcmp(sitting->hash, rivals->of[0].hash) != 0 ? sitting->path : NULL;
}

static void warn_of_other_pool(const struct lka_evaluation *evaluation, const struct lka_model *other)
{
    if (strcmp(other->id_column, evaluation->inputs.model->id_column) != 0 ||
        strcmp(other->seeds_id_column, evaluation->inputs.model->seeds_id_column) != 0) {
        lka_warn(
            lka_evaluation_session(evaluation),
            "the other model learned from tables with other id columns (\"%.60s\" and \"%.60s\"): it may have seen "
            "people whom it scores",
            other->seeds_id_column, other->id_column);
    }
}

static lka_status meet(struct lka_evaluation *evaluation, const char *path, struct rivals *rivals,
                       struct lka_error *error)
{
    struct lka_model *other = NULL;
    LKA_TRY(lka_model_open(path, &other, error));
    warn_of_other_pool(evaluation, other);
    lka_status status = know_model(path, other, &rivals->of[1], error);
    if (status == LKA_OK) {
        status = pair_with(evaluation, other, &rivals->pairings, error);
    }
    json_t *part = status == LKA_OK ? pairings_json(&rivals->pairings) : NULL;
    if (part &&
        json_object_set_new(part, "model",
                            json_pack("{s:s, s:s}", "family", other->family->name, "xxh3", other->file_hash)) == 0) {
        status = lka_evaluation_add(evaluation, "against", json_incref(part), error);
    } else if (status == LKA_OK) {
        status = lka_fail_memory(error, 0);
    }
    json_decref(part);
    lka_model_close(other);
    return status;
}

/* Which of the two sits: -1 neither. */
static int who_sits(const struct rivals *rivals)
{
    for (int i = 0; i < 2 && rivals->sitting.path; i++) {
        if (rivals->of[i].path && strcmp(rivals->of[i].hash, rivals->sitting.hash) == 0) {
            return i;
        }
    }
    return -1;
}

static lka_status seat(struct lka_evaluation *evaluation, struct rivals *rivals, struct lka_error *error)
{
    int sits = who_sits(rivals);
    if (sits < 0 && rivals->sitting.path) {
        lka_warn(lka_evaluation_session(evaluation),
                 "the workspace's champion is another model than the two that were compared: it stays; leave out "
                 "--against to compare with it");
        return LKA_OK;
    }
    bool paired = rivals->of[1].path != NULL;
    size_t best = !paired || lka_champion_is_first(&rivals->pairings.seeds, sits) ? 0 : 1;
    const char *which = best == 0 ? "this" : "other";
    json_t *part = json_pack("{s:s, s:b, s:s}", "model", which, "changed", sits != (int)best, "xxh3",
                             rivals->of[best].hash);
    LKA_TRY(lka_evaluation_add(evaluation, "champion", part, error));
    return evaluation->options->dry_run ? LKA_OK
                                        : lka_champion_write(evaluation->workspace, &rivals->of[best],
                                                             paired ? &rivals->of[!best] : NULL, error);
}

/* A champion whose file is gone, or holds another model by now, has left its seat. */
static lka_status check_sitting(const struct lka_evaluation *evaluation, struct rivals *rivals, struct lka_error *error)
{
    struct lka_champion *sitting = &rivals->sitting;
    struct lka_model *model = NULL;
    if (!sitting->path || strcmp(sitting->hash, rivals->of[0].hash) == 0) {
        return LKA_OK;
    }
    lka_status status = lka_model_open(sitting->path, &model, error);
    if (status == LKA_MEMORY) {
        return status;
    }
    if (status != LKA_OK || strcmp(model->file_hash, sitting->hash) != 0) {
        lka_warn(lka_evaluation_session(evaluation),
                 "the champion's file %.200s is gone, or holds another model by now: its seat is free", sitting->path);
        lka_champion_release(sitting);
    }
    lka_model_close(model);
    return LKA_OK;
}

static lka_status compare_rivals(struct lka_evaluation *evaluation, struct rivals *rivals, struct lka_error *error)
{
    LKA_TRY(know_model(evaluation->options->model, evaluation->inputs.model, &rivals->of[0], error));
    if (evaluation->workspace) {
        LKA_TRY(lka_champion_read(evaluation->workspace, &rivals->sitting, error));
        LKA_TRY(check_sitting(evaluation, rivals, error));
    }
    const char *path = rival_path(evaluation, rivals);
    LKA_TRY(path ? meet(evaluation, path, rivals, error) : LKA_OK);
    return evaluation->workspace ? seat(evaluation, rivals, error) : LKA_OK;
}

lka_status lka_evaluation_against(struct lka_evaluation *evaluation, struct lka_error *error)
{
    struct rivals rivals = {0};
    lka_status status = compare_rivals(evaluation, &rivals, error);
    lka_champion_release(&rivals.of[0]);
    lka_champion_release(&rivals.of[1]);
    lka_champion_release(&rivals.sitting);
    return status;
}
