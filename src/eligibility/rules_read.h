/* eligibility/rules_read.h: from a platform's YAML to struct lka_rules. */
#ifndef LKA_ELIGIBILITY_RULES_READ_H
#define LKA_ELIGIBILITY_RULES_READ_H

#include "eligibility/rules.h"

/* Fills a zeroed platform, whose texts live in platform->yaml. LKA_USAGE with everything that is wrong. */
lka_status lka_rules_read(struct lka_rules *platform, const char *file, const char *bytes, size_t length,
                          struct lka_error *error);

#endif
