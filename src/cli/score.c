/* What `lookalike score` shows. */
#include "cli/document.h"

void cli_show_score(FILE *out, const json_t *document)
{
    char number[32];
    cli_label(out, "pool");
    fprintf(out, "%s eligible\n", cli_count(cli_number(document, "counts.eligible"), number));
    cli_show_left_out(out, cli_at(document, "counts"));
    cli_show_profile(out, document);
    const json_t *warnings = cli_at(document, "warnings");
    cli_show_concerns(out, document, &warnings, 1);
    cli_show_written(out, cli_text(document, "out"), cli_at(document, "output.rows"), cli_at(document, "seconds"));
}
