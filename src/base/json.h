/* base/json.h: JSON to text. */
#ifndef LKA_BASE_JSON_H
#define LKA_BASE_JSON_H

#include "lookalike/base.h"

#include <jansson.h>

/* json_dumps that fails when memory is short; free *text with lka_free. jansson's own (2.14) then leaves out a key and
 * calls it success, since dump_string's result is not looked at for keys. LKA_MEMORY also for a NULL value. */
lka_status lka_json_text(const json_t *value, size_t flags, char **text, struct lka_error *error);

/* json_loadb that fails when memory is short. jansson's own (2.14) may leave out a key then, take its own half-read
 * text for bad JSON, or abort: it does not look at whether a long token could be kept, and asserts what it takes back
 * of it. *json is NULL with LKA_OK where the text is no JSON. */
lka_status lka_json_read(const char *text, size_t length, size_t flags, json_t **json, struct lka_error *error);

/* The same for a file. LKA_OK with NULL where it can't be read or is no JSON: `problem` says which. */
lka_status lka_json_read_file(const char *path, json_t **json, json_error_t *problem, struct lka_error *error);

/* jansson's memory comes from lka_resize from now on: of lka_init. */
void lka_json_use_memory(void);

/* A JSON string of any bytes: those that are no UTF-8 become "?" (a file's name need not be text, and a message may
 * have been cut inside a character). NULL when memory is short alone. */
json_t *lka_json_string(const char *text);

#endif
