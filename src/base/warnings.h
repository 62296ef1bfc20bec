/* base/warnings.h: a session that keeps its warnings for the stage's document, and hands everything on, from one thread
 * at a time. */
#ifndef LKA_BASE_WARNINGS_H
#define LKA_BASE_WARNINGS_H

#include "base/session.h"

#include <jansson.h>
#include <pthread.h>

struct lka_warnings {
    struct lka_session session; /* to pass on in place of the outer one */
    const struct lka_session *outer;
    pthread_mutex_t lock;
    json_t *list; /* of texts */
    bool failed;  /* one is missing, since memory was short */
};

/* `warnings` must stay where it is until released. */
lka_status lka_warnings_init(struct lka_warnings *warnings, const struct lka_session *outer, struct lka_error *error);
void lka_warnings_release(struct lka_warnings *warnings);

#endif
