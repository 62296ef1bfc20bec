#include "score/panel.h"

#include <float.h>
#include <math.h>

enum { LANES = LKA_PANEL_LANES };

/* ---- the shape --------------------------------------------------------------------------------- */

static bool has_slope(const struct lka_linear_terms *terms, size_t count, size_t feature)
{
    bool has = false;
    for (size_t t = 0; t < count && !has; t++) {
        has = terms[t].slope[feature] != 0;
    }
    return has;
}

static bool has_table(const struct lka_linear_terms *terms, size_t count, size_t feature)
{
    for (size_t t = 0; t < count; t++) {
        for (size_t c = terms[t].start[feature]; c < terms[t].start[feature + 1]; c++) {
            if (terms[t].table[c] != 0) {
                return true;
            }
        }
    }
    return false;
}

static lka_status shape_fill(struct lka_panel_shape *shape, const struct lka_linear_terms *terms, size_t count,
                             struct lka_error *error)
{
    size_t features = shape->space->count;
    LKA_TRY(LKA_NEW(shape->dense, features, error));
    LKA_TRY(LKA_NEW(shape->coded, features, error));
    LKA_TRY(LKA_NEW(shape->start, features + 1, error));
    for (uint32_t f = 0; f < features; f++) {
        if (has_slope(terms, count, f)) {
            shape->dense[shape->dense_count++] = f;
        }
        if (has_table(terms, count, f)) {
            size_t at = shape->coded_count++;
            shape->coded[at] = f;
            shape->start[at + 1] = shape->start[at] + shape->space->features[f].codes;
        }
    }
    return LKA_OK;
}

lka_status lka_panel_shape_init(struct lka_panel_shape *shape, const struct lka_space *space,
                                const struct lka_linear_terms *terms, size_t count, struct lka_error *error)
{
    *shape = (struct lka_panel_shape){.space = space};
    lka_status status = shape_fill(shape, terms, count, error);
    if (status != LKA_OK) {
        lka_panel_shape_release(shape);
    }
    return status;
}

void lka_panel_shape_release(struct lka_panel_shape *shape)
{
    lka_free(shape->dense);
    lka_free(shape->coded);
    lka_free(shape->start);
    *shape = (struct lka_panel_shape){0};
}

/* ---- a panel ----------------------------------------------------------------------------------- */

static double largest_entry(const struct lka_linear_terms *terms, size_t feature)
{
    double largest = 0;
    for (size_t c = terms->start[feature]; c < terms->start[feature + 1]; c++) {
        largest = fmax(largest, fabs(terms->table[c]));
    }
    return largest;
}

/* |intercept| and the largest entry of each table. */
static double constant_of(const struct lka_panel_shape *shape, const struct lka_linear_terms *terms)
{
    double sum = fabs(terms->intercept);
    for (size_t c = 0; c < shape->coded_count; c++) {
        sum += largest_entry(terms, shape->coded[c]);
    }
    return sum;
}

/* The power of 2 that brings every score of a model, and every step to it, to 1 at most. */
static double scale_of(const struct lka_panel_shape *shape, const struct lka_linear_terms *terms, size_t sheets)
{
    double largest = 0;
    int exponent = 0;
    for (size_t s = 0; s < sheets; s++) {
        double size = constant_of(shape, &terms[s]);
        for (size_t d = 0; d < shape->dense_count; d++) {
            size += fabs(terms[s].slope[shape->dense[d]]) * LKA_VALUE_BOUND;
        }
        largest = fmax(largest, size);
    }
    (void)frexp(largest, &exponent);
    return largest > 0 ? ldexp(1, -exponent) : 1;
}

