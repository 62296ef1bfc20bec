/* What the four commands of `lookalike campaign` show. */
#include "cli/document.h"

/* "56% [55, 57]", or why there is none. */
static void show_share(FILE *out, const json_t *share, int width)
{
    char text[64] = "too few people";
    char percent[32];
    const json_t *interval = cli_at(share, "interval");
    if (interval) {
        snprintf(text, sizeof text, "%s [%.0f, %.0f]", cli_percent(cli_number(share, "share"), percent),
                 100 * json_number_value(json_array_get(interval, 0)),
                 100 * json_number_value(json_array_get(interval, 1)));
    }
    fprintf(out, " %*s", width - 1, text);
}

/* "label: 12 email, 30 cookie": what is not 0. */
static void show_tally(FILE *out, const char *label, const json_t *tally)
{
    char number[32];
    const char *name;
    json_t *count;
    bool first = true;
    json_object_foreach((json_t *)(uintptr_t)tally, name, count)
    {
        if (json_number_value(count) > 0) {
            fprintf(out, "%s%s%s %s", first ? "          " : ", ", first ? label : "",
                    cli_count(json_number_value(count), number), name[0] ? name : "(none)");
            first = false;
        }
    }
    fputs(first ? "" : "\n", out);
}

static void show_end(FILE *out, const json_t *document)
{
    const json_t *warnings = cli_at(document, "warnings");
    cli_show_concerns(out, NULL, &warnings, 1);
    cli_show_written(out, cli_text(document, "out"), NULL, cli_at(document, "seconds"));
}

/* ---- onboard ---------------------------------------------------------------------------------- */

void cli_show_onboard(FILE *out, const json_t *document)
{
    char number[32];
    char other[32];
    const json_t *all = cli_at(document, "reach.all");
    cli_label(out, "people");
    fprintf(out, "%s inactive of %s\n", cli_count(cli_number(document, "counts.inactive"), number),
            cli_count(cli_number(document, "counts.contacts"), other));
    cli_label(out, "reach");
    fprintf(out, "%s of them:", cli_count(cli_number(all, "reachable"), number));
    show_share(out, all, 1);
    fputc('\n', out);
    const char *segment;
    json_t *share;
    json_object_foreach((json_t *)(uintptr_t)cli_at(document, "reach.segments"), segment, share)
    {
        fprintf(out, "          %-16s%9s", segment, cli_count(cli_number(share, "people"), number));
        show_share(out, share, 18);
        fputc('\n', out);
    }
    show_tally(out, "by ", cli_at(document, "reach.id_types"));
    show_tally(out, "on ", cli_at(document, "reach.platforms"));
    show_tally(out, "for ", cli_at(document, "reach.paths"));
    show_tally(out, "identities not used: ", cli_at(document, "counts.identities.unused"));
    show_end(out, document);
}

/* ---- allocate --------------------------------------------------------------------------------- */

void cli_show_allocate(FILE *out, const json_t *document)
{
    char number[32];
    char other[32];
    cli_label(out, "wave");
    fprintf(out, "%.0f: %s contacts of %s reachable, for %.10g\n", cli_number(document, "wave"),
            cli_count(cli_number(document, "counts.allocated"), number),
            cli_count(cli_number(document, "counts.reachable"), other), cli_number(document, "spent"));
    cli_label(out, "split");
    fputs(json_is_true(cli_at(document, "learned.known")) ? "by what earlier waves brought\n"
                                                          : "even: no earlier wave has taught anything yet\n",
          out);
    fputs("    path              contacts     spent\n", out);
    const char *path;
    json_t *taken;
    json_object_foreach((json_t *)(uintptr_t)cli_at(document, "taken"), path, taken)
    {
        fprintf(out, "    %-16s%10s%10.10g\n", path, cli_count(cli_number(taken, "contacts"), number),
                cli_number(taken, "spent"));
    }
    show_end(out, document);
}

/* ---- registrations ---------------------------------------------------------------------------- */

static void show_paths(FILE *out, const json_t *paths)
{
    char number[32];
    char other[32];
    char third[32];
    const char *path;
    json_t *cell;
    fputs("    path              people  reactivated     new            opt-in\n", out);
    json_object_foreach((json_t *)(uintptr_t)paths, path, cell)
    {
        fprintf(out, "    %-16s%8s%13s%8s", path, cli_count(cli_number(cell, "people"), number),
                cli_count(cli_number(cell, "reactivated"), other), cli_count(cli_number(cell, "new"), third));
        show_share(out, cell, 18);
        if (cli_number(cell, "opt_in_unknown") > 0) {
            fprintf(out, "  %s did not say", cli_count(cli_number(cell, "opt_in_unknown"), number));
        }
        fputc('\n', out);
    }
}

void cli_show_registrations(FILE *out, const json_t *document)
{
    char number[32];
    char other[32];
    cli_label(out, "people");
    fprintf(out, "%s reactivated, %s new contacts", cli_count(cli_number(document, "counts.reactivated"), number),
            cli_count(cli_number(document, "counts.new"), other));
    if (cli_number(document, "counts.active") > 0) {
        fprintf(out, ", %s who were active", cli_count(cli_number(document, "counts.active"), number));
    }
    fputc('\n', out);
    show_tally(out, "matched by ", cli_at(document, "registered.matched_by"));
    show_tally(out, "", cli_at(document, "counts.odd"));
    show_paths(out, cli_at(document, "registered.paths"));
    show_end(out, document);
}

/* ---- seeds ------------------------------------------------------------------------------------ */

void cli_show_seeds(FILE *out, const json_t *document)
{
    char number[32];
    cli_label(out, "as of");
    fprintf(out, "%s\n", cli_text(document, "as_of"));
    const char *group;
    json_t *people;
    json_object_foreach((json_t *)(uintptr_t)cli_at(document, "counts.groups"), group, people)
    {
        fprintf(out, "          %-12s%10s\n", group, cli_count(json_number_value(people), number));
    }
    const json_t *day = cli_at(document, "attributes.as_of");
    fprintf(out, "          attributes are those of %s; what they did is as of before the exposure\n",
            json_is_string(day) ? json_string_value(day) : "the contacts' file");
    show_tally(out, "left out: ", cli_at(document, "counts.left_out"));
    show_tally(out, "exposures: ", cli_at(document, "counts.exposures"));
    show_end(out, document);
}
