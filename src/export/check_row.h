/* export/check_row.h: a row, in whatever layout: its values, and the person whom they are of. */
#ifndef LKA_EXPORT_CHECK_ROW_H
#define LKA_EXPORT_CHECK_ROW_H

#include "export/finding.h"

/* `label`: what the field is called there. */
lka_status lka_check_value(struct lka_checking *checking, struct lka_checked_place place, const char *label,
                           size_t field, struct lka_span value, struct lka_error *error);
/* The values were looked at: is there a key, may the person be in the file, were they there before? */
lka_status lka_check_person(struct lka_checking *checking, struct lka_checked_place place,
                            const struct lka_checked_row *row, struct lka_error *error);

#endif
