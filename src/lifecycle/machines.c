#include "lifecycle/machines.h"

#include "base/elementary.h"

enum {
    LINKS = 3,          /* so many clicks ... */
    LINKS_SECONDS = 10, /* ... within so many seconds are a machine's */
    RATE_SECONDS = 60,
    FOLLOWED_SECONDS = 5, /* and what follows a scanner's click so closely in the same mail is the scanner's */
};

/* The two hypotheses about a mail, in logarithms: opened early by a proxy (95%), by a person (8%: an ardent reader who
 * opens half of all mails does so within a quarter of an hour once in six times). A declared open, or one by a proxy's
 * user agent, is a person's in one of fifty. */
static const double ratio_early = 2.4744; /* log(.95 / .08) */
static const double ratio_named = 6.3864; /* the same, and log(50) */
static const double ratio_none = -2.9124; /* log(.05 / .92) */
/* With a third of all contacts behind a proxy this sum means 9 to 1 for it. */
static const double sum_needed = 2.8;
/* Some four mails that it did not open end it. */
static const double sum_most = 12;

static void set(struct lka_signal *signal, enum lka_machine_reason reason, enum lka_machine_kind kind)
{
    if (signal->machine == LKA_MACHINE_NOT && signal->said != LKA_SAID_PERSON) {
        signal->machine = (uint8_t)reason;
        signal->kind = (uint8_t)kind;
    }
}

/* ---- scanners and bots ------------------------------------------------------------------------ */

static bool is_click(const struct lka_signal *signal)
{
    return signal->type == LKA_SIGNAL_CLICK;
}

/* The next click in the same mail; -1. */
static int32_t next_click(const struct lka_signals *signals, int32_t from)
{
    while (from >= 0 && !is_click(&signals->items[from])) {
        from = signals->items[from].next;
    }
    return from;
}

static void mark_soon(const struct lka_machine_rules *rules, struct lka_signals *signals, int32_t first)
{
    for (int32_t i = first; i >= 0; i = next_click(signals, signals->items[i].next)) {
        struct lka_signal *click = &signals->items[i];
        if ((double)lka_signal_delay(signals, click) <= rules->scanner_seconds) {
            set(click, LKA_MACHINE_SECONDS, LKA_KIND_SCANNER);
        }
    }
}

/* Runs of clicks in one mail, each within seconds of the one two before. */
static void mark_links(struct lka_signals *signals, int32_t first)
{
    int32_t run[LINKS] = {-1, -1, -1};
    for (int32_t i = first; i >= 0; i = next_click(signals, signals->items[i].next)) {
        memmove(run, run + 1, (LINKS - 1) * sizeof *run);
        run[LINKS - 1] = i;
        if (run[0] < 0 || signals->items[i].time - signals->items[run[0]].time > LINKS_SECONDS) {
            continue;
        }
        for (size_t k = 0; k < LINKS; k++) {
            set(&signals->items[run[k]], LKA_MACHINE_LINKS, LKA_KIND_SCANNER);
        }
    }
}

static void mark_followers(struct lka_signals *signals, int32_t first)
{
    int64_t scanned = INT64_MIN;
    for (int32_t i = first; i >= 0; i = next_click(signals, signals->items[i].next)) {
        struct lka_signal *click = &signals->items[i];
        if (scanned != INT64_MIN && click->time - scanned <= FOLLOWED_SECONDS) {
            set(click, LKA_MACHINE_LINKS, LKA_KIND_SCANNER);
        }
        scanned = click->kind == LKA_KIND_SCANNER ? click->time : scanned;
    }
}

/* Every event that stands in some minute with `rate` of them: two pointers over the quick ones, `first` being the
 * oldest of the minute that ends at i. */
