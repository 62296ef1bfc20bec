/* table/landmarks.h: many people stood for by few means, so that a model can keep examples of what it learned without
 * keeping anybody.
 *
 * Bisecting k-means (Steinbach, Karypis, Kumar 2000) with balanced cuts: a group that is to give m landmarks is split
 * by 2-means (k-means++ starts, Arthur and Vassilvitskii 2007; Lloyd's iteration), and the border between the two
 * centres is shifted so that both sides can give a whole number of landmarks. The landmarks of a call so stand for
 * equally many people, to within one: none is too small, and none needs a weight, which libsvm has no place for. The
 * cost grows as people x features x log landmarks.
 */
#ifndef LKA_TABLE_LANDMARKS_H
#define LKA_TABLE_LANDMARKS_H

#include "base/random.h"
#include "base/session.h"
#include "table/points.h"

struct lka_landmarks {
    size_t count;
    size_t capacity;
    size_t columns;
    double *cells;    /* count x columns, row-major: the means */
    uint32_t *people; /* how many each one is the mean of */
};

lka_status lka_landmarks_init(struct lka_landmarks *landmarks, size_t capacity, size_t columns,
                              struct lka_error *error);
void lka_landmarks_release(struct lka_landmarks *landmarks);

/* Appends landmarks of the points: `most` of them, or fewer where there is not room for more or where a landmark would
 * stand for fewer than `least` people. (So none for fewer points than that.) The order of the points and the
 * random numbers decide; the points stay as they are. */
lka_status lka_landmarks_add(struct lka_landmarks *landmarks, const struct lka_points *points, size_t most,
                             size_t least, struct lka_random *random, const struct lka_session *session,
                             struct lka_error *error);

#endif
