/* What a block does not say: outputs below the project's `out`, inputs from the stages before or from the sources, and
 * what the whole project says for all. */
#include "project/project.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/output.h"

#include <stdio.h>

struct wiring {
    struct lka_project *project;
    struct lka_complaints *complaints;
    bool short_of_memory;
};

static void set(struct wiring *wiring, struct lka_project_stage *block, const char *key, const char *value)
{
    struct lka_error error = {0};
    lka_status status = lka_options_set(block->options, key, value, &error);
    if (status == LKA_MEMORY) {
        wiring->short_of_memory = true;
    } else if (status != LKA_OK) {
        const char *message = error.message + (strncmp(error.message, "--", 2) == 0 ? 2 : 0);
        lka_complain(wiring->complaints, &block->spot, "%s: %.600s", block->stage->name, message);
    }
}

/* ---- outputs ---------------------------------------------------------------------------------- */

static void set_output(struct wiring *wiring, struct lka_project_stage *block)
{
    const struct lka_stage *stage = block->stage;
    if (!lka_options_given(block->options, stage->writes)) {
        struct lka_text path = {0};
        lka_text_format(&path, "%s/%s", wiring->project->out, stage->output);
        wiring->short_of_memory |= path.failed;
        if (!path.failed) {
            set(wiring, block, stage->writes, path.bytes);
        }
        lka_text_release(&path);
    }
    block->out = lka_options_text(block->options, stage->writes);
}

/* Below a stage's output nothing else may be written, and nothing over it. */
static bool collide(const char *a, const char *b)
{
    size_t length = strlen(a);
    return lka_output_same(a, b) || (strncmp(a, b, length) == 0 && (b[length] == '/' || b[length] == '\0'));
}

static void check_outputs(struct wiring *wiring)
{
    const struct lka_project *project = wiring->project;
    for (size_t i = 0; i < project->stage_count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct lka_project_stage *a = &project->stages[j];
            const struct lka_project_stage *b = &project->stages[i];
            if (a->out && b->out && (collide(a->out, b->out) || collide(b->out, a->out))) {
                lka_complain(wiring->complaints, &b->spot,
                             "%s and %s both write to \"%.200s\"; give one of them its "
                             "own `%s`",
                             a->stage->name, b->stage->name, b->out, b->stage->writes);
            }
        }
    }
}

/* ---- lifecycle twice -------------------------------------------------------------------------- */

static bool asks_for(const struct lka_project_stage *block, const struct lka_wire *wire)
{
    const struct lka_param *param = lka_param_find(block->stage->params, wire->key);
    return wire->stage && block->named[param - block->stage->params->params];
}

static const struct lka_wire *find_asked(const struct lka_project_stage *block)
{
    for (size_t w = 0; w < LKA_STAGE_WIRES && block->stage->wires[w].key; w++) {
        if (block->stage->wires[w].asked && asks_for(block, &block->stage->wires[w])) {
            return &block->stage->wires[w];
        }
    }
    return NULL;
}

/* The same options, without what the second pass alone is for. */
static lka_status copy_block(struct lka_project_stage *first, const struct lka_project_stage *block,
                             struct lka_error *error)
{
    *first = (struct lka_project_stage){.stage = &lka_lifecycle_first, .spot = block->spot};
    LKA_TRY(LKA_NEW(first->produced, first->stage->params->count, error));
    LKA_TRY(LKA_NEW(first->named, first->stage->params->count, error));
    LKA_TRY(lka_options_new(first->stage->params, &first->options, error));
    LKA_TRY(lka_options_copy(first->options, block->options, error));
    LKA_TRY(lka_options_unset(first->options, "where", error));
    return lka_options_unset(first->options, first->stage->writes, error);
}

/* value asks lifecycle who may be profiled and who is inactive; a lifecycle that asks for value is thus run twice,
 * before it and behind it. */
static lka_status add_first_pass(struct lka_project *project, struct lka_error *error)
{
    struct lka_project_stage *lifecycle = lka_project_find_stage(project, lka_lifecycle_first.again);
    const struct lka_wire *wire = lifecycle ? find_asked(lifecycle) : NULL;
    struct lka_project_stage *value = wire ? lka_project_find_stage(project, wire->stage) : NULL;
    if (!value) {
        return LKA_OK;
    }
    struct lka_project_stage again = *lifecycle;
    struct lka_project_stage *behind = value + 1;
    memmove(behind + 1, behind, (size_t)(project->stages + project->stage_count - behind) * sizeof again);
    *behind = again;
    project->stage_count++;
    return copy_block(lifecycle, &again, error);
}

/* ---- inputs ----------------------------------------------------------------------------------- */

/* Only from a stage that runs before. */
static void wire_stage(struct wiring *wiring, struct lka_project_stage *block, const struct lka_wire *wire)
{
    const struct lka_project_stage *from = lka_project_find_stage(wiring->project, wire->stage);
    if (!from || from > block || !from->out) {
        return;
    }
    struct lka_text path = {0};
    lka_text_format(&path, "%s%s", from->out, wire->below ? wire->below : "");
    wiring->short_of_memory |= path.failed;
    if (!path.failed) {
        set(wiring, block, wire->key, path.bytes);
    }
    lka_text_release(&path);
    const struct lka_param *param = lka_param_find(block->stage->params, wire->key);
    block->produced[param - block->stage->params->params] = true;
}

