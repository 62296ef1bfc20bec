/* base/optional.h: shared libraries that are used where they are installed and done without elsewhere. They are opened
 * when first needed, so that neither the build nor the scoring depends on them. */
#ifndef LKA_BASE_OPTIONAL_H
#define LKA_BASE_OPTIONAL_H

#include "lookalike/base.h"

enum lka_optional { LKA_OPTIONAL_XGBOOST, LKA_OPTIONAL_PHONENUMBER, LKA_OPTIONAL_COUNT };

struct lka_optional_library {
    const char *name;
    const char *file;    /* its soname */
    const char *package; /* Debian's and Ubuntu's */
    const char *purpose;
};
extern const struct lka_optional_library lka_optional_libraries[LKA_OPTIONAL_COUNT];

/* dlopen's handle, NULL if the library is absent. Opened once, and never closed. Thread-safe. */
void *lka_optional_open(enum lka_optional library);

#endif
