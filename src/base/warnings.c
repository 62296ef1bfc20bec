#include "base/warnings.h"

#include "base/error.h"

static void keep(void *user, const char *text)
{
    struct lka_warnings *warnings = user;
    warnings->failed |= json_array_append_new(warnings->list, json_string(text)) != 0;
    lka_warn(warnings->outer, "%s", text);
}

static void log_on(void *user, const char *step, const char *text)
{
    lka_log_step(((struct lka_warnings *)user)->outer, step, "%s", text);
}

static void progress_on(void *user, const char *step, uint64_t done, uint64_t total)
{
    const struct lka_session *outer = ((struct lka_warnings *)user)->outer;
    if (outer && outer->progress) {
        outer->progress(outer->user, step, done, total);
    }
}

static bool interrupted_on(void *user)
{
    const struct lka_session *outer = ((struct lka_warnings *)user)->outer;
    return outer && outer->interrupted && outer->interrupted(outer->user);
}

lka_status lka_warnings_init(struct lka_warnings *warnings, const struct lka_session *outer, struct lka_error *error)
{
    *warnings = (struct lka_warnings){.outer = outer, .list = json_array()};
    warnings->session = (struct lka_session){warnings, log_on, keep, progress_on, interrupted_on};
    return warnings->list ? LKA_OK : lka_fail_memory(error, 0);
}

void lka_warnings_release(struct lka_warnings *warnings)
{
    json_decref(warnings->list);
    warnings->list = NULL;
}
