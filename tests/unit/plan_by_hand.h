/* tests/unit/plan_by_hand.h: a table to learn a plan from, and what came of it. */
#ifndef LKA_TESTS_PLAN_BY_HAND_H
#define LKA_TESTS_PLAN_BY_HAND_H

#include "by_hand.h"
#include "features/plan.h"

enum { TABLE_COLUMNS = 8 };

struct table {
    struct lka_column columns[TABLE_COLUMNS];
    struct lka_schema schema;
    struct lka_rows seeds;
    struct lka_rows pool;
    struct lka_plan_options options;
    struct lka_plan *plan;
    struct lka_block block; /* of the encoded pool */
    struct lka_problems problems;
    struct lka_error error;
};

static inline void table_init(struct table *table, size_t seeds, size_t pool, size_t columns,
                              const struct lka_column *schema)
{
    *table = (struct table){.options = {.bins = 32, .max_categories = 256, .floor = 10}};
    memcpy(table->columns, schema, columns * sizeof *schema);
    table->schema = (struct lka_schema){table->columns, columns};
    make_rows(&table->seeds, columns, seeds, "seeds.csv");
    make_rows(&table->pool, columns, pool, "pool.csv");
}

static inline void table_release(struct table *table)
{
    lka_block_release(&table->block);
    lka_problems_release(&table->problems);
    lka_plan_free(table->plan);
    lka_rows_release(&table->seeds);
    lka_rows_release(&table->pool);
}

static inline lka_status table_learn(struct table *table)
{
    lka_plan_free(table->plan);
    return lka_plan_learn(&table->options, &table->schema, &table->seeds, &table->pool, &table->plan, &table->error);
}

/* Where each column of the plan stands in the table. */
static inline void table_cells(const struct table *table, ptrdiff_t *cell_of)
{
    for (size_t c = 0; c < lka_plan_column_count(table->plan); c++) {
        for (size_t i = 0; i < table->schema.count; i++) {
            if (strcmp(table->columns[i].name, lka_plan_column_name(table->plan, c)) == 0) {
                cell_of[c] = (ptrdiff_t)i;
            }
        }
    }
}

/* Learns, and encodes the pool into table->block. */
static inline void table_encode(struct table *table)
{
    ptrdiff_t cell_of[TABLE_COLUMNS];
    ck_assert_msg(table_learn(table) == LKA_OK, "%s", table->error.message);
    table_cells(table, cell_of);
    lka_block_release(&table->block);
    ck_assert_int_eq(lka_block_init(&table->block, lka_plan_space(table->plan), table->pool.count, NULL), LKA_OK);
    ck_assert_int_eq(lka_plan_encode(table->plan, &table->pool, cell_of, &table->block, &table->problems, NULL),
                     LKA_OK);
}

/* The feature of that name; fails the test if there is none. */
static inline size_t feature_index(const struct table *table, const char *name)
{
    const struct lka_space *space = lka_plan_space(table->plan);
    for (size_t f = 0; f < space->count; f++) {
        if (strcmp(space->features[f].name, name) == 0) {
            return f;
        }
    }
    ck_abort_msg("no feature %s", name);
    return 0;
}

static inline uint16_t code_at(const struct table *table, const char *name, size_t row)
{
    return lka_block_codes(&table->block, feature_index(table, name))[row];
}

static inline double value_at(const struct table *table, const char *name, size_t row)
{
    return lka_block_values(&table->block, feature_index(table, name))[row];
}

static inline const struct lka_feature *feature_named(const struct table *table, const char *name)
{
    return &lka_plan_space(table->plan)->features[feature_index(table, name)];
}

/* Why a column was left out; NULL if it was not. */
static inline const char *reason_of(const struct table *table, const char *name)
{
    for (size_t i = 0; i < lka_plan_left_out_count(table->plan); i++) {
        const char *reason;
        if (strcmp(lka_plan_left_out(table->plan, i, &reason), name) == 0) {
            return reason;
        }
    }
    return NULL;
}

/* 20 seeds and 180 pool rows with a column of each type, missing values and an identifier. */
static inline void table_init_mixed(struct table *table)
{
    static const char *const cities[] = {"Paris", "St-Denis.1", "\xC3\x89vry, sud", "12"};
    static const char *const tags[] = {"music|games", "music", "", "games|sport|music"};
    struct lka_column schema[] = {column_as("mail", LKA_ROLE_EMAIL, NULL),
                                  feature("age"),
                                  feature("city"),
                                  feature("tags"),
                                  feature("signed_up"),
                                  feature("opt_in"),
                                  feature("spend")};
    table_init(table, 20, 180, 7, schema);
    for (size_t i = 0; i < 200; i++) {
        struct lka_rows *rows = i < 20 ? &table->seeds : &table->pool;
        size_t row = i < 20 ? i : i - 20;
        put(rows, 0, row, "person%zu@example.org", i);
        if (i % 17 != 0) {
            put(rows, 1, row, "%zu", 18 + i * 7 % 60);
        }
        put(rows, 2, row, "%s", i == 150 ? "Nowhere" : cities[i % 4]);
        put(rows, 3, row, "%s", tags[i % 4]);
        put(rows, 4, row, "2024-%02zu-%02zu", 1 + i % 12, 1 + i % 28);
        put(rows, 5, row, i % 3 ? "yes" : "no");
        put(rows, 6, row, "%.2f", (double)(i * i) / 7.0);
    }
}

#endif
