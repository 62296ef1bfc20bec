/* The centroid's three scores written down plainly over a dense matrix, and Ledoit and Wolf's shrinkage against numbers
 * worked out elsewhere (numpy, and scikit-learn's ledoit_wolf_shrinkage). */
#include "models/centroid/centroid.h"
#include "models/shrinkage.h"

#include "base/random.h"

#include "run_suite.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>

#define ASSERT_NEAR(a, b) ck_assert_double_eq_tol((a), (b), 1e-9 * (1 + fabs(b)))

/* ---- shrinkage -------------------------------------------------------------------------------- */

enum { FEW = 7, WIDE = 4 };
static const double few[FEW][WIDE] = {{1.2, -0.3, 0.5, 2.0},  {0.1, 0.8, -1.1, 0.4},   {-0.7, 1.5, 0.2, -1.3},
                                      {2.2, -1.0, 0.9, 1.1},  {-1.4, 0.3, -0.6, -0.9}, {0.6, -0.2, 1.7, 0.3},
                                      {-0.5, 0.9, -0.8, -2.1}};

START_TEST(shrinkage_is_ledoit_and_wolfs)
{
    double intensity = lka_ledoit_wolf(12.83346355685131, 4.5457142857142854, 23.85350962099125, FEW, WIDE);
    ck_assert_double_eq_tol(intensity, 0.2053179074478047, 1e-14);
    ck_assert_double_eq(lka_ledoit_wolf(4, 4, 100, 2, 4), 1); /* the identity already */
    ck_assert_double_eq(lka_ledoit_wolf(8, 4, 1e9, 2, 4), 1); /* noise beyond all spread */
    ck_assert_double_eq(lka_ledoit_wolf(8, 4, 8, 100, 4), 0); /* no noise */
}
END_TEST

START_TEST(shrinkage_of_a_block)
{
    struct lka_feature features[WIDE];
    for (uint32_t f = 0; f < WIDE; f++) {
        features[f] = (struct lka_feature){"x", LKA_FEATURE_NUMBER, 2, f, false};
    }
    struct lka_space space = {features, WIDE};
    struct lka_block block;
    ck_assert_int_eq(lka_block_init(&block, &space, FEW, NULL), LKA_OK);
    block.count = FEW;
    for (size_t i = 0; i < FEW; i++) {
        for (size_t f = 0; f < WIDE; f++) {
            lka_block_values(&block, f)[i] = few[i][f];
            lka_block_codes(&block, f)[i] = 1;
        }
    }
    uint32_t rows[FEW] = {0, 1, 2, 3, 4, 5, 6};
    uint8_t label[FEW] = {1, 1, 0, 0, 0, 1, 0};
    struct lka_fit_input input = {.block = &block, .rows = rows, .count = FEW, .label = label};
    struct lka_moments moments;
    ck_assert_int_eq(lka_moments_init(&moments, &input, true, NULL), LKA_OK);
    ck_assert_double_eq_tol(moments.shrinkage, 0.22572821723909128, 1e-13); /* of the standardised columns */
    lka_moments_release(&moments);
    lka_block_release(&block);
}
END_TEST

/* ---- rows and a second opinion ---------------------------------------------------------------- */

enum { ROWS = 120, SEEDS = 30 };

struct rows {
    struct lka_feature features[6];
    struct lka_space space;
    struct lka_block block;
    uint32_t index[ROWS];
    uint8_t label[ROWS];
    double weight[ROWS];
};

