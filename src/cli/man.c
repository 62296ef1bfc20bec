/* `lookalike man`: one manual page, in troff's man macros, from the tables. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

/* A hyphen that is typed, a backslash, and a full stop at a line's start mean something to troff. */
static void escaped(FILE *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '\\') {
            fputs("\\e", out);
        } else if (*c == '-') {
            fputs("\\-", out);
        } else if (c == text && (*c == '.' || *c == '\'')) {
            fprintf(out, "\\&%c", *c);
        } else {
            fputc(*c, out);
        }
    }
}

static void heading(FILE *out, const char *title)
{
    fputs(".SH ", out);
    for (; *title; title++) {
        fputc(*title >= 'a' && *title <= 'z' ? *title - 'a' + 'A' : *title, out);
    }
    fputc('\n', out);
}

static void man_param(FILE *out, const struct lka_param *param)
{
    char text[CLI_TEXT_MAX];
    fputs(".TP\n.B ", out);
    escaped(out, cli_param_flag(param, text));
    fputc('\n', out);
    escaped(out, param->help);
    if (cli_param_limits(param, text)[0]) {
        fputs(" (", out);
        escaped(out, text);
        fputc(')', out);
    }
    fputs(".\n", out);
}

static void man_command(FILE *out, const struct cli_command *command)
{
    char text[CLI_TEXT_MAX];
    fputs(".SS \"lookalike ", out);
    escaped(out, cli_usage(command, text));
    fputs("\"\n", out);
    escaped(out, command->summary);
    fputs(".\n", out);
    for (size_t i = 0; i < command->params->count; i++) {
        man_param(out, &command->params->params[i]);
    }
    fputs(".PP\nExamples:\n.nf\n", out);
    for (size_t i = 0; i < 2; i++) {
        fputs("    lookalike ", out);
        escaped(out, command->examples[i]);
        fputc('\n', out);
    }
    fputs(".fi\n", out);
}

static void man_families(FILE *out)
{
    fputs(".SH MODEL FAMILIES\nTheir parameters are given as\n.BR \\-\\-set \" family.parameter=value\" .\n", out);
    for (size_t i = 0; i < lka_family_list_count(); i++) {
        fputs(".SS ", out);
        escaped(out, lka_family_list_name(i));
        fputc('\n', out);
        escaped(out, lka_family_list_summary(i));
        fputs(".\n", out);
        const struct lka_param_table *table = lka_family_list_params(i);
        for (size_t p = 0; p < table->count; p++) {
            char text[CLI_TEXT_MAX];
            fputs(".TP\n.B ", out);
            escaped(out, lka_family_list_name(i));
            fputc('.', out);
            escaped(out, table->params[p].key);
            fputc('\n', out);
            escaped(out, table->params[p].help);
            fputs(" (", out);
            escaped(out, cli_param_limits(&table->params[p], text));
            fputs(").\n", out);
        }
    }
}

static void man_head(FILE *out)
{
    fprintf(out, ".TH LOOKALIKE 1 \"\" \"lookalike %s\" \"User Commands\"\n", lka_version());
    fputs(".SH NAME\nlookalike \\- which prospects look like the people you know came back\n"
          ".SH SYNOPSIS\n.B lookalike\n.I command\n.RI [ options ]\n"
          ".SH DESCRIPTION\n"
          "People known to have come back (seeds) and a pool of prospects make the pool ranked by likeness. Results go "
          "to\n"
          "files or stdout, everything else to stderr. Files are CSV, by name also .gz and .zst; \\- is stdin or "
          "stdout.\n",
          out);
}

static void man_tail(FILE *out)
{
    fputs(".SH EXIT STATUS\n"
          ".TP\n.B 0\nDone.\n"
          ".TP\n.B 1\nThe input's data or the work failed: a CSV error, a duplicate id, fewer than 10 seeds, a full "
          "disk.\n"
          ".TP\n.B 2\nOptions or configuration, a file that cannot be opened, a named column that is absent.\n"
          ".TP\n.B 3\nRefused by a safety gate (drift with \\-\\-gate): nothing was published.\n"
          ".TP\n.B 130\nInterrupted: old output is whole, no temporary is left.\n"
          ".SH ENVIRONMENT\n.TP\n.B TMPDIR\nWhere big intermediate files go, unless \\-\\-temporary says it.\n",
          out);
}

static void man_page(FILE *out)
{
    man_head(out);
    for (int group = 0; group < CLI_HIDDEN; group++) {
        heading(out, cli_group_title((enum cli_group)group));
        for (size_t i = 0; i < cli_command_count; i++) {
            if ((int)cli_commands[i].group == group) {
                man_command(out, &cli_commands[i]);
            }
        }
    }
    man_families(out);
    man_tail(out);
}

lka_status cli_man(const struct lka_options *options, const struct lka_session *session, char **text,
                   struct lka_error *error)
{
    (void)options;
    (void)session;
    return cli_printed(man_page, text, error);
}
