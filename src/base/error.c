#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int lka_exit_code(lka_status status)
{
    switch (status) {
    case LKA_MEMORY:
    case LKA_IO:
        return 1;
    default:
        return (int)status;
    }
}

static void fill(struct lka_error *error, lka_status code, const char *file, uint64_t line, uint64_t column,
                 const char *format, va_list arguments)
{
    if (!error) {
        return;
    }
    error->code = code;
    error->line = line;
    error->column = column;
    snprintf(error->file, sizeof error->file, "%s", file ? file : "");
    vsnprintf(error->message, sizeof error->message, format, arguments);
}

lka_status lka_fail(struct lka_error *error, lka_status code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, code, NULL, 0, 0, format, arguments);
    va_end(arguments);
    return code;
}

lka_status lka_fail_at(struct lka_error *error, lka_status code, const char *file, uint64_t line, uint64_t column,
                       const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, code, file, line, column, format, arguments);
    va_end(arguments);
    return code;
}

lka_status lka_fail_memory(struct lka_error *error, size_t size)
{
    return lka_fail(error, LKA_MEMORY, "out of memory: %zu bytes were asked for", size);
}

lka_status lka_fail_errno(struct lka_error *error, lka_status code, const char *verb, const char *file,
                          int error_number)
{
    char buffer[128];
    /* The GNU strerror_r (_GNU_SOURCE is defined): thread-safe, and it returns the text, in the buffer or not. */
    const char *reason = strerror_r(error_number, buffer, sizeof buffer);
    return lka_fail_at(error, code, file, 0, 0, "cannot %s: %s", verb, reason);
}

const char *lka_error_format(const struct lka_error *error, char *buffer, size_t size)
{
    char place[320] = "";
    if (error->file[0] && error->line && error->column) {
        snprintf(place, sizeof place, "%s:%llu:%llu: ", error->file, (unsigned long long)error->line,
                 (unsigned long long)error->column);
    } else if (error->file[0] && error->line) {
        snprintf(place, sizeof place, "%s:%llu: ", error->file, (unsigned long long)error->line);
    } else if (error->file[0]) {
        snprintf(place, sizeof place, "%s: ", error->file);
    }
    snprintf(buffer, size, "%s%s", place, error->message);
    return buffer;
}
