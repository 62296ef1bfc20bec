#include "table/design.h"

#include "base/error.h"
#include "base/memory.h"

struct codes {
    uint32_t first;
    uint32_t end;
};

/* Which codes of a feature get an indicator. */
static struct codes indicators(const struct lka_feature *feature, bool bins)
{
    if (feature->kind == LKA_FEATURE_NUMBER) {
        return (struct codes){feature->has_missing ? 0 : 1, bins ? feature->codes : 1};
    }
    bool two_states = feature->codes - !feature->has_missing == 2;
    return (struct codes){two_states ? feature->codes - 1 : !feature->has_missing, feature->codes};
}

lka_status lka_design_init(struct lka_design *design, const struct lka_space *space, bool bins, struct lka_error *error)
{
    *design = (struct lka_design){0};
    size_t most = 0;
    for (size_t f = 0; f < space->count; f++) {
        most += 1 + space->features[f].codes;
    }
    LKA_TRY(LKA_NEW(design->columns, most, error));
    for (uint32_t f = 0; f < space->count; f++) {
        const struct lka_feature *feature = &space->features[f];
        if (feature->kind == LKA_FEATURE_NUMBER) {
            design->columns[design->count++] = (struct lka_design_column){.feature = f, .is_value = true};
        }
        struct codes codes = indicators(feature, bins);
        for (uint32_t code = codes.first; code < codes.end; code++) {
            design->columns[design->count++] = (struct lka_design_column){.feature = f, .code = code};
        }
    }
    return LKA_OK;
}

void lka_design_release(struct lka_design *design)
{
    lka_free(design->columns);
    *design = (struct lka_design){0};
}

void lka_design_fill(const struct lka_design *design, const struct lka_block *block, const uint32_t *rows, size_t count,
                     double *out)
{
    size_t width = design->count;
    for (size_t j = 0; j < width; j++) {
        const struct lka_design_column *column = &design->columns[j];
        const uint16_t *codes = lka_block_codes(block, column->feature);
        const double *values = lka_block_values(block, column->feature);
        for (size_t i = 0; i < count; i++) {
            size_t row = rows ? rows[i] : i;
            out[i * width + j] = column->is_value ? values[row] : (double)(codes[row] == column->code);
        }
    }
}
