#include "campaign/matching.h"

const char *const lka_match_key_names[LKA_MATCH_KEYS] = {"contact_id", "email", "identity", "new_email"};

struct lka_matched lka_match_decide(const struct lka_owner known[LKA_MATCH_KEYS])
{
    struct lka_matched matched = {.by = LKA_MATCH_KEYS};
    for (int key = 0; key < LKA_MATCH_KEYS; key++) {
        if (known[key].contacts > 1) {
            matched.ambiguous |= 1u << key;
        } else if (known[key].contacts == 1 && matched.by == LKA_MATCH_KEYS) {
            matched.by = (enum lka_match_key)key;
            matched.contact = known[key].contact;
        } else if (known[key].contacts == 1 && known[key].contact != matched.contact) {
            matched.conflicts |= 1u << key;
        }
    }
    return matched;
}
