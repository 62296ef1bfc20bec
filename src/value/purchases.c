/* Purchases, contact by contact: days with one are the occasions that the models count, since what is bought on one day
 * is one decision (and the papers count so). A negative amount is a refund: no occasion, but taken off the amount of
 * the last day before it on which something was bought. */
#include "base/error.h"
#include "value/value.h"

#include <math.h>

/* A day with a purchase. */
struct occasion {
    int64_t day;
    double amount;
    bool known; /* the amount */
};

struct folding {
    const struct lka_purchases *purchases;
    struct lka_customers *customers;
    struct lka_value_counts *counts;
    struct lka_text *currency;
    struct occasion *occasions; /* of one contact */
    size_t count;
    size_t capacity;
};

/* ---- one contact ------------------------------------------------------------------------------ */

static int64_t day_of(int64_t seconds)
{
    int64_t day = seconds / 86400;
    return day - (seconds % 86400 < 0);
}

static bool is_code(struct lka_span currency, const char *code)
{
    return lka_span_equal_ignoring_case(currency, lka_span_of(code));
}

/* Whether the amount is in the currency that is read. */
static lka_status check_currency(struct folding *folding, const struct lka_event *event, bool *usable,
                                 struct lka_error *error)
{
    const char *declared = folding->purchases->currency;
    *usable = true;
    if (event->currency.length == 0) {
        return LKA_OK;
    }
    if (declared) {
        *usable = is_code(event->currency, declared);
        folding->counts->other_money += !*usable;
        return LKA_OK;
    }
    if (folding->currency->length == 0) {
        lka_text_append(folding->currency, event->currency.text, event->currency.length);
        return folding->currency->failed ? lka_fail_memory(error, event->currency.length) : LKA_OK;
    }
    if (!is_code(event->currency, folding->currency->bytes)) {
        char shown[64];
        return lka_fail(
            error, LKA_DATA,
            "purchases have amounts in several currencies: \"%.20s\" and %s; --currency CODE says which one "
            "is read",
            folding->currency->bytes, lka_show(event->currency, false, shown));
    }
    return LKA_OK;
}

static void take_refund(struct folding *folding, double amount)
{
    folding->counts->refunds++;
    if (folding->count == 0) {
        folding->counts->unmatched++;
        return;
    }
    folding->occasions[folding->count - 1].amount += amount;
}

static lka_status take_purchase(struct folding *folding, const struct lka_event *event, struct lka_error *error)
{
    double amount = 0;
    bool usable = false;
    bool known = event->amount.length > 0 && lka_parse_number(event->amount, &amount);
    LKA_TRY(known ? check_currency(folding, event, &usable, error) : LKA_OK);
    if (known && amount < 0) {
        if (usable) {
            take_refund(folding, amount);
        }
        return LKA_OK;
    }
    int64_t day = day_of(event->time);
    folding->counts->rows++;
    folding->counts->no_amount += !known;
    if (folding->count == 0 || folding->occasions[folding->count - 1].day != day) {
        LKA_TRY(lka_reserve(&folding->occasions, &folding->capacity, folding->count + 1, sizeof *folding->occasions,
                            error));
        folding->occasions[folding->count++] = (struct occasion){.day = day};
    }
    if (known && usable) {
        folding->occasions[folding->count - 1].amount += amount;
        folding->occasions[folding->count - 1].known = true;
    }
    return LKA_OK;
}

/* The mean amount of the occasions behind the first one. */
static double repeat_spend(const struct folding *folding)
{
    double total = 0;
    size_t known = 0;
    for (size_t i = 1; i < folding->count; i++) {
        total += folding->occasions[i].known ? folding->occasions[i].amount : 0;
        known += folding->occasions[i].known;
    }
    return known > 0 ? total / (double)known : NAN;
}

/* Whom the archive alone knows is no news. */
static lka_status meet(const struct folding *folding, const struct lka_event_group *group, struct lka_error *error)
{
    bool brought = false;
    for (size_t i = 0; i < group->count && !brought; i++) {
        brought = !group->shapes->items[lka_moment_shape(&group->moments[i])].archived;
    }
    return brought ? lka_acquaintance_meet(folding->purchases->acquaintance, group->contact, error) : LKA_OK;
}

static lka_status take_group(struct folding *folding, const struct lka_event_group *group, struct lka_error *error)
{
    enum lka_contact_state state = folding->purchases->contacts
                                       ? lka_contact_map_state(folding->purchases->contacts, group->contact)
                                       : LKA_CONTACT_ACTIVE;
    folding->count = 0;
    struct lka_event event;
    lka_event_clear(&event);
    for (size_t i = 0; i < group->count; i++) {
        lka_event_read(&group->moments[i], group->shapes, &event);
        if (lka_span_equal(event.type, LKA_SPAN("purchase"))) {
            LKA_TRY(take_purchase(folding, &event, error));
        }
    }
    if (folding->count == 0) {
        return LKA_OK;
    }
    if (state == LKA_CONTACT_UNKNOWN) {
        folding->counts->unknown++;
        return LKA_OK;
    }
    if (state == LKA_CONTACT_UNPROFILED) {
        folding->counts->unprofiled++;
        return LKA_OK;
    }
    if (folding->count - 1 > LKA_FREQUENCY_MAX) {
        return lka_fail(error, LKA_DATA, "a contact bought on %zu days; allowed: up to %d", folding->count,
                        LKA_FREQUENCY_MAX);
    }
    double unit = folding->purchases->unit;
    int64_t first = folding->occasions[0].day;
    struct lka_customer customer = {.id = group->contact,
                                    .frequency = (uint32_t)(folding->count - 1),
                                    .recency = (double)(folding->occasions[folding->count - 1].day - first) / unit,
                                    .age = (double)(folding->purchases->as_of - first) / unit,
                                    .spend = repeat_spend(folding),
                                    .inactive = state == LKA_CONTACT_INACTIVE};
    return lka_customers_add(folding->customers, &customer, error);
}

/* ---- all of them ------------------------------------------------------------------------------ */

static lka_status fold(struct folding *folding, struct lka_events *events, const struct lka_session *session,
                       struct lka_error *error)
{
    struct lka_event_group group;
    for (size_t i = 0;; i++) {
        LKA_TRY(lka_events_next(events, &group, error));
        if (group.count == 0) {
            return LKA_OK;
        }
        LKA_TRY(meet(folding, &group, error));
        LKA_TRY(take_group(folding, &group, error));
        LKA_TRY(i % 1024 == 0 ? lka_step(session, "purchases", i, 0, error) : LKA_OK);
    }
}

lka_status lka_purchases_read(const struct lka_purchases *purchases, struct lka_events *events,
                              const struct lka_session *session, struct lka_customers *customers,
                              struct lka_text *currency, struct lka_value_counts *counts, struct lka_error *error)
{
    struct folding folding = {.purchases = purchases, .customers = customers, .counts = counts, .currency = currency};
    lka_status status = fold(&folding, events, session, error);
    lka_free(folding.occasions);
    counts->rejected = lka_events_counts(events).rejected;
    return status;
}
