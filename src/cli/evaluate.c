/* What `lookalike evaluate` shows: the seeds found, and, beside a known truth, a random and an ideal ranking. */
#include "cli/document.h"

static void show_truth_tier(FILE *out, const json_t *tier)
{
    char share[32];
    char people[32];
    fprintf(out, "%7s%11s%9.1f%%%9.1f%%%9.1f%%%9.1f%9.1f%9.1f\n", cli_percent(cli_number(tier, "share"), share),
            cli_count(cli_number(tier, "people"), people), 100 * cli_number(tier, "recall"),
            100 * cli_number(tier, "random_recall"), 100 * cli_number(tier, "ideal_recall"), cli_number(tier, "lift"),
            1.0, cli_number(tier, "ideal_lift"));
}

static void show_truth(FILE *out, const json_t *truth)
{
    const json_t *tiers = cli_at(truth, "tiers");
    if (json_array_size(tiers) == 0) {
        return;
    }
    fputs("          the truth: hidden positives found in the top of the pool\n", out);
    fputs("                     recall                        lift\n", out);
    fputs("    top     people    this    random     ideal     this   random    ideal\n", out);
    for (size_t i = 0; i < json_array_size(tiers); i++) {
        show_truth_tier(out, json_array_get(tiers, i));
    }
    fprintf(out, "          average precision %.3f (random %.3f) · AUC %.3f\n", cli_number(truth, "average_precision"),
            cli_number(truth, "random_average_precision"), cli_number(truth, "auc"));
}

void cli_show_evaluate(FILE *out, const json_t *document)
{
    const json_t *evaluation = cli_at(document, "evaluation") ? cli_at(document, "evaluation") : document;
    cli_show_auc(out, evaluation);
    cli_show_tiers(out, evaluation, "held-out seeds found in the top of the pool");
    show_truth(out, cli_at(document, "truth"));
    const json_t *warnings = cli_at(document, "warnings");
    cli_show_concerns(out, NULL, &warnings, 1);
    cli_show_written(out, cli_text(document, "out"), NULL, cli_at(document, "seconds"));
}
