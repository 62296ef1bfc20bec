#include "base/complaints.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool stands_before(const struct lka_complaint *a, const struct lka_complaint *b)
{
    return a->line < b->line || (a->line == b->line && a->column < b->column);
}

/* Where among the lines a complaint belongs. */
static size_t place_of(const struct lka_complaints *complaints, const struct lka_complaint *complaint)
{
    size_t at = complaints->shown;
    while (complaints->by_place && at > 0 && stands_before(complaint, &complaints->shown_at[at - 1])) {
        at--;
    }
    return at;
}

static void insert(struct lka_complaints *complaints, size_t at, size_t start, const struct lka_complaint *complaint,
                   const char *line)
{
    char *text = complaints->text + start;
    memmove(text + complaint->length, text, complaints->length - start);
    memcpy(text, line, complaint->length);
    memmove(&complaints->shown_at[at + 1], &complaints->shown_at[at], (complaints->shown - at) * sizeof *complaint);
    complaints->shown_at[at] = *complaint;
    complaints->length += complaint->length;
    complaints->shown++;
}

/* Whole lines only, none behind one that did not fit, and always the first: later lines make room for an earlier
 * one. */
static void keep(struct lka_complaints *complaints, const struct lka_complaint *complaint, const char *line)
{
    size_t at = place_of(complaints, complaint);
    size_t before = 0;
    for (size_t i = 0; i < at; i++) {
        before += complaints->shown_at[i].length;
    }
    bool cut = complaints->count > complaints->shown;
    if ((cut && at == complaints->shown) || at == LKA_COMPLAINTS_SHOWN ||
        before + complaint->length > sizeof complaints->text) {
        return;
    }
    while (complaints->shown == LKA_COMPLAINTS_SHOWN ||
           complaints->length + complaint->length > sizeof complaints->text) {
        complaints->length -= complaints->shown_at[--complaints->shown].length;
    }
    insert(complaints, at, before, complaint, line);
}

void lka_complain_at(struct lka_complaints *complaints, uint64_t line, uint64_t column, const char *format, ...)
{
    char message[LKA_COMPLAINTS_BYTES + 1];
    int place = line ? snprintf(message, sizeof message, "%.255s:%llu:%llu: ", complaints->file,
                                (unsigned long long)line, (unsigned long long)column)
                     : snprintf(message, sizeof message, "%.255s: ", complaints->file);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message + place, sizeof message - (size_t)place, format, arguments);
    va_end(arguments);
    struct lka_complaint complaint = {.line = line, .column = column, .length = strlen(message) + 1};
    message[complaint.length - 1] = '\n';
    keep(complaints, &complaint, message);
    complaints->count++;
}

lka_status lka_complaints_status(const struct lka_complaints *complaints, struct lka_error *error)
{
    if (complaints->count == 0) {
        return LKA_OK;
    }
    size_t more = complaints->count - complaints->shown;
    char rest[40] = "";
    if (more > 0) {
        snprintf(rest, sizeof rest, "\nand %zu more", more);
    }
    lka_fail(error, LKA_USAGE, "%.*s%s", (int)complaints->length - 1, complaints->text, rest);
    if (error) {
        error->line = complaints->shown_at[0].line;
        error->column = complaints->shown_at[0].column;
    }
    return LKA_USAGE;
}
