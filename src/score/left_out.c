#include "score/left_out.h"

#include "base/error.h"
#include "base/memory.h"
#include "store/artefacts.h"

#include <stdio.h>
#include <sys/stat.h>

enum { WRITE_AT = 1 << 16 };

static lka_status cell_of(void *user, size_t column, size_t *cell, struct lka_error *error)
{
    (void)error;
    *cell = lka_binding_cell(user, column);
    return LKA_OK;
}

static lka_status check_options(const struct lka_options *options, bool *asked, struct lka_error *error)
{
    const char *platform = lka_options_text(options, "eligible-for");
    *asked = platform != NULL;
    if (platform && !lka_options_text(options, "workspace")) {
        return lka_fail(error, LKA_USAGE,
                        "--eligible-for %.40s needs --workspace: who objected and who is a customer stands there",
                        platform);
    }
    static const char *const only_with[] = {"customers", "min-age", "country", "hashed", "frequency-cap"};
    for (size_t i = 0; !platform && i < sizeof only_with / sizeof *only_with; i++) {
        if (lka_options_given(options, only_with[i])) {
            return lka_fail(error, LKA_USAGE, "--%s needs --eligible-for, the platform that the ranking is meant for",
                            only_with[i]);
        }
    }
    return LKA_OK;
}

static bool is_file(const char *path)
{
    struct stat facts;
    return strcmp(path, "-") != 0 && (stat(path, &facts) != 0 || S_ISREG(facts.st_mode));
}

static lka_status open_output(struct lka_left_out *left_out, const char *out, struct lka_error *error)
{
    struct lka_text path = {0};
    if (!is_file(out)) {
        return LKA_OK;
    }
    lka_text_format(&path, "%s%s", out, LKA_LEFT_OUT_ENDING);
    lka_status status = path.failed ? lka_fail_memory(error, 0)
                                    : lka_output_open(path.bytes, true, &left_out->output, error);
    lka_text_release(&path);
    lka_text_string(&left_out->text, "id_key,reason\n");
    return status;
}

lka_status lka_left_out_open(struct lka_left_out *left_out, const struct lka_options *options,
                             struct lka_binding *binding, const char *file, const struct lka_session *session,
                             struct lka_error *error)
{
    *left_out = (struct lka_left_out){0};
    LKA_TRY(check_options(options, &left_out->asked, error));
    if (!left_out->asked) {
        return LKA_OK;
    }
    LKA_TRY(lka_workspace_open(lka_options_text(options, "workspace"), LKA_WORKSPACE_READ, session,
                               &left_out->workspace, error));
    LKA_TRY(lka_eligibility_open(options, left_out->workspace, binding->schema, file, session, &left_out->eligibility,
                                 error));
    LKA_TRY(lka_eligibility_bind(&left_out->eligibility, cell_of, binding, error));
    return open_output(left_out, lka_options_target(options, "out"), error);
}

lka_status lka_left_out_check_model(const struct lka_left_out *left_out, const char *hash,
                                    const struct lka_session *session, struct lka_error *error)
{
    struct lka_statement *statement;
    bool row = false;
    if (!left_out->asked) {
        return LKA_OK;
    }
    LKA_TRY(lka_statement_new(left_out->workspace, "SELECT 1 FROM retraining WHERE model = ?", &statement, error));
    lka_bind_text(statement, 1, lka_span_of(hash));
    lka_status status = lka_statement_step(statement, &row, error);
    lka_statement_free(statement);
    if (row) {
        lka_warn(session, "somebody whom the model was learned from was erased since: train it again");
    }
    return status;
}

const struct lka_eligibility *lka_left_out_asks(const struct lka_left_out *left_out)
{
    return left_out->asked ? &left_out->eligibility : NULL;
}

const char *lka_left_out_age(const struct lka_left_out *left_out)
{
    bool known = left_out->asked && left_out->eligibility.age != LKA_NO_COLUMN;
    return known ? left_out->eligibility.person.schema->columns[left_out->eligibility.age].name : NULL;
}

