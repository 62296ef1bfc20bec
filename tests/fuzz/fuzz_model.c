/* Any bytes as a model file: refused with an error, or a model that scores rows of the fuzzer's bytes, by the mean and by
 * single members, and can be closed. Checksums are not compared in this build. */
#include "base/memory.h"
#include "train/model.h"

#include <stdlib.h>

enum { ROWS = 3 };

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);
int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count;
    (void)arguments;
    lka_init();
    return 0;
}

struct table {
    struct lka_rows rows;
    struct lka_block block;
    struct lka_problems problems;
    struct lka_arena scratch;
    ptrdiff_t *cell_of;
};

static void require(bool truth)
{
    if (!truth) {
        abort();
    }
}

/* One column: an empty value, the last bytes of the input, a number. Every column of the plan reads it. */
static void score(const struct lka_model *model, const uint8_t *data, size_t size, struct table *table)
{
    static const bool is_seed[ROWS] = {false, true, true};
    uint32_t length = size < 12 ? (uint32_t)size : 12;
    struct lka_span last = {(const char *)data + size - length, length};
    struct lka_span cells[ROWS] = {{"", 0}, last, LKA_SPAN("31")};
    struct lka_span ids[ROWS] = {LKA_SPAN("a"), last, LKA_SPAN("b")};
    double scores[ROWS];
    table->rows.count = ROWS;
    for (size_t i = 0; i < ROWS; i++) {
        table->rows.cells[i] = cells[i];
        table->rows.lines[i] = i + 1;
    }
    require(lka_plan_encode(model->plan, &table->rows, table->cell_of, &table->block, &table->problems, NULL) ==
            LKA_OK);
    require(lka_model_score(model, &table->block, ids, is_seed, &table->scratch, scores, NULL) == LKA_OK);
    for (size_t i = 0; i < ROWS && table->problems.count == 0; i++) {
        /* "is finite": what a file holds is bounded when it is read. */
        require(scores[i] - scores[i] == 0);
    }
}

static void use(const struct lka_model *model, const uint8_t *data, size_t size)
{
    struct table table = {0};
    table.cell_of = lka_new(lka_plan_column_count(model->plan), sizeof *table.cell_of); /* all from cell 0 */
    if (table.cell_of && lka_rows_init(&table.rows, 1, ROWS, NULL) == LKA_OK &&
        lka_block_init(&table.block, lka_plan_space(model->plan), ROWS, NULL) == LKA_OK) {
        score(model, data, size, &table);
    }
    lka_problems_release(&table.problems);
    lka_arena_release(&table.scratch);
    lka_block_release(&table.block);
    lka_rows_release(&table.rows);
    lka_free(table.cell_of);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lka_model *model = NULL;
    struct lka_error error = {0};
    /* A mapped file is page-aligned; malloc's memory is aligned to 16. */
    char *copy = lka_copy_text((const char *)data, size);
    if (copy && lka_model_read(copy, size, "fuzz", &model, &error) == LKA_OK) {
        use(model, data, size);
        lka_model_close(model);
    } else {
        require(!copy || error.message[0]);
    }
    lka_free(copy);
    return 0;
}

/* ---- changes that leave the frame whole ------------------------------------------------------------ */

/* The header alone is changed, and its length told anew: a multiple of 8, filled up with spaces. */
static size_t mutate_header(uint8_t *data, size_t size, size_t header, size_t room)
{
    uint8_t *tensors = lka_new(size - 8 - header, 1);
    if (!tensors) {
        return size;
    }
    size_t left = size - 8 - header;
    memcpy(tensors, data + 8 + header, left);
    size_t changed = LLVMFuzzerMutate(data + 8, header, room - 8 - left - 7);
    for (; changed % 8 != 0; changed++) {
        data[8 + changed] = ' ';
    }
    uint64_t told = changed;
    memcpy(data, &told, 8);
    memcpy(data + 8 + changed, tensors, left);
    lka_free(tensors);
    return 8 + changed + left;
}

/* Bytes in a row of their own would hardly ever get past the header. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    uint64_t header = 0;
    if (size >= 8) {
        memcpy(&header, data, 8);
    }
    bool is_framed = size > 8 && header > 0 && header < size - 8 && room > size + 16;
    if (!is_framed || seed % 8 == 0) {
        return LLVMFuzzerMutate(data, size, room);
    }
    if (seed % 2 == 0) {
        return mutate_header(data, size, (size_t)header, room);
    }
    /* As many bytes of tensors as before: their shapes are in the header. */
    size_t start = 8 + (size_t)header;
    LLVMFuzzerMutate(data + start, size - start, size - start);
    return size;
}
