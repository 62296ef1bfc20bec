/* A run in one view: read and check the project file; then, stage after stage in the order of the flow, complete its
 * options, see whether anything that its result follows from changed since it was last run, run it if so, and write
 * down that it is done. */
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/warnings.h"
#include "lookalike/project.h"
#include "project/facts.h"
#include "project/fingerprint.h"
#include "project/project.h"
#include "project/state.h"
#include "project/tables.h"
#include "store/events.h"

#include <errno.h>
#include <sys/stat.h>

#define LKA_ALL_RUN_PARAMS(X)                                                                                     \
    X(TEXT, project, "project", NULL, 0, 0, NULL, "FILE", "the project file (YAML)", true)                        \
    X(TEXT, from, "from", NULL, 0, 0, NULL, "STAGE", "run this stage and all behind it, unchanged or not", false) \
    X(TEXT, only, "only", NULL, 0, 0, NULL, "STAGE", "run this stage alone, unchanged or not", false)             \
    X(INTEGER, threads, "threads", "0", 0, 1024, NULL, "N",                                                       \
      "threads to use; 0: one a core; results do not depend on it", false)                                        \
    X(TEXT, temporary, "temporary", NULL, 0, 0, NULL, "DIR",                                                      \
      "where big intermediate files go; default: $TMPDIR, else /tmp", false)                                      \
    LKA_EVENTS_PARAMS(X)                                                                                          \
    X(FLAG, dry_run, "dry-run", "false", 0, 0, NULL, NULL,                                                        \
      "check everything, show what would be run, and write nothing", false)

LKA_PARAMS_STRUCT(run_options, LKA_ALL_RUN_PARAMS);
#define LKA_PARAM_OWNER struct run_options
LKA_PARAMS_TABLE(lka_run_params, "run", LKA_ALL_RUN_PARAMS);

enum { OUTPUT = 40 }; /* room for a fingerprint and a sign */

struct running {
    const struct lka_options *all;
    const struct run_options *options;
    const struct lka_session *session;
    struct lka_project *project;
    struct lka_run_state state;
    const struct lka_project_stage *from; /* NULL: all that changed */
    const struct lka_project_stage *only;
    struct lka_text before; /* the workspace's epoch, and fingerprints of the stages so far that use it */
    bool *stale;            /* dry run, by stage: its output would be another one */
    json_t *told;           /* the document's stages */
};

/* ---- a stage's session: quiet steps, its name before everything ------------------------------- */

struct inner {
    struct lka_session session;
    const struct lka_session *outer;
    const char *stage;
    json_t *warnings;
    bool failed;
};

static void on_warning(void *user, const char *text)
{
    struct inner *inner = user;
    inner->failed |= json_array_append_new(inner->warnings, lka_json_string(text)) != 0;
    lka_warn(inner->outer, "%s: %s", inner->stage, text);
}

static void on_progress(void *user, const char *step, uint64_t done, uint64_t total)
{
    const struct inner *inner = user;
    struct lka_text name = {0};
    lka_text_format(&name, "%s: %s", inner->stage, step);
    if (!name.failed) {
        inner->outer->progress(inner->outer->user, name.bytes, done, total);
    }
    lka_text_release(&name);
}

static bool on_interrupted(void *user)
{
    const struct inner *inner = user;
    return inner->outer->interrupted(inner->outer->user);
}

static lka_status inner_init(struct inner *inner, const struct lka_session *outer, const char *stage,
                             struct lka_error *error)
{
    *inner = (struct inner){.outer = outer, .stage = stage, .warnings = json_array()};
    inner->session = (struct lka_session){
        .user = inner,
        .warn = on_warning,
        .progress = outer && outer->progress ? on_progress : NULL,
        .interrupted = outer && outer->interrupted ? on_interrupted : NULL,
    };
    return inner->warnings ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
}

/* ---- telling ---------------------------------------------------------------------------------- */

