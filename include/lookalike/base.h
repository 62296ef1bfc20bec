/* lookalike/base.h: what every other header stands on.
 *
 * Statuses and errors, the allocator, the session (how a stage talks to its caller), and parameter
 * tables. Nothing here prints, exits, aborts or reads the environment.
 *
 * Thread-safety: lka_init and lka_set_allocator are called once, before any other call and from one
 * thread. Everything else may be called from several threads on different objects.
 */
#ifndef LOOKALIKE_BASE_H
#define LOOKALIKE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LKA_API __attribute__((visibility("default")))
#define LKA_PRINTF(format_at, first) __attribute__((format(printf, format_at, first)))
#define LKA_MUST_USE __attribute__((warn_unused_result))

/* ---- status and error ------------------------------------------------------------------------- */

/* What a fallible function returns. The values are the exit codes of the command line, save that
 * LKA_MEMORY and LKA_IO leave with 1 as LKA_DATA does: see lka_exit_code. */
typedef enum lka_status {
    LKA_OK = 0,
    LKA_DATA = 1,    /* the input's data: a CSV error, a duplicate id, fewer than 10 seeds */
    LKA_USAGE = 2,   /* flags, configuration, a file that can't be opened, a column that is absent */
    LKA_REFUSED = 3, /* a safety gate: drift, a platform's minimum; nothing was published */
    LKA_MEMORY = 4,  /* an allocation failed */
    LKA_IO = 5,      /* reading or writing failed in the middle: disk full, closed pipe */
    LKA_INTERRUPTED = 130,
} lka_status;

/* The process exit code for a status: 0, 1, 2, 3 or 130. */
LKA_API int lka_exit_code(lka_status status);

/* Why a call failed. Owned by the caller; every function takes NULL for "I don't care". The message
 * says what, where, the value seen and what is allowed; values of identifier roles are masked.
 * `file` is empty, and `line` and `column` 0, where they have no meaning. Both are 1-based. */
struct lka_error {
    lka_status code;
    uint64_t line;
    uint64_t column;
    char file[256];
    char message[1024];
};

/* "file:line:column: message" into `buffer`, cut to `size`, always terminated. Returns `buffer`. */
LKA_API const char *lka_error_format(const struct lka_error *error, char *buffer, size_t size);

/* ---- library ---------------------------------------------------------------------------------- */

/* Makes the process-wide settings of other libraries once: GSL's error handler off, one BLAS thread,
 * jansson on our allocator. Call before anything else. */
LKA_API void lka_init(void);

LKA_API const char *lka_version(void);

/* All memory of the library goes through these two. `resize` follows realloc (NULL allocates), never
 * sees size 0; `release` accepts NULL. Tests replace them to make the k-th allocation fail. */
struct lka_allocator {
    void *(*resize)(void *user, void *memory, size_t size);
    void (*release)(void *user, void *memory);
    void *user;
};

/* NULL brings back malloc. Only while no object of the library is alive. */
LKA_API void lka_set_allocator(const struct lka_allocator *allocator);

/* Frees what the library handed out as "free with lka_free". NULL is fine. */
LKA_API void lka_free(void *memory);

/* ---- session ---------------------------------------------------------------------------------- */

/* How a stage talks to its caller while it works. Each callback, and the session itself, may be
 * NULL. Callbacks come from one thread at a time. */
struct lka_session {
    void *user;
    /* One finished step: `step` is a word ("read", "fit"), `text` one line without personal data. */
    void (*log)(void *user, const char *step, const char *text);
    /* Something that the caller should know and that did not stop the work. */
    void (*warn)(void *user, const char *text);
    /* `total` is 0 where it is unknown. Called at most some ten times a second. */
    void (*progress)(void *user, const char *step, uint64_t done, uint64_t total);
    /* True asks the stage to stop: it cleans up and returns LKA_INTERRUPTED. */
    bool (*interrupted)(void *user);
};

/* ---- parameters ------------------------------------------------------------------------------- */

enum lka_param_type {
    LKA_PARAM_FLAG,    /* bool */
    LKA_PARAM_INTEGER, /* int64_t */
    LKA_PARAM_NUMBER,  /* double */
    LKA_PARAM_TEXT,    /* char *, NULL when unset */
    LKA_PARAM_LIST,    /* struct lka_list: given several times */
    LKA_PARAM_CHOICE,  /* int: index into `choices` */
    LKA_PARAM_AMOUNT,  /* struct lka_amount: "1%", "0.01", "5000" */
};

struct lka_list {
    char **items;
    size_t count;
};

/* A share of something (0 < share <= 1) or a count (share = 0). "1%" and ".01" are shares; a whole
 * number without a percent sign is a count. */
struct lka_amount {
    double share;
    uint64_t count;
};

/* One parameter, said once: flags, YAML keys, checks, help, man page and manual come from here. */
struct lka_param {
    const char *key; /* with hyphens, as the flag is written */
    enum lka_param_type type;
    size_t offset;       /* of its value in the options struct */
    const char *initial; /* default, as text; NULL for none */
    double minimum;      /* INTEGER, NUMBER: inclusive */
    double maximum;      /*                  inclusive */
    const char *choices; /* CHOICE: "auto|logistic"; else NULL */
    const char *unit;    /* what the help prints for the value: FILE, N, SHARE */
    const char *help;    /* one sentence, without a full stop */
    bool required;
};

struct lka_param_table {
    const char *name; /* "score", "logistic" */
    const struct lka_param *params;
    size_t count;
    size_t size; /* of the options struct */
};

/* The values of one parameter table. Opaque: values are set by key, so that the struct behind it can
 * grow without breaking callers. */
struct lka_options;

/* A set of options with every default in place. Free with lka_options_free. */
LKA_API LKA_MUST_USE lka_status lka_options_new(const struct lka_param_table *table, struct lka_options **options,
                                                struct lka_error *error);
LKA_API void lka_options_free(struct lka_options *options);

/* Sets one value from text, or appends to a LIST. An unknown key names the nearest one; a value that
 * is out of range, or no choice, says what is allowed. LKA_USAGE then, and nothing is changed. */
LKA_API LKA_MUST_USE lka_status lka_options_set(struct lka_options *options, const char *key, const char *value,
                                                struct lka_error *error);

/* LKA_USAGE when a required parameter was not set: the message names all of them. */
LKA_API LKA_MUST_USE lka_status lka_options_check(const struct lka_options *options, struct lka_error *error);

/* The parameter of that key, or NULL. */
LKA_API const struct lka_param *lka_param_find(const struct lka_param_table *table, const char *key);

/* The name that somebody who typed `word` may have meant: the nearest of `names` by edit distance; NULL if
 * none is within a third of the word's length (and one letter). */
LKA_API const char *lka_nearest(const char *word, const char *const *names, size_t count);

/* ---- the machine ------------------------------------------------------------------------------ */

/* What `lookalike doctor` prints, as JSON: version, compiler, CPU level, the scanner's form, libraries with versions,
 * what is missing and how to get it. Free with lka_free. */
LKA_API LKA_MUST_USE lka_status lka_doctor(char **json, struct lka_error *error);

#ifdef __cplusplus
}
#endif
#endif
