/* base/session.h: talking to the caller through a struct lka_session that may be NULL. */
#ifndef LKA_BASE_SESSION_H
#define LKA_BASE_SESSION_H

#include "lookalike/base.h"

void lka_log_step(const struct lka_session *session, const char *step, const char *format, ...) LKA_PRINTF(3, 4);
void lka_warn(const struct lka_session *session, const char *format, ...) LKA_PRINTF(2, 3);

/* Reports progress, and turns a wish to stop into LKA_INTERRUPTED. Cheap: call it once a block. */
lka_status lka_step(const struct lka_session *session, const char *step, uint64_t done, uint64_t total,
                    struct lka_error *error);

#endif
