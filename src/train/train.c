/* Training in one view: read seeds and a sample of the pool, learn the plan, encode, choose family and settings, fit
 * the cross-fitted members, see how well they find held-out seeds, and put it all into a model with its card. */
#include "train/train.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/threads.h"
#include "base/warnings.h"
#include "train/card.h"
#include "train/choose.h"
#include "train/given_plan.h"
#include "train/members.h"
#include "train/misfits.h"
#include "train/seeds_report.h"
#include "train/settings.h"
#include "train/weigh.h"
#include "train/weights.h"

#include <math.h>
#include <stdio.h>

/* Everything that training makes on its way. */
struct training {
    const struct lka_options *all;
    const struct train_options *options;
    struct lka_table *seeds; /* or the CRM */
    struct lka_table *pool;  /* NULL: there is none */
    struct lka_sources sources;
    struct lka_crm_columns crm;
    struct lka_met met;
    struct lka_warnings warnings;
    struct lka_sample sample;
    struct lka_plan *plan;
    struct lka_learning learning;
    struct lka_weighing weighing;
    json_t *seeds_report;
    struct lka_choice choice;
    double started; /* of lka_seconds */
    double limit;   /* seconds; 0: none */
    struct lka_model *model;
    struct lka_held_out held_out;
};

static bool from_crm(const struct training *training)
{
    return training->options->crm.count > 0;
}

static const struct lka_session *session_of(const struct training *training)
{
    return &training->warnings.session;
}

/* ---- the steps -------------------------------------------------------------------------------- */

static lka_status find_sources(struct training *training, struct lka_error *error)
{
    training->sources = (struct lka_sources){training->seeds->source, &training->seeds->schema, NULL, NULL};
    if (training->pool) {
        training->sources.pool = training->pool->source;
        training->sources.pool_schema = &training->pool->schema;
    }
    return from_crm(training) ? lka_crm_columns_find(&training->seeds->schema, lka_source_name(training->seeds->source),
                                                     &training->crm, error)
                              : LKA_OK;
}

static lka_status read_sample(struct training *training, struct lka_error *error)
{
    const struct train_options *options = training->options;
    LKA_TRY(find_sources(training, error));
    struct lka_sample_options wanted = {
        .size = (uint64_t)options->sample,
        .seed = (uint64_t)options->seed,
        .same_ids = options->same_ids,
        .strict = options->strict,
        .ids_unique = options->ids_unique,
        .temporary = options->temporary,
        .max_bad_rows = (uint64_t)options->max_bad_rows,
        .crm = from_crm(training) ? &training->crm : NULL,
        .met = &training->met,
    };
    LKA_TRY(lka_met_open(&training->met, options->workspace, !options->dry_run, session_of(training), error));
    LKA_TRY(lka_sample_read(&wanted, &training->sources, session_of(training), &training->sample, error));
    if (training->met.left_out > 0) {
        lka_warn(session_of(training), "%llu rows are of people who were erased: nothing is learned from them",
                 (unsigned long long)training->met.left_out);
    }
    if (options->max_bad_rows > 0 && !options->plan) {
        LKA_TRY(lka_sample_reject_misfits(&training->sample, &options->exclude, &training->sources,
                                          session_of(training), error));
    }
    lka_log_step(session_of(training), "read", "%llu %s, %llu pool rows, %zu %s",
                 (unsigned long long)training->sample.seeds_read, from_crm(training) ? "contacts" : "seeds",
                 (unsigned long long)training->sample.pool_read, training->sample.pool.count,
                 from_crm(training) ? "rows sampled beside the reactivated" : "of them sampled");
    return LKA_OK;
}

static lka_status learn_plan_as_of(struct training *training, const int64_t *seeds_as_of, const int64_t *pool_as_of,
                                   struct lka_error *error)
{
    const struct train_options *options = training->options;
    struct lka_plan_options wanted = {
        .as_of = options->as_of,
        .bins = (uint32_t)options->bins,
        .max_categories = (uint32_t)options->max_categories,
        .exclude = options->exclude,
        .floor = 10,
        .seeds_as_of = seeds_as_of,
        .pool_as_of = pool_as_of,
        .session = session_of(training),
    };
    return lka_plan_learn(&wanted, &training->sample.schema, &training->sample.seeds, &training->sample.pool,
                          &training->plan, error);
}