static void make_rows(struct rows *rows)
{
    rows->features[0] = (struct lka_feature){"a", LKA_FEATURE_NUMBER, 4, 0, false};
    rows->features[1] = (struct lka_feature){"b", LKA_FEATURE_NUMBER, 4, 1, true};
    rows->features[2] = (struct lka_feature){"c", LKA_FEATURE_CODE, 6, 2, false};
    rows->features[3] = (struct lka_feature){"d", LKA_FEATURE_CODE, 3, 3, false}; /* no or yes: one column */
    rows->features[4] = (struct lka_feature){"e", LKA_FEATURE_CODE, 4, 4, true};
    rows->features[5] = (struct lka_feature){"constant", LKA_FEATURE_NUMBER, 2, 5, false};
    rows->space = (struct lka_space){rows->features, 6};
    ck_assert_int_eq(lka_block_init(&rows->block, &rows->space, ROWS, NULL), LKA_OK);
    rows->block.count = ROWS;
    for (uint32_t i = 0; i < ROWS; i++) {
        struct lka_random random = lka_random_start(2, i);
        bool seed = i < SEEDS;
        for (size_t f = 0; f < 6; f++) {
            const struct lka_feature *feature = &rows->features[f];
            uint32_t first = feature->has_missing ? 0 : 1;
            uint64_t code = first + lka_random_below(&random, feature->codes - first);
            code = seed && lka_random_below(&random, 2) ? feature->codes - 1 : code;
            double value = lka_random_normal(&random) + seed;
            bool number = feature->kind == LKA_FEATURE_NUMBER;
            lka_block_codes(&rows->block, f)[i] = (uint16_t)code;
            lka_block_values(&rows->block, f)[i] = !number ? NAN : code == 0 || f == 5 ? 0 : value;
        }
        rows->index[i] = i;
        rows->label[i] = seed;
        rows->weight[i] = 0.5 + lka_random_uniform(&random);
    }
}

/* Standardised rows, the classes' means, and the inverse of the shrunk covariance. */
struct plain {
    size_t width;
    double z[ROWS][32];
    double mean[2][32];
    double inverse[32][32];
};

static void standardise_plainly(struct plain *plain, const struct rows *rows)
{
    struct lka_design design;
    ck_assert_int_eq(lka_design_init(&design, &rows->space, false, NULL), LKA_OK);
    double *x = calloc(ROWS * design.count, sizeof *x);
    lka_design_fill(&design, &rows->block, NULL, ROWS, x);
    plain->width = 0;
    for (size_t j = 0; j < design.count; j++) {
        double mean = 0;
        double square = 0;
        for (size_t i = 0; i < ROWS; i++) {
            mean += x[i * design.count + j] / ROWS;
            square += x[i * design.count + j] * x[i * design.count + j] / ROWS;
        }
        double deviation = sqrt(square - mean * mean);
        for (size_t i = 0; i < ROWS && deviation > 0; i++) {
            plain->z[i][plain->width] = (x[i * design.count + j] - mean) / deviation;
        }
        plain->width += deviation > 0;
    }
    lka_design_release(&design);
    free(x);
}

static void take_means_plainly(struct plain *plain, const struct rows *rows, const double *weight)
{
    double total[2] = {0, 0};
    memset(plain->mean, 0, sizeof plain->mean);
    for (size_t i = 0; i < ROWS; i++) {
        total[rows->label[i]] += weight ? weight[i] : 1;
        for (size_t j = 0; j < plain->width; j++) {
            plain->mean[rows->label[i]][j] += plain->z[i][j] * (weight ? weight[i] : 1);
        }
    }
    for (size_t j = 0; j < plain->width; j++) {
        plain->mean[0][j] /= total[0];
        plain->mean[1][j] /= total[1];
    }
}

/* Lemmas 3.2 to 3.4 of the paper as they stand, row by row. */
static double shrinkage_plainly(const struct plain *plain, const gsl_matrix *covariance)
{
    double p = (double)plain->width;
    double spread = 0;
    double noise = 0;
    for (size_t j = 0; j < plain->width; j++) {
        for (size_t k = 0; k < plain->width; k++) {
            double entry = gsl_matrix_get(covariance, j, k);
            spread += (entry - (j == k)) * (entry - (j == k)) / p;
            for (size_t i = 0; i < ROWS; i++) {
                double off = plain->z[i][j] * plain->z[i][k] - entry;
                noise += off * off / p / ROWS / ROWS;
            }
        }
    }
    return fmin(noise, spread) / spread;
}

