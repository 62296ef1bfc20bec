/* campaign/crm_table.h: crm.csv: the contacts table's attributes beside what the campaign made of each contact. */
#ifndef LKA_CAMPAIGN_CRM_TABLE_H
#define LKA_CAMPAIGN_CRM_TABLE_H

#include "campaign/aggregates.h"
#include "campaign/population.h"
#include "eligibility/suppression.h"
#include "source/open.h"

/* The first pass: who is there, may be profiled, signed up when (a column of that name). `table` was opened to be read
 * twice. */
lka_status lka_crm_look(struct lka_table *table, const char *signed_up, const struct lka_suppression *suppression,
                        struct lka_population *population, const struct lka_session *session, struct lka_error *error);

struct lka_crm_choice {
    size_t *columns; /* of the schema: the id, then the attributes */
    size_t count;
    ptrdiff_t weight; /* the cell with the user's own weight; -1: none */
};

/* The attributes: columns that may be learned from, without those that lifecycle made (they are as of another day).
 * `weight`: the name of a column, or NULL; LKA_USAGE if there is none of that name. */
lka_status lka_crm_choose(const struct lka_table *table, const char *weight, const struct lka_aggregates *aggregates,
                          const struct lka_session *session, struct lka_crm_choice *chosen, struct lka_error *error);
void lka_crm_choice_release(struct lka_crm_choice *chosen);

/* The second pass: crm.csv, in the order of the contacts. */
lka_status lka_crm_write(struct lka_table *table, const struct lka_crm_choice *chosen,
                         const struct lka_population *population, struct lka_aggregates *aggregates,
                         struct lka_directory *directory, const struct lka_session *session, struct lka_error *error);

/* Column -> role; NULL when memory is short. */
json_t *lka_crm_roles(const struct lka_table *table, const struct lka_crm_choice *chosen);

#endif