static lka_status tell(struct running *running, const struct lka_project_stage *block, const char *status,
                       const char *told, double seconds, json_t *warnings, struct lka_error *error)
{
    bool ran = strcmp(status, "ran") == 0;
    /* "campaign", "seeds: 20 reactivated ..." */
    const char *space = strchr(block->stage->name, ' ');
    const char *part = space ? space + 1 : "";
    char step[32];
    snprintf(step, sizeof step, "%.*s", (int)strcspn(block->stage->name, " "), block->stage->name);
    if (ran) {
        lka_log_step(running->session, step, "%s%s%s in %.1f s", part, space ? ": " : "", told, seconds);
    } else {
        lka_log_step(running->session, step, "%s%s%s: %s", part, space ? ": " : "", status, told);
    }
    json_t *entry = json_pack("{s:s, s:s, s:s, s:o}", "stage", block->stage->name, "status", status, "told", told,
                              "out", lka_json_string(block->out));
    if (ran && entry) {
        json_object_set_new(entry, "seconds", json_real(seconds));
        json_object_set(entry, "warnings", warnings);
    }
    return json_array_append_new(running->told, entry) == 0 ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
}

/* ---- running one stage ------------------------------------------------------------------------ */

/* The directories between the project's `out` and what the stage writes. */
static lka_status make_parents(const char *path, struct lka_error *error)
{
    char *copy = lka_copy_string(path);
    lka_status status = copy ? LKA_OK : lka_fail_memory(error, strlen(path));
    for (char *slash = copy ? strchr(copy + 1, '/') : NULL; slash && status == LKA_OK; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST) {
            status = lka_fail_errno(error, LKA_USAGE, "make the directory", copy, errno);
        }
        *slash = '/';
    }
    lka_free(copy);
    return status;
}

/* The stage's words, with its name before them. */
static lka_status fail_stage(const char *stage, lka_status status, struct lka_error *error)
{
    if (error && status != LKA_INTERRUPTED) {
        struct lka_error own = *error;
        return lka_fail_at(error, status, own.file, own.line, own.column, "%s: %.900s", stage, own.message);
    }
    return status;
}

static bool uses_workspace(const struct lka_project_stage *block)
{
    return lka_options_text(block->options, "workspace") != NULL;
}

/* What the stage left behind: its output, and a workspace that is there or not. */
static lka_status look_at_output(const struct running *running, const struct lka_project_stage *block,
                                 char output[OUTPUT], struct lka_error *error)
{
    struct stat facts;
    bool there = uses_workspace(block) && stat(lka_options_text(block->options, "workspace"), &facts) == 0;
    LKA_TRY(lka_fingerprint_path(block->out, running->session, output, error));
    if (*output && there) {
        strcat(output, "+");
    }
    return LKA_OK;
}

/* Who objected, and the archive of events: others write them, too (`suppress import`, `erase`), and every stage that
 * uses the workspace follows from them. What it holds besides is the stages' own. */
static lka_status look_at_workspace(const struct running *running, char hex[67], struct lka_error *error)
{
    static const char *const parts[] = {"suppression.bin", "events"};
    const char *workspace = NULL;
    hex[0] = '\0';
    for (size_t i = 0; i < running->project->stage_count && !workspace; i++) {
        workspace = lka_options_text(running->project->stages[i].options, "workspace");
    }
    for (size_t i = 0; i < 2 && workspace; i++) {
        struct lka_text path = {0};
        lka_text_format(&path, "%s/%s", workspace, parts[i]);
        lka_status status = path.failed ? lka_fail_memory(error, path.capacity)
                                        : lka_fingerprint_path(path.bytes, running->session, hex + strlen(hex), error);
        lka_text_release(&path);
        LKA_TRY(status);
    }
    return LKA_OK;
}

static lka_status tell_document(struct running *running, const struct lka_project_stage *block, const char *document,
                                struct inner *inner, double seconds, const char *fingerprint, struct lka_error *error)
{
    char output[OUTPUT];
    struct lka_text told = {0};
    json_t *read = NULL;
    LKA_TRY(lka_json_read(document, strlen(document), 0, &read, error));
    lka_facts_tell(block->stage, read, &told);
    lka_text_append(&told, "", 0);
    json_decref(read);
    lka_status status = told.failed || inner->failed ? lka_fail_memory(error, 0)
                                                     : look_at_output(running, block, output, error);
    if (status == LKA_OK) {
        status = look_at_workspace(running, running->state.workspace, error);
    }
    if (status == LKA_OK) {
        status = lka_run_state_put(&running->state, block->stage->name, fingerprint, output, told.bytes, seconds,
                                   error);
    }
    if (status == LKA_OK) {
        status = tell(running, block, "ran", told.bytes, seconds, inner->warnings, error);
    }
    lka_text_release(&told);
    return status;
}

