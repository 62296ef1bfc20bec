/* export/json_layout.h: what a JSON file of a platform looks like, made of the templates by which it is written: the
 * same data that writes a file reads anybody's.
 *
 * The templates are filled with marks in place of values, and the result is read as JSON. A mark is a string that
 * begins with the byte 1: \1.email a field's value, \1*email (alone in a list) all its values, \1!email\1 inside a
 * longer string; \1session, \1sequence, \1last, \1total of the file; \1rows the rows' place; \1any, first in a list or
 * as a member of an object: of what follows any may be there.
 */
#ifndef LKA_EXPORT_JSON_LAYOUT_H
#define LKA_EXPORT_JSON_LAYOUT_H

#include "eligibility/rules.h"

#include <jansson.h>

#define LKA_MARK '\1'
enum { LKA_JSON_DEPTH = 32 };

struct lka_json_step {
    const char *key; /* NULL: a place in a list */
    size_t index;
};

/* Where the rows stand. */
struct lka_json_path {
    struct lka_json_step steps[LKA_JSON_DEPTH];
    size_t count;
    bool in_string; /* "row,row": with `between` between them */
};

enum { LKA_JSON_ADDS, LKA_JSON_REMOVES, LKA_JSON_WAYS };
struct lka_json_layout {
    const struct lka_rules *platform;
    const struct lka_platform_format *format;
    json_t *frames[LKA_JSON_WAYS]; /* a file without its rows */
    struct lka_json_path paths[LKA_JSON_WAYS];
    json_t *rows[LKA_JSON_WAYS][2]; /* with the words for both signals, and without */
    json_t *signals;                /* the members that these words are; NULL */
    char rows_at[128];              /* "payload.data" */
};

/* LKA_USAGE for templates that make no JSON. */
lka_status lka_json_layout_init(struct lka_json_layout *layout, const struct lka_rules *platform,
                                const struct lka_platform_format *format, struct lka_error *error);
void lka_json_layout_release(struct lka_json_layout *layout); /* {0} is fine */

/* Is it a mark of the kind ('.', '*', 'r' of rows ...)? 0: any. */
bool lka_json_is_mark(const json_t *value, char kind);
/* What stands at a path ("payload.schema"); NULL: nothing. */
const json_t *lka_json_at(const json_t *whole, const char *path);

#endif
