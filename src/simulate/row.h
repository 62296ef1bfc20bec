/* simulate/row.h: a person as a line of CSV. The columns: the id, the other identifiers, the attributes of the world in
 * its order. */
#ifndef LKA_SIMULATE_ROW_H
#define LKA_SIMULATE_ROW_H

#include "simulate/person.h"

/* The header line with its newline; contact_id for the CRM, prospect_id for the pool. */
void lka_row_header(const struct lka_world *world, enum lka_population population, struct lka_text *text);

/* The longest line that lka_row_write makes, with the slack beyond it that it may scribble on. */
size_t lka_row_room(const struct lka_world *world);

/* Writes the line with its newline and returns the end. */
char *lka_row_write(const struct lka_world *world, const struct lka_person *person, char *at);

/* The address that this person uses, with a comma behind it. */
char *lka_person_write_email(const struct lka_world *world, const struct lka_person *person, char *at);

/* C or P and ten digits, with nothing behind them: the ids of contacts and prospects are never equal. */
char *lka_row_write_id(enum lka_population population, uint64_t index, char *at);
static const size_t LKA_ROW_ID_LENGTH = 11;

#endif
