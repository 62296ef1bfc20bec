/* From trees to tests and pieces: see slices.h. */
#include "models/forest/slices.h"

enum { NARROW_CODES = 256, EVERY_CODE = 65536, ALIGNMENT = 64 };

void lka_slices_free(struct lka_slices *slices)
{
    if (slices) {
        lka_free(slices->test);
        lka_free(slices->column);
        lka_free(slices->piece);
        lka_free(slices->first_piece);
        lka_free(slices->leaf_memory);
        lka_free(slices);
    }
}

/* ---- tests ------------------------------------------------------------------------------------ */

static int compare_tests(const void *one, const void *other)
{
    const struct lka_slices_test *a = one;
    const struct lka_slices_test *b = other;
    if (a->feature != b->feature) {
        return a->feature < b->feature ? -1 : 1;
    }
    uint32_t left = (uint32_t)a->shift << 16 | a->limit;
    uint32_t right = (uint32_t)b->shift << 16 | b->limit;
    return left < right ? -1 : left > right;
}

static struct lka_slices_test test_of(const struct lka_forest_node *node)
{
    return (struct lka_slices_test){node->feature, node->shift, node->limit};
}

static lka_status collect_tests(const struct lka_forest *forest, struct lka_slices *slices, struct lka_error *error)
{
    size_t count = 0;
    /* A forest of leaves alone has one too: what repeats a leaf must name some test. */
    LKA_TRY(LKA_NEW(slices->test, forest->nodes + 1, error));
    for (size_t n = 0; n < forest->nodes; n++) {
        if (forest->node[n].left) {
            slices->test[count++] = test_of(&forest->node[n]);
        }
    }
    qsort(slices->test, count, sizeof *slices->test, compare_tests);
    for (size_t t = 0; t < count; t++) {
        if (slices->tests == 0 || compare_tests(&slices->test[t], &slices->test[slices->tests - 1]) != 0) {
            slices->test[slices->tests++] = slices->test[t];
        }
    }
    slices->tests += slices->tests == 0;
    return LKA_OK;
}

static uint16_t number_of(const struct lka_slices *slices, const struct lka_forest_node *node)
{
    struct lka_slices_test wanted = test_of(node);
    const struct lka_slices_test *found = bsearch(&wanted, slices->test, slices->tests, sizeof wanted, compare_tests);
    return (uint16_t)(found - slices->test);
}

/* The same test of codes below 256 in 8-bit arithmetic. A range of codes that wraps around 65,536 wraps around 256 as
 * well, and nothing else is lost; but for all 256 together there is no limit. */
static bool narrow_test(struct lka_slices_test wide, struct lka_slices_test *narrow)
{
    uint32_t end = (uint32_t)wide.shift + wide.limit;
    uint32_t wrapped = end > EVERY_CODE ? end - EVERY_CODE : 0;
    bool inside = wide.shift < NARROW_CODES;
    uint32_t last = end < NARROW_CODES ? end : NARROW_CODES;
    uint32_t limit = (inside ? last - wide.shift : 0) + (wrapped < NARROW_CODES ? wrapped : NARROW_CODES);
    *narrow = (struct lka_slices_test){wide.feature, inside ? wide.shift : 0, (uint16_t)limit};
    return limit < NARROW_CODES;
}

static bool narrow_column(struct lka_slices *slices, const struct lka_slices_column *column)
{
    struct lka_slices_test narrow;
    for (size_t t = column->first; t < column->end; t++) {
        if (!narrow_test(slices->test[t], &narrow)) {
            return false;
        }
    }
    for (size_t t = column->first; t < column->end; t++) {
        narrow_test(slices->test[t], &slices->test[t]);
    }
    return true;
}

/* From here on the tests of narrow columns are others, and no longer found by their nodes. */
static lka_status list_columns(const struct lka_space *space, struct lka_slices *slices, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(slices->column, slices->tests, error));
    for (size_t t = 0; t < slices->tests; t++) {
        if (t == 0 || slices->test[t].feature != slices->test[t - 1].feature) {
            slices->column[slices->columns++] = (struct lka_slices_column){.feature = slices->test[t].feature,
                                                                           .first = (uint32_t)t};
        }
        slices->column[slices->columns - 1].end = (uint32_t)t + 1;
    }
    for (size_t c = 0; c < slices->columns; c++) {
        struct lka_slices_column *column = &slices->column[c];
        column->narrow = space->features[column->feature].codes <= NARROW_CODES && narrow_column(slices, column);
    }
    return LKA_OK;
}

/* ---- pieces ----------------------------------------------------------------------------------- */

struct cutting {
    const struct lka_forest *forest;
    struct lka_slices *slices;
    uint8_t *height; /* by node: levels of splits from it on */
};

