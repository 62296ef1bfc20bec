#include "models/kernel/machine.h"

#include "models/linear.h"

/* Rows that pass all tiles of points together: their coordinates stay in the cache. */
enum { ROWS_AT_ONCE = 64 };

/* What a file calls a radial kernel of whitened points. */
enum { FILE_WHITENED = LKA_KERNEL_RADIAL + 1 };

/* No scale that is learned is larger: see table/points.h. */
static const double LARGEST_SCALE = 10;

double lka_kernel_gamma(double given, double variance)
{
    return given > 0 ? given : variance > 0 ? .2 / variance : 1;
}

static const struct lka_kernel_machine *machine_of(const struct lka_family_model *model)
{
    return (const struct lka_kernel_machine *)(const void *)model;
}

void lka_kernel_machine_free(struct lka_family_model *model)
{
    if (model) {
        struct lka_kernel_machine *machine = (struct lka_kernel_machine *)(void *)model;
        lka_axes_release(&machine->axes);
        lka_whitening_release(&machine->whitening);
        lka_kernel_sum_release(&machine->sum);
        lka_free(machine->people);
        lka_free(machine);
    }
}

/* ---- from a fit ------------------------------------------------------------------------------- */

struct kept {
    double *points;
    double *coefficients;
    size_t count;
};

/* The support vectors move to the front. */
static void keep_support(const struct lka_landmarks *landmarks, const double *coefficients, struct kept *kept,
                         uint32_t *people)
{
    size_t columns = landmarks->columns;
    for (size_t i = 0; i < landmarks->count; i++) {
        if (coefficients[i] != 0) {
            memcpy(kept->points + kept->count * columns, landmarks->cells + i * columns,
                   columns * sizeof *kept->points);
            kept->coefficients[kept->count] = coefficients[i];
            people[kept->count++] = landmarks->people[i];
        }
    }
}

/* Into one point: sum of c_i (x . p_i) = x . (sum of c_i p_i). */
static void collapse(size_t columns, struct kept *kept, uint32_t *people)
{
    for (size_t j = 0; j < columns; j++) {
        double weight = 0;
        for (size_t i = 0; i < kept->count; i++) {
            weight += kept->coefficients[i] * kept->points[i * columns + j];
        }
        kept->points[j] = weight;
    }
    for (size_t i = 1; i < kept->count; i++) {
        people[0] += people[i];
    }
    kept->coefficients[0] = 1;
    kept->count = 1;
}

static lka_status fill(struct lka_kernel_machine *machine, const struct lka_landmarks *landmarks,
                       enum lka_kernel kernel, double gamma, const struct lka_support *support, struct kept *kept,
                       struct lka_error *error)
{
    LKA_TRY(LKA_NEW(machine->people, landmarks->count, error));
    LKA_TRY(LKA_NEW(kept->points, landmarks->count * landmarks->columns, error));
    LKA_TRY(LKA_NEW(kept->coefficients, landmarks->count, error));
    keep_support(landmarks, support->coefficients, kept, machine->people);
    if (kernel == LKA_KERNEL_LINEAR && kept->count > 0) {
        collapse(landmarks->columns, kept, machine->people);
    }
    return lka_kernel_sum_init(&machine->sum, kernel, gamma, support->offset, kept->points, kept->coefficients,
                               kept->count, landmarks->columns, error);
}

lka_status lka_kernel_machine_new(const struct lka_model_family *family, struct lka_kernel_sample *sample,
                                  enum lka_kernel kernel, double gamma, const struct lka_support *support,
                                  struct lka_family_model **model, struct lka_error *error)
{
    struct lka_kernel_machine *machine;
    struct kept kept = {0};
    *model = NULL;
    LKA_TRY(LKA_NEW(machine, 1, error));
    machine->base.family = family;
    lka_status status = fill(machine, &sample->landmarks, kernel, gamma, support, &kept, error);
    lka_free(kept.points);
    lka_free(kept.coefficients);
    if (status != LKA_OK) {
        lka_kernel_machine_free(&machine->base);
        return status;
    }
    machine->axes = sample->axes;
    machine->whitening = sample->whitening;
    sample->axes = (struct lka_axes){0};
    sample->whitening = (struct lka_whitening){0};
    *model = &machine->base;
    return LKA_OK;
}

