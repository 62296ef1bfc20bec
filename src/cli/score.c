/* What `lookalike score` shows. */
#include "cli/document.h"

/* A line a model, up to so many. */
enum { MODELS = 20 };

static void show_models(FILE *out, const json_t *models)
{
    size_t count = json_array_size(models);
    for (size_t i = 0; i < count && i < MODELS; i++) {
        const json_t *model = json_array_get(models, i);
        char rows[32];
        size_t drifted = json_array_size(cli_at(model, "drift.drifted"));
        cli_label(out, i == 0 ? "models" : "");
        fprintf(out, "%-20s %-10s %10s rows", cli_text(model, "name"), cli_text(model, "family"),
                cli_count(cli_number(model, "output.rows"), rows));
        if (drifted > 0) {
            fprintf(out, "  drift: %zu columns", drifted);
        }
        fputc('\n', out);
    }
    if (count > MODELS) {
        cli_label(out, "");
        fprintf(out, "and %zu more\n", count - MODELS);
    }
}

static double rows_of_all(const json_t *models)
{
    double rows = 0;
    for (size_t i = 0; i < json_array_size(models); i++) {
        rows += cli_number(json_array_get(models, i), "output.rows");
    }
    return rows;
}

static void show_several(FILE *out, const json_t *document, const json_t *models)
{
    json_t *rows = json_real(rows_of_all(models));
    show_models(out, models);
    const json_t *warnings = cli_at(document, "warnings");
    cli_show_concerns(out, NULL, &warnings, 1);
    cli_show_written(out, cli_text(document, "out"), rows, cli_at(document, "seconds"));
    json_decref(rows);
}

void cli_show_score(FILE *out, const json_t *document)
{
    char number[32];
    const json_t *models = cli_at(document, "models");
    cli_label(out, "pool");
    fprintf(out, "%s eligible\n", cli_count(cli_number(document, "counts.eligible"), number));
    cli_show_left_out(out, cli_at(document, "counts"));
    if (models) {
        show_several(out, document, models);
        return;
    }
    cli_show_profile(out, document);
    const json_t *warnings = cli_at(document, "warnings");
    cli_show_concerns(out, document, &warnings, 1);
    cli_show_written(out, cli_text(document, "out"), cli_at(document, "output.rows"), cli_at(document, "seconds"));
}
