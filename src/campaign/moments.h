/* campaign/moments.h: windows and times as texts. */
#ifndef LKA_CAMPAIGN_MOMENTS_H
#define LKA_CAMPAIGN_MOMENTS_H

#include "base/text.h"

/* "30d", "12h", "4w", "2y" (365 days); a bare number is days. Seconds; LKA_USAGE for anything else, with the flag's
 * name. */
lka_status lka_window_read(const char *text, const char *flag, int64_t *seconds, struct lka_error *error);

/* A flag's date or time. LKA_USAGE for anything else. */
lka_status lka_moment_read(const char *text, const char *flag, int64_t *seconds, struct lka_error *error);

/* "2025-06-30T08:15:00Z" */
void lka_moment_write(int64_t seconds, char buffer[32]);

#endif
