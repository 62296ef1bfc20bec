/* source/open.h: a table as a stage's options name it: opened, its roles assigned. */
#ifndef LKA_SOURCE_OPEN_H
#define LKA_SOURCE_OPEN_H

#include "base/parameters.h"
#include "source/source.h"

struct lka_table {
    struct lka_source *source;
    struct lka_schema schema; /* of the source, with roles and types assigned */
};

/* Reads LKA_INPUT_PARAMS and `temporary` by key from any options that have them.
 *   paths      as lka_source_open
 *   rejected   "<output>.rejected.csv"; NULL: bad rows are never tolerated
 *   twice      the table is read more than once (implied where bad rows are tolerated)
 * Options without an `id` are those of a stage whose tables need no id column.
 * --id, --role and --type apply where the table has the column: see lka_tables_check. */
lka_status lka_table_open(const struct lka_list *paths, const struct lka_options *options, const char *rejected,
                          bool twice, struct lka_table *table, struct lka_error *error);
void lka_table_close(struct lka_table *table); /* {0} is fine */

/* What --separator says: one ASCII character, or "tab"; NULL gives 0, which is the header line's. */
lka_status lka_separator_parse(const char *text, char *separator, struct lka_error *error);

/* Leaves out the rows that do not meet the rule of --where, if there is one; before anything of the table is
 * selected. */
lka_status lka_table_filter(struct lka_table *table, const struct lka_options *options,
                            const struct lka_session *session, struct lka_error *error);

/* Puts "by --where" among the reasons for which rows of the table were left out, if there is a rule. False when memory
 * is short. */
bool lka_table_tell_filter(const struct lka_table *table, const struct lka_options *options, json_t *left_out);

/* LKA_USAGE for an --id, --role, --type or --exclude whose column is in none of the tables. */
lka_status lka_tables_check(const struct lka_options *options, const struct lka_table *const *tables, size_t count,
                            struct lka_error *error);

/* The same for the columns that one list of the options names. */
lka_status lka_tables_check_list(const struct lka_options *options, const char *flag,
                                 const struct lka_table *const *tables, size_t count, struct lka_error *error);

/* {"file", "xxh3", "rows", "rejected"} for <stage>.json; only once the end was reached. NULL when memory is short. */
json_t *lka_table_json(const struct lka_table *table);

#endif
