/* export/check_json.h: a platform's JSON, looked at. */
#ifndef LKA_EXPORT_CHECK_JSON_H
#define LKA_EXPORT_CHECK_JSON_H

#include "export/finding.h"

lka_status lka_check_json(struct lka_checking *checking, const struct lka_session *session, struct lka_error *error);

#endif
