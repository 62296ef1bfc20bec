/* train/groups.h: are the seeds one kind of people, or several? Groups by k-means in the space of table/points.h, from
 * the means that table/landmarks.h gives.
 *
 * How many: the largest number, up to 6, whose prediction strength is at least .8 (Tibshirani and Walther 2005) and
 * whose groups all have 100 people. Prediction strength: the seeds are halved, both halves are grouped, and of the
 * pairs that one half's groups hold together the share is taken that the other half's groups hold together too; of the
 * worst group, and of the worse half. What one cloud is cut into need not be there again in the other half; groups are.
 */
#ifndef LKA_TRAIN_GROUPS_H
#define LKA_TRAIN_GROUPS_H

#include "train/learning.h"

enum { LKA_GROUPS_MOST = 6, LKA_GROUP_LIKE = 3, LKA_GROUP_FLOOR = 100 };

/* Something that sets a group apart from the other seeds: of a number the middle, else a value that it has more
 * often. */
struct lka_trait {
    size_t feature;
    uint16_t code;     /* of a number: the bin that the group's median is in */
    uint16_t code_all; /* of a number: the same of all seeds */
    double share;      /* of the group; 0 for a number */
    double share_all;  /* of all seeds */
};

struct lka_seed_group {
    size_t people; /* at least 100 */
    size_t trait_count;
    struct lka_trait traits[LKA_GROUP_LIKE]; /* of different columns, the most telling first */
};

struct lka_seed_groups {
    size_t looked_at; /* seeds, the first in the order of their hashes; 0: too few, or too many features */
    size_t count;     /* 1: the seeds are one group */
    double strength;  /* of that number; 1 for one group */
    struct lka_seed_group groups[LKA_GROUPS_MOST]; /* the largest first; none for one group */
};

lka_status lka_seed_groups_find(const struct lka_learning *learning, struct lka_seed_groups *groups,
                                struct lka_error *error);

#endif
