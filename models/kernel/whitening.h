/* models/kernel/whitening.h: Mahalanobis's distance (1936) learned from groups: points are mapped so that the plain
 * distance of their images is it.
 *
 *     |R (x - y)|^2 = (x - y)' S^-1 (x - y),   R' R = S^-1
 *
 * S is the covariance within the groups: each group's points about the group's own mean, pooled, as in Fisher's
 * discriminant. Directions in which people of the same group differ much count little, and what parts the groups is not
 * taken for such a difference. (Relevant component analysis: Bar-Hillel, Hertz, Shental, Weinshall 2005.) S is shrunk
 * towards its mean variance by the share of Ledoit and Wolf (2004), and by a tenth at least: a value that hardly
 * anybody has hardly varies, and must not outweigh everything else.
 */
#ifndef LKA_MODELS_KERNEL_WHITENING_H
#define LKA_MODELS_KERNEL_WHITENING_H

#include "table/points.h"

enum { LKA_WHITENING_COLUMNS = 1024 }; /* at most: S is a full matrix */

struct lka_whitening {
    size_t columns; /* 0: there is none */
    double *rows;   /* (columns + 1) x columns: the image of each column's unit vector; the last row is 0 */
};

lka_status lka_whitening_init(struct lka_whitening *whitening, size_t columns, struct lka_error *error);
void lka_whitening_release(struct lka_whitening *whitening);

/* From the points of `groups` groups, one or more, each with a point at least. */
lka_status lka_whitening_learn(struct lka_whitening *whitening, const struct lka_points *points, size_t groups,
                               size_t columns, struct lka_error *error);

/* `images` (width: the columns) becomes the images of `points`; it must have room for them. */
void lka_whitening_map(const struct lka_whitening *whitening, const struct lka_points *points,
                       struct lka_points *images);

#endif
