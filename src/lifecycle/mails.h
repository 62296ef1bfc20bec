/* lifecycle/mails.h: every open, click, bounce, unsubscription and complaint at the mail that it belongs to: the latest
 * of its campaign over its channel, or, where it has no campaign, the latest over its channel within 30 days. */
#ifndef LKA_LIFECYCLE_MAILS_H
#define LKA_LIFECYCLE_MAILS_H

#include "lifecycle/signals.h"

/* Of a campaign over a channel; 0: of none. */
uint64_t lka_mail_key(uint16_t channel, struct lka_span campaign);

/* Sets what of the signals is about sends and answers. */
lka_status lka_mails_link(struct lka_signals *signals, struct lka_error *error);

#endif
