/* base/cpu.h: which instructions this CPU has. */
#ifndef LKA_BASE_CPU_H
#define LKA_BASE_CPU_H

#include <stdbool.h>

/* "x86-64", "x86-64-v2", "x86-64-v3" (AVX2, FMA) or "x86-64-v4" (AVX-512): the psABI's levels; "other" on
 * another architecture. Recorded in models, since
 * training's last bits depend on it. */
const char *lka_cpu_level(void);

/* What has a form for the CPU at hand has the same results in all its forms, so that only tests care which one runs. The last: the
 * instructions for SHA-1 and SHA-256. */
enum lka_cpu_form { LKA_CPU_PLAIN, LKA_CPU_AVX2, LKA_CPU_AVX512, LKA_CPU_SHA };

/* Whether a form may be taken where the CPU has the instructions for it: all may, unless lka_cpu_limit says
 * otherwise. */
bool lka_cpu_may(enum lka_cpu_form form);

/* The best form of the CSV scanner (source/scan.h) that may be taken here, which doctor tells. */
enum lka_cpu_form lka_cpu_scanner(void);

/* For tests: from now on no form beyond `most`. Not while other threads work. */
void lka_cpu_limit(enum lka_cpu_form most);

#endif
