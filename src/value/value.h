/* value/value.h: the stage's parts around the models: its options, where customers come from, clusters, what is
 * written. */
#ifndef LKA_VALUE_VALUE_H
#define LKA_VALUE_VALUE_H

#include "base/parameters.h"
#include "base/period.h"
#include "source/open.h"
#include "store/acquaintance.h"
#include "store/events.h"
#include "value/contacts.h"
#include "value/customers.h"
#include "value/forecast.h"
#include "value/spend.h"

#include <jansson.h>

#define LKA_VALUE_PARAMS(X)                                                                                          \
    X(LIST, events, "events", NULL, 0, 0, NULL, "FILE", "what contacts did; of these, purchases are read", false)    \
    X(TEXT, as_of, "as-of", NULL, 0, 0, NULL, "DATE", "the day before which everything is known; --events needs it", \
      false)                                                                                                         \
    X(TEXT, contacts, "contacts", NULL, 0, 0, NULL, "DIR",                                                           \
      "what lifecycle wrote, or its contacts.csv: its contacts alone are customers, and it says who is inactive",    \
      false)                                                                                                         \
    X(LIST, summary, "summary", NULL, 0, 0, NULL, "FILE",                                                            \
      "in place of events: frequency, recency, T and, if known, monetary_value of each customer", false)             \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR",                                                         \
      "where clusters are remembered; its archive of events is read", false)                                         \
    X(CHOICE, model, "model", "mbg_nbd", 0, 0, "mbg_nbd|bg_nbd|pareto_nbd", NULL, "the model of repeat purchases",   \
      false)                                                                                                         \
    X(CHOICE, unit, "unit", "day", 0, 0, "day|week", NULL, "of recency, T and the parameters", false)                \
    X(TEXT, horizon, "horizon", "1y", 0, 0, NULL, "PERIOD", "over which purchases and value are expected", false)    \
    X(NUMBER, discount, "discount", "0.1", 0, 100, NULL, "RATE",                                                     \
      "a year: what comes in a year is worth 1 / (1 + RATE) of what comes now", false)                               \
    X(TEXT, inactive_after, "inactive-after", NULL, 0, 0, NULL, "PERIOD",                                            \
      "inactive is who bought nothing for so long; default: 1y, or what --contacts says", false)                     \
    X(NUMBER, regular_from, "regular-from", "2", 0, 1e6, NULL, "N",                                                  \
      "regular is of whom so many purchases a year are"                                                              \
      " expected",                                                                                                   \
      false)                                                                                                         \
    X(NUMBER, top_share, "top-share", "0.1", 0, 1, NULL, "SHARE",                                                    \
      "top is the best share of those who are neither"                                                               \
      " inactive nor fading",                                                                                        \
      false)                                                                                                         \
    X(TEXT, currency, "currency", NULL, 0, 0, NULL, "CODE",                                                          \
      "amounts in this currency alone are read; default: there may be only one", false)                              \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR", "where value.csv and value.json go", true)                          \
    LKA_INPUT_PARAMS(X)                                                                                              \
    LKA_OUTPUT_PARAMS(X)                                                                                             \
    X(INTEGER, threads, "threads", "0", 0, 1024, NULL, "N",                                                          \
      "threads to use; 0: one a core; results do not depend on it", false)                                           \
    X(TEXT, temporary, "temporary", NULL, 0, 0, NULL, "DIR",                                                         \
      "where big intermediate files go; default: $TMPDIR, else /tmp", false)                                         \
    LKA_EVENTS_PARAMS(X)

LKA_PARAMS_STRUCT(lka_value_options, LKA_VALUE_PARAMS);

/* ---- where customers come from ---------------------------------------------------------------- */

struct lka_value_counts {
    uint64_t rows;        /* of the summary, or purchases */
    uint64_t rejected;    /* rows */
    uint64_t customers;   /* with a first purchase */
    uint64_t repeat;      /* of them with another one */
    uint64_t unknown;     /* customers left out since they are not in --contacts, */
    uint64_t unprofiled;  /* or since they may not be profiled */
    uint64_t refunds;     /* negative amounts, taken off what was bought before */
    uint64_t unmatched;   /* of them with nothing bought before */
    uint64_t other_money; /* amounts in another currency than --currency */
    uint64_t no_amount;   /* purchases without an amount */
};

/* summary.c: the rows of an open --summary; what the rows break stops it, or is rejected. */
lka_status lka_summary_read(struct lka_table *table, const struct lka_value_options *options,
                            const struct lka_contact_map *contacts, const struct lka_session *session,
                            struct lka_customers *customers, struct lka_value_counts *counts, struct lka_error *error);

/* How purchases among events are read. */
struct lka_purchases {
    int64_t as_of; /* day */
    double unit;   /* in days */
    const char *currency;
    const struct lka_contact_map *contacts;
    struct lka_acquaintance *acquaintance; /* meets those whom the given tables bring */
};

/* purchases.c: the purchases of open events. `currency` becomes the one that amounts had, if any was said. LKA_DATA for
 * several currencies where none is declared. */
lka_status lka_purchases_read(const struct lka_purchases *purchases, struct lka_events *events,
                              const struct lka_session *session, struct lka_customers *customers,
                              struct lka_text *currency, struct lka_value_counts *counts, struct lka_error *error);

/* ---- clusters --------------------------------------------------------------------------------- */

enum lka_cluster { LKA_INACTIVE, LKA_FADING, LKA_OCCASIONAL, LKA_REGULAR, LKA_TOP, LKA_CLUSTERS };
extern const char *const lka_cluster_names[LKA_CLUSTERS];

/* What is expected of a customer. */
struct lka_prospect {
    double alive;
    double purchases;
    double spend; /* of a purchase; NaN where no amounts are known */
    double value; /* NaN likewise */
    double worth; /* what `top` goes by: value, else discounted purchases */
    enum lka_cluster cluster;
};

struct lka_cluster_rules {
    double inactive_after; /* in units, since the last purchase; infinite: by lka_customer.inactive alone */
    double regular_from;   /* expected purchases over the horizon */
    double top_share;
};

/* clusters.c: sets prospects[].cluster. LKA_MEMORY alone. */
lka_status lka_clusters_assign(const struct lka_customers *customers, const struct lka_cluster_rules *rules,
                               struct lka_prospect *prospects, struct lka_error *error);

#endif
