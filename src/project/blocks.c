/* A block of a project file: its keys are the parameters of its stage. */
#include "base/error.h"
#include "base/memory.h"
#include "project/reading.h"

static void set(struct lka_reading *reader, struct lka_project_stage *block, const struct lka_yaml_node *node,
                const char *key, const char *value)
{
    struct lka_error error = {0};
    lka_status status = lka_options_set(block->options, key, value, &error);
    if (status == LKA_MEMORY) {
        reader->short_of_memory = true;
    } else if (status != LKA_OK) {
        const char *message = error.message + (strncmp(error.message, "--", 2) == 0 ? 2 : 0);
        lka_complain(&reader->complaints, node, "%s: %.600s", block->stage->name, message);
    }
}

static bool has_block(const struct lka_reading *reader, const char *word)
{
    const struct lka_yaml_node *root = lka_yaml_root(&reader->yaml);
    for (size_t pair = 0; pair < root->count; pair++) {
        const struct lka_yaml_node *key = lka_yaml_key(&reader->yaml, root, pair);
        if (key->kind == LKA_YAML_SCALAR && lka_span_equal(key->text, lka_span_of(word))) {
            return true;
        }
    }
    return false;
}

/* `value: value` is what that block makes, wherever that will be. */
static bool take_named_stage(const struct lka_reading *reader, struct lka_project_stage *block,
                             const struct lka_param *param, const char *text)
{
    for (size_t i = 0; i < LKA_STAGE_WIRES && block->stage->wires[i].key; i++) {
        const struct lka_wire *wire = &block->stage->wires[i];
        if (wire->stage && strcmp(wire->stage, text) == 0 && strcmp(wire->key, param->key) == 0 &&
            has_block(reader, text)) {
            block->named[param - block->stage->params->params] = true;
            return true;
        }
    }
    return false;
}

/* The name of a source stands for its files, that of a block for what it makes; anything else is a path. What an
 * earlier stage may make need not be there yet. */
static void set_path(struct lka_reading *reader, struct lka_project_stage *block, const struct lka_param *param,
                     const struct lka_yaml_node *node, const char *text)
{
    struct lka_project_source *source = lka_project_find_source(reader->project, text);
    struct lka_list own = {0};
    const struct lka_list *paths = &own;
    bool reads = lka_stage_reads(block->stage, param);
    if (!source && reads && take_named_stage(reader, block, param, text)) {
        return;
    }
    if (source && reads) {
        source->used = true;
        paths = &source->paths;
        if (paths->count > 1 && param->type != LKA_PARAM_LIST) {
            lka_complain(&reader->complaints, node, "%s: %s takes one file; the source \"%.60s\" has %zu",
                         block->stage->name, param->key, text, paths->count);
        }
    } else {
        lka_reading_path(reader, node, param->key, &own);
        bool made_here = own.count > 0 &&
                         strncmp(own.items[0], reader->project->out, strlen(reader->project->out)) == 0;
        if (own.count > 0 && reads && !made_here) {
            lka_reading_check_files(reader, node, param->key, &own);
        }
    }
    for (size_t i = 0; i < paths->count; i++) {
        set(reader, block, node, param->key, paths->items[i]);
    }
    for (size_t i = 0; i < own.count; i++) {
        lka_free(own.items[i]);
    }
    lka_free(own.items);
}

static const char *rule_of(const struct lka_project *project, const char *text)
{
    for (size_t i = 0; i < project->rule_count; i++) {
        if (strcmp(project->rules[i].name, text) == 0) {
            return project->rules[i].text;
        }
    }
    return text;
}

static void take_value(struct lka_reading *reader, struct lka_project_stage *block, const struct lka_param *param,
                       const struct lka_yaml_node *node)
{
    const char *text = lka_reading_text(reader, node, param->key);
    if (!text) {
        return;
    }
    if (strcmp(param->key, "where") == 0) {
        set(reader, block, node, param->key, rule_of(reader->project, text));
    } else if (lka_stage_reads(block->stage, param) || lka_stage_writes(block->stage, param) ||
               strcmp(param->key, "workspace") == 0) {
        set_path(reader, block, param, node, text);
    } else {
        set(reader, block, node, param->key, text);
    }
}

