/* campaign/aggregates.h: what a contact had done before a moment of its own: lifecycle's fold, once a contact, each as
 * of another time. Machines are out, as they are there. */
#ifndef LKA_CAMPAIGN_AGGREGATES_H
#define LKA_CAMPAIGN_AGGREGATES_H

#include "campaign/document.h"
#include "lifecycle/counting.h"
#include "lifecycle/observed.h"

struct lka_aggregates {
    struct lka_lexicon vocabulary;
    struct lka_patterns agents;
    struct lka_counting counting;
    uint32_t floor;
    struct lka_profile_rules rules;
    struct lka_signals signals;
    struct lka_observed observed;
    struct lka_profile_maker *maker; /* for unpacking */
    struct lka_count *counts;        /* of the contact at hand, by column */
    struct lka_text packed;
    struct lka_arena arena;
};

/* `options`: with LKA_COUNTING_PARAMS. */
lka_status lka_aggregates_init(struct lka_aggregates *aggregates, const struct lka_options *options,
                               struct lka_error *error);
void lka_aggregates_release(struct lka_aggregates *aggregates); /* {0} is fine */

/* The contact's events before `moment` (seconds), packed; owned by the aggregates. signed_up: a day, or LKA_NO_DAY. */
lka_status lka_aggregates_fold(struct lka_aggregates *aggregates, const struct lka_event_group *group, int64_t moment,
                               int32_t signed_up, const void **packed, struct lka_error *error);
/* After the last contact: which columns there are. A word that fewer contacts have than --floor is counted under
 * "other". */
lka_status lka_aggregates_settle(struct lka_aggregates *aggregates, struct lka_error *error);

/* ",ever_engaged,last_touch_days,last_touch_email_days,open_email_30d ..." */
void lka_aggregates_header(const struct lka_aggregates *aggregates, struct lka_text *header);
/* The fields of one contact (packed NULL: without events) as of the moment. */
void lka_aggregates_put(struct lka_aggregates *aggregates, const void *packed, int64_t moment, struct lka_page *page);

#endif
