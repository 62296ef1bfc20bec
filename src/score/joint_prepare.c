/* Before the rows of several models: open them, bind their plans to the pool's columns, make room. */
#include "score/joint_run.h"

#include "base/error.h"
#include "base/memory.h"

/* For the rows that may be written by models that are no panel's. */
enum { SELECTIONS_MEMORY = 96 << 20 };

lka_status lka_joint_check(const struct lka_options *options, const struct lka_list *paths, const char *models,
                           struct lka_error *error)
{
    const char *out = lka_options_text(options, "out");
    if (paths->count == 0 && !models) {
        return lka_fail(error, LKA_USAGE,
                        "score needs --model FILE, or --models DIR to rank by every model of a directory");
    }
    if (strcmp(out, "-") == 0) {
        return lka_fail(error, LKA_USAGE,
                        "--out - is not allowed with several models: their rankings go into a directory");
    }
    if (lka_options_integer(options, "max-bad-rows") > 0) {
        return lka_fail(error, LKA_USAGE,
                        "--max-bad-rows is not allowed with several models: what is a bad row for one is none for "
                        "another that does not read the column; score them one by one, or mend the file");
    }
    for (size_t i = 0; i < paths->count; i++) {
        if (lka_output_same(out, paths->items[i])) {
            return lka_fail(error, LKA_USAGE, "--model and --out are both \"%.200s\"; give each its own name", out);
        }
    }
    return models && lka_output_same(out, models)
               ? lka_fail(error, LKA_USAGE, "--models and --out are both \"%.200s\"; give each its own name", out)
               : LKA_OK;
}

lka_status lka_joint_path(const struct lka_joint_run *run, size_t index, char **path, struct lka_error *error)
{
    struct lka_text name = {0};
    if (!run->directory) {
        *path = lka_copy_string("/dev/null");
        return *path ? LKA_OK : lka_fail_memory(error, 0);
    }
    lka_text_format(&name, "%s.csv", run->list.items[index].name);
    lka_status status = name.failed ? lka_fail_memory(error, name.capacity)
                                    : lka_directory_path(run->directory, name.bytes, path, error);
    lka_text_release(&name);
    return status;
}

/* Options whose `out` is the first ranking: beside it goes who was left out. */
static lka_status copy_options(struct lka_joint_run *run, struct lka_error *error)
{
    char *path = NULL;
    LKA_TRY(lka_options_new(lka_options_table(run->all), &run->first, error));
    LKA_TRY(lka_options_copy(run->first, run->all, error));
    LKA_TRY(lka_joint_path(run, 0, &path, error));
    lka_status status = lka_options_set(run->first, "out", path, error);
    lka_free(path);
    return status;
}

/* What each plan lacks is told once, with the models that have it. */
static lka_status check_plans(struct lka_joint_run *run, struct lka_error *error)
{
    const struct lka_shared_plans *plans = &run->many.plans;
    for (size_t v = 0; v < plans->view_count; v++) {
        const char *last = "";
        size_t users = 0;
        for (size_t i = 0; i < run->list.count; i++) {
            last = plans->view_of[i] == v ? run->list.items[i].path : last;
            users += plans->view_of[i] == v;
        }
        struct lka_text whose = {0};
        lka_text_format(&whose, "\"%.120s\"", last);
        if (users > 1) {
            lka_text_format(&whose, ", as %zu more,", users - 1);
        }
        lka_status status = whose.failed
                                ? lka_fail_memory(error, whose.capacity)
                                : lka_binding_check(&run->binding, plans->views[v].plan, whose.bytes,
                                                    lka_source_name(run->inputs.pool.source),
                                                    lka_joint_flag(run, "strict"), lka_joint_session(run), error);
        lka_text_release(&whose);
        LKA_TRY(status);
    }
    return LKA_OK;
}

static void warn_of_reasons(const struct lka_joint_run *run)
{
    for (size_t i = 0; i < run->list.count; i++) {
        const struct lka_model *model = run->list.items[i].model;
        if (lka_options_given(run->all, "reasons") && lka_options_integer(run->all, "reasons") > 0 &&
            !lka_model_explains(model)) {
            lka_warn(lka_joint_session(run), "\"%.120s\": the family %s can't tell reasons: the column is empty",
                     run->list.items[i].path, model->family->name);
        }
    }
}

