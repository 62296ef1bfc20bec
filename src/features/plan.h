/* features/plan.h: the feature plan: learning, YAML, encoding. See lookalike/features.h for what it is. */
#ifndef LKA_FEATURES_PLAN_H
#define LKA_FEATURES_PLAN_H

#include "base/session.h"
#include "lookalike/features.h"
#include "table/block.h"
#include "table/rows.h"
#include "table/schema.h"

struct lka_plan;

struct lka_plan_options {
    const char *as_of; /* NULL: the latest date in the data */
    uint32_t bins;
    uint32_t max_categories;
    struct lka_list exclude;
    uint32_t floor;             /* people that a value needs to be in a vocabulary: 10 */
    const int64_t *seeds_as_of; /* by row: the day that the row's own ages are counted to; NULL: the plan's */
    const int64_t *pool_as_of;
    const struct lka_session *session; /* for warnings; NULL: none */
};

/* Learns a plan from seeds and pool rows together. Both blocks hold the same columns, described by `schema` in that
 * order (cells behind them are not looked at); types that are not given are inferred here from both. Every column of
 * the schema ends up as features or among the left-out with its reason; names in `exclude` that the schema lacks are
 * passed over, since it may be what two tables have in common. LKA_DATA if a given type does not fit a value (file,
 * line, column), or if no column is left; LKA_USAGE for an as_of that is no date. */
lka_status lka_plan_learn(const struct lka_plan_options *options, const struct lka_schema *schema,
                          const struct lka_rows *seeds, const struct lka_rows *pool, struct lka_plan **plan,
                          struct lka_error *error);
void lka_plan_free(struct lka_plan *plan);

/* YAML. Reading reports every error at once, LKA_USAGE: error->message has a line "file:line:column: what, the value,
 * what is allowed, the nearest key" for each that fits into 1,000 bytes, then "and N more"; error->file is empty,
 * line and column are those of the first. Read -> write gives the same bytes. */
lka_status lka_plan_write(const struct lka_plan *plan, struct lka_text *yaml, struct lka_error *error);
lka_status lka_plan_read(const char *yaml, size_t length, const char *file, struct lka_plan **plan,
                         struct lka_error *error);

/* A row whose ages are counted to the plan's as-of day, as those of all rows are that are scored. */
#define LKA_PLAN_DAY INT64_MIN

/* What families see. Owned by the plan. */
const struct lka_space *lka_plan_space(const struct lka_plan *plan);

/* The table columns that the plan reads, in its order. */
size_t lka_plan_column_count(const struct lka_plan *plan);
const char *lka_plan_column_name(const struct lka_plan *plan, size_t column);
enum lka_type lka_plan_column_type(const struct lka_plan *plan, size_t column);

/* The columns that were left out. */
size_t lka_plan_left_out_count(const struct lka_plan *plan);
const char *lka_plan_left_out(const struct lka_plan *plan, size_t index, const char **reason);

/* A row that can't be encoded. */
struct lka_problem {
    uint32_t row;
    struct lka_error error;
};
struct lka_problems {
    struct lka_problem *items; /* at most one a row, ascending */
    size_t count;
    size_t capacity;
};
void lka_problems_release(struct lka_problems *problems);

/* Encodes all rows. cell_of[c] is where column c of the plan stands in the rows' selection, or LKA_NO_COLUMN where the
 * table has no such column (then it is missing in every row). Rows with a value that breaks its column's type are
 * listed in `problems` (cleared first; the message names the file, line, column, value and type), and their codes are
 * not to be used. block->capacity >= rows->count. Fails with LKA_MEMORY only. Several threads may encode with one
 * plan. */
lka_status lka_plan_encode(const struct lka_plan *plan, const struct lka_rows *rows, const ptrdiff_t *cell_of,
                           struct lka_block *block, struct lka_problems *problems, struct lka_error *error);

/* The same with a day for each row that its ages are counted to (or LKA_PLAN_DAY). What such a row says of later days
 * is missing, since nobody knew it then: *later counts those values. */
lka_status lka_plan_encode_as_of(const struct lka_plan *plan, const struct lka_rows *rows, const ptrdiff_t *cell_of,
                                 const int64_t *as_of, struct lka_block *block, struct lka_problems *problems,
                                 uint64_t *later, struct lka_error *error);

/* Moves the columns marked to the left-out, with a reason. Features change their places: what was encoded before is not
 * to be used as it is. At least one column stays. */
lka_status lka_plan_drop(struct lka_plan *plan, const bool *dropped, const char *reason, struct lka_error *error);

/* A feature's code and value as a person reads them, for explain: "rare or unseen", "41 (over 34, up to 41)"; of a
 * number whose value is NaN the bin alone. */
void lka_plan_describe(const struct lka_plan *plan, size_t feature, uint16_t code, double value, struct lka_text *text);

/* A feature and its codes from `first` to `last` (one and the same but for a number) in a marketer's words, without a
 * bar: "loyalty tier: gold", "age: 41 to 45", "topics: science". */
void lka_plan_say(const struct lka_plan *plan, size_t feature, uint16_t first, uint16_t last, struct lka_text *text);

#endif
