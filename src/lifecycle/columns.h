/* lifecycle/columns.h: the columns of contacts.csv, and a contact as one row of it. */
#ifndef LKA_LIFECYCLE_COLUMNS_H
#define LKA_LIFECYCLE_COLUMNS_H

#include "lifecycle/stage.h"

/* What a column shows. OWN: a column of the contacts file, as it is. */
enum lka_column_kind {
    LKA_SHOWS_ID,
    LKA_SHOWS_SEGMENT,
    LKA_SHOWS_PREVIOUS,
    LKA_SHOWS_INACTIVE,
    LKA_SHOWS_DELETE_ON,
    LKA_SHOWS_BASIS,
    LKA_SHOWS_OBSERVABLE,
    LKA_SHOWS_PROFILED,
    LKA_SHOWS_ENGAGED,
    LKA_SHOWS_TOUCH,
    LKA_SHOWS_TOUCH_TYPE,
    LKA_SHOWS_TOUCH_CHANNEL,
    LKA_SHOWS_TOUCH_ABOUT,
    LKA_SHOWS_CHANNEL_TOUCH,
    LKA_SHOWS_CHANNEL_ABOUT,
    LKA_SHOWS_COUNT,
    LKA_SHOWS_RECENCY,
    LKA_SHOWS_INTERESTS,
    LKA_SHOWS_TOPIC,
    LKA_SHOWS_CERTAINTY,
    LKA_SHOWS_REASON,
    LKA_SHOWS_REASON_ON,
    LKA_SHOWS_REMEDY,
    LKA_SHOWS_REACH,
    LKA_SHOWS_MACHINES,
    LKA_SHOWS_TOLD,
    LKA_SHOWS_WORTH,
    LKA_SHOWS_OWN
};

struct lka_shown {
    enum lka_column_kind kind;
    uint16_t
        which; /* a channel, a place among the observed columns, a topic, a column of vendors, a field of value.csv; of OWN the cell */
    uint8_t window; /* of a count */
    const char *role;
    char *role_text; /* owns `role` of an own column */
    char *name;
};

struct lka_shown_columns {
    struct lka_shown *items;
    size_t count;
    size_t capacity;
};

/* All columns in their order. A column of the contacts that has the name of one of ours is left out, with a warning. */
lka_status lka_shown_make(struct lka_shown_columns *columns, const struct lka_lifecycle *stage,
                          struct lka_error *error);
void lka_shown_release(struct lka_shown_columns *columns);
json_t *lka_shown_roles(const struct lka_shown_columns *columns); /* NULL when memory is short */

/* What a row is made of. */
struct lka_contact_row {
    const struct lka_lifecycle *stage;
    const struct lka_rows *rows; /* all columns of the contacts, as they stand in the file */
    size_t row;
    struct lka_span id;
    const struct lka_member *member;
    uint8_t reach;
    const struct lka_profile *profile;
    struct lka_span previous;
};

void lka_shown_header(const struct lka_shown_columns *columns, struct lka_text *csv);
/* A day as it is written, where its number leads: most rows have the same few hundred. */
enum { LKA_DAYS_RECENT = 1024 };
struct lka_recent_day {
    int32_t day;
    char text[12]; /* "2024-02-29"; empty: none */
};

/* A number as it is written: most counts are small. */
enum { LKA_SMALL_NUMBERS = 1000 };
struct lka_small_number {
    char text[3];
    uint8_t length;
};

/* `scratch` is kept between calls. */
struct lka_row_scratch {
    struct lka_recent_day *days;
    struct lka_small_number *numbers; /* 0, 1, 2 ... */
    struct lka_count *counts;         /* one for each observed column */
    struct lka_posterior *posteriors; /* for each topic that is shown */
};
lka_status lka_row_scratch_init(struct lka_row_scratch *scratch, const struct lka_lifecycle *stage,
                                struct lka_error *error);
void lka_row_scratch_release(struct lka_row_scratch *scratch);
void lka_shown_row(const struct lka_shown_columns *columns, const struct lka_contact_row *row,
                   struct lka_row_scratch *scratch, struct lka_text *csv);

#endif
