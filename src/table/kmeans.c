#include "table/kmeans.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/landmarks.h"

enum { ITERATIONS = 20 };

static double *centre_of(const struct lka_kmeans *kmeans, size_t centre)
{
    return kmeans->centres + centre * (kmeans->columns + 1);
}

static void measure(struct lka_kmeans *kmeans)
{
    for (size_t k = 0; k < kmeans->count; k++) {
        const double *centre = centre_of(kmeans, k);
        kmeans->squares[k] = 0;
        for (size_t j = 0; j < kmeans->columns; j++) {
            kmeans->squares[k] += centre[j] * centre[j];
        }
    }
}

size_t lka_kmeans_nearest(const struct lka_kmeans *kmeans, const struct lka_points *points, size_t point)
{
    const uint32_t *columns = points->columns + point * points->width;
    const double *values = points->values + point * points->width;
    size_t nearest = 0;
    double least = 0;
    for (size_t k = 0; k < kmeans->count; k++) {
        const double *centre = centre_of(kmeans, k);
        double product = 0;
        for (size_t e = 0; e < points->width; e++) {
            product += values[e] * centre[columns[e]];
        }
        double distance = kmeans->squares[k] - 2 * product;
        if (k == 0 || distance < least) {
            nearest = k;
            least = distance;
        }
    }
    return nearest;
}

/* True if a point changed sides. */
static bool assign(const struct lka_kmeans *kmeans, const struct lka_points *points, uint8_t *of)
{
    bool changed = false;
    for (size_t i = 0; i < points->count; i++) {
        uint8_t nearest = (uint8_t)lka_kmeans_nearest(kmeans, points, i);
        changed |= of[i] != nearest;
        of[i] = nearest;
    }
    return changed;
}

/* A centre without points stays where it is. */
static void recentre(struct lka_kmeans *kmeans, const struct lka_points *points, const uint8_t *of)
{
    for (size_t k = 0; k < kmeans->count; k++) {
        double *centre = centre_of(kmeans, k);
        double people = 0;
        for (size_t i = 0; i < points->count; i++) {
            people += of[i] == k;
        }
        if (people == 0) {
            continue;
        }
        memset(centre, 0, (kmeans->columns + 1) * sizeof *centre);
        for (size_t i = 0; i < points->count; i++) {
            for (size_t e = i * points->width; of[i] == k && e < (i + 1) * points->width; e++) {
                centre[points->columns[e]] += points->values[e] / people;
            }
        }
        centre[kmeans->columns] = 0;
    }
    measure(kmeans);
}

static lka_status start(struct lka_kmeans *kmeans, const struct lka_points *points, struct lka_random *random,
                        const struct lka_session *session, struct lka_error *error)
{
    struct lka_landmarks landmarks;
    LKA_TRY(lka_landmarks_init(&landmarks, kmeans->count, kmeans->columns, error));
    lka_status status = lka_landmarks_add(&landmarks, points, kmeans->count, 1, random, session, error);
    for (size_t k = 0; status == LKA_OK && k < landmarks.count; k++) {
        memcpy(centre_of(kmeans, k), landmarks.cells + k * kmeans->columns, kmeans->columns * sizeof(double));
    }
    lka_landmarks_release(&landmarks);
    return status;
}

static lka_status iterate(struct lka_kmeans *kmeans, const struct lka_points *points, const struct lka_session *session,
                          struct lka_error *error)
{
    uint8_t *of;
    lka_status status = LKA_OK;
    LKA_TRY(LKA_NEW(of, points->count, error));
    measure(kmeans);
    for (int i = 0; i < ITERATIONS && status == LKA_OK && (assign(kmeans, points, of) || i == 0); i++) {
        recentre(kmeans, points, of);
        status = lka_step(session, "seeds report", (uint64_t)i, ITERATIONS, error);
    }
    lka_free(of);
    return status;
}

lka_status lka_kmeans_fit(struct lka_kmeans *kmeans, size_t count, size_t columns, const struct lka_points *points,
                          struct lka_random *random, const struct lka_session *session, struct lka_error *error)
{
    *kmeans = (struct lka_kmeans){.count = count, .columns = columns};
    lka_status status = LKA_NEW(kmeans->centres, count * (columns + 1), error);
    status = status != LKA_OK ? status : LKA_NEW(kmeans->squares, count, error);
    status = status != LKA_OK ? status : start(kmeans, points, random, session, error);
    status = status != LKA_OK ? status : iterate(kmeans, points, session, error);
    if (status != LKA_OK) {
        lka_kmeans_release(kmeans);
    }
    return status;
}

void lka_kmeans_release(struct lka_kmeans *kmeans)
{
    lka_free(kmeans->centres);
    lka_free(kmeans->squares);
    *kmeans = (struct lka_kmeans){0};
}
