/* From one key of a person to the others, through the links that the workspace's tables declare (store/tables.h). */
#include "erase/keys.h"
#include "base/error.h"
#include "store/schema.h"

#include <stdarg.h>
#include <stdio.h>

static lka_status absorb_format(struct lka_erase_keys *keys, struct lka_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static lka_status absorb_format(struct lka_erase_keys *keys, struct lka_error *error, const char *format, ...)
{
    char sql[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sql, sizeof sql, format, arguments);
    va_end(arguments);
    struct lka_statement *rows;
    bool unused;
    LKA_TRY(lka_statement_new(keys->workspace, sql, &rows, error));
    lka_status status = lka_erase_keys_absorb(keys, rows, &unused, error);
    lka_statement_free(rows);
    return status;
}

/* A key tells who has it; a phone's only if one alone has it. Then the keys that nobody else has. */
static lka_status follow_link(struct lka_erase_keys *keys, const char *table, const struct lka_person_key *of,
                              struct lka_error *error)
{
    const char *person = of->columns[0];
    LKA_TRY(absorb_format(keys, error,
                          "SELECT DISTINCT %s, typeof(%s) = 'text' FROM %s "
                          "WHERE %s IN (SELECT key FROM temp.erase_keys WHERE lone = 0)",
                          person, person, table, of->link));
    LKA_TRY(absorb_format(keys, error,
                          "SELECT max(%s), typeof(%s) = 'text' FROM %s "
                          "WHERE %s IN (SELECT key FROM temp.erase_keys WHERE lone = 1) "
                          "GROUP BY %s HAVING count(DISTINCT %s) = 1",
                          person, person, table, of->link, of->link, person));
    return absorb_format(keys, error,
                         "SELECT %s, 0 FROM %s WHERE %s IN (SELECT %s FROM %s WHERE %s IN "
                         "(SELECT key FROM temp.erase_keys WHERE lone = 0)) GROUP BY %s HAVING count(DISTINCT %s) = 1",
                         of->link, table, of->link, of->link, table, person, of->link, person);
}

static lka_status follow_other(struct lka_erase_keys *keys, const char *table, const struct lka_person_key *of,
                               struct lka_error *error)
{
    for (size_t i = 0; i < 2; i++) {
        LKA_TRY(absorb_format(keys, error,
                              "SELECT DISTINCT %s, typeof(%s) = 'text' FROM %s "
                              "WHERE %s IN (SELECT key FROM temp.erase_keys WHERE lone = 0) AND length(%s) > 0",
                              of->columns[1 - i], of->columns[1 - i], table, of->columns[i], of->columns[1 - i]));
    }
    return LKA_OK;
}

static lka_status follow_tables(struct lka_erase_keys *keys, struct lka_error *error)
{
    for (size_t i = 0; i < lka_store_schema.table_count; i++) {
        const struct lka_stored_table *table = &lka_store_schema.tables[i];
        struct lka_person_key of = lka_person_key_of(table);
        LKA_TRY(of.link[0] ? follow_link(keys, table->name, &of, error) : LKA_OK);
        LKA_TRY(of.count == 2 ? follow_other(keys, table->name, &of, error) : LKA_OK);
    }
    return LKA_OK;
}

lka_status lka_erase_keys_follow(struct lka_erase_keys *keys, struct lka_error *error)
{
    size_t before;
    do {
        before = keys->set.count;
        LKA_TRY(follow_tables(keys, error));
    } while (keys->set.count > before);
    return LKA_OK;
}
