/* What `lookalike export` and `lookalike hash` show: who is in the files, who is not, where they go. */
#include "cli/document.h"

static void show_reasons(FILE *out, const char *label, const json_t *reasons)
{
    const char *reason;
    json_t *count;
    bool first = true;
    json_object_foreach((json_t *)(uintptr_t)reasons, reason, count)
    {
        char number[32];
        fprintf(out, "%s%s %s", first ? label : ", ", cli_count(json_number_value(count), number), reason);
        first = false;
    }
    if (!first) {
        fputc('\n', out);
    }
}

static void show_platform(FILE *out, const json_t *platform)
{
    char written[32];
    char rows[32];
    char files[32];
    cli_label(out, cli_text(platform, "platform"));
    fprintf(out, "%s of %s rows in %s file%s (%s)%s", cli_count(cli_number(platform, "counts.written"), written),
            cli_count(cli_number(platform, "counts.rows"), rows),
            cli_count((double)json_array_size(cli_at(platform, "files")), files),
            json_array_size(cli_at(platform, "files")) == 1 ? "" : "s", cli_text(platform, "format"),
            json_is_true(cli_at(platform, "verified")) ? "" : "; rules not verified");
    if (cli_number(platform, "counts.unchanged") + cli_number(platform, "counts.removed") > 0) {
        fprintf(out, "; %s unchanged, %s removed", cli_count(cli_number(platform, "counts.unchanged"), rows),
                cli_count(cli_number(platform, "counts.removed"), files));
    }
    fputc('\n', out);
    show_reasons(out, "          left out: ", cli_at(platform, "left_out"));
    fprintf(out, "          rules %s (%s)\n", cli_text(platform, "rule_version"), cli_text(platform, "rule_source"));
}

void cli_show_export(FILE *out, const json_t *document)
{
    if (!cli_at(document, "platforms")) {
        char rows[32];
        cli_label(out, "check");
        fprintf(out, "%s rows, nothing that %s would refuse\n", cli_count(cli_number(document, "rows"), rows),
                cli_text(document, "title"));
        return;
    }
    const json_t *platforms = cli_at(document, "platforms");
    for (size_t p = 0; p < json_array_size(platforms); p++) {
        show_platform(out, json_array_get(platforms, p));
    }
    const json_t *warnings = cli_at(document, "warnings");
    cli_show_concerns(out, NULL, &warnings, 1);
    cli_show_written(out, cli_text(document, "out"), cli_at(document, "written"), cli_at(document, "seconds"));
}

void cli_show_hash(FILE *out, const json_t *document)
{
    char values[32];
    cli_label(out, "hash");
    fprintf(out, "%s values of %s for %s (rules %s)\n", cli_count(cli_number(document, "values"), values),
            cli_text(document, "field"), cli_text(document, "platform"), cli_text(document, "version"));
    show_reasons(out, "          unusable: ", cli_at(document, "unusable"));
}
