/* What `lookalike train` shows. */
#include "cli/document.h"

void cli_show_train(FILE *out, const json_t *document)
{
    cli_show_sides(out, cli_at(document, "seeds"), cli_at(document, "pool"));
    cli_show_columns(out, cli_at(document, "columns"));
    cli_show_family(out, cli_at(document, "family"));
    cli_show_tiers(out, cli_at(document, "evaluation"));
    const json_t *warnings = cli_at(document, "warnings");
    cli_show_concerns(out, NULL, &warnings, 1);
    cli_show_written(out, cli_text(document, "out"), NULL, cli_at(document, "seconds"));
}
