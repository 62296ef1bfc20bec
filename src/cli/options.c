/* From words to values: --key value, --key=value, --flag, --no-flag, and one bare word where a command has one. */
#include "cli/cli.h"

#include <stdarg.h>
#include <string.h>

lka_status cli_fail(struct lka_error *error, lka_status code, const char *format, ...)
{
    *error = (struct lka_error){.code = code};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return code;
}

size_t cli_common_params(const struct cli_command *command, struct lka_param params[4])
{
    size_t count = 0;
    if (command->formats) {
        params[count++] = (struct lka_param){.key = "format",
                                             .type = LKA_PARAM_CHOICE,
                                             .initial = "text",
                                             .choices = command->formats,
                                             .unit = "FORM",
                                             .help = "how the result is written"};
    }
    params[count++] = (struct lka_param){.key = "log-format",
                                         .type = LKA_PARAM_CHOICE,
                                         .initial = "text",
                                         .choices = "text|json",
                                         .unit = "FORM",
                                         .help = "how steps, warnings, errors and the summary are written to stderr"};
    params[count++] = (struct lka_param){.key = "quiet",
                                         .type = LKA_PARAM_FLAG,
                                         .initial = "false",
                                         .help = "no progress, no steps, no summary: warnings and errors alone"};
    params[count++] = (struct lka_param){
        .key = "help", .type = LKA_PARAM_FLAG, .initial = "false", .help = "this text"};
    return count;
}

/* One word of the command line that stands for a key. */
struct word {
    char key[64];
    const char *value; /* behind "="; NULL: in the next word, if any */
    bool negated;      /* --no-key */
};

static lka_status split_word(const char *text, struct word *word, struct lka_error *error)
{
    const char *key = text + 2;
    size_t length = strcspn(key, "=");
    if (length == 0 || length >= sizeof word->key) {
        return cli_fail(error, LKA_USAGE, "\"%.60s\" is no option; options are written --key value or --key=value",
                        text);
    }
    *word = (struct word){.value = key[length] ? key + length + 1 : NULL};
    memcpy(word->key, key, length);
    return LKA_OK;
}

static const struct lka_param *find_common(const struct cli_command *command, const char *key, struct lka_param room[4])
{
    size_t count = cli_common_params(command, room);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(room[i].key, key) == 0) {
            return &room[i];
        }
    }
    return NULL;
}

static const struct lka_param *find(const struct cli_command *command, const char *key, struct lka_param room[4])
{
    const struct lka_param *param = lka_param_find(command->params, key);
    return param ? param : find_common(command, key, room);
}

static lka_status unknown_option(const struct cli_command *command, const char *key, struct lka_error *error)
{
    const char *names[256];
    size_t count = 0;
    for (; count < command->params->count && count < 200; count++) {
        names[count] = command->params->params[count].key;
    }
    struct lka_param common[4];
    size_t common_count = cli_common_params(command, common);
    for (size_t i = 0; i < common_count; i++) {
        names[count++] = common[i].key;
    }
    const char *nearest = lka_nearest(key, names, count);
    if (nearest) {
        return cli_fail(error, LKA_USAGE, "%s has no option --%s; did you mean --%s?", command->name, key, nearest);
    }
    return cli_fail(error, LKA_USAGE, "%s has no option --%s; `lookalike %s --help` lists them", command->name, key,
                    command->name);
}

/* The choice as the table has it, or NULL. */
static bool is_choice(const char *choices, const char *value)
{
    size_t length = strlen(value);
    for (const char *at = choices; *at;) {
        size_t word = strcspn(at, "|");
        if (word == length && memcmp(at, value, word) == 0) {
            return true;
        }
        at += word + (at[word] == '|');
    }
    return false;
}

static lka_status set_common(const struct lka_param *param, const char *value, struct cli_settings *settings,
                             struct lka_error *error)
{
    const char *allowed = param->choices ? param->choices : "true|false|yes|no";
    if (!is_choice(allowed, value)) {
        return cli_fail(error, LKA_USAGE, "--%s: \"%.40s\" is not allowed; allowed: %s", param->key, value, allowed);
    }
    bool yes = strcmp(value, "true") == 0 || strcmp(value, "yes") == 0;
    if (strcmp(param->key, "format") == 0) {
        settings->format = value;
    } else if (strcmp(param->key, "log-format") == 0) {
        settings->json_log = strcmp(value, "json") == 0;
    } else if (strcmp(param->key, "quiet") == 0) {
        settings->quiet = yes;
    } else {
        settings->help = yes;
    }
    return LKA_OK;
}

