/* The plan's YAML: any bytes are read or refused; a plan that is accepted is written, read again and written to the
 * same bytes, and encodes a row of the fuzzer's bytes without leaving its codes. */
#include "base/error.h"
#include "base/memory.h"
#include "features/plan.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth) {
        abort();
    }
}

/* One row of the fuzzer's own bytes in every column. */
static void encode(const struct lka_plan *plan, const uint8_t *data, size_t size)
{
    const struct lka_space *space = lka_plan_space(plan);
    struct lka_rows rows = {0};
    struct lka_block block = {0};
    struct lka_problems problems = {0};
    ptrdiff_t *cell_of = lka_new(lka_plan_column_count(plan), sizeof *cell_of); /* all from cell 0 */
    uint32_t length = size < 40 ? (uint32_t)size : 40;
    if (cell_of && lka_rows_init(&rows, 1, 1, NULL) == LKA_OK && lka_block_init(&block, space, 1, NULL) == LKA_OK) {
        rows.count = 1;
        rows.lines[0] = 1;
        rows.cells[0] = (struct lka_span){(const char *)data + size - length, length};
        require(lka_plan_encode(plan, &rows, cell_of, &block, &problems, NULL) == LKA_OK);
        for (size_t f = 0; f < space->count && problems.count == 0; f++) {
            struct lka_text words = {0};
            double value = lka_block_values(&block, f)[0];
            require(lka_block_codes(&block, f)[0] < space->features[f].codes);
            require(space->features[f].kind == LKA_FEATURE_CODE || (value >= -1e6 && value <= 1e6));
            lka_plan_describe(plan, f, lka_block_codes(&block, f)[0], value, &words);
            lka_text_release(&words);
        }
    }
    lka_problems_release(&problems);
    lka_block_release(&block);
    lka_rows_release(&rows);
    lka_free(cell_of);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lka_plan *plan = NULL;
    struct lka_plan *again = NULL;
    struct lka_error error = {0};
    if (lka_plan_read((const char *)data, size, "fuzz.yaml", &plan, &error) != LKA_OK) {
        require(plan == NULL && error.message[0]);
        return 0;
    }
    struct lka_text first = {0};
    struct lka_text second = {0};
    require(lka_plan_write(plan, &first, NULL) == LKA_OK);
    require(lka_plan_read(first.bytes, first.length, "again.yaml", &again, &error) == LKA_OK);
    require(lka_plan_write(again, &second, NULL) == LKA_OK);
    require(first.length == second.length && memcmp(first.bytes, second.bytes, first.length) == 0);
    encode(plan, data, size);
    lka_text_release(&first);
    lka_text_release(&second);
    lka_plan_free(plan);
    lka_plan_free(again);
    return 0;
}
