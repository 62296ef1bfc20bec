#include "score/inputs.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/session.h"

/* ---- the id column ---------------------------------------------------------------------------- */

static bool names_an_id(const struct lka_list *roles)
{
    for (size_t i = 0; i < roles->count; i++) {
        const char *role = strrchr(roles->items[i], '=');
        if (role && strcmp(role, "=id") == 0) {
            return true;
        }
    }
    return false;
}

/* The options with the table's id column for --id where the user says nothing; a table without it goes by the known
 * names. */
static lka_status with_id(const struct lka_options *options, const char *id, struct lka_options **own,
                          struct lka_error *error)
{
    LKA_TRY(lka_options_new(lka_options_table(options), own, error));
    LKA_TRY(lka_options_copy(*own, options, error));
    if (lka_options_text(options, "id") || names_an_id(lka_options_value(options, "role"))) {
        return LKA_OK;
    }
    return lka_options_set(*own, "id", id, error);
}

/* ---- tables ----------------------------------------------------------------------------------- */

static lka_status open_table(const struct lka_options *options, const char *key, const char *out, bool twice,
                             struct lka_table *table, struct lka_error *error)
{
    bool is_pool = strcmp(key, "pool") == 0;
    struct lka_text rejected = {0};
    if (out && strcmp(out, "/dev/null") != 0) {
        lka_text_format(&rejected, "%s%s%s.rejected.csv", strcmp(out, "-") == 0 ? "score" : out, is_pool ? "" : ".",
                        is_pool ? "" : key);
    } else {
        lka_text_string(&rejected, "/dev/null");
    }
    lka_status status = rejected.failed ? lka_fail_memory(error, rejected.capacity)
                                        : lka_table_open(lka_options_value(options, key), options, rejected.bytes,
                                                         twice, table, error);
    lka_text_release(&rejected);
    return status;
}

static lka_status open_by_model(const struct lka_options *options, const struct lka_model *model, const char *key,
                                const char *out, bool twice, struct lka_table *table, struct lka_error *error)
{
    struct lka_options *own = NULL;
    const char *id = strcmp(key, "seeds") == 0 ? model->seeds_id_column : model->id_column;
    lka_status status = with_id(options, id, &own, error);
    if (status == LKA_OK) {
        status = open_table(own, key, out, twice, table, error);
    }
    lka_options_free(own);
    return status;
}

lka_status lka_score_table_open(const struct lka_options *options, const struct lka_model *model, const char *key,
                                const char *out, struct lka_table *table, struct lka_error *error)
{
    return open_by_model(options, model, key, out, false, table, error);
}

lka_status lka_score_truth_open(const struct lka_options *options, const struct lka_model *model, char *path,
                                struct lka_table *table, struct lka_error *error)
{
    struct lka_options *own = NULL;
    struct lka_list paths = {&path, 1};
    lka_status status = with_id(options, model->id_column, &own, error);
    if (status == LKA_OK) {
        status = lka_table_open(&paths, own, NULL, false, table, error);
    }
    lka_options_free(own);
    return status;
}

/* ---- seeds ------------------------------------------------------------------------------------ */

static lka_status add_rows(struct lka_seed_set *set, struct lka_source *source, bool has_email, struct lka_rows *rows,
                           const struct lka_session *session, struct lka_error *error)
{
    do {
        LKA_TRY(lka_source_next(source, rows, error));
        for (size_t row = 0; row < rows->count; row++) {
            struct lka_span email = has_email ? lka_cell(rows, 1, row) : (struct lka_span){"", 0};
            LKA_TRY(lka_seed_set_add(set, lka_cell(rows, 0, row), email, error));
        }
        LKA_TRY(lka_source_step(source, "read seeds", session, error));
    } while (rows->count > 0);
    return LKA_OK;
}

static lka_status read_seeds(struct lka_seed_set *set, const struct lka_table *seeds, const struct lka_session *session,
                             struct lka_error *error)
{
    ptrdiff_t email = lka_schema_role(&seeds->schema, LKA_ROLE_EMAIL);
    size_t columns[2] = {(size_t)lka_schema_role(&seeds->schema, LKA_ROLE_ID), (size_t)email};
    size_t count = email == LKA_NO_COLUMN ? 1 : 2;
    LKA_TRY(lka_source_select(seeds->source, columns, count, error));
    struct lka_rows rows;
    LKA_TRY(lka_rows_init(&rows, count, LKA_BLOCK_ROWS, error));
    lka_status status = add_rows(set, seeds->source, count == 2, &rows, session, error);
    lka_rows_release(&rows);
    return status;
}