/* `audience` asks everybody's age again: it is carried. */
static lka_status list_carried(struct lka_joint_run *run, struct lka_error *error)
{
    const struct lka_list *given = lka_options_value(run->all, "keep");
    char *age = (char *)(uintptr_t)lka_left_out_age(&run->left_out);
    LKA_TRY(LKA_NEW(run->keep.items, given->count + 1, error));
    for (size_t i = 0; i < given->count; i++) {
        run->keep.items[run->keep.count++] = given->items[i];
    }
    if (age) {
        run->keep.items[run->keep.count++] = age;
    }
    return lka_ranked_open(&run->carried, "/dev/null", &run->keep, lka_options_value(run->all, "hash"), &run->binding,
                           error);
}

static lka_status bind(struct lka_joint_run *run, struct lka_error *error)
{
    const struct lka_table *pool = &run->inputs.pool;
    LKA_TRY(lka_binding_begin(&run->binding, pool, error));
    LKA_TRY(check_plans(run, error));
    LKA_TRY(lka_many_bind(&run->many, &run->binding, error));
    LKA_TRY(lka_left_out_open(&run->left_out, run->first, &run->binding, lka_source_name(pool->source),
                              lka_joint_session(run), error));
    for (size_t i = 0; i < run->list.count; i++) {
        LKA_TRY(lka_left_out_check_model(&run->left_out, run->list.items[i].model->file_hash, lka_joint_session(run),
                                         error));
    }
    LKA_TRY(list_carried(run, error));
    return lka_source_select(pool->source, run->binding.columns, run->binding.count, error);
}

static struct lka_selection_options selection_wanted(const struct lka_joint_run *run)
{
    const struct lka_source *source = run->inputs.pool.source;
    return (struct lka_selection_options){
        .top = lka_joint_amount(run, "top"),
        .explore = lka_joint_amount(run, "explore"),
        .memory = SELECTIONS_MEMORY,
        .directory = lka_options_text(run->all, "temporary"),
        .most = lka_source_most_rows(source),
        .again = lka_source_again(source),
    };
}

static lka_status prepare_rows(struct lka_joint_run *run, struct lka_error *error)
{
    const struct lka_shared_plans *plans = &run->many.plans;
    struct lka_selection_options wanted = selection_wanted(run);
    uint64_t seed = (uint64_t)lka_options_integer(run->all, "seed");
    if (!lka_joint_flag(run, "ids-unique")) {
        LKA_TRY(lka_ids_init(&run->ids, wanted.directory, error));
    }
    LKA_TRY(LKA_NEW(run->histograms, plans->view_count, error));
    for (size_t v = 0; v < plans->view_count; v++) {
        size_t codes = lka_histogram_size(lka_plan_space(plans->views[v].plan));
        LKA_TRY(LKA_NEW(run->histograms[v], codes, error));
    }
    LKA_TRY(LKA_NEW(run->rankings, run->list.count, error));
    return lka_rivals_init(&run->rivals, &run->many, &wanted, lka_options_given(run->all, "seed") ? &seed : NULL,
                           &run->carried, &run->binding, lka_options_integer(run->all, "reasons") > 0,
                           lka_many_block_rows(&run->many), error);
}

lka_status lka_joint_prepare(struct lka_joint_run *run, const struct lka_list *paths, const char *models,
                             struct lka_error *error)
{
    const char *out = lka_options_text(run->all, "out");
    LKA_TRY(lka_joint_flag(run, "dry-run") ? LKA_OK : lka_directory_open(out, &run->directory, error));
    LKA_TRY(lka_model_list_open(&run->list, paths, models, lka_joint_session(run), error));
    LKA_TRY(lka_score_inputs_open_for(&run->inputs, &run->list, run->all, lka_joint_session(run), error));
    if (run->inputs.seeds && lka_seed_set_how(run->inputs.seeds) == LKA_SEEDS_UNMATCHED) {
        lka_warn(lka_joint_session(run),
                 "seeds can't be found in the pool: the id columns have different names and there is "
                 "no e-mail in both; --same-ids says that they name the same people");
    }
    warn_of_reasons(run);
    LKA_TRY(copy_options(run, error));
    struct lka_selection_options wanted = selection_wanted(run);
    LKA_TRY(lka_many_init(&run->many, &run->list, lka_rivals_may_panel(&wanted), error));
    LKA_TRY(bind(run, error));
    return prepare_rows(run, error);
}
