/* `lookalike completion bash|zsh|fish`: scripts that know every command, option and choice. */
#include "cli/cli.h"

#include <string.h>

static const struct lka_param shell_rows[] = {
    {"shell", LKA_PARAM_TEXT, 0, NULL, 0, 0, NULL, "bash|zsh|fish", "the shell that reads the script", true},
};
const struct lka_param_table cli_completion_params = {"completion", shell_rows, 1, sizeof(char *)};

/* A description inside single quotes: an apostrophe would end it. */
static void quoted(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text != '\'') {
            fputc(*text, out);
        }
    }
}

static void choices(FILE *out, const char *text)
{
    for (; *text; text++) {
        fputc(*text == '|' ? ' ' : *text, out);
    }
}

typedef void (*visit_param)(FILE *out, const struct cli_command *command, const struct lka_param *param);

static void each_param(FILE *out, const struct cli_command *command, visit_param visit)
{
    for (size_t i = 0; i < command->params->count; i++) {
        visit(out, command, &command->params->params[i]);
    }
    struct lka_param common[4];
    size_t count = cli_common_params(command, common);
    for (size_t i = 0; i < count; i++) {
        visit(out, command, &common[i]);
    }
}

/* ---- bash (and zsh, which reads the same script through bashcompinit) -------------------------- */

static void bash_option(FILE *out, const struct cli_command *command, const struct lka_param *param)
{
    (void)command;
    fprintf(out, " --%s", param->key);
}

static void bash_choices(FILE *out, const struct cli_command *command, const struct lka_param *param)
{
    if (param->choices) {
        fprintf(out, "        '%s --%s') words='", command->name, param->key);
        choices(out, param->choices);
        fputs("' ;;\n", out);
    }
}

static void first_words(FILE *out)
{
    for (size_t i = 0; i < cli_command_count; i++) {
        size_t length = strcspn(cli_commands[i].name, " ");
        bool seen = i > 0 && strncmp(cli_commands[i - 1].name, cli_commands[i].name, length + 1) == 0;
        if (cli_commands[i].group != CLI_HIDDEN && !seen) {
            fprintf(out, "%.*s ", (int)length, cli_commands[i].name);
        }
    }
    fputs("help", out);
}

static void second_words(FILE *out)
{
    for (size_t i = 0; i < cli_command_count; i++) {
        const char *space = strchr(cli_commands[i].name, ' ');
        if (space) {
            fprintf(out, "        '%.*s') words='%s' ;;\n", (int)(space - cli_commands[i].name), cli_commands[i].name,
                    space + 1);
        }
    }
}

static void bash_script(FILE *out)
{
    fputs("_lookalike() {\n"
          "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} "
          "words=''\n"
          "    case \"$command ${COMP_WORDS[2]:-}\" in\n",
          out);
    for (size_t i = 0; i < cli_command_count; i++) {
        if (strchr(cli_commands[i].name, ' ')) {
            fprintf(out, "        '%s') [ \"$COMP_CWORD\" -gt 2 ] && command='%s' ;;\n", cli_commands[i].name,
                    cli_commands[i].name);
        }
    }
    fputs("    esac\n    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W '", out);
    first_words(out);
    fputs("' -- \"$current\"))\n        return\n    fi\n    case \"$command $previous\" in\n", out);
    for (size_t i = 0; i < cli_command_count; i++) {
        each_param(out, &cli_commands[i], bash_choices);
    }
    fputs("    esac\n    [ -n \"$words\" ] || case \"$command\" in\n", out);
    second_words(out);
    for (size_t i = 0; i < cli_command_count; i++) {
        fprintf(out, "        '%s') case $current in -*) words='", cli_commands[i].name);
        each_param(out, &cli_commands[i], bash_option);
        fputs("' ;; esac ;;\n", out);
    }
    fputs("    esac\n    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n"
          "complete -o default -o bashdefault -F _lookalike lookalike\n",
          out);
}

static void zsh_script(FILE *out)
{
    fputs("#compdef lookalike\nautoload -U +X bashcompinit && bashcompinit\n", out);
    bash_script(out);
}

/* ---- fish ------------------------------------------------------------------------------------- */

static void fish_option(FILE *out, const struct cli_command *command, const struct lka_param *param)
{
    fprintf(out, "complete -c lookalike -n '__fish_seen_subcommand_from %.*s' -l %s", (int)strcspn(command->name, " "),
            command->name, param->key);
    if (param->choices) {
        fputs(" -x -a '", out);
        choices(out, param->choices);
        fputc('\'', out);
    } else if (param->type != LKA_PARAM_FLAG) {
        fputs(" -r", out);
    }
    fputs(" -d '", out);
    quoted(out, param->help);
    fputs("'\n", out);
}

static void fish_script(FILE *out)
{
    for (size_t i = 0; i < cli_command_count; i++) {
        const struct cli_command *command = &cli_commands[i];
        size_t first = strcspn(command->name, " ");
        if (command->group != CLI_HIDDEN) {
            fprintf(out, "complete -c lookalike -n __fish_use_subcommand -a %.*s -d '", (int)first, command->name);
            quoted(out, command->summary);
            fputs("'\n", out);
        }
        if (command->name[first] == ' ') {
            fprintf(out, "complete -c lookalike -n '__fish_seen_subcommand_from %.*s' -a %s\n", (int)first,
                    command->name, command->name + first + 1);
        }
        each_param(out, command, fish_option);
    }
}

lka_status cli_completion(const struct lka_options *options, const struct lka_session *session, char **text,
                          struct lka_error *error)
{
    (void)options;
    const struct cli_session *cli = session->user;
    const char *shell = cli->settings->positional;
    void (*script)(FILE *) = strcmp(shell, "bash") == 0   ? bash_script
                             : strcmp(shell, "zsh") == 0  ? zsh_script
                             : strcmp(shell, "fish") == 0 ? fish_script
                                                          : NULL;
    if (!script) {
        return cli_fail(error, LKA_USAGE, "--shell: \"%.40s\" is not allowed; allowed: bash|zsh|fish", shell);
    }
    return cli_printed(script, text, error);
}
