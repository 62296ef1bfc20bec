/* What `lookalike simulate` shows. */
#include "cli/document.h"

static void show_dirt(FILE *out, const json_t *dirt)
{
    const char *kind;
    json_t *rows;
    bool first = true;
    json_object_foreach((json_t *)(uintptr_t)dirt, kind, rows)
    {
        char number[32];
        if (json_number_value(rows) > 0) {
            if (first) {
                cli_label(out, "");
            }
            fprintf(out, "%s%s %s", first ? "spoilt: " : ", ", cli_count(json_number_value(rows), number), kind);
            first = false;
        }
    }
    fputs(first ? "" : "\n", out);
}

void cli_show_simulate(FILE *out, const json_t *document)
{
    char number[32];
    const json_t *seeds = cli_at(document, "seeds");
    if (seeds) {
        cli_label(out, "seeds");
        fprintf(out, "%s people who came back\n", cli_count(json_number_value(seeds), number));
        show_dirt(out, cli_at(document, "dirty.seeds"));
    }
    cli_label(out, "pool");
    fprintf(out, "%s prospects", cli_count(cli_number(document, "prospects"), number));
    if (cli_at(document, "alike")) {
        fprintf(out, ", %s of them alike", cli_count(cli_number(document, "alike"), number));
    }
    fputc('\n', out);
    show_dirt(out, cli_at(document, "dirty.pool"));
    cli_show_written(out, cli_text(document, "out"), NULL, cli_at(document, "seconds"));
}
