/* What `lookalike explain` shows: where one row stands, and what each feature adds to its score. */
#include "cli/document.h"

enum { SHOWN = 20 };

/* Each reason with the column that says so, what would have to stand there, and where the rule comes from. */
static void show_why(FILE *out, const json_t *document)
{
    const json_t *list = cli_at(document, "why");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *why = json_array_get(list, i);
        const char *column = cli_text(why, "column");
        cli_label(out, i ? "" : "why");
        fprintf(out, "%s%s%s%s", cli_text(why, "reason"), *column ? ": column \"" : "", column, *column ? "\"" : "");
        fprintf(out, "; wanted: %s (%s)\n", cli_text(why, "rule"), cli_text(why, "source"));
    }
}

static void show_ledger(FILE *out, const json_t *document)
{
    const json_t *ledger = cli_at(document, "audience");
    if (json_is_null(ledger)) {
        cli_label(out, "ledger");
        fputs("has no row of that id: it was not in the ranking that the audience was made of\n", out);
    } else if (ledger) {
        const char *arm = cli_text(ledger, "arm");
        const char *path = cli_text(ledger, "path");
        cli_label(out, "ledger");
        fprintf(out, "%s%s%s", cli_text(ledger, "reason"), *arm ? ", arm " : "", arm);
        fprintf(out, "%s%s", *path ? ", path " : "", path);
        fprintf(out, "%s%s\n", *arm ? ", since " : "", *arm ? cli_text(ledger, "first_entry") : "");
    }
}

static void show_place(FILE *out, const json_t *document)
{
    char rank[32];
    char eligible[32];
    if (*cli_text(document, "left_out")) {
        cli_label(out, "row");
        fprintf(out, "%s is left out of the ranking: %s\n", cli_text(document, "row"), cli_text(document, "left_out"));
    } else {
        cli_label(out, "row");
        fprintf(out, "%s is %s of %s: percentile %.1f, tier %.0f%%\n", cli_text(document, "row"),
                cli_count(cli_number(document, "rank"), rank), cli_count(cli_number(document, "eligible"), eligible),
                cli_number(document, "percentile"), cli_number(document, "tier"));
    }
}

/* A row that was learned from is scored by the member that did not see it. */
static void show_score(FILE *out, const json_t *document)
{
    const json_t *member = cli_at(document, "member");
    if (!cli_at(document, "score")) {
        return;
    }
    cli_label(out, "score");
    fprintf(out, "%.6g by the family %s, ", cli_number(document, "score"), cli_text(document, "family"));
    if (json_is_integer(member)) {
        fprintf(out, "member %.0f alone: the others learned from this row\n", json_number_value(member));
    } else {
        fputs("the mean of its members\n", out);
    }
}

static void show_contributions(FILE *out, const json_t *document)
{
    const json_t *list = cli_at(document, "contributions");
    size_t count = json_array_size(list);
    if (*cli_text(document, "no_contributions")) {
        fprintf(out, "          %s\n", cli_text(document, "no_contributions"));
    }
    if (count == 0) {
        return;
    }
    double rest = 0;
    fprintf(out, "       adds  feature                         value\n");
    fprintf(out, "%11.4f  (where everybody starts)\n", cli_number(document, "base"));
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(list, i);
        if (i < SHOWN) {
            fprintf(out, "%+11.4f  %-30s  %s\n", cli_number(one, "adds"), cli_text(one, "feature"),
                    cli_text(one, "value"));
        } else {
            rest += cli_number(one, "adds");
        }
    }
    if (count > SHOWN) {
        fprintf(out, "%+11.4f  (%zu more)\n", rest, count - SHOWN);
    }
}

void cli_show_explain(FILE *out, const json_t *document)
{
    show_place(out, document);
    show_why(out, document);
    show_ledger(out, document);
    show_score(out, document);
    show_contributions(out, document);
}
