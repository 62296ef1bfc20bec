#include "train/weights.h"

#include "base/elementary.h"
#include "base/hash.h"

double lka_weights_effective(const double *weight, size_t count)
{
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        sum += weight ? weight[i] : 1;
        squares += weight ? weight[i] * weight[i] : 1;
    }
    return squares > 0 ? sum * sum / squares : 0;
}

static void scale_to_mean_one(double *weight, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += weight[i];
    }
    for (size_t i = 0; i < count && sum > 0; i++) {
        weight[i] *= (double)count / sum;
    }
}

size_t lka_weights_trim(double *weight, size_t count, double most)
{
    size_t cut = 0;
    scale_to_mean_one(weight, count);
    for (size_t i = 0; i < count; i++) {
        cut += weight[i] > most;
        weight[i] = weight[i] > most ? most : weight[i];
    }
    scale_to_mean_one(weight, count);
    return cut;
}

/* Every row counts 1 where nothing else was said. */
static lka_status make_weights(struct lka_learning *learning, struct lka_error *error)
{
    if (learning->weight) {
        return LKA_OK;
    }
    LKA_TRY(LKA_NEW(learning->weight, learning->block.count, error));
    for (size_t i = 0; i < learning->seeds + learning->pool; i++) {
        learning->weight[i] = 1;
    }
    return LKA_OK;
}

lka_status lka_weights_resample(struct lka_learning *learning, uint64_t draw, struct lka_error *error)
{
    uint64_t key = lka_key(learning->seed, "resample") + draw;
    LKA_TRY(make_weights(learning, error));
    for (size_t i = 0; i < learning->seeds; i++) {
        double uniform = ((double)(lka_hash(key, learning->ids[i]) >> 12) + .5) * 0x1p-52;
        learning->weight[i] *= -lka_log(uniform);
    }
    return LKA_OK;
}

lka_status lka_weights_balance(struct lka_learning *learning, struct lka_error *error)
{
    size_t count = learning->seeds + learning->pool;
    double sums[2] = {0, 0};
    LKA_TRY(make_weights(learning, error));
    for (size_t i = 0; i < count; i++) {
        sums[learning->label[i]] += learning->weight[i];
    }
    double half = (sums[0] + sums[1]) / 2;
    for (size_t i = 0; i < count; i++) {
        learning->weight[i] *= half / sums[learning->label[i]];
    }
    return LKA_OK;
}

/* The weight that is kept for certain, by class. */
static void find_caps(const struct lka_learning *learning, const uint32_t *rows, size_t count, double caps[2])
{
    static const double most = 3;
    double sums[2] = {0, 0};
    double largest[2] = {0, 0};
    double counts[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        double weight = learning->weight[rows[i]];
        int label = learning->label[rows[i]];
        sums[label] += weight;
        counts[label] += 1;
        largest[label] = weight > largest[label] ? weight : largest[label];
    }
    for (int label = 0; label < 2; label++) {
        double bound = counts[label] > 0 ? most * sums[label] / counts[label] : 0;
        caps[label] = largest[label] < bound ? largest[label] : bound;
    }
}

size_t lka_weights_draw(const struct lka_learning *learning, const uint32_t *rows, size_t count, uint64_t key,
                        uint32_t *drawn)
{
    double caps[2];
    size_t kept = 0;
    find_caps(learning, rows, count, caps);
    for (size_t i = 0; i < count; i++) {
        double chance = (double)(lka_hash(key, learning->ids[rows[i]]) >> 11) * 0x1p-53;
        if (chance * caps[learning->label[rows[i]]] < learning->weight[rows[i]]) {
            drawn[kept++] = rows[i];
        }
    }
    return kept;
}
