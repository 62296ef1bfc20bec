/* score/panel_form.h: the sweep of score/panel.h for one kind of CPU: for the file that includes it, once a form, and
 * defines
 *
 *     FORM              the functions' target
 *     NAMED(name)       names of this form's own
 *     WIDTH             lanes a vector
 *     SUMS              vectors that stay in registers: those of SUMS * WIDTH / 8 rows at once. Each is a chain of
 *                       additions, and 8 of them keep a CPU's adders busy.
 *     at_least(a, b)    a bit a lane: not a < b
 *
 * A lane takes the same steps in every form.
 */
enum { NAMED(VECTORS) = LANES / WIDTH };
typedef double NAMED(vector) __attribute__((vector_size(WIDTH * sizeof(double)), aligned(sizeof(double)), may_alias));

#define VECTOR NAMED(vector)
#define VECTORS NAMED(VECTORS)
#define INLINE FORM static inline __attribute__((always_inline))

/* `form`: its intercepts, and the slopes behind them. */
INLINE void NAMED(add_up)(const struct lka_panel_shape *shape, const double *form, const double *entries,
                          const double *values, const uint32_t *places, VECTOR *sums)
{
    for (size_t i = 0; i < SUMS; i++) {
        sums[i] = *(const VECTOR *)(form + i % VECTORS * WIDTH);
    }
    for (const struct lka_panel_run *run = shape->runs; run < shape->runs + shape->run_count; run++) {
        for (size_t s = 0; s < run->slopes; s++) {
            form += LANES;
            for (size_t i = 0; i < SUMS; i++) {
                sums[i] += *(const VECTOR *)(form + i % VECTORS * WIDTH) * values[i / VECTORS];
            }
            values += ROWS;
        }
        for (size_t t = 0; t < run->tables; t++) {
            for (size_t i = 0; i < SUMS; i++) {
                sums[i] += *(const VECTOR *)(entries + places[i / VECTORS] + i % VECTORS * WIDTH);
            }
            places += ROWS;
        }
    }
}

/* Sums by row and vector. */
INLINE void NAMED(put_aside)(const struct sweep *sweep, const VECTOR *sums, size_t first, struct aside *aside)
{
    for (size_t s = 0; s < SUMS; s += PART) {
        uint64_t mask = 0;
        struct scores *next = &aside->items[aside->count];
        next->first = first + s / VECTORS;
        for (size_t i = 0; i < PART; i++) {
            const VECTOR *threshold = (const VECTOR *)(sweep->thresholds + i % VECTORS * WIDTH);
            mask |= (uint64_t)at_least(sums[s + i], *threshold) << (i * WIDTH);
            *(VECTOR *)(next->scores + i * WIDTH) = sums[s + i];
        }
        next->mask = mask;
        aside->count += mask != 0;
    }
}

FORM static size_t NAMED(sweep_one)(const struct sweep *sweep, struct lka_hit *hits)
{
    struct aside aside;
    aside_init(&aside, hits);
    for (size_t first = 0; first < sweep->rows->count; first += SUMS / VECTORS) {
        VECTOR sums[SUMS];
        NAMED(add_up)
        (sweep->shape, sweep->form, sweep->entries, values_of(sweep, first), places_of(sweep, first), sums);
        NAMED(put_aside)(sweep, sums, first, &aside);
        take_hits(&aside, sweep->rows->count, MOST_ASIDE);
    }
    take_hits(&aside, sweep->rows->count, 0);
    return (size_t)(aside.hits - hits);
}

/* The mean as a member's score is made of its fits where the model is alone. */
FORM static size_t NAMED(sweep_several)(const struct sweep *sweep, struct lka_hit *hits)
{
    struct aside aside;
    aside_init(&aside, hits);
    for (size_t first = 0; first < sweep->rows->count; first += SUMS / VECTORS) {
        VECTOR sums[SUMS] = {0};
        for (size_t f = 0; f < sweep->forms; f++) {
            size_t start = f * sweep->form_size;
            VECTOR one[SUMS];
            NAMED(add_up)
            (sweep->shape, sweep->form + start, sweep->entries + start, values_of(sweep, first),
             places_of(sweep, first), one);
            for (size_t i = 0; i < SUMS; i++) {
                sums[i] += one[i];
            }
        }
        for (size_t i = 0; i < SUMS; i++) {
            sums[i] /= (double)sweep->forms;
        }
        NAMED(put_aside)(sweep, sums, first, &aside);
        take_hits(&aside, sweep->rows->count, MOST_ASIDE);
    }
    take_hits(&aside, sweep->rows->count, 0);
    return (size_t)(aside.hits - hits);
}

FORM static size_t NAMED(sweep)(const struct sweep *sweep, struct lka_hit *hits)
{
    return sweep->forms == 1 ? NAMED(sweep_one)(sweep, hits) : NAMED(sweep_several)(sweep, hits);
}

#undef VECTOR
#undef VECTORS
#undef INLINE
#undef FORM
#undef NAMED
#undef WIDTH
#undef SUMS
#undef at_least
