/* What the parts of an evaluation share: its document, models trained again, and the same people scored by another model. */
#include "score/evaluation.h"

#include "base/error.h"
#include "base/json.h"

lka_status lka_evaluation_add(struct lka_evaluation *evaluation, const char *name, json_t *part,
                              struct lka_error *error)
{
    return json_object_set_new(evaluation->parts, name, part) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

struct lka_refit lka_evaluation_refit(const struct lka_evaluation *evaluation, const struct lka_list *without,
                                      const char *rule)
{
    return (struct lka_refit){
        evaluation->all, evaluation->inputs.model, without, rule, lka_evaluation_session(evaluation), 0};
}

lka_status lka_evaluation_score_by(struct lka_evaluation *evaluation, const struct lka_model *model, const char *rule,
                                   struct lka_collected *seeds, struct lka_collected *pool, struct lka_error *error)
{
    struct lka_table seed_table = {0};
    struct lka_table pool_table = {0};
    struct lka_session quiet = *lka_evaluation_session(evaluation);
    struct lka_collecting of = {
        .options = evaluation->all, .model = model, .table = &seed_table, .all_seeds = true, .session = &quiet};
    const struct lka_model *base = evaluation->inputs.model;
    lka_status status = lka_score_table_open(evaluation->all, base, "seeds", NULL, &seed_table, error);
    if (status == LKA_OK && rule) {
        status = lka_source_filter(seed_table.source, rule, &seed_table.schema, of.session, error);
    }
    if (status == LKA_OK) {
        status = lka_collect(&of, seeds, error);
    }
    if (status == LKA_OK) {
        status = lka_score_table_open(evaluation->all, base, "pool", NULL, &pool_table, error);
    }
    if (status == LKA_OK) {
        of.table = &pool_table;
        of.all_seeds = false;
        of.seeds = evaluation->inputs.seeds;
        of.truth = evaluation->truth;
        status = lka_table_filter(&pool_table, evaluation->all, of.session, error);
    }
    if (status == LKA_OK) {
        status = lka_collect(&of, pool, error);
    }
    lka_table_close(&seed_table);
    lka_table_close(&pool_table);
    return status;
}
