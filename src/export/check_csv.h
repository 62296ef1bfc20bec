/* export/check_csv.h: a platform's CSV or text file, looked at. */
#ifndef LKA_EXPORT_CHECK_CSV_H
#define LKA_EXPORT_CHECK_CSV_H

#include "export/finding.h"

#include <sys/stat.h>

lka_status lka_check_csv(struct lka_checking *checking, const struct lka_session *session, struct stat *facts,
                         struct lka_error *error);

#endif
