/* store/event_rows.h: rows of a table of events as records (store/moment.h), dealt to parts by their contacts' hashes. */
#ifndef LKA_STORE_EVENT_ROWS_H
#define LKA_STORE_EVENT_ROWS_H

#include "source/source.h"
#include "store/moment.h"

struct lka_event_rows {
    const struct lka_list *roles; /* as lka_event_columns_find has it */
    bool archived;                /* is it a segment of the archive, or a table? */
    struct lka_shapes *shapes;
    struct lka_parts *parts; /* LKA_EVENT_WAYS of them */
    const struct lka_session *session;
};

/* All rows of the source. LKA_DATA for one that is no event, unless the source rejects it (lka_event_columns_read). */
lka_status lka_event_rows_read(const struct lka_event_rows *events, struct lka_source *source, struct lka_error *error);

#endif