static lka_status learn_plan(struct training *training, struct lka_error *error)
{
    const struct lka_sample *sample = &training->sample;
    int64_t *seeds_as_of = NULL;
    int64_t *pool_as_of = NULL;
    if (training->plan) {
        return LKA_OK;
    }
    lka_status status = lka_sample_days(sample, &sample->seeds, &seeds_as_of, error);
    if (status == LKA_OK) {
        status = lka_sample_days(sample, &sample->pool, &pool_as_of, error);
    }
    if (status == LKA_OK) {
        status = learn_plan_as_of(training, seeds_as_of, pool_as_of, error);
    }
    lka_free(seeds_as_of);
    lka_free(pool_as_of);
    return status;
}

static lka_status encode(struct training *training, struct lka_error *error)
{
    struct lka_learning *learning = &training->learning;
    LKA_TRY(lka_learning_init(learning, training->plan, &training->sample, &training->sources, error));
    learning->seed = (uint64_t)training->options->seed;
    learning->bags = (size_t)training->options->bags;
    learning->allow_examples = training->options->allow_examples;
    learning->threads = lka_thread_count(training->options->threads);
    learning->session = session_of(training);
    lka_log_step(session_of(training), "features", "%zu features of %zu columns", learning->block.space->count,
                 lka_plan_column_count(training->plan));
    if (learning->later > 0) {
        lka_warn(session_of(training),
                 "%llu dates lie behind the day that their contact's features are as of; they count as missing",
                 (unsigned long long)learning->later);
    }
    return LKA_OK;
}

/* Where thousands of seeds are held out, nothing is gained by holding them out again. */
static size_t repeats_of(const struct training *training)
{
    enum { SEEDS_TO_HOLD_OUT = 1000, MOST_REPEATS = 3 };
    size_t seeds = training->learning.seeds;
    size_t needed = (SEEDS_TO_HOLD_OUT + seeds - 1) / seeds;
    return training->options->repeats > 0 ? (size_t)training->options->repeats
           : needed < MOST_REPEATS        ? needed
                                          : MOST_REPEATS;
}

static lka_status weigh_contacts(struct training *training, struct lka_error *error)
{
    struct lka_weighing *weighing = &training->weighing;
    struct lka_weighing_options wanted = {
        .mode = (enum lka_weighing_mode)training->options->weights,
        .keep_columns = training->options->plan != NULL,
        .folds = (size_t)training->options->folds,
        .repeats = repeats_of(training),
    };
    LKA_TRY(lka_weigh(&training->learning, training->plan, &wanted, weighing, error));
    lka_log_step(session_of(training), "weigh", "%zu reactivated count as %.0f, %zu silent as %.0f",
                 training->learning.seeds, weighing->effective[1], training->learning.pool, weighing->effective[0]);
    return LKA_OK;
}

static lka_status weigh(struct training *training, struct lka_error *error)
{
    LKA_TRY(from_crm(training) ? weigh_contacts(training, error) : LKA_OK);
    if (training->options->draw > 0) {
        LKA_TRY(lka_weights_resample(&training->learning, (uint64_t)training->options->draw, error));
    }
    return training->options->balance ? lka_weights_balance(&training->learning, error) : LKA_OK;
}

static lka_status report_seeds(struct training *training, struct lka_error *error)
{
    return lka_seeds_report_make(&training->learning, training->plan, &training->sample, &training->seeds_report,
                                 error);
}

/* The name behind the choice of --family. */
static const char *family_name(const struct training *training, char buffer[32])
{
    const char *at = lka_param_find(&lka_train_params, "family")->choices;
    for (int i = 0; i < training->options->family; i++) {
        at += strcspn(at, "|") + 1;
    }
    snprintf(buffer, 32, "%.*s", (int)strcspn(at, "|"), at);
    return buffer;
}

