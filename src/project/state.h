/* project/state.h: what earlier runs of a project did: OUT/.run.json. A stage is in it from the moment on that it is
 * done, so that a run that ends in between goes on from there.
 */
#ifndef LKA_PROJECT_STATE_H
#define LKA_PROJECT_STATE_H

#include "base/session.h"

#include <jansson.h>

struct lka_run_state {
    char *path;
    json_t *stages;     /* by name: {"fingerprint", "output", "told", "seconds"} */
    char workspace[67]; /* what it held when the last stage was done */
    json_int_t epoch;   /* how often it was found changed by somebody else */
    int lock;           /* descriptor of the directory, locked; -1: not */
};

/* Begin with {.lock = -1}; close it in any case. */

/* Makes the directory and keeps other runs out of it: LKA_USAGE if one is at work there. */
lka_status lka_run_state_lock(struct lka_run_state *state, const char *out, struct lka_error *error);
/* Reads it, if it is there; what is damaged, or of another version of the tool, counts as none. */
lka_status lka_run_state_read(struct lka_run_state *state, const char *out, struct lka_error *error);
void lka_run_state_close(struct lka_run_state *state);

/* What the workspace holds before the first stage. */
void lka_run_state_see(struct lka_run_state *state, const char *workspace);

/* What the stage told when it was run, if that was with this fingerprint and gave this output; else NULL. */
const char *lka_run_state_find(const struct lka_run_state *state, const char *stage, const char *fingerprint,
                               const char *output);

/* Writes that it is done. */
lka_status lka_run_state_put(struct lka_run_state *state, const char *stage, const char *fingerprint,
                             const char *output, const char *told, double seconds, struct lka_error *error);

#endif
