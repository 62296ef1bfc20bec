/* What `lookalike evaluate` shows: the seeds found, and, beside a known truth, a random and an ideal ranking. */
#include "cli/document.h"

#include <string.h>

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

/* What the figures mean: how many of the pool may be alike at most, how stable the top is. */
static void show_bounds(FILE *out, const json_t *document)
{
    const json_t *top = json_array_get(cli_at(document, "stability.tiers"), 1);
    const json_t *last = json_array_get(cli_at(document, "reach"), 9);
    char upper[32];
    if (cli_at(document, "precision")) {
        fprintf(out, "          at most %s of the pool is like the seeds",
                cli_percent(cli_number(document, "precision.prior_upper"), upper));
        fprintf(out, "; similarity %.2f in the top 1%%, %.2f in the top 10%%\n",
                cli_number(json_array_get(cli_at(document, "reach"), 0), "similarity"), cli_number(last, "similarity"));
    }
    const json_t *drawn = json_array_get(cli_at(document, "resampling.tiers"), 2);
    if (drawn) {
        fprintf(out,
                "          drawn anew, the seeds give %.0f%% of the top 5%% again (Jaccard; the least of %s draws "
                "%.0f%%)\n",
                100 * cli_number(drawn, "jaccard"), cli_count(cli_number(document, "resampling.draws"), upper),
                100 * cli_number(drawn, "least"));
    }
    if (top) {
        fprintf(out, "          two members agree on %.0f%% of the top 5%% (Jaccard; the least %.0f%%)\n",
                100 * cli_number(top, "jaccard"), 100 * cli_number(top, "least"));
    }
}

static void show_calibration(FILE *out, const json_t *calibration)
{
    const json_t *interval = cli_at(calibration, "slope_interval");
    if (!calibration || !json_is_true(cli_at(calibration, "log_odds"))) {
        return;
    }
    char rate[32];
    cli_label(out, "chances");
    fprintf(out, "base rate %s, top tenth predicted %.1f%%", cli_percent(cli_number(calibration, "base_rate"), rate),
            100 * cli_number(json_array_get(cli_at(calibration, "bins"), 0), "predicted"));
    if (json_is_array(interval)) {
        fprintf(out, ", came %.1f%%; slope %.2f [%.2f, %.2f]",
                100 * cli_number(json_array_get(cli_at(calibration, "bins"), 0), "observed"),
                cli_number(calibration, "slope"), json_number_value(json_array_get(interval, 0)),
                json_number_value(json_array_get(interval, 1)));
    }
    fputc('\n', out);
}

/* One line a protected column: the groups that are selected least and most in the top 5%. */
static void show_fairness(FILE *out, const json_t *column)
{
    const json_t *proxies = cli_at(column, "proxies");
    const json_t *groups = cli_at(column, "groups");
    double auc = .5;
    for (size_t g = 0; g < json_array_size(groups); g++) {
        double of_group = cli_number(json_array_get(groups, g), "auc");
        bool further = of_group > 0 &&
                       (of_group > .5 ? of_group - .5 : .5 - of_group) > (auc > .5 ? auc - .5 : .5 - auc);
        auc = further ? of_group : auc;
    }
    cli_label(out, "groups");
    if (!json_is_number(cli_at(column, "selection_ratio"))) {
        fprintf(out, "%s: too few people in its groups for a figure (below 100)\n", cli_text(column, "column"));
        return;
    }
    fprintf(out, "%s: in the top 5%% the least selected group has %.2f of the rate of the most; AUC of the score %.2f",
            cli_text(column, "column"), cli_number(column, "selection_ratio"), auc > .5 ? auc : 1 - auc);
    if (json_is_true(cli_at(column, "feature"))) {
        fputs("; the model reads it", out);
    }
    if (json_array_size(proxies) > 0) {
        fprintf(out, "; nearest feature %s", cli_text(json_array_get(proxies, 0), "feature"));
    }
    fputc('\n', out);
}

static void show_figure(FILE *out, const char *name, const json_t *figure, bool percent)
{
    const json_t *interval = cli_at(figure, "interval");
    double scale = percent ? 100 : 1;
    fprintf(out,
            percent ? "%s %.0f%% against %.0f%%, %+.1f [%+.1f, %+.1f]" : "; %s %.3f against %.3f, %+.3f [%+.3f, %+.3f]",
            name, scale * cli_number(figure, "this"), scale * cli_number(figure, "other"),
            scale * cli_number(figure, "difference"), scale * json_number_value(json_array_get(interval, 0)),
            scale * json_number_value(json_array_get(interval, 1)));
}

static void show_difference(FILE *out, const char *label, const char *what, const json_t *part)
{
    if (!part) {
        return;
    }
    cli_label(out, label);
    fprintf(out, "%s: ", what);
    show_figure(out, "recall at 5%", cli_at(json_array_get(cli_at(part, "tiers"), 2), "recall"), true);
    if (cli_at(part, "average_precision")) {
        show_figure(out, "average precision", cli_at(part, "average_precision"), false);
    } else {
        show_figure(out, "AUC", cli_at(part, "auc"), false);
    }
    fputc('\n', out);
    show_difference(out, "", "by the truth", cli_at(part, "truth"));
}

static void show_comparisons(FILE *out, const json_t *document)
{
    const json_t *later = cli_at(document, "later");
    const json_t *champion = cli_at(document, "champion");
    show_difference(out, "without", "with it against without it", cli_at(document, "without"));
    show_difference(out, "against", "this model against the other", cli_at(document, "against"));
    if (later) {
        cli_label(out, "later");
        fprintf(out, "seeds from %s on, by a model of those before: recall at 5%% %.0f%%, AUC %.3f\n",
                cli_text(later, "from"), 100 * cli_number(json_array_get(cli_at(later, "tiers"), 2), "recall"),
                cli_number(later, "auc"));
    }
    if (champion) {
        cli_label(out, "best");
        fprintf(out, "%s model is the champion%s\n",
                strcmp(cli_text(champion, "model"), "this") == 0 ? "this" : "the other",
                json_is_true(cli_at(champion, "changed")) ? ", from now on" : ", as before");
    }
}

void cli_show_evaluate(FILE *out, const json_t *document)
{
    const json_t *evaluation = cli_at(document, "evaluation") ? cli_at(document, "evaluation") : document;
    double by_rule = cli_number(document, "left_out.by --where");
    if (by_rule > 0) {
        char number[32];
        cli_label(out, "pool");
        fprintf(out, "left out: %s by --where\n", cli_count(by_rule, number));
    }
    cli_show_auc(out, evaluation);
    cli_show_tiers(out, evaluation, "held-out seeds found in the top of the pool");
    show_bounds(out, document);
    show_truth(out, cli_at(document, "truth"));
    show_calibration(out, cli_at(document, "calibration"));
    for (size_t i = 0; i < json_array_size(cli_at(document, "fairness")); i++) {
        show_fairness(out, json_array_get(cli_at(document, "fairness"), i));
    }
    show_comparisons(out, document);
    const json_t *warnings = cli_at(document, "warnings");
    cli_show_concerns(out, NULL, &warnings, 1);
    cli_show_written(out, cli_text(document, "out"), NULL, cli_at(document, "seconds"));
}
