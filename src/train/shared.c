#include "train/shared.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"

static bool is_feature(const struct lka_column *column)
{
    return column->role == LKA_ROLE_FEATURE;
}

lka_status lka_lonely_columns(const struct lka_schema *from, const struct lka_schema *in, json_t **names,
                              struct lka_error *error)
{
    *names = json_array();
    for (size_t c = 0; c < from->count; c++) {
        if (is_feature(&from->columns[c]) && lka_schema_find(in, lka_span_of(from->columns[c].name)) == LKA_NO_COLUMN &&
            json_array_append_new(*names, lka_json_string(from->columns[c].name)) != 0) {
            return lka_fail_memory(error, 64);
        }
    }
    return *names ? LKA_OK : lka_fail_memory(error, 64);
}

/* "a", "b", "c", ... */
static void list_features(const struct lka_schema *schema, struct lka_text *list)
{
    enum { SHOWN = 5 };
    size_t count = 0;
    for (size_t c = 0; c < schema->count; c++) {
        char shown[64];
        if (is_feature(&schema->columns[c]) && count++ < SHOWN) {
            lka_text_format(list, "%s%s", count > 1 ? ", " : "",
                            lka_show(lka_span_of(schema->columns[c].name), false, shown));
        }
    }
    lka_text_string(list, count == 0 ? "none" : count > SHOWN ? ", ..." : "");
}

static lka_status fail_nothing_shared(const struct lka_schema *seeds, const struct lka_schema *pool, const char *what,
                                      struct lka_error *error)
{
    if (seeds == pool) {
        return lka_fail(error, LKA_DATA, "the %s has no feature column: every column has another role", what);
    }
    struct lka_text of_seeds = {0};
    struct lka_text of_pool = {0};
    list_features(seeds, &of_seeds);
    list_features(pool, &of_pool);
    lka_status status = of_seeds.failed || of_pool.failed
                            ? lka_fail_memory(error, 0)
                            : lka_fail(error, LKA_DATA,
                                       "%s and pool have no feature column in common; their columns need the same "
                                       "names (features of the %s: %.300s; of the pool: %.300s)",
                                       what, what, of_seeds.bytes, of_pool.bytes);
    lka_text_release(&of_seeds);
    lka_text_release(&of_pool);
    return status;
}

lka_status lka_shared_columns(const struct lka_schema *seeds, const struct lka_schema *pool, const char *what,
                              struct lka_schema *shared, struct lka_error *error)
{
    LKA_TRY(lka_schema_copy(shared, pool, error));
    size_t kept = 0;
    size_t features = 0;
    for (size_t c = 0; c < shared->count; c++) {
        struct lka_column column = shared->columns[c];
        ptrdiff_t at = lka_schema_find(seeds, lka_span_of(column.name));
        if (at == LKA_NO_COLUMN) {
            lka_free(column.name);
            lka_free(column.role_argument);
            continue;
        }
        const struct lka_column *other = &seeds->columns[at];
        if (is_feature(&column)) {
            column.role = other->role;
        }
        if (!column.type_given && other->type_given) {
            column.type = other->type;
            column.type_given = true;
        }
        features += is_feature(&column);
        shared->columns[kept++] = column;
    }
    shared->count = kept;
    return features > 0 ? LKA_OK : fail_nothing_shared(seeds, pool, what, error);
}
