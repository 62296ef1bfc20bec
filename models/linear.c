#include "models/linear.h"

#include "base/cpu.h"

#include <math.h>

void lka_linear_note_zeros(struct lka_linear *linear)
{
    for (size_t f = 0; f < linear->features; f++) {
        linear->has_slope[f] = linear->slope[f] != 0;
        linear->has_table[f] = false;
        linear->is_flat[f] = linear->start[f + 1] - linear->start[f] > 1;
        for (size_t c = linear->start[f]; c < linear->start[f + 1]; c++) {
            linear->has_table[f] = linear->has_table[f] || linear->table[c] != 0;
            linear->is_flat[f] = linear->is_flat[f] &&
                                 (c == linear->start[f] || linear->table[c] == linear->table[linear->start[f] + 1]);
        }
    }
}

/* The arrays, once `start` is known. */
static lka_status allocate(struct lka_linear *linear, struct lka_error *error)
{
    lka_status status = LKA_NEW(linear->slope, linear->features, error);
    if (status == LKA_OK) {
        status = LKA_NEW(linear->table, linear->start[linear->features], error);
    }
    if (status == LKA_OK) {
        status = LKA_NEW(linear->has_slope, linear->features, error);
    }
    if (status == LKA_OK) {
        status = LKA_NEW(linear->has_table, linear->features, error);
    }
    if (status == LKA_OK) {
        status = LKA_NEW(linear->is_flat, linear->features, error);
    }
    if (status != LKA_OK) {
        lka_linear_release(linear);
    }
    return status;
}

lka_status lka_linear_init(struct lka_linear *linear, const struct lka_space *space, struct lka_error *error)
{
    *linear = (struct lka_linear){.features = space->count};
    LKA_TRY(LKA_NEW(linear->start, space->count + 1, error));
    for (size_t f = 0; f < space->count; f++) {
        linear->start[f + 1] = linear->start[f] + space->features[f].codes;
    }
    return allocate(linear, error);
}

lka_status lka_linear_like(struct lka_linear *linear, const struct lka_linear *other, struct lka_error *error)
{
    *linear = (struct lka_linear){.features = other->features};
    LKA_TRY(LKA_NEW(linear->start, other->features + 1, error));
    memcpy(linear->start, other->start, (other->features + 1) * sizeof *linear->start);
    return allocate(linear, error);
}

void lka_linear_release(struct lka_linear *linear)
{
    lka_free(linear->start);
    lka_free(linear->slope);
    lka_free(linear->table);
    lka_free(linear->has_slope);
    lka_free(linear->has_table);
    lka_free(linear->is_flat);
    *linear = (struct lka_linear){0};
}

/* ---- from coefficients ------------------------------------------------------------------------ */

static void centre_table(struct lka_linear *linear, size_t feature, const double *share, const double *seen)
{
    double mean = 0;
    for (size_t c = linear->start[feature]; c < linear->start[feature + 1]; c++) {
        mean += share[c] * linear->table[c];
    }
    linear->intercept += mean;
    for (size_t c = linear->start[feature]; c < linear->start[feature + 1]; c++) {
        linear->table[c] = seen[c] > 0 ? linear->table[c] - mean : 0;
    }
}

void lka_linear_set(struct lka_linear *linear, const struct lka_columns *columns, const double *coefficients,
                    const double *share, const double *seen)
{
    linear->intercept = coefficients[columns->count - 1];
    for (size_t f = 0; f < linear->features; f++) {
        linear->slope[f] = columns->of_value[f] < 0 ? 0 : coefficients[columns->of_value[f]];
        for (size_t c = linear->start[f]; c < linear->start[f + 1]; c++) {
            linear->table[c] = columns->of_code[c] < 0 ? 0 : coefficients[columns->of_code[c]];
        }
        if (columns->indicators[f] > 0) {
            centre_table(linear, f, share, seen);
        }
    }
    lka_linear_note_zeros(linear);
}

void lka_linear_add(struct lka_linear *linear, const struct lka_linear *other, double scale)
{
    linear->intercept += scale * other->intercept;
    for (size_t f = 0; f < linear->features; f++) {
        linear->slope[f] += scale * other->slope[f];
    }
    for (size_t c = 0; c < linear->start[linear->features]; c++) {
        linear->table[c] += scale * other->table[c];
    }
    lka_linear_note_zeros(linear);
}

/* ---- scoring ---------------------------------------------------------------------------------- */

/* The same loop in forms for each CPU, which give the same bits: nothing is fused, each row has one sum. */
#define INLINE static inline __attribute__((always_inline))

INLINE void add_values(double *restrict scores, const double *restrict values, size_t count, double slope)
{
    for (size_t i = 0; i < count; i++) {
        scores[i] += slope * lka_bounded(values[i]);
    }
}

INLINE void add_codes(double *restrict scores, const uint16_t *restrict codes, size_t count,
                      const double *restrict table)
{
    for (size_t i = 0; i < count; i++) {
        scores[i] += table[codes[i]];
    }
}

INLINE void add_both(double *restrict scores, const double *restrict values, const uint16_t *restrict codes,
                     size_t count, double slope, const double *restrict table)
{
    for (size_t i = 0; i < count; i++) {
        double with_value = scores[i] + slope * lka_bounded(values[i]);
        scores[i] = with_value + table[codes[i]];
    }
}

/* Where it only matters whether there is a value, nothing is looked up. */
INLINE void add_flat(double *restrict scores, const double *restrict values, const uint16_t *restrict codes,
                     size_t count, double slope, const double *restrict table)
{
    double missing = table[0];
    double given = table[1];
    for (size_t i = 0; i < count; i++) {
        double with_value = scores[i] + slope * lka_bounded(values[i]);
        scores[i] = with_value + (codes[i] ? given : missing);
    }
}

