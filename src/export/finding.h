/* export/finding.h: what the parts of `export --check` share. Whatever layout a file has, its rows come down to values of
 * the platform's fields, and these are looked at in one place.
 *
 *     check.c ─► check_csv.c   header, columns       ─► check_row.c   values, persons, repetitions
 *             └► check_json.c  batches, their frames ─►
 */
#ifndef LKA_EXPORT_FINDING_H
#define LKA_EXPORT_FINDING_H

#include "export/check_people.h"
#include "export/seen.h"
#include "source/output.h"

struct lka_checking {
    const struct lka_export_options *options;
    struct lka_rules *platform;
    const struct lka_platform_format *format;
    struct lka_checked_people people;
    struct lka_output *output;
    struct lka_text line;
    struct lka_text whole; /* a row's values, for repetitions */
    struct lka_normal normal;
    struct lka_seen seen;
    uint64_t row_count;
    uint64_t bad_rows;
    uint64_t problems;
    uint64_t reported_row;
    bool in_row;  /* what is said is of a row, and not of the header or the file */
    bool is_part; /* the file is said to be a part of an upload: its people alone are no audience */
};

/* Where something is: line and column of a text, batch and row of a JSON; 0: of the row, or the file, as a whole. */
struct lka_checked_place {
    uint64_t first, second;
};

/* A line of the findings. refused: the platform takes no such thing; unmatched: it does, and will never find
 * anybody. */
lka_status lka_check_say(struct lka_checking *checking, struct lka_checked_place place, const char *field,
                         const char *outcome, const char *problem, struct lka_error *error);

#endif
