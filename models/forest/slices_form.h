/* models/forest/slices_form.h: the arithmetic of slices.h over one kind of vector, for the file that includes it and
 * defines
 *
 *     FORM                        the functions' target
 *     word                        a vector of SLICE bytes
 *     zero, load, store, either_or(mask, one, other), both(a, b), without(a, b) (b and not a)
 *     low8 .. low32, high8 .. high32   interleave two vectors' elements, in each 128 bits
 *     transpose                   8 x 8 bits in each 64: bit PLACE_OF(b) of byte r becomes bit b ... of the r-th byte
 *     look_up                     bytes in a table of 64, by place; 0 where the place's highest bit is set
 *     add                         float32 sums of two vectors
 *     ask_narrow, ask_wide        a test of ROWS codes
 */
#ifndef LKA_MODELS_FOREST_SLICES_FORM_H
#define LKA_MODELS_FOREST_SLICES_FORM_H

enum { ROWS = 8 * SLICE, GROUPS = 8, QUARTERS = 4, LANE = 16 };

/* Row 8 k + j of a group of ROWS stands in bit j of byte k of a slice. After transposing, in place order, it is byte
 * 16 L + row % 16 of vector i where row = 128 L + 16 i + row % 16. */

/* ---- tests ------------------------------------------------------------------------------------ */

/* The block's codes of the rows, and zeros behind them. */
INLINE void gather_codes(const struct lka_block *block, uint32_t feature, size_t first, size_t count, uint16_t *codes)
{
    memset(codes + count, 0, (ROWS - count) * sizeof *codes);
    memcpy(codes, lka_block_codes(block, feature) + first, count * sizeof *codes);
}

INLINE void ask_column(const struct lka_slices *slices, const struct lka_slices_column *column, const uint16_t *codes,
                       uint8_t *answers)
{
    uint8_t bytes[ROWS] __attribute__((aligned(SLICE)));
    if (column->narrow) {
        for (size_t r = 0; r < ROWS; r++) {
            bytes[r] = (uint8_t)codes[r];
        }
    }
    for (size_t t = column->first; t < column->end; t++) {
        const struct lka_slices_test *test = &slices->test[t];
        if (column->narrow) {
            ask_narrow(bytes, (uint8_t)test->shift, (uint8_t)test->limit, answers + t * SLICE);
        } else {
            ask_wide(codes, test->shift, test->limit, answers + t * SLICE);
        }
    }
}

/* ---- leaves ----------------------------------------------------------------------------------- */

INLINE word pick_1(const uint8_t *answers, const uint16_t *node, const word *turn)
{
    (void)turn;
    return load(answers + (size_t)*node * SLICE);
}

/* Of so many tests of a level, that to which the rows' turns lead. */
#define PICK(COUNT, HALF)                                                                                             \
    INLINE word pick_##COUNT(const uint8_t *answers, const uint16_t *node, const word *turn)                          \
    {                                                                                                                 \
        return either_or(turn[0], pick_##HALF(answers, node + HALF, turn + 1), pick_##HALF(answers, node, turn + 1)); \
    }
PICK(2, 1)
PICK(4, 2)
PICK(8, 4)
PICK(16, 8)
PICK(32, 16)

INLINE word outside(const struct lka_slices_piece *piece, const uint8_t *answers)
{
    word out = zero();
    for (size_t g = 0; g < piece->guards; g++) {
        word right = load(answers + (size_t)piece->guard[g] * SLICE);
        word goes = piece->right >> g & 1 ? right : without(right, ones());
        out = either_or(goes, out, ones());
    }
    return out;
}

/* A slice for each of the places' bits -> a byte a row. */
INLINE void write_places(const word *slice, uint8_t *places)
{
    word a[8];
    word b[8];
    for (size_t i = 0; i < 8; i += 2) {
        a[i] = low8(slice[i], slice[i + 1]);
        a[i + 1] = high8(slice[i], slice[i + 1]);
    }
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < 2; j++) {
            b[4 * i + 2 * j] = low16(a[4 * i + j], a[4 * i + 2 + j]);
            b[4 * i + 2 * j + 1] = high16(a[4 * i + j], a[4 * i + 2 + j]);
        }
    }
    for (size_t i = 0; i < 4; i++) {
        store(places + (2 * i) * SLICE, transpose(low32(b[i], b[4 + i])));
        store(places + (2 * i + 1) * SLICE, transpose(high32(b[i], b[4 + i])));
    }
}

INLINE void follow(const struct lka_slices_piece *piece, const uint8_t *answers, size_t depth, uint8_t *places)
{
    word turn[LKA_SLICES_LEVELS];
    word slice[8];
    turn[0] = depth > 0 ? pick_1(answers, piece->node, turn) : zero();
    turn[1] = depth > 1 ? pick_2(answers, piece->node + 1, turn) : zero();
    turn[2] = depth > 2 ? pick_4(answers, piece->node + 3, turn) : zero();
    turn[3] = depth > 3 ? pick_8(answers, piece->node + 7, turn) : zero();
    turn[4] = depth > 4 ? pick_16(answers, piece->node + 15, turn) : zero();
    turn[5] = depth > 5 ? pick_32(answers, piece->node + 31, turn) : zero();
    for (size_t bit = 0; bit < LKA_SLICES_LEVELS; bit++) {
        slice[PLACE_OF(bit)] = bit < depth ? turn[depth - 1 - bit] : zero();
    }
    slice[PLACE_OF(6)] = zero();
    slice[PLACE_OF(7)] = outside(piece, answers);
    write_places(slice, places);
}

