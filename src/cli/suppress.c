/* What `lookalike suppress` shows. */
#include "cli/document.h"

/* "200 email, 150 phone" from an object of counts, or of objects that have `key`. */
static void show_kinds(FILE *out, const json_t *kinds, const char *key)
{
    const char *kind;
    json_t *counts;
    const char *between = "";
    json_object_foreach((json_t *)(uintptr_t)kinds, kind, counts)
    {
        char number[32];
        double count = key ? cli_number(counts, key) : json_number_value(counts);
        if (count > 0) {
            fprintf(out, "%s%s %s", between, cli_count(count, number), kind);
            between = ", ";
        }
    }
}

static void show_warnings(FILE *out, const json_t *document)
{
    const json_t *warnings = cli_at(document, "warnings");
    for (size_t i = 0; i < json_array_size(warnings); i++) {
        cli_label(out, i == 0 ? "warning" : "");
        fprintf(out, "%s\n", json_string_value(json_array_get(warnings, i)));
    }
}

void cli_show_suppress_import(FILE *out, const json_t *document)
{
    char first[32];
    char second[32];
    cli_label(out, "people");
    fprintf(out, "%s in %s rows: ", cli_count(cli_number(document, "people"), first),
            cli_count(cli_number(document, "people") + cli_number(document, "nobody"), second));
    show_kinds(out, cli_at(document, "kinds"), "identifiers");
    fputc('\n', out);
    if (cli_at(document, "entries")) {
        cli_label(out, "list");
        fprintf(out, "%s entries, %s of them new\n", cli_count(cli_number(document, "entries"), first),
                cli_count(cli_number(document, "added"), second));
    }
    show_warnings(out, document);
    cli_show_written(out, cli_text(document, "out"), NULL, cli_at(document, "seconds"));
}

void cli_show_suppress_check(FILE *out, const json_t *document)
{
    char first[32];
    char second[32];
    cli_label(out, "table");
    fprintf(out, "%s of %s rows are of people who objected", cli_count(cli_number(document, "suppressed"), first),
            cli_count(cli_number(document, "rows"), second));
    if (cli_number(document, "suppressed") > 0) {
        fputs(": by ", out);
        show_kinds(out, cli_at(document, "kinds"), NULL);
    }
    fputc('\n', out);
    show_warnings(out, document);
    if (cli_at(document, "out")) {
        cli_label(out, "wrote");
        fprintf(out, "%s\n", cli_text(document, "out"));
    }
}

void cli_show_suppress_list(FILE *out, const json_t *document)
{
    char number[32];
    const json_t *imports = cli_at(document, "imports");
    cli_label(out, "list");
    fprintf(out, "%s entries\n", cli_count(cli_number(document, "entries"), number));
    if (json_array_size(imports) > 0) {
        fprintf(out, "  import  date              rows          new  identifiers\n");
    }
    for (size_t i = 0; i < json_array_size(imports); i++) {
        const json_t *import = json_array_get(imports, i);
        char added[32];
        fprintf(out, "  %6.0f  %-10s  %10s  %11s  ", cli_number(import, "import"), cli_text(import, "date"),
                cli_count(cli_number(import, "rows"), number), cli_count(cli_number(import, "added"), added));
        show_kinds(out, cli_at(import, "kinds"), NULL);
        fputc('\n', out);
    }
}