INLINE void score_rows(const struct lka_linear *linear, const struct lka_block *block, double *scores)
{
    size_t count = block->count;
    for (size_t i = 0; i < count; i++) {
        scores[i] = linear->intercept;
    }
    for (size_t f = 0; f < linear->features; f++) {
        const double *table = linear->table + linear->start[f];
        if (linear->has_slope[f] && linear->has_table[f] && linear->is_flat[f]) {
            add_flat(scores, lka_block_values(block, f), lka_block_codes(block, f), count, linear->slope[f], table);
        } else if (linear->has_slope[f] && linear->has_table[f]) {
            add_both(scores, lka_block_values(block, f), lka_block_codes(block, f), count, linear->slope[f], table);
        } else if (linear->has_slope[f]) {
            add_values(scores, lka_block_values(block, f), count, linear->slope[f]);
        } else if (linear->has_table[f]) {
            add_codes(scores, lka_block_codes(block, f), count, table);
        }
    }
}

static void score_plain(const struct lka_linear *linear, const struct lka_block *block, double *scores)
{
    score_rows(linear, block, scores);
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

static bool has_avx2(void)
{
    __builtin_cpu_init();
    return lka_cpu_may(LKA_CPU_AVX2) && __builtin_cpu_supports("avx2");
}

static AVX2 void score_avx2(const struct lka_linear *linear, const struct lka_block *block, double *scores)
{
    score_rows(linear, block, scores);
}

void lka_linear_score(const struct lka_linear *linear, const struct lka_block *block, double *scores)
{
    (has_avx2() ? score_avx2 : score_plain)(linear, block, scores);
}

#else

void lka_linear_score(const struct lka_linear *linear, const struct lka_block *block, double *scores)
{
    score_plain(linear, block, scores);
}

#endif

void lka_linear_contributions(const struct lka_linear *linear, const struct lka_block *block, double *out)
{
    for (size_t f = 0; f < linear->features; f++) {
        const double *values = lka_block_values(block, f);
        const uint16_t *codes = lka_block_codes(block, f);
        const double *table = linear->table + linear->start[f];
        for (size_t i = 0; i < block->count; i++) {
            double from_value = linear->has_slope[f] ? linear->slope[f] * lka_bounded(values[i]) : 0;
            out[i * linear->features + f] = from_value + table[codes[i]];
        }
    }
}

/* ---- tensors ---------------------------------------------------------------------------------- */

lka_status lka_tensor_read(const struct lka_tensor_store *store, const char *name, size_t rows, size_t columns,
                           double *out, struct lka_error *error)
{
    /* With values of at most 1e6 and sums of at most 2^32 terms, nothing below this bound can overflow, squared or
     * not. */
    const double bound = 1e100;
    struct lka_tensor tensor;
    LKA_TRY(store->get(store->user, name, LKA_TENSOR_F64, &tensor, error));
    if (tensor.rows != rows || tensor.columns != columns) {
        return lka_fail(error, LKA_DATA, "the model's tensor \"%s\" is %zu x %zu; the feature plan needs %zu x %zu",
                        name, tensor.rows, tensor.columns, rows, columns);
    }
    if (rows * columns > 0) {
        memcpy(out, tensor.data, rows * columns * sizeof *out);
    }
    for (size_t i = 0; i < rows * columns; i++) {
        if (!(fabs(out[i]) <= bound)) {
            return lka_fail(error, LKA_DATA,
                            "the model's tensor \"%s\" has %g at element %zu; allowed: -1e100 to 1e100", name, out[i],
                            i);
        }
    }
    return LKA_OK;
}

lka_status lka_linear_save(const struct lka_linear *linear, const struct lka_tensor_sink *sink, struct lka_error *error)
{
    size_t codes = linear->start[linear->features];
    LKA_TRY(sink->put(sink->user, "intercept", (struct lka_tensor){LKA_TENSOR_F64, 1, 1, &linear->intercept}, error));
    LKA_TRY(
        sink->put(sink->user, "slope", (struct lka_tensor){LKA_TENSOR_F64, 1, linear->features, linear->slope}, error));
    return sink->put(sink->user, "table", (struct lka_tensor){LKA_TENSOR_F64, 1, codes, linear->table}, error);
}

static lka_status read_all(struct lka_linear *linear, const struct lka_space *space,
                           const struct lka_tensor_store *store, struct lka_error *error)
{
    LKA_TRY(lka_tensor_read(store, "intercept", 1, 1, &linear->intercept, error));
    LKA_TRY(lka_tensor_read(store, "slope", 1, linear->features, linear->slope, error));
    for (size_t f = 0; f < linear->features; f++) {
        if (space->features[f].kind != LKA_FEATURE_NUMBER && linear->slope[f] != 0) {
            return lka_fail(error, LKA_DATA,
                            "the model's tensor \"slope\" has %g for feature %zu, which has no value; "
                            "allowed: 0",
                            linear->slope[f], f);
        }
    }
    return lka_tensor_read(store, "table", 1, linear->start[linear->features], linear->table, error);
}

lka_status lka_linear_load(struct lka_linear *linear, const struct lka_space *space,
                           const struct lka_tensor_store *store, struct lka_error *error)
{
    LKA_TRY(lka_linear_init(linear, space, error));
    lka_status status = read_all(linear, space, store, error);
    if (status != LKA_OK) {
        lka_linear_release(linear);
        return status;
    }
    lka_linear_note_zeros(linear);
    return LKA_OK;
}
