#include "train/presence.h"

#include "base/elementary.h"
#include "base/hash.h"

enum { FOLDS = 5 };

/* Rows to tell apart: those from `first` to before `end`. */
struct sets {
    const struct lka_learning *learning;
    size_t first;
    size_t end;
    const uint8_t *label; /* by row of the block */
    const uint8_t *fold;
    double *score; /* by row */
};

/* What an empty and a filled cell of one feature say, by the rows outside each fold. */
static void add_feature(struct sets *sets, size_t feature)
{
    const uint16_t *code = lka_block_codes(&sets->learning->block, feature);
    double counts[FOLDS][2][2] = {0};
    double odds[FOLDS][2];
    for (size_t i = sets->first; i < sets->end; i++) {
        for (size_t fold = 0; fold < FOLDS; fold++) {
            counts[fold][sets->label[i]][code[i] != 0] += fold != sets->fold[i];
        }
    }
    for (size_t fold = 0; fold < FOLDS; fold++) {
        double ones = counts[fold][1][0] + counts[fold][1][1] + 1;
        double zeros = counts[fold][0][0] + counts[fold][0][1] + 1;
        for (int filled = 0; filled < 2; filled++) {
            odds[fold][filled] = lka_log((counts[fold][1][filled] + .5) / ones) -
                                 lka_log((counts[fold][0][filled] + .5) / zeros);
        }
    }
    for (size_t i = sets->first; i < sets->end; i++) {
        sets->score[i] += odds[sets->fold[i]][code[i] != 0];
    }
}

static size_t add_all(struct sets *sets, const struct lka_plan *plan)
{
    const struct lka_space *space = sets->learning->block.space;
    size_t used = 0;
    size_t last = SIZE_MAX;
    for (size_t f = 0; f < space->count; f++) {
        size_t column = space->features[f].column;
        if (column != last && space->features[f].has_missing && lka_plan_column_type(plan, column) != LKA_TYPE_LIST) {
            add_feature(sets, f);
            used++;
        }
        last = column;
    }
    return used;
}

/* Scores of the ones, then of the zeros, to the front of `score`, which has to have room behind the rows for as
 * many. */
static lka_status rank(struct sets *sets, struct lka_ranking *ranking, struct lka_error *error)
{
    double *ordered;
    size_t ones = 0;
    size_t zeros = 0;
    size_t count = sets->end - sets->first;
    LKA_TRY(LKA_NEW(ordered, count, error));
    for (size_t i = sets->first; i < sets->end; i++) {
        if (sets->label[i]) {
            ordered[ones++] = sets->score[i];
        } else {
            ordered[count - ++zeros] = sets->score[i];
        }
    }
    lka_status status = lka_rank_outside(ordered, ones, ordered + ones, zeros, ranking, error);
    lka_free(ordered);
    return status;
}

static lka_status tell_apart(const struct sets *sets, const struct lka_plan *plan, size_t *columns,
                             struct lka_ranking *ranking, struct lka_error *error)
{
    struct sets own = *sets;
    LKA_TRY(LKA_NEW(own.score, sets->end, error));
    *columns = add_all(&own, plan);
    lka_status status = *columns > 0 ? rank(&own, ranking, error) : LKA_OK;
    lka_free(own.score);
    return status;
}

/* One bit of the hash cuts the others in two; a cut that leaves one side empty tells nothing. */
static lka_status tell_halves(struct sets *sets, uint8_t *half, uint64_t key, const struct lka_plan *plan,
                              struct lka_ranking *ranking, struct lka_error *error)
{
    size_t columns;
    size_t ones = 0;
    for (size_t i = sets->first; i < sets->end; i++) {
        half[i] = lka_hash(key, sets->learning->ids[i]) & 1;
        ones += half[i];
    }
    sets->label = half;
    bool both = ones > 0 && ones < sets->end - sets->first;
    return both ? tell_apart(sets, plan, &columns, ranking, error) : LKA_OK;
}

lka_status lka_presence_measure(const struct lka_learning *learning, const struct lka_plan *plan,
                                struct lka_presence *presence, struct lka_error *error)
{
    uint8_t *fold;
    size_t count = learning->seeds + learning->pool;
    uint64_t key = lka_key(learning->seed, "presence");
    *presence = (struct lka_presence){0};
    LKA_TRY(LKA_NEW(fold, 2 * count, error));
    for (size_t i = 0; i < count; i++) {
        fold[i] = (uint8_t)(lka_hash(key, learning->ids[i]) % FOLDS);
    }
    struct sets sets = {.learning = learning, .end = count, .label = learning->label, .fold = fold};
    lka_status status = tell_apart(&sets, plan, &presence->columns, &presence->seeds, error);
    if (status == LKA_OK && presence->columns > 0) {
        sets.first = learning->seeds;
        status = tell_halves(&sets, fold + count, key + 1, plan, &presence->halves, error);
    }
    lka_free(fold);
    return status;
}
