/* store/event_columns.h: which column of an events table is what, and rows of it as events. */
#ifndef LKA_STORE_EVENT_COLUMNS_H
#define LKA_STORE_EVENT_COLUMNS_H

#include "source/source.h"
#include "store/event_time.h"
#include "store/events.h"

enum lka_event_column {
    LKA_EVENT_CONTACT,
    LKA_EVENT_TIME,
#define X(name) LKA_EVENT_##name,
    LKA_EVENT_FIELDS(X)
#undef X
        LKA_EVENT_COLUMNS
};

struct lka_event_columns {
    size_t selected[LKA_EVENT_COLUMNS]; /* of the schema, as lka_source_select takes them */
    size_t count;
    ptrdiff_t cells[LKA_EVENT_COLUMNS]; /* place in `selected`; LKA_NO_COLUMN: the table has none */
    struct lka_event_cell {
        size_t field; /* enum lka_event_field */
        size_t cell;
    } fields[LKA_EVENT_FIELD_COUNT]; /* those that the table has */
    size_t field_count;
    struct lka_event_day day;
};

/* What --role says (NAME=type; NAME=id is the contact, NAME=time the timestamp; roles that mean nothing here and
 * columns of other tables are passed over), then the canonical names, case ignored. LKA_USAGE if contact, timestamp or
 * type is missing, or two columns are to be the same. */
lka_status lka_event_columns_find(struct lka_event_columns *columns, const struct lka_schema *schema,
                                  const struct lka_list *roles, const char *file, struct lka_error *error);

/* One row; the spans point into the rows. `event` was cleared before the first one: what the table lacks stays empty.
 * LKA_DATA if it cannot be an event: no contact, no type, an impossible time, an amount that is no number, a machine
 * that is neither yes nor no, a consideration outside 0 to 10. */
lka_status lka_event_columns_read(struct lka_event_columns *columns, const struct lka_rows *rows, size_t row,
                                  struct lka_span *contact, struct lka_event *event, struct lka_error *error);

/* Empty, or a number of at most 1e13. */
bool lka_event_amount_is_good(struct lka_span text);

#endif
