#include "table/landmarks.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>

/* A split needs a direction and not the last digit of it: 2-means looks at so many people of a group. */
enum { SAMPLE = 256, STARTS = 2, ITERATIONS = 6 };

lka_status lka_landmarks_init(struct lka_landmarks *landmarks, size_t capacity, size_t columns, struct lka_error *error)
{
    *landmarks = (struct lka_landmarks){.capacity = capacity, .columns = columns};
    lka_status status = LKA_NEW(landmarks->cells, capacity * columns, error);
    if (status == LKA_OK) {
        status = LKA_NEW(landmarks->people, capacity, error);
    }
    if (status != LKA_OK) {
        lka_landmarks_release(landmarks);
    }
    return status;
}

void lka_landmarks_release(struct lka_landmarks *landmarks)
{
    lka_free(landmarks->cells);
    lka_free(landmarks->people);
    *landmarks = (struct lka_landmarks){0};
}

/* ---- a pair of centres ------------------------------------------------------------------------ */

struct pair {
    double *centre[2]; /* columns + 1 numbers each */
    double square[2];  /* their squared lengths */
    double spread;     /* of the sample: the sum of squared distances to the nearer centre */
};

struct ranked {
    double margin;
    uint32_t point;
};

struct splitter {
    const struct lka_points *points;
    struct lka_landmarks *landmarks;
    const struct lka_session *session;
    struct lka_random *random;
    double *square;       /* squared length, by point */
    struct ranked *order; /* the points; a group is a range of it */
    struct pair best;
    struct pair trial;
    double *vectors; /* what the centres point into */
    uint32_t sample[SAMPLE];
    size_t sampled;
    size_t goal; /* landmarks there will be at the end */
};

static double product(const struct lka_points *points, size_t point, const double *vector)
{
    const uint32_t *columns = points->columns + point * points->width;
    const double *values = points->values + point * points->width;
    double sum = 0;
    for (size_t e = 0; e < points->width; e++) {
        sum += values[e] * vector[columns[e]];
    }
    return sum;
}

static void add_point(const struct lka_points *points, size_t point, double *vector)
{
    const uint32_t *columns = points->columns + point * points->width;
    const double *values = points->values + point * points->width;
    for (size_t e = 0; e < points->width; e++) {
        vector[columns[e]] += values[e];
    }
}

static void clear(const struct splitter *splitter, double *vector)
{
    memset(vector, 0, (splitter->landmarks->columns + 1) * sizeof *vector);
}

static double distance(const struct splitter *splitter, const struct pair *pair, int side, uint32_t point)
{
    double squared = splitter->square[point] + pair->square[side] -
                     2 * product(splitter->points, point, pair->centre[side]);
    return squared > 0 ? squared : 0;
}

static void centre_on_point(const struct splitter *splitter, struct pair *pair, int side, uint32_t point)
{
    clear(splitter, pair->centre[side]);
    add_point(splitter->points, point, pair->centre[side]);
    pair->square[side] = splitter->square[point];
}

/* k-means++: the first centre is any point, the second one with a probability that grows with its squared distance. */
static void start_pair(struct splitter *splitter, struct pair *pair)
{
    uint32_t first = splitter->sample[lka_random_below(splitter->random, splitter->sampled)];
    double distances[SAMPLE];
    double total = 0;
    centre_on_point(splitter, pair, 0, first);
    for (size_t i = 0; i < splitter->sampled; i++) {
        distances[i] = distance(splitter, pair, 0, splitter->sample[i]);
        total += distances[i];
    }
    double drawn = lka_random_uniform(splitter->random) * total;
    size_t second = 0;
    while (second + 1 < splitter->sampled && drawn >= distances[second]) {
        drawn -= distances[second];
        second++;
    }
    centre_on_point(splitter, pair, 1, splitter->sample[second]);
}

/* Says for each point of the sample which centre is nearer; true if something changed. */
static bool assign(const struct splitter *splitter, struct pair *pair, uint8_t *side)
{
    bool changed = false;
    pair->spread = 0;
    for (size_t i = 0; i < splitter->sampled; i++) {
        double to_first = distance(splitter, pair, 0, splitter->sample[i]);
        double to_second = distance(splitter, pair, 1, splitter->sample[i]);
        uint8_t nearer = to_second < to_first;
        changed |= side[i] != nearer;
        side[i] = nearer;
        pair->spread += nearer ? to_second : to_first;
    }
    return changed;
}

/* A centre without points stays where it is. */
static void recentre(const struct splitter *splitter, struct pair *pair, const uint8_t *side)
{
    size_t columns = splitter->landmarks->columns;
    for (int s = 0; s < 2; s++) {
        double *centre = pair->centre[s];
        size_t count = 0;
        for (size_t i = 0; i < splitter->sampled; i++) {
            count += side[i] == s;
        }
        if (count == 0) {
            continue;
        }
        clear(splitter, centre);
        for (size_t i = 0; i < splitter->sampled; i++) {
            if (side[i] == s) {
                add_point(splitter->points, splitter->sample[i], centre);
            }
        }
        pair->square[s] = 0;
        for (size_t j = 0; j < columns; j++) {
            centre[j] /= (double)count;
            pair->square[s] += centre[j] * centre[j];
        }
    }
}

