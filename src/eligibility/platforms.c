#include "eligibility/platforms.h"

#include "base/error.h"
#include "base/parameters.h"

#include <stdio.h>

#define EMAIL (1u << LKA_ID_EMAIL)
#define PHONE (1u << LKA_ID_PHONE)
#define MAID (1u << LKA_ID_MAID)

/* Minimums as the platforms' pages had them in November 2026. */
static const struct lka_platform platforms[] = {
    {"meta", EMAIL | PHONE | MAID, 100, false},    {"google", EMAIL | PHONE, 100, true},
    {"dv360", EMAIL | PHONE, 100, true},           {"tiktok", EMAIL | PHONE | MAID, 1000, false},
    {"linkedin", EMAIL | MAID, 300, false},        {"uid2", EMAIL | PHONE, 1500, false},
    {"pinterest", EMAIL | MAID, 100, false},       {"snap", EMAIL | PHONE | MAID, 1000, false},
    {"x", EMAIL | PHONE | MAID, 100, false},       {"microsoft", EMAIL, 300, false},
    {"liveramp", EMAIL | PHONE | MAID, 25, false}, {"amazon", EMAIL | PHONE | MAID, 2000, false},
    {"plain", EMAIL, 1, false},
};
enum { PLATFORMS = sizeof platforms / sizeof *platforms };

lka_status lka_platform_find(const char *flag, const char *name, const struct lka_platform **platform,
                             struct lka_error *error)
{
    char allowed[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < PLATFORMS; i++) {
        if (strcmp(platforms[i].name, name) == 0) {
            *platform = &platforms[i];
            return LKA_OK;
        }
        int wrote = snprintf(allowed + used, sizeof allowed - used, "%s%s", i ? ", " : "", platforms[i].name);
        used += (size_t)wrote < sizeof allowed - used ? (size_t)wrote : 0;
    }
    return lka_fail(error, LKA_USAGE, "--%s: there is no platform \"%.40s\"; allowed: %s", flag, name, allowed);
}

bool lka_country_in_eea(struct lka_span country)
{
    static const char codes[] =
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK";
    for (const char *code = codes; country.length == 2; code += 3) {
        if (lka_span_equal_ignoring_case(country, (struct lka_span){code, 2})) {
            return true;
        }
        if (!code[2]) {
            break;
        }
    }
    return false;
}
