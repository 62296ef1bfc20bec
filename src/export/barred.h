/* export/barred.h: whose rows were said to object, once for all passes, and whoever shares an identifier with one of them: an
 * address that objected is given to no platform, whoever else has it.
 */
#ifndef LKA_EXPORT_BARRED_H
#define LKA_EXPORT_BARRED_H

#include "export/person.h"
#include "export/seen.h"

struct lka_export_barred {
    struct lka_seen identifiers;
    struct lka_person person; /* a row that is looked at by itself */
    uint8_t *rows;            /* who objected, a bit each */
    size_t capacity;
};

void lka_export_barred_release(struct lka_export_barred *barred); /* {0} is fine */

/* Remembers of row `number`, the first time in the order of the rows, whether it objected. */
lka_status lka_export_barred_mark(struct lka_export_barred *barred, uint64_t number, bool objected,
                                  struct lka_error *error);
static inline bool lka_export_barred_objected(const struct lka_export_barred *barred, uint64_t number)
{
    return barred->rows[number / 8] >> (number % 8) & 1;
}

/* Bars the identifiers of a row of the table, as the platform has them. */
lka_status lka_export_barred_add(struct lka_export_barred *barred, struct lka_export_table *audience,
                                 const struct lka_rules *platform, const char *country, size_t row,
                                 struct lka_field_counts *counts, struct lka_error *error);
/* Has the person one that is barred? */
bool lka_export_barred_has(const struct lka_export_barred *barred, const struct lka_rules *platform,
                           const struct lka_person *person);

#endif
