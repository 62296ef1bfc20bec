/* campaign/exposed.h: the exposures: who was shown what, when. */
#ifndef LKA_CAMPAIGN_EXPOSED_H
#define LKA_CAMPAIGN_EXPOSED_H

#include "campaign/owners.h"
#include "campaign/population.h"
#include "campaign/sheet.h"

#define LKA_EXPOSURES_X(X)                          \
    X(USED, "of inactive contacts")                 \
    X(PROSPECT, "of prospects")                     \
    X(UNKNOWN, "of people who are no contacts")     \
    X(SHARED, "by an identity of several contacts") \
    X(ACTIVE, "of contacts who were not inactive")  \
    X(AFTER, "after the as-of time")
#define LKA_EXPOSURE_NAME_(name, text) LKA_EXPOSURE_##name,
enum lka_exposure { LKA_EXPOSURES_X(LKA_EXPOSURE_NAME_) LKA_EXPOSURE_COUNT };
extern const char *const lka_exposure_names[LKA_EXPOSURE_COUNT];

struct lka_exposed {
    uint64_t rows[LKA_EXPOSURE_COUNT];
    int64_t latest; /* LKA_NO_TIME: none */
};

/* Reads all rows of an opened sheet (lka_exposed_open). `as_of`: those behind it are counted and left out. */
lka_status lka_exposed_open(const struct lka_list *paths, const struct lka_options *options, struct lka_sheet *sheet,
                            struct lka_error *error);
lka_status lka_exposed_read(struct lka_sheet *sheet, struct lka_owners *owners, struct lka_population *population,
                            int64_t as_of, const struct lka_session *session, struct lka_exposed *exposed,
                            struct lka_error *error);

#endif
