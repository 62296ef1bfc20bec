/* Clusters in the workspace's history: what they were at the run before, and what they are from now on. */
#include "base/error.h"
#include "value/result.h"

static lka_status remember(struct lka_value_result *result, struct lka_history *history, bool write,
                           struct lka_error *error)
{
    for (size_t i = 0; i < result->customers.count; i++) {
        struct lka_span contact = result->customers.items[i].id;
        struct lka_span cluster = lka_span_of(lka_cluster_names[result->prospects[i].cluster]);
        struct lka_span previous = lka_history_previous(history, contact);
        result->previous[i] = previous;
        result->changed += previous.length > 0 && !lka_span_equal(previous, cluster);
        LKA_TRY(write ? lka_history_put(history, contact, cluster, error) : LKA_OK);
    }
    return LKA_OK;
}

lka_status lka_value_remember(struct lka_value_result *result, struct lka_workspace *workspace, bool write,
                              struct lka_history **history, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(result->previous, result->customers.count, error));
    LKA_TRY(lka_history_open(workspace, "cluster", result->options->as_of, write, history, error));
    return remember(result, *history, write, error);
}
