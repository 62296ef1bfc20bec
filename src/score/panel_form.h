/* score/panel_form.h: the sweep of score/panel.h for one kind of CPU: for the file that includes it, once a form, and
 * defines
 *
 *     FORM              the functions' target
 *     NAMED(name)       names of this form's own
 *     WIDTH             lanes a vector
 *     at_least(a, b)    a bit a lane: not a < b
 *
 * WIDTH rows go at once, so that 8 sums stay in registers whatever the width: each is a chain of additions, and 8 keep a
 * CPU's adders busy. A lane takes the same steps in every form.
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
    for (size_t i = 0; i < LANES; i++) {
        sums[i] = *(const VECTOR *)(form + i % VECTORS * WIDTH);
    }
    for (const struct lka_panel_step *step = shape->steps; step < shape->steps + shape->count; step++) {
        if (step->has_slope) {
            form += LANES;
            for (size_t i = 0; i < LANES; i++) {
                sums[i] += *(const VECTOR *)(form + i % VECTORS * WIDTH) * values[i / VECTORS];
            }
            values += ROWS;
        }
        if (step->has_table) {
            for (size_t i = 0; i < LANES; i++) {
                sums[i] += *(const VECTOR *)(entries + places[i / VECTORS] + i % VECTORS * WIDTH);
            }
            places += ROWS;
        }
    }
}

INLINE size_t NAMED(take_hits)(const struct sweep *sweep, const VECTOR *sums, size_t first, struct lka_hit *hits)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < LANES; i++) {
        mask |= (uint64_t)at_least(sums[i], *(const VECTOR *)(sweep->thresholds + i % VECTORS * WIDTH)) << (i * WIDTH);
    }
    if (!mask) {
        return 0;
    }
    double scores[LANES * WIDTH];
    memcpy(scores, sums, sizeof scores);
    return add_hits(mask, scores, first, sweep->rows->count, hits);
}

FORM static size_t NAMED(sweep_one)(const struct sweep *sweep, struct lka_hit *hits)
{
    size_t found = 0;
    for (size_t first = 0; first < sweep->rows->count; first += WIDTH) {
        VECTOR sums[LANES];
        NAMED(add_up)(sweep->shape, sweep->form, sweep->entries, values_of(sweep, first), places_of(sweep, first), sums);
        found += NAMED(take_hits)(sweep, sums, first, hits + found);
    }
    return found;
}

/* The mean as a member's score is made of its fits where the model is alone. */
FORM static size_t NAMED(sweep_several)(const struct sweep *sweep, struct lka_hit *hits)
{
    size_t found = 0;
    for (size_t first = 0; first < sweep->rows->count; first += WIDTH) {
        VECTOR sums[LANES] = {0};
        for (size_t f = 0; f < sweep->forms; f++) {
            size_t start = f * sweep->form_size;
            VECTOR one[LANES];
            NAMED(add_up)(sweep->shape, sweep->form + start, sweep->entries + start, values_of(sweep, first),
                          places_of(sweep, first), one);
            for (size_t i = 0; i < LANES; i++) {
                sums[i] += one[i];
            }
        }
        for (size_t i = 0; i < LANES; i++) {
            sums[i] /= (double)sweep->forms;
        }
        found += NAMED(take_hits)(sweep, sums, first, hits + found);
    }
    return found;
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
#undef at_least
