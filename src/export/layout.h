/* export/layout.h: a row's bytes, and what stands around the rows of a file.
 */
#ifndef LKA_EXPORT_LAYOUT_H
#define LKA_EXPORT_LAYOUT_H

#include "export/person.h"

/* What templates speak of besides the fields. */
struct lka_file_state {
    uint64_t session;
    uint64_t sequence; /* of the file, from 1 */
    uint64_t total;    /* rows of all files */
    bool last;
    bool removes;
};

/* Appends one row; `first` is the number of the first value that is taken of each field (for a row a value). Nothing is
 * appended where the row would be empty. */
void lka_layout_row(const struct lka_rules *platform, const struct lka_platform_format *format,
                    const struct lka_person *person, size_t first, bool removes, struct lka_text *row);
/* What ends a row: a newline, but in JSON, where what stands between rows is the files' to write. */
static inline void lka_layout_end(const struct lka_platform_format *format, struct lka_text *row)
{
    lka_text_append(row, "\n", format->kind == LKA_FORMAT_JSON ? 0 : 1);
}
void lka_layout_head(const struct lka_platform_format *format, const struct lka_file_state *state,
                     struct lka_text *text);
void lka_layout_tail(const struct lka_platform_format *format, const struct lka_file_state *state,
                     struct lka_text *text);
/* Do the files tell how many rows there are in all? */
bool lka_layout_needs_total(const struct lka_platform_format *format);
/* LKA_USAGE for a template that speaks of what does not exist. */
lka_status lka_layout_check(const struct lka_rules *platform, struct lka_error *error);

#endif
