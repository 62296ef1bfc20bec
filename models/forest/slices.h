/* models/forest/slices.h: a forest laid out so that many rows are scored at once, without a branch on the data.
 *
 * QuickScorer (Lucchese et al. 2015) asks no tree for its path: each split that a row fails takes leaves away from a
 * mask, and what is left is the leaf. Equal splits of different trees are asked once (RapidScorer, Ye et al. 2018).
 * Here, since codes are bins and so few splits differ, the masks stand the other way round, as slices of bits over
 * rows:
 *
 *     test t       (feature, shift, limit), asked once for 512 rows: bit r is set where row r goes right
 *     tree         a perfect tree of up to 6 levels, whose nodes are numbers of tests; what is missing repeats a leaf
 *     level l      the slice of the rows' next turns: of the 2^l tests of the level, chosen by the turns before
 *                  (2^l - 1 selects of 512 bits each)
 *     leaf         the six slices, transposed to a byte a row: the leaf's place, looked up in a table of 64 float32, as
 *                  four tables of 64 bytes
 *     margin       one leaf a tree is added, in the trees' order, in float32: the bits of lka_forest_walk
 *
 * A tree of more levels is cut into pieces of at most six: the largest subtrees that fit. A row stands in one of them;
 * to the others its place has the highest bit set, which looks up nothing.
 *
 * AVX-512 (with VBMI and GFNI) takes 512 rows at once, AVX2 256; the same file, slices_form.h, for both. */
#ifndef LKA_MODELS_FOREST_SLICES_H
#define LKA_MODELS_FOREST_SLICES_H

#include "models/forest/forest.h"

enum lka_slices_kind { LKA_SLICES_FASTEST, LKA_SLICES_WALK, LKA_SLICES_AVX2, LKA_SLICES_AVX512, LKA_SLICES_KINDS };

enum {
    LKA_SLICES_LEVELS = 6,
    LKA_SLICES_LEAVES = 1 << LKA_SLICES_LEVELS,
    LKA_SLICES_GUARDS = LKA_FOREST_DEEPEST - LKA_SLICES_LEVELS, /* above a piece that could not be larger */
    LKA_SLICES_MOST_TESTS = 65535,
    LKA_SLICES_BATCH = 16, /* pieces whose tables stay in the nearest cache while all rows pass */
    LKA_SLICES_MOST_PIECES = 1 << LKA_SLICES_GUARDS, /* of one tree */
};

/* right where (uint16_t)(code - shift) >= limit; in a narrow column where (uint8_t)(code - shift) >= limit. */
struct lka_slices_test {
    uint32_t feature;
    uint16_t shift;
    uint16_t limit;
};

/* The tests of one feature stand together. */
struct lka_slices_column {
    uint32_t feature;
    uint32_t first;
    uint32_t end;
    bool narrow; /* its codes are below 256 */
};

struct lka_slices_piece {
    uint16_t node[LKA_SLICES_LEAVES - 1]; /* tests, level by level */
    uint16_t depth;
    uint16_t guard[LKA_SLICES_GUARDS]; /* tests above it; all must go as they go to it */
    uint16_t guards;
    uint16_t right; /* bit g: guard g goes right to it */
};

struct lka_slices {
    struct lka_slices_test *test;
    size_t tests;
    struct lka_slices_column *column;
    size_t columns;
    struct lka_slices_piece *piece;
    size_t pieces;
    uint32_t *first_piece;                 /* by tree; trees + 1 entries */
    uint8_t (*leaf)[4][LKA_SLICES_LEAVES]; /* by piece: the lowest bytes of its leaves, the next, ... */
    void *leaf_memory;
};

/* *slices is NULL where the forest has more different tests than a node has numbers for. */
lka_status lka_slices_new(const struct lka_forest *forest, const struct lka_space *space, struct lka_slices **slices,
                          struct lka_error *error);
void lka_slices_free(struct lka_slices *slices); /* NULL is fine */

/* A form's rows at once, and the margins of rows first .. first + count - 1, count at most that many. `memory` is
 * 64-aligned and has a byte for each eight rows of each test, LKA_SLICES_MOST_PIECES for each row, and a float for each. */
struct lka_slices_form {
    size_t rows;
    void (*margins)(const struct lka_forest *forest, const struct lka_block *block, size_t first, size_t count,
                    uint8_t *memory, float *margins);
};

extern const struct lka_slices_form lka_slices_avx2;
extern const struct lka_slices_form lka_slices_avx512;

bool lka_slices_kind_runs(enum lka_slices_kind kind);

/* lka_forest_score in one form; one that does not run: the fastest. */
lka_status lka_forest_score_as(enum lka_slices_kind kind, const struct lka_forest *forest,
                               const struct lka_block *block, struct lka_arena *scratch, double *scores,
                               struct lka_error *error);

#endif