/* Settings are compared by --folds; there are more members, each of which then learns from nineteen twentieths of the
 * seeds in place of four fifths where all join into one model to score with, and from nine tenths where each that there
 * is costs. */
static size_t members_of(const struct training *training, const struct lka_model_family *family)
{
    size_t folds = (size_t)training->options->folds;
    return lka_options_given(training->all, "folds") ? folds : family->average ? 4 * folds : 2 * folds;
}

static size_t fitted_of(const struct training *training, const struct lka_model_family *family)
{
    return lka_members_fitted(&training->learning, family, members_of(training, family));
}

static size_t members_at_most(const struct training *training)
{
    size_t most = 0;
    for (size_t c = 0; c < training->choice.count; c++) {
        size_t members = fitted_of(training, training->choice.candidates[c].family);
        most = members > most ? members : most;
    }
    return most;
}

/* As many members as folds cost about as much as one setting's comparison, on more rows. */
static lka_status check_time(const struct training *training, struct lka_error *error)
{
    double needed = lka_seconds() - training->started;
    if (training->limit == 0 || needed <= training->limit) {
        return LKA_OK;
    }
    size_t members = fitted_of(training, training->choice.candidates[training->choice.chosen].family);
    return lka_fail(error, LKA_USAGE,
                    "--time-limit %s is too short: reading and trying one setting took %.0f s, and its %zu members "
                    "are still to be fitted; allow at least %.0fs",
                    training->options->time_limit, ceil(needed), members,
                    ceil(needed * (1 + (double)members / (double)training->options->folds)));
}

static struct lka_choose_options choose_options(const struct training *training, char name[32])
{
    return (struct lka_choose_options){
        .family = family_name(training, name),
        .set = &training->options->set,
        .folds = (size_t)training->options->folds,
        .repeats = repeats_of(training),
        .until = training->limit > 0 ? training->started + training->limit / 2 : 0,
    };
}

static lka_status choose(struct training *training, struct lka_error *error)
{
    char name[32];
    struct lka_choose_options wanted = choose_options(training, name);
    LKA_TRY(lka_choose(&training->learning, &wanted, &training->choice, error));
    LKA_TRY(check_time(training, error));
    const struct lka_candidate *chosen = &training->choice.candidates[training->choice.chosen];
    lka_log_step(session_of(training), "choose", "%s %s: %s", chosen->family->name, chosen->setting,
                 training->choice.why);
    return LKA_OK;
}

static const char *id_name(const struct lka_schema *schema)
{
    return schema->columns[lka_schema_role(schema, LKA_ROLE_ID)].name;
}

/* Rankings that nobody should take at their word. */
static void judge_ranking(const struct training *training)
{
    const struct lka_ranking *ranking = &training->held_out.ranking;
    const char *others = from_crm(training) ? "the silent" : "the pool";
    if (ranking->auc_interval.low <= .5) {
        lka_warn(session_of(training), "held-out seeds rank no better than chance: AUC %.2f [%.2f, %.2f]", ranking->auc,
                 ranking->auc_interval.low, ranking->auc_interval.high);
    } else if (ranking->auc > .97) {
        lka_warn(session_of(training),
                 "held-out seeds are told from %s almost without fault (AUC %.3f): a column may give away who is "
                 "a seed; "
                 "see explain, and leave it out with --exclude",
                 others, ranking->auc);
    }
}

/* Of folds that were asked for. */
static void warn_of_empty_folds(const struct training *training)
{
    size_t empty = lka_members_without_seeds(&training->learning, training->model);
    if (empty > 0 && lka_options_given(training->all, "folds")) {
        lka_warn(session_of(training),
                 "%zu of the %zu folds have no seed: their members judge none; give fewer --folds", empty,
                 training->model->member_count);
    }
}

