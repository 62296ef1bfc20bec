/* eligibility/eligibility.h: may a row be used in an audience, and if not, why not. The same questions are asked of the
 * pool, before it is ranked, and of what was ranked, before it is written.
 *
 *     erased         a form of one of its identifiers, or its id, was erased from the workspace
 *     objected       a form of one of its identifiers is in the workspace's suppression list
 *     customer       --customers has it, or the workspace's campaign knows it: contacts, earlier seeds, who registered
 *     do not contact a column of that meaning (do_not_contact, unsubscribed, opt_out) says anything but no
 *     no consent     to profiling, or to advertising (on the platform); an unknown value is none
 *     no signals     Google's ad_user_data and ad_personalization in the EEA (where the country is not known, too)
 *     seen enough    files for the platform had them as often as --frequency-cap allows
 *     under age      the column `age` says less than --min-age, or `minor` says yes or an unknown word
 */
#ifndef LKA_ELIGIBILITY_ELIGIBILITY_H
#define LKA_ELIGIBILITY_ELIGIBILITY_H

#include "eligibility/consent.h"
#include "eligibility/erased.h"
#include "eligibility/frequency.h"
#include "eligibility/known.h"
#include "eligibility/platforms.h"
#include "eligibility/suppression.h"

/* What every command takes that asks. */
#define LKA_ELIGIBILITY_PARAMS(X)                                                                             \
    X(LIST, customers, "customers", NULL, 0, 0, NULL, "FILE",                                                 \
      "people whom the brand has already (CSV): they are left out", false)                                    \
    X(INTEGER, min_age, "min-age", "18", 0, 150, NULL, "YEARS",                                               \
      "leave out whom the column \"age\" says to be younger; 0: nobody", false)                               \
    X(TEXT, frequency_cap, "frequency-cap", NULL, 0, 0, NULL, "TIMES/DAYS",                                   \
      "leave out whom files for the platform had so many times in so many days (3/30)", false)                \
    X(TEXT, country, "country", NULL, 0, 0, NULL, "CC", "the country (FR, GB) of rows that have none", false) \
    X(LIST, hashed, "hashed", NULL, 0, 0, NULL, "COL",                                                        \
      "a column that holds SHA-256 values (as one whose name ends in _sha256 does)", false)

enum lka_bar {
    LKA_BAR_NONE,
    LKA_BAR_ERASED,
    LKA_BAR_OBJECTED,
    LKA_BAR_CUSTOMER,
    LKA_BAR_CONTACT,
    LKA_BAR_PROFILING,
    LKA_BAR_ADVERTISING,
    LKA_BAR_SIGNALS,
    LKA_BAR_AGE,
    LKA_BAR_FREQUENCY,
    LKA_BARS
};
const char *lka_bar_name(enum lka_bar bar); /* "erased", ...; "" of none */

enum { LKA_CONSENTS = 4, LKA_REFUSALS = 16 };

struct lka_eligibility {
    const struct lka_platform *platform; /* NULL: advertising as such */
    struct lka_platform found;
    struct lka_workspace *workspace; /* borrowed */
    uint8_t secret[32];
    struct lka_hmac hmac; /* of the workspace's key, prepared */
    struct lka_suppression *suppression;
    struct lka_known known;
    bool lists_customers; /* --customers was given */
    struct lka_frequency frequency;
    struct lka_known frequent; /* whoever is at the cap */
    struct lka_known erased;
    struct lka_person_columns person;
    struct lka_consent consents[LKA_CONSENTS]; /* profiling, advertising, the two signals */
    size_t consent_cells[LKA_CONSENTS][8];
    size_t refusals[LKA_REFUSALS]; /* columns of the schema that say who wants no contact */
    size_t refusal_cells[LKA_REFUSALS];
    size_t refusal_count;
    ptrdiff_t age; /* columns of the schema, or LKA_NO_COLUMN */
    ptrdiff_t minor;
    size_t age_cell;
    size_t minor_cell;
    int64_t min_age;
    bool ids_tell; /* the id column has the name of the customers' */
};

/* `options` have LKA_ELIGIBILITY_PARAMS, "eligible-for" and what lka_table_open reads; `schema` is that of the table
 * whose rows will be asked about. Reads the customers. LKA_USAGE for an unknown platform, and a workspace that has lost
 * its key; LKA_DATA for a broken list or table. Warns where a question can't be asked, since the table lacks the
 * column. */
lka_status lka_eligibility_open(const struct lka_options *options, struct lka_workspace *workspace,
                                const struct lka_schema *schema, const char *file, const struct lka_session *session,
                                struct lka_eligibility *eligibility, struct lka_error *error);
/* Warns of a table of whose people no objection can tell: they have none of the identifiers that objections came
 * with. */
void lka_eligibility_warn_unreached(const struct lka_person_columns *person, const struct lka_suppression *objections,
                                    const char *file, const struct lka_session *session);
void lka_eligibility_close(struct lka_eligibility *eligibility); /* {0} is fine */

/* Tells where each of the columns that are read stands: cell_of is called with each of them, by index in the schema. */
lka_status lka_eligibility_bind(struct lka_eligibility *eligibility,
                                lka_status (*cell_of)(void *user, size_t column, size_t *cell, struct lka_error *error),
                                void *user, struct lka_error *error);

/* The first bar that stands in the way of a row. Thread-safe. */
lka_status lka_eligibility_of(const struct lka_eligibility *eligibility, const struct lka_rows *rows, size_t row,
                              enum lka_bar *bar, struct lka_error *error);

/* Which bars stand in its way: the first one alone, or all. Thread-safe. */
lka_status lka_eligibility_bars(const struct lka_eligibility *eligibility, const struct lka_rows *rows, size_t row,
                                bool all, bool stands[LKA_BARS], struct lka_error *error);

/* The HMAC of "id:<value>", by which the ledger knows a row. */
lka_status lka_eligibility_id_key(const struct lka_eligibility *eligibility, struct lka_span id, char hex[65],
                                  struct lka_error *error);

#endif