INLINE void find_places(const struct lka_slices_piece *piece, const uint8_t *answers, uint8_t *places)
{
    switch (piece->depth) {
    case 0:
        follow(piece, answers, 0, places);
        break;
    case 1:
        follow(piece, answers, 1, places);
        break;
    case 2:
        follow(piece, answers, 2, places);
        break;
    case 3:
        follow(piece, answers, 3, places);
        break;
    case 4:
        follow(piece, answers, 4, places);
        break;
    case 5:
        follow(piece, answers, 5, places);
        break;
    default:
        follow(piece, answers, LKA_SLICES_LEVELS, places);
    }
}

/* ---- margins ---------------------------------------------------------------------------------- */

/* The leaves that a vector of places means, as four vectors of float32, and in each 128 bits four rows. */
INLINE void look_up_leaves(const struct lka_slices *slices, size_t first, size_t end, const uint8_t *places, word *leaf)
{
    word byte[4];
    for (size_t k = 0; k < 4; k++) {
        byte[k] = end == first + 1 ? look_up(load(places), slices->leaf[first][k]) : zero();
    }
    for (size_t p = first; p < end && end > first + 1; p++) {
        word place = load(places + (p - first) * ROWS);
        for (size_t k = 0; k < 4; k++) {
            byte[k] = either(byte[k], look_up_inside(place, slices->leaf[p][k]));
        }
    }
    word low = low8(byte[0], byte[1]);
    word high = high8(byte[0], byte[1]);
    word low_up = low8(byte[2], byte[3]);
    word high_up = high8(byte[2], byte[3]);
    leaf[0] = low16(low, low_up);
    leaf[1] = high16(low, low_up);
    leaf[2] = low16(high, high_up);
    leaf[3] = high16(high, high_up);
}

INLINE void add_trees(const struct lka_slices *slices, size_t tree, size_t end, const uint8_t *places, uint8_t *sums)
{
    uint32_t start = slices->first_piece[tree];
    for (size_t i = 0; i < GROUPS; i++) {
        word sum[QUARTERS];
        for (size_t m = 0; m < QUARTERS; m++) {
            sum[m] = load(sums + (QUARTERS * i + m) * SLICE);
        }
        for (size_t t = tree; t < end; t++) {
            word leaf[QUARTERS];
            uint32_t piece = slices->first_piece[t];
            look_up_leaves(slices, piece, slices->first_piece[t + 1], places + (piece - start) * ROWS + i * SLICE,
                           leaf);
            for (size_t m = 0; m < QUARTERS; m++) {
                sum[m] = add(sum[m], leaf[m]);
            }
        }
        for (size_t m = 0; m < QUARTERS; m++) {
            store(sums + (QUARTERS * i + m) * SLICE, sum[m]);
        }
    }
}

/* As many trees as fit, at least one. */
INLINE size_t batch_end(const struct lka_slices *slices, size_t tree, size_t trees)
{
    size_t end = tree + 1;
    while (end < trees && slices->first_piece[end + 1] - slices->first_piece[tree] <= LKA_SLICES_BATCH) {
        end++;
    }
    return end;
}

/* From the order of the vectors to that of the rows. */
INLINE void put_in_order(const uint8_t *sums, float *margins)
{
    for (size_t v = 0; v < GROUPS * QUARTERS; v++) {
        for (size_t lane = 0; lane < SLICE / LANE; lane++) {
            memcpy(margins + 128 * lane + 4 * v, sums + v * SLICE + lane * LANE, LANE);
        }
    }
}

static FORM void form_margins(const struct lka_forest *forest, const struct lka_block *block, size_t first,
                              size_t count, uint8_t *memory, float *margins)
{
    const struct lka_slices *slices = forest->slices;
    uint8_t *answers = memory;
    uint8_t *places = answers + slices->tests * SLICE;
    uint8_t *sums = places + (size_t)LKA_SLICES_MOST_PIECES * ROWS;
    uint16_t codes[ROWS] __attribute__((aligned(SLICE)));
    for (size_t c = 0; c < slices->columns; c++) {
        gather_codes(block, slices->column[c].feature, first, count, codes);
        ask_column(slices, &slices->column[c], codes, answers);
    }
    for (size_t r = 0; r < ROWS; r++) {
        memcpy(sums + r * sizeof forest->start, &forest->start, sizeof forest->start);
    }
    for (size_t tree = 0; tree < forest->trees;) {
        size_t end = batch_end(slices, tree, forest->trees);
        uint32_t start = slices->first_piece[tree];
        for (size_t p = start; p < slices->first_piece[end]; p++) {
            find_places(&slices->piece[p], answers, places + (p - start) * ROWS);
        }
        add_trees(slices, tree, end, places, sums);
        tree = end;
    }
    put_in_order(sums, margins);
}

#endif