static lka_status run_stage(struct running *running, struct lka_project_stage *block, const char *fingerprint,
                            struct lka_error *error)
{
    struct inner inner;
    char *document = NULL;
    double start = lka_seconds();
    LKA_TRY(make_parents(block->out, error));
    LKA_TRY(inner_init(&inner, running->session, block->stage->name, error));
    lka_status status = block->stage->run(block->options, &inner.session, &document, error);
    status = status == LKA_OK
                 ? tell_document(running, block, document, &inner, lka_seconds() - start, fingerprint, error)
                 : fail_stage(block->stage->name, status, error);
    lka_free(document);
    json_decref(inner.warnings);
    return status;
}

/* ---- whether to run it ------------------------------------------------------------------------ */

static lka_status complete(struct running *running, struct lka_project_stage *block, char fingerprint[33],
                           struct lka_error *error)
{
    LKA_TRY(lka_project_set_columns(running->project, block, error));
    for (size_t i = 0; i < lka_run_params.count; i++) {
        const char *key = lka_run_params.params[i].key;
        if (lka_param_is_of_machine(key)) {
            LKA_TRY(lka_options_copy_one(block->options, running->all, key, error));
        }
    }
    const char *before = uses_workspace(block) && running->before.bytes ? running->before.bytes : "";
    LKA_TRY(lka_fingerprint_stage(block, before, running->session, fingerprint, error));
    if (uses_workspace(block)) {
        lka_text_string(&running->before, fingerprint);
    }
    return running->before.failed ? lka_fail_memory(error, 0) : LKA_OK;
}

/* What it told when its result was made, if that still holds; else NULL. */
static lka_status find_unchanged(struct running *running, const struct lka_project_stage *block,
                                 const char *fingerprint, const char **told, struct lka_error *error)
{
    char output[OUTPUT];
    *told = NULL;
    if (running->only || running->from) {
        return LKA_OK; /* whoever comes to be asked is to be run */
    }
    LKA_TRY(look_at_output(running, block, output, error));
    *told = lka_run_state_find(&running->state, block->stage->name, fingerprint, output);
    return LKA_OK;
}

/* Would a stage before it, which has not been run now, give it another input? */
static bool waits_for_others(const struct running *running, const struct lka_project_stage *block)
{
    const struct lka_project *project = running->project;
    for (size_t i = 0; i < LKA_STAGE_WIRES && block->stage->wires[i].key; i++) {
        const struct lka_wire *wire = &block->stage->wires[i];
        const struct lka_param *param = lka_param_find(block->stage->params, wire->key);
        const struct lka_project_stage *from = wire->stage ? lka_project_find_stage(project, wire->stage) : NULL;
        if (from && block->produced[param - block->stage->params->params] && running->stale[from - project->stages]) {
            return true;
        }
    }
    for (const struct lka_project_stage *other = project->stages; other < block; other++) {
        if (uses_workspace(block) && uses_workspace(other) && running->stale[other - project->stages]) {
            return true;
        }
    }
    return false;
}

static lka_status take_stage(struct running *running, struct lka_project_stage *block, struct lka_error *error)
{
    char fingerprint[33];
    const char *told;
    LKA_TRY(lka_step(running->session, block->stage->name, 0, 0, error));
    LKA_TRY(complete(running, block, fingerprint, error));
    LKA_TRY(find_unchanged(running, block, fingerprint, &told, error));
    if (told && !waits_for_others(running, block)) {
        return tell(running, block, "unchanged", told, 0, NULL, error);
    }
    if (running->options->dry_run) {
        running->stale[block - running->project->stages] = true;
        return tell(running, block, "would run", block->out, 0, NULL, error);
    }
    return run_stage(running, block, fingerprint, error);
}

