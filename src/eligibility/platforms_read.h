/* eligibility/platforms_read.h: from a platform's YAML to struct lka_platform. */
#ifndef LKA_ELIGIBILITY_PLATFORMS_READ_H
#define LKA_ELIGIBILITY_PLATFORMS_READ_H

#include "eligibility/platforms.h"

/* Fills a zeroed platform, whose texts live in platform->yaml. LKA_USAGE with everything that is wrong. */
lka_status lka_platform_read(struct lka_platform *platform, const char *file, const char *bytes, size_t length,
                             struct lka_error *error);

#endif
