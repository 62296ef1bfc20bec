/* base/error.h: filling in a struct lka_error. */
#ifndef LKA_BASE_ERROR_H
#define LKA_BASE_ERROR_H

#include "lookalike/base.h"

/* Both fill *error (NULL is fine) and return `code`, so that a failing function ends with
 * `return lka_fail(error, LKA_DATA, "...")`. */
lka_status lka_fail(struct lka_error *error, lka_status code, const char *format, ...) LKA_PRINTF(3, 4);
lka_status lka_fail_at(struct lka_error *error, lka_status code, const char *file, uint64_t line, uint64_t column,
                       const char *format, ...) LKA_PRINTF(6, 7);

/* The same for an allocation of `size` bytes that failed. */
lka_status lka_fail_memory(struct lka_error *error, size_t size);

/* "cannot <verb> <file>: <strerror>": LKA_USAGE when opening, LKA_IO after that. */
lka_status lka_fail_errno(struct lka_error *error, lka_status code, const char *verb, const char *file,
                          int error_number);

/* Hands the first failure of a block on. */
#define LKA_TRY(call)                        \
    do {                                     \
        lka_status lka_try_status_ = (call); \
        if (lka_try_status_ != LKA_OK) {     \
            return lka_try_status_;          \
        }                                    \
    } while (0)

#endif
