/* campaign/waves.h: the waves in the workspace: who may be invited next, what earlier waves taught, who was assigned
 * where.
 */
#ifndef LKA_CAMPAIGN_WAVES_H
#define LKA_CAMPAIGN_WAVES_H

#include "base/memory.h"
#include "campaign/assign.h"
#include "store/workspace.h"

/* The people of a wave. Ids and segments live here. */
struct lka_wave {
    struct lka_invited *items;
    size_t count;
    size_t capacity;
    struct lka_terms segments;
    uint64_t without_path; /* reachable contacts whom no path can use */
    struct lka_arena arena;
};

void lka_wave_release(struct lka_wave *wave);

/* Everybody who is inactive, reachable, in no earlier wave, and did not register. By id. */
lka_status lka_wave_invite(struct lka_workspace *workspace, const struct lka_paths *paths, struct lka_wave *wave,
                           struct lka_error *error);

/* The trials and hits of the earlier waves after which registrations were read. Fits. */
lka_status lka_wave_learn(struct lka_workspace *workspace, const struct lka_paths *paths, struct lka_wave *wave,
                          struct lka_answers *answers, struct lka_error *error);

/* Was the wave drawn before? Then with these parameters and this document; both are left empty if it was not. */
lka_status lka_wave_find(struct lka_workspace *workspace, int64_t number, struct lka_text *parameters,
                         struct lka_text *document, struct lka_error *error);

/* In an open transaction: the assigned ones. */
lka_status lka_wave_save(struct lka_workspace *workspace, int64_t number, const char *parameters, const char *document,
                         const struct lka_paths *paths, const struct lka_wave *wave, struct lka_error *error);

/* Calls `take` for each assignment of a wave, by contact. */
typedef lka_status (*lka_wave_row)(void *user, struct lka_span contact, struct lka_span segment, struct lka_span path,
                                   int64_t millionths, struct lka_error *error);
lka_status lka_wave_each(struct lka_workspace *workspace, int64_t number, lka_wave_row take, void *user,
                         struct lka_error *error);

#endif
