/* store/acquaintance.h: whether those whom a table brings are people of this workspace. Two brands' people in one
 * workspace would take each other's past for their own. */
#ifndef LKA_STORE_ACQUAINTANCE_H
#define LKA_STORE_ACQUAINTANCE_H

#include "store/workspace.h"

/* {0}: there is no workspace, and everybody is welcome. */
struct lka_acquaintance {
    const struct lka_workspace *workspace;
    struct lka_statement *find; /* NULL once somebody was met, and where nobody is known */
    bool lists_contacts;        /* the workspace knows its contacts: lifecycle or a campaign went over them */
    bool met;
    uint64_t strangers; /* before anybody was met */
};

/* Before the stage writes anything to it. `workspace` may be NULL; else it outlives the acquaintance. */
lka_status lka_acquaintance_init(struct lka_acquaintance *acquaintance, struct lka_workspace *workspace,
                                 struct lka_error *error);
void lka_acquaintance_release(struct lka_acquaintance *acquaintance); /* {0} is fine */

/* By contact id. Asks the workspace only until somebody is known. */
lka_status lka_acquaintance_meet(struct lka_acquaintance *acquaintance, struct lka_span person,
                                 struct lka_error *error);

/* LKA_USAGE where the workspace knows people and none of those met is one of them. With `partial` they are no list of
 * all: then it takes ten of them at least, and a workspace that knows its contacts; else it is a warning. `whose`:
 * "contacts". */
lka_status lka_acquaintance_check(const struct lka_acquaintance *acquaintance, const char *whose, bool partial,
                                  const struct lka_session *session, struct lka_error *error);

#endif
