/* base/decimal.h: doubles as decimals, by whole numbers alone. */
#ifndef LKA_BASE_DECIMAL_H
#define LKA_BASE_DECIMAL_H

#include <stddef.h>

enum { LKA_DECIMAL_ROOM = 32 };

/* What "%.15g" prints, or "%.16g" or "%.17g": the first that reads back to the same double. Returns the length, not
 * terminated; 0 for what it does not know: sizes below .0001 or from 9e14 on, -0, powers of two that are no whole
 * numbers, what is not finite. */
size_t lka_decimal_write(double number, char buffer[LKA_DECIMAL_ROOM]);

#endif
