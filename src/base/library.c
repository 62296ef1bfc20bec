/* Process-wide settings of other libraries, made once. */
#include "base/memory.h"

#include <gsl/gsl_errno.h>
#include <jansson.h>

/* Declared here, since cblas.h and GSL's headers cannot be included together. */
void openblas_set_num_threads(int count);

const char *lka_version(void)
{
    return LKA_VERSION;
}

static void *jansson_allocate(size_t size)
{
    return lka_resize(NULL, size, 1);
}

void lka_init(void)
{
    gsl_set_error_handler_off();
    /* Several BLAS threads change the last bits of a result; fits run side by side instead. */
    openblas_set_num_threads(1);
    json_set_alloc_funcs(jansson_allocate, lka_free);
}
