/* Training in one view: read seeds and a sample of the pool, learn the plan, encode, choose family and settings, fit the
 * cross-fitted members, see how well they find held-out seeds, and put it all into a model with its card. */
#include "train/train.h"

#include "base/json.h"
#include "base/threads.h"
#include "base/warnings.h"
#include "train/card.h"
#include "train/choose.h"
#include "train/members.h"
#include "train/misfits.h"
#include "train/settings.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#define LKA_ALL_TRAIN_PARAMS(X)                                                                   \
    LKA_TRAIN_PARAMS(X)                                                                           \
    X(TEXT, model, "model", NULL, 0, 0, NULL, "FILE", "where the model goes (safetensors)", true) \
    LKA_WHERE_PARAMS(X)                                                                           \
    LKA_INPUT_PARAMS(X)                                                                           \
    LKA_OUTPUT_PARAMS(X)                                                                          \
    LKA_RUN_PARAMS(X)

LKA_PARAMS_STRUCT(train_options, LKA_ALL_TRAIN_PARAMS);
#define LKA_PARAM_OWNER struct train_options
LKA_PARAMS_TABLE(lka_train_params, "train", LKA_ALL_TRAIN_PARAMS);

/* Everything that training makes on its way. */
struct training {
    const struct lka_options *all;
    const struct train_options *options;
    struct lka_table *seeds;
    struct lka_table *pool;
    struct lka_warnings warnings;
    struct lka_sample sample;
    struct lka_plan *plan;
    struct lka_learning learning;
    struct lka_choice choice;
    struct lka_model *model;
    struct lka_ranking ranking;
};

static const struct lka_session *session_of(const struct training *training)
{
    return &training->warnings.session;
}

/* ---- the steps -------------------------------------------------------------------------------- */

static lka_status read_sample(struct training *training, struct lka_error *error)
{
    const struct train_options *options = training->options;
    struct lka_sample_options wanted = {
        .size = (uint64_t)options->sample,
        .seed = (uint64_t)options->seed,
        .same_ids = options->same_ids,
        .strict = options->strict,
        .ids_unique = options->ids_unique,
        .temporary = options->temporary,
        .max_bad_rows = (uint64_t)options->max_bad_rows,
    };
    LKA_TRY(lka_sample_read(&wanted, training->seeds->source, &training->seeds->schema, training->pool->source,
                            &training->pool->schema, session_of(training), &training->sample, error));
    if (options->max_bad_rows > 0 && !options->plan) {
        LKA_TRY(lka_sample_reject_misfits(&training->sample, &options->exclude, training->seeds->source,
                                          training->pool->source, session_of(training), error));
    }
    lka_log_step(session_of(training), "read", "%llu seeds, %llu pool rows, %zu of them sampled",
                 (unsigned long long)training->sample.seeds_read, (unsigned long long)training->sample.pool_read,
                 training->sample.pool.count);
    return LKA_OK;
}

