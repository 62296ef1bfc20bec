/* simulate/brand.h: the part of a world that `simulate crm` alone needs: what the brand sends and sells, how its
 * contacts go quiet, which machines open its mails, what a campaign to win them back meets. data/worlds/default.yaml
 * explains each key; the defaults are said here, and are those of that file (a test compares the two).
 *
 * A section is a list of X(field, default, minimum, maximum, whole), which makes its struct, its reader and its
 * defaults. */
#ifndef LKA_SIMULATE_BRAND_H
#define LKA_SIMULATE_BRAND_H

#include "simulate/world.h"

/* clang-format off */
#define LKA_CONTACTS_SECTION(X)           \
    X(duplicates, .015, 0, .5, false)            \
    X(shared_email, .01, 0, .5, false)
#define LKA_ENGAGEMENT_SECTION(X)         \
    X(never, .14, 0, 1, false)                   \
    X(fades_a_month, .05, 0, 1, false)           \
    X(quiet_a_month, .13, 0, 1, false)           \
    X(recovers_a_month, .004, 0, 1, false)       \
    X(faded_level, .35, 0, 1, false)
#define LKA_MAILINGS_SECTION(X)           \
    X(fewest_a_month, 2, 0, 8, true)            \
    X(most_a_month, 4, 1, 8, true)              \
    X(keep_days, 180, 1, 3650, true)            \
    X(open_match, .35, 0, 1, false)              \
    X(open_other, .15, 0, 1, false)              \
    X(fatigue, .93, .1, 1, false)                \
    X(click, .16, 0, 1, false)                   \
    X(sms, .15, 0, 1, false)                     \
    X(sms_click, .06, 0, 1, false)               \
    X(unsubscribe, .012, 0, 1, false)            \
    X(complain, .002, 0, 1, false)               \
    X(visits_a_month, .12, 0, 1, false)
#define LKA_MACHINES_SECTION(X)           \
    X(since_days, 180, 1, 1100, true)           \
    X(prefetch, .35, 0, 1, false)                \
    X(prefetch_minutes, 3, .1, 60, false)        \
    X(people_first_minute, .15, 0, 1, false)     \
    X(scanner, .05, 0, 1, false)                 \
    X(scanner_people, .3333, 0, 1, false)        \
    X(bot, .003, 0, 1, false)                    \
    X(declared, .5, 0, 1, false)                 \
    X(named, .6, 0, 1, false)
#define LKA_PURCHASES_SECTION(X)          \
    X(buyers, .5, 0, 1, false)                   \
    X(at_sign_up, .5, 0, 1, false)               \
    X(rate_shape, .85, .05, 100, false)          \
    X(rate_days, 210, .1, 1e6, false)            \
    X(dropout_a, .9, .05, 100, false)           \
    X(dropout_b, 1.25, .05, 100, false)          \
    X(spend_p, 4, .1, 100, false)                \
    X(spend_q, 3.6, 1.05, 100, false)            \
    X(spend_gamma, 29, .01, 1e6, false)
#define LKA_SURVEYS_SECTION(X)            \
    X(answers_a_month, .012, 0, 1, false)        \
    X(on_leaving, .1, 0, 1, false)        \
    X(trend_a_year, -.25, -5, 5, false)
#define LKA_THIRD_PARTY_SECTION(X)        \
    X(deceased_at_60, .003, 0, 1, false)         \
    X(doubling_years, 8, 1, 100, false)          \
    X(invalid_a_year, .05, 0, 1, false)          \
    X(elsewhere, .55, 0, 1, false)
#define LKA_REACTIVATION_SECTION(X)       \
    X(days_before, 75, 1, 3650, true)           \
    X(lasts, 21, 1, 365, true)                  \
    X(answer_days, 14, 1, 365, true)            \
    X(quiet_days, 180, 1, 3650, true)           \
    X(share, .02, .0001, .5, false)              \
    X(opt_in, .8, 0, 1, false)                   \
    X(new_email, .25, 0, 1, false)               \
    X(strangers, .1, 0, 1, false)
