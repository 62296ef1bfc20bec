/* What `lookalike lifecycle` shows. */
#include "cli/document.h"

#include <string.h>

static void show_counts(FILE *out, const json_t *document)
{
    char number[32];
    char other[32];
    cli_label(out, "people");
    fprintf(out, "%s as of %s\n", cli_count(cli_number(document, "contacts"), number), cli_text(document, "as_of"));
    double refused = cli_number(document, "profiled.no_consent");
    double suppressed = cli_number(document, "profiled.suppressed");
    if (refused + suppressed > 0) {
        cli_label(out, "");
        fprintf(out, "not profiled: %s without consent to it, %s suppressed\n", cli_count(refused, number),
                cli_count(suppressed, other));
    }
    cli_label(out, "events");
    fprintf(out, "%s of contacts", cli_count(cli_number(document, "events.used"), number));
    if (*cli_text(document, "events.since")) {
        fprintf(out, " since %s", cli_text(document, "events.since"));
    }
    fprintf(out, ", %s repeated, %s of no contact\n", cli_count(cli_number(document, "events.duplicates"), number),
            cli_count(cli_number(document, "events.of_no_contact"), other));
}

static void show_machines(FILE *out, const json_t *document)
{
    const char *reason;
    json_t *kinds;
    char number[32];
    cli_label(out, "machine");
    fprintf(out, "%s events left out before anything else\n",
            cli_count(cli_number(document, "machines.events"), number));
    json_object_foreach((json_t *)(uintptr_t)cli_at(document, "machines.by_reason"), reason, kinds)
    {
        const char *kind;
        json_t *events;
        bool first = true;
        json_object_foreach(kinds, kind, events)
        {
            if (first) {
                cli_label(out, "");
            }
            fprintf(out, "%s%s %s", first ? "" : ", ", cli_count(json_number_value(events), number), kind);
            first = false;
        }
        if (!first) {
            fprintf(out, " by %s\n", reason);
        }
    }
}

static void show_share(FILE *out, const char *name, const json_t *share, const json_t *hidden)
{
    char number[32];
    const json_t *interval = cli_at(share, "interval");
    double part = 100 * cli_number(share, "share");
    double low = 100 * json_number_value(json_array_get(interval, 0));
    double high = 100 * json_number_value(json_array_get(interval, 1));
    fprintf(out, "    %-20s%11s%7.1f%%  [%.1f, %.1f]", name, cli_count(cli_number(share, "contacts"), number), part,
            low, high);
    if (hidden && json_number_value(hidden) > 0) {
        fprintf(out, "  %s whose opens can't be observed", cli_count(json_number_value(hidden), number));
    }
    fputc('\n', out);
}

static void show_segments(FILE *out, const json_t *document)
{
    const char *name;
    json_t *segment;
    cli_label(out, "segment");
    fputs("   contacts   share\n", out);
    json_object_foreach((json_t *)(uintptr_t)cli_at(document, "segments"), name, segment)
    {
        show_share(out, name, segment, cli_at(segment, "opens_not_observable"));
    }
    show_share(out, "inactive", cli_at(document, "inactive"), NULL);
    show_share(out, "opens hidden", cli_at(document, "opens_not_observable"), NULL);
}

static void show_moves(FILE *out, const json_t *document)
{
    const json_t *moves = cli_at(document, "previous.moves");
    char number[32];
    if (!moves) {
        return;
    }
    cli_label(out, "since");
    fprintf(out, "%s%s\n", cli_text(document, "previous.since"), json_array_size(moves) ? "" : ": no change");
    for (size_t i = 0; i < json_array_size(moves); i++) {
        const json_t *move = json_array_get(moves, i);
        const char *from = cli_text(move, "from");
        fprintf(out, "    %-20s%11s  -> %s\n", *from ? from : "(new)", cli_count(cli_number(move, "contacts"), number),
                cli_text(move, "to"));
    }
}

static void show_deletions(FILE *out, const json_t *document)
{
    char due[32];
    char soon[32];
    char held[32];
    cli_label(out, "delete");
    fprintf(out, "%s due, %s about to be, %s held since their opens can't be observed\n",
            cli_count(cli_number(document, "deletions.due"), due),
            cli_count(cli_number(document, "deletions.soon"), soon),
            cli_count(cli_number(document, "deletions.held"), held));
}

static void show_append(FILE *out, const json_t *document)
{
    char number[32];
    char other[32];
    const char *name;
    json_t *share;
    const json_t *append = cli_at(document, "append");
    if (append && !json_is_null(append)) {
        cli_label(out, "append");
        fprintf(out, "%s inactive contacts that a vendor has, on %s of them vendors contradict each other\n",
                cli_count(cli_number(append, "contacts"), number),
                cli_count(cli_number(append, "contradictions"), other));
        json_object_foreach((json_t *)(uintptr_t)cli_at(append, "classes"), name, share)
        {
            show_share(out, name, share, NULL);
        }
        if (cli_number(append, "further_columns") > 0) {
            fprintf(out, "          %s further columns, on %s contacts vendors contradict each other there\n",
                    cli_count(cli_number(append, "further_columns"), number),
                    cli_count(cli_number(append, "contradictions_in_them"), other));
        }
    }
    cli_label(out, "request");
    fprintf(out, "%s to ask about bounce risk, %s about personalisation\n",
            cli_count(cli_number(document, "requests.bounce_risk"), number),
            cli_count(cli_number(document, "requests.personalisation"), other));
}

static void show_consideration(FILE *out, const json_t *document)
{
    const char *brand;
    json_t *figures;
    json_object_foreach((json_t *)(uintptr_t)cli_at(document, "consideration"), brand, figures)
    {
        char number[32];
        const json_t *interval = cli_at(figures, "interval");
        cli_label(out, "brand");
        fprintf(out, "%s: considered %.1f [%.1f, %.1f] of 10 by %s answers", brand,
                cli_number(figures, "consideration"), json_number_value(json_array_get(interval, 0)),
                json_number_value(json_array_get(interval, 1)), cli_count(cli_number(figures, "answers"), number));
        if (cli_at(figures, "last_run")) {
            fprintf(out, ", %+.1f since the last run", cli_number(figures, "last_run.change"));
        }
        fputc('\n', out);
    }
}

static void show_selected(FILE *out, const json_t *document)
{
    const json_t *selected = cli_at(document, "selected");
    char number[32];
    char other[32];
    if (!selected) {
        return;
    }
    cli_label(out, "where");
    fprintf(out, "%s contacts", cli_count(cli_number(selected, "contacts"), number));
    if (cli_at(selected, "change")) {
        fprintf(out, "; since %s %s new, %s gone", cli_text(selected, "change.since"),
                cli_count(cli_number(selected, "change.new"), number),
                cli_count(cli_number(selected, "change.gone"), other));
    }
    const json_t *sample = cli_at(selected, "sample");
    for (size_t i = 0; i < json_array_size(sample); i++) {
        fprintf(out, "%s%s", i ? ", " : "; a sample (hashed): ", json_string_value(json_array_get(sample, i)));
    }
    fputc('\n', out);
}

void cli_show_lifecycle(FILE *out, const json_t *document)
{
    show_counts(out, document);
    show_machines(out, document);
    show_segments(out, document);
    show_moves(out, document);
    show_deletions(out, document);
    show_append(out, document);
    show_consideration(out, document);
    show_selected(out, document);
    const json_t *warnings = cli_at(document, "warnings");
    cli_show_concerns(out, NULL, &warnings, 1);
    cli_show_written(out, cli_text(document, "out"), cli_at(document, "contacts"), cli_at(document, "seconds"));
}
