/* lookalike/identity.h: what a platform will see of an identifier. */
#ifndef LOOKALIKE_IDENTITY_H
#define LOOKALIKE_IDENTITY_H

#include "lookalike/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `lookalike hash`: every line of --in (stdin), as --platform normalises its --field, to --out (stdout) as CSV: value,
 * normalised, encoded. A line is a value, spaces and all; one in quotes is a CSV field. --encoding is the platform's
 * own by default. What the platform could not use has an empty normalised and encoded value, and is told as a warning
 * by its reason. *summary has the counts; free it with lka_free. Errors: LKA_USAGE for flags and files, LKA_IO. */
LKA_API extern const struct lka_param_table lka_hash_params;
LKA_API LKA_MUST_USE lka_status lka_hash_values(const struct lka_options *options, const struct lka_session *session,
                                                char **summary, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