#define LKA_REACH_SECTION(X)              \
    X(mean, .56, .02, .98, false)                \
    X(low, .2, .001, .9, false)                  \
    X(high, .9, .01, .999, false)                \
    X(correlation, -.3, -1, 1, false)            \
    X(platform, .75, 0, 1, false)                \
    X(cookie, .6, 0, 1, false)                   \
    X(maid, .3, 0, 1, false)                     \
    X(refused, .08, 0, 1, false)
/* clang-format on */

#define LKA_SECTION_FIELD(field, initial, minimum, maximum, whole) double field;

enum { LKA_PATHS_MAX = 8, LKA_VENDORS_MAX = 4, LKA_SURVEY_TEXTS_MAX = 16, LKA_PROXIES_MAX = 8, LKA_PROTECTED_MAX = 8 };

enum lka_reach_type { LKA_REACH_PLATFORM, LKA_REACH_COOKIE, LKA_REACH_MAID, LKA_REACH_TYPES };
extern const char *const lka_reach_type_names[LKA_REACH_TYPES];

/* A way to reach those who went quiet. */
struct lka_brand_path {
    const char *name;
    unsigned needs; /* bits of enum lka_reach_type: one of them is enough */
    double click;   /* how the paths differ in what comes back: click x completion */
    double completion;
    double cost; /* for a contact reached */
    double cap;  /* the most that it takes, as a share of all contacts */
    double odds; /* log of click x completion against the mean of the paths */
};

struct lka_vendor {
    const char *name;
    double covers;
    double errors;
    double unknown;
};

/* Texts with weights. */
struct lka_texts {
    struct lka_slot *slots;
    struct lka_choice *choices;
    size_t count;
};

/* A group that must not be chosen by, and what gives it away: weight of each value, times a factor for each proxy. */
struct lka_protected {
    const char *name; /* NULL: the world has none */
    struct lka_slot *slots;
    size_t count;
    double weights[LKA_PROTECTED_MAX];
    struct lka_proxy {
        size_t attribute;
        double *factors; /* by value of the attribute, then of the group */
    } proxies[LKA_PROXIES_MAX];
    size_t proxy_count;
};

struct lka_brand {
    struct {
        LKA_CONTACTS_SECTION(LKA_SECTION_FIELD)
    } contacts;
    struct {
        LKA_ENGAGEMENT_SECTION(LKA_SECTION_FIELD)
        double personas[LKA_PERSONAS_MAX]; /* how much faster they fade */
    } engagement;
    struct {
        LKA_MAILINGS_SECTION(LKA_SECTION_FIELD)
    } mailings;
    struct {
        LKA_MACHINES_SECTION(LKA_SECTION_FIELD)
    } machines;
    struct {
        LKA_PURCHASES_SECTION(LKA_SECTION_FIELD)
        double seasons[12]; /* January first; mean 1 */
    } purchases;
    struct {
        LKA_SURVEYS_SECTION(LKA_SECTION_FIELD)
        struct lka_texts reasons;
        struct lka_texts brands;
    } surveys;
    struct {
        LKA_THIRD_PARTY_SECTION(LKA_SECTION_FIELD)
        struct lka_vendor vendors[LKA_VENDORS_MAX];
        size_t vendor_count;
    } third_party;
    struct {
        LKA_REACTIVATION_SECTION(LKA_SECTION_FIELD)
        double personas[LKA_PERSONAS_MAX]; /* log-odds of a registration */
        struct lka_brand_path paths[LKA_PATHS_MAX];
        size_t path_count;
    } reactivation;
    struct {
        LKA_REACH_SECTION(LKA_SECTION_FIELD)
        struct lka_response effects;
    } reach;
    struct {
        double exposure[LKA_PERSONAS_MAX]; /* what exposure adds to the log-odds of a prospect */
    } prospects;
    struct lka_protected group;
};

/* The sections of the world file that a brand is read from. */
enum lka_brand_section {
    LKA_BRAND_CONTACTS,
    LKA_BRAND_ENGAGEMENT,
    LKA_BRAND_MAILINGS,
    LKA_BRAND_MACHINES,
    LKA_BRAND_PURCHASES,
    LKA_BRAND_SURVEYS,
    LKA_BRAND_THIRD_PARTY,
    LKA_BRAND_REACTIVATION,
    LKA_BRAND_PROSPECTS,
    LKA_BRAND_PROTECTED,
    LKA_BRAND_SECTIONS
};

#endif
