/* The one table of commands: dispatch, help, man page, completion and reference come from here. */
#include "cli/cli.h"

#include <string.h>

const struct lka_param_table cli_no_params = {"lookalike", NULL, 0, 0};

const struct cli_command cli_commands[] = {
    {
        .name = "match",
        .group = CLI_WHOLE,
        .summary = "rank a pool of prospects by their likeness to the seeds: two files in, one out",
        .params = &lka_match_params,
        .run = lka_match,
        .show = cli_show_match,
        .writes = "out",
        .examples = {"match --seeds seeds.csv --pool pool.csv --out ranked.csv",
                     "match --seeds seeds.csv --pool pool.csv --top 500 --save-model m.safetensors --out top.csv"},
    },
    {
        .name = "value",
        .group = CLI_STAGE,
        .summary = "who is still a customer, how often they will buy, and what that is worth",
        .params = &lka_value_params,
        .run = lka_value,
        .show = cli_show_value,
        .writes = "out",
        .examples = {"value --summary customers.csv --unit week --out value",
                     "value --summary customers.csv --unit week --model pareto_nbd --horizon 39w --out value"},
    },
    {
        .name = "train",
        .group = CLI_STAGE,
        .summary = "learn what the seeds look like, and write a model",
        .params = &lka_train_params,
        .run = lka_train,
        .show = cli_show_train,
        .writes = "model",
        .examples = {"train --seeds seeds.csv --pool pool.csv --model m.safetensors",
                     "train --seeds seeds.csv --pool pool.csv --family centroid --model centroid.safetensors"},
    },
    {
        .name = "score",
        .group = CLI_STAGE,
        .summary = "rank a pool by a model",
        .params = &lka_score_params,
        .run = lka_score,
        .show = cli_show_score,
        .writes = "out",
        .examples = {"score --model m.safetensors --pool pool.csv --top 1% --out ranked.csv",
                     "score --model m.safetensors --pool pool.csv --top 100% --gate --out everybody.csv.gz"},
    },
    {
        .name = "evaluate",
        .group = CLI_STAGE,
        .summary = "how well a model finds seeds that it never saw, or a known truth",
        .params = &lka_evaluate_params,
        .run = lka_evaluate,
        .show = cli_show_evaluate,
        .writes = "out",
        .examples =
            {"evaluate --model m.safetensors --seeds seeds.csv --pool pool.csv --out quality",
             "evaluate --model m.safetensors --seeds seeds.csv --pool pool.csv --truth truth/pool.csv --out quality"},
    },
    {
        .name = "explain",
        .group = CLI_LOOK,
        .summary = "why one person of a pool has this score",
        .params = &lka_explain_params,
        .run = lka_explain,
        .output = CLI_RESULT,
        .show = cli_show_explain,
        .formats = "text|json",
        .examples = {"explain --model m.safetensors --pool pool.csv --row P0000000001",
                     "explain --model m.safetensors --pool pool.csv --row P0000000001 --format json"},
    },
    {
        .name = "inspect",
        .group = CLI_LOOK,
        .summary = "what a file is: a model's card and plan, a table's columns, roles and values",
        .params = &lka_inspect_params,
        .run = cli_inspect,
        .output = CLI_RESULT,
        .show = cli_show_inspect,
        .positional = "file",
        .formats = "text|json|plan",
        .examples = {"inspect pool.csv", "inspect m.safetensors --format plan"},
    },
    {
        .name = "doctor",
        .group = CLI_LOOK,
        .summary = "what is installed, which CPU level is used, what is missing and how to get it",
        .params = &cli_no_params,
        .run = cli_doctor,
        .output = CLI_RESULT,
        .show = cli_show_doctor,
        .formats = "text|json",
        .examples = {"doctor", "doctor --format json"},
    },
    {
        .name = "simulate pool",
        .group = CLI_TRY,
        .summary = "a made-up brand's seeds and pool with a known truth",
        .params = &lka_simulate_pool_params,
        .run = lka_simulate_pool,
        .show = cli_show_simulate,
        .writes = "out",
        .examples = {"simulate pool --seeds-count 200 --prospects 5000 --out shop",
                     "simulate pool --seeds-count 200 --prospects 5000 --seed 7 --out -"},
    },
    {
        .name = "man",
        .group = CLI_HIDDEN,
        .summary = "the manual page, in troff",
        .params = &cli_no_params,
        .run = cli_man,
        .output = CLI_RAW,
        .examples = {"man", "man --quiet"},
    },
    {
        .name = "reference",
        .group = CLI_HIDDEN,
        .summary = "every command and parameter, in Markdown",
        .params = &cli_no_params,
        .run = cli_reference,
        .output = CLI_RAW,
        .examples = {"reference", "reference --quiet"},
    },
    {
        .name = "completion",
        .group = CLI_HIDDEN,
        .summary = "a completion script for a shell",
        .params = &cli_completion_params,
        .run = cli_completion,
        .output = CLI_RAW,
        .positional = "shell",
        .examples = {"completion bash", "completion --shell fish"},
    },
};
const size_t cli_command_count = sizeof cli_commands / sizeof *cli_commands;

