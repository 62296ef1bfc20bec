/* audience/power.h: what a holdout of this size can show. Two proportions, two-sided 5%, power 80%, by the normal
 * approximation with pooled variance under no difference (Fleiss, Levin, Paik 2003, Statistical Methods for Rates and
 * Proportions, 4.2).
 */
#ifndef LKA_AUDIENCE_POWER_H
#define LKA_AUDIENCE_POWER_H

#include <stdint.h>

/* The smallest relative lift over the holdout's rate `base` (0 < base < 1) that is found with power 80%; infinity if
 * none is, up to a rate of 1. */
double lka_detectable_lift(double treated, double holdout, double base);

/* How many people, treated and holdout together, would be needed to find `lift`, where the share `share` is held out; 0
 * if the rate would be over 1. */
uint64_t lka_people_needed(double lift, double share, double base);

#endif
