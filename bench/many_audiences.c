/* Many audiences in one pass: MODELS linear models x ROWS prospects x 32 features, the exact top 1% of each, beside a
 * cache-blocked OpenBLAS float32 product of that size, which selects nothing and drops its scores.
 *
 *     bench/many_audiences [MODELS [ROWS [ROUNDS]]]
 *
 * Rows are encoded already; one thread; CPU seconds, medians. Each model has 5 members; a twentieth of the rows may
 * have been learned from, and is scored by one member alone. First the tops are compared, key by key to the bit, with
 * those of the path that scores one model (CHECKED of them, spread evenly). Fails if one differs, or above five times the
 * product, by value or by rank. */
#include "base/hash.h"
#include "base/memory.h"
#include "base/random.h"
#include "score/many.h"
#include "score/shortlist.h"
#include "score/top.h"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FEATURES = 32, BINS = 32, CODES = BINS + 2, FOLDS = 5, CHECKED = 20, BLOCK = 4080, ID = 12 };

#include "tests/logistic_by_hand.h"

static const double SHARE = .01;

struct setting {
    size_t models;
    size_t rows;
    bool by_value; /* a slope a feature; else a table of its codes */
    struct lka_model_list list;
    struct lka_plan *plan;
    struct lka_block *blocks;
    char *ids;
    float *left;  /* rows x features */
    float *right; /* models x features */
};

static void must(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "many_audiences: %s\n", what);
        exit(1);
    }
}

