/* A ranking of weighted rows: recall and lift by tier, area under the curve. Rows that tie share a place: what is said
 * of them is the mean over their orders. */
#include "base/memory.h"
#include "base/parameters.h"
#include "train/metrics.h"

#include <math.h>
#include <stdlib.h>

struct row {
    double score;
    double weight;
    uint64_t index; /* breaks ties, so that sums have one order */
    bool label;
};

/* Sum and sum of squares of one class's weights, and what the placements of its rows add up to. */
struct class
{
    double total;
    double squares;
    double places; /* weighted sum of placements: the share of the other class that a row beats */
    double place_squares;
};

struct weighing {
    const struct row *rows; /* best first */
    uint64_t count;
    struct class of[2]; /* by label */
    struct lka_ranking *ranking;
};

static int best_first(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return (x->index > y->index) - (x->index < y->index);
}

/* Kish: as many rows of equal weight would say as much. */
static double effective(const struct class *class)
{
    return class->squares > 0 ? class->total * class->total / class->squares : 0;
}

static uint64_t end_of_tie(const struct weighing *weighing, uint64_t first)
{
    uint64_t end = first + 1;
    while (end < weighing->count && weighing->rows[end].score == weighing->rows[first].score) {
        end++;
    }
    return end;
}

/* Weight by label of the rows from `first` to `end`. */
static void sum_tie(const struct weighing *weighing, uint64_t first, uint64_t end, double sum[2])
{
    sum[0] = 0;
    sum[1] = 0;
    for (uint64_t i = first; i < end; i++) {
        sum[weighing->rows[i].label] += weighing->rows[i].weight;
    }
}

/* Tiers whose border lies in this tie, `above` (by label) being the weight before it. */
static void fill_tiers(struct weighing *weighing, const double above[2], const double tie[2])
{
    double all = weighing->of[0].total + weighing->of[1].total;
    double before = above[0] + above[1];
    double within = tie[0] + tie[1];
    for (size_t t = 0; t < LKA_TIERS; t++) {
        double border = lka_tier_share[t] * all;
        if (border <= before || border > before + within) {
            continue;
        }
        struct lka_tier *tier = &weighing->ranking->tiers[t];
        double trials = effective(&weighing->of[1]);
        tier->people = lka_amount_of((struct lka_amount){lka_tier_share[t], 0}, weighing->count);
        tier->recall = (above[1] + tie[1] * (border - before) / within) / weighing->of[1].total;
        tier->recall_interval = lka_wilson(tier->recall * trials, trials);
        tier->lift = tier->recall / lka_tier_share[t];
        tier->lift_interval = (struct lka_interval){tier->recall_interval.low / lka_tier_share[t],
                                                    tier->recall_interval.high / lka_tier_share[t]};
    }
}

static void add_placements(struct weighing *weighing, const double above[2], const double tie[2])
{
    /* A row of a class beats the other class's rows that stand below it, and half of those that tie. */
    for (int label = 0; label < 2; label++) {
        struct class *class = &weighing->of[label];
        double other = weighing->of[!label].total;
        double place = (other - above[!label] - tie[!label] / 2) / other;
        class->places += tie[label] * place;
        class->place_squares += tie[label] * place * place;
    }
}

/* DeLong, DeLong, Clarke-Pearson (1988) with weighted moments over effective numbers. */
static void fill_auc(struct weighing *weighing)
{
    static const double z95 = 1.959963984540054;
    struct lka_ranking *ranking = weighing->ranking;
    double variance = 0;
    for (int label = 0; label < 2; label++) {
        const struct class *class = &weighing->of[label];
        double mean = class->places / class->total;
        double size = effective(class);
        double spread = fmax(0, class->place_squares / class->total - mean * mean);
        variance += size > 1 ? spread / (size - 1) : .25;
    }
    ranking->auc = weighing->of[1].places / weighing->of[1].total;
    double half = z95 * sqrt(variance);
    ranking->auc_interval = (struct lka_interval){fmax(0, ranking->auc - half), fmin(1, ranking->auc + half)};
}

static void rank(struct weighing *weighing)
{
    double above[2] = {0, 0};
    for (uint64_t first = 0; first < weighing->count;) {
        uint64_t end = end_of_tie(weighing, first);
        double tie[2];
        sum_tie(weighing, first, end, tie);
        fill_tiers(weighing, above, tie);
        add_placements(weighing, above, tie);
        above[0] += tie[0];
        above[1] += tie[1];
        first = end;
    }
    fill_auc(weighing);
}

lka_status lka_rank_weighted(const double *scores, const uint8_t *label, const double *weight, uint64_t count,
                             struct lka_ranking *ranking, struct lka_error *error)
{
    struct row *rows;
    struct weighing weighing = {.count = count, .ranking = ranking};
    *ranking = (struct lka_ranking){0};
    LKA_TRY(LKA_NEW(rows, count, error));
    for (uint64_t i = 0; i < count; i++) {
        rows[i] = (struct row){scores[i], weight ? weight[i] : 1, i, label[i] != 0};
        struct class *class = &weighing.of[rows[i].label];
        class->total += rows[i].weight;
        class->squares += rows[i].weight * rows[i].weight;
        ranking->positives += rows[i].label;
    }
    ranking->others = count - ranking->positives;
    weighing.rows = rows;
    bool good = weighing.of[0].total > 0 && weighing.of[1].total > 0;
    if (good) {
        qsort(rows, count, sizeof *rows, best_first);
        rank(&weighing);
    }
    lka_free(rows);
    return good ? LKA_OK
                : lka_fail(error, LKA_DATA,
                           "a ranking needs rows of both groups with a weight above 0; %llu are of the one, %llu of "
                           "the other",
                           (unsigned long long)ranking->positives, (unsigned long long)ranking->others);
}
