/* base/parameters.h: one list says a stage's parameters once. A stage writes
 *
 *     #define SCORE_PARAMS(X)                                                             \
 *         X(TEXT, model, "model", NULL, 0, 0, NULL, "FILE", "the trained model", true)    \
 *         X(AMOUNT, top, "top", "1%", 0, 0, NULL, "SHARE|N", "how many rows to emit", false)
 *     LKA_PARAMS_STRUCT(score_options, SCORE_PARAMS);
 *     #define LKA_PARAM_OWNER struct score_options
 *     LKA_PARAMS_TABLE(lka_score_params, "score", SCORE_PARAMS);
 *
 * and gets `struct score_options { char *model; struct lka_amount top; }` and the table that drives
 * flags, YAML, checks, help and the manual. Columns: type, field, key, default (text), minimum, maximum,
 * choices, unit, help, required.
 */
#ifndef LKA_BASE_PARAMETERS_H
#define LKA_BASE_PARAMETERS_H

#include "lookalike/base.h"

#include <jansson.h>

#define LKA_C_FLAG bool
#define LKA_C_INTEGER int64_t
#define LKA_C_NUMBER double
#define LKA_C_TEXT char *
#define LKA_C_LIST struct lka_list
#define LKA_C_CHOICE int
#define LKA_C_AMOUNT struct lka_amount

#define LKA_PARAM_FIELD_(type, field, ...) LKA_C_##type field;
#define LKA_PARAM_ROW_(type, field, key, initial, minimum, maximum, choices, unit, help, required) \
    {key, LKA_PARAM_##type, offsetof(LKA_PARAM_OWNER, field), initial, minimum, maximum, choices, unit, help, required},

#define LKA_PARAMS_STRUCT(owner, LIST) \
    struct owner {                     \
        LIST(LKA_PARAM_FIELD_)         \
    }

/* Before it: #define LKA_PARAM_OWNER struct score_options */
#define LKA_PARAMS_TABLE(variable, title, LIST)                                                                        \
    static const struct lka_param variable##_rows[] = {LIST(LKA_PARAM_ROW_)};                                          \
    const struct lka_param_table variable = {title, variable##_rows, sizeof variable##_rows / sizeof *variable##_rows, \
                                             sizeof(LKA_PARAM_OWNER)}

/* What every stage that reads rows takes. */
#define LKA_INPUT_PARAMS(X)                                                                                           \
    X(TEXT, id, "id", NULL, 0, 0, NULL, "COL",                                                                        \
      "the id column; default: the first of id, contact_id, prospect_id, customer_id", false)                         \
    X(LIST, role, "role", NULL, 0, 0, NULL, "NAME=ROLE", "the role of a column", false)                               \
    X(LIST, column_type, "type", NULL, 0, 0, NULL, "NAME=TYPE",                                                       \
      "the type of a column: number, category, list, date or boolean", false)                                         \
    X(TEXT, separator, "separator", NULL, 0, 0, NULL, "CHAR",                                                         \
      "the field separator; default: comma, semicolon or tab, from the header line", false)                           \
    X(INTEGER, max_field, "max-field", "1048576", 1, 1073741824, NULL, "BYTES", "the longest field that is accepted", \
      false)                                                                                                          \
    X(INTEGER, max_bad_rows, "max-bad-rows", "0", 0, 9e15, NULL, "N",                                                 \
      "how many bad rows to leave out, each written with its reason to OUTPUT.rejected.csv, before stopping", false)

/* What every stage takes that reads rows of people of whom some may be left out. */
#define LKA_WHERE_PARAMS(X) \
    X(TEXT, where, "where", NULL, 0, 0, NULL, "RULE", "a condition in SQL: only rows of the pool that meet it", false)

/* What every stage that writes takes. */
#define LKA_OUTPUT_PARAMS(X)                               \
    X(FLAG, dry_run, "dry-run", "false", 0, 0, NULL, NULL, \
      "read and check everything, do the work, and write nothing", false)

/* What every stage that works for a while takes. */
#define LKA_WORK_PARAMS(X)                                                 \
    X(INTEGER, threads, "threads", "0", 0, 1024, NULL, "N",                \
      "threads to use; 0: one a core; results do not depend on it", false) \
    X(INTEGER, seed, "seed", "1", 0, 9e15, NULL, "N", "what all random choices follow from", false)

/* The same for those that read input. */
#define LKA_RUN_PARAMS(X)                                    \
    LKA_WORK_PARAMS(X)                                       \
    X(TEXT, temporary, "temporary", NULL, 0, 0, NULL, "DIR", \
      "where big intermediate files go; default: $TMPDIR, else /tmp", false)

/* Does it say how the machine is used (threads, memory, where temporary files go)? Results do not depend on it. */
bool lka_param_is_of_machine(const char *key);

/* The struct behind options; the caller knows its type by the table it was made from. */
const void *lka_options_values(const struct lka_options *options);
const struct lka_param_table *lka_options_table(const struct lka_options *options);

/* The value of a key, of the type that its table says; NULL if the table has no such key. */
const void *lka_options_value(const struct lka_options *options, const char *key);
const char *lka_options_text(const struct lka_options *options, const char *key); /* NULL if unset, absent or no TEXT */
int64_t lka_options_integer(const struct lka_options *options, const char *key);  /* 0 if absent */

/* Where the output of a TEXT key goes: its value, or /dev/null with --dry-run. */
const char *lka_options_target(const struct lka_options *options, const char *key);

/* True if the value was set by somebody, and is not the default. */
bool lka_options_given(const struct lka_options *options, const char *key);

/* Every value by key, for the model's echo and <stage>.json: NULL when memory is short. */
json_t *lka_options_json(const struct lka_options *options);

/* The same for <stage>.json, without what changes no result: where things are put, and how the machine is used. */
json_t *lka_options_echo(const struct lka_options *options);

/* Back to the default, as if nobody had given it. The table must have the key. */
lka_status lka_options_unset(struct lka_options *options, const char *key, struct lka_error *error);

/* Copies into `to` every value given in `from` whose key `to` also has (match hands its flags to train and score). */
lka_status lka_options_copy(struct lka_options *to, const struct lka_options *from, struct lka_error *error);

/* Does the same for one key. */
lka_status lka_options_copy_one(struct lka_options *to, const struct lka_options *from, const char *key,
                                struct lka_error *error);

/* The count that an amount means of `total`: shares are rounded up, at least 1. */
uint64_t lka_amount_of(struct lka_amount amount, uint64_t total);

#endif
