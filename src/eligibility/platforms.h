/* eligibility/platforms.h: what platforms ask of a list (data/platforms.yaml). Today: how many people. */
#ifndef LKA_ELIGIBILITY_PLATFORMS_H
#define LKA_ELIGIBILITY_PLATFORMS_H

#include "base/error.h"

#include <jansson.h>

/* {"surveyed": day, "reached": [names], "short": [{"name", "minimum", "counts", "source"}]}: which platforms would take a
 * list of `people`, should all of them be matched. The caller's to json_decref. */
lka_status lka_platforms_tell(uint64_t people, json_t **told, struct lka_error *error);

#endif
