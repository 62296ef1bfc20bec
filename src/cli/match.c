/* What `lookalike match` shows: the documents of train and score in one page. */
#include "cli/document.h"

void cli_show_match(FILE *out, const json_t *document)
{
    const json_t *train = cli_at(document, "train");
    const json_t *score = cli_at(document, "score");
    cli_show_learned_from(out, train);
    cli_show_columns(out, cli_at(train, "columns"));
    cli_show_family(out, cli_at(train, "family"));
    cli_show_quality(out, train);
    cli_show_profile(out, score);
    const json_t *warnings[] = {cli_at(train, "warnings"), cli_at(score, "warnings"), cli_at(document, "warnings")};
    cli_show_concerns(out, score, warnings, 3);
    cli_show_written(out, cli_text(score, "out"), cli_at(score, "output.rows"), cli_at(document, "seconds"));
}