/* ---- scoring ---------------------------------------------------------------------------------- */

static lka_status take_points(struct lka_points *points, size_t width, struct lka_arena *scratch,
                              struct lka_error *error)
{
    *points = (struct lka_points){.width = width};
    points->columns = lka_arena_take(scratch, ROWS_AT_ONCE * width * sizeof *points->columns);
    points->values = lka_arena_take(scratch, ROWS_AT_ONCE * width * sizeof *points->values);
    return points->columns && points->values ? LKA_OK
                                             : lka_fail_memory(error, ROWS_AT_ONCE * width * sizeof *points->values);
}

lka_status lka_kernel_machine_score(const struct lka_family_model *model, const struct lka_block *block,
                                    struct lka_arena *scratch, double *scores, struct lka_error *error)
{
    const struct lka_kernel_machine *machine = machine_of(model);
    const struct lka_whitening *whitening = &machine->whitening;
    struct lka_points points;
    struct lka_points images;
    LKA_TRY(take_points(&points, machine->axes.features, scratch, error));
    if (whitening->columns > 0) {
        LKA_TRY(take_points(&images, whitening->columns, scratch, error));
    }
    for (size_t first = 0; first < block->count; first += ROWS_AT_ONCE) {
        size_t rest = block->count - first;
        lka_points_fill(&points, &machine->axes, block, NULL, first, rest < ROWS_AT_ONCE ? rest : ROWS_AT_ONCE);
        if (whitening->columns > 0) {
            lka_whitening_map(whitening, &points, &images);
        }
        LKA_TRY(lka_kernel_sum_score(&machine->sum, whitening->columns > 0 ? &images : &points, scratch, scores + first,
                                     error));
    }
    return LKA_OK;
}

/* ---- tensors ---------------------------------------------------------------------------------- */

static lka_status put(const struct lka_tensor_sink *sink, const char *name, enum lka_tensor_type type, size_t rows,
                      size_t columns, const void *data, struct lka_error *error)
{
    return sink->put(sink->user, name, (struct lka_tensor){type, rows, columns, data}, error);
}

lka_status lka_kernel_machine_save(const struct lka_family_model *model, const struct lka_tensor_sink *sink,
                                   struct lka_error *error)
{
    const struct lka_kernel_machine *machine = machine_of(model);
    const struct lka_kernel_sum *sum = &machine->sum;
    const struct lka_whitening *whitening = &machine->whitening;
    uint32_t kernel = whitening->columns > 0 ? FILE_WHITENED : sum->kernel;
    double constants[2] = {sum->gamma, sum->offset};
    double *points;
    LKA_TRY(LKA_NEW(points, sum->count * sum->columns, error));
    lka_kernel_sum_points(sum, points);
    lka_status status = put(sink, "points", LKA_TENSOR_F64, sum->count, sum->columns, points, error);
    lka_free(points);
    LKA_TRY(status);
    LKA_TRY(put(sink, "coefficients", LKA_TENSOR_F64, 1, sum->count, sum->coefficients, error));
    LKA_TRY(put(sink, "scale", LKA_TENSOR_F64, 1, sum->columns, machine->axes.scale, error));
    LKA_TRY(put(sink, "constants", LKA_TENSOR_F64, 1, 2, constants, error));
    LKA_TRY(put(sink, "kernel", LKA_TENSOR_U32, 1, 1, &kernel, error));
    if (whitening->columns > 0) {
        LKA_TRY(put(sink, "whitening", LKA_TENSOR_F64, whitening->columns, whitening->columns, whitening->rows, error));
    }
    return put(sink, "people", LKA_TENSOR_U32, 1, sum->count, machine->people, error);
}

/* A copied U32 vector of a known length. */
static lka_status read_counts(const struct lka_tensor_store *store, const char *name, size_t count, uint32_t *out,
                              struct lka_error *error)
{
    struct lka_tensor tensor;
    LKA_TRY(store->get(store->user, name, LKA_TENSOR_U32, &tensor, error));
    if (tensor.rows != 1 || tensor.columns != count) {
        return lka_fail(error, LKA_DATA, "the model's tensor \"%s\" is %zu x %zu; here it must be 1 x %zu", name,
                        tensor.rows, tensor.columns, count);
    }
    memcpy(out, tensor.data, count * sizeof *out);
    return LKA_OK;
}

