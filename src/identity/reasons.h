/* identity/reasons.h: how often a value could not be used, by why. The reasons are constant texts of the steps. */
#ifndef LKA_IDENTITY_REASONS_H
#define LKA_IDENTITY_REASONS_H

#include "base/session.h"

#include <jansson.h>

enum { LKA_REASONS_MOST = 24 };

/* {0} is an empty one; nothing to release. */
struct lka_reasons {
    const char *texts[LKA_REASONS_MOST]; /* in the order in which they came */
    uint64_t counts[LKA_REASONS_MOST];
    size_t count;
    uint64_t all;
};

void lka_reasons_add(struct lka_reasons *reasons, const char *reason);
/* {"no @": 3}; NULL when memory is short. */
json_t *lka_reasons_json(const struct lka_reasons *reasons);
/* "3 values of email cannot be used: no @ (2), no UTF-8 (1)"; nothing if there is none. */
void lka_reasons_warn(const struct lka_reasons *reasons, const struct lka_session *session, const char *field);

#endif
