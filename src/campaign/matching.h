/* campaign/matching.h: whose registration is it? The keys that a registration brings are asked in the order in which
 * they are trusted; the first that knows exactly one contact decides, and every later one that knows somebody else is a
 * conflict. */
#ifndef LKA_CAMPAIGN_MATCHING_H
#define LKA_CAMPAIGN_MATCHING_H

#include "base/text.h"

enum lka_match_key {
    LKA_MATCH_CONTACT_ID,
    LKA_MATCH_OLD_EMAIL,
    LKA_MATCH_IDENTITY,
    LKA_MATCH_NEW_EMAIL,
    LKA_MATCH_KEYS /* nobody: a new contact */
};
extern const char *const lka_match_key_names[LKA_MATCH_KEYS]; /* "contact_id", "email", "identity", "new_email" */

/* What one key knows. */
struct lka_owner {
    uint32_t contacts; /* how many have it: 0, 1, or more, which decides nothing */
    uint32_t contact;  /* the one */
};

struct lka_matched {
    enum lka_match_key by; /* LKA_MATCH_KEYS: nobody */
    uint32_t contact;
    uint32_t conflicts; /* mask of 1 << key: those that know somebody else */
    uint32_t ambiguous; /* mask: those that several contacts have */
};

struct lka_matched lka_match_decide(const struct lka_owner known[LKA_MATCH_KEYS]);

#endif
