/* campaign/reached.h: who is reachable by what, as files and as figures. */
#ifndef LKA_CAMPAIGN_REACHED_H
#define LKA_CAMPAIGN_REACHED_H

#include "campaign/document.h"
#include "campaign/identities.h"

struct lka_reached {
    uint64_t inactive;
    uint64_t reachable;
    uint64_t suppressed;
    uint64_t by_type[LKA_IDENTITY_TYPES]; /* contacts */
    uint64_t by_path[LKA_PATHS_MOST];
    uint64_t *by_platform;    /* of reach->platforms */
    uint64_t *segment_people; /* inactive contacts of contacts->segments */
    uint64_t *segment_reachable;
    struct lka_text words; /* of the row at hand */
};

/* reach.csv and reactivation/<path>.csv, in the order of the contacts; counts on the way. */
lka_status lka_reached_write(struct lka_reached *reached, const struct lka_contacts *contacts,
                             const struct lka_identities *reach, const struct lka_paths *paths,
                             struct lka_directory *directory, struct lka_error *error);
void lka_reached_release(struct lka_reached *reached);

/* The figures: {"contacts", "inactive", "suppressed", "identities": {...}} and {"all", "segments", "id_types",
 * "platforms", "paths"}. */
lka_status lka_reached_json(const struct lka_reached *reached, const struct lka_contacts *contacts,
                            const struct lka_identities *reach, const struct lka_paths *paths, uint64_t floor,
                            json_t **counts, json_t **figures, struct lka_error *error);

#endif
