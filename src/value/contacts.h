/* value/contacts.h: who is a contact, and who of them is inactive: contacts.csv of the directory that lifecycle
 * wrote. */
#ifndef LKA_VALUE_CONTACTS_H
#define LKA_VALUE_CONTACTS_H

#include "base/text.h"

enum lka_contact_state { LKA_CONTACT_UNKNOWN, LKA_CONTACT_UNPROFILED, LKA_CONTACT_ACTIVE, LKA_CONTACT_INACTIVE };

struct lka_contact_map;

/* Reads contact_id and `inactive` (yes or no), else `segment` (inactive is every one but active); whoever is not
 * `profiled` yes, where there is that column, is UNPROFILED. LKA_USAGE if the file
 * or a column is missing, LKA_DATA for another value or a contact that comes twice. */
lka_status lka_contact_map_read(const char *directory, struct lka_contact_map **map, struct lka_error *error);
void lka_contact_map_free(struct lka_contact_map *map); /* NULL is fine */

enum lka_contact_state lka_contact_map_state(const struct lka_contact_map *map, struct lka_span contact);

#endif
