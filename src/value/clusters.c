#include "base/error.h"
#include "value/value.h"

#include <stdlib.h>

const char *const lka_cluster_names[LKA_CLUSTERS] = {
    [LKA_INACTIVE] = "inactive", [LKA_FADING] = "fading", [LKA_OCCASIONAL] = "occasional",
    [LKA_REGULAR] = "regular",   [LKA_TOP] = "top",
};

/* Without `top`, which needs all of them. */
static enum lka_cluster cluster_of(const struct lka_customer *customer, const struct lka_prospect *prospect,
                                   const struct lka_cluster_rules *rules)
{
    if (customer->inactive || customer->age - customer->recency >= rules->inactive_after) {
        return LKA_INACTIVE;
    }
    if (prospect->alive < 0.5) {
        return LKA_FADING;
    }
    return prospect->purchases >= rules->regular_from ? LKA_REGULAR : LKA_OCCASIONAL;
}

static int descending(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a < b) - (a > b);
}

/* Who stands above the first that does not fit into the share: equals are all in or all out. */
static void raise_top(struct lka_prospect *prospects, size_t count, double *worths, size_t candidates, double share)
{
    size_t places = (size_t)(share * (double)candidates);
    qsort(worths, candidates, sizeof *worths, descending);
    for (size_t i = 0; i < count; i++) {
        bool candidate = prospects[i].cluster == LKA_REGULAR || prospects[i].cluster == LKA_OCCASIONAL;
        if (candidate && (places >= candidates || prospects[i].worth > worths[places])) {
            prospects[i].cluster = LKA_TOP;
        }
    }
}

lka_status lka_clusters_assign(const struct lka_customers *customers, const struct lka_cluster_rules *rules,
                               struct lka_prospect *prospects, struct lka_error *error)
{
    double *worths = NULL;
    size_t candidates = 0;
    LKA_TRY(LKA_NEW(worths, customers->count, error));
    for (size_t i = 0; i < customers->count; i++) {
        prospects[i].cluster = cluster_of(&customers->items[i], &prospects[i], rules);
        if (prospects[i].cluster == LKA_REGULAR || prospects[i].cluster == LKA_OCCASIONAL) {
            worths[candidates++] = prospects[i].worth;
        }
    }
    raise_top(prospects, customers->count, worths, candidates, rules->top_share);
    lka_free(worths);
    return LKA_OK;
}