static lka_status set(const struct cli_command *command, const struct lka_param *param, const char *value,
                      struct lka_options *options, struct cli_settings *settings, struct lka_error *error)
{
    if (command->positional && strcmp(command->positional, param->key) == 0) {
        settings->positional = value;
    }
    if (command->writes && strcmp(command->writes, param->key) == 0) {
        settings->written = value;
    }
    if (strcmp(param->key, "dry-run") == 0) {
        settings->dry_run = strcmp(value, "true") == 0;
    }
    return lka_param_find(command->params, param->key) ? lka_options_set(options, param->key, value, error)
                                                       : set_common(param, value, settings, error);
}

/* The value of a key: behind "=", by itself for a flag, else the next word. A word that looks like an option is
 * taken for one that follows a forgotten value; "--key=--value" says otherwise. */
static lka_status find_value(const struct lka_param *param, struct word *word, const char *next, int *used,
                             struct lka_error *error)
{
    if (word->value) {
        return LKA_OK;
    }
    if (param->type == LKA_PARAM_FLAG) {
        word->value = word->negated ? "false" : "true";
        return LKA_OK;
    }
    if (!next || strncmp(next, "--", 2) == 0) {
        return cli_fail(error, LKA_USAGE, "--%s needs a value: %s", param->key,
                        param->unit      ? param->unit
                        : param->choices ? param->choices
                                         : "VALUE");
    }
    word->value = next;
    ++*used;
    return LKA_OK;
}

static lka_status take_option(const struct cli_command *command, const char *text, const char *next, int *used,
                              struct lka_options *options, struct cli_settings *settings, struct lka_error *error)
{
    struct word word = {0};
    lka_status status = split_word(text, &word, error);
    if (status != LKA_OK) {
        return status;
    }
    struct lka_param room[4];
    const struct lka_param *param = find(command, word.key, room);
    if (!param && strncmp(word.key, "no-", 3) == 0) {
        const struct lka_param *flag = find(command, word.key + 3, room);
        if (flag && flag->type == LKA_PARAM_FLAG && !word.value) {
            param = flag;
            word.negated = true;
        }
    }
    if (!param) {
        return unknown_option(command, word.key, error);
    }
    status = find_value(param, &word, next, used, error);
    return status == LKA_OK ? set(command, param, word.value, options, settings, error) : status;
}

static lka_status take_bare_word(const struct cli_command *command, const char *word, struct lka_options *options,
                                 struct cli_settings *settings, struct lka_error *error)
{
    const struct lka_param *param = command->positional ? lka_param_find(command->params, command->positional) : NULL;
    if (!param) {
        return cli_fail(error, LKA_USAGE, "%s: \"%.60s\" is not expected here; options are written --key value",
                        command->name, word);
    }
    if (settings->positional && param->type != LKA_PARAM_LIST) {
        return cli_fail(error, LKA_USAGE, "%s takes one %s; \"%.60s\" is a second one", command->name, param->key,
                        word);
    }
    return set(command, param, word, options, settings, error);
}

lka_status cli_options_parse(const struct cli_command *command, int count, char **words, struct lka_options *options,
                             struct cli_settings *settings, struct lka_error *error)
{
    bool options_ended = false;
    lka_status status = LKA_OK;
    for (int i = 0; i < count && status == LKA_OK && !settings->help; i++) {
        if (!options_ended && strcmp(words[i], "--") == 0) {
            options_ended = true;
        } else if (!options_ended && strcmp(words[i], "-h") == 0) {
            settings->help = true;
        } else if (!options_ended && words[i][0] == '-' && words[i][1] == '-') {
            status = take_option(command, words[i], i + 1 < count ? words[i + 1] : NULL, &i, options, settings, error);
        } else if (!options_ended && words[i][0] == '-' && words[i][1]) {
            status = cli_fail(error, LKA_USAGE, "\"%.60s\" is no option; options have two hyphens: --key value",
                              words[i]);
        } else {
            status = take_bare_word(command, words[i], options, settings, error);
        }
    }
    return status;
}
