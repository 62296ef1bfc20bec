#include "models/kernel/sample.h"

#include "base/hash.h"

enum { PEOPLE_PER_LANDMARK = 10 };

/* What bounds cost and memory: people a bag, their coordinates (12 bytes each), and the landmarks' numbers. */
enum { MOST_PEOPLE = 20000, MOST_COORDINATES = 1 << 23, MOST_NUMBERS = 1 << 22 };

/* A covariance is learned from so many people of a kind. */
enum { WHITENING_PEOPLE = 4096 };

/* People of one kind, in random order. */
struct people {
    uint32_t *rows;
    size_t count;
};

struct drawing {
    struct lka_kernel_sample *sample;
    const struct lka_fit_input *input;
    struct lka_points points; /* one bag */
    struct lka_points images; /* the same, where the metric is whitened */
    double *mean;             /* scratch of the variance */
    struct lka_random random;
    struct lka_kernel_metric metric;
    size_t least; /* people a landmark */
    size_t most;  /* landmarks of a kind */
    size_t bag;   /* people */
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t at_least(size_t a, size_t least)
{
    return a > least ? a : least;
}

/* ---- people ----------------------------------------------------------------------------------- */

static lka_status find_people(struct drawing *drawing, uint8_t label, struct people *people, struct lka_error *error)
{
    const struct lka_fit_input *input = drawing->input;
    *people = (struct people){0};
    LKA_TRY(LKA_NEW(people->rows, input->count, error));
    for (size_t i = 0; i < input->count; i++) {
        if (input->label[input->rows[i]] == label) {
            people->rows[people->count++] = input->rows[i];
        }
    }
    if (people->count < drawing->least) {
        lka_status status = lka_fail(error, LKA_DATA,
                                     "this family keeps means of at least %zu people; %zu %s to learn from are too few "
                                     "for one: choose another family, or --allow-examples",
                                     drawing->least, people->count, label ? "seeds" : "unlabelled rows");
        lka_free(people->rows);
        *people = (struct people){0};
        return status;
    }
    return LKA_OK;
}

/* ---- bags ------------------------------------------------------------------------------------- */

/* Landmarks of `count` people; returns their variance. */
static lka_status add_bag(struct drawing *drawing, const uint32_t *rows, size_t count, size_t most, double *variance,
                          struct lka_error *error)
{
    struct lka_kernel_sample *sample = drawing->sample;
    lka_points_fill(&drawing->points, &sample->axes, drawing->input->block, rows, 0, count);
    const struct lka_points *points = &drawing->points;
    if (drawing->metric.whitened) {
        lka_whitening_map(&sample->whitening, points, &drawing->images);
        points = &drawing->images;
    }
    *variance = lka_points_variance(points, sample->axes.columns, drawing->mean);
    return lka_landmarks_add(&sample->landmarks, points, most, drawing->least, &drawing->random,
                             drawing->input->session, error);
}

static lka_status add_seeds(struct drawing *drawing, const struct people *seeds, struct lka_error *error)
{
    struct lka_kernel_sample *sample = drawing->sample;
    LKA_TRY(add_bag(drawing, seeds->rows, drawing->bag, drawing->most, &sample->variance, error));
    sample->seeds = sample->landmarks.count;
    return LKA_OK;
}

static lka_status add_unlabelled(struct drawing *drawing, const struct people *unlabelled, struct lka_error *error)
{
    struct lka_kernel_sample *sample = drawing->sample;
    size_t people = smaller(drawing->bag, unlabelled->count);
    size_t each = at_least(sample->seeds * people / drawing->bag, 1);
    size_t bags = smaller((drawing->most + each - 1) / each, unlabelled->count / people);
    sample->variance = 0;
    for (size_t b = 0; b < bags; b++) {
        double variance;
        LKA_TRY(add_bag(drawing, unlabelled->rows + b * people, people, each, &variance, error));
        sample->variance += variance / (double)bags;
    }
    return LKA_OK;
}

/* ---- all of it -------------------------------------------------------------------------------- */

static lka_status prepare(struct drawing *drawing, size_t most, const struct people *seeds, struct lka_error *error)
{
    struct lka_kernel_sample *sample = drawing->sample;
    size_t features = at_least(sample->axes.features, 1);
    size_t columns = sample->axes.columns;
    size_t coordinates = drawing->metric.whitened ? at_least(columns, features) : features;
    drawing->most = smaller(most, at_least(MOST_NUMBERS / 2 / at_least(columns, 1), 1));
    drawing->bag = smaller(at_least(MOST_COORDINATES / coordinates, 2 * PEOPLE_PER_LANDMARK), MOST_PEOPLE);
    drawing->bag = smaller(drawing->bag, seeds->count);
    LKA_TRY(lka_points_init(&drawing->points, drawing->bag, features, error));
    if (drawing->metric.whitened) {
        LKA_TRY(lka_points_init(&drawing->images, drawing->bag, columns, error));
    }
    LKA_TRY(LKA_NEW(drawing->mean, columns + 1, error));
    return lka_landmarks_init(&sample->landmarks, 2 * drawing->most, columns, error);
}

/* A feature's columns go up to those of the next one. */
static void stretch(struct lka_axes *axes, const double *factor)
{
    for (size_t f = 0; factor && f < axes->features; f++) {
        size_t end = f + 1 < axes->features ? axes->axes[f + 1].column : axes->columns;
        for (size_t c = axes->axes[f].column; c < end; c++) {
            axes->scale[c] *= factor[f];
        }
    }
}

static lka_status whitening_points(const struct drawing *drawing, const struct people *people,
                                   struct lka_points *points, struct lka_error *error)
{
    const struct lka_axes *axes = &drawing->sample->axes;
    size_t count = smaller(people->count, WHITENING_PEOPLE);
    LKA_TRY(lka_points_init(points, count, at_least(axes->features, 1), error));
    lka_points_fill(points, axes, drawing->input->block, people->rows, 0, count);
    return LKA_OK;
}

static lka_status whiten(struct drawing *drawing, const struct people *seeds, const struct people *unlabelled,
                         struct lka_error *error)
{
    struct lka_points points[2] = {{0}, {0}};
    lka_status status = whitening_points(drawing, seeds, &points[0], error);
    if (status == LKA_OK && unlabelled) {
        status = whitening_points(drawing, unlabelled, &points[1], error);
    }
    if (status == LKA_OK) {
        status = lka_whitening_learn(&drawing->sample->whitening, points, unlabelled ? 2 : 1,
                                     drawing->sample->axes.columns, error);
    }
    lka_points_release(&points[0]);
    lka_points_release(&points[1]);
    return status;
}

static lka_status draw_bags(struct drawing *drawing, size_t most, const struct people *seeds,
                            const struct people *unlabelled, struct lka_error *error)
{
    const struct lka_fit_input *input = drawing->input;
    const struct people *learned = unlabelled ? NULL : seeds;
    lka_axes_learn(&drawing->sample->axes, input->block, learned ? learned->rows : input->rows,
                   learned ? learned->count : input->count);
    stretch(&drawing->sample->axes, drawing->metric.factor);
    lka_random_shuffle(&drawing->random, seeds->rows, seeds->count);
    if (drawing->metric.whitened) {
        LKA_TRY(whiten(drawing, seeds, unlabelled, error));
    }
    LKA_TRY(prepare(drawing, most, seeds, error));
    LKA_TRY(add_seeds(drawing, seeds, error));
    if (!unlabelled) {
        return LKA_OK;
    }
    lka_random_shuffle(&drawing->random, unlabelled->rows, unlabelled->count);
    return add_unlabelled(drawing, unlabelled, error);
}

lka_status lka_kernel_sample_draw(struct lka_kernel_sample *sample, const struct lka_fit_input *input, size_t most,
                                  bool with_unlabelled, struct lka_kernel_metric metric, struct lka_error *error)
{
    struct people seeds = {0};
    struct people unlabelled = {0};
    struct drawing drawing = {.sample = sample, .input = input, .metric = metric};
    *sample = (struct lka_kernel_sample){0};
    drawing.least = input->allow_examples ? 1 : PEOPLE_PER_LANDMARK;
    drawing.random = lka_random_start(lka_key(input->seed, "landmarks"), 0);
    lka_status status = find_people(&drawing, 1, &seeds, error);
    if (status == LKA_OK && with_unlabelled) {
        status = find_people(&drawing, 0, &unlabelled, error);
    }
    if (status == LKA_OK) {
        status = lka_axes_init(&sample->axes, input->block->space, error);
    }
    if (status == LKA_OK) {
        status = draw_bags(&drawing, most, &seeds, with_unlabelled ? &unlabelled : NULL, error);
    }
    lka_points_release(&drawing.points);
    lka_points_release(&drawing.images);
    lka_free(drawing.mean);
    lka_free(seeds.rows);
    lka_free(unlabelled.rows);
    if (status != LKA_OK) {
        lka_kernel_sample_release(sample);
    }
    return status;
}

void lka_kernel_sample_release(struct lka_kernel_sample *sample)
{
    lka_axes_release(&sample->axes);
    lka_whitening_release(&sample->whitening);
    lka_landmarks_release(&sample->landmarks);
    *sample = (struct lka_kernel_sample){0};
}
