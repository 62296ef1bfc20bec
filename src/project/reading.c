/* A project file: the keys that every project has, then one block a stage, whose keys are the stage's parameters. */
#include "project/reading.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/session.h"
#include "base/small_file.h"
#include "project/tables.h"
#include "table/roles.h"

#include <stdio.h>

static const char *const general[] = {"sources", "columns", "as-of", "seed", "workspace", "out", "rules"};
enum { SOURCES, COLUMNS, AS_OF, SEED, WORKSPACE, OUT, RULES, GENERAL };

/* ---- texts ------------------------------------------------------------------------------------ */

static char *copy(struct lka_reading *reader, const char *text)
{
    char *made = lka_copy_string(text);
    reader->short_of_memory |= !made;
    return made;
}

/* Room for one more, zeroed; NULL when memory is short. */
static void *grow(struct lka_reading *reader, void *array_pointer, size_t *capacity, size_t *count, size_t size)
{
    if (lka_reserve(array_pointer, capacity, *count + 1, size, NULL) != LKA_OK) {
        reader->short_of_memory = true;
        return NULL;
    }
    char *array = *(void **)array_pointer;
    return memset(array + size * (*count)++, 0, size);
}

/* ---- general keys ----------------------------------------------------------------------------- */

static void take_source(struct lka_reading *reader, const char *name, const struct lka_yaml_node *key,
                        const struct lka_yaml_node *value)
{
    struct lka_project *project = reader->project;
    struct lka_project_source *source = grow(reader, &project->sources, &project->source_capacity,
                                             &project->source_count, sizeof *source);
    if (!source) {
        return;
    }
    source->name = copy(reader, name);
    source->spot = (struct lka_spot){key->line, key->column};
    if (value->kind == LKA_YAML_SEQUENCE) {
        for (size_t i = 0; i < value->count; i++) {
            lka_reading_path(reader, lka_yaml_item(&reader->yaml, value, i), name, &source->paths);
        }
    } else {
        lka_reading_path(reader, value, name, &source->paths);
    }
    if (source->paths.count > 0) {
        lka_reading_check_files(reader, value, name, &source->paths);
    }
}

static void take_rule(struct lka_reading *reader, const char *name, const struct lka_yaml_node *value)
{
    struct lka_project *project = reader->project;
    const char *text = lka_reading_text(reader, value, name);
    struct lka_project_rule *rule = grow(reader, &project->rules, &project->rule_capacity, &project->rule_count,
                                         sizeof *rule);
    if (rule) {
        rule->name = copy(reader, name);
        rule->text = copy(reader, text ? text : "");
    }
}

static bool names_type(const char *text)
{
    for (int type = LKA_TYPE_UNKNOWN + 1; type < LKA_TYPE_COUNT; type++) {
        if (strcmp(text, lka_type_name((enum lka_type)type)) == 0) {
            return true;
        }
    }
    return false;
}

static void check_role(struct lka_reading *reader, const char *column, const struct lka_yaml_node *node,
                       const char *text)
{
    enum lka_role role;
    char *argument = NULL;
    struct lka_error error = {0};
    lka_status status = lka_role_parse(lka_span_of(text), &role, &argument, &error);
    if (status == LKA_MEMORY) {
        reader->short_of_memory = true;
    } else if (status != LKA_OK) {
        lka_complain(&reader->complaints, node, "%.60s: no type (number, category, list, date, boolean); and %.300s",
                     column, error.message);
    }
    lka_free(argument);
}

static void take_role_or_type(struct lka_reading *reader, struct lka_project_column *column,
                              const struct lka_yaml_node *node)
{
    const char *text = lka_reading_text(reader, node, column->name);
    if (!text) {
        return;
    }
    bool is_type = names_type(text);
    if (!is_type) {
        check_role(reader, column->name, node, text);
    }
    struct lka_text item = {0};
    lka_text_format(&item, "%s=%s", column->name, text);
    char **target = is_type ? &column->type : &column->role;
    if (*target) {
        lka_complain(&reader->complaints, node, "%.60s has two %s", column->name, is_type ? "types" : "roles");
    }
    lka_free(*target);
    *target = NULL;
    reader->short_of_memory |= lka_text_take(&item, target, NULL) != LKA_OK;
}

