/* export/who.h: whose consent, and how few.
 */
#ifndef LKA_EXPORT_WHO_H
#define LKA_EXPORT_WHO_H

#include "eligibility/exported.h"
#include "eligibility/suppression.h"
#include "export/table.h"

struct lka_export_ledger;

struct lka_export_who {
    const struct lka_export_options *options;
    struct lka_suppression *objections; /* NULL without a workspace */
    const struct lka_rules *platform;
    const struct lka_platform_format *format;
    bool before; /* rows of the audience that the platform has: it has those alone who had consented then */
    bool asks;   /* rows may be left out: there is something that tells so */
    bool knows;  /* whether the row's person objected: it was asked in an earlier pass */
    bool objected;
    bool taken_off; /* whoever is taken off a platform needs no consent for that, and may well have objected */
    struct lka_export_ledger *ledger;
    struct lka_exported_asking given; /* whom the platform was given, as far as the workspace remembers that */
};

/* A pass over the audience's rows begins, whose columns are known. */
void lka_export_who_begin(struct lka_export_who *who, const struct lka_export_table *audience);
/* Did the person of a row grant both ad_user_data and ad_personalization? */
bool lka_export_grants_signals(const struct lka_export_table *audience, size_t row);
/* Is any of the row's identifiers in the list of objections? */
lka_status lka_export_has_objected(const struct lka_export_who *who, const struct lka_export_table *audience,
                                   size_t row, bool *objected, struct lka_error *error);
/* Who is not looked at any further, and why; NULL: go on. */
lka_status lka_export_leave_out(const struct lka_export_who *who, const struct lka_export_table *audience, size_t row,
                                const char **reason, struct lka_error *error);
void lka_export_warn_of_consent(const struct lka_export_who *who, const struct lka_export_table *audience,
                                const struct lka_session *session);

enum { LKA_COUNTRIES = 26 * 26 };
struct lka_country_counts {
    uint64_t people[LKA_COUNTRIES + 1]; /* the last: of no known country */
};
void lka_country_count(struct lka_country_counts *counts, const char *country); /* NULL: not known */

/* LKA_REFUSED under the platform's minimum; warns under three times. With --seeds, as the platform has it for those. */
lka_status lka_export_check_minimum(const struct lka_export_who *who, uint64_t people,
                                    const struct lka_country_counts *counts, const struct lka_session *session,
                                    struct lka_error *error);

#endif