static void set_sheet(struct lka_panel *panel, size_t sheet, size_t lane, const struct lka_linear_terms *terms)
{
    const struct lka_panel_shape *shape = panel->shape;
    double scale = panel->scale[lane];
    size_t entries = shape->start[shape->coded_count];
    float *slope = panel->slope + sheet * shape->dense_count * LANES + lane;
    float *table = panel->table + sheet * entries * LANES + lane;
    panel->intercept[sheet * LANES + lane] = (float)(terms->intercept * scale);
    for (size_t d = 0; d < shape->dense_count; d++) {
        double scaled = terms->slope[shape->dense[d]] * scale;
        slope[d * LANES] = (float)scaled;
        panel->steep[d * LANES + lane] = fmax(panel->steep[d * LANES + lane], fabs(scaled));
    }
    for (size_t c = 0; c < shape->coded_count; c++) {
        const double *from = terms->table + terms->start[shape->coded[c]];
        for (size_t e = shape->start[c]; e < shape->start[c + 1]; e++) {
            table[e * LANES] = (float)(from[e - shape->start[c]] * scale);
        }
    }
    panel->constant[lane] = fmax(panel->constant[lane], constant_of(shape, terms) * scale);
}

lka_status lka_panel_init(struct lka_panel *panel, const struct lka_panel_shape *shape,
                          const struct lka_linear_terms *terms, size_t lanes, size_t sheets, struct lka_error *error)
{
    *panel = (struct lka_panel){.shape = shape, .lanes = lanes, .sheets = sheets};
    lka_status status = LKA_NEW(panel->intercept, sheets * LANES, error);
    status = status == LKA_OK ? LKA_NEW(panel->slope, sheets * shape->dense_count * LANES, error) : status;
    status = status == LKA_OK ? LKA_NEW(panel->table, sheets * shape->start[shape->coded_count] * LANES, error)
                              : status;
    status = status == LKA_OK ? LKA_NEW(panel->scale, LANES, error) : status;
    status = status == LKA_OK ? LKA_NEW(panel->constant, LANES, error) : status;
    status = status == LKA_OK ? LKA_NEW(panel->steep, shape->dense_count * LANES, error) : status;
    if (status != LKA_OK) {
        lka_panel_release(panel);
        return status;
    }
    for (size_t lane = 0; lane < lanes; lane++) {
        panel->scale[lane] = scale_of(shape, terms + lane * sheets, sheets);
        for (size_t sheet = 0; sheet < sheets; sheet++) {
            set_sheet(panel, sheet, lane, &terms[lane * sheets + sheet]);
        }
    }
    return LKA_OK;
}

void lka_panel_release(struct lka_panel *panel)
{
    lka_free(panel->intercept);
    lka_free(panel->slope);
    lka_free(panel->table);
    lka_free(panel->scale);
    lka_free(panel->constant);
    lka_free(panel->steep);
    *panel = (struct lka_panel){0};
}

/* ---- rows -------------------------------------------------------------------------------------- */

lka_status lka_panel_rows_init(struct lka_panel_rows *rows, const struct lka_panel_shape *shape, size_t capacity,
                               struct lka_error *error)
{
    *rows = (struct lka_panel_rows){.shape = shape, .capacity = capacity};
    LKA_TRY(LKA_NEW(rows->values, capacity * shape->dense_count, error));
    LKA_TRY(LKA_NEW(rows->codes, capacity * shape->coded_count, error));
    rows->exact.features = shape->space->count;
    LKA_TRY(LKA_NEW(rows->exact.values, capacity * shape->space->count, error));
    LKA_TRY(LKA_NEW(rows->exact.codes, capacity * shape->space->count, error));
    return LKA_NEW(rows->largest, shape->dense_count, error);
}

void lka_panel_rows_release(struct lka_panel_rows *rows)
{
    lka_free(rows->values);
    lka_free(rows->codes);
    lka_free(rows->largest);
    lka_free(rows->exact.values);
    lka_free(rows->exact.codes);
    *rows = (struct lka_panel_rows){0};
}