lka_status lka_left_out_all(const struct lka_source *source, const uint64_t *by_state, const char *platform,
                            struct lka_error *error)
{
    const char *file = lka_source_name(source);
    struct lka_source_counts counts = lka_source_counts(source);
    uint64_t seeds = by_state[LKA_ROW_SEED];
    uint64_t no_consent = by_state[LKA_ROW_NO_CONSENT];
    uint64_t barred = by_state[LKA_ROW_BARRED];
    if (counts.rejected + counts.left_out + seeds + no_consent + barred == 0) {
        return lka_fail_at(error, LKA_DATA, file, 0, 0, "has no rows: a header alone gives nothing to rank");
    }
    char told[64] = "";
    if (barred > 0) {
        snprintf(told, sizeof told, ", %llu not eligible for %.20s", (unsigned long long)barred, platform);
    }
    return lka_fail_at(error, LKA_DATA, file, 0, 0,
                       "has no row that may be ranked; left out: %llu seeds, %llu without consent to profiling%s, "
                       "%llu rejected, %llu by --where",
                       (unsigned long long)seeds, (unsigned long long)no_consent, told,
                       (unsigned long long)counts.rejected, (unsigned long long)counts.left_out);
}

/* ---- rows ------------------------------------------------------------------------------------- */

static lka_status flush(struct lka_left_out *left_out, struct lka_error *error)
{
    if (left_out->text.failed) {
        return lka_fail_memory(error, left_out->text.capacity);
    }
    if (left_out->output && left_out->text.length > 0) {
        LKA_TRY(lka_output_write(left_out->output, left_out->text.bytes, left_out->text.length, error));
    }
    lka_text_clear(&left_out->text);
    return LKA_OK;
}

static const char *reason_of(const struct lka_scored *block, size_t row)
{
    switch (block->state[row]) {
    case LKA_ROW_SEED:
        return "seed";
    case LKA_ROW_NO_CONSENT:
        return lka_bar_name(LKA_BAR_PROFILING);
    case LKA_ROW_BARRED:
        return lka_bar_name((enum lka_bar)block->bars[row]);
    default:
        return NULL;
    }
}

lka_status lka_left_out_take(struct lka_left_out *left_out, const struct lka_scored *block,
                             const struct lka_binding *binding, struct lka_error *error)
{
    for (size_t row = 0; left_out->asked && row < block->rows.count; row++) {
        const char *reason = reason_of(block, row);
        char key[65];
        if (!reason) {
            continue;
        }
        left_out->counts[block->state[row] == LKA_ROW_BARRED ? block->bars[row] : LKA_BAR_NONE]++;
        if (left_out->output) {
            LKA_TRY(
                lka_eligibility_id_key(&left_out->eligibility, lka_cell(&block->rows, binding->id, row), key, error));
            lka_text_format(&left_out->text, "%s,%s\n", key, reason);
        }
        if (left_out->text.length >= WRITE_AT) {
            LKA_TRY(flush(left_out, error));
        }
    }
    return LKA_OK;
}

lka_status lka_left_out_ready(struct lka_left_out *left_out, struct lka_error *error)
{
    LKA_TRY(flush(left_out, error));
    return left_out->output ? lka_output_ready(left_out->output, error) : LKA_OK;
}

lka_status lka_left_out_register(const struct lka_left_out *left_out, const struct lka_options *options,
                                 const struct lka_session *session, struct lka_error *error)
{
    struct lka_error problem = {0};
    const char *out = lka_options_target(options, "out");
    if (!left_out->output) {
        return LKA_OK;
    }
    lka_status status = lka_artefact_register(lka_options_text(options, "workspace"), out, "ranking", "score", session,
                                              &problem);
    if (status == LKA_USAGE) {
        lka_warn(session, "the workspace cannot be written, so that `erase` will not know of %.200s: %.200s", out,
                 problem.message);
        return LKA_OK;
    }
    return status == LKA_OK ? LKA_OK : lka_fail_at(error, status, problem.file, 0, 0, "%.900s", problem.message);
}

lka_status lka_left_out_commit(struct lka_left_out *left_out, struct lka_error *error)
{
    struct lka_output *output = left_out->output;
    left_out->output = NULL;
    return output ? lka_output_commit(output, error) : LKA_OK;
}

void lka_left_out_close(struct lka_left_out *left_out)
{
    lka_output_abandon(left_out->output);
    lka_text_release(&left_out->text);
    lka_eligibility_close(&left_out->eligibility);
    lka_workspace_close(left_out->workspace);
    *left_out = (struct lka_left_out){0};
}