static double cpu(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- models and rows --------------------------------------------------------------------------- */

static struct lka_plan *make_plan(void)
{
    struct lka_text yaml = {0};
    struct lka_plan *plan = NULL;
    lka_text_string(&yaml, "lookalike_plan: 1\nas_of: 2025-06-30\nclip: 8\ncolumns:\n");
    for (int f = 0; f < FEATURES; f++) {
        lka_text_format(
            &yaml, "  - name: x%d\n    type: number\n    missing: true\n    centre: 0\n    scale: 1\n    edges: [", f);
        for (int e = 0; e < BINS; e++) {
            lka_text_format(&yaml, "%s%g", e ? ", " : "", -3 + 6.0 * e / BINS);
        }
        lka_text_string(&yaml, "]\n");
    }
    lka_text_string(&yaml, "left_out: []\n");
    struct lka_error error = {0};
    must(lka_plan_read(yaml.bytes, yaml.length, "plan", &plan, &error) == LKA_OK, error.message);
    lka_text_release(&yaml);
    return plan;
}

static struct lka_family_model *make_member(const struct setting *setting, struct logistic_tensors *tensors,
                                            struct lka_random *random)
{
    struct lka_tensor_store store = {tensors, logistic_tensor};
    struct lka_family_model *made = NULL;
    struct lka_error error = {0};
    for (size_t f = 0; f < FEATURES; f++) {
        double step = .02 * lka_random_normal(random);
        tensors->slope[f] += setting->by_value ? step : 0;
        for (size_t c = 0; c < CODES && !setting->by_value; c++) {
            tensors->table[f * CODES + c] += step;
        }
    }
    lka_status status = lka_family_find("logistic")->load(lka_plan_space(setting->plan), &store, &made, &error);
    must(status == LKA_OK, error.message);
    return made;
}

static struct lka_model *make_model(const struct setting *setting, uint64_t seed)
{
    struct lka_random random = lka_random_start(seed, 0);
    struct lka_model *model = calloc(1, sizeof *model);
    struct logistic_tensors *tensors = calloc(1, sizeof *tensors);
    must(model && tensors, "no memory");
    for (size_t f = 0; f < FEATURES; f++) {
        double slope = .3 * lka_random_normal(&random);
        tensors->slope[f] = setting->by_value ? slope : 0;
        for (size_t c = 1; c < CODES && !setting->by_value; c++) {
            tensors->table[f * CODES + c] = slope * (-3 + 6.0 * (double)c / BINS) + .05 * lka_random_normal(&random);
        }
    }
    *model = (struct lka_model){.plan = setting->plan,
                                .family = lka_family_find("logistic"),
                                .member_count = FOLDS,
                                .seed = 1,
                                .fold_key = lka_key(1, "fold"),
                                .sample_key = lka_key(1, "sample"),
                                .sample_threshold = UINT64_MAX / 20};
    struct lka_error error = {0};
    for (size_t m = 0; m < FOLDS; m++) {
        model->members[m] = make_member(setting, tensors, &random);
    }
    must(lka_model_average(model, &error) == LKA_OK, error.message);
    free(tensors);
    return model;
}

static void make_block(struct setting *setting, size_t index, struct lka_random *random)
{
    struct lka_block *block = &setting->blocks[index];
    size_t first = index * BLOCK;
    struct lka_error error = {0};
    must(lka_block_init(block, lka_plan_space(setting->plan), BLOCK, &error) == LKA_OK, error.message);
    block->count = setting->rows - first < BLOCK ? setting->rows - first : BLOCK;
    for (size_t i = 0; i < block->count; i++) {
        snprintf(setting->ids + (first + i) * ID, ID, "P%010zu", first + i);
        for (size_t f = 0; f < FEATURES; f++) {
            double value = lka_random_normal(random);
            double bin = floor((value + 3) / 6 * BINS);
            lka_block_values(block, f)[i] = value;
            lka_block_codes(block, f)[i] = (uint16_t)(bin < 0 ? 1 : bin >= BINS ? BINS + 1 : 2 + (int)bin);
            setting->left[(first + i) * FEATURES + f] = (float)value;
        }
    }
}

static void make_setting(struct setting *setting)
{
    struct lka_random random = lka_random_start(7, 0);
    size_t blocks = (setting->rows + BLOCK - 1) / BLOCK;
    setting->plan = make_plan();
    setting->list.count = setting->models;
    setting->list.items = calloc(setting->models, sizeof *setting->list.items);
    setting->blocks = calloc(blocks, sizeof *setting->blocks);
    setting->ids = calloc(setting->rows + 1, ID);
    setting->left = calloc(setting->rows, FEATURES * sizeof *setting->left);
    setting->right = calloc(setting->models, FEATURES * sizeof *setting->right);
    must(setting->list.items && setting->blocks && setting->ids && setting->left && setting->right, "no memory");
    for (size_t b = 0; b < blocks; b++) {
        make_block(setting, b, &random);
    }
    for (size_t m = 0; m < setting->models; m++) {
        setting->list.items[m].model = make_model(setting, 100 + m);
        for (size_t f = 0; f < FEATURES; f++) {
            setting->right[m * FEATURES + f] = (float)(.3 * lka_random_normal(&random));
        }
    }
}

static struct lka_span id_of(const struct setting *setting, size_t row)
{
    return (struct lka_span){setting->ids + row * ID, ID - 1};
}

/* ---- ours -------------------------------------------------------------------------------------- */

static void take_hits(struct lka_many *many, struct lka_shortlist *tops, const struct setting *setting,
                      const struct lka_many_block *block, size_t first, size_t seen)
{
    struct lka_error error = {0};
    uint64_t tie_key = lka_key(1, "tie");
    uint64_t ties[BLOCK];
    for (size_t i = 0; i < seen - first; i++) {
        ties[i] = lka_hash(tie_key, id_of(setting, first + i));
    }
    for (size_t h = 0; h < block->pass.hit_count; h++) {
        const struct lka_hit *hit = &block->pass.hits[h];
        size_t row = first + hit->row;
        struct lka_shortlist_entry entry = {lka_score_key(hit->score), ties[hit->row], row};
        struct lka_shortlist *top = &tops[hit->model];
        if (lka_shortlist_takes(top, entry.key, entry.tie)) {
            must(lka_shortlist_add(top, &entry, &error) == LKA_OK, error.message);
        }
    }
    for (size_t m = 0; m < many->count; m++) {
        lka_shortlist_saw(&tops[m], seen);
        atomic_store_explicit(&many->contenders[m].key, tops[m].cut_key, memory_order_relaxed);
    }
}

static void score_all(const struct setting *setting, struct lka_many *many, struct lka_many_block *block,
                      struct lka_shortlist *tops)
{
    struct lka_error error = {0};
    struct lka_arena scratch = {0};
    size_t wanted = lka_amount_of((struct lka_amount){.share = SHARE}, setting->rows);
    for (size_t m = 0; m < many->count; m++) {
        lka_shortlist_init(&tops[m], SHARE, 0);
        atomic_store(&many->contenders[m].key, UINT64_MAX);
    }
    for (size_t first = 0; first < setting->rows; first += BLOCK) {
        size_t count = setting->blocks[first / BLOCK].count;
        block->encoded.views[0] = setting->blocks[first / BLOCK];
        for (size_t i = 0; i < count; i++) {
            block->ids[i] = id_of(setting, first + i);
        }
        must(lka_many_score(block, count, &scratch, &error) == LKA_OK, error.message);
        take_hits(many, tops, setting, block, first, first + count);
    }
    for (size_t m = 0; m < many->count; m++) {
        must(lka_shortlist_finish(&tops[m], wanted), "a guess was wrong: the rows would have to come again");
    }
    lka_arena_release(&scratch);
}

/* ---- one model alone --------------------------------------------------------------------------- */

static int by_order(const void *a, const void *b)
{
    const struct lka_shortlist_entry *x = a;
    const struct lka_shortlist_entry *y = b;
    return x->key != y->key ? (x->key > y->key) - (x->key < y->key) : (x->tie > y->tie) - (x->tie < y->tie);
}

static double check_model(const struct setting *setting, size_t m, struct lka_shortlist *top)
{
    const struct lka_model *model = setting->list.items[m].model;
    struct lka_shortlist_entry *all = calloc(setting->rows, sizeof *all);
    struct lka_arena scratch = {0};
    struct lka_error error = {0};
    double spent = 0;
    must(all != NULL, "no memory");
    for (size_t first = 0; first < setting->rows; first += BLOCK) {
        const struct lka_block *block = &setting->blocks[first / BLOCK];
        uint8_t member[BLOCK];
        double scores[BLOCK];
        double start = cpu();
        for (size_t i = 0; i < block->count; i++) {
            member[i] = (uint8_t)lka_model_member(model, id_of(setting, first + i), false);
        }
        must(lka_model_score_by(model, block, member, &scratch, scores, &error) == LKA_OK, error.message);
        spent += cpu() - start;
        for (size_t i = 0; i < block->count; i++) {
            all[first + i] = (struct lka_shortlist_entry){
                lka_score_key(scores[i] + 0.0), lka_hash(lka_key(1, "tie"), id_of(setting, first + i)), first + i};
        }
    }
    qsort(all, setting->rows, sizeof *all, by_order);
    qsort(top->entries, top->count, sizeof *all, by_order);
    bool same = memcmp(all, top->entries, top->count * sizeof *all) == 0;
    must(same && top->count == lka_amount_of((struct lka_amount){.share = SHARE}, setting->rows),
         "a top differs from that of the model alone; no ratio");
    free(all);
    lka_arena_release(&scratch);
    return spent;
}

/* ---- the product ------------------------------------------------------------------------------- */

static double product(const struct setting *setting, size_t rows)
{
    float *scores = calloc(rows * setting->models, sizeof *scores);
    must(scores != NULL, "no memory");
    double start = cpu();
    for (size_t first = 0; first < setting->rows; first += rows) {
        size_t count = setting->rows - first < rows ? setting->rows - first : rows;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)count, (int)setting->models, FEATURES, 1,
                    setting->left + first * FEATURES, FEATURES, setting->right, FEATURES, 0, scores,
                    (int)setting->models);
    }
    double spent = cpu() - start;
    free(scores);
    return spent;
}

