/* eligibility/consent.h: whether a row may be used for a purpose. A table without a column that decides about the
 * purpose lets every row pass; with several, all of them must grant it; an unknown or empty value means no. */
#ifndef LKA_ELIGIBILITY_CONSENT_H
#define LKA_ELIGIBILITY_CONSENT_H

#include "base/session.h"
#include "table/rows.h"
#include "table/schema.h"

/* The schema columns that decide about a purpose: `consents` lists (purpose or purpose:platform, separated by |) and
 * columns of role consent(purpose). Select them with the source, in this order. */
struct lka_consent {
    const char *purpose;
    const char *platform; /* NULL: on none in particular */
    size_t columns[8];    /* index in the schema */
    bool is_list[8];      /* the `consents` form */
    size_t count;
    bool too_many; /* more columns than fit here decide: then nobody passes */
};

struct lka_consent lka_consent_for(const struct lka_schema *schema, const char *purpose);
/* The same on a platform: a list grants it by `purpose` or `purpose:platform`; columns that are given for the platform
 * decide, too. */
struct lka_consent lka_consent_on(const struct lka_schema *schema, const char *purpose, const char *platform);

/* Google's ad_user_data, ad_personalization: columns of their own decide, and the lists only where there is none. */
struct lka_consent lka_consent_signal(const struct lka_schema *schema, const char *purpose);

/* `first_cell`: where the first of the columns stands in the rows' selection (the others follow it). */
bool lka_consent_granted(const struct lka_consent *consent, const struct lka_rows *rows, size_t first_cell, size_t row);
/* The same, where each of the columns has a cell of its own. */
bool lka_consent_granted_at(const struct lka_consent *consent, const struct lka_rows *rows, const size_t *cells,
                            size_t row);

/* One value of a column, of a list or of its own. */
bool lka_consent_value_grants(const struct lka_consent *consent, bool is_list, struct lka_span value);

/* Warns of features whose names look like a consent ("newsletter_optin"): no role says that they decide about
 * anything. */
void lka_consent_warn(const struct lka_schema *schema, const char *file, const struct lka_session *session);

#endif
