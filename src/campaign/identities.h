/* campaign/identities.h: by what the inactive contacts can be reached outside the mailbox: the identities that belong
 * to one contact alone, with consent, of people who did not object, seen lately enough.
 */
#ifndef LKA_CAMPAIGN_IDENTITIES_H
#define LKA_CAMPAIGN_IDENTITIES_H

#include "campaign/contacts.h"
#include "campaign/paths.h"

/* What keeps an identity from being used; the first that applies. */
#define LKA_UNUSED_REASONS(X)                                    \
    X(UNKNOWN_CONTACT, "of unknown contacts")                    \
    X(SHARED_EMAIL, "by an e-mail of several contacts")          \
    X(REPEATED, "repeated")                                      \
    X(CLAIMED, "claimed by several contacts")                    \
    X(NOT_INACTIVE, "of active contacts")                        \
    X(SUPPRESSED, "of people who objected")                      \
    X(NO_CONSENT, "without consent")                             \
    X(NO_ADVERTISING, "of contacts without advertising consent") \
    X(STALE, "not seen lately")

#define LKA_UNUSED_NAME_(name, text) LKA_UNUSED_##name,
enum lka_unused { LKA_UNUSED_REASONS(LKA_UNUSED_NAME_) LKA_USABLE, LKA_UNUSED_COUNT = LKA_USABLE };
extern const char *const lka_unused_names[LKA_UNUSED_COUNT];

struct lka_identity {
    uint32_t contact;
    uint32_t platform; /* in `platforms` */
    struct lka_span id;
    int64_t last_seen; /* INT64_MIN: not told */
    uint8_t type;      /* enum lka_identity_type */
    bool consent;
    bool claimed;
    uint8_t state; /* enum lka_unused, after lka_identities_decide */
};

struct lka_identities {
    struct lka_identity *items; /* after lka_identities_decide by contact, type, platform, id */
    size_t count;
    size_t capacity;
    struct lka_terms platforms;
    struct lka_index by_key; /* type, platform, id */
    struct lka_arena arena;
    uint64_t unused[LKA_UNUSED_COUNT]; /* rows, by reason */
    uint64_t usable;
};

/* The text under which an identity is known wherever it comes up: "cookie:abc"; e-mails as the SHA-256 of their plain
 * form, advertising ids and phones in lower case. False if it is none (an e-mail without @). */
bool lka_identity_name(enum lka_identity_type type, struct lka_span id, struct lka_text *text);

/* One row of the identities table; its `platform` field is filled here. `name`: of lka_identity_name. A contact that is
 * LKA_NOBODY or LKA_SHARED is counted, and not kept. */
lka_status lka_identities_add(struct lka_identities *reach, const struct lka_identity *identity,
                              struct lka_span platform, struct lka_span name, struct lka_error *error);
/* After the last row: sorts, and decides about every identity. Those last seen before `oldest` are stale, and so are
 * those without a date where there is a bound (INT64_MIN: none). */
void lka_identities_decide(struct lka_identities *reach, const struct lka_contacts *contacts, int64_t oldest);
void lka_identities_release(struct lka_identities *reach);

/* One contact's part of the sorted identities, which begins at `*at`: [*at, end). */
size_t lka_identities_end(const struct lka_identities *reach, uint32_t contact, size_t at);
/* The mask of the paths that can use any of the usable identities [at, end). */
uint32_t lka_identities_paths(const struct lka_identities *reach, size_t at, size_t end, const struct lka_paths *paths);

#endif
