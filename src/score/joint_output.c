/* What stands beside the rankings of several models: who was left out, the documents; and the directory as a whole. */
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "score/document.h"
#include "score/joint_run.h"

#include <time.h>
#include <unistd.h>

/* Who was left out is the same for all: one file, under a name beside each ranking, where `audience` looks for it. */
static lka_status link_left_out(const struct lka_joint_run *run, struct lka_error *error)
{
    struct lka_text first = {0};
    lka_status status = LKA_OK;
    if (!run->left_out.asked || !run->directory) {
        return LKA_OK;
    }
    lka_text_format(&first, "%s%s", lka_options_text(run->first, "out"), LKA_LEFT_OUT_ENDING);
    for (size_t i = 1; i < run->list.count && status == LKA_OK; i++) {
        char *path = NULL;
        struct lka_text other = {0};
        status = lka_joint_path(run, i, &path, error);
        lka_text_format(&other, "%s%s", path ? path : "", LKA_LEFT_OUT_ENDING);
        if (status == LKA_OK && (first.failed || other.failed)) {
            status = lka_fail_memory(error, first.capacity + other.capacity);
        } else if (status == LKA_OK && link(first.bytes, other.bytes) != 0) {
            status = lka_fail(error, LKA_IO, "cannot give %.300s a second name", first.bytes);
        }
        lka_text_release(&other);
        lka_free(path);
    }
    lka_text_release(&first);
    return status;
}

static lka_status make_document(struct lka_joint_run *run, json_t **document, struct lka_error *error)
{
    struct lka_score_facts facts = {
        .options = run->all,
        .pool = &run->inputs.pool,
        .selected = &run->selected,
        .seeds = run->by_state[LKA_ROW_SEED],
        .no_consent = run->by_state[LKA_ROW_NO_CONSENT],
        .barred = run->left_out.asked ? run->left_out.counts : NULL,
        .rejected = lka_source_counts(run->inputs.pool.source).rejected,
        .warnings = run->warnings.list,
    };
    json_t *models = json_array();
    for (size_t i = 0; i < run->list.count; i++) {
        if (json_array_append(models, run->rankings[i].entry) != 0) {
            json_decref(models);
            return lka_fail_memory(error, sizeof(json_t));
        }
    }
    return lka_score_many_document(&facts, models, document, error);
}

static lka_status write_documents(struct lka_joint_run *run, const json_t *document, struct lka_error *error)
{
    double seconds = lka_seconds() - run->start;
    struct lka_score_clock clock = {.seconds = seconds,
                                    .started = (int64_t)time(NULL) - (int64_t)seconds,
                                    .threads = lka_joint_threads(run),
                                    .rows = lka_source_counts(run->inputs.pool.source).rows};
    json_t *record = lka_score_run_json(&clock);
    lka_status status = record ? lka_directory_json(run->directory, "score.json", document, error)
                               : lka_fail_memory(error, sizeof(json_t));
    if (status == LKA_OK) {
        status = lka_directory_json(run->directory, "score.run.json", record, error);
    }
    json_decref(record);
    return status;
}

static lka_status register_and_commit(struct lka_joint_run *run, json_t *document, struct lka_error *error)
{
    if (json_object_set_new(document, "out", lka_json_string(lka_options_target(run->all, "out"))) != 0) {
        return lka_fail_memory(error, sizeof(json_t));
    }
    if (!run->directory) {
        return LKA_OK;
    }
    LKA_TRY(lka_left_out_register(&run->left_out, run->all, lka_joint_session(run), error));
    struct lka_directory *directory = run->directory;
    run->directory = NULL;
    return lka_directory_commit(directory, error);
}

lka_status lka_joint_publish(struct lka_joint_run *run, json_t **document, struct lka_error *error)
{
    LKA_TRY(lka_left_out_ready(&run->left_out, error));
    LKA_TRY(lka_source_finish(run->inputs.pool.source, error));
    LKA_TRY(run->warnings.failed ? lka_fail_memory(error, 0) : make_document(run, document, error));
    LKA_TRY(lka_left_out_commit(&run->left_out, error));
    LKA_TRY(link_left_out(run, error));
    LKA_TRY(run->directory ? write_documents(run, *document, error) : LKA_OK);
    return register_and_commit(run, *document, error);
}
