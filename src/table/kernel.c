#include "table/kernel.h"

#include "base/cpu.h"
#include "base/elementary.h"
#include "base/error.h"
#include "base/memory.h"

#define INLINE static inline __attribute__((always_inline))

/* ---- layout ----------------------------------------------------------------------------------- */

static size_t tile_size(const struct lka_kernel_sum *sum)
{
    return (sum->columns + 1) * LKA_LANES;
}

static void lay_out(struct lka_kernel_sum *sum, const double *points)
{
    for (size_t i = 0; i < sum->count; i++) {
        double *lane = sum->cells + i / LKA_LANES * tile_size(sum) + i % LKA_LANES;
        const double *point = points + i * sum->columns;
        double square = 0;
        for (size_t j = 0; j < sum->columns; j++) {
            lane[j * LKA_LANES] = point[j];
            square += point[j] * point[j];
        }
        sum->squares[i] = square;
    }
}

lka_status lka_kernel_sum_init(struct lka_kernel_sum *sum, enum lka_kernel kernel, double gamma, double offset,
                               const double *points, const double *coefficients, size_t count, size_t columns,
                               struct lka_error *error)
{
    *sum = (struct lka_kernel_sum){.kernel = kernel, .gamma = gamma, .offset = offset, .count = count};
    sum->columns = columns;
    sum->tiles = (count + LKA_LANES - 1) / LKA_LANES;
    lka_status status = LKA_NEW(sum->cells, sum->tiles * tile_size(sum), error);
    if (status == LKA_OK) {
        status = LKA_NEW(sum->squares, sum->tiles * LKA_LANES, error);
    }
    if (status == LKA_OK) {
        status = LKA_NEW(sum->coefficients, sum->tiles * LKA_LANES, error);
    }
    if (status != LKA_OK) {
        lka_kernel_sum_release(sum);
        return status;
    }
    memcpy(sum->coefficients, coefficients, count * sizeof *coefficients);
    lay_out(sum, points);
    return LKA_OK;
}

void lka_kernel_sum_release(struct lka_kernel_sum *sum)
{
    lka_free(sum->cells);
    lka_free(sum->squares);
    lka_free(sum->coefficients);
    *sum = (struct lka_kernel_sum){0};
}

void lka_kernel_sum_points(const struct lka_kernel_sum *sum, double *points)
{
    for (size_t i = 0; i < sum->count; i++) {
        const double *lane = sum->cells + i / LKA_LANES * tile_size(sum) + i % LKA_LANES;
        for (size_t j = 0; j < sum->columns; j++) {
            points[i * sum->columns + j] = lane[j * LKA_LANES];
        }
    }
}

/* ---- one row against one tile ----------------------------------------------------------------- */

INLINE void products(const double *restrict tile, const uint32_t *restrict columns, const double *restrict values,
                     size_t width, double *restrict out)
{
    double sums[LKA_LANES] = {0};
    for (size_t e = 0; e < width; e++) {
        const double *restrict cells = tile + (size_t)columns[e] * LKA_LANES;
        double value = values[e];
        for (int lane = 0; lane < LKA_LANES; lane++) {
            sums[lane] += value * cells[lane];
        }
    }
    memcpy(out, sums, sizeof sums);
}

/* Products into kernel values. The squared distance of a point to itself can come out a hair below 0. */
INLINE void radial(double gamma, double square, const double *restrict squares, double *restrict lanes)
{
    for (int lane = 0; lane < LKA_LANES; lane++) {
        double distance = square + squares[lane] - 2 * lanes[lane];
        lanes[lane] = lka_exp(-gamma * (distance > 0 ? distance : 0));
    }
}

static double add_lanes(double *lanes)
{
    for (int half = LKA_LANES / 2; half > 0; half /= 2) {
        for (int lane = 0; lane < half; lane++) {
            lanes[lane] += lanes[lane + half];
        }
    }
    return lanes[0];
}

/* ---- scores ----------------------------------------------------------------------------------- */

/* totals[row * 16 + lane] += coefficient K(row, point of that lane) */
INLINE void add_tile(const struct lka_kernel_sum *sum, size_t tile, const struct lka_points *points,
                     const double *squares, double *totals)
{
    const double *coefficients = sum->coefficients + tile * LKA_LANES;
    for (size_t i = 0; i < points->count; i++) {
        double lanes[LKA_LANES];
        products(sum->cells + tile * tile_size(sum), points->columns + i * points->width,
                 points->values + i * points->width, points->width, lanes);
        if (sum->kernel == LKA_KERNEL_RADIAL) {
            radial(sum->gamma, squares[i], sum->squares + tile * LKA_LANES, lanes);
        }
        for (size_t lane = 0; lane < LKA_LANES; lane++) {
            totals[i * LKA_LANES + lane] += coefficients[lane] * lanes[lane];
        }
    }
}