static lka_status fit(struct training *training, struct lka_error *error)
{
    const struct lka_candidate *chosen = &training->choice.candidates[training->choice.chosen];
    struct lka_model *model;
    LKA_TRY(LKA_NEW(training->model, 1, error));
    model = training->model;
    model->seed = (uint64_t)training->options->seed;
    model->sample_key = lka_key(model->seed, "sample");
    model->sample_threshold = training->sample.threshold;
    model->id_column = lka_copy_string(id_name(training->pool ? &training->pool->schema : &training->seeds->schema));
    model->seeds_id_column = lka_copy_string(id_name(&training->seeds->schema));
    if (!model->id_column || !model->seeds_id_column) {
        return lka_fail_memory(error, 0);
    }
    size_t members = members_of(training, chosen->family);
    size_t converged = 0;
    LKA_TRY(lka_members_fit(&training->learning, chosen->family, chosen->options, members, model, &converged, error));
    size_t fitted = members + model->seed_members;
    if (converged < fitted) {
        lka_warn(session_of(training), "%zu of %zu members of the family %s did not converge", fitted - converged,
                 fitted, chosen->family->name);
    }
    warn_of_empty_folds(training);
    LKA_TRY(lka_members_evaluate(&training->learning, model, &training->held_out, error));
    judge_ranking(training);
    return LKA_OK;
}

/* What the pool of a later day is compared with: the pool's sample, or the contacts where there was none. */
static lka_status set_reference(const struct training *training, struct lka_error *error)
{
    const struct lka_learning *learning = &training->learning;
    size_t first = from_crm(training) ? learning->block.count - learning->prospects : learning->seeds;
    size_t count = from_crm(training) ? learning->prospects : learning->pool;
    bool alone = count == 0;
    return lka_model_set_reference(training->model, &learning->block, alone ? 0 : first,
                                   alone ? learning->block.count : count, error);
}

static void warn_of_situation(const struct training *training)
{
    if (!from_crm(training)) {
        lka_warn(session_of(training), "\"in our CRM\" may be what was learnt (two files only), see docs/train.md");
    } else if (!training->pool) {
        lka_warn(session_of(training), "no --pool: what was learned of the CRM was not carried to a pool");
    }
}

static struct lka_card card_of(const struct training *training)
{
    return (struct lka_card){
        .options = training->all,
        .seeds = training->seeds,
        .pool = training->pool,
        .sample = &training->sample,
        .learning = &training->learning,
        .seeds_report = training->seeds_report,
        .choice = &training->choice,
        .held_out = &training->held_out,
        .warnings = training->warnings.list,
    };
}

static lka_status finish(struct training *training, struct lka_error *error)
{
    struct lka_model *model = training->model;
    model->plan = training->plan;
    training->plan = NULL;
    LKA_TRY(set_reference(training, error));
    warn_of_situation(training);
    struct lka_card card = card_of(training);
    card.weighing = from_crm(training) ? &training->weighing : NULL;
    return training->warnings.failed ? lka_fail_memory(error, 0) : lka_card_make(&card, model, error);
}

/* What can be told before anything is read. */
static lka_status check_options(struct training *training, struct lka_error *error)
{
    static const char *const of_learning[] = {"as-of", "bins", "max-categories", "type"};
    char name[32];
    if (training->options->time_limit) {
        LKA_TRY(lka_duration_parse("time-limit", training->options->time_limit, &training->limit, error));
    }
    LKA_TRY(lka_settings_check(&training->options->set, family_name(training, name), error));
    if (!training->options->plan) {
        return LKA_OK;
    }
    for (size_t i = 0; i < sizeof of_learning / sizeof *of_learning; i++) {
        if (lka_options_given(training->all, of_learning[i])) {
            return lka_fail(error, LKA_USAGE,
                            "--%s would change nothing, since the plan is given (--plan); edit the plan instead",
                            of_learning[i]);
        }
    }
    return LKA_OK;
}

/* A plan is read before the tables are; what its columns are there for is known later. */
static lka_status read_plan(struct training *training, struct lka_error *error)
{
    return training->options->plan ? lka_given_plan_read(training->options->plan, &training->plan, error) : LKA_OK;
}

