#include "base/optional.h"

#include <dlfcn.h>
#include <pthread.h>

const struct lka_optional_library lka_optional_libraries[LKA_OPTIONAL_COUNT] = {
    [LKA_OPTIONAL_PHONENUMBER] = {"libphonenumber", "liblookalike-phone.so.0", "libphonenumber-dev, then make",
                                  "phones in national spelling of countries beyond the 50 that are built in"},
    [LKA_OPTIONAL_XGBOOST] = {"xgboost", "libxgboost.so.0", "libxgboost0", "training of the family forest"},
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *handles[LKA_OPTIONAL_COUNT];
static bool tried[LKA_OPTIONAL_COUNT]; /* what is absent is not looked for again */

void *lka_optional_open(enum lka_optional library)
{
    pthread_mutex_lock(&lock);
    if (!tried[library]) {
        tried[library] = true;
        handles[library] = dlopen(lka_optional_libraries[library].file, RTLD_NOW | RTLD_LOCAL);
    }
    void *handle = handles[library];
    pthread_mutex_unlock(&lock);
    return handle;
}
