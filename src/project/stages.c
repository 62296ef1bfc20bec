#include "project/stages.h"

#include "lookalike/project.h"

/* clang-format off */
const struct lka_stage lka_stages[] = {
    {
        .name = "train",
        .params = &lka_train_params,
        .run = lka_train,
        .writes = "model",
        .output = "model.safetensors",
        .wires = {{.key = "seeds", .source = "seeds"},
                  {.key = "pool", .source = "pool"}},
        .facts = {{"seeds.used", "%s seeds"},
                  {"pool.eligible", "%s prospects"},
                  {"family.name", "family %s"},
                  {"evaluation.auc", "AUC %s"}},
    },
    {
        .name = "evaluate",
        .params = &lka_evaluate_params,
        .run = lka_evaluate,
        .writes = "out",
        .output = "quality",
        .wires = {{.key = "model", .stage = "train"},
                  {.key = "seeds", .source = "seeds"},
                  {.key = "pool", .source = "pool"},
                  {.key = "truth", .source = "truth"}},
        .facts = {{"evaluation.auc", "AUC %s"},
                  {"truth.average_precision", "average precision %s by the truth"}},
    },
    {
        .name = "score",
        .params = &lka_score_params,
        .run = lka_score,
        .writes = "out",
        .output = "ranked.csv",
        .wires = {{.key = "model", .stage = "train"},
                  {.key = "pool", .source = "pool"},
                  {.key = "seeds", .source = "seeds"}},
        .facts = {{"counts.eligible", "%s eligible"},
                  {"counts.left_out.by --where", "%s left out by --where"},
                  {"output.rows", "%s ranked"}},
    },
    {
        .name = "match",
        .params = &lka_match_params,
        .run = lka_match,
        .writes = "out",
        .output = "ranked.csv",
        .writes_too = "save-model",
        .wires = {{.key = "seeds", .source = "seeds"},
                  {.key = "pool", .source = "pool"}},
        .facts = {{"train.seeds.used", "%s seeds"},
                  {"train.family.name", "family %s"},
                  {"score.counts.eligible", "%s eligible"},
                  {"score.output.rows", "%s ranked"}},
    },
};
/* clang-format on */

const size_t lka_stage_count = sizeof lka_stages / sizeof *lka_stages;
