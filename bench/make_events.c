/* make_events CONTACTS EVENTS SEED [plain]: a log of what contacts did, as CSV to stdout, in the order of its times,
 * for measurements of growth: some 60 bytes an event, with types, channels, campaigns, topics, amounts and user agents
 * in the proportions of a mailing brand's. The same arguments give the same bytes. Some contacts do much, most do
 * little. Two years of it; one event in 500 stands there twice.
 *
 * plain: the four columns that a roll-up needs alone, 41 bytes an event, and each event once.
 */
#include "base/date.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER = 1 << 20, ROW_ROOM = 512, SPAN = 730 * 86400, TOPICS = 6, AGENTS = 8 };

static const char *const topics[TOPICS] = {"science", "games", "news", "music", "travel", "sport"};
static const char *const agents[AGENTS] = {
    "Mozilla/5.0 (iPhone)",    "Mozilla/5.0 (Windows)", "Mozilla/5.0 (Android)", "GoogleImageProxy",
    "Mozilla/5.0 (Macintosh)", "YahooMailProxy",        "BarracudaLinkScanner",  "Outlook/16.0"};

/* ---- writing ---------------------------------------------------------------------------------- */

static char *put_text(const char *text, char *at)
{
    size_t length = strlen(text);
    memcpy(at, text, length);
    return at + length;
}

static char *put_digits(uint64_t number, unsigned width, char *at)
{
    for (unsigned i = width; i-- > 0; number /= 10) {
        at[i] = (char)('0' + number % 10);
    }
    return at + width;
}

/* From 2022-06-30 on. */
static char *put_time(uint64_t seconds, char *at)
{
    int64_t year;
    int month;
    int day;
    lka_civil_from_days(19173 + (int64_t)(seconds / 86400), &year, &month, &day);
    at = put_digits((uint64_t)year, 4, at);
    *at++ = '-';
    at = put_digits((uint64_t)month, 2, at);
    *at++ = '-';
    at = put_digits((uint64_t)day, 2, at);
    *at++ = 'T';
    at = put_digits(seconds / 3600 % 24, 2, at);
    *at++ = ':';
    at = put_digits(seconds / 60 % 60, 2, at);
    *at++ = ':';
    at = put_digits(seconds % 60, 2, at);
    *at++ = 'Z';
    return at;
}

/* ---- drawing ---------------------------------------------------------------------------------- */

static char *put_plain(uint64_t draw, struct lka_random *random, char *at)
{
    static const char *const words[] = {"send,email", "open,email",   "click,email",
                                        "visit,web",  "purchase,web", "purchase,store"};
    uint64_t mail = lka_random_below(random, 100);
    size_t word = draw < 90   ? (mail < 72   ? 0
                                 : mail < 95 ? 1
                                             : 2)
                  : draw < 95 ? 3
                              : (lka_random_below(random, 3) == 0 ? 5 : 4);
    return put_text(words[word], at);
}

/* Send, open, click: of a mail of the week. */
static char *put_mail(struct lka_random *random, uint64_t seconds, char *at)
{
    uint64_t draw = lka_random_below(random, 100);
    at = put_text(draw < 72 ? "send,email,m" : draw < 95 ? "open,email,m" : "click,email,m", at);
    at = put_digits(seconds / 604800, 3, at);
    *at++ = ',';
    at = put_text(topics[seconds / 604800 % TOPICS], at);
    at = put_text(",,", at);
    return draw < 72 ? at : put_text(agents[lka_random_below(random, AGENTS)], at);
}

static char *put_purchase(struct lka_random *random, char *at)
{
    at = put_text(lka_random_below(random, 3) == 0 ? "purchase,store,,," : "purchase,web,,,", at);
    uint64_t whole = 5 + lka_random_below(random, 90) * lka_random_below(random, 4);
    at = put_digits(whole, whole < 10 ? 1 : whole < 100 ? 2 : 3, at);
    *at++ = '.';
    at = put_digits(lka_random_below(random, 100), 2, at);
    return put_text(",", at);
}

static char *put_event(struct lka_random *random, uint64_t contacts, uint64_t seconds, bool plain, char *at)
{
    double u = lka_random_uniform(random);
    *at++ = 'C';
    at = put_digits((uint64_t)(u * u * (double)contacts), 8, at);
    *at++ = ',';
    at = put_time(seconds, at);
    *at++ = ',';
    uint64_t draw = lka_random_below(random, 100);
    at = plain       ? put_plain(draw, random, at)
         : draw < 90 ? put_mail(random, seconds, at)
         : draw < 95 ? put_text("visit,web,,,,", at)
                     : put_purchase(random, at);
    *at++ = '\n';
    return at;
}

static bool write_events(uint64_t contacts, uint64_t count, uint64_t seed, bool plain)
{
    static char buffer[BUFFER + 2 * ROW_ROOM];
    char *at = put_text(plain ? "contact_id,timestamp,type,channel\n"
                              : "contact_id,timestamp,type,channel,campaign,topic,amount,user_agent\n",
                        buffer);
    for (uint64_t i = 0; i < count; i++) {
        struct lka_random random = lka_random_start(seed, i);
        char *row = at;
        at = put_event(&random, contacts, (uint64_t)((double)i / (double)count * SPAN), plain, at);
        if (!plain && lka_random_below(&random, 500) == 0 && ++i < count) {
            size_t length = (size_t)(at - row);
            memcpy(at, row, length);
            at += length;
        }
        if (at >= buffer + BUFFER) {
            if (fwrite(buffer, 1, (size_t)(at - buffer), stdout) != (size_t)(at - buffer)) {
                return false;
            }
            at = buffer;
        }
    }
    return fwrite(buffer, 1, (size_t)(at - buffer), stdout) == (size_t)(at - buffer) && fflush(stdout) == 0;
}

int main(int argc, char **argv)
{
    bool plain = argc == 5 && strcmp(argv[4], "plain") == 0;
    bool whole = argc == 4 || plain;
    uint64_t contacts = whole ? strtoull(argv[1], NULL, 10) : 0;
    uint64_t events = whole ? strtoull(argv[2], NULL, 10) : 0;
    if (contacts < 1 || contacts > 99999999 || events < 1 || events > 1000000000) {
        fprintf(stderr, "usage: make_events CONTACTS EVENTS SEED [plain]\n");
        return 2;
    }
    if (!write_events(contacts, events, strtoull(argv[3], NULL, 10), plain)) {
        perror("make_events: cannot write");
        return 1;
    }
    return 0;
}
