/* campaign/population.h: the people whom the campaign was for: each inactive contact with what was shown to it and when
 * it registered; from that, the group that it is learned from as, and the moment as of which its features are.
 *
 *     reactivated   registered within the window of an exposure
 *     silent        was shown something, and the window after the last of it is over without a registration
 *     unreached     was shown nothing
 *
 * A reactivated contact's moment is that before its first exposure. The others get moments of the same distribution,
 * those of the reactivated contacts of their segment, so that no feature tells the groups apart by the calendar alone.
 * An unreached contact draws one by the keyed hash of its id. A silent contact takes the one of its own rank: that of
 * its first exposure among the silent of the segment; and never one behind its own first exposure, since what came
 * after that may have come of it.
 */
#ifndef LKA_CAMPAIGN_POPULATION_H
#define LKA_CAMPAIGN_POPULATION_H

#include "base/memory.h"
#include "base/period.h"
#include "campaign/index.h"
#include "campaign/terms.h"
#include "store/workspace.h"

#define LKA_NO_TIME INT64_MIN

/* Groups, and why somebody is in none. */
#define LKA_FATES(X)                               \
    X(REACTIVATED, "reactivated")                  \
    X(SILENT, "silent")                            \
    X(UNREACHED, "unreached")                      \
    X(WINDOW_OPEN, "window not over")              \
    X(LATE, "registered after the window")         \
    X(EARLY, "registered before the exposure")     \
    X(UNEXPOSED, "registered without an exposure") \
    X(GONE, "not in the contacts")                 \
    X(NO_CONSENT, "no profiling consent")          \
    X(OBJECTED, "objected")
#define LKA_FATE_NAME_(name, text) LKA_FATE_##name,
enum lka_fate { LKA_FATES(LKA_FATE_NAME_) LKA_FATE_COUNT, LKA_FATE_GROUPS = LKA_FATE_WINDOW_OPEN };
extern const char *const lka_fate_names[LKA_FATE_COUNT];

struct lka_seed {
    struct lka_span id;
    uint32_t segment;
    int64_t registered; /* LKA_NO_TIME: never */
    int64_t first;      /* exposure; LKA_NO_TIME: none */
    int64_t last;
    int64_t before; /* the last exposure that is not behind the registration */
    int64_t moment; /* features are of what happened before it */
    enum lka_fate fate;
    const void *packed; /* what it had done by then (campaign/aggregates.h) */
    int32_t signed_up;  /* day; INT32_MIN: not known */
    bool present;       /* in the contacts table */
    bool profiling;
    bool objected;
};

struct lka_population {
    struct lka_seed *items;
    size_t count;
    size_t capacity;
    struct lka_terms segments;
    struct lka_index by_id;
    struct lka_arena arena;
    uint64_t fates[LKA_FATE_COUNT];
};

/* All contacts that are inactive, or were when they registered. */
lka_status lka_population_load(struct lka_workspace *workspace, struct lka_population *population,
                               struct lka_error *error);
void lka_population_release(struct lka_population *population);

uint32_t lka_population_find(const struct lka_population *population, struct lka_span id); /* LKA_NOBODY */
void lka_population_expose(struct lka_population *population, uint32_t person, int64_t time);

/* After the exposures and the contacts table: fates and moments. `as_of`: seconds; what is not over by then is left
 * out. */
lka_status lka_population_decide(struct lka_population *population, int64_t as_of, struct lka_period window,
                                 uint64_t key, struct lka_error *error);

#endif
