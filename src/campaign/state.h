/* campaign/state.h: what the campaign remembers in the workspace: which contacts were onboarded, by which keys they are
 * found again, what they can be reached by, who was assigned to which path, who registered. Keys are HMACs under the
 * workspace's key: no e-mail and no identity of a contact stands here.
 */
#ifndef LKA_CAMPAIGN_STATE_H
#define LKA_CAMPAIGN_STATE_H

#include "campaign/matching.h"
#include "campaign/identities.h"
#include "store/workspace.h"

enum { LKA_KEY_BYTES = 16 };

/* The HMAC, cut, of "email:<sha256>", "cookie:abc" ... LKA_MEMORY if libcrypto fails. */
lka_status lka_state_key(const uint8_t secret[32], struct lka_span name, uint8_t key[LKA_KEY_BYTES],
                         struct lka_error *error);
lka_status lka_state_form_key(const uint8_t secret[32], const struct lka_form *form, uint8_t key[LKA_KEY_BYTES],
                              struct lka_error *error);

/* Keys of many contacts, until they are written. */
struct lka_keys {
    struct lka_onboarded_key {
        uint8_t key[LKA_KEY_BYTES];
        uint32_t contact;
    } * items;
    size_t count;
    size_t capacity;
};
lka_status lka_keys_add(struct lka_keys *keys, const uint8_t key[LKA_KEY_BYTES], uint32_t contact,
                        struct lka_error *error);
void lka_keys_release(struct lka_keys *keys);

/* ---- each in an open transaction -------------------------------------------------------------- */

/* Makes the workspace's contacts, keys and reach what was read; only what differs is written. Contacts that are no
 * longer there are remembered as gone, without keys. */
lka_status lka_state_save_onboarding(struct lka_workspace *workspace, const struct lka_contacts *contacts,
                                     const struct lka_keys *keys, const struct lka_identities *reach,
                                     struct lka_error *error);

/* A fact by name; `value` is empty if it was never set. */
lka_status lka_state_fact(struct lka_workspace *workspace, const char *name, struct lka_text *value,
                          struct lka_error *error);
lka_status lka_state_set_fact(struct lka_workspace *workspace, const char *name, const char *value,
                              struct lka_error *error);

/* Remembers the paths' names, as "|lead_ad|banner|" in the fact "paths", beside those that are there. */
lka_status lka_state_add_paths(struct lka_workspace *workspace, const struct lka_paths *paths, struct lka_error *error);

/* Is there a workspace at the path? */
bool lka_state_exists(const char *path);
/* Opens a workspace in which somebody was onboarded; LKA_USAGE otherwise, and none is made. */
lka_status lka_state_open(const char *path, enum lka_workspace_mode mode, const struct lka_session *session,
                          struct lka_workspace **workspace, struct lka_error *error);

#endif
