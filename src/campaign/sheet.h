/* campaign/sheet.h: a CSV table whose columns have names of their own (identities, exposures, registrations), and no
 * roles. --role NAME=FIELD says that the column NAME is what the field is called here.
 */
#ifndef LKA_CAMPAIGN_SHEET_H
#define LKA_CAMPAIGN_SHEET_H

#include "base/parameters.h"
#include "source/source.h"
#include "table/schema.h"

enum { LKA_SHEET_FIELDS = 16 };

struct lka_sheet {
    struct lka_source *source;
    struct lka_rows rows; /* the block at hand */
    const char *const *fields;
    size_t count;
    ptrdiff_t cells[LKA_SHEET_FIELDS];   /* of each field in the rows; -1: the table has no such column */
    size_t columns[LKA_SHEET_FIELDS];    /* of each cell in the header */
    const char *names[LKA_SHEET_FIELDS]; /* of each field, as the header has it */
};

/* Opens paths[] with the fields that they have. Reads LKA_INPUT_PARAMS, `temporary` and `out` by key; bad rows go to
 * OUT.<table>.rejected.csv. */
lka_status lka_sheet_open(const struct lka_list *paths, const struct lka_options *options, const char *table,
                          const char *const *fields, size_t count, struct lka_sheet *sheet, struct lka_error *error);
void lka_sheet_close(struct lka_sheet *sheet); /* {0} is fine */

/* The next block into sheet->rows; rows.count is 0 at the end. Asks the session whether to go on. */
lka_status lka_sheet_next(struct lka_sheet *sheet, const struct lka_session *session, const char *step,
                          struct lka_error *error);

static inline bool lka_sheet_has(const struct lka_sheet *sheet, size_t field)
{
    return sheet->cells[field] >= 0;
}

/* The value without white space around it; empty where the table has no such column. */
struct lka_span lka_sheet_value(const struct lka_sheet *sheet, size_t field, size_t row);

/* Leaves a row out: "column "timestamp": "x" is no time; ...", counted and written, or LKA_DATA. `masked`: the value is
 * personal. */
lka_status lka_sheet_reject(struct lka_sheet *sheet, size_t row, size_t field, bool masked, const char *why,
                            struct lka_error *error);

/* LKA_USAGE if none of the fields of the mask is there. */
lka_status lka_sheet_need(const struct lka_sheet *sheet, uint32_t mask, struct lka_error *error);

/* {"file", "xxh3", "rows", "rejected"}, once the end was reached; NULL when memory is short. */
json_t *lka_sheet_json(const struct lka_sheet *sheet);

/* OUT.<table>.rejected.csv, to free with lka_free; /dev/null with --dry-run. */
lka_status lka_sheet_rejected_path(const struct lka_options *options, const char *table, char **path,
                                   struct lka_error *error);

#endif