static void invert_plainly(struct plain *plain)
{
    size_t width = plain->width;
    gsl_matrix *covariance = gsl_matrix_calloc(width, width);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < width; j++) {
            for (size_t k = 0; k < width; k++) {
                *gsl_matrix_ptr(covariance, j, k) += plain->z[i][j] * plain->z[i][k] / ROWS;
            }
        }
    }
    double shrinkage = shrinkage_plainly(plain, covariance);
    gsl_matrix_scale(covariance, 1 - shrinkage);
    for (size_t j = 0; j < width; j++) {
        *gsl_matrix_ptr(covariance, j, j) += shrinkage;
    }
    ck_assert_int_eq(gsl_linalg_cholesky_decomp1(covariance), 0);
    gsl_linalg_cholesky_invert(covariance);
    for (size_t j = 0; j < width; j++) {
        for (size_t k = 0; k < width; k++) {
            plain->inverse[j][k] = gsl_matrix_get(covariance, j, k);
        }
    }
    gsl_matrix_free(covariance);
}

static double distance_plainly(const struct plain *plain, size_t row, const double *centre)
{
    double distance = 0;
    for (size_t j = 0; j < plain->width; j++) {
        for (size_t k = 0; k < plain->width; k++) {
            distance += (plain->z[row][j] - centre[j]) * plain->inverse[j][k] * (plain->z[row][k] - centre[k]);
        }
    }
    return distance;
}

/* ---- the three scores ------------------------------------------------------------------------- */

static struct lka_family_model *fit(const struct rows *rows, int metric, bool contrast, const double *weight)
{
    struct lka_centroid_options options = {.metric = metric, .contrast = contrast};
    struct lka_fit_input input = {.block = &rows->block,
                                  .rows = rows->index,
                                  .count = ROWS,
                                  .label = rows->label,
                                  .weight = weight,
                                  .options = &options};
    struct lka_family_model *model;
    struct lka_fit_info info;
    ck_assert_int_eq(lka_family_find("centroid")->fit(&input, &model, &info, NULL), LKA_OK);
    ck_assert(info.converged);
    return model;
}

static void score(const struct lka_family_model *model, const struct lka_block *block, double *scores)
{
    struct lka_arena scratch = {0};
    ck_assert_int_eq(model->family->score_block(model, block, &scratch, scores, NULL), LKA_OK);
    lka_arena_release(&scratch);
}

START_TEST(cosine)
{
    static struct rows rows;
    static struct plain plain;
    double scores[ROWS];
    make_rows(&rows);
    standardise_plainly(&plain, &rows);
    take_means_plainly(&plain, &rows, NULL);
    struct lka_family_model *model = fit(&rows, LKA_METRIC_COSINE, true, NULL);
    score(model, &rows.block, scores);
    for (size_t i = 0; i < ROWS; i++) {
        double dot = 0;
        double row = 0;
        double seeds = 0;
        for (size_t j = 0; j < plain.width; j++) {
            dot += plain.z[i][j] * plain.mean[1][j];
            row += plain.z[i][j] * plain.z[i][j];
            seeds += plain.mean[1][j] * plain.mean[1][j];
        }
        ASSERT_NEAR(scores[i], dot / sqrt(row * seeds));
    }
    model->family->free(model);
    lka_block_release(&rows.block);
}
END_TEST

START_TEST(mahalanobis_distance)
{
    static struct rows rows;
    static struct plain plain;
    double scores[ROWS];
    make_rows(&rows);
    standardise_plainly(&plain, &rows);
    take_means_plainly(&plain, &rows, NULL);
    invert_plainly(&plain);
    struct lka_family_model *model = fit(&rows, LKA_METRIC_MAHALANOBIS, false, NULL);
    score(model, &rows.block, scores);
    for (size_t i = 0; i < ROWS; i++) {
        ASSERT_NEAR(scores[i], -distance_plainly(&plain, i, plain.mean[1]));
    }
    model->family->free(model);
    lka_block_release(&rows.block);
}
END_TEST