static void measure(const struct cutting *cutting)
{
    const struct lka_forest *forest = cutting->forest;
    for (size_t n = forest->nodes; n-- > 0;) {
        uint32_t left = forest->node[n].left;
        uint8_t taller = 0;
        if (left) {
            taller = cutting->height[left] > cutting->height[left + 1] ? cutting->height[left]
                                                                       : cutting->height[left + 1];
        }
        cutting->height[n] = left ? (uint8_t)(taller + 1) : 0;
    }
}

/* Node `at` stands at `place` of its level; leaves above the last level are repeated in it. */
static void fill_piece(const struct cutting *cutting, size_t piece, uint32_t at, uint32_t level, uint32_t place)
{
    struct lka_slices *slices = cutting->slices;
    const struct lka_forest_node *node = &cutting->forest->node[at];
    uint32_t below = slices->piece[piece].depth - level;
    if (node->left) {
        slices->piece[piece].node[(1U << level) - 1 + place] = number_of(slices, node);
        fill_piece(cutting, piece, node->left, level + 1, 2 * place);
        fill_piece(cutting, piece, node->left + 1, level + 1, 2 * place + 1);
        return;
    }
    uint32_t bits;
    memcpy(&bits, &node->value, sizeof bits);
    for (uint32_t leaf = place << below; leaf < (place + 1) << below; leaf++) {
        for (uint32_t byte = 0; byte < 4; byte++) {
            slices->leaf[piece][byte][leaf] = (uint8_t)(bits >> 8 * byte);
        }
    }
}

/* `above` has the guards of what is cut here. */
static void cut(const struct cutting *cutting, uint32_t at, const struct lka_slices_piece *above)
{
    struct lka_slices *slices = cutting->slices;
    const struct lka_forest_node *node = &cutting->forest->node[at];
    if (cutting->height[at] <= LKA_SLICES_LEVELS) {
        slices->piece[slices->pieces] = *above;
        slices->piece[slices->pieces].depth = cutting->height[at];
        fill_piece(cutting, slices->pieces++, at, 0, 0);
        return;
    }
    for (uint32_t right = 0; right < 2; right++) {
        struct lka_slices_piece child = *above;
        child.guard[child.guards] = number_of(slices, node);
        child.right = (uint16_t)(child.right | right << child.guards);
        child.guards++;
        cut(cutting, node->left + right, &child);
    }
}

/* How many pieces the subtree makes. */
static size_t count_pieces(const struct cutting *cutting, uint32_t at)
{
    uint32_t left = cutting->forest->node[at].left;
    return cutting->height[at] <= LKA_SLICES_LEVELS ? 1 : count_pieces(cutting, left) + count_pieces(cutting, left + 1);
}

static lka_status make_room(struct cutting *cutting, struct lka_error *error)
{
    struct lka_slices *slices = cutting->slices;
    size_t pieces = 0;
    for (size_t tree = 0; tree < cutting->forest->trees; tree++) {
        pieces += count_pieces(cutting, cutting->forest->root[tree]);
    }
    uint8_t *memory;
    LKA_TRY(LKA_NEW(slices->piece, pieces, error));
    LKA_TRY(LKA_NEW(slices->first_piece, cutting->forest->trees + 1, error));
    LKA_TRY(LKA_NEW(memory, pieces * sizeof *slices->leaf + ALIGNMENT, error));
    slices->leaf_memory = memory;
    slices->leaf = (void *)(memory + (ALIGNMENT - (uintptr_t)memory % ALIGNMENT) % ALIGNMENT);
    return LKA_OK;
}

static lka_status cut_all(struct cutting *cutting, struct lka_error *error)
{
    const struct lka_forest *forest = cutting->forest;
    LKA_TRY(LKA_NEW(cutting->height, forest->nodes, error));
    measure(cutting);
    LKA_TRY(make_room(cutting, error));
    for (size_t tree = 0; tree < forest->trees; tree++) {
        struct lka_slices_piece whole = {0};
        cutting->slices->first_piece[tree] = (uint32_t)cutting->slices->pieces;
        cut(cutting, forest->root[tree], &whole);
    }
    cutting->slices->first_piece[forest->trees] = (uint32_t)cutting->slices->pieces;
    return LKA_OK;
}

/* ---- all of it -------------------------------------------------------------------------------- */

static lka_status fill(const struct lka_forest *forest, const struct lka_space *space, struct lka_slices *slices,
                       struct lka_error *error)
{
    struct cutting cutting = {.forest = forest, .slices = slices};
    lka_status status = cut_all(&cutting, error);
    lka_free(cutting.height);
    return status == LKA_OK ? list_columns(space, slices, error) : status;
}

lka_status lka_slices_new(const struct lka_forest *forest, const struct lka_space *space, struct lka_slices **slices,
                          struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*slices, 1, error));
    lka_status status = collect_tests(forest, *slices, error);
    bool few = status == LKA_OK && (*slices)->tests <= LKA_SLICES_MOST_TESTS;
    if (few) {
        status = fill(forest, space, *slices, error);
    }
    if (!few || status != LKA_OK) {
        lka_slices_free(*slices);
        *slices = NULL;
    }
    return status;
}
