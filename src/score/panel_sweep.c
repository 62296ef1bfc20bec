/* Rows against a panel, in a form for each CPU. */
#include "base/cpu.h"
#include "score/panel.h"

enum { LANES = LKA_PANEL_LANES, ROWS = LKA_PANEL_ROWS };

struct sweep {
    const struct lka_panel_shape *shape;
    const double *form; /* the first one */
    const double *entries;
    size_t forms;
    size_t form_size;
    const struct lka_panel_rows *rows;
    const double *thresholds;
};

static inline const double *values_of(const struct sweep *sweep, size_t row)
{
    return sweep->rows->values + row / ROWS * ROWS * sweep->shape->slopes + row % ROWS;
}

static inline const uint32_t *places_of(const struct sweep *sweep, size_t row)
{
    return sweep->rows->places + row / ROWS * ROWS * sweep->shape->tables + row % ROWS;
}

/* Scores among which there is a hit are put aside, and looked through a few at a time: else the branch on each mask
 * would wait for the sums, and the CPU could begin nothing else meanwhile. */
enum { PART = 8, MOST_ASIDE = 4 };
struct scores {
    size_t first;                /* row */
    uint64_t mask;               /* by row and lane */
    double scores[PART * LANES]; /* PART vectors, which may be of fewer lanes */
};
struct aside {
    struct lka_hit *hits; /* where the next one goes */
    size_t count;
    struct scores items[2 * MOST_ASIDE];
};

static inline void aside_init(struct aside *aside, struct lka_hit *hits)
{
    aside->hits = hits;
    aside->count = 0;
}

/* If there are more than `most`. */
static inline void take_hits(struct aside *aside, size_t rows, size_t most)
{
    for (size_t i = 0; i < aside->count && aside->count > most; i++) {
        const struct scores *scores = &aside->items[i];
        for (uint64_t mask = scores->mask; mask; mask &= mask - 1) {
            size_t bit = (size_t)__builtin_ctzll(mask);
            size_t row = scores->first + bit / LANES;
            if (row < rows) {
                *aside->hits++ = (struct lka_hit){(uint32_t)row, bit % LANES, scores->scores[bit]};
            }
        }
    }
    aside->count = aside->count > most ? 0 : aside->count;
}

#define FORM
#define NAMED(name) plain_##name
#define WIDTH 2
#define SUMS 8
#define at_least(a, b) ((unsigned)!((a)[0] < (b)[0]) | (unsigned)!((a)[1] < (b)[1]) << 1)
#include "score/panel_form.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define FORM __attribute__((target("avx2")))
#define NAMED(name) avx2_##name
#define WIDTH 4
#define SUMS 8
#define at_least(a, b) (unsigned)_mm256_movemask_pd(_mm256_cmp_pd((a), (b), _CMP_NLT_UQ))
#include "score/panel_form.h"

#define FORM __attribute__((target("avx512f")))
#define NAMED(name) avx512_##name
#define WIDTH 8
#define SUMS 16
#define at_least(a, b) _mm512_cmp_pd_mask((a), (b), _CMP_NLT_UQ)
#include "score/panel_form.h"

static size_t find(const struct sweep *sweep, struct lka_hit *hits)
{
    __builtin_cpu_init();
    if (lka_cpu_may(LKA_CPU_AVX512) && __builtin_cpu_supports("avx512f")) {
        return avx512_sweep(sweep, hits);
    }
    return lka_cpu_may(LKA_CPU_AVX2) && __builtin_cpu_supports("avx2") ? avx2_sweep(sweep, hits)
                                                                       : plain_sweep(sweep, hits);
}

#else

static size_t find(const struct sweep *sweep, struct lka_hit *hits)
{
    return plain_sweep(sweep, hits);
}

#endif

size_t lka_panel_find(const struct lka_panel *panel, size_t form, size_t forms, const struct lka_panel_rows *rows,
                      const double *thresholds, struct lka_hit *hits)
{
    const struct lka_panel_shape *shape = panel->shape;
    size_t size = lka_panel_form_size(shape);
    const double *first = panel->forms + form * size;
    struct sweep sweep = {shape, first, first + (1 + shape->slopes) * LANES, forms, size, rows, thresholds};
    return find(&sweep, hits);
}

void lka_panel_prefetch(const struct lka_panel *panel, size_t form, size_t forms, const struct lka_panel_rows *rows)
{
    enum { MOST = 64 };
    const struct lka_panel_shape *shape = panel->shape;
    size_t size = lka_panel_form_size(shape);
    size_t groups = (rows->count < MOST ? rows->count + ROWS - 1 : MOST) / ROWS;
    for (size_t f = form; f < form + forms; f++) {
        const double *entries = panel->forms + f * size + (1 + shape->slopes) * LANES;
        for (size_t i = 0; i < groups * shape->tables * ROWS; i++) {
            __builtin_prefetch(entries + rows->places[i], 0, 2);
        }
    }
}