/* The best of several starts ends in splitter->best. */
static void two_means(struct splitter *splitter, size_t first, size_t count)
{
    splitter->sampled = count < SAMPLE ? count : SAMPLE;
    for (size_t i = 0; i < splitter->sampled; i++) {
        splitter->sample[i] = splitter->order[first + i * count / splitter->sampled].point;
    }
    for (int start = 0; start < STARTS; start++) {
        uint8_t side[SAMPLE] = {0};
        start_pair(splitter, &splitter->trial);
        assign(splitter, &splitter->trial, side);
        for (int i = 0; i < ITERATIONS; i++) {
            recentre(splitter, &splitter->trial, side);
            if (!assign(splitter, &splitter->trial, side)) {
                break;
            }
        }
        if (start == 0 || splitter->trial.spread < splitter->best.spread) {
            struct pair better = splitter->trial;
            splitter->trial = splitter->best;
            splitter->best = better;
        }
    }
}

/* ---- splitting -------------------------------------------------------------------------------- */

static int by_margin(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;
    if (a->margin != b->margin) {
        return a->margin < b->margin ? -1 : 1;
    }
    return a->point < b->point ? -1 : a->point > b->point;
}

/* Sorts a group by how much nearer the first centre is; returns how many are nearer to it. */
static size_t sort_group(struct splitter *splitter, size_t first, size_t count)
{
    struct pair *pair = &splitter->best;
    double *direction = splitter->trial.centre[0];
    size_t nearer = 0;
    for (size_t j = 0; j <= splitter->landmarks->columns; j++) {
        direction[j] = pair->centre[1][j] - pair->centre[0][j];
    }
    for (size_t i = first; i < first + count; i++) {
        struct ranked *ranked = &splitter->order[i];
        ranked->margin = 2 * product(splitter->points, ranked->point, direction) + pair->square[0] - pair->square[1];
        nearer += ranked->margin < 0;
    }
    qsort(splitter->order + first, count, sizeof *splitter->order, by_margin);
    return nearer;
}

static void add_landmark(struct splitter *splitter, size_t first, size_t count)
{
    struct lka_landmarks *landmarks = splitter->landmarks;
    double *mean = splitter->trial.centre[0];
    double *cells = landmarks->cells + landmarks->count * landmarks->columns;
    clear(splitter, mean);
    for (size_t i = first; i < first + count; i++) {
        add_point(splitter->points, splitter->order[i].point, mean);
    }
    for (size_t j = 0; j < landmarks->columns; j++) {
        cells[j] = mean[j] / (double)count;
    }
    landmarks->people[landmarks->count++] = (uint32_t)count;
}

/* `count` people from `first` of the order give `share` landmarks; count / share never gets smaller on the way down.
 * Neither side gets less than a quarter of the landmarks, so that people far off, who would be split off a few
 * at a time, do not make the way long. */
static lka_status split(struct splitter *splitter, size_t first, size_t count, size_t share, struct lka_error *error)
{
    LKA_TRY(lka_step(splitter->session, "fit", splitter->landmarks->count, splitter->goal, error));
    if (share == 1) {
        add_landmark(splitter, first, count);
        return LKA_OK;
    }
    two_means(splitter, first, count);
    size_t nearer = sort_group(splitter, first, count);
    size_t least = (share + 3) / 4;
    size_t left = (nearer * share + count / 2) / count;
    left = left < least ? least : left > share - least ? share - least : left;
    size_t cut = count * left / share;
    LKA_TRY(split(splitter, first, cut, left, error));
    return split(splitter, first + cut, count - cut, share - left, error);
}

/* ---- all of it -------------------------------------------------------------------------------- */

static void splitter_release(struct splitter *splitter)
{
    lka_free(splitter->square);
    lka_free(splitter->order);
    lka_free(splitter->vectors);
}

static lka_status splitter_init(struct splitter *splitter, struct lka_error *error)
{
    size_t length = splitter->landmarks->columns + 1;
    size_t count = splitter->points->count;
    LKA_TRY(LKA_NEW(splitter->square, count, error));
    LKA_TRY(LKA_NEW(splitter->order, count, error));
    LKA_TRY(LKA_NEW(splitter->vectors, 4 * length, error));
    for (int side = 0; side < 2; side++) {
        splitter->best.centre[side] = splitter->vectors + (size_t)side * length;
        splitter->trial.centre[side] = splitter->vectors + (size_t)(side + 2) * length;
    }
    for (size_t i = 0; i < count; i++) {
        splitter->square[i] = lka_point_square(splitter->points, i);
        splitter->order[i].point = (uint32_t)i;
    }
    return LKA_OK;
}

lka_status lka_landmarks_add(struct lka_landmarks *landmarks, const struct lka_points *points, size_t most,
                             size_t least, struct lka_random *random, const struct lka_session *session,
                             struct lka_error *error)
{
    size_t share = points->count / (least > 0 ? least : 1);
    size_t room = landmarks->capacity - landmarks->count;
    share = share < most ? share : most;
    share = share < room ? share : room;
    if (share == 0) {
        return LKA_OK;
    }
    struct splitter splitter = {.points = points,
                                .landmarks = landmarks,
                                .session = session,
                                .random = random,
                                .goal = landmarks->count + share};
    lka_status status = splitter_init(&splitter, error);
    if (status == LKA_OK) {
        status = split(&splitter, 0, points->count, share, error);
    }
    splitter_release(&splitter);
    return status;
}
