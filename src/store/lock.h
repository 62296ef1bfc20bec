/* store/lock.h: one writer at a time, and who it is. The file `lock` of a workspace is locked as a whole (flock: a
 * process that dies lets go) and names its holder, for whoever waits. */
#ifndef LKA_STORE_LOCK_H
#define LKA_STORE_LOCK_H

#include "base/session.h"

struct lka_lock;

enum { LKA_LOCK_SECONDS = 30 };

lka_status lka_lock_new(const char *workspace, struct lka_lock **lock, struct lka_error *error);
void lka_lock_free(struct lka_lock *lock); /* NULL is fine */

/* Waits at most so long (LKA_LOCK_SECONDS at first). */
void lka_lock_wait(struct lka_lock *lock, double seconds);

/* LKA_USAGE when the time is over: the message names the stage and process that hold it. `lock` NULL: the workspace was
 * opened for reading, LKA_USAGE. */
lka_status lka_lock_take(struct lka_lock *lock, const char *stage, const struct lka_session *session,
                         struct lka_error *error);
void lka_lock_release(struct lka_lock *lock);

#endif
