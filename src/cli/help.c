/* What --help prints, from the table of commands and the stages' parameter tables. */
#include "cli/cli.h"

#include <string.h>

enum { WIDTH = 96, OPTION_INDENT = 2, HELP_INDENT = 28, NAME_INDENT = 26 };

/* ---- a parameter in words --------------------------------------------------------------------- */

const char *cli_param_flag(const struct lka_param *param, char buffer[CLI_TEXT_MAX])
{
    bool on = param->type == LKA_PARAM_FLAG && param->initial && strcmp(param->initial, "true") == 0;
    const char *unit = param->type == LKA_PARAM_FLAG ? "" : param->unit ? param->unit : "VALUE";
    snprintf(buffer, CLI_TEXT_MAX, "--%s%s%s%s", on ? "no-" : "", param->key, *unit ? " " : "", unit);
    return buffer;
}

struct notes {
    char *buffer;
    size_t used;
};

static void note(struct notes *notes, const char *before, const char *text)
{
    if (notes->used < CLI_TEXT_MAX) {
        int more = snprintf(notes->buffer + notes->used, CLI_TEXT_MAX - notes->used, "%s%s%s", notes->used ? "; " : "",
                            before, text);
        notes->used += more > 0 ? (size_t)more : 0;
    }
}

static void note_choices(struct notes *notes, const char *choices)
{
    char list[CLI_TEXT_MAX];
    size_t used = 0;
    for (const char *c = choices; *c && used + 3 < sizeof list; c++) {
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%c", *c == '|' ? "," : "", *c == '|' ? ' ' : *c);
    }
    note(notes, "one of ", list);
}

/* Limits beyond a hundred million are no limits to a person. */
static void note_range(struct notes *notes, const struct lka_param *param)
{
    char text[96];
    bool upper = param->maximum < 1e8;
    bool lower = param->minimum != 0 || upper;
    if (upper) {
        snprintf(text, sizeof text, "%.10g to %.10g", param->minimum, param->maximum);
        note(notes, "", text);
    } else if (lower) {
        snprintf(text, sizeof text, "%.10g", param->minimum);
        note(notes, "at least ", text);
    }
}

const char *cli_param_limits(const struct lka_param *param, char buffer[CLI_TEXT_MAX])
{
    struct notes notes = {.buffer = buffer};
    buffer[0] = '\0';
    if (param->required) {
        note(&notes, "", "required");
    }
    if (param->choices) {
        note_choices(&notes, param->choices);
    }
    if (param->type == LKA_PARAM_INTEGER || param->type == LKA_PARAM_NUMBER) {
        note_range(&notes, param);
    }
    if (param->type == LKA_PARAM_LIST) {
        note(&notes, "", "may be repeated");
    }
    if (param->initial && param->type != LKA_PARAM_FLAG) {
        note(&notes, "default: ", param->initial);
    }
    return buffer;
}

const char *cli_usage(const struct cli_command *command, char buffer[CLI_TEXT_MAX])
{
    size_t used = (size_t)snprintf(buffer, CLI_TEXT_MAX, "%s", command->name);
    size_t optional = 0;
    for (size_t i = 0; i < command->params->count; i++) {
        const struct lka_param *param = &command->params->params[i];
        bool bare = command->positional && strcmp(command->positional, param->key) == 0;
        char flag[CLI_TEXT_MAX];
        if (bare) {
            used += (size_t)snprintf(buffer + used, CLI_TEXT_MAX - used, " %s",
                                     param->unit ? param->unit : param->choices);
        } else if (param->required && used < CLI_TEXT_MAX / 2) {
            used += (size_t)snprintf(buffer + used, CLI_TEXT_MAX - used, " %.100s", cli_param_flag(param, flag));
        } else {
            optional++;
        }
    }
    snprintf(buffer + used, CLI_TEXT_MAX - used, "%s", optional || command->formats ? " [options]" : "");
    return buffer;
}

/* ---- wrapped text ----------------------------------------------------------------------------- */

/* Words of `text` from column `at` on; further lines start at `indent`, and lines end in `end` where they go on. */
static void wrap_lines(FILE *out, const char *text, size_t at, size_t indent, const char *end)
{
    bool first = true;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (!first && at + 1 + length + strlen(end) > WIDTH) {
            fprintf(out, "%s\n%*s", end, (int)indent, "");
            at = indent;
            first = true;
        }
        fprintf(out, "%s%.*s", first ? "" : " ", (int)length, text);
        at += length + !first;
        first = false;
        text += length;
        text += strspn(text, " ");
    }
}