static void mark_rate(const struct lka_machine_rules *rules, struct lka_signals *signals)
{
    size_t first = 0;
    size_t marked = 0; /* up to here nothing is left to be marked */
    double within = 0;
    for (size_t i = 0; i < signals->count; i++) {
        if (!lka_is_quick(&signals->items[i])) {
            continue;
        }
        within++;
        for (; signals->items[i].time - signals->items[first].time > RATE_SECONDS; first++) {
            within -= lka_is_quick(&signals->items[first]);
        }
        if (within < rules->rate) {
            continue;
        }
        for (size_t k = first > marked ? first : marked; k <= i; k++) {
            if (lka_is_quick(&signals->items[k])) {
                set(&signals->items[k], LKA_MACHINE_RATE, LKA_KIND_BOT);
            }
        }
        marked = i + 1;
    }
}

static void mark_clicks(const struct lka_machine_rules *rules, struct lka_signals *signals)
{
    for (size_t i = 0; i < signals->count; i++) {
        int32_t first = signals->items[i].type == LKA_SIGNAL_SEND ? next_click(signals, signals->items[i].next) : -1;
        if (first >= 0) {
            mark_soon(rules, signals, first);
            mark_links(signals, first);
            mark_followers(signals, first);
        }
    }
}

/* ---- what is declared, what has a name -------------------------------------------------------- */

static enum lka_machine_kind usual_kind(uint16_t type)
{
    return type == LKA_SIGNAL_OPEN ? LKA_KIND_PREFETCH : type == LKA_SIGNAL_CLICK ? LKA_KIND_SCANNER : LKA_KIND_BOT;
}

/* Of what kind it is, time tells better than the type; a name tells best. */
static void mark_named(struct lka_signals *signals)
{
    for (size_t i = 0; i < signals->count; i++) {
        struct lka_signal *signal = &signals->items[i];
        bool named = signal->agent == LKA_KIND_SCANNER || signal->agent == LKA_KIND_BOT;
        bool declared = signal->said == LKA_SAID_MACHINE;
        if (signal->type == LKA_SIGNAL_SEND || signal->said == LKA_SAID_PERSON || (!named && !declared)) {
            continue;
        }
        signal->machine = declared ? LKA_MACHINE_DECLARED : LKA_MACHINE_AGENT;
        signal->kind = named ? signal->agent : signal->kind != 0 ? signal->kind : (uint8_t)usual_kind(signal->type);
    }
}

/* ---- privacy proxies -------------------------------------------------------------------------- */

static bool may_be_proxy(const struct lka_signal *signal)
{
    bool taken = signal->machine != LKA_MACHINE_NOT && signal->kind != LKA_KIND_PREFETCH;
    return signal->type == LKA_SIGNAL_OPEN && signal->said != LKA_SAID_PERSON && !taken;
}

static double evidence(const struct lka_machine_rules *rules, const struct lka_signals *signals,
                       const struct lka_signal *send)
{
    double ratio = ratio_none;
    for (int32_t i = send->next; i >= 0; i = signals->items[i].next) {
        const struct lka_signal *signal = &signals->items[i];
        if (!may_be_proxy(signal) || (double)lka_signal_delay(signals, signal) > rules->prefetch_seconds) {
            continue;
        }
        bool named = signal->said == LKA_SAID_MACHINE || signal->agent == LKA_KIND_PREFETCH;
        double found = named ? ratio_named : ratio_early;
        ratio = found > ratio ? found : ratio;
    }
    return ratio;
}

static bool is_mail(const struct lka_signal *signal)
{
    return signal->type == LKA_SIGNAL_SEND && signal->channel == LKA_OVER_EMAIL && !signal->bounced;
}

/* True if the last mails were opened by a proxy; *some if any was. */
static bool find_proxied(const struct lka_machine_rules *rules, struct lka_signals *signals, bool *some)
{
    double sum = 0;
    size_t from = 0; /* the first mail that is not marked yet since the sum left zero */
    bool found = false;
    for (size_t i = 0; i < signals->count; i++) {
        if (!is_mail(&signals->items[i])) {
            continue;
        }
        from = sum > 0 ? from : i;
        double ratio = evidence(rules, signals, &signals->items[i]);
        sum += ratio;
        sum = sum < 0 ? 0 : sum > sum_most ? sum_most : sum;
        found = sum > 0 && (found || sum >= sum_needed);
        for (; found && ratio > 0 && from <= i; from++) {
            signals->items[from].proxied = is_mail(&signals->items[from]);
            *some = true;
        }
    }
    return found;
}

