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

/* "2,000 contacts: 31% active, ..." */
static void show_segments(FILE *out, const json_t *document)
{
    char number[32];
    double contacts = cli_number(document, "contacts");
    const char *segment;
    json_t *count;
    cli_label(out, "crm");
    fprintf(out, "%s contacts", cli_count(contacts, number));
    json_object_foreach((json_t *)(uintptr_t)cli_at(document, "segments"), segment, count)
    {
        fprintf(out, " · %s %s", cli_percent(json_number_value(count) / contacts, number), segment);
    }
    fputc('\n', out);
    show_dirt(out, cli_at(document, "dirty.contacts"));
}

static void show_events(FILE *out, const json_t *document)
{
    static const char *const makers[] = {"human", "prefetch", "scanner", "bot", "brand"};
    char number[32];
    cli_label(out, "events");
    fprintf(out, "%s", cli_count(cli_number(document, "events.total"), number));
    for (size_t m = 0; m < sizeof makers / sizeof *makers; m++) {
        char path[32];
        snprintf(path, sizeof path, "events.%s", makers[m]);
        fprintf(out, " · %s %s", cli_count(cli_number(document, path), number), makers[m]);
    }
    fputc('\n', out);
    show_dirt(out, cli_at(document, "dirty.events"));
}

void cli_show_simulate_crm(FILE *out, const json_t *document)
{
    char numbers[4][32];
    show_segments(out, document);
    show_events(out, document);
    cli_label(out, "reached");
    fprintf(out, "%s of %s inactive; %s registered, and %s strangers\n",
            cli_count(cli_number(document, "campaign.reached"), numbers[0]),
            cli_count(cli_number(document, "campaign.inactive"), numbers[1]),
            cli_count(cli_number(document, "campaign.registered"), numbers[2]),
            cli_count(cli_number(document, "campaign.strangers"), numbers[3]));
    cli_label(out, "pool");
    fprintf(out, "%s prospects, %s of them alike\n", cli_count(cli_number(document, "prospects"), numbers[0]),
            cli_count(cli_number(document, "alike"), numbers[1]));
    show_dirt(out, cli_at(document, "dirty.pool"));
    cli_show_written(out, cli_text(document, "out"), NULL, cli_at(document, "seconds"));
}