void lka_panel_rows_set(struct lka_panel_rows *rows, const struct lka_block *block)
{
    const struct lka_panel_shape *shape = rows->shape;
    size_t features = shape->space->count;
    rows->count = block->count;
    for (size_t d = 0; d < shape->dense_count; d++) {
        const double *values = lka_block_values(block, shape->dense[d]);
        double largest = 0;
        for (size_t i = 0; i < block->count; i++) {
            double value = lka_bounded(values[i]);
            largest = largest < fabs(value) ? fabs(value) : largest;
            rows->values[i * shape->dense_count + d] = (float)value;
            rows->exact.values[i * features + shape->dense[d]] = value;
        }
        rows->largest[d] = largest;
    }
    for (size_t c = 0; c < shape->coded_count; c++) {
        const uint16_t *codes = lka_block_codes(block, shape->coded[c]);
        for (size_t i = 0; i < block->count; i++) {
            rows->exact.codes[i * features + shape->coded[c]] = codes[i];
            rows->codes[i * shape->coded_count + c] = (uint32_t)((shape->start[c] + codes[i]) * LANES);
        }
    }
}

lka_status lka_panel_hits_init(struct lka_panel_hits *hits, size_t capacity, struct lka_error *error)
{
    hits->capacity = capacity;
    return LKA_NEW(hits->rows, capacity * LANES, error);
}

void lka_panel_hits_release(struct lka_panel_hits *hits)
{
    lka_free(hits->rows);
    hits->rows = NULL;
}

/* ---- finding ----------------------------------------------------------------------------------- */

/* One sheet against rows. */
struct sweep {
    const float *intercept;
    const float *slope;
    const float *table;
    const float *values;
    const uint32_t *codes;
    size_t dense;
    size_t coded;
    float limit[LANES];
};

static void add_hits(struct lka_panel_hits *hits, uint64_t mask, uint32_t row)
{
    while (mask) {
        size_t lane = (size_t)__builtin_ctzll(mask);
        hits->rows[lane * hits->capacity + hits->count[lane]++] = row;
        mask &= mask - 1;
    }
}