const char *cli_group_title(enum cli_group group)
{
    static const char *const titles[CLI_GROUPS] = {
        [CLI_WHOLE] = "the whole job",
        [CLI_STAGE] = "one stage at a time",
        [CLI_LOOK] = "looking into things",
        [CLI_TRY] = "trying it without data",
        [CLI_HIDDEN] = "made from the table of commands",
    };
    return titles[group];
}

/* How many of the words spell the command's name: all of its words, or 0. */
static int words_matched(const char *name, int count, char **words)
{
    int used = 0;
    while (*name) {
        size_t length = strcspn(name, " ");
        if (used == count || strlen(words[used]) != length || memcmp(words[used], name, length) != 0) {
            return 0;
        }
        used++;
        name += length + (name[length] == ' ');
    }
    return used;
}

/* A name's first word alone, as in `lookalike simulate`: what can follow it. */
static lka_status half_a_name(const char *word, struct lka_error *error)
{
    char rest[128] = "";
    size_t length = strlen(word);
    for (size_t i = 0; i < cli_command_count; i++) {
        const char *name = cli_commands[i].name;
        if (strncmp(name, word, length) == 0 && name[length] == ' ') {
            size_t at = strlen(rest);
            snprintf(rest + at, sizeof rest - at, "%s%s", at ? ", " : "", name + length + 1);
        }
    }
    return rest[0] ? cli_fail(error, LKA_USAGE, "\"%s\" needs a second word; allowed: %s", word, rest) : LKA_OK;
}

static lka_status unknown_command(const char *word, struct lka_error *error)
{
    lka_status status = half_a_name(word, error);
    if (status != LKA_OK) {
        return status;
    }
    const char *names[sizeof cli_commands / sizeof *cli_commands];
    for (size_t i = 0; i < cli_command_count; i++) {
        names[i] = cli_commands[i].name;
    }
    const char *nearest = lka_nearest(word, names, cli_command_count);
    if (nearest) {
        return cli_fail(error, LKA_USAGE, "there is no command \"%.40s\"; did you mean \"%s\"?", word, nearest);
    }
    return cli_fail(error, LKA_USAGE, "there is no command \"%.40s\"; `lookalike help` lists them", word);
}

lka_status cli_command_find(const struct cli_command **command, int count, char **words, int *used,
                            struct lka_error *error)
{
    for (size_t i = 0; i < cli_command_count; i++) {
        *used = words_matched(cli_commands[i].name, count, words);
        if (*used > 0) {
            *command = &cli_commands[i];
            return LKA_OK;
        }
    }
    return unknown_command(words[0], error);
}
