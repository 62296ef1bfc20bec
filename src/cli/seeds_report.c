/* The seeds' report: what the seeds are worth, as inspect shows it of a model, and train of a dry run. */
#include "cli/document.h"

enum { SHOWN = 10 };

static const char *share_text(const json_t *column, const char *key, char text[32])
{
    const json_t *share = cli_at(column, key);
    return share ? cli_percent(json_number_value(share), text) : "-";
}

static void show_columns(FILE *out, const json_t *report)
{
    char count[32];
    char all[32];
    const json_t *columns = cli_at(report, "columns");
    cli_label(out, "");
    fprintf(out, "%s of %s columns differ by more than chance from %s\n",
            cli_count(cli_number(report, "columns_distinctive"), count),
            cli_count(cli_number(report, "columns_compared"), all), cli_text(report, "against"));
    fputs("    information   shift  auc alone  filled  elsewhere  column\n", out);
    for (size_t i = 0; i < json_array_size(columns) && i < SHOWN; i++) {
        const json_t *column = json_array_get(columns, i);
        char filled[32];
        char elsewhere[32];
        fprintf(out, "%15.3f%8.3f%11.2f%8s%11s  %s", cli_number(column, "information"), cli_number(column, "shift"),
                cli_number(column, "auc_alone"), share_text(column, "filled", filled),
                share_text(column, "filled_elsewhere", elsewhere), cli_text(column, "column"));
        if (cli_at(column, "seeds_alone_have")) {
            fprintf(out, ", of which seeds alone have \"%s\"", cli_text(column, "seeds_alone_have"));
        }
        fputc('\n', out);
    }
    if (json_array_size(columns) > SHOWN) {
        fprintf(out, "%15s (%s less telling ones)\n", "",
                cli_count(cli_number(report, "columns_compared") - SHOWN, count));
    }
}

static void show_repeats(FILE *out, const json_t *report)
{
    char number[32];
    cli_label(out, "repeats");
    if (cli_at(report, "repeats.equal_emails")) {
        fprintf(out, "%s by e-mail, ", cli_count(cli_number(report, "repeats.equal_emails"), number));
    }
    fprintf(out, "%s by equal features", cli_count(cli_number(report, "repeats.equal_rows"), number));
    fprintf(out, " (of %s others: ", cli_count(cli_number(report, "repeats.others_looked_at"), number));
    fprintf(out, "%s)\n", cli_count(cli_number(report, "repeats.equal_rows_of_others"), number));
}

static void show_empty_cells(FILE *out, const json_t *report)
{
    const json_t *interval = cli_at(report, "empty_cells.auc_interval");
    if (!interval) {
        return;
    }
    cli_label(out, "empty");
    fprintf(out, "which cells are empty tells them apart with AUC %.2f [%.2f, %.2f] (two halves of the others: %.2f)\n",
            cli_number(report, "empty_cells.auc"), json_number_value(json_array_get(interval, 0)),
            json_number_value(json_array_get(interval, 1)), cli_number(report, "empty_cells.auc_of_halves"));
}

static void show_curve(FILE *out, const json_t *report)
{
    const json_t *interval = cli_at(report, "curve.gain_interval");
    if (!interval) {
        return;
    }
    char recall[2][32];
    cli_label(out, "more");
    fprintf(out, "AUC %.3f of %.0f seeds, %.3f of %.0f: %+.3f [%+.3f, %+.3f]; top 5%%: recall %s, then %s\n",
            cli_number(report, "curve.half.auc"), cli_number(report, "curve.half.seeds"),
            cli_number(report, "curve.all.auc"), cli_number(report, "curve.all.seeds"),
            cli_number(report, "curve.gain"), json_number_value(json_array_get(interval, 0)),
            json_number_value(json_array_get(interval, 1)),
            cli_percent(cli_number(report, "curve.half.recall_5"), recall[0]),
            cli_percent(cli_number(report, "curve.all.recall_5"), recall[1]));
    cli_label(out, "");
    fprintf(out, "%s\n", cli_text(report, "curve.verdict"));
}

static void show_trait(FILE *out, const json_t *trait)
{
    char share[32];
    char all[32];
    fprintf(out, "%s %s", cli_text(trait, "feature"),
            cli_at(trait, "median") ? cli_text(trait, "median") : cli_text(trait, "value"));
    if (cli_at(trait, "median")) {
        fprintf(out, " in the middle (all: %s)", cli_text(trait, "median_of_all"));
    } else {
        fprintf(out, " %s (all: %s)", cli_percent(cli_number(trait, "share"), share),
                cli_percent(cli_number(trait, "share_of_all"), all));
    }
}

static void show_groups(FILE *out, const json_t *report)
{
    const json_t *groups = cli_at(report, "groups.groups");
    char number[32];
    cli_label(out, "groups");
    if (cli_number(report, "groups.looked_at") == 0) {
        fputs("not looked for: too few seeds, or too many features\n", out);
        return;
    }
    if (json_array_size(groups) == 0) {
        fputs("one: no cut of the seeds is found again in the other half of them\n", out);
        return;
    }
    fprintf(out, "%zu among %s seeds (prediction strength %.2f)\n", json_array_size(groups),
            cli_count(cli_number(report, "groups.looked_at"), number),
            cli_number(report, "groups.prediction_strength"));
    for (size_t g = 0; g < json_array_size(groups); g++) {
        const json_t *group = json_array_get(groups, g);
        const json_t *like = cli_at(group, "like");
        fprintf(out, "%17s  ", cli_count(cli_number(group, "people"), number));
        for (size_t i = 0; i < json_array_size(like); i++) {
            fputs(i ? "; " : "", out);
            show_trait(out, json_array_get(like, i));
        }
        fputc('\n', out);
    }
}

static void show_platforms(FILE *out, const json_t *report)
{
    const json_t *reached = cli_at(report, "platforms.reached");
    const json_t *missed = cli_at(report, "platforms.short");
    char minimum[32];
    cli_label(out, "enough");
    fputs(json_array_size(reached) ? "for " : "for no platform", out);
    for (size_t i = 0; i < json_array_size(reached); i++) {
        fprintf(out, "%s%s", i ? ", " : "", json_string_value(json_array_get(reached, i)));
    }
    for (size_t i = 0; i < json_array_size(missed); i++) {
        const json_t *platform = json_array_get(missed, i);
        fprintf(out, "%s%s (%s)", i ? ", " : "; too few for ", cli_text(platform, "name"),
                cli_count(cli_number(platform, "minimum"), minimum));
    }
    fputc('\n', out);
}

void cli_show_seeds_report(FILE *out, const json_t *report)
{
    char number[32];
    if (!report) {
        return;
    }
    cli_label(out, "report");
    fprintf(out, "%s usable seeds against ", cli_count(cli_number(report, "usable"), number));
    fprintf(out, "%s of %s\n", cli_count(cli_number(report, "others"), number), cli_text(report, "against"));
    show_columns(out, report);
    show_repeats(out, report);
    show_empty_cells(out, report);
    show_curve(out, report);
    show_groups(out, report);
    show_platforms(out, report);
}
