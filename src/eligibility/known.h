/* eligibility/known.h: people whom the brand has already: customers and earlier seeds. Kept in memory as keys, 128 bits
 * of the HMAC of "type:<SHA-256 of a form>", 16 bytes a form; the contacts and new registrations of the workspace's
 * campaign stand there under the same keys.
 *
 * Thread-safety: once sorted, any thread may ask.
 */
#ifndef LKA_ELIGIBILITY_KNOWN_H
#define LKA_ELIGIBILITY_KNOWN_H

#include "eligibility/person.h"
#include "source/open.h"
#include "store/workspace.h"

struct lka_known_key {
    uint8_t bytes[16];
};

struct lka_known {
    struct lka_hmac hmac;
    struct lka_known_key *items;
    size_t count;
    size_t capacity;
};

void lka_known_init(struct lka_known *known, const struct lka_hmac *hmac);
void lka_known_release(struct lka_known *known);

/* Of one form, and of one text ("email:<hex>"). LKA_MEMORY if libcrypto fails. */
lka_status lka_known_key_of(const struct lka_hmac *hmac, const struct lka_form *form, struct lka_known_key *key,
                            struct lka_error *error);
lka_status lka_known_key_of_text(const struct lka_hmac *hmac, struct lka_span text, struct lka_known_key *key,
                                 struct lka_error *error);

/* Everybody whom the workspace's campaign onboarded or registered. */
lka_status lka_known_add_campaign(struct lka_known *known, struct lka_workspace *workspace, struct lka_error *error);

/* The keys that a statement's first column gives. */
lka_status lka_known_add_rows(struct lka_known *known, struct lka_statement *statement, struct lka_error *error);
/* Everybody whom the workspace has erased, sorted (eligibility/erased.h asks for them). */
lka_status lka_known_add_erased(struct lka_known *known, struct lka_workspace *workspace, struct lka_error *error);

/* Everybody in an opened table, which is read to its end: by e-mail, phone, MAID and the id. LKA_USAGE if it has none
 * of the three and no id column that is called as `id_name`. */
lka_status lka_known_add_table(struct lka_known *known, struct lka_table *table, const struct lka_list *hashed,
                               const char *country, const char *id_name, const struct lka_session *session,
                               struct lka_error *error);

void lka_known_sort(struct lka_known *known);

bool lka_known_has(const struct lka_known *known, const struct lka_known_key *key);

/* Is one of the forms known, or the id under the name of its column (NULL: it is not asked)? */
lka_status lka_known_holds(const struct lka_known *known, const struct lka_form *forms, size_t count,
                           struct lka_span id, bool *holds, struct lka_error *error);

#endif