static void wrap(FILE *out, const char *text, size_t at, size_t indent)
{
    wrap_lines(out, text, at, indent, "");
}

static void print_param(FILE *out, const struct lka_param *param)
{
    char flag[CLI_TEXT_MAX];
    char limits[CLI_TEXT_MAX];
    char text[2 * CLI_TEXT_MAX];
    cli_param_flag(param, flag);
    cli_param_limits(param, limits);
    snprintf(text, sizeof text, "%s%s%s%s", param->help, limits[0] ? " (" : "", limits, limits[0] ? ")" : "");
    size_t at = OPTION_INDENT + strlen(flag);
    fprintf(out, "%*s%s", OPTION_INDENT, "", flag);
    if (at + 2 > HELP_INDENT) {
        fprintf(out, "\n%*s", HELP_INDENT, "");
    } else {
        fprintf(out, "%*s", (int)(HELP_INDENT - at), "");
    }
    wrap(out, text, HELP_INDENT, HELP_INDENT);
    fputc('\n', out);
}

/* ---- pages ------------------------------------------------------------------------------------ */

static void print_summary(FILE *out, const struct cli_command *command)
{
    fprintf(out, "  %-*s", NAME_INDENT - 2, command->name);
    wrap(out, command->summary, NAME_INDENT, NAME_INDENT);
    fputc('\n', out);
}

void cli_print_overview(FILE *out)
{
    fprintf(out, "lookalike %s: which prospects look like the people you know came back\n\n", lka_version());
    fputs("usage: lookalike COMMAND [options]\n", out);
    for (int group = 0; group < CLI_HIDDEN; group++) {
        fprintf(out, "\n%s\n", cli_group_title((enum cli_group)group));
        for (size_t i = 0; i < cli_command_count; i++) {
            if ((int)cli_commands[i].group == group) {
                print_summary(out, &cli_commands[i]);
            }
        }
    }
    fputs("\n`lookalike COMMAND --help` tells a command's options. Results go to files or stdout, everything\n"
          "else to stderr. Files are CSV, by name also .gz and .zst; - is stdin or stdout.\n",
          out);
}

bool cli_print_commands_of(FILE *out, const char *word)
{
    bool any = false;
    for (size_t i = 0; i < cli_command_count; i++) {
        if (cli_command_begins_with(&cli_commands[i], word)) {
            fputs(any ? "" : "usage: lookalike COMMAND [options]\n\n", out);
            print_summary(out, &cli_commands[i]);
            any = true;
        }
    }
    return any;
}

static void print_common(FILE *out, const struct cli_command *command)
{
    struct lka_param common[4];
    size_t count = cli_common_params(command, common);
    fputs("\ncommon options\n", out);
    for (size_t i = 0; i < count; i++) {
        print_param(out, &common[i]);
    }
}

void cli_print_help(FILE *out, const struct cli_command *command)
{
    char usage[CLI_TEXT_MAX];
    size_t at = (size_t)fprintf(out, "lookalike %s: ", command->name);
    wrap(out, command->summary, at, 2);
    fputs("\n\nusage: lookalike ", out);
    wrap(out, cli_usage(command, usage), strlen("usage: lookalike "), strlen("usage: lookalike "));
    fputc('\n', out);
    if (command->params->count > 0) {
        fputs("\noptions\n", out);
    }
    for (size_t i = 0; i < command->params->count; i++) {
        print_param(out, &command->params->params[i]);
    }
    print_common(out, command);
    fputs("\nexamples\n", out);
    for (size_t i = 0; i < 2; i++) {
        fputs("  lookalike ", out);
        wrap_lines(out, command->examples[i], strlen("  lookalike "), 6, " \\");
        fputc('\n', out);
    }
}

lka_status cli_printed(void (*print)(FILE *out), char **text, struct lka_error *error)
{
    size_t size = 0;
    FILE *out = open_memstream(text, &size);
    if (!out) {
        return cli_fail(error, LKA_MEMORY, "out of memory");
    }
    print(out);
    return fclose(out) == 0 ? LKA_OK : cli_fail(error, LKA_MEMORY, "out of memory");
}