static lka_status read_whole_file(const char *path, struct lka_text *text, struct lka_error *error)
{
    struct stat facts;
    if (stat(path, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        return lka_fail_at(error, LKA_USAGE, path, 0, 0, "is a directory; a plan is a file");
    }
    FILE *file = fopen(path, "re");
    if (!file) {
        return lka_fail_errno(error, LKA_USAGE, "open", path, errno);
    }
    char buffer[65536];
    size_t count;
    while ((count = fread(buffer, 1, sizeof buffer, file)) > 0) {
        lka_text_append(text, buffer, count);
    }
    lka_status status = ferror(file) ? lka_fail_errno(error, LKA_IO, "read", path, errno) : LKA_OK;
    fclose(file);
    return status == LKA_OK && text->failed ? lka_fail_memory(error, text->length) : status;
}

/* A plan is edited by hand: what the tables' roles keep out of the features stays out. */
static lka_status check_plan_roles(const struct training *training, struct lka_error *error)
{
    const struct lka_schema *schema = &training->sample.schema;
    for (size_t c = 0; c < lka_plan_column_count(training->plan); c++) {
        const char *name = lka_plan_column_name(training->plan, c);
        ptrdiff_t at = lka_schema_find(schema, lka_span_of(name));
        if (at != LKA_NO_COLUMN && schema->columns[at].role != LKA_ROLE_FEATURE) {
            return lka_fail_at(error, LKA_USAGE, training->options->plan, 0, 0,
                               "column \"%.100s\" has the role %s and is no feature; delete it from the plan, or say "
                               "--role \"%.100s=feature\"",
                               name, lka_role_name(schema->columns[at].role), name);
        }
    }
    return LKA_OK;
}

static lka_status read_plan(struct training *training, struct lka_error *error)
{
    struct lka_text yaml = {0};
    lka_status status = read_whole_file(training->options->plan, &yaml, error);
    if (status == LKA_OK) {
        status = lka_plan_read(yaml.bytes ? yaml.bytes : "", yaml.length, training->options->plan, &training->plan,
                               error);
    }
    lka_text_release(&yaml);
    return status == LKA_OK ? check_plan_roles(training, error) : status;
}

static lka_status learn_plan(struct training *training, struct lka_error *error)
{
    const struct train_options *options = training->options;
    if (training->plan) {
        return LKA_OK;
    }
    struct lka_plan_options wanted = {
        .as_of = options->as_of,
        .bins = (uint32_t)options->bins,
        .max_categories = (uint32_t)options->max_categories,
        .exclude = options->exclude,
        .floor = 10,
        .session = session_of(training),
    };
    return lka_plan_learn(&wanted, &training->sample.schema, &training->sample.seeds, &training->sample.pool,
                          &training->plan, error);
}

static lka_status encode(struct training *training, struct lka_error *error)
{
    LKA_TRY(lka_learning_init(&training->learning, training->plan, &training->sample, training->seeds->source,
                              training->pool->source, error));
    training->learning.seed = (uint64_t)training->options->seed;
    training->learning.allow_examples = training->options->allow_examples;
    training->learning.threads = lka_thread_count(training->options->threads);
    training->learning.session = session_of(training);
    lka_log_step(session_of(training), "features", "%zu features of %zu columns", training->learning.block.space->count,
                 lka_plan_column_count(training->plan));
    return LKA_OK;
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

static lka_status choose(struct training *training, struct lka_error *error)
{
    char name[32];
    struct lka_choose_options wanted = {
        .family = family_name(training, name),
        .set = &training->options->set,
        .folds = (size_t)training->options->folds,
        .repeats = (size_t)training->options->repeats,
    };
    LKA_TRY(lka_choose(&training->learning, &wanted, &training->choice, error));
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
    const struct lka_ranking *ranking = &training->ranking;
    if (ranking->auc_interval.low <= .5) {
        lka_warn(session_of(training), "held-out seeds rank no better than chance: AUC %.2f [%.2f, %.2f]", ranking->auc,
                 ranking->auc_interval.low, ranking->auc_interval.high);
    } else if (ranking->auc > .97) {
        lka_warn(session_of(training),
                 "held-out seeds are told from the pool almost without fault (AUC %.3f): a column may give away who is "
                 "a seed; "
                 "see explain, and leave it out with --exclude",
                 ranking->auc);
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
    model->id_column = lka_copy_string(id_name(&training->pool->schema));
    model->seeds_id_column = lka_copy_string(id_name(&training->seeds->schema));
    if (!model->id_column || !model->seeds_id_column) {
        return lka_fail_memory(error, 0);
    }
    size_t folds = (size_t)training->options->folds;
    size_t converged = 0;
    LKA_TRY(lka_members_fit(&training->learning, chosen->family, chosen->options, folds, model, &converged, error));
    if (converged < folds) {
        lka_warn(session_of(training), "%zu of %zu members of the family %s did not converge", folds - converged, folds,
                 chosen->family->name);
    }
    LKA_TRY(lka_members_evaluate(&training->learning, model, &training->ranking, error));
    judge_ranking(training);
    return LKA_OK;
}

static lka_status finish(struct training *training, struct lka_error *error)
{
    struct lka_model *model = training->model;
    const struct lka_learning *learning = &training->learning;
    model->plan = training->plan;
    training->plan = NULL;
    LKA_TRY(lka_model_set_reference(model, &learning->block, learning->seeds, learning->pool, error));
    lka_warn(session_of(training), "\"in our CRM\" may be what was learnt (two files only), see docs/train.md");
    struct lka_card card = {
        .options = training->all,
        .seeds = training->seeds,
        .pool = training->pool,
        .sample = &training->sample,
        .learning = learning,
        .choice = &training->choice,
        .ranking = &training->ranking,
        .warnings = training->warnings.list,
    };
    return training->warnings.failed ? lka_fail_memory(error, 0) : lka_card_make(&card, model, error);
}

/* What can be told before anything is read. */
static lka_status check_options(struct training *training, struct lka_error *error)
{
    static const char *const of_learning[] = {"exclude", "as-of", "bins", "max-categories", "type"};
    char name[32];
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
    return read_plan(training, error);
}

static lka_status run(struct training *training, struct lka_error *error)
{
    LKA_TRY(check_options(training, error));
    LKA_TRY(read_sample(training, error));
    LKA_TRY(learn_plan(training, error));
    LKA_TRY(encode(training, error));
    LKA_TRY(choose(training, error));
    LKA_TRY(fit(training, error));
    return finish(training, error);
}

static void release(struct training *training)
{
    lka_choice_release(&training->choice);
    lka_learning_release(&training->learning);
    lka_sample_release(&training->sample);
    lka_plan_free(training->plan);
    lka_model_close(training->model);
    lka_warnings_release(&training->warnings);
}

lka_status lka_train_tables(const struct lka_options *options, struct lka_table *seeds, struct lka_table *pool,
                            const struct lka_session *session, struct lka_train_result *result, struct lka_error *error)
{
    *result = (struct lka_train_result){0};
    const struct lka_table *tables[] = {seeds, pool};
    LKA_TRY(lka_tables_check(options, tables, 2, error));
    struct training training = {.all = options, .options = lka_options_values(options), .seeds = seeds, .pool = pool};
    lka_status status = lka_warnings_init(&training.warnings, session, error);
    if (status == LKA_OK) {
        status = run(&training, error);
    }
    if (status == LKA_OK) {
        result->model = training.model;
        result->seeds = training.sample.set;
        result->document = json_incref(training.model->card);
        training.model = NULL;
        training.sample.set = NULL;
    }
    release(&training);
    return status;
}

void lka_train_result_release(struct lka_train_result *result)
{
    lka_model_close(result->model);
    lka_seed_set_free(result->seeds);
    json_decref(result->document);
    *result = (struct lka_train_result){0};
}

/* ---- the command ------------------------------------------------------------------------------ */

static lka_status train_and_save(const struct lka_options *all, struct lka_table *seeds, struct lka_table *pool,
                                 const struct lka_session *session, char **summary, struct lka_error *error)
{
    struct lka_train_result result;
    LKA_TRY(lka_train_tables(all, seeds, pool, session, &result, error));
    lka_status status = lka_source_finish(seeds->source, error);
    if (status == LKA_OK) {
        status = lka_source_finish(pool->source, error);
    }
    status = status != LKA_OK ? status : lka_model_save(result.model, lka_options_target(all, "model"), error);
    if (status == LKA_OK) {
        status = lka_json_text(result.document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error);
    }
    lka_train_result_release(&result);
    return status;
}

static lka_status check_model_file(const struct train_options *options, struct lka_error *error)
{
    if (options->plan && lka_output_same(options->model, options->plan)) {
        return lka_fail(error, LKA_USAGE, "--model and --plan are both \"%.200s\"; give each its own name",
                        options->model);
    }
    return lka_output_check(options->model, error);
}

lka_status lka_train(const struct lka_options *all, const struct lka_session *session, char **summary,
                     struct lka_error *error)
{
    const struct train_options *options = lka_options_values(all);
    struct lka_table seeds = {0};
    struct lka_table pool = {0};
    struct lka_text rejected = {0};
    struct lka_text rejected_seeds = {0};
    *summary = NULL;
    LKA_TRY(lka_options_check(all, error));
    const char *model = lka_options_target(all, "model");
    lka_text_format(&rejected, options->dry_run ? "%s" : "%s.rejected.csv", model);
    lka_text_format(&rejected_seeds, options->dry_run ? "%s" : "%s.seeds.rejected.csv", model);
    lka_status status = rejected.failed || rejected_seeds.failed ? lka_fail_memory(error, 0) : LKA_OK;
    if (status == LKA_OK) {
        status = lka_table_open(&options->seeds, all, rejected_seeds.bytes, false, &seeds, error);
    }
    if (status == LKA_OK) {
        status = lka_table_open(&options->pool, all, rejected.bytes, false, &pool, error);
    }
    if (status == LKA_OK) {
        status = lka_table_filter(&pool, all, session, error);
    }
    if (status == LKA_OK) {
        status = check_model_file(options, error);
    }
    if (status == LKA_OK) {
        status = train_and_save(all, &seeds, &pool, session, summary, error);
    }
    lka_table_close(&seeds);
    lka_table_close(&pool);
    lka_text_release(&rejected);
    lka_text_release(&rejected_seeds);
    return status;
}
