/* What `lookalike erase` shows. */
#include "cli/document.h"

static double rows_of(const json_t *list)
{
    double rows = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        rows += cli_number(json_array_get(list, i), "rows");
    }
    return rows;
}

static void show_removed(FILE *out, const json_t *document)
{
    char number[3][32];
    double of_tables = 0;
    const char *table;
    json_t *rows;
    json_object_foreach((json_t *)(uintptr_t)cli_at(document, "tables"), table, rows)
    {
        of_tables += json_number_value(rows);
    }
    cli_label(out, cli_at(document, "second_search") ? "purged" : "found");
    fprintf(out, "%s rows of tables, %s events, %s rows of outputs\n", cli_count(of_tables, number[0]),
            cli_count(rows_of(cli_at(document, "segments")), number[1]),
            cli_count(rows_of(cli_at(document, "outputs")), number[2]));
}

static void show_platforms(FILE *out, const json_t *platforms)
{
    for (size_t i = 0; i < json_array_size(platforms); i++) {
        const json_t *platform = json_array_get(platforms, i);
        char people[32];
        char rows[32];
        cli_label(out, i == 0 ? "sent" : "");
        fprintf(out, "to %s (%s): %s of them, %s rows to remove\n", cli_text(platform, "platform"),
                cli_text(platform, "format"), cli_count(cli_number(platform, "people"), people),
                cli_count(cli_number(platform, "rows"), rows));
    }
}

static void show_models(FILE *out, const json_t *models)
{
    for (size_t i = 0; i < json_array_size(models); i++) {
        cli_label(out, i == 0 ? "retrain" : "");
        fprintf(out, "%s\n", cli_text(json_array_get(models, i), "path"));
    }
}

static void show_search(FILE *out, const json_t *search)
{
    char number[32];
    if (search) {
        cli_label(out, "again");
        fprintf(out, "searched, and found %s rows\n",
                cli_count(cli_number(search, "rows_of_outputs") + cli_number(search, "events") +
                              cli_number(search, "rows_of_tables"),
                          number));
    }
}

void cli_show_erase(FILE *out, const json_t *document)
{
    char number[2][32];
    cli_label(out, "people");
    fprintf(out, "%s, of whom %s are unknown\n", cli_count(cli_number(document, "people"), number[0]),
            cli_count(cli_number(document, "unknown"), number[1]));
    show_removed(out, document);
    show_platforms(out, cli_at(document, "platforms"));
    show_models(out, cli_at(document, "models"));
    show_search(out, cli_at(document, "second_search"));
    for (size_t i = 0; i < json_array_size(cli_at(document, "warnings")); i++) {
        cli_label(out, i == 0 ? "warning" : "");
        fprintf(out, "%s\n", json_string_value(json_array_get(cli_at(document, "warnings"), i)));
    }
    if (cli_at(document, "second_search")) {
        cli_show_written(out, cli_text(document, "out"), NULL, cli_at(document, "seconds"));
    } else {
        cli_label(out, "changed");
        fprintf(out, "nothing%s\n",
                json_is_true(cli_at(document, "parameters.retention")) ? ": --confirm does it" : "");
    }
}
