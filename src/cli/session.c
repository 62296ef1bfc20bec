/* How a stage talks to whoever started it: a bar on a terminal, else a line a step; warnings; signals; errors. */
#include "cli/cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- signals ---------------------------------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

/* The first one asks the stage to stop and to clean up; the next one finds the default action and kills. */
static void ask_to_stop(int number)
{
    (void)number;
    interrupted = 1;
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

void cli_catch_signals(void)
{
    /* No SA_RESTART: a read that waits for a terminal or a pipe must end too. */
    struct sigaction action = {.sa_handler = ask_to_stop};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* A write fails in their stead, which is told, and cleaned up after. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

bool cli_was_interrupted(void)
{
    return interrupted != 0;
}

static bool wants_to_stop(void *user)
{
    (void)user;
    return cli_was_interrupted();
}

/* ---- lines ------------------------------------------------------------------------------------ */

static void write_json(json_t *object)
{
    char *line = object ? json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    if (line) {
        fprintf(stderr, "%s\n", line);
    }
    lka_free(line);
    json_decref(object);
}

/* Text that is not UTF-8 (a file's name) is no JSON string: its bytes are then shown as "?". */
static json_t *json_text(const char *text)
{
    json_t *string = json_string(text);
    if (string) {
        return string;
    }
    char shown[1400];
    snprintf(shown, sizeof shown, "%s", text);
    for (char *c = shown; *c; c++) {
        *c = (unsigned char)*c < 0x80 ? *c : '?';
    }
    return json_string(shown);
}

static void write_warning(const char *text, bool as_json)
{
    if (as_json) {
        write_json(json_pack("{s:s, s:o}", "level", "warning", "text", json_text(text)));
    } else {
        fprintf(stderr, "lookalike: warning: %s\n", text);
    }
}

void cli_report(const struct lka_error *error, bool as_json)
{
    if (as_json) {
        json_t *object = json_pack("{s:s, s:o}", "level", "error", "message", json_text(error->message));
        if (error->file[0]) {
            json_object_set_new(object, "file", json_text(error->file));
        }
        if (error->line) {
            json_object_set_new(object, "line", json_integer((json_int_t)error->line));
        }
        if (error->column) {
            json_object_set_new(object, "column", json_integer((json_int_t)error->column));
        }
        json_object_set_new(object, "exit", json_integer(lka_exit_code(error->code)));
        write_json(object);
        return;
    }
    char line[1400];
    fprintf(stderr, "lookalike: %s\n", lka_error_format(error, line, sizeof line));
}

/* ---- the bar ---------------------------------------------------------------------------------- */

double cli_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void remove_bar(struct cli_session *session)
{
    if (session->bar_shown) {
        fputs("\r\033[K", stderr);
        session->bar_shown = false;
    }
}

/* 950, 12.3k, 4.5M */
static void short_number(double number, char buffer[32])
{
    static const char units[] = {' ', 'k', 'M', 'G', 'T'};
    size_t unit = 0;
    for (; number >= 1000 && unit + 1 < sizeof units; unit++) {
        number /= 1000;
    }
    snprintf(buffer, 32, unit ? "%.1f%c" : "%.0f", number, units[unit]);
}

static void draw_bar(const struct cli_session *session, double elapsed, uint64_t done, uint64_t total)
{
    char rate[32];
    short_number(elapsed > 0 ? (double)done / elapsed : 0, rate);
    if (total == 0) {
        char count[32];
        short_number((double)done, count);
        fprintf(stderr, "\r\033[K  %-10s %s  %s/s", session->step, count, rate);
        return;
    }
    enum { WIDTH = 30 };
    double share = done < total ? (double)done / (double)total : 1;
    char bar[WIDTH + 1];
    memset(bar, '.', WIDTH);
    memset(bar, '#', (size_t)(share * WIDTH));
    bar[WIDTH] = '\0';
    long left = share > 0 ? (long)(elapsed * (1 - share) / share + .5) : 0;
    fprintf(stderr, "\r\033[K  %-10s [%s] %3.0f%%  %s/s  %ld:%02ld left", session->step, bar, share * 100, rate,
            left / 60, left % 60);
}

static void on_progress(void *user, const char *step, uint64_t done, uint64_t total)
{
    struct cli_session *session = user;
    double now = cli_seconds();
    if (strcmp(session->step, step) != 0) {
        snprintf(session->step, sizeof session->step, "%s", step);
        session->step_started = now;
    }
    draw_bar(session, now - session->step_started, done, total);
    session->bar_shown = true;
}

/* ---- steps and warnings ----------------------------------------------------------------------- */

static void on_log(void *user, const char *step, const char *text)
{
    struct cli_session *session = user;
    remove_bar(session);
    if (session->settings->lines && !session->settings->json_log) {
        fprintf(stderr, "  %-10s %s\n", step, text);
    } else if (session->settings->json_log) {
        write_json(json_pack("{s:s, s:o, s:o}", "level", "info", "step", json_text(step), "text", json_text(text)));
    } else {
        fprintf(stderr, "step=%s %s\n", step, text);
    }
}

/* On a terminal warnings wait for the end, where the summary tells them all. */
static void on_warning(void *user, const char *text)
{
    struct cli_session *session = user;
    if (!session->terminal) {
        write_warning(text, session->settings->json_log);
        return;
    }
    char **grown = realloc(session->held, (session->held_count + 1) * sizeof *grown);
    session->held = grown ? grown : session->held;
    char *copy = grown ? strdup(text) : NULL;
    if (copy) {
        session->held[session->held_count++] = copy;
    }
}

void cli_session_init(struct cli_session *session, const struct cli_settings *settings)
{
    *session = (struct cli_session){.settings = settings};
    const char *kind = getenv("TERM");
    bool capable = kind && strcmp(kind, "dumb") != 0;
    session->terminal = capable && isatty(STDERR_FILENO) && !settings->json_log;
    session->session = (struct lka_session){
        .user = session,
        .log = settings->quiet || (session->terminal && !settings->lines) ? NULL : on_log,
        .warn = on_warning,
        .progress = session->terminal && !settings->quiet ? on_progress : NULL,
        .interrupted = wants_to_stop,
    };
}

void cli_session_finish(struct cli_session *session, bool warnings_were_shown)
{
    remove_bar(session);
    for (size_t i = 0; i < session->held_count; i++) {
        if (!warnings_were_shown) {
            write_warning(session->held[i], session->settings->json_log);
        }
        free(session->held[i]);
    }
    free(session->held);
    session->held = NULL;
    session->held_count = 0;
}
