/* tests/unit/simulated_by_hand.h: running `simulate pool` and `simulate crm` in a folder of their own, and looking at what it wrote. */
#ifndef LKA_TESTS_SIMULATED_BY_HAND_H
#define LKA_TESTS_SIMULATED_BY_HAND_H

#include "by_hand.h"
#include "lookalike/simulate.h"
#include "stage_by_hand.h"

static inline void enter_folder(void)
{
    make_folder();
    ck_assert_int_eq(chdir(folder), 0);
}

static inline void leave_folder(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    remove_folder();
}

/* `arguments`: "prospects=100 dirty=.1". */
static inline struct lka_options *options_of(const char *arguments)
{
    return options_of_text(&lka_simulate_pool_params, arguments);
}

static inline lka_status run(const char *arguments, json_t **document, struct lka_error *error)
{
    if (document) {
        *document = NULL;
    }
    return run_options(options_of(arguments), lka_simulate_pool, document, error);
}

static inline lka_status make_crm(const char *arguments, json_t **document, struct lka_error *error)
{
    return run_options(options_of_text(&lka_simulate_crm_params, arguments), lka_simulate_crm, document, error);
}

static inline void crm(const char *arguments)
{
    struct lka_error error;
    ck_assert_msg(make_crm(arguments, NULL, &error) == LKA_OK, "%s", error.message);
}

/* The whole file with a NUL behind it. */
static inline char *whole_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*length + 1);
    ck_assert_uint_eq(fread(bytes, 1, *length, file), *length);
    bytes[*length] = '\0';
    fclose(file);
    return bytes;
}

/* ---- when things go wrong --------------------------------------------------------------------- */

/* `settings` write the directory "dir". Every allocation may fail at first, then some in growing steps: a world is hundreds
 * of small texts, all read alike. */
static inline void fails_cleanly_short_of_memory(const struct lka_param_table *table, stage_command *command,
                                                 const char *const *settings)
{
    lka_status status = LKA_MEMORY;
    for (size_t k = 1; status != LKA_OK; k += 1 + k / 16) {
        struct ledger ledger;
        struct lka_error error = {0};
        lka_remove_tree("dir");
        ledger_install(&ledger);
        ledger_fail(&ledger, k);
        status = run_stage(table, command, settings, NULL, &error);
        lka_set_allocator(NULL);
        ck_assert_msg(status == LKA_OK || status == LKA_MEMORY, "allocation %zu: %s", k, error.message);
        ck_assert_msg(ledger.alive == 0, "allocation %zu: %zu are left", k, ledger.alive);
        ck_assert(status == LKA_OK || !exists("dir"));
    }
}

static inline bool stop_at_the_third_question(void *user)
{
    size_t *asked = user;
    return ++*asked == 3;
}

static inline void leaves_nothing_when_interrupted(struct lka_options *options, stage_command *command)
{
    size_t asked = 0;
    struct lka_session session = {.user = &asked, .interrupted = stop_at_the_third_question};
    char *summary = NULL;
    ck_assert_int_eq(command(options, &session, &summary, NULL), LKA_INTERRUPTED);
    ck_assert_ptr_null(summary);
    ck_assert_uint_eq(entries_of(folder), 0);
    lka_options_free(options);
}

/* ---- lines and fields ------------------------------------------------------------------------- */

enum { FIELDS_MAX = 64 };
struct line {
    struct lka_span all;
    struct lka_span fields[FIELDS_MAX];
    size_t count;
};

/* Takes one line of plain CSV; a quote that is not closed ends with the line. */
static inline char *next_line(char *at, struct line *line)
{
    char *end = strchr(at, '\n');
    ck_assert_ptr_nonnull(end);
    *line = (struct line){.all = {at, (uint32_t)(end - at)}};
    bool quoted = false;
    char *start = at;
    for (; at <= end; at++) {
        quoted ^= *at == '"';
        if (at == end || (!quoted && *at == ',')) {
            ck_assert_uint_lt(line->count, FIELDS_MAX);
            line->fields[line->count++] = (struct lka_span){start, (uint32_t)(at - start)};
            start = at + 1;
        }
    }
    return end + 1;
}

static inline size_t column(const struct line *header, const char *name)
{
    for (size_t c = 0; c < header->count; c++) {
        if (lka_span_equal(header->fields[c], lka_span_of(name))) {
            return c;
        }
    }
    ck_abort_msg("no column %s", name);
}

static inline size_t count_lines(const char *path)
{
    size_t length;
    char *bytes = whole_file(path, &length);
    size_t lines = 0;
    for (char *at = bytes; *at; at++) {
        lines += *at == '\n';
    }
    free(bytes);
    return lines;
}

/* The share of rows whose field has this value. */
static inline double share_of(const char *path, const char *name, const char *value)
{
    size_t length;
    char *bytes = whole_file(path, &length);
    struct line line;
    char *at = next_line(bytes, &line);
    size_t c = column(&line, name);
    size_t rows = 0;
    size_t found = 0;
    for (; *at; rows++) {
        at = next_line(at, &line);
        found += lka_span_equal(line.fields[c], lka_span_of(value));
    }
    free(bytes);
    return (double)found / (double)rows;
}

#endif
