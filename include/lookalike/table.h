/* lookalike/table.h: what a column is: its role and its type.
 *
 * A table is a header line and rows of text fields. A column's *role* says what it is for (the identity,
 * an identifier, a consent, a feature); its *type* says how a feature's text is read. Roles come from
 * --role, else from the file's <stage>.json, else from the recognised names (data/roles.yaml), else
 * `feature`. Types come from --type, else from a sample of the values.
 *
 * Thread-safety: a schema is read-only once made; any thread may read it.
 */
#ifndef LOOKALIKE_TABLE_H
#define LOOKALIKE_TABLE_H

#include "lookalike/base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum lka_role {
    LKA_ROLE_FEATURE, /* the default: a model may learn from it */
    LKA_ROLE_ID,      /* who the row is about; in no model */
    LKA_ROLE_EMAIL,   /* identifiers from here to the country: see lka_role_is_identifier */
    LKA_ROLE_PHONE,
    LKA_ROLE_MAID,
    LKA_ROLE_COOKIE,
    LKA_ROLE_FIRST_NAME,
    LKA_ROLE_LAST_NAME,
    LKA_ROLE_POSTCODE,
    LKA_ROLE_COUNTRY,
    LKA_ROLE_CONSENT, /* the column's argument is "purpose" or "purpose,platform"; empty for `consents` */
    LKA_ROLE_TIME,    /* from here to the exposure: for the stages that need them, no features */
    LKA_ROLE_LABEL,
    LKA_ROLE_GROUP,
    LKA_ROLE_WEIGHT,
    LKA_ROLE_EXPOSURE,
    LKA_ROLE_PROTECTED, /* audited; no feature */
    LKA_ROLE_SENSITIVE, /* dropped when read */
    LKA_ROLE_VALUE,     /* what a customer is worth; no feature */
    LKA_ROLE_KEEP,      /* carried to the output; no feature */
    LKA_ROLE_IGNORE,
    LKA_ROLE_COUNT
};

/* "feature", "id", ... as users write them; "unknown" for what is none. A constant of the library. */
LKA_API const char *lka_role_name(enum lka_role role);

/* Identifiers: never a feature, masked in messages, carried to export. */
LKA_API bool lka_role_is_identifier(enum lka_role role);

enum lka_type {
    LKA_TYPE_UNKNOWN, /* not inferred yet */
    LKA_TYPE_NUMBER,
    LKA_TYPE_CATEGORY,
    LKA_TYPE_LIST, /* values separated by | */
    LKA_TYPE_DATE, /* ISO 8601 date or time */
    LKA_TYPE_BOOLEAN,
    LKA_TYPE_COUNT
};

/* "number", "category", ... likewise. */
LKA_API const char *lka_type_name(enum lka_type type);

/* `lookalike inspect FILE` for a table: its schema, roles and a profile of its values, as JSON: columns
 * with role, type, share missing, distinct values, range; no value of an identifier, and no category
 * value of fewer than 10 rows. Reads the whole file once. Free *json with lka_free.
 * Errors: LKA_USAGE if it can't be opened, LKA_DATA if it breaks the CSV grammar. */
LKA_API extern const struct lka_param_table lka_inspect_params;
LKA_API LKA_MUST_USE lka_status lka_inspect(const struct lka_options *options, const struct lka_session *session,
                                            char **json, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
