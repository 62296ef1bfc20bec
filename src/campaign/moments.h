/* campaign/moments.h: periods on from a time, and times as texts. */
#ifndef LKA_CAMPAIGN_MOMENTS_H
#define LKA_CAMPAIGN_MOMENTS_H

#include "base/period.h"
#include "base/text.h"

/* The moment that lies a period after (with `back`: before) another one. */
int64_t lka_moment_after(int64_t seconds, struct lka_period period, bool back);

/* A flag's date or time. LKA_USAGE for anything else. */
lka_status lka_moment_read(const char *text, const char *flag, int64_t *seconds, struct lka_error *error);

/* "2025-06-30T08:15:00Z" */
void lka_moment_write(int64_t seconds, char buffer[32]);

#endif