static void take_column(struct lka_reading *reader, const char *name, const struct lka_yaml_node *key,
                        const struct lka_yaml_node *value)
{
    struct lka_project *project = reader->project;
    struct lka_project_column *column = grow(reader, &project->columns, &project->column_capacity,
                                             &project->column_count, sizeof *column);
    if (!column || !(column->name = copy(reader, name))) {
        return;
    }
    column->spot = (struct lka_spot){key->line, key->column};
    if (value->kind == LKA_YAML_SEQUENCE) {
        for (size_t i = 0; i < value->count; i++) {
            take_role_or_type(reader, column, lka_yaml_item(&reader->yaml, value, i));
        }
    } else {
        take_role_or_type(reader, column, value);
    }
}

static bool is_repeated(struct lka_reading *reader, const struct lka_yaml_node *mapping, size_t pair)
{
    const struct lka_yaml_node *key = lka_yaml_key(&reader->yaml, mapping, pair);
    for (size_t i = 0; i < pair; i++) {
        const struct lka_yaml_node *other = lka_yaml_key(&reader->yaml, mapping, i);
        if (other->kind == LKA_YAML_SCALAR && lka_span_equal(other->text, key->text)) {
            lka_complain(&reader->complaints, key, "\"%.60s\" is repeated; it was in line %u already", key->text.text,
                         other->line);
            return true;
        }
    }
    return false;
}

/* A mapping of the user's own names. */
static void take_names(struct lka_reading *reader, int which, const struct lka_yaml_node *node)
{
    if (!node || !lka_yaml_is(node, LKA_YAML_MAPPING, general[which], &reader->complaints)) {
        return;
    }
    for (size_t pair = 0; pair < node->count; pair++) {
        const struct lka_yaml_node *key = lka_yaml_key(&reader->yaml, node, pair);
        const struct lka_yaml_node *value = lka_yaml_value(&reader->yaml, node, pair);
        const char *name = lka_reading_key(reader, node, pair);
        if (!name || is_repeated(reader, node, pair)) {
            continue;
        }
        if (which == SOURCES) {
            take_source(reader, name, key, value);
        } else if (which == COLUMNS) {
            take_column(reader, name, key, value);
        } else {
            take_rule(reader, name, value);
        }
    }
}

static void take_general(struct lka_reading *reader, const struct lka_yaml_node *const *values)
{
    struct lka_project *project = reader->project;
    char **const texts[GENERAL] = {
        [AS_OF] = &project->as_of, [SEED] = &project->seed, [WORKSPACE] = &project->workspace, [OUT] = &project->out};
    for (int i = 0; i < GENERAL; i++) {
        const char *text = texts[i] && values[i] ? lka_reading_text(reader, values[i], general[i]) : NULL;
        if (text) {
            bool path = i == WORKSPACE || i == OUT;
            *texts[i] = path ? lka_project_path(project, text) : copy(reader, text);
            reader->short_of_memory |= !*texts[i];
        }
    }
    if (!project->out) {
        project->out = lka_project_path(project, "out");
        reader->short_of_memory |= !project->out;
    }
    take_names(reader, RULES, values[RULES]);
    take_names(reader, COLUMNS, values[COLUMNS]);
    take_names(reader, SOURCES, values[SOURCES]);
}

/* ---- the top ---------------------------------------------------------------------------------- */

/* The first words of all stages behind the general keys; each once. `words` has room for the bytes. */
static size_t top_keys(const char *keys[LKA_READING_KEYS], char words[LKA_READING_KEYS][32])
{
    size_t count = GENERAL;
    memcpy(keys, general, sizeof general);
    for (size_t i = 0; i < lka_stage_count && count < LKA_READING_KEYS; i++) {
        snprintf(words[count], sizeof words[count], "%.*s", (int)strcspn(lka_stages[i].name, " "), lka_stages[i].name);
        if (i == 0 || !lka_stage_begins_with(&lka_stages[i - 1], words[count])) {
            keys[count] = words[count];
            count++;
        }
    }
    return count;
}

