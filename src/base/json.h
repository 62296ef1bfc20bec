/* base/json.h: JSON to text. */
#ifndef LKA_BASE_JSON_H
#define LKA_BASE_JSON_H

#include "lookalike/base.h"

#include <jansson.h>

/* json_dumps that fails when memory is short; free *text with lka_free. jansson's own (2.14) then leaves out a key and
 * calls it success, since dump_string's result is not looked at for keys. LKA_MEMORY also for a NULL value. */
lka_status lka_json_text(const json_t *value, size_t flags, char **text, struct lka_error *error);

/* A JSON string of any bytes: those that are no UTF-8 become "?" (a file's name need not be text, and a message may
 * have been cut inside a character). NULL when memory is short alone. */
json_t *lka_json_string(const char *text);

#endif
