/* lookalike: finds the command in the table, reads its options, runs it, shows what came of it. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* With 0, 1 or 2 closed, the next file that is opened would take its place and get what is printed. */
static void keep_standard_files(void)
{
    for (int descriptor = 0; descriptor < 3; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
            /* Not for writing: printing to a closed stdout stays a failure. */
            (void)!open("/dev/null", O_RDONLY);
        }
    }
}

/* Loading OpenBLAS starts a thread for each other core that the process may use, which takes 128 MiB of address space
 * and asks for ever where it gets none: lka_init would wait for it, and so would the end of the process. */
static void leave_without_room(void)
{
    struct rlimit limit;
    cpu_set_t cores;
    rlim_t needed = (rlim_t)(sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1) << 27;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < needed) {
        fprintf(
            stderr,
            "lookalike: out of memory: the limit on address space (ulimit -v) is %llu KiB; at least %llu are needed\n",
            (unsigned long long)limit.rlim_cur >> 10, (unsigned long long)needed >> 10);
        _exit(lka_exit_code(LKA_MEMORY));
    }
}

/* Results may still sit in the buffer: a full disk or a closed pipe shows itself here. */
static lka_status close_stdout(struct lka_error *error)
{
    /* A write that failed earlier left its reason in errno, which no success since has cleared. */
    bool failed = ferror(stdout) != 0;
    failed = fflush(stdout) != 0 || failed;
    failed = fclose(stdout) != 0 || failed;
    return failed ? cli_fail(error, LKA_IO, "cannot write to stdout: %s", strerror(errno)) : LKA_OK;
}

/* ---- one command ------------------------------------------------------------------------------ */

static void show_summary(const struct cli_command *command, const struct cli_settings *settings, json_t *document)
{
    if (settings->quiet) {
        return;
    }
    if (settings->json_log) {
        json_t *line = json_pack("{s:s, s:O}", "level", "summary", "document", document);
        char *text = line ? json_dumps(line, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12)) : NULL;
        fprintf(stderr, "%s\n", text ? text : "{}");
        lka_free(text);
        json_decref(line);
        return;
    }
    command->show(stderr, document);
}

/* What the summary tells and the stage's document may not: where the result is, and how long it took. */
static void complete(json_t *document, const struct cli_settings *settings, double seconds)
{
    if (settings->written && !json_object_get(document, "out")) {
        json_object_set_new(document, "out", json_string(settings->dry_run ? "/dev/null" : settings->written));
    }
    if (!json_object_get(document, "seconds")) {
        json_object_set_new(document, "seconds", json_real(seconds));
    }
}

static lka_status show(const struct cli_command *command, const struct cli_settings *settings, const char *text,
                       double seconds, struct lka_error *error)
{
    errno = 0;
    const char *format = settings->format ? settings->format : "text";
    if (command->output == CLI_RAW || strcmp(format, "text") != 0) {
        fputs(text, stdout);
        fputs(strcmp(format, "json") == 0 ? "\n" : "", stdout);
        return LKA_OK;
    }
    json_error_t problem;
    json_t *document = json_loads(text, 0, &problem);
    if (!document) {
        return cli_fail(error, LKA_DATA, "%s returned a document that is no JSON: %s", command->name, problem.text);
    }
    if (command->output == CLI_RESULT) {
        command->show(stdout, document);
    } else {
        complete(document, settings, seconds);
        show_summary(command, settings, document);
    }
    json_decref(document);
    return LKA_OK;
}

static lka_status run(const struct cli_command *command, const struct cli_settings *settings,
                      const struct lka_options *options, struct lka_error *error)
{
    struct cli_session session;
    cli_session_init(&session, settings);
    char *document = NULL;
    double started = cli_seconds();
    lka_status status = lka_options_check(options, error);
    if (status == LKA_OK) {
        status = command->run(options, &session.session, &document, error);
    }
    /* A read or write that the signal ended reports itself as a failure of its own. */
    if (status != LKA_OK && cli_was_interrupted()) {
        status = status == LKA_INTERRUPTED ? status : cli_fail(error, LKA_INTERRUPTED, "interrupted");
    }
    bool summary = status == LKA_OK && command->output == CLI_SUMMARY && !settings->quiet;
    cli_session_finish(&session, summary);
    if (status == LKA_OK && document) {
        status = show(command, settings, document, cli_seconds() - started, error);
    }
    lka_free(document);
    return status;
}

/* The library never reads the environment: this is the one variable that it is told. */
static lka_status tell_temporary_directory(struct lka_options *options, const struct lka_param_table *table,
                                           struct lka_error *error)
{
    const char *directory = getenv("TMPDIR");
    return directory && *directory && lka_param_find(table, "temporary")
               ? lka_options_set(options, "temporary", directory, error)
               : LKA_OK;
}

static lka_status run_command(const struct cli_command *command, int count, char **words, struct cli_settings *settings,
                              struct lka_error *error)
{
    struct lka_options *options = NULL;
    settings->lines = command->lines;
    lka_status status = lka_options_new(command->params, &options, error);
    if (status == LKA_OK) {
        status = tell_temporary_directory(options, command->params, error);
    }
    if (status == LKA_OK) {
        status = cli_options_parse(command, count, words, options, settings, error);
    }
    if (status == LKA_OK && settings->help) {
        cli_print_help(stdout, command);
    } else if (status == LKA_OK) {
        status = run(command, settings, options, error);
    }
    lka_options_free(options);
    return status;
}

/* ---- the words before a command --------------------------------------------------------------- */

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

static lka_status help(int count, char **words, struct lka_error *error)
{
    if (count == 0) {
        cli_print_overview(stdout);
        return LKA_OK;
    }
    if (count == 1 && cli_print_commands_of(stdout, words[0])) {
        return LKA_OK;
    }
    const struct cli_command *command = NULL;
    int used = 0;
    lka_status status = cli_command_find(&command, count, words, &used, error);
    if (status == LKA_OK) {
        cli_print_help(stdout, command);
    }
    return status;
}

static lka_status dispatch(int count, char **words, struct cli_settings *settings, struct lka_error *error)
{
    if (count == 0) {
        cli_print_overview(stderr);
        return cli_fail(error, LKA_USAGE, "a command is missing");
    }
    if (is_one_of(words[0], "help", "--help", "-h")) {
        return help(count - 1, words + 1, error);
    }
    if (count > 1 && is_one_of(words[1], "--help", "-h", "help") && cli_print_commands_of(stdout, words[0])) {
        return LKA_OK;
    }
    if (is_one_of(words[0], "version", "--version", "-V")) {
        printf("lookalike %s\n", lka_version());
        return LKA_OK;
    }
    const struct cli_command *command = NULL;
    int used = 0;
    lka_status status = cli_command_find(&command, count, words, &used, error);
    return status == LKA_OK ? run_command(command, count - used, words + used, settings, error) : status;
}

int main(int argc, char **argv)
{
    keep_standard_files();
    leave_without_room();
    cli_catch_signals();
    lka_init();
    struct lka_error error = {0};
    struct cli_settings settings = {0};
    lka_status status = dispatch(argc - 1, argv + 1, &settings, &error);
    if (status != LKA_OK) {
        cli_report(&error, settings.json_log);
    }
    struct lka_error closing = {0};
    lka_status closed = close_stdout(&closing);
    if (closed != LKA_OK && status == LKA_OK) {
        cli_report(&closing, settings.json_log);
        status = closed;
    }
    return lka_exit_code(status);
}
