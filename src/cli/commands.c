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
        .name = "run",
        .group = CLI_WHOLE,
        .summary = "all stages of a project file; what did not change is not run again",
        .params = &lka_run_params,
        .run = lka_run,
        .show = cli_show_run,
        .positional = "project",
        .lines = true,
        .examples = {"run project.yaml", "run project.yaml --dry-run"},
    },
    {
        .name = "lifecycle",
        .group = CLI_STAGE,
        .summary = "who is quiet, since when and why: contacts and events to one row a contact, machines out",
        .params = &lka_lifecycle_params,
        .run = lka_lifecycle,
        .show = cli_show_lifecycle,
        .writes = "out",
        .examples = {"lifecycle --contacts crm/contacts.csv --events crm/events.csv --as-of 2025-06-30 --out quiet",
                     "lifecycle --contacts crm/contacts.csv --events crm/events.csv --append crm/append.csv "
                     "--as-of 2025-06-30 --workspace workspace --where \"segment = 'at_risk' and inactive = 'yes'\" "
                     "--out quiet"},
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
        .name = "campaign onboard",
        .group = CLI_STAGE,
        .summary = "which inactive contacts can be reached, and by what",
        .params = &lka_campaign_onboard_params,
        .run = lka_campaign_onboard,
        .show = cli_show_onboard,
        .writes = "out",
        .examples = {"campaign onboard --contacts quiet --identities crm/identities.csv --workspace brand --out reach",
                     "campaign onboard --contacts quiet --identities crm/identities.csv --paths crm/paths.yaml "
                     "--seen-within 2y --workspace brand --out reach"},
    },
    {
        .name = "campaign allocate",
        .group = CLI_STAGE,
        .summary = "who is invited on which path, at random, by what earlier waves taught",
        .params = &lka_campaign_allocate_params,
        .run = lka_campaign_allocate,
        .show = cli_show_allocate,
        .writes = "out",
        .examples = {"campaign allocate --paths crm/paths.yaml --budget 300 --workspace brand --out wave-1",
                     "campaign allocate --paths crm/paths.yaml --budget 200 --wave 2 --workspace brand --out wave-2"},
    },
    {
        .name = "campaign registrations",
        .group = CLI_STAGE,
        .summary = "who came back, and who is new",
        .params = &lka_campaign_registrations_params,
        .run = lka_campaign_registrations,
        .show = cli_show_registrations,
        .writes = "out",
        .examples = {"campaign registrations --registrations crm/registrations.csv --workspace brand --out registered",
                     "campaign registrations --registrations crm/registrations.csv --min-people 50 --workspace brand "
                     "--out registered"},
    },
    {
        .name = "campaign seeds",
        .group = CLI_STAGE,
        .summary = "who came back, who stayed silent, who was not reached: what train --crm learns from",
        .params = &lka_campaign_seeds_params,
        .run = lka_campaign_seeds,
        .show = cli_show_seeds,
        .writes = "out",
        .examples = {"campaign seeds --exposures crm/exposures.csv --workspace brand --out seeds",
                     "campaign seeds --exposures crm/exposures.csv --window 14d --workspace brand --out seeds"},
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
        .name = "audience",
        .group = CLI_STAGE,
        .summary = "whom to upload, who is held out, and why somebody is missing",
        .params = &lka_audience_params,
        .run = lka_audience,
        .show = cli_show_audience,
        .writes = "out",
        .examples = {"audience --ranked everybody.csv.gz --workspace ws --out audience",
                     "audience --ranked everybody.csv.gz --workspace ws --eligible-for meta --size 1000 --holdout 20% "
                     "--base-rate .01 --out meta"},
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
        .name = "suppress import",
        .group = CLI_STAGE,
        .summary = "add people who object to the workspace's list, as keyed hashes",
        .params = &lka_suppress_import_params,
        .run = lka_suppress_import,
        .show = cli_show_suppress_import,
        .positional = "file",
        .writes = "workspace",
        .examples = {"suppress import pool.csv --workspace ws",
                     "suppress import pool.csv --workspace ws --country FR --date 2026-11-24"},
    },
    {
        .name = "suppress check",
        .group = CLI_LOOK,
        .summary = "which rows of a table are of people who objected",
        .params = &lka_suppress_check_params,
        .run = lka_suppress_check,
        .output = CLI_RESULT,
        .show = cli_show_suppress_check,
        .positional = "file",
        .formats = "text|json",
        .examples = {"suppress check pool.csv --workspace ws", "suppress check pool.csv --workspace ws --out who.csv"},
    },
    {
        .name = "suppress list",
        .group = CLI_LOOK,
        .summary = "the imports of objections: when, how many, by what kind of identifier",
        .params = &lka_suppress_list_params,
        .run = lka_suppress_list,
        .output = CLI_RESULT,
        .show = cli_show_suppress_list,
        .formats = "text|json",
        .examples = {"suppress list --workspace ws", "suppress list --workspace ws --format json"},
    },
    {
        .name = "erase",
        .group = CLI_STAGE,
        .summary = "take people out of everything and off the platforms, with a proof",
        .params = &lka_erase_params,
        .run = lka_erase,
        .show = cli_show_erase,
        .writes = "out",
        .examples = {"erase --workspace ws --email ann@example.org --out erased",
                     "erase --workspace ws --ids seeds.csv --dry-run --out erased"},
    },
    {
        .name = "export",
        .group = CLI_STAGE,
        .summary = "an audience as the ad platforms take it; or a check of a file for one",
        .params = &lka_export_params,
        .run = lka_export,
        .show = cli_show_export,
        .writes = "out",
        .examples = {"export --audience seeds.csv --platform meta --out upload",
                     "export --audience seeds.csv --platform meta --format api --country FR --out upload"},
    },
    {
        .name = "platforms",
        .group = CLI_LOOK,
        .summary = "what each ad platform takes, by which rules, and where its files go",
        .params = &lka_platforms_params,
        .run = lka_platforms,
        .output = CLI_RESULT,
        .show = cli_show_platforms,
        .formats = "text|json",
        .examples = {"platforms --platform meta", "platforms --format json"},
    },
    {
        .name = "hash",
        .group = CLI_LOOK,
        .summary = "what a platform will see of a value, by its rules",
        .params = &lka_hash_params,
        .run = lka_hash_values,
        .show = cli_show_hash,
        .positional = "in",
        .writes = "out",
        .examples = {"hash --platform meta --field email",
                     "hash --platform google --field phone --country FR --encoding plain"},
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
        .name = "simulate crm",
        .group = CLI_TRY,
        .summary = "a made-up brand's whole CRM, campaign and pool with a known truth",
        .params = &lka_simulate_crm_params,
        .run = lka_simulate_crm,
        .show = cli_show_simulate_crm,
        .writes = "out",
        .examples = {"simulate crm --contacts 2000 --prospects 5000 --out house",
                     "simulate crm --contacts 2000 --prospects 5000 --seed 7 --dirty .01 --out house"},
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

bool cli_command_begins_with(const struct cli_command *command, const char *word)
{
    size_t length = strlen(word);
    return strncmp(command->name, word, length) == 0 && command->name[length] == ' ';
}

/* A name's first word alone, as in `lookalike simulate`: what can follow it. */
static lka_status half_a_name(const char *word, struct lka_error *error)
{
    char rest[128] = "";
    for (size_t i = 0; i < cli_command_count; i++) {
        if (cli_command_begins_with(&cli_commands[i], word)) {
            size_t at = strlen(rest);
            snprintf(rest + at, sizeof rest - at, "%s%s", at ? ", " : "", cli_commands[i].name + strlen(word) + 1);
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