/* Tiles outside, rows inside: a tile stays in the cache while all rows pass it. */
INLINE void add_tiles(const struct lka_kernel_sum *sum, const struct lka_points *points, const double *squares,
                      double *totals)
{
    for (size_t t = 0; t < sum->tiles; t++) {
        add_tile(sum, t, points, squares, totals);
    }
}

/* The lanes do the same whether they are taken two, four or eight at once: there is no fma. */
static void add_plain(const struct lka_kernel_sum *sum, const struct lka_points *points, const double *squares,
                      double *totals)
{
    add_tiles(sum, points, squares, totals);
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) static void add_avx2(const struct lka_kernel_sum *sum, const struct lka_points *points,
                                                     const double *squares, double *totals)
{
    add_tiles(sum, points, squares, totals);
}

__attribute__((target("avx512f,avx512dq,avx512vl"))) static void add_avx512(const struct lka_kernel_sum *sum,
                                                                            const struct lka_points *points,
                                                                            const double *squares, double *totals)
{
    add_tiles(sum, points, squares, totals);
}

static void add_all(const struct lka_kernel_sum *sum, const struct lka_points *points, const double *squares,
                    double *totals)
{
    __builtin_cpu_init();
    bool avx2 = lka_cpu_may(LKA_CPU_AVX2) && __builtin_cpu_supports("avx2");
    bool avx512 = lka_cpu_may(LKA_CPU_AVX512) && __builtin_cpu_supports("avx512f") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    (avx512 ? add_avx512 : avx2 ? add_avx2 : add_plain)(sum, points, squares, totals);
}

#else

static void add_all(const struct lka_kernel_sum *sum, const struct lka_points *points, const double *squares,
                    double *totals)
{
    add_plain(sum, points, squares, totals);
}

#endif

lka_status lka_kernel_sum_score(const struct lka_kernel_sum *sum, const struct lka_points *points,
                                struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    size_t room = points->count * LKA_LANES * sizeof(double);
    double *totals = lka_arena_take(scratch, room);
    if (!totals) {
        return lka_fail_memory(error, room);
    }
    memset(totals, 0, room);
    for (size_t i = 0; i < points->count; i++) {
        scores[i] = lka_point_square(points, i);
    }
    add_all(sum, points, scores, totals);
    for (size_t i = 0; i < points->count; i++) {
        scores[i] = add_lanes(totals + i * LKA_LANES) - sum->offset;
    }
    return LKA_OK;
}

/* ---- matrix ----------------------------------------------------------------------------------- */

/* The lower triangle, tile by tile; a diagonal tile's upper part is overwritten when it is mirrored. */
static void fill_lower(const struct lka_kernel_sum *sum, const double *points, const uint32_t *columns, double *matrix)
{
    for (size_t t = 0; t < sum->tiles; t++) {
        for (size_t i = t * LKA_LANES; i < sum->count; i++) {
            double lanes[LKA_LANES];
            products(sum->cells + t * tile_size(sum), columns, points + i * sum->columns, sum->columns, lanes);
            if (sum->kernel == LKA_KERNEL_RADIAL) {
                radial(sum->gamma, sum->squares[i], sum->squares + t * LKA_LANES, lanes);
            }
            size_t last = sum->count - t * LKA_LANES;
            last = last < LKA_LANES ? last : LKA_LANES;
            memcpy(matrix + i * sum->count + t * LKA_LANES, lanes, last * sizeof *lanes);
        }
    }
}

lka_status lka_kernel_matrix(enum lka_kernel kernel, double gamma, const double *points, size_t count, size_t columns,
                             double *matrix, struct lka_error *error)
{
    struct lka_kernel_sum sum = {0};
    uint32_t *all = NULL;
    double *ones = NULL;
    lka_status status = LKA_NEW(all, columns, error);
    if (status == LKA_OK) {
        status = LKA_NEW(ones, count, error);
    }
    if (status == LKA_OK) {
        status = lka_kernel_sum_init(&sum, kernel, gamma, 0, points, ones, count, columns, error);
    }
    if (status == LKA_OK) {
        for (size_t j = 0; j < columns; j++) {
            all[j] = (uint32_t)j;
        }
        fill_lower(&sum, points, all, matrix);
        for (size_t i = 0; i < count; i++) {
            for (size_t j = 0; j < i; j++) {
                matrix[j * count + i] = matrix[i * count + j];
            }
        }
    }
    lka_kernel_sum_release(&sum);
    lka_free(ones);
    lka_free(all);
    return status;
}
