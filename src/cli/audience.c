/* What `lookalike audience` shows. */
#include "cli/document.h"

static void show_counts(FILE *out, const char *label, const json_t *counts)
{
    const char *name;
    json_t *count;
    const char *between = "";
    char number[32];
    if (json_object_size(counts) == 0) {
        return;
    }
    cli_label(out, label);
    json_object_foreach((json_t *)(uintptr_t)counts, name, count)
    {
        fprintf(out, "%s%s %s", between, cli_count(json_number_value(count), number), name);
        between = ", ";
    }
    fputc('\n', out);
}

static void show_people(FILE *out, const json_t *document)
{
    char numbers[4][32];
    cli_label(out, "people");
    fprintf(out, "%s treated, %s exploring, %s held out, of %s ranked\n",
            cli_count(cli_number(document, "counts.treated"), numbers[0]),
            cli_count(cli_number(document, "counts.explore"), numbers[1]),
            cli_count(cli_number(document, "counts.holdout"), numbers[2]),
            cli_count(cli_number(document, "counts.ranked"), numbers[3]));
    show_counts(out, "out", cli_at(document, "counts.left_out"));
    show_counts(out, "scoring", cli_at(document, "counts.left_out_by_score"));
    show_counts(out, "paths", cli_at(document, "paths"));
}

static void show_power(FILE *out, const json_t *document)
{
    const json_t *power = cli_at(document, "power");
    char number[32];
    if (!json_is_object(power)) {
        return;
    }
    cli_label(out, "holdout");
    if (json_is_number(cli_at(power, "detectable_lift"))) {
        fprintf(out, "shows a lift of %.0f%% or more over a rate of %.3g%%", 100 * cli_number(power, "detectable_lift"),
                100 * cli_number(power, "base_rate"));
    } else {
        fprintf(out, "can show no lift over a rate of %.3g%%", 100 * cli_number(power, "base_rate"));
    }
    if (json_is_number(cli_at(power, "people_needed"))) {
        fprintf(out, "; %s people would show %.3g%%", cli_count(cli_number(power, "people_needed"), number),
                100 * cli_number(power, "lift"));
    }
    fputc('\n', out);
}

static void show_changes(FILE *out, const json_t *document)
{
    const json_t *changes = cli_at(document, "changes");
    char numbers[3][32];
    if (!json_is_object(changes)) {
        return;
    }
    cli_label(out, "changes");
    fprintf(out, "%s added, %s kept, %s removed\n", cli_count(cli_number(changes, "added"), numbers[0]),
            cli_count(cli_number(changes, "kept"), numbers[1]), cli_count(cli_number(changes, "removed"), numbers[2]));
    show_counts(out, "removed", cli_at(changes, "reasons"));
}

void cli_show_audience(FILE *out, const json_t *document)
{
    const json_t *warnings = cli_at(document, "warnings");
    show_people(out, document);
    show_power(out, document);
    show_changes(out, document);
    cli_show_concerns(out, NULL, &warnings, 1);
    if (json_is_true(cli_at(document, "repeated"))) {
        cli_label(out, "again");
        fprintf(out, "%s has the outcome of this run already: nothing was written\n", cli_text(document, "out"));
        return;
    }
    cli_show_written(out, cli_text(document, "out"), NULL, cli_at(document, "seconds"));
}
