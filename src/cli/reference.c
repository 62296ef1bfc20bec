/* `lookalike reference`: docs/reference.md, from the tables. */
#include "cli/cli.h"

#include <string.h>

/* A cell of a Markdown table: a bar would end it. */
static void cell(FILE *out, const char *text)
{
    for (; *text; text++) {
        fprintf(out, *text == '|' ? "\\%c" : "%c", *text);
    }
}

/* In a code span a bar is escaped too, inside a table. */
static void row(FILE *out, const char *name, const struct lka_param *param)
{
    char limits[CLI_TEXT_MAX];
    fputs("| `", out);
    cell(out, name);
    fputs("` | ", out);
    cell(out, param->help);
    fputs(" | ", out);
    cell(out, cli_param_limits(param, limits));
    fputs(" |\n", out);
}

static void table_head(FILE *out, const char *what)
{
    fprintf(out, "\n| %s | meaning | allowed |\n|---|---|---|\n", what);
}

static void command_section(FILE *out, const struct cli_command *command)
{
    char text[CLI_TEXT_MAX];
    fprintf(out, "\n### %s\n\n%s.\n\n", command->name, command->summary);
    fprintf(out, "    lookalike %s\n", cli_usage(command, text));
    if (command->params->count > 0) {
        table_head(out, "option");
    }
    for (size_t i = 0; i < command->params->count; i++) {
        row(out, cli_param_flag(&command->params->params[i], text), &command->params->params[i]);
    }
    fprintf(out, "\nExamples:\n\n    lookalike %s\n    lookalike %s\n", command->examples[0], command->examples[1]);
}

static void common_section(FILE *out)
{
    struct lka_param common[4];
    /* A command with formats has them all. */
    struct cli_command every = {.formats = "text|json"};
    size_t count = cli_common_params(&every, common);
    fputs("\n## Options of every command\n\n`--format` belongs to the commands whose result is printed.\n", out);
    table_head(out, "option");
    for (size_t i = 0; i < count; i++) {
        char text[CLI_TEXT_MAX];
        row(out, cli_param_flag(&common[i], text), &common[i]);
    }
}

static void family_section(FILE *out, size_t index)
{
    const char *name = lka_family_list_name(index);
    const struct lka_param_table *table = lka_family_list_params(index);
    fprintf(out, "\n### %s\n\n%s.\n", name, lka_family_list_summary(index));
    if (table->count > 0) {
        table_head(out, "--set");
    }
    for (size_t i = 0; i < table->count; i++) {
        char key[CLI_TEXT_MAX];
        snprintf(key, sizeof key, "%s.%s=%s", name, table->params[i].key,
                 table->params[i].unit ? table->params[i].unit : "VALUE");
        row(out, key, &table->params[i]);
    }
}

static void reference(FILE *out)
{
    fputs("# Reference\n\nEvery command and parameter. Made by `make docs` from the parameter tables: do not edit.\n",
          out);
    for (int group = 0; group < CLI_HIDDEN; group++) {
        const char *title = cli_group_title((enum cli_group)group);
        fprintf(out, "\n## %c%s\n", *title - 'a' + 'A', title + 1);
        for (size_t i = 0; i < cli_command_count; i++) {
            if ((int)cli_commands[i].group == group) {
                command_section(out, &cli_commands[i]);
            }
        }
    }
    common_section(out);
    fputs("\n## Model families\n\nChosen with `--family NAME`; their parameters are given as `--set "
          "FAMILY.PARAM=VALUE`.\n",
          out);
    for (size_t i = 0; i < lka_family_list_count(); i++) {
        family_section(out, i);
    }
}

lka_status cli_reference(const struct lka_options *options, const struct lka_session *session, char **text,
                         struct lka_error *error)
{
    (void)options;
    (void)session;
    return cli_printed(reference, text, error);
}
