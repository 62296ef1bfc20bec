/* score/champion.h: which model a workspace holds to be the best so far, and which one was last tried against it.
 *
 * The rule: the sitting champion keeps its seat until a challenger finds more of the held-out seeds in the top 5%
 * beyond chance: the interval of the paired difference must lie above 0. Where nobody sits, the better in the top 5%
 * does, and of equals the one with the greater AUC. Both are among the workspace's artefacts; the pointers are the rows
 * `score` and `challenge` of its table `champion`.
 */
#ifndef LKA_SCORE_CHAMPION_H
#define LKA_SCORE_CHAMPION_H

#include "score/paired.h"
#include "store/workspace.h"

struct lka_champion {
    char *path; /* NULL: nobody sits */
    char hash[33];
};

lka_status lka_champion_read(struct lka_workspace *workspace, struct lka_champion *champion, struct lka_error *error);
void lka_champion_release(struct lka_champion *champion);

/* Within a transaction. NULL for a challenger: there is none. */
lka_status lka_champion_write(struct lka_workspace *workspace, const struct lka_champion *champion,
                              const struct lka_champion *challenger, struct lka_error *error);

/* Whether the first of the pair is to be the champion. `sits`: -1 nobody does, 0 the first, 1 the second. */
bool lka_champion_is_first(const struct lka_pairing *pairing, int sits);

#endif