static lka_status read_tree(struct lka_reading *reader, const struct lka_yaml_node *root, struct lka_error *error)
{
    const char *keys[LKA_READING_KEYS];
    char words[LKA_READING_KEYS][32];
    const struct lka_yaml_node *values[LKA_READING_KEYS];
    size_t count = top_keys(keys, words);
    if (!root) {
        lka_complain_at(&reader->complaints, 1, 1, "the file is empty; a project has sources and a block a stage");
        return LKA_OK;
    }
    LKA_TRY(LKA_NEW(reader->project->stages, lka_stage_count + 1, error));
    if (!lka_yaml_fields(&reader->yaml, root, "a project", keys, count, values, &reader->complaints)) {
        return LKA_OK;
    }
    take_general(reader, values);
    for (size_t i = GENERAL; i < count && !reader->short_of_memory; i++) {
        if (values[i]) {
            lka_reading_blocks(reader, keys[i], values[i]);
        }
    }
    if (reader->short_of_memory) {
        return lka_fail_memory(error, 0);
    }
    if (reader->project->stage_count == 0 && reader->complaints.count == 0) {
        lka_complain(&reader->complaints, root, "names no stage; allowed: a block for each of %s, ...", keys[GENERAL]);
    }
    LKA_TRY(lka_project_wire(reader->project, &reader->complaints, error));
    return lka_project_check_tables(reader->project, &reader->complaints, error);
}

static lka_status parse(struct lka_reading *reader, const struct lka_text *text, struct lka_error *error)
{
    LKA_TRY(lka_yaml_load(&reader->yaml, text->bytes ? text->bytes : "", text->length, &reader->complaints, error));
    LKA_TRY(lka_complaints_status(&reader->complaints, error));
    LKA_TRY(read_tree(reader, lka_yaml_root(&reader->yaml), error));
    return lka_complaints_status(&reader->complaints, error);
}

static lka_status open_file(struct lka_reading *reader, const char *file, struct lka_error *error)
{
    struct lka_project *project = reader->project;
    const char *slash = strrchr(file, '/');
    project->file = lka_copy_string(file);
    project->directory = lka_copy_text(file, slash ? (size_t)(slash - file) + 1 : 0);
    if (!project->file || !project->directory) {
        return lka_fail_memory(error, strlen(file));
    }
    reader->complaints = (struct lka_complaints){.file = project->file, .by_place = true};
    struct lka_text text = {0};
    lka_status status = lka_small_file_read(file, "a project", LKA_YAML_BYTES, &text, error);
    if (status == LKA_OK) {
        status = parse(reader, &text, error);
    }
    lka_yaml_release(&reader->yaml);
    lka_text_release(&text);
    return status;
}

static void warn_of_unused(const struct lka_project *project, const struct lka_session *session)
{
    struct lka_text names = {0};
    for (size_t i = 0; i < project->source_count; i++) {
        if (!project->sources[i].used) {
            lka_text_format(&names, "%s%.60s", names.length ? ", " : "", project->sources[i].name);
        }
    }
    if (names.bytes && !names.failed) {
        lka_warn(session, "%s: sources that no stage reads: %s", project->file, names.bytes);
    }
    lka_text_release(&names);
}

lka_status lka_project_open(const char *file, const struct lka_session *session, struct lka_project **project,
                            struct lka_error *error)
{
    struct lka_reading reader = {0};
    *project = NULL;
    LKA_TRY(LKA_NEW(reader.project, 1, error));
    lka_status status = open_file(&reader, file, error);
    if (status != LKA_OK) {
        lka_project_close(reader.project);
        return status;
    }
    warn_of_unused(reader.project, session);
    *project = reader.project;
    return LKA_OK;
}
