/* Process-wide settings of other libraries, made once. */
#include "base/json.h"

#include <gsl/gsl_errno.h>

/* Declared here, since cblas.h and GSL's headers cannot be included together. */
void openblas_set_num_threads(int count);

const char *lka_version(void)
{
    return LKA_VERSION;
}

void lka_init(void)
{
    gsl_set_error_handler_off();
    /* Several BLAS threads change the last bits of a result; fits run side by side instead. */
    openblas_set_num_threads(1);
    lka_json_use_memory();
}
