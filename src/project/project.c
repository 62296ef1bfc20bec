/* What a project is, and its life; project/reading.c reads it from its file. */
#include "project/project.h"

#include "base/memory.h"
#include "base/text.h"

static void free_list(struct lka_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        lka_free(list->items[i]);
    }
    lka_free(list->items);
}

static void free_names(struct lka_project *project)
{
    for (size_t i = 0; i < project->source_count; i++) {
        lka_free(project->sources[i].name);
        free_list(&project->sources[i].paths);
    }
    for (size_t i = 0; i < project->rule_count; i++) {
        lka_free(project->rules[i].name);
        lka_free(project->rules[i].text);
    }
    for (size_t i = 0; i < project->column_count; i++) {
        lka_free(project->columns[i].name);
        lka_free(project->columns[i].role);
        lka_free(project->columns[i].type);
    }
    lka_free(project->sources);
    lka_free(project->rules);
    lka_free(project->columns);
}

void lka_project_close(struct lka_project *project)
{
    if (!project) {
        return;
    }
    free_names(project);
    for (size_t i = 0; i < project->stage_count; i++) {
        lka_options_free(project->stages[i].options);
        lka_free(project->stages[i].produced);
        lka_free(project->stages[i].named);
    }
    lka_free(project->stages);
    lka_free(project->file);
    lka_free(project->directory);
    lka_free(project->out);
    lka_free(project->workspace);
    lka_free(project->as_of);
    lka_free(project->seed);
    lka_free(project);
}

char *lka_project_path(const struct lka_project *project, const char *path)
{
    struct lka_text text = {0};
    lka_text_string(&text, path[0] == '/' ? "" : project->directory);
    lka_text_string(&text, path);
    char *joined = NULL;
    return lka_text_take(&text, &joined, NULL) == LKA_OK ? joined : NULL;
}

struct lka_project_source *lka_project_find_source(const struct lka_project *project, const char *name)
{
    for (size_t i = 0; i < project->source_count; i++) {
        if (strcmp(project->sources[i].name, name) == 0) {
            return &project->sources[i];
        }
    }
    return NULL;
}

struct lka_project_stage *lka_project_find_stage(const struct lka_project *project, const char *name)
{
    for (size_t i = 0; i < project->stage_count; i++) {
        if (strcmp(project->stages[i].stage->name, name) == 0) {
            return &project->stages[i];
        }
    }
    return NULL;
}

static bool is_path(const struct lka_param *param)
{
    return param->unit && (strcmp(param->unit, "FILE") == 0 || strcmp(param->unit, "DIR") == 0);
}

bool lka_stage_writes(const struct lka_stage *stage, const struct lka_param *param)
{
    return strcmp(param->key, stage->writes) == 0 || (stage->writes_too && strcmp(param->key, stage->writes_too) == 0);
}

bool lka_stage_reads(const struct lka_stage *stage, const struct lka_param *param)
{
    return is_path(param) && !lka_stage_writes(stage, param) && strcmp(param->key, "workspace") != 0 &&
           strcmp(param->key, "temporary") != 0;
}
