/* train/crm.h: what a table of contacts says of each beside its features: the group, the day that the features are as
 * of, and the user's weight (crm.csv, as `campaign seeds` writes it). */
#ifndef LKA_TRAIN_CRM_H
#define LKA_TRAIN_CRM_H

#include "table/rows.h"
#include "table/schema.h"

enum lka_group {
    LKA_REACTIVATED, /* reached, and came back */
    LKA_SILENT,      /* reached, and did not */
    LKA_UNREACHED,   /* neither one nor the other */
    LKA_GROUPS
};
extern const char *const lka_group_names[LKA_GROUPS];

/* Where the three stand in the table: group, as-of day, weight (which a table may lack). */
enum { LKA_CRM_CELLS = 3 };
struct lka_crm_columns {
    size_t columns[LKA_CRM_CELLS];
    const char *names[LKA_CRM_CELLS]; /* the schema's */
    size_t count;
};

/* By role, and a column `weight` by its name; that one gets the role, so that it is no feature. LKA_USAGE without a
 * group or an as-of day. */
lka_status lka_crm_columns_find(struct lka_schema *schema, const char *file, struct lka_crm_columns *columns,
                                struct lka_error *error);

struct lka_contact {
    enum lka_group group;
    int64_t day;
    double weight;
};

/* Reads one row, whose cells of the columns stand at `first_cell` and behind it. False if a value is none of those
 * allowed, which *problem then tells. */
bool lka_contact_read(const struct lka_crm_columns *columns, const struct lka_rows *rows, size_t first_cell, size_t row,
                      struct lka_contact *contact, struct lka_error *problem);

#endif