/* The block size that suits this CPU best. */
static size_t best_rows(const struct setting *setting)
{
    size_t best = 64;
    double least = product(setting, best);
    for (size_t rows = 128; rows <= 8192; rows *= 2) {
        double spent = product(setting, rows);
        best = spent < least ? rows : best;
        least = spent < least ? spent : least;
    }
    return best;
}

/* ---- all of it --------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *numbers, size_t count)
{
    qsort(numbers, count, sizeof *numbers, by_number);
    return numbers[count / 2];
}

static double compare(struct setting *setting, size_t rounds)
{
    double ours[32];
    double theirs[32];
    double alone = 0;
    struct lka_error error = {0};
    struct lka_many many;
    struct lka_many_block *block;
    must(lka_many_init(&many, &setting->list, true, &error) == LKA_OK, error.message);
    must(lka_many_block_new(&many, BLOCK, &block, &error) == LKA_OK, error.message);
    struct lka_shortlist *tops = calloc(setting->models, sizeof *tops);
    must(tops != NULL, "no memory");
    size_t rows = best_rows(setting);
    for (size_t r = 0; r < rounds; r++) {
        theirs[r] = product(setting, rows);
        double start = cpu();
        score_all(setting, &many, block, tops);
        ours[r] = cpu() - start;
        size_t checked = r == 0 ? CHECKED : 0;
        for (size_t c = 0; c < checked; c++) {
            size_t m = c * (setting->models - 1) / (CHECKED - 1);
            alone += check_model(setting, m, &tops[m]) / CHECKED;
        }
        for (size_t m = 0; m < setting->models; m++) {
            lka_shortlist_release(&tops[m]);
        }
    }
    double us = median(ours, rounds);
    double floor = median(theirs, rounds);
    printf(
        "%s: ours %.2f s (%.2f to %.2f); OpenBLAS sgemm, %zu rows a block, %.2f s (%.2f to %.2f): %.2f times; one by "
        "one in float64 %.1f s\n",
        setting->by_value ? "by value" : "by rank", us, ours[0], ours[rounds - 1], rows, floor, theirs[0],
        theirs[rounds - 1], us / floor, alone * (double)setting->models);
    free(tops);
    lka_many_block_free(block);
    lka_many_release(&many);
    return us / floor;
}

int main(int argc, char **argv)
{
    size_t models = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;
    size_t rows = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
    size_t rounds = argc > 3 ? strtoull(argv[3], NULL, 10) : 3;
    must(models >= CHECKED && rows > 0 && rounds > 0 && rounds <= 32, "MODELS >= 20, ROWS > 0, 1 to 32 ROUNDS");
    lka_init();
    double worst = 0;
    printf("%zu linear models x %zu rows x %d features, top %g%%; %s, %s\n", models, rows, FEATURES, 100 * SHARE,
           openblas_get_config(), openblas_get_corename());
    for (int by_value = 1; by_value >= 0; by_value--) {
        struct setting setting = {.models = models, .rows = rows, .by_value = by_value};
        make_setting(&setting);
        double ratio = compare(&setting, rounds);
        worst = ratio > worst ? ratio : worst;
    }
    return worst > 5;
}