static void wire_source(struct wiring *wiring, struct lka_project_stage *block, const struct lka_wire *wire)
{
    struct lka_project_source *source = lka_project_find_source(wiring->project, wire->source);
    if (!source) {
        return;
    }
    const struct lka_param *param = lka_param_find(block->stage->params, wire->key);
    source->used = true;
    if (source->paths.count > 1 && param->type != LKA_PARAM_LIST) {
        lka_complain(wiring->complaints, &source->spot, "%s: %s takes one file; the source \"%s\" has %zu",
                     block->stage->name, wire->key, wire->source, source->paths.count);
        return;
    }
    for (size_t i = 0; i < source->paths.count; i++) {
        set(wiring, block, wire->key, source->paths.items[i]);
    }
}

static void wire_inputs(struct wiring *wiring, struct lka_project_stage *block)
{
    for (size_t i = 0; i < LKA_STAGE_WIRES && block->stage->wires[i].key; i++) {
        const struct lka_wire *wire = &block->stage->wires[i];
        bool wanted = !lka_options_given(block->options, wire->key) && (!wire->asked || asks_for(block, wire)) &&
                      !(wire->unless && lka_options_given(block->options, wire->unless));
        if (!wanted) {
            continue;
        }
        if (wire->stage) {
            wire_stage(wiring, block, wire);
        } else {
            wire_source(wiring, block, wire);
        }
    }
}

/* ---- for all ---------------------------------------------------------------------------------- */

/* What ranks asks a workspace only for a platform. */
static bool needs_no_workspace(const struct lka_project_stage *block, const char *key)
{
    const struct lka_param *param = lka_param_find(block->stage->params, key);
    return strcmp(key, "workspace") == 0 && param && !param->required &&
           lka_param_find(block->stage->params, "eligible-for") && !lka_options_given(block->options, "eligible-for");
}

static void set_general(struct wiring *wiring, struct lka_project_stage *block)
{
    const struct lka_project *project = wiring->project;
    const struct {
        const char *key;
        const char *value;
    } values[] = {{"as-of", project->as_of}, {"seed", project->seed}, {"workspace", project->workspace}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const char *key = values[i].key;
        /* A plan of features has its own as-of date. */
        bool planned = strcmp(key, "as-of") == 0 && lka_options_given(block->options, "plan");
        if (values[i].value && lka_param_find(block->stage->params, key) && !planned &&
            !needs_no_workspace(block, key) && !lka_options_given(block->options, key)) {
            set(wiring, block, key, values[i].value);
        }
    }
}

/* ", a source "pool" or a block train": where else a parameter may come from. */
static void add_origins(const struct lka_stage *stage, const char *key, struct lka_text *text)
{
    for (size_t i = 0; i < LKA_STAGE_WIRES && stage->wires[i].key; i++) {
        const struct lka_wire *wire = &stage->wires[i];
        if (strcmp(wire->key, key) == 0 && wire->source) {
            lka_text_format(text, ", or have a source \"%s\"", wire->source);
        } else if (strcmp(wire->key, key) == 0) {
            lka_text_format(text, ", or have a block %s", wire->stage);
        }
    }
}

static void complain_missing(struct wiring *wiring, const struct lka_project_stage *block, const char *key,
                             const char *other)
{
    struct lka_text origins = {0};
    add_origins(block->stage, key, &origins);
    if (other) {
        add_origins(block->stage, other, &origins);
    }
    wiring->short_of_memory |= origins.failed;
    lka_complain(wiring->complaints, &block->spot, "%s needs `%s`%s%s%s: give it in the block%s", block->stage->name,
                 key, other ? " or `" : "", other ? other : "", other ? "`" : "", origins.bytes ? origins.bytes : "");
    lka_text_release(&origins);
}

static void check_required(struct wiring *wiring, const struct lka_project_stage *block)
{
    const struct lka_param_table *table = block->stage->params;
    for (size_t i = 0; i < table->count; i++) {
        const char *key = table->params[i].key;
        if (!table->params[i].required || lka_options_given(block->options, key)) {
            continue;
        }
        complain_missing(wiring, block, key, NULL);
    }
    for (size_t i = 0; i < LKA_STAGE_CHOICES && block->stage->either[i][0]; i++) {
        const char *const *keys = block->stage->either[i];
        if (!lka_options_given(block->options, keys[0]) && !lka_options_given(block->options, keys[1])) {
            complain_missing(wiring, block, keys[0], keys[1]);
        }
    }
}

lka_status lka_project_wire(struct lka_project *project, struct lka_complaints *complaints, struct lka_error *error)
{
    struct wiring wiring = {project, complaints, false};
    LKA_TRY(add_first_pass(project, error));
    for (size_t i = 0; i < project->stage_count; i++) {
        set_output(&wiring, &project->stages[i]);
    }
    check_outputs(&wiring);
    for (size_t i = 0; i < project->stage_count; i++) {
        wire_inputs(&wiring, &project->stages[i]);
        set_general(&wiring, &project->stages[i]);
        check_required(&wiring, &project->stages[i]);
    }
    return wiring.short_of_memory ? lka_fail_memory(error, 0) : LKA_OK;
}
