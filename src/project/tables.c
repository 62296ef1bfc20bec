#include "project/tables.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/source.h"
#include "table/where.h"

#include <dirent.h>
#include <sys/stat.h>

/* ---- headers ---------------------------------------------------------------------------------- */

static bool is_table(const char *name)
{
    const char *dot = strstr(name, ".csv");
    return dot && (strcmp(dot, ".csv") == 0 || strcmp(dot, ".csv.gz") == 0 || strcmp(dot, ".csv.zst") == 0);
}

/* Marks the project's columns that a file's header has. What cannot be opened is for the stage to tell. */
static void mark_file(const struct lka_project *project, const char *path, bool *present)
{
    struct lka_source *source = NULL;
    struct lka_source_options options = {0};
    if (lka_source_open(&path, 1, &options, &source, NULL) != LKA_OK) {
        return;
    }
    for (size_t c = 0; c < project->column_count; c++) {
        struct lka_span name = lka_span_of(project->columns[c].name);
        present[c] |= lka_schema_find(lka_source_schema(source), name) != LKA_NO_COLUMN;
    }
    lka_source_close(source);
}

static void mark_directory(const struct lka_project *project, const char *path, bool *present)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        struct lka_text file = {0};
        lka_text_format(&file, "%s/%s", path, entry->d_name);
        if (is_table(entry->d_name) && !file.failed) {
            mark_file(project, file.bytes, present);
        }
        lka_text_release(&file);
    }
    if (directory) {
        closedir(directory);
    }
}

static void mark_path(const struct lka_project *project, const char *path, bool *present)
{
    struct stat facts;
    if (stat(path, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        mark_directory(project, path, present);
    } else if (is_table(path)) {
        mark_file(project, path, present);
    }
}

static void mark_stage(const struct lka_project *project, const struct lka_project_stage *block, bool *present)
{
    const struct lka_param_table *table = block->stage->params;
    for (size_t i = 0; i < table->count; i++) {
        const struct lka_param *param = &table->params[i];
        if (!lka_stage_reads(block->stage, param)) {
            continue;
        }
        const void *value = lka_options_value(block->options, param->key);
        if (param->type != LKA_PARAM_LIST) {
            const char *path = *(char *const *)value;
            if (path) {
                mark_path(project, path, present);
            }
            continue;
        }
        const struct lka_list *list = value;
        for (size_t p = 0; p < list->count; p++) {
            mark_path(project, list->items[p], present);
        }
    }
}

/* ---- columns ---------------------------------------------------------------------------------- */

lka_status lka_project_set_columns(const struct lka_project *project, struct lka_project_stage *block,
                                   struct lka_error *error)
{
    const struct lka_param_table *table = block->stage->params;
    bool takes_roles = lka_param_find(table, "role") != NULL;
    /* A plan of features has the types in it. */
    bool takes_types = lka_param_find(table, "type") && !lka_options_given(block->options, "plan");
    bool *present;
    if (project->column_count == 0 || !takes_roles) {
        return LKA_OK;
    }
    LKA_TRY(LKA_NEW(present, project->column_count, error));
    mark_stage(project, block, present);
    lka_status status = LKA_OK;
    for (size_t c = 0; c < project->column_count && status == LKA_OK; c++) {
        const struct lka_project_column *column = &project->columns[c];
        if (present[c] && column->role) {
            status = lka_options_set(block->options, "role", column->role, error);
        }
        if (present[c] && column->type && takes_types && status == LKA_OK) {
            status = lka_options_set(block->options, "type", column->type, error);
        }
    }
    lka_free(present);
    return status;
}

static bool makes_tables(const struct lka_project *project)
{
    for (size_t i = 0; i < project->stage_count; i++) {
        if (project->stages[i].stage->makes_tables) {
            return true;
        }
    }
    return false;
}

static lka_status check_columns(const struct lka_project *project, struct lka_complaints *complaints,
                                struct lka_error *error)
{
    bool *present;
    LKA_TRY(LKA_NEW(present, project->column_count, error));
    for (size_t i = 0; i < project->source_count; i++) {
        for (size_t p = 0; p < project->sources[i].paths.count; p++) {
            mark_path(project, project->sources[i].paths.items[p], present);
        }
    }
    for (size_t i = 0; i < project->stage_count; i++) {
        mark_stage(project, &project->stages[i], present);
    }
    for (size_t c = 0; c < project->column_count; c++) {
        if (!present[c]) {
            lka_complain(complaints, &project->columns[c].spot, "columns: no source has the column \"%.60s\"",
                         project->columns[c].name);
        }
    }
    lka_free(present);
    return LKA_OK;
}

/* ---- rules ------------------------------------------------------------------------------------ */

static lka_status check_rule(const struct lka_project_stage *block, const char *rule, const struct lka_list *pool,
                             struct lka_complaints *complaints, struct lka_error *error)
{
    struct lka_source *source = NULL;
    struct lka_source_options options = {0};
    struct lka_where *where = NULL;
    struct lka_error problem = {0};
    if (lka_source_open((const char *const *)pool->items, pool->count, &options, &source, NULL) != LKA_OK) {
        return LKA_OK; /* the stage will tell */
    }
    lka_status status = lka_where_new(rule, lka_source_schema(source), &where, &problem);
    if (status == LKA_USAGE) {
        const char *message = problem.message + (strncmp(problem.message, "--", 2) == 0 ? 2 : 0);
        lka_complain(complaints, &block->spot, "%s: %.600s", block->stage->name, message);
    }
    lka_where_free(where);
    lka_source_close(source);
    return status == LKA_MEMORY ? lka_fail_memory(error, 0) : LKA_OK;
}

static lka_status check_rules(const struct lka_project *project, struct lka_complaints *complaints,
                              struct lka_error *error)
{
    for (size_t i = 0; i < project->stage_count; i++) {
        const struct lka_project_stage *block = &project->stages[i];
        const char *rule = lka_options_text(block->options, "where");
        const struct lka_list *pool = lka_options_value(block->options, "pool");
        if (rule && pool && pool->count > 0) {
            LKA_TRY(check_rule(block, rule, pool, complaints, error));
        }
    }
    return LKA_OK;
}

lka_status lka_project_check_tables(const struct lka_project *project, struct lka_complaints *complaints,
                                    struct lka_error *error)
{
    if (project->column_count > 0 && !makes_tables(project)) {
        LKA_TRY(check_columns(project, complaints, error));
    }
    return check_rules(project, complaints, error);
}
