/* campaign/registration.h: the registrations, each with the contact that it was matched to when it was read, and the
 * people that they are of. */
#ifndef LKA_CAMPAIGN_REGISTRATION_H
#define LKA_CAMPAIGN_REGISTRATION_H

#include "base/memory.h"
#include "campaign/index.h"
#include "campaign/matching.h"
#include "campaign/state.h"

enum lka_opt_in { LKA_OPT_UNKNOWN, LKA_OPT_NO, LKA_OPT_YES };

struct lka_registration {
    uint8_t row[LKA_KEY_BYTES];    /* by which a row is known when it comes again */
    uint8_t person[LKA_KEY_BYTES]; /* of the canonical identity of the new e-mail, or of what else there is */
    struct lka_span contact;       /* empty: nobody's */
    struct lka_span segment;       /* of the contact, when it was matched */
    struct lka_span new_email;     /* plain; may be empty */
    struct lka_span path;
    int64_t time;
    enum lka_match_key by; /* LKA_MATCH_KEYS: nobody */
    enum lka_opt_in opt_in;
    bool inactive; /* the contact was, when it was matched: it is reactivated */
    bool repeated; /* after lka_registrations_resolve: the person registered before */
};

struct lka_registrations {
    struct lka_registration *items;
    size_t count;
    size_t capacity;
    struct lka_arena arena;
};

void lka_registrations_release(struct lka_registrations *registrations);

/* In an open transaction: keeps one, unless its row is known. */
lka_status lka_registration_save(struct lka_statement *put, const struct lka_registration *registration,
                                 struct lka_error *error);
extern const char lka_registration_insert[]; /* the SQL of `put` */

/* How many rows the workspace has. */
lka_status lka_registrations_count(struct lka_workspace *workspace, uint64_t *count, struct lka_error *error);

/* All that the workspace has, by time; then whose they are: a stranger who gave the new e-mail of a matched
 * registration is that contact, and of a person's registrations the first counts. The outcome does not depend on the
 * order in which they were read, nor on how many files brought them. */
lka_status lka_registrations_load(struct lka_workspace *workspace, struct lka_registrations *registrations,
                                  struct lka_error *error);

#endif
