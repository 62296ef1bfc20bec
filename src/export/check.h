/* export/check.h: `export --check`: a file for a platform, by whomever, row by row. */
#ifndef LKA_EXPORT_CHECK_H
#define LKA_EXPORT_CHECK_H

#include "base/parameters.h"

lka_status lka_export_check(const struct lka_options *options, const struct lka_session *session, char **summary,
                            struct lka_error *error);

#endif
