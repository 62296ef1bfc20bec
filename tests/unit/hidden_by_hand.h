/* A machine without XGBoost, from when hides_xgboost is set on. It is opened once a process, and each test has a process of its
 * own. */
#ifndef LKA_TEST_HIDDEN_BY_HAND_H
#define LKA_TEST_HIDDEN_BY_HAND_H

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

static bool hides_xgboost;

__attribute__((visibility("default"))) void *dlopen(const char *file, int mode)
{
    void *(*real)(const char *, int);
    *(void **)(&real) = dlsym(RTLD_NEXT, "dlopen");
    return file && hides_xgboost && strstr(file, "xgboost") ? NULL : real(file, mode);
}

#endif
