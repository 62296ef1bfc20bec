#include "project/state.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "source/output.h"
#include "source/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char name[] = ".run.json";

lka_status lka_run_state_read(struct lka_run_state *state, const char *out, struct lka_error *error)
{
    struct lka_text path = {0};
    lka_text_format(&path, "%s/%s", out, name);
    LKA_TRY(lka_text_take(&path, &state->path, error));
    json_t *document;
    LKA_TRY(lka_json_read_file(state->path, &document, NULL, error));
    const json_t *version = json_object_get(document, "version");
    bool ours = json_is_string(version) && strcmp(json_string_value(version), lka_version()) == 0;
    json_t *stages = ours ? json_object_get(document, "stages") : NULL;
    state->stages = json_is_object(stages) ? json_incref(stages) : json_object();
    const char *workspace = json_string_value(json_object_get(document, "workspace"));
    snprintf(state->workspace, sizeof state->workspace, "%s", workspace ? workspace : "");
    state->epoch = json_integer_value(json_object_get(document, "epoch"));
    json_decref(document);
    return state->stages ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
}

lka_status lka_run_state_lock(struct lka_run_state *state, const char *out, struct lka_error *error)
{
    if (mkdir(out, 0777) != 0 && errno != EEXIST) {
        return lka_fail_create(error, out, errno);
    }
    state->lock = open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (state->lock == -1) {
        return lka_fail_create(error, out, errno);
    }
    if (flock(state->lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        return lka_fail_at(error, LKA_USAGE, out, 0, 0, "another run is at work here; wait for it, or stop it");
    }
    return LKA_OK;
}

void lka_run_state_see(struct lka_run_state *state, const char *workspace)
{
    state->epoch += strcmp(state->workspace, workspace) != 0;
    snprintf(state->workspace, sizeof state->workspace, "%s", workspace);
}

void lka_run_state_close(struct lka_run_state *state)
{
    if (state->lock != -1) {
        close(state->lock);
    }
    lka_free(state->path);
    json_decref(state->stages);
    *state = (struct lka_run_state){.lock = -1};
}

static bool is_text(const json_t *entry, const char *key, const char *value)
{
    const char *text = json_string_value(json_object_get(entry, key));
    return text && *value && strcmp(text, value) == 0;
}

const char *lka_run_state_find(const struct lka_run_state *state, const char *stage, const char *fingerprint,
                               const char *output)
{
    const json_t *entry = json_object_get(state->stages, stage);
    bool same = is_text(entry, "fingerprint", fingerprint) && is_text(entry, "output", output);
    return same ? json_string_value(json_object_get(entry, "told")) : NULL;
}

lka_status lka_run_state_put(struct lka_run_state *state, const char *stage, const char *fingerprint,
                             const char *output, const char *told, double seconds, struct lka_error *error)
{
    json_t *entry = json_pack("{s:s, s:s, s:s, s:f}", "fingerprint", fingerprint, "output", output, "told", told,
                              "seconds", seconds);
    if (json_object_set_new(state->stages, stage, entry) != 0) {
        return lka_fail_memory(error, sizeof(json_t));
    }
    char *text = NULL;
    json_t *document = json_pack("{s:i, s:s, s:s, s:I, s:O}", "schema", 1, "version", lka_version(), "workspace",
                                 state->workspace, "epoch", state->epoch, "stages", state->stages);
    lka_status status = lka_json_text(document, JSON_INDENT(2), &text, error);
    if (status == LKA_OK) {
        status = lka_output_file(state->path, false, text, strlen(text), error);
    }
    lka_free(text);
    json_decref(document);
    return status;
}