static lka_status open_seeds(struct lka_score_inputs *inputs, const struct lka_options *options, const char *out,
                             struct lka_table *seeds, const struct lka_session *session, struct lka_error *error)
{
    const struct lka_table *tables[] = {&inputs->pool, seeds};
    const struct lka_list *paths = lka_options_value(options, "seeds");
    if (paths->count == 0) {
        return lka_tables_check(options, tables, 1, error);
    }
    LKA_TRY(lka_score_table_open(options, inputs->model, "seeds", out, seeds, error));
    LKA_TRY(lka_tables_check(options, tables, 2, error));
    const bool *same_ids = lka_options_value(options, "same-ids");
    LKA_TRY(lka_seed_set_new(&seeds->schema, &inputs->pool.schema, *same_ids, &inputs->seeds, error));
    return read_seeds(inputs->seeds, seeds, session, error);
}

static void warn_of_other_id(const struct lka_score_inputs *inputs, const struct lka_session *session)
{
    const struct lka_schema *schema = &inputs->pool.schema;
    const char *name = schema->columns[lka_schema_role(schema, LKA_ROLE_ID)].name;
    if (strcmp(name, inputs->model->id_column) != 0) {
        lka_warn(session,
                 "the id column is \"%.60s\", and was \"%.60s\" in training: who was learned from is told by the id, "
                 "so people of "
                 "that pool may be scored by members that saw them",
                 name, inputs->model->id_column);
    }
}

static lka_status open_tables(struct lka_score_inputs *inputs, const struct lka_options *options, const char *out,
                              bool twice, const struct lka_session *session, struct lka_error *error)
{
    struct lka_table seeds = {0};
    lka_status status = open_by_model(options, inputs->model, "pool", out, twice, &inputs->pool, error);
    if (status == LKA_OK && out) {
        status = lka_table_filter(&inputs->pool, options, session, error);
    }
    if (status == LKA_OK) {
        warn_of_other_id(inputs, session);
        lka_schema_warn_unclaimed(&inputs->pool.schema, lka_source_name(inputs->pool.source), session);
        status = open_seeds(inputs, options, out, &seeds, session, error);
    }
    lka_table_close(&seeds);
    if (status != LKA_OK) {
        lka_score_inputs_close(inputs);
    }
    return status;
}

lka_status lka_score_inputs_open(struct lka_score_inputs *inputs, const char *path, const struct lka_options *options,
                                 const char *out, bool twice, const struct lka_session *session,
                                 struct lka_error *error)
{
    *inputs = (struct lka_score_inputs){0};
    LKA_TRY(lka_model_open(path, &inputs->model, error));
    return open_tables(inputs, options, out, twice, session, error);
}

/* Without a flag, the id column is the one of the training. */
static lka_status check_id(const struct lka_model_list *models, const struct lka_options *options, bool of_seeds,
                           struct lka_error *error)
{
    const struct lka_listed_model *one;
    const struct lka_listed_model *other;
    if (lka_model_list_id(models, of_seeds, &one, &other) || lka_options_text(options, "id") ||
        names_an_id(lka_options_value(options, "role"))) {
        return LKA_OK;
    }
    return lka_fail(error, LKA_USAGE,
                    "\"%.200s\" was trained with the id column \"%.60s\"%s, \"%.200s\" with \"%.60s\"; --id says which "
                    "one it is",
                    one->path, of_seeds ? one->model->seeds_id_column : one->model->id_column,
                    of_seeds ? " of the seeds" : "", other->path,
                    of_seeds ? other->model->seeds_id_column : other->model->id_column);
}

lka_status lka_score_inputs_open_for(struct lka_score_inputs *inputs, const struct lka_model_list *models,
                                     const struct lka_options *options, const struct lka_session *session,
                                     struct lka_error *error)
{
    const struct lka_list *seeds = lka_options_value(options, "seeds");
    *inputs = (struct lka_score_inputs){.model = models->items[0].model, .lent = true};
    LKA_TRY(check_id(models, options, false, error));
    LKA_TRY(seeds->count > 0 ? check_id(models, options, true, error) : LKA_OK);
    return open_tables(inputs, options, "/dev/null", true, session, error);
}

void lka_score_inputs_close(struct lka_score_inputs *inputs)
{
    lka_seed_set_free(inputs->seeds);
    lka_table_close(&inputs->pool);
    if (!inputs->lent) {
        lka_model_close(inputs->model);
    }
    *inputs = (struct lka_score_inputs){0};
}
