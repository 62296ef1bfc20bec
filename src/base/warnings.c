#include "base/warnings.h"

#include "base/error.h"
#include "base/json.h"

static void keep(void *user, const char *text)
{
    struct lka_warnings *warnings = user;
    pthread_mutex_lock(&warnings->lock);
    warnings->failed |= json_array_append_new(warnings->list, lka_json_string(text)) != 0;
    lka_warn(warnings->outer, "%s", text);
    pthread_mutex_unlock(&warnings->lock);
}

static void log_on(void *user, const char *step, const char *text)
{
    struct lka_warnings *warnings = user;
    pthread_mutex_lock(&warnings->lock);
    lka_log_step(warnings->outer, step, "%s", text);
    pthread_mutex_unlock(&warnings->lock);
}

static void progress_on(void *user, const char *step, uint64_t done, uint64_t total)
{
    struct lka_warnings *warnings = user;
    const struct lka_session *outer = warnings->outer;
    if (outer && outer->progress) {
        pthread_mutex_lock(&warnings->lock);
        outer->progress(outer->user, step, done, total);
        pthread_mutex_unlock(&warnings->lock);
    }
}

static bool interrupted_on(void *user)
{
    struct lka_warnings *warnings = user;
    const struct lka_session *outer = warnings->outer;
    if (!outer || !outer->interrupted) {
        return false;
    }
    pthread_mutex_lock(&warnings->lock);
    bool interrupted = outer->interrupted(outer->user);
    pthread_mutex_unlock(&warnings->lock);
    return interrupted;
}

lka_status lka_warnings_init(struct lka_warnings *warnings, const struct lka_session *outer, struct lka_error *error)
{
    *warnings = (struct lka_warnings){.outer = outer};
    pthread_mutex_init(&warnings->lock, NULL);
    warnings->session = (struct lka_session){warnings, log_on, keep, progress_on, interrupted_on};
    warnings->list = json_array();
    return warnings->list ? LKA_OK : lka_fail_memory(error, sizeof(json_t));
}

void lka_warnings_release(struct lka_warnings *warnings)
{
    if (warnings->session.user) {
        pthread_mutex_destroy(&warnings->lock);
    }
    json_decref(warnings->list);
    *warnings = (struct lka_warnings){0};
}