static lka_status count_points(const struct lka_tensor_store *store, size_t columns, size_t *count,
                               struct lka_error *error)
{
    struct lka_tensor tensor;
    LKA_TRY(store->get(store->user, "points", LKA_TENSOR_F64, &tensor, error));
    if (tensor.rows < 1 || tensor.rows > LKA_MOST_COLUMNS || tensor.columns != columns) {
        return lka_fail(error, LKA_DATA,
                        "the model's tensor \"points\" is %zu x %zu; the feature plan needs 1 or more x %zu",
                        tensor.rows, tensor.columns, columns);
    }
    *count = tensor.rows;
    return LKA_OK;
}

static lka_status read_scale(struct lka_axes *axes, const struct lka_tensor_store *store, struct lka_error *error)
{
    LKA_TRY(lka_tensor_read(store, "scale", 1, axes->columns, axes->scale, error));
    for (size_t j = 0; j < axes->columns; j++) {
        if (axes->scale[j] < 0 || axes->scale[j] > LARGEST_SCALE) {
            return lka_fail(error, LKA_DATA, "the model's tensor \"scale\" has %g at element %zu; allowed: 0 to %g",
                            axes->scale[j], j, LARGEST_SCALE);
        }
    }
    return LKA_OK;
}

static lka_status read_whitening(struct lka_whitening *whitening, const struct lka_tensor_store *store, size_t columns,
                                 struct lka_error *error)
{
    LKA_TRY(lka_whitening_init(whitening, columns, error));
    return lka_tensor_read(store, "whitening", columns, columns, whitening->rows, error);
}

static lka_status read_sum(struct lka_kernel_machine *machine, const struct lka_tensor_store *store, size_t count,
                           double *points, double *coefficients, struct lka_error *error)
{
    double constants[2];
    uint32_t kernel = 0;
    LKA_TRY(lka_tensor_read(store, "points", count, machine->axes.columns, points, error));
    LKA_TRY(lka_tensor_read(store, "coefficients", 1, count, coefficients, error));
    LKA_TRY(lka_tensor_read(store, "constants", 1, 2, constants, error));
    LKA_TRY(read_counts(store, "kernel", 1, &kernel, error));
    if (kernel > FILE_WHITENED || constants[0] < 0) {
        return lka_fail(error, LKA_DATA,
                        "the model has kernel %u and gamma %g; allowed: kernel 0, 1 or 2, gamma 0 or more", kernel,
                        constants[0]);
    }
    if (kernel == FILE_WHITENED) {
        LKA_TRY(read_whitening(&machine->whitening, store, machine->axes.columns, error));
        kernel = LKA_KERNEL_RADIAL;
    }
    return lka_kernel_sum_init(&machine->sum, kernel, constants[0], constants[1], points, coefficients, count,
                               machine->axes.columns, error);
}

static lka_status read_machine(struct lka_kernel_machine *machine, const struct lka_space *space,
                               const struct lka_tensor_store *store, struct lka_error *error)
{
    size_t count = 0;
    double *points;
    double *coefficients = NULL;
    LKA_TRY(lka_axes_init(&machine->axes, space, error));
    LKA_TRY(count_points(store, machine->axes.columns, &count, error));
    LKA_TRY(read_scale(&machine->axes, store, error));
    LKA_TRY(LKA_NEW(machine->people, count, error));
    LKA_TRY(read_counts(store, "people", count, machine->people, error));
    LKA_TRY(LKA_NEW(points, count * machine->axes.columns, error));
    lka_status status = LKA_NEW(coefficients, count, error);
    if (status == LKA_OK) {
        status = read_sum(machine, store, count, points, coefficients, error);
    }
    lka_free(points);
    lka_free(coefficients);
    return status;
}

lka_status lka_kernel_machine_load(const struct lka_model_family *family, const struct lka_space *space,
                                   const struct lka_tensor_store *store, struct lka_family_model **model,
                                   struct lka_error *error)
{
    struct lka_kernel_machine *machine;
    *model = NULL;
    LKA_TRY(LKA_NEW(machine, 1, error));
    machine->base.family = family;
    lka_status status = read_machine(machine, space, store, error);
    if (status != LKA_OK) {
        lka_kernel_machine_free(&machine->base);
        return status;
    }
    *model = &machine->base;
    return LKA_OK;
}
