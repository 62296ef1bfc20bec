#include "models/forest/slices.h"

#include "base/cpu.h"

/* Rows that are taken through a tree together, so that the tree stays in the nearest cache; fewer rows than FEW are walked
 * whatever the form, since a form's work is the same for one row as for all that it takes at once. */
enum { TOGETHER = 256, FEW = 8, ALIGNMENT = 64 };

/* ---- row by row ------------------------------------------------------------------------------- */

static void add_tree(const struct lka_forest *forest, size_t tree, const struct lka_block *block, size_t first,
                     size_t count, float *margins)
{
    const struct lka_forest_node *nodes = forest->node;
    uint32_t root = forest->root[tree];
    for (size_t row = first; row < first + count; row++) {
        const struct lka_forest_node *node = &nodes[root];
        while (node->left) {
            uint16_t code = block->codes[node->feature * block->capacity + row];
            node = &nodes[node->left + ((uint16_t)(code - node->shift) >= node->limit)];
        }
        margins[row - first] += node->value;
    }
}

static void walk(const struct lka_forest *forest, const struct lka_block *block, size_t first, size_t count,
                 uint8_t *memory, float *margins)
{
    (void)memory;
    for (size_t i = 0; i < count; i++) {
        margins[i] = forest->start;
    }
    for (size_t tree = 0; tree < forest->trees; tree++) {
        add_tree(forest, tree, block, first, count, margins);
    }
}

/* ---- in the form that the CPU has ------------------------------------------------------------- */

static size_t memory_of(const struct lka_slices *slices, size_t rows)
{
    size_t answers = slices->tests * (rows / 8);
    size_t places = (size_t)LKA_SLICES_MOST_PIECES * rows;
    return answers + places + rows * sizeof(float);
}

#if defined(__x86_64__)

bool lka_slices_kind_runs(enum lka_slices_kind kind)
{
    __builtin_cpu_init();
    bool has_avx2 = lka_cpu_may(LKA_CPU_AVX2) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                    __builtin_cpu_supports("bmi2");
    bool has_avx512 = has_avx2 && lka_cpu_may(LKA_CPU_AVX512) && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
                      __builtin_cpu_supports("gfni");
    return kind == LKA_SLICES_AVX512 ? has_avx512 : kind == LKA_SLICES_AVX2 ? has_avx2 : kind < LKA_SLICES_AVX2;
}

#else

bool lka_slices_kind_runs(enum lka_slices_kind kind)
{
    return kind <= LKA_SLICES_WALK;
}

#endif

static const struct lka_slices_form *form_of(enum lka_slices_kind kind)
{
    static const struct lka_slices_form walking = {TOGETHER, walk};
    static const struct lka_slices_form *const forms[LKA_SLICES_KINDS] = {NULL, &walking, &lka_slices_avx2,
                                                                          &lka_slices_avx512};
    if (kind == LKA_SLICES_FASTEST || !lka_slices_kind_runs(kind)) {
        kind = LKA_SLICES_KINDS - 1;
        while (!lka_slices_kind_runs(kind)) {
            kind--;
        }
    }
    return forms[kind];
}

lka_status lka_forest_score_as(enum lka_slices_kind kind, const struct lka_forest *forest,
                               const struct lka_block *block, struct lka_arena *scratch, double *scores,
                               struct lka_error *error)
{
    const struct lka_slices_form *walking = form_of(LKA_SLICES_WALK);
    const struct lka_slices_form *form = forest->slices && block->count >= FEW ? form_of(kind) : walking;
    size_t size = form == walking ? 0 : memory_of(forest->slices, form->rows) + ALIGNMENT;
    uint8_t *memory = lka_arena_take(scratch, size + form->rows * sizeof(float));
    if (!memory) {
        return lka_fail_memory(error, size);
    }
    float *margins = (void *)(memory + size);
    memory += (ALIGNMENT - (uintptr_t)memory % ALIGNMENT) % ALIGNMENT;
    for (size_t first = 0; first < block->count; first += form->rows) {
        size_t left = block->count - first;
        size_t count = left < form->rows ? left : form->rows;
        (count < FEW ? walking : form)->margins(forest, block, first, count, memory, margins);
        for (size_t i = 0; i < count; i++) {
            scores[first + i] = (double)margins[i] - forest->log_ratio;
        }
    }
    return LKA_OK;
}

lka_status lka_forest_score(const struct lka_forest *forest, const struct lka_block *block, double *scores,
                            struct lka_error *error)
{
    struct lka_arena scratch = {0};
    lka_status status = lka_forest_score_as(LKA_SLICES_FASTEST, forest, block, &scratch, scores, error);
    lka_arena_release(&scratch);
    return status;
}
