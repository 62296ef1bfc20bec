/* base/cpu.h: which instructions this CPU has. */
#ifndef LKA_BASE_CPU_H
#define LKA_BASE_CPU_H

/* "x86-64", "x86-64-v2", "x86-64-v3" (AVX2, FMA) or "x86-64-v4" (AVX-512): the psABI's levels; "other" on
 * another architecture. Recorded in models, since
 * training's last bits depend on it. */
const char *lka_cpu_level(void);

#endif
