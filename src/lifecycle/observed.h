/* lifecycle/observed.h: what occurs among all contacts, and thus which columns the table has: a count for each type and
 * channel met, a posterior for each topic. A word of the data's own that fewer than `floor` contacts have gets no
 * column, since it would be about persons: it is counted under "other". */
#ifndef LKA_LIFECYCLE_OBSERVED_H
#define LKA_LIFECYCLE_OBSERVED_H

#include "lifecycle/interests.h"

enum { LKA_TOPIC_COLUMNS = 32 };

struct lka_cell {
    uint16_t type; /* as they are shown */
    uint16_t channel;
};

struct lka_observed {
    uint32_t cells[LKA_TYPES_MAX][LKA_CHANNELS_MAX]; /* contacts */
    uint32_t touched[LKA_CHANNELS_MAX];

    /* After lka_observed_settle. */
    uint16_t shown_type[LKA_TYPES_MAX]; /* which label stands for it */
    uint16_t shown_channel[LKA_CHANNELS_MAX];
    struct lka_cell *columns; /* in the order of the known words, then by name */
    size_t column_count;
    uint16_t column_of[LKA_TYPES_MAX][LKA_CHANNELS_MAX]; /* of any type and channel met; LKA_NO_LABEL: none */
    uint16_t channels[LKA_CHANNELS_MAX];                 /* those with a touch */
    size_t channel_count;
    uint16_t topics[LKA_TOPIC_COLUMNS];
    size_t topic_count;
};

/* Counts a contact, in `vocabulary` as well. */
void lka_observed_add(struct lka_observed *observed, struct lka_lexicon *vocabulary, const struct lka_profile *profile);
lka_status lka_observed_settle(struct lka_observed *observed, const struct lka_lexicon *vocabulary, uint32_t floor,
                               struct lka_error *error);
void lka_observed_release(struct lka_observed *observed);

/* A word as a part of a column's name: a to z, 0 to 9 and _, at most 40 bytes. */
void lka_column_word(struct lka_span word, struct lka_text *text);

#endif
