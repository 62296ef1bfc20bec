#include "base/session.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

void lka_log_step(const struct lka_session *session, const char *step, const char *format, ...)
{
    if (session && session->log) {
        char text[512];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(text, sizeof text, format, arguments);
        va_end(arguments);
        session->log(session->user, step, text);
    }
}

void lka_warn(const struct lka_session *session, const char *format, ...)
{
    if (session && session->warn) {
        char text[512];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(text, sizeof text, format, arguments);
        va_end(arguments);
        session->warn(session->user, text);
    }
}

lka_status lka_step(const struct lka_session *session, const char *step, uint64_t done, uint64_t total,
                    struct lka_error *error)
{
    if (session && session->interrupted && session->interrupted(session->user)) {
        return lka_fail(error, LKA_INTERRUPTED, "interrupted while in step \"%s\"", step);
    }
    if (session && session->progress) {
        session->progress(session->user, step, done, total);
    }
    return LKA_OK;
}
