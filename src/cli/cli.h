/* cli/cli.h: the parts of the command line. They stand on include/ alone, as any other program would.
 *
 *     main ── commands (the table) ── options (words to values) ── session (progress, log, signals)
 *                                  ── the stage's function
 *                                  ── show: what a person sees of the document that it returned
 */
#ifndef LKA_CLI_CLI_H
#define LKA_CLI_CLI_H

#include "lookalike/lookalike.h"

#include <jansson.h>
#include <stdio.h>

/* ---- commands: one table ---------------------------------------------------------------------- */

enum cli_group { CLI_WHOLE, CLI_STAGE, CLI_LOOK, CLI_TRY, CLI_HIDDEN, CLI_GROUPS };

/* What a command's document is. */
enum cli_output {
    CLI_SUMMARY, /* JSON about the files that were written: shown on stderr */
    CLI_RESULT,  /* JSON that was asked for: shown on stdout, as text or --format json */
    CLI_RAW,     /* text for stdout as it is */
};

struct cli_command {
    const char *name; /* "match", "simulate pool" */
    enum cli_group group;
    const char *summary;
    const struct lka_param_table *params;
    lka_status (*run)(const struct lka_options *options, const struct lka_session *session, char **document,
                      struct lka_error *error);
    enum cli_output output;
    void (*show)(FILE *out, const json_t *document);
    const char *positional; /* the key that a bare word sets; NULL for none */
    const char *writes;     /* the key of what is written; NULL for none */
    bool lines;             /* its steps are lines for a person, on a terminal, too */
    const char *formats;    /* choices of --format; NULL: the command does not take it */
    const char *examples[2];
};

extern const struct cli_command cli_commands[];
extern const size_t cli_command_count;

/* The command that the first words name, and how many words that took. LKA_USAGE names the nearest one. */
lka_status cli_command_find(const struct cli_command **command, int count, char **words, int *used,
                            struct lka_error *error);
/* Is `word` the first of two in its name? */
bool cli_command_begins_with(const struct cli_command *command, const char *word);
const char *cli_group_title(enum cli_group group);

/* ---- options: from words to values ------------------------------------------------------------ */

struct cli_settings {
    bool help;
    bool quiet;
    bool json_log;
    const char *format;     /* "text", "json", "plan" */
    const char *positional; /* the bare word, or the value of its key */
    const char *written;    /* the value of the key of what is written */
    bool dry_run;
    bool lines; /* of the command */
};

/* What every command takes, `format` among them only where the command has formats. */
size_t cli_common_params(const struct cli_command *command, struct lka_param params[4]);

/* Reads `count` words behind the command's name. With --help it returns at once. */
lka_status cli_options_parse(const struct cli_command *command, int count, char **words, struct lka_options *options,
                             struct cli_settings *settings, struct lka_error *error);

lka_status cli_fail(struct lka_error *error, lka_status code, const char *format, ...) LKA_PRINTF(3, 4);

/* ---- session: how a stage talks to the terminal ----------------------------------------------- */

struct cli_session {
    struct lka_session session; /* hand this to the stage */
    const struct cli_settings *settings;
    bool terminal; /* a bar is drawn; else a line a step is written */
    bool bar_shown;
    char step[32];       /* of the bar */
    double step_started; /* seconds */
    char **held;         /* warnings kept until the bar is gone */
    size_t held_count;
};

void cli_session_init(struct cli_session *session, const struct cli_settings *settings);
/* Takes the bar away; writes the warnings that were held unless the summary has told them. */
void cli_session_finish(struct cli_session *session, bool warnings_were_shown);

/* A clock that only goes forward. */
double cli_seconds(void);

/* SIGINT and SIGTERM ask the stage to stop; the second one kills. A closed pipe is an error, not a signal. */
void cli_catch_signals(void);
bool cli_was_interrupted(void);

/* "lookalike: pool.csv:7:3: message" on stderr, or a JSON line. */
void cli_report(const struct lka_error *error, bool as_json);

/* ---- texts made from the table ---------------------------------------------------------------- */

void cli_print_overview(FILE *out);
void cli_print_help(FILE *out, const struct cli_command *command);
/* The commands of two words whose first one it is; false if there is none. */
bool cli_print_commands_of(FILE *out, const char *word);

/* "--top SHARE|N", and what is allowed: "default: 1%", "2 to 20". Both return `buffer`. */
enum { CLI_TEXT_MAX = 512 };
const char *cli_param_flag(const struct lka_param *param, char buffer[CLI_TEXT_MAX]);
const char *cli_param_limits(const struct lka_param *param, char buffer[CLI_TEXT_MAX]);
/* The line behind "usage: lookalike". */
const char *cli_usage(const struct cli_command *command, char buffer[CLI_TEXT_MAX]);

/* What `print` prints, as the document of a command. */
lka_status cli_printed(void (*print)(FILE *out), char **text, struct lka_error *error);

extern const struct lka_param_table cli_completion_params;
extern const struct lka_param_table cli_no_params;
lka_status cli_man(const struct lka_options *options, const struct lka_session *session, char **text,
                   struct lka_error *error);
lka_status cli_reference(const struct lka_options *options, const struct lka_session *session, char **text,
                         struct lka_error *error);
lka_status cli_completion(const struct lka_options *options, const struct lka_session *session, char **text,
                          struct lka_error *error);

/* ---- what a person sees ----------------------------------------------------------------------- */

void cli_show_match(FILE *out, const json_t *document);
void cli_show_onboard(FILE *out, const json_t *document);
void cli_show_allocate(FILE *out, const json_t *document);
void cli_show_seeds(FILE *out, const json_t *document);
void cli_show_registrations(FILE *out, const json_t *document);
void cli_show_run(FILE *out, const json_t *document);
void cli_show_lifecycle(FILE *out, const json_t *document);
void cli_show_audience(FILE *out, const json_t *document);
void cli_show_value(FILE *out, const json_t *document);
void cli_show_train(FILE *out, const json_t *document);
void cli_show_score(FILE *out, const json_t *document);
void cli_show_evaluate(FILE *out, const json_t *document);
void cli_show_simulate(FILE *out, const json_t *document);
void cli_show_simulate_crm(FILE *out, const json_t *document);
void cli_show_suppress_import(FILE *out, const json_t *document);
void cli_show_suppress_check(FILE *out, const json_t *document);
void cli_show_suppress_list(FILE *out, const json_t *document);
void cli_show_erase(FILE *out, const json_t *document);
void cli_show_export(FILE *out, const json_t *document);
void cli_show_platforms(FILE *out, const json_t *document);
void cli_show_hash(FILE *out, const json_t *document);
void cli_show_explain(FILE *out, const json_t *document);
void cli_show_inspect(FILE *out, const json_t *document);
void cli_show_doctor(FILE *out, const json_t *document);

/* A trained model or a table; the public functions of their owners, chosen by what the file is. */
lka_status cli_inspect(const struct lka_options *options, const struct lka_session *session, char **document,
                       struct lka_error *error);
lka_status cli_doctor(const struct lka_options *options, const struct lka_session *session, char **document,
                      struct lka_error *error);

#endif
