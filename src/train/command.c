/* `lookalike train`: which files it may be given, the tables opened, the model saved. */
#include "base/error.h"
#include "base/json.h"
#include "train/train.h"

#define LKA_PARAM_OWNER struct train_options
LKA_PARAMS_TABLE(lka_train_params, "train", LKA_ALL_TRAIN_PARAMS);

static lka_status train_and_save(const struct lka_options *all, struct lka_table *seeds, struct lka_table *pool,
                                 const struct lka_session *session, char **summary, struct lka_error *error)
{
    struct lka_train_result result;
    LKA_TRY(lka_train_tables(all, seeds, pool, session, &result, error));
    lka_status status = lka_source_finish(seeds->source, error);
    if (status == LKA_OK && pool) {
        status = lka_source_finish(pool->source, error);
    }
    status = status != LKA_OK ? status : lka_model_save(result.model, lka_options_target(all, "model"), error);
    if (status == LKA_OK) {
        status = lka_met_remember(&result.met, lka_options_text(all, "model"), "train", error);
    }
    if (status == LKA_OK) {
        status = lka_json_text(result.document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error);
    }
    lka_train_result_release(&result);
    return status;
}

static lka_status look_only(const struct lka_options *all, struct lka_table *seeds, struct lka_table *pool,
                            const struct lka_session *session, char **summary, struct lka_error *error)
{
    json_t *document = NULL;
    LKA_TRY(lka_train_look(all, seeds, pool, session, &document, error));
    lka_status status = lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error);
    json_decref(document);
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

/* Either two files, or a CRM with a pool or without. */
static lka_status check_files(const struct lka_options *all, const struct train_options *options,
                              struct lka_error *error)
{
    static const char allowed[] = "allowed: --seeds S --pool P, or --crm CRM, or --crm CRM --pool P";
    if (options->crm.count > 0 && options->seeds.count > 0) {
        return lka_fail(error, LKA_USAGE, "--crm and --seeds are both given, and a CRM has its seeds in it; %s",
                        allowed);
    }
    if (options->crm.count == 0 && (options->seeds.count == 0 || options->pool.count == 0)) {
        return lka_fail(error, LKA_USAGE, "--%s is missing; %s",
                        options->seeds.count > 0  ? "pool"
                        : options->pool.count > 0 ? "seeds or --crm"
                                                  : "seeds and --pool, or --crm,",
                        allowed);
    }
    if (options->crm.count == 0 && lka_options_given(all, "weights")) {
        return lka_fail(error, LKA_USAGE, "--weights is for --crm: two files do not say who was reached");
    }
    return LKA_OK;
}

static lka_status open_table(const struct lka_options *all, const struct lka_list *paths, const char *suffix,
                             struct lka_table *table, struct lka_error *error)
{
    struct lka_text rejected = {0};
    const char *model = lka_options_target(all, "model");
    bool nowhere = strcmp(model, "/dev/null") == 0;
    lka_text_format(&rejected, "%s%s", model, nowhere ? "" : suffix);
    lka_status status = rejected.failed ? lka_fail_memory(error, 0)
                                        : lka_table_open(paths, all, rejected.bytes, false, table, error);
    lka_text_release(&rejected);
    return status;
}

static lka_status open_tables(const struct lka_options *all, const struct train_options *options,
                              struct lka_table *seeds, struct lka_table *pool, struct lka_error *error)
{
    if (options->crm.count > 0) {
        LKA_TRY(open_table(all, &options->crm, ".crm.rejected.csv", seeds, error));
    } else {
        LKA_TRY(open_table(all, &options->seeds, ".seeds.rejected.csv", seeds, error));
    }
    if (options->pool.count > 0) {
        LKA_TRY(open_table(all, &options->pool, ".rejected.csv", pool, error));
    }
    return check_model_file(options, error);
}

static lka_status refuse_rule(const struct lka_options *all, struct lka_error *error)
{
    return lka_options_text(all, "where") ? lka_fail(error, LKA_USAGE, "--where is about the pool; give it with --pool")
                                          : LKA_OK;
}

lka_status lka_train(const struct lka_options *all, const struct lka_session *session, char **summary,
                     struct lka_error *error)
{
    const struct train_options *options = lka_options_values(all);
    struct lka_table seeds = {0};
    struct lka_table pool = {0};
    *summary = NULL;
    LKA_TRY(lka_options_check(all, error));
    LKA_TRY(check_files(all, options, error));
    lka_status status = open_tables(all, options, &seeds, &pool, error);
    if (status == LKA_OK) {
        status = pool.source ? lka_table_filter(&pool, all, session, error) : refuse_rule(all, error);
    }
    if (status == LKA_OK) {
        struct lka_table *prospects = pool.source ? &pool : NULL;
        status = options->dry_run ? look_only(all, &seeds, prospects, session, summary, error)
                                  : train_and_save(all, &seeds, prospects, session, summary, error);
    }
    lka_table_close(&seeds);
    lka_table_close(&pool);
    return status;
}