START_TEST(mahalanobis_contrast)
{
    static struct rows rows;
    static struct plain plain;
    double scores[ROWS];
    make_rows(&rows);
    standardise_plainly(&plain, &rows);
    take_means_plainly(&plain, &rows, NULL);
    invert_plainly(&plain);
    struct lka_family_model *model = fit(&rows, LKA_METRIC_MAHALANOBIS, true, NULL);
    score(model, &rows.block, scores);
    for (size_t i = 0; i < ROWS; i++) {
        ASSERT_NEAR(scores[i], distance_plainly(&plain, i, plain.mean[0]) - distance_plainly(&plain, i, plain.mean[1]));
    }
    model->family->free(model);
    lka_block_release(&rows.block);
}
END_TEST

/* The means are weighted; rows count as many as would say the same if they weighed the same; a cosine needs no
 * matrix. */
START_TEST(weights_move_the_means)
{
    static struct rows rows;
    make_rows(&rows);
    struct lka_fit_input input = {
        .block = &rows.block, .rows = rows.index, .count = ROWS, .label = rows.label, .weight = rows.weight};
    struct lka_moments moments;
    ck_assert_int_eq(lka_moments_init(&moments, &input, false, NULL), LKA_OK);
    double sum = 0;
    double total = 0;
    double all = 0;
    double squares = 0;
    for (size_t i = 0; i < ROWS; i++) {
        sum += i < SEEDS ? rows.weight[i] * lka_block_values(&rows.block, 0)[i] : 0;
        total += i < SEEDS ? rows.weight[i] : 0;
        all += rows.weight[i];
        squares += rows.weight[i] * rows.weight[i];
    }
    ASSERT_NEAR(moments.seed_mean[moments.columns.of_value[0]], sum / total);
    ASSERT_NEAR(moments.effective, all * all / squares);
    ck_assert_ptr_null(moments.matrix);
    lka_moments_release(&moments);
    lka_block_release(&rows.block);
}
END_TEST

/* A missing value where none was missing before is no reason to be liked less, or more: it adds what the average row
 * adds. */
START_TEST(code_never_seen_is_average)
{
    static struct rows rows;
    double scores[ROWS];
    double parts[ROWS * 6];
    double base;
    make_rows(&rows);
    struct lka_family_model *model = fit(&rows, LKA_METRIC_MAHALANOBIS, true, NULL);
    lka_block_codes(&rows.block, 3)[0] = 0;
    score(model, &rows.block, scores);
    ck_assert_int_eq(model->family->contributions(model, &rows.block, parts, &base, NULL), LKA_OK);
    double mean = 0;
    for (size_t i = SEEDS; i < ROWS; i++) {
        mean += parts[i * 6 + 3] / (ROWS - SEEDS);
    }
    ASSERT_NEAR(parts[3], 0.0);
    ASSERT_NEAR(mean, 0.0);
    model->family->free(model);
    lka_block_release(&rows.block);
}
END_TEST

/* In a cosine it adds nothing to the product and nothing to the length: the angle is that of the other features. */
START_TEST(cosine_leaves_out_a_code_never_seen)
{
    static struct rows rows;
    double scores[ROWS];
    double parts[ROWS * 6];
    double base;
    make_rows(&rows);
    struct lka_family_model *model = fit(&rows, LKA_METRIC_COSINE, true, NULL);
    const struct lka_centroid *centroid = (const struct lka_centroid *)(const void *)model;
    lka_block_codes(&rows.block, 3)[0] = 0;
    score(model, &rows.block, scores);
    ck_assert_int_eq(model->family->contributions(model, &rows.block, parts, &base, NULL), LKA_OK);
    double product = 0;
    double square = 0;
    for (size_t f = 0; f < 6; f++) {
        square += f == 3 ? 0 : lka_squares_part(&centroid->squares, &rows.block, f, 0);
        product += f == 3 ? 0 : parts[f];
    }
    ASSERT_NEAR(parts[3], 0.0);
    ASSERT_NEAR(lka_squares_part(&centroid->squares, &rows.block, 3, 0), 0.0);
    ck_assert_double_gt(square, 0);
    ASSERT_NEAR(scores[0], product);
    model->family->free(model);
    lka_block_release(&rows.block);
}
END_TEST

