/* lifecycle/machines.h: which events of a contact are a machine's. Nothing else of this stage looks at an event before.
 *
 *   declared     the source says so; where it says "no", that is believed as well
 *   user_agent   data/machines.yaml knows the program
 *   seconds      a click sooner after the send than a person can open, read and click; or the one open of a mail that a
 *                privacy proxy makes (below)
 *   every_link   several clicks in one mail within seconds: links are followed as no person would
 *   rate         more events in a minute than a person makes
 *
 * A privacy proxy opens every mail of its users within minutes; a person opens some of them, at any time. So it is the
 * contact that gives it away: a cumulative sum over its mails (Page 1954, "Continuous inspection schemes") of the log
 * likelihood ratio of "a proxy opens this mail early, always" against "a person does so, seldom" tells since which mail
 * there is one, and until which. Of each of these mails exactly one open is the proxy's. Where there are several, it is
 * the one with the highest ratio of both densities of (delay, user agent): the posterior odds, so that no other rule on
 * these columns errs less often. How often it errs is how far the densities overlap: docs/lifecycle.md.
 */
#ifndef LKA_LIFECYCLE_MACHINES_H
#define LKA_LIFECYCLE_MACHINES_H

#include "lifecycle/signals.h"

struct lka_machine_rules {
    double scanner_seconds;  /* a click so soon after the send is a scanner's */
    double prefetch_seconds; /* a proxy has opened a mail by then */
    double rate;             /* events in a minute, from which on they are a bot's */
};

/* Sets `machine` and `kind` of every signal, and `proxied` of sends. True if a proxy opened the contact's last mails:
 * its opens tell nothing now. */
bool lka_machines_mark(const struct lka_machine_rules *rules, struct lka_signals *signals);

#endif
