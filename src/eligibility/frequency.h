/* eligibility/frequency.h: a cap on how often somebody is sent to a platform, by the workspace's ledger of exports
 * (eligibility/exported.h): whoever files for it had N times in the last DAYS days is left out. With --previous a file
 * has the changes alone, and whoever stays is not counted anew.
 */
#ifndef LKA_ELIGIBILITY_FREQUENCY_H
#define LKA_ELIGIBILITY_FREQUENCY_H

#include "eligibility/known.h"

struct lka_frequency {
    int64_t times; /* 0: no cap */
    int64_t days;
    int64_t last; /* day since 1970-01-01 from which it counts back */
};

/* "3/30" of --frequency-cap (NULL: no cap), and --as-of (NULL: today). LKA_USAGE says what is allowed. */
lka_status lka_frequency_read(const char *cap, const char *as_of, struct lka_frequency *frequency,
                              struct lka_error *error);

/* Adds everybody who is at the cap. `platform` NULL: on all of them together. */
lka_status lka_frequency_add(const struct lka_frequency *frequency, struct lka_workspace *workspace,
                             const char *platform, struct lka_known *frequent, struct lka_error *error);

#endif
