/* The main job in one view: open both tables, train, keep the model if asked, rewind the pool, score it. */
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "lookalike/project.h"
#include "score/score.h"
#include "train/train.h"

#define LKA_MATCH_PARAMS(X)                                                                            \
    LKA_TRAIN_PARAMS(X)                                                                                \
    LKA_SCORE_PARAMS(X)                                                                                \
    X(TEXT, save_model, "save-model", NULL, 0, 0, NULL, "FILE", "keep the model (safetensors)", false) \
    LKA_WHERE_PARAMS(X)                                                                                \
    LKA_INPUT_PARAMS(X)                                                                                \
    LKA_OUTPUT_PARAMS(X)                                                                               \
    LKA_RUN_PARAMS(X)

LKA_PARAMS_STRUCT(match_options, LKA_MATCH_PARAMS);
#define LKA_PARAM_OWNER struct match_options
LKA_PARAMS_TABLE(lka_match_params, "match", LKA_MATCH_PARAMS);

/* What the two stages get of the flags of the one command. */
struct matching {
    const struct match_options *options;
    struct lka_options *train;
    struct lka_options *score;
    struct lka_table seeds;
    struct lka_table pool;
    struct lka_train_result trained;
    struct lka_output *model; /* written, but not put into place before the ranking is */
    struct lka_score_result scored;
};

static lka_status split_options(const struct lka_options *all, struct matching *matching, struct lka_error *error)
{
    matching->options = lka_options_values(all);
    LKA_TRY(lka_options_new(&lka_train_params, &matching->train, error));
    LKA_TRY(lka_options_copy(matching->train, all, error));
    LKA_TRY(lka_options_new(&lka_score_params, &matching->score, error));
    return lka_options_copy(matching->score, all, error);
}

static lka_status open_table(const struct lka_list *paths, const struct lka_options *all, const char *suffix,
                             bool twice, struct lka_table *table, struct lka_error *error)
{
    struct lka_text rejected = {0};
    const char *out = lka_options_target(all, "out");
    bool nowhere = strcmp(out, "/dev/null") == 0;
    lka_text_format(&rejected, "%s%s", strcmp(out, "-") == 0 ? "match" : out, nowhere ? "" : suffix);
    lka_status status = rejected.failed ? lka_fail_memory(error, 0)
                                        : lka_table_open(paths, all, rejected.bytes, twice, table, error);
    lka_text_release(&rejected);
    return status;
}

/* What would only fail after the training. */
static lka_status check_outputs(const struct matching *matching, struct lka_error *error)
{
    const struct match_options *options = matching->options;
    const struct lka_table *pool = &matching->pool;
    LKA_TRY(lka_tables_check_list(matching->score, "keep", &pool, 1, error));
    LKA_TRY(lka_tables_check_list(matching->score, "hash", &pool, 1, error));
    const char *outputs[] = {options->out, options->save_model};
    for (size_t i = 0; i < 2; i++) {
        if (options->plan && outputs[i] && lka_output_same(outputs[i], options->plan)) {
            return lka_fail(error, LKA_USAGE, "--%s: \"%.200s\" is read as the plan, too; give another name",
                            i ? "save-model" : "out", outputs[i]);
        }
    }
    LKA_TRY(lka_output_check(options->out, error));
    if (!options->save_model) {
        return LKA_OK;
    }
    if (lka_output_same(options->out, options->save_model)) {
        return lka_fail(error, LKA_USAGE, "--out and --save-model are both \"%.200s\"; give each its own name",
                        options->out);
    }
    return lka_output_check(options->save_model, error);
}

static lka_status run(const struct lka_options *all, struct matching *matching, const struct lka_session *session,
                      struct lka_error *error)
{
    const struct match_options *options = matching->options;
    LKA_TRY(open_table(&options->seeds, all, ".seeds.rejected.csv", false, &matching->seeds, error));
    LKA_TRY(open_table(&options->pool, all, ".rejected.csv", true, &matching->pool, error));
    LKA_TRY(lka_table_filter(&matching->pool, all, session, error));
    LKA_TRY(check_outputs(matching, error));
    LKA_TRY(lka_train_tables(matching->train, &matching->seeds, &matching->pool, session, &matching->trained, error));
    LKA_TRY(lka_source_finish(matching->seeds.source, error));
    if (options->save_model && !options->dry_run) {
        LKA_TRY(lka_model_prepare(matching->trained.model, options->save_model, &matching->model, error));
    }
    LKA_TRY(lka_source_rewind(matching->pool.source, error));
    LKA_TRY(lka_score_source(matching->score, matching->trained.model, matching->trained.seeds, &matching->pool,
                             session, &matching->scored, error));
    struct lka_output *model = matching->model;
    matching->model = NULL;
    LKA_TRY(model ? lka_output_commit(model, error) : LKA_OK);
    return model ? lka_met_remember(&matching->trained.met, options->save_model, "match", error) : LKA_OK;
}

static lka_status summarise(const struct matching *matching, double seconds, char **summary, struct lka_error *error)
{
    json_t *document = json_pack("{s:i, s:s, s:O, s:O, s:f}", "schema", 1, "stage", "match", "train",
                                 matching->trained.document, "score", matching->scored.document, "seconds", seconds);
    lka_status status = lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error);
    json_decref(document);
    return status;
}

static void release(struct matching *matching)
{
    lka_score_result_release(&matching->scored);
    lka_output_abandon(matching->model);
    lka_train_result_release(&matching->trained);
    lka_table_close(&matching->pool);
    lka_table_close(&matching->seeds);
    lka_options_free(matching->train);
    lka_options_free(matching->score);
}

lka_status lka_match(const struct lka_options *options, const struct lka_session *session, char **summary,
                     struct lka_error *error)
{
    struct matching matching = {0};
    double start = lka_seconds();
    *summary = NULL;
    LKA_TRY(lka_options_check(options, error));
    lka_status status = split_options(options, &matching, error);
    if (status == LKA_OK) {
        status = run(options, &matching, session, error);
    }
    if (status == LKA_OK) {
        status = summarise(&matching, lka_seconds() - start, summary, error);
    }
    release(&matching);
    return status;
}