/* A list's items may be written as key: value where they are "KEY=VALUE". */
static void take_pairs(struct lka_reading *reader, struct lka_project_stage *block, const struct lka_param *param,
                       const struct lka_yaml_node *node)
{
    for (size_t pair = 0; pair < node->count; pair++) {
        const struct lka_yaml_node *value = lka_yaml_value(&reader->yaml, node, pair);
        const char *name = lka_reading_key(reader, node, pair);
        const char *text = lka_reading_text(reader, value, param->key);
        struct lka_text item = {0};
        lka_text_format(&item, "%s=%s", name ? name : "", text ? text : "");
        reader->short_of_memory |= item.failed;
        if (name && text && !item.failed) {
            set(reader, block, value, param->key, item.bytes);
        }
        lka_text_release(&item);
    }
}

static void take_values(struct lka_reading *reader, struct lka_project_stage *block, const struct lka_param *param,
                        const struct lka_yaml_node *node)
{
    bool list = param->type == LKA_PARAM_LIST;
    if (list && node->kind == LKA_YAML_SEQUENCE) {
        for (size_t i = 0; i < node->count; i++) {
            take_value(reader, block, param, lka_yaml_item(&reader->yaml, node, i));
        }
    } else if (list && node->kind == LKA_YAML_MAPPING) {
        take_pairs(reader, block, param, node);
    } else {
        take_value(reader, block, param, node);
    }
}

/* `lifecycle:` with nothing behind it is a block, too. */
static bool is_empty(const struct lka_yaml_node *node)
{
    return node->kind == LKA_YAML_SCALAR && node->text.length == 0;
}

/* What is said to the runner, for all blocks, or what is no part of the result. */
static bool is_refused(const char *key)
{
    return lka_param_is_of_machine(key) || strcmp(key, "draw") == 0 || strcmp(key, "dry-run") == 0;
}

static void take_keys(struct lka_reading *reader, struct lka_project_stage *block, const struct lka_yaml_node *node)
{
    const struct lka_param_table *table = block->stage->params;
    const char *keys[256];
    const struct lka_yaml_node *values[256];
    size_t count = 0;
    for (size_t i = 0; i < table->count && count < sizeof keys / sizeof *keys; i++) {
        if (!is_refused(table->params[i].key)) {
            keys[count++] = table->params[i].key;
        }
    }
    if (is_empty(node) ||
        !lka_yaml_fields(&reader->yaml, node, block->stage->name, keys, count, values, &reader->complaints)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (values[i]) {
            take_values(reader, block, lka_param_find(table, keys[i]), values[i]);
        }
    }
}

static void take_block(struct lka_reading *reader, const struct lka_stage *stage, const struct lka_yaml_node *node)
{
    struct lka_project_stage *block = &reader->project->stages[reader->project->stage_count++];
    *block = (struct lka_project_stage){.stage = stage, .spot = {node->line, node->column}};
    block->produced = lka_new(stage->params->count, sizeof *block->produced);
    block->named = lka_new(stage->params->count, sizeof *block->named);
    if (!block->produced || !block->named || lka_options_new(stage->params, &block->options, NULL) != LKA_OK) {
        reader->short_of_memory = true;
        return;
    }
    take_keys(reader, block, node);
}

/* "campaign" of "campaign seeds", and "seeds"; NULL for a block that has no blocks in it. */
static const char *second_word(const char *name)
{
    const char *space = strchr(name, ' ');
    return space ? space + 1 : NULL;
}

/* A block, or the blocks in it, in the order of the flow. */
void lka_reading_blocks(struct lka_reading *reader, const char *word, const struct lka_yaml_node *node)
{
    const char *keys[LKA_READING_KEYS];
    const struct lka_stage *stages[LKA_READING_KEYS];
    const struct lka_yaml_node *values[LKA_READING_KEYS];
    size_t count = 0;
    for (size_t i = 0; i < lka_stage_count && count < LKA_READING_KEYS; i++) {
        if (lka_stage_begins_with(&lka_stages[i], word)) {
            stages[count] = &lka_stages[i];
            keys[count++] = second_word(lka_stages[i].name);
        }
    }
    if (!keys[0]) {
        take_block(reader, stages[0], node);
        return;
    }
    if (!lka_yaml_fields(&reader->yaml, node, word, keys, count, values, &reader->complaints)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (values[i]) {
            take_block(reader, stages[i], values[i]);
        }
    }
}
