/* table/kmeans.h: k-means of the points of table/points.h: Lloyd's iteration from the balanced means of
 * table/landmarks.h. */
#ifndef LKA_TABLE_KMEANS_H
#define LKA_TABLE_KMEANS_H

#include "base/random.h"
#include "base/session.h"
#include "table/points.h"

struct lka_kmeans {
    size_t count;
    size_t columns;
    double *centres; /* count x (columns + 1); the last column is 0 */
    double *squares; /* their squared lengths */
};

/* At least `count` points. The same points, in the same order, and random numbers give the same centres. */
lka_status lka_kmeans_fit(struct lka_kmeans *kmeans, size_t count, size_t columns, const struct lka_points *points,
                          struct lka_random *random, const struct lka_session *session, struct lka_error *error);
void lka_kmeans_release(struct lka_kmeans *kmeans);

/* The nearest centre; of several the first. */
size_t lka_kmeans_nearest(const struct lka_kmeans *kmeans, const struct lka_points *points, size_t point);

#endif