static void sweep_plain(const struct sweep *sweep, const uint32_t *listed, size_t count, struct lka_panel_hits *hits)
{
    for (size_t i = 0; i < count; i++) {
        float sum[LANES];
        const float *values = sweep->values + listed[i] * sweep->dense;
        const uint32_t *codes = sweep->codes + listed[i] * sweep->coded;
        memcpy(sum, sweep->intercept, sizeof sum);
        for (size_t d = 0; d < sweep->dense; d++) {
            for (size_t lane = 0; lane < LANES; lane++) {
                sum[lane] += values[d] * sweep->slope[d * LANES + lane];
            }
        }
        for (size_t c = 0; c < sweep->coded; c++) {
            for (size_t lane = 0; lane < LANES; lane++) {
                sum[lane] += sweep->table[codes[c] + lane];
            }
        }
        uint64_t mask = 0;
        for (size_t lane = 0; lane < LANES; lane++) {
            mask |= (uint64_t)(sum[lane] >= sweep->limit[lane]) << lane;
        }
        add_hits(hits, mask, listed[i]);
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx2,fma")))

/* Fused steps are as good as others here: what is found is a superset, whatever the rounding. `rows` is a constant, so
 * that the sums stay in registers: 6 rows x 4 vectors of 16 lanes, or 3 rows x 4 vectors of 8. */
enum { ROWS_512 = 6, WIDTH_512 = 4, ROWS_256 = 3, WIDTH_256 = 4 };

INLINE AVX512 void tile_512(const struct sweep *sweep, const uint32_t *listed, size_t rows, struct lka_panel_hits *hits)
{
    __m512 sum[ROWS_512][WIDTH_512];
    for (size_t r = 0; r < rows; r++) {
        for (size_t w = 0; w < WIDTH_512; w++) {
            sum[r][w] = _mm512_loadu_ps(sweep->intercept + 16 * w);
        }
    }
    for (size_t d = 0; d < sweep->dense; d++) {
        const float *slope = sweep->slope + d * LANES;
        __m512 slopes[WIDTH_512];
        for (size_t w = 0; w < WIDTH_512; w++) {
            slopes[w] = _mm512_loadu_ps(slope + 16 * w);
        }
        for (size_t r = 0; r < rows; r++) {
            __m512 value = _mm512_set1_ps(sweep->values[listed[r] * sweep->dense + d]);
            for (size_t w = 0; w < WIDTH_512; w++) {
                sum[r][w] = _mm512_fmadd_ps(value, slopes[w], sum[r][w]);
            }
        }
    }
    for (size_t c = 0; c < sweep->coded; c++) {
        for (size_t r = 0; r < rows; r++) {
            const float *entry = sweep->table + sweep->codes[listed[r] * sweep->coded + c];
            for (size_t w = 0; w < WIDTH_512; w++) {
                sum[r][w] = _mm512_add_ps(sum[r][w], _mm512_loadu_ps(entry + 16 * w));
            }
        }
    }
    for (size_t r = 0; r < rows; r++) {
        uint64_t mask = 0;
        for (size_t w = 0; w < WIDTH_512; w++) {
            __mmask16 part = _mm512_cmp_ps_mask(sum[r][w], _mm512_loadu_ps(sweep->limit + 16 * w), _CMP_GE_OQ);
            mask |= (uint64_t)part << (16 * w);
        }
        add_hits(hits, mask, listed[r]);
    }
}

static AVX512 void sweep_512(const struct sweep *sweep, const uint32_t *listed, size_t count,
                             struct lka_panel_hits *hits)
{
    size_t i = 0;
    for (; i + ROWS_512 <= count; i += ROWS_512) {
        tile_512(sweep, listed + i, ROWS_512, hits);
    }
    for (; i < count; i++) {
        tile_512(sweep, listed + i, 1, hits);
    }
}

/* Half of the lanes, from `first` on: masks of both halves are put together by the caller. */
INLINE AVX2 void tile_256(const struct sweep *sweep, const uint32_t *listed, size_t rows, size_t first, uint64_t *masks)
{
    __m256 sum[ROWS_256][WIDTH_256];
    for (size_t r = 0; r < rows; r++) {
        for (size_t w = 0; w < WIDTH_256; w++) {
            sum[r][w] = _mm256_loadu_ps(sweep->intercept + first + 8 * w);
        }
    }
    for (size_t d = 0; d < sweep->dense; d++) {
        const float *slope = sweep->slope + d * LANES + first;
        for (size_t r = 0; r < rows; r++) {
            __m256 value = _mm256_set1_ps(sweep->values[listed[r] * sweep->dense + d]);
            for (size_t w = 0; w < WIDTH_256; w++) {
                sum[r][w] = _mm256_fmadd_ps(value, _mm256_loadu_ps(slope + 8 * w), sum[r][w]);
            }
        }
    }
    for (size_t c = 0; c < sweep->coded; c++) {
        for (size_t r = 0; r < rows; r++) {
            const float *entry = sweep->table + sweep->codes[listed[r] * sweep->coded + c] + first;
            for (size_t w = 0; w < WIDTH_256; w++) {
                sum[r][w] = _mm256_add_ps(sum[r][w], _mm256_loadu_ps(entry + 8 * w));
            }
        }
    }
    for (size_t r = 0; r < rows; r++) {
        for (size_t w = 0; w < WIDTH_256; w++) {
            __m256 above = _mm256_cmp_ps(sum[r][w], _mm256_loadu_ps(sweep->limit + first + 8 * w), _CMP_GE_OQ);
            masks[r] |= (uint64_t)(uint32_t)_mm256_movemask_ps(above) << (first + 8 * w);
        }
    }
}

INLINE AVX2 void both_halves(const struct sweep *sweep, const uint32_t *listed, size_t rows,
                             struct lka_panel_hits *hits)
{
    uint64_t masks[ROWS_256] = {0};
    tile_256(sweep, listed, rows, 0, masks);
    tile_256(sweep, listed, rows, LANES / 2, masks);
    for (size_t r = 0; r < rows; r++) {
        add_hits(hits, masks[r], listed[r]);
    }
}

static AVX2 void sweep_256(const struct sweep *sweep, const uint32_t *listed, size_t count, struct lka_panel_hits *hits)
{
    size_t i = 0;
    for (; i + ROWS_256 <= count; i += ROWS_256) {
        both_halves(sweep, listed + i, ROWS_256, hits);
    }
    for (; i < count; i++) {
        both_halves(sweep, listed + i, 1, hits);
    }
}

bool lka_panel_kind_runs(enum lka_panel_kind kind)
{
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return kind == LKA_PANEL_AVX512 ? avx2 && __builtin_cpu_supports("avx512f")
           : kind == LKA_PANEL_AVX2 ? avx2
                                    : kind < LKA_PANEL_AVX2;
}

#else

#define sweep_256 sweep_plain
#define sweep_512 sweep_plain

bool lka_panel_kind_runs(enum lka_panel_kind kind)
{
    return kind <= LKA_PANEL_PLAIN;
}

#endif

/* Down to the next float32, so that no rounding makes a limit stricter than it is. */
static float below(double limit)
{
    float nearest = (float)limit;
    return nearest > -FLT_MAX ? nextafterf(nearest, -INFINITY) : -INFINITY;
}

static void set_limits(const struct lka_panel *panel, const struct lka_panel_rows *rows, const double *thresholds,
                       struct sweep *sweep)
{
    const double unit = 0x1p-24;
    const double least = 1e-30; /* what underflows: at most 2^-149 a step, times a value of at most 1e6 */
    double steps = (double)(sweep->dense + sweep->coded + 8);
    double gamma = steps * unit / (1 - steps * unit);
    double size[LANES];
    memcpy(size, panel->constant, sizeof size);
    for (size_t d = 0; d < sweep->dense; d++) {
        for (size_t lane = 0; lane < LANES; lane++) {
            size[lane] += panel->steep[d * LANES + lane] * rows->largest[d];
        }
    }
    for (size_t lane = 0; lane < LANES; lane++) {
        double limit = thresholds[lane] * panel->scale[lane] - gamma * size[lane] - least;
        sweep->limit[lane] = lane < panel->lanes ? below(limit) : INFINITY;
    }
}

void lka_panel_find(const struct lka_panel *panel, size_t sheet, const struct lka_panel_rows *rows,
                    const uint32_t *listed, size_t count, const double *thresholds, enum lka_panel_kind kind,
                    struct lka_panel_hits *hits)
{
    const struct lka_panel_shape *shape = panel->shape;
    struct sweep sweep = {
        .intercept = panel->intercept + sheet * LANES,
        .slope = panel->slope + sheet * shape->dense_count * LANES,
        .table = panel->table + sheet * shape->start[shape->coded_count] * LANES,
        .values = rows->values,
        .codes = rows->codes,
        .dense = shape->dense_count,
        .coded = shape->coded_count,
    };
    set_limits(panel, rows, thresholds, &sweep);
    memset(hits->count, 0, sizeof hits->count);
    bool fastest = kind == LKA_PANEL_FASTEST;
    if ((fastest || kind == LKA_PANEL_AVX512) && lka_panel_kind_runs(LKA_PANEL_AVX512)) {
        sweep_512(&sweep, listed, count, hits);
    } else if ((fastest || kind == LKA_PANEL_AVX2) && lka_panel_kind_runs(LKA_PANEL_AVX2)) {
        sweep_256(&sweep, listed, count, hits);
    } else {
        sweep_plain(&sweep, listed, count, hits);
    }
}
