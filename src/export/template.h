/* export/template.h: the templates of a platform's JSON. {email} is the field's value as a JSON string, {email!} the
 * same without its quotes, {email*} all values with commas between, {parts} the parts of which everything is there,
 * {signals} the words for somebody who granted both of Google's signals, and {session}, {sequence}, {last}, {total},
 * {action} speak of the file. Other braces are themselves.
 */
#ifndef LKA_EXPORT_TEMPLATE_H
#define LKA_EXPORT_TEMPLATE_H

#include "eligibility/rules.h"

struct lka_template_slot {
    struct lka_span name; /* empty: literal text */
    struct lka_span text;
    char mark; /* '*', '!' or 0 */
};

/* The next piece of a template; false at its end. */
bool lka_template_next(const char **at, struct lka_template_slot *slot);
/* The field of that name; platform->field_count if there is none. */
size_t lka_template_field(const struct lka_rules *platform, struct lka_span name);

/* The fields that the format writes, as bits. */
uint32_t lka_format_fields(const struct lka_rules *platform, const struct lka_platform_format *format);

#endif