/* ---- the run ---------------------------------------------------------------------------------- */

static lka_status find_named(const struct lka_project *project, const char *flag, const char *name,
                             const struct lka_project_stage **block, struct lka_error *error)
{
    *block = name ? lka_project_find_stage(project, name) : NULL;
    if (!name || *block) {
        return LKA_OK;
    }
    const char *names[64] = {0};
    size_t count = 0;
    for (; count < project->stage_count && count < 64; count++) {
        names[count] = project->stages[count].stage->name;
    }
    const char *nearest = lka_nearest(name, names, count);
    if (nearest) {
        return lka_fail(error, LKA_USAGE, "--%s: %s has no stage \"%.60s\"; did you mean \"%s\"?", flag, project->file,
                        name, nearest);
    }
    struct lka_text all = {0};
    for (size_t i = 0; i < count; i++) {
        lka_text_format(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    lka_status status = all.failed ? lka_fail_memory(error, 0)
                                   : lka_fail(error, LKA_USAGE, "--%s: %s has no stage \"%.60s\"; allowed: %s", flag,
                                              project->file, name, all.bytes ? all.bytes : "none");
    lka_text_release(&all);
    return status;
}

static lka_status prepare(struct running *running, struct lka_error *error)
{
    const struct run_options *options = running->options;
    LKA_TRY(lka_project_open(options->project, running->session, &running->project, error));
    if (options->from && options->only) {
        return lka_fail(error, LKA_USAGE, "--from and --only are both given; one of them is enough");
    }
    LKA_TRY(find_named(running->project, "from", options->from, &running->from, error));
    LKA_TRY(find_named(running->project, "only", options->only, &running->only, error));
    LKA_TRY(LKA_NEW(running->stale, running->project->stage_count, error));
    running->told = json_array();
    LKA_TRY(running->told ? LKA_OK : lka_fail_memory(error, sizeof(json_t)));
    LKA_TRY(options->dry_run ? LKA_OK : make_parents(running->project->out, error));
    LKA_TRY(options->dry_run ? LKA_OK : lka_run_state_lock(&running->state, running->project->out, error));
    LKA_TRY(lka_run_state_read(&running->state, running->project->out, error));
    char workspace[67];
    LKA_TRY(look_at_workspace(running, workspace, error));
    lka_run_state_see(&running->state, workspace);
    lka_text_format(&running->before, "%lld", (long long)running->state.epoch);
    return running->before.failed ? lka_fail_memory(error, 0) : LKA_OK;
}

static lka_status run(struct running *running, struct lka_error *error)
{
    LKA_TRY(prepare(running, error));
    for (size_t i = 0; i < running->project->stage_count; i++) {
        struct lka_project_stage *block = &running->project->stages[i];
        bool wanted = running->only ? block == running->only : !running->from || block >= running->from;
        if (wanted) {
            LKA_TRY(take_stage(running, block, error));
        }
    }
    return LKA_OK;
}

static lka_status summarise(const struct running *running, double seconds, char **summary, struct lka_error *error)
{
    json_t *document = json_pack("{s:i, s:s, s:o, s:o, s:b, s:O, s:f}", "schema", 1, "stage", "run", "project",
                                 lka_json_string(running->project->file), "out", lka_json_string(running->project->out),
                                 "dry_run", (int)running->options->dry_run, "stages", running->told, "seconds",
                                 seconds);
    lka_status status = lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error);
    json_decref(document);
    return status;
}

lka_status lka_run(const struct lka_options *options, const struct lka_session *session, char **summary,
                   struct lka_error *error)
{
    double start = lka_seconds();
    *summary = NULL;
    LKA_TRY(lka_options_check(options, error));
    struct running running = {
        .all = options, .options = lka_options_values(options), .session = session, .state = {.lock = -1}};
    lka_status status = run(&running, error);
    if (status == LKA_OK) {
        status = summarise(&running, lka_seconds() - start, summary, error);
    }
    lka_run_state_close(&running.state);
    lka_project_close(running.project);
    lka_text_release(&running.before);
    lka_free(running.stale);
    json_decref(running.told);
    return status;
}
