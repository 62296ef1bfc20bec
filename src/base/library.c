/* Process-wide settings of other libraries, made once. */
#include "base/json.h"

#include <gsl/gsl_errno.h>

/* Declared here, since cblas.h and GSL's headers cannot be included together. */
void openblas_set_num_threads(int count);

/* What OpenBLAS calls before a fork; the build without threads has none. Its threads come back when somebody asks for more
 * than one. */
__attribute__((weak)) void blas_thread_shutdown_(void);

const char *lka_version(void)
{
    return LKA_VERSION;
}

void lka_init(void)
{
    gsl_set_error_handler_off();
    /* Several BLAS threads change the last bits of a result; fits run side by side instead. */
    openblas_set_num_threads(1);
    /* Loading it started a thread for each other core, which looks for work a tenth of a second long before it sleeps. */
    if (blas_thread_shutdown_) {
        blas_thread_shutdown_();
    }
    lka_json_use_memory();
}
