#include "train/given_plan.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/small_file.h"
#include "base/yaml.h"

lka_status lka_given_plan_read(const char *path, struct lka_plan **plan, struct lka_error *error)
{
    struct lka_text yaml = {0};
    lka_status status = lka_small_file_read(path, "a plan", LKA_YAML_BYTES, &yaml, error);
    if (status == LKA_OK) {
        status = lka_plan_read(yaml.bytes ? yaml.bytes : "", yaml.length, path, plan, error);
    }
    lka_text_release(&yaml);
    return status;
}

lka_status lka_given_plan_check(const struct lka_plan *plan, const char *path, const struct lka_schema *schema,
                                struct lka_error *error)
{
    for (size_t c = 0; c < lka_plan_column_count(plan); c++) {
        const char *name = lka_plan_column_name(plan, c);
        ptrdiff_t at = lka_schema_find(schema, lka_span_of(name));
        if (at != LKA_NO_COLUMN && schema->columns[at].role != LKA_ROLE_FEATURE) {
            return lka_fail_at(error, LKA_USAGE, path, 0, 0,
                               "column \"%.100s\" has the role %s and is no feature; delete it from the plan, or say "
                               "--role \"%.100s=feature\"",
                               name, lka_role_name(schema->columns[at].role), name);
        }
    }
    return LKA_OK;
}

static bool is_listed(const struct lka_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* An exclusion that the plan does not know would change nothing. */
static lka_status check_known(const struct lka_plan *plan, const char *path, const char *name, struct lka_error *error)
{
    for (size_t c = 0; c < lka_plan_column_count(plan); c++) {
        if (strcmp(lka_plan_column_name(plan, c), name) == 0) {
            return LKA_OK;
        }
    }
    return lka_fail_at(error, LKA_USAGE, path, 0, 0, "has no column \"%.100s\" that --exclude could leave out", name);
}

lka_status lka_given_plan_exclude(struct lka_plan *plan, const char *path, const struct lka_list *exclude,
                                  struct lka_error *error)
{
    size_t columns = lka_plan_column_count(plan);
    size_t left = columns;
    bool *dropped;
    for (size_t i = 0; i < exclude->count; i++) {
        LKA_TRY(check_known(plan, path, exclude->items[i], error));
    }
    if (exclude->count == 0) {
        return LKA_OK;
    }
    LKA_TRY(LKA_NEW(dropped, columns, error));
    for (size_t c = 0; c < columns; c++) {
        dropped[c] = is_listed(exclude, lka_plan_column_name(plan, c));
        left -= dropped[c];
    }
    lka_status status = left == 0 ? lka_fail_at(error, LKA_USAGE, path, 0, 0, "has no column that is not excluded")
                                  : lka_plan_drop(plan, dropped, "excluded by the user", error);
    lka_free(dropped);
    return status;
}