/* log of proxy's over person's density, up to a constant. A proxy opens after an exponential time of mean three
 * minutes; of those who are behind one, 15% open in the first minute, the others after a log-logistic time with a
 * median of three hours and shape 4/3. The proxy is seen by its own name in 60% of its opens, under none in 20%, under
 * its user's program else; its user in 38, 8 and 54%. */
static double proxy_odds(const struct lka_signals *signals, const struct lka_signal *open)
{
    double delay = (double)lka_signal_delay(signals, open) + 1;
    double proxy = lka_exp(-delay / 180) / 180;
    double power = lka_exp(4.0 / 3 * lka_log(delay / 10800));
    double person = .15 * (delay <= 60) / 60 + .85 * 4.0 / 3 * power / (delay * (1 + power) * (1 + power));
    double agent = open->agent == LKA_KIND_PREFETCH ? .60 / .38 : open->nameless ? .20 / .08 : .20 / .54;
    return lka_log(proxy + 1e-12) - lka_log(person + 1e-12) + lka_log(agent);
}

static void mark_proxy_open(const struct lka_machine_rules *rules, struct lka_signals *signals, struct lka_signal *send)
{
    int32_t best = -1;
    double best_odds = 0;
    for (int32_t i = send->next; i >= 0; i = signals->items[i].next) {
        struct lka_signal *open = &signals->items[i];
        if (!may_be_proxy(open)) {
            continue;
        }
        if (open->machine != LKA_MACHINE_NOT) {
            return; /* declared: there is only one */
        }
        bool early = (double)lka_signal_delay(signals, open) <= rules->prefetch_seconds;
        double odds = proxy_odds(signals, open);
        if ((early || open->agent == LKA_KIND_PREFETCH) && (best < 0 || odds > best_odds)) {
            best = i;
            best_odds = odds;
        }
    }
    if (best >= 0) {
        bool named = signals->items[best].agent == LKA_KIND_PREFETCH;
        set(&signals->items[best], named ? LKA_MACHINE_AGENT : LKA_MACHINE_SECONDS, LKA_KIND_PREFETCH);
    }
}

/* ---- all of them ------------------------------------------------------------------------------ */

/* Whether some click may be a scanner's by its time. */
static bool may_scan(const struct lka_machine_rules *rules, const struct lka_signal_traits *traits)
{
    return (double)traits->soonest_click <= rules->scanner_seconds || traits->click_gap <= LINKS_SECONDS;
}

static bool may_hurry(const struct lka_machine_rules *rules, const struct lka_signal_traits *traits)
{
    return (double)traits->quick >= rules->rate && traits->quick_gap <= RATE_SECONDS;
}

bool lka_machines_mark(const struct lka_machine_rules *rules, struct lka_signals *signals)
{
    const struct lka_signal_traits *traits = &signals->traits;
    bool scans = may_scan(rules, traits);
    bool hurries = may_hurry(rules, traits);
    bool proxies = (double)traits->soonest_open <= rules->prefetch_seconds;
    signals->suspected = scans || hurries || traits->named || proxies;
    signals->proxied = false;
    if (scans) {
        mark_clicks(rules, signals);
    }
    if (hurries) {
        mark_rate(rules, signals);
    }
    if (traits->named) {
        mark_named(signals);
    }
    bool hidden = proxies && find_proxied(rules, signals, &signals->proxied);
    for (size_t i = 0; signals->proxied && i < signals->count; i++) {
        if (signals->items[i].proxied) {
            mark_proxy_open(rules, signals, &signals->items[i]);
        }
    }
    return hidden;
}
