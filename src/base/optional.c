#include "base/optional.h"

#include <dlfcn.h>
#include <pthread.h>

const struct lka_optional_library lka_optional_libraries[LKA_OPTIONAL_COUNT] = {
    [LKA_OPTIONAL_XGBOOST] = {"xgboost", "libxgboost.so.0", "libxgboost0", "training of the family forest"},
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *handles[LKA_OPTIONAL_COUNT];

void *lka_optional_open(enum lka_optional library)
{
    pthread_mutex_lock(&lock);
    if (!handles[library]) {
        handles[library] = dlopen(lka_optional_libraries[library].file, RTLD_NOW | RTLD_LOCAL);
    }
    void *handle = handles[library];
    pthread_mutex_unlock(&lock);
    return handle;
}