/* ---- more columns than a matrix is kept for --------------------------------------------------- */

static void expect_many_columns(uint32_t codes, bool contrast)
{
    struct lka_feature feature = {"many", LKA_FEATURE_CODE, codes, 0, true};
    struct lka_space space = {&feature, 1};
    size_t count = codes;
    struct lka_block block;
    ck_assert_int_eq(lka_block_init(&block, &space, count, NULL), LKA_OK);
    block.count = count;
    uint32_t *rows = calloc(count, sizeof *rows);
    uint8_t *label = calloc(count, sizeof *label);
    double *scores = calloc(count, sizeof *scores);
    for (uint32_t i = 0; i < count; i++) {
        rows[i] = i;
        label[i] = i % 5 == 0;
        lka_block_codes(&block, 0)[i] = (uint16_t)(label[i] && i % 2 ? 7 : i);
    }
    struct lka_centroid_options options = {.contrast = contrast};
    struct lka_fit_input input = {.block = &block, .rows = rows, .count = count, .label = label, .options = &options};
    struct lka_family_model *model;
    struct lka_fit_info info;
    ck_assert_int_eq(lka_family_find("centroid")->fit(&input, &model, &info, NULL), LKA_OK);
    score(model, &block, scores);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(isfinite(scores[i]), "row %zu", i);
    }
    ck_assert_double_gt(scores[5], scores[1]); /* code 7, which seeds have, and another */
    model->family->free(model);
    lka_block_release(&block);
    free(rows);
    free(label);
    free(scores);
}

START_TEST(many_columns)
{
    expect_many_columns(LKA_MOST_FACTORED + 10, false);
    expect_many_columns(LKA_MOST_CORRELATED + 10, true);
}
END_TEST

/* ---- forged ----------------------------------------------------------------------------------- */

static lka_status forged_form(const void *user, const char *name, enum lka_tensor_type type, struct lka_tensor *tensor,
                              struct lka_error *error)
{
    static const double zeros[64];
    bool form = strcmp(name, "form") == 0;
    *tensor = (struct lka_tensor){type, 1, 1, form ? user : zeros};
    (void)error;
    return LKA_OK;
}

START_TEST(unknown_form_is_refused)
{
    struct lka_feature feature = {"x", LKA_FEATURE_NUMBER, 1, 0, false};
    struct lka_space space = {&feature, 1};
    struct lka_family_model *model;
    struct lka_error error;
    for (uint8_t form = 0; form < 6; form++) {
        struct lka_tensor_store store = {&form, forged_form};
        lka_status status = lka_family_find("centroid")->load(&space, &store, &model, &error);
        ck_assert_int_eq(status, form <= LKA_CENTROID_FULL ? LKA_OK : LKA_DATA);
        lka_family_find("centroid")->free(model);
    }
}
END_TEST

int main(void)
{
    lka_init();
    Suite *suite = suite_create("centroid");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, shrinkage_is_ledoit_and_wolfs);
    tcase_add_test(tests, shrinkage_of_a_block);
    tcase_add_test(tests, cosine);
    tcase_add_test(tests, mahalanobis_distance);
    tcase_add_test(tests, mahalanobis_contrast);
    tcase_add_test(tests, weights_move_the_means);
    tcase_add_test(tests, code_never_seen_is_average);
    tcase_add_test(tests, cosine_leaves_out_a_code_never_seen);
    tcase_add_test(tests, many_columns);
    tcase_add_test(tests, unknown_form_is_refused);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
