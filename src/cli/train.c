/* What `lookalike train` shows. */
#include "cli/document.h"

static void show_protected(FILE *out, const json_t *columns)
{
    if (json_array_size(columns) == 0) {
        return;
    }
    cli_label(out, "groups");
    for (size_t i = 0; i < json_array_size(columns); i++) {
        fprintf(out, "%s%s", i > 0 ? ", " : "", json_string_value(json_array_get(columns, i)));
    }
    fputs(" protected; evaluate tells what the ranking does to each group\n", out);
}

static void show_plan(FILE *out, const json_t *plan)
{
    char count[32];
    const json_t *families = cli_at(plan, "families");
    if (!plan) {
        return;
    }
    cli_label(out, "try");
    for (size_t i = 0; i < json_array_size(families); i++) {
        const json_t *family = json_array_get(families, i);
        double settings = cli_number(family, "settings");
        fprintf(out, "%s%s (%s setting%s)", i > 0 ? ", " : "", cli_text(family, "family"), cli_count(settings, count),
                settings == 1 ? "" : "s");
    }
    fprintf(out, "; %s fits at most\n", cli_count(cli_number(plan, "fits_at_most"), count));
}

void cli_show_train(FILE *out, const json_t *document)
{
    cli_show_learned_from(out, document);
    cli_show_columns(out, cli_at(document, "columns"));
    cli_show_effective(out, document);
    cli_show_weights(out, cli_at(document, "weights"));
    cli_show_family(out, cli_at(document, "family"));
    cli_show_quality(out, document);
    show_protected(out, cli_at(document, "protected"));
    if (cli_at(document, "would_try")) { /* a dry run: what would be learned from is looked at */
        cli_show_seeds_report(out, cli_at(document, "seeds_report"));
        show_plan(out, cli_at(document, "would_try"));
    }
    const json_t *warnings = cli_at(document, "warnings");
    cli_show_concerns(out, NULL, &warnings, 1);
    cli_show_written(out, cli_text(document, "out"), NULL, cli_at(document, "seconds"));
}
