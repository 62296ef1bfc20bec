/* simulate/reactivation.h: the campaign that invites back who went quiet: who can be reached at all, on which path, who
 * was exposed, who registered. The probabilities are planted: truth/ has them. */
#ifndef LKA_SIMULATE_REACTIVATION_H
#define LKA_SIMULATE_REACTIVATION_H

#include "simulate/life.h"

enum { LKA_EXPOSURES_MAX = 3, LKA_CONSENTS_MAX = 64 };

struct lka_reactivation {
    const struct lka_life_world *setting;
    uint64_t key;
    int64_t start; /* seconds */
    int64_t end;
    /* Reach is logistic in a mixture of two standardised scores: that of the section `reach`, and the response. */
    double mean[2];
    double scale[2];
    double weight[2];
    double base;
    double slope;
    double intercept;                   /* of a registration */
    uint8_t consents[LKA_CONSENTS_MAX]; /* by consent of the world: bits of enum lka_reach_type that it allows */
};

struct lka_outcome {
    double reach;   /* probability that there is a consented identity */
    unsigned types; /* bits of the identities that exist; 0: cannot be reached */
    bool refused;   /* has an identity too that said no */
    bool inactive;  /* when the campaign began */
    int path;       /* on which the contact was exposed, or -1 */
    size_t exposures;
    int64_t exposed[LKA_EXPOSURES_MAX]; /* seconds, in order */
    double chance[LKA_PATHS_MAX];       /* that this contact would register if exposed on the path */
    bool registered;
    int64_t registration;
    bool opt_in;
    bool new_email;
    bool brings_stranger;
    uint64_t bits; /* for how it is written */
};

/* Finds the constants with which the means, the range and the correlation are what the world says. LKA_USAGE if there
 * are none. `file` is for the message. */
lka_status lka_reactivation_make(const struct lka_life_world *setting, uint64_t key, const char *file,
                                 struct lka_reactivation *reactivation, struct lka_error *error);

void lka_outcome_draw(const struct lka_reactivation *reactivation, const struct lka_life *life,
                      struct lka_outcome *outcome);

#endif
