/* eligibility/platforms.h: what eligibility must know of a platform: whom it takes, and how few it refuses. */
#ifndef LKA_ELIGIBILITY_PLATFORMS_H
#define LKA_ELIGIBILITY_PLATFORMS_H

#include "base/text.h"
#include "identity/forms.h"

#include <jansson.h>

struct lka_platform {
    char name[64];     /* as the user gave it: consents name it so */
    char listed[64];   /* its own name, by which the ledger of exports knows it */
    uint32_t id_types; /* mask of 1 << enum lka_id_type: by which it recognises people */
    uint64_t minimum;  /* people; below it the platform refuses an audience */
    /* In the European Economic Area both of Google's consent signals, ad_user_data and ad_personalization, must be
     * granted. */
    bool needs_signals;
};

/* From the rules of the platform (eligibility/rules.h). LKA_USAGE for an unknown one: the allowed ones or the nearest
 * are named. `flag`: for the message. */
lka_status lka_platform_find(const char *flag, const char *name, struct lka_platform *platform,
                             struct lka_error *error);

/* {"reached": [names], "short": [{"name", "minimum", "date", "source"}]}: which of the built-in platforms would take a
 * list of `people`, should all of them be matched. The caller's to json_decref. */
lka_status lka_platforms_tell(uint64_t people, json_t **told, struct lka_error *error);

/* Is the country (ISO 3166 alpha-2, either case) in the European Economic Area? */
bool lka_country_in_eea(struct lka_span country);
/* The same, where a country that is not known may be any: no code of two letters, or XX or ZZ. */
bool lka_country_may_be_in_eea(struct lka_span country);

#endif