static lka_status read_and_encode(struct training *training, struct lka_error *error)
{
    LKA_TRY(check_options(training, error));
    LKA_TRY(read_plan(training, error));
    LKA_TRY(read_sample(training, error));
    if (training->plan) {
        LKA_TRY(lka_given_plan_check(training->plan, training->options->plan, &training->sample.schema, error));
        LKA_TRY(lka_given_plan_exclude(training->plan, training->options->plan, &training->options->exclude, error));
    }
    LKA_TRY(learn_plan(training, error));
    return encode(training, error);
}

static lka_status run(struct training *training, struct lka_error *error)
{
    LKA_TRY(read_and_encode(training, error));
    LKA_TRY(weigh(training, error));
    LKA_TRY(report_seeds(training, error));
    LKA_TRY(choose(training, error));
    LKA_TRY(fit(training, error));
    return finish(training, error);
}

/* All that can be told before anything is weighed, chosen or fitted. */
static lka_status look(struct training *training, json_t **document, struct lka_error *error)
{
    char name[32];
    LKA_TRY(read_and_encode(training, error));
    LKA_TRY(report_seeds(training, error));
    struct lka_choose_options wanted = choose_options(training, name);
    LKA_TRY(lka_choose_list(&training->learning, &wanted, &training->choice, error));
    warn_of_situation(training);
    struct lka_card card = card_of(training);
    LKA_TRY(training->warnings.failed ? lka_fail_memory(error, 0) : LKA_OK);
    return lka_card_look(&card, training->plan, wanted.folds * wanted.repeats, members_at_most(training), document,
                         error);
}

static void release(struct training *training)
{
    lka_choice_release(&training->choice);
    json_decref(training->seeds_report);
    lka_weighing_release(&training->weighing);
    lka_learning_release(&training->learning);
    lka_sample_release(&training->sample);
    lka_met_close(&training->met);
    lka_plan_free(training->plan);
    lka_model_close(training->model);
    lka_warnings_release(&training->warnings);
}

static lka_status start(struct training *training, const struct lka_options *options, struct lka_table *seeds,
                        struct lka_table *pool, const struct lka_session *session, struct lka_error *error)
{
    const struct lka_table *tables[] = {seeds, pool};
    *training = (struct training){
        .all = options, .options = lka_options_values(options), .seeds = seeds, .pool = pool, .started = lka_seconds()};
    LKA_TRY(lka_tables_check(options, tables, pool ? 2 : 1, error));
    return lka_warnings_init(&training->warnings, session, error);
}

lka_status lka_train_tables(const struct lka_options *options, struct lka_table *seeds, struct lka_table *pool,
                            const struct lka_session *session, struct lka_train_result *result, struct lka_error *error)
{
    struct training training;
    *result = (struct lka_train_result){0};
    lka_status status = start(&training, options, seeds, pool, session, error);
    if (status == LKA_OK) {
        status = run(&training, error);
    }
    if (status == LKA_OK) {
        result->model = training.model;
        result->seeds = training.sample.set;
        result->document = json_incref(training.model->card);
        training.model = NULL;
        training.sample.set = NULL;
        result->met = training.met;
        training.met = (struct lka_met){0};
    }
    release(&training);
    return status;
}

lka_status lka_train_look(const struct lka_options *options, struct lka_table *seeds, struct lka_table *pool,
                          const struct lka_session *session, json_t **document, struct lka_error *error)
{
    struct training training;
    *document = NULL;
    lka_status status = start(&training, options, seeds, pool, session, error);
    if (status == LKA_OK) {
        status = look(&training, document, error);
    }
    release(&training);
    return status;
}

void lka_train_result_release(struct lka_train_result *result)
{
    lka_model_close(result->model);
    lka_seed_set_free(result->seeds);
    lka_met_close(&result->met);
    json_decref(result->document);
    *result = (struct lka_train_result){0};
}
