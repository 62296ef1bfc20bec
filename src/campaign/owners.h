/* campaign/owners.h: whose key is it? Contacts that were onboarded, found by id, e-mail or identity. A contact that is
 * gone (it was onboarded once, and was not in the last table) has no keys any more. Not thread-safe; what is found is
 * valid until the next look-up of another row (lka_owners_forget). */
#ifndef LKA_CAMPAIGN_OWNERS_H
#define LKA_CAMPAIGN_OWNERS_H

#include "base/memory.h"
#include "campaign/matching.h"
#include "campaign/identities.h"
#include "campaign/state.h"

struct lka_owner_facts {
    struct lka_span id;
    struct lka_span segment;
    bool inactive;
    bool gone;
};

struct lka_owners {
    struct lka_workspace *workspace;
    uint8_t secret[32];
    struct lka_statement *by_id;
    struct lka_statement *by_key;
    struct lka_owner_facts found[16]; /* those that were met for this row; lka_owner.contact is a place in it */
    size_t count;
    struct lka_arena arena;
    struct lka_text name;
};

lka_status lka_owners_open(struct lka_owners *owners, struct lka_workspace *workspace, struct lka_error *error);
void lka_owners_close(struct lka_owners *owners); /* {0} is fine */
void lka_owners_forget(struct lka_owners *owners);

/* Each adds to *owner: the contacts that have it. An empty value has none. */
lka_status lka_owners_by_id(struct lka_owners *owners, struct lka_span id, struct lka_owner *owner,
                            struct lka_error *error);
lka_status lka_owners_by_email(struct lka_owners *owners, struct lka_span email, struct lka_owner *owner,
                               struct lka_error *error);
lka_status lka_owners_by_identity(struct lka_owners *owners, enum lka_identity_type type, struct lka_span id,
                                  struct lka_owner *owner, struct lka_error *error);

/* The key under which a person who is no contact is known: of the canonical identity of what is there. */
lka_status lka_owners_stranger(struct lka_owners *owners, struct lka_span email, struct lka_span id,
                               uint8_t key[LKA_KEY_BYTES], struct lka_error *error);

#endif
