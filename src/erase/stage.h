/* erase/stage.h: one run, shared by its parts.
 *
 *     --ids, --contact ... or contacts.csv ─► request   who
 *                      ─► keys      by what they are met, through the workspace's links and the outputs' rows
 *                      ─► removals  files for the platforms that had got them: published before anything is purged
 *                      ─► outputs, segments, tables      counted, then purged; counted again
 *                      ─► proof     erase.json
 */
#ifndef LKA_ERASE_STAGE_H
#define LKA_ERASE_STAGE_H

#include "base/warnings.h"
#include "erase/keys.h"
#include "lookalike/erase.h"
#include "source/open.h"

#define LKA_ERASE_PARAMS(X)                                                                                           \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR", "the workspace", true)                                   \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR", "where the proof and the files for platforms go", true)              \
    X(LIST, ids, "ids", NULL, 0, 0, NULL, "FILE", "who is to be erased: a table of ids, e-mails, phones, MAIDs",      \
      false)                                                                                                          \
    X(TEXT, contact, "contact", NULL, 0, 0, NULL, "ID", "one person, by contact id", false)                           \
    X(TEXT, email, "email", NULL, 0, 0, NULL, "ADDRESS", "one person, by e-mail", false)                              \
    X(TEXT, phone, "phone", NULL, 0, 0, NULL, "NUMBER", "one person, by phone", false)                                \
    X(FLAG, retention, "retention", "false", 0, 0, NULL, NULL,                                                        \
      "erase the contacts past their delete_on, in place of given people", false)                                     \
    X(LIST, contacts, "contacts", NULL, 0, 0, NULL, "FILE",                                                           \
      "with --retention: tables of contact_id and delete_on; default: what lifecycle wrote last", false)              \
    X(TEXT, as_of, "as-of", NULL, 0, 0, NULL, "DATE", "the day of the erasure; default: today (UTC)", false)          \
    X(INTEGER, ledger_days, "ledger-days", NULL, 1, 36500, NULL, "DAYS",                                              \
      "with --retention: forget what the ledgers of exports and audiences say of longer ago", false)                  \
    X(FLAG, confirm, "confirm", "false", 0, 0, NULL, NULL,                                                            \
      "with --retention: do it; without, only the counts are told", false)                                            \
    X(LIST, hashed, "hashed", NULL, 0, 0, NULL, "COL", "a column of --ids that holds SHA-256 values", false)          \
    X(TEXT, country, "country", NULL, 0, 0, NULL, "CC",                                                               \
      "the country (FR, GB) of phones in national spelling, where the row has none", false)                           \
    X(LIST, role, "role", NULL, 0, 0, NULL, "NAME=ROLE", "the role of a column of --ids", false)                      \
    X(TEXT, separator, "separator", NULL, 0, 0, NULL, "CHAR",                                                         \
      "the field separator; default: comma, semicolon or tab, from the header line", false)                           \
    X(INTEGER, max_field, "max-field", "1048576", 1, 1073741824, NULL, "BYTES", "the longest field that is accepted", \
      false)                                                                                                          \
    X(NUMBER, wait, "wait", "30", 0, 86400, NULL, "SECONDS", "how long to wait for another writer of the workspace",  \
      false)                                                                                                          \
    LKA_OUTPUT_PARAMS(X)                                                                                              \
    X(TEXT, temporary, "temporary", NULL, 0, 0, NULL, "DIR",                                                          \
      "where big intermediate files go; default: $TMPDIR, else /tmp", false)

LKA_PARAMS_STRUCT(lka_erase_options, LKA_ERASE_PARAMS);

struct lka_erasing {
    const struct lka_options *all;
    const struct lka_erase_options *options;
    struct lka_warnings warnings;
    struct lka_workspace *workspace;
    bool changes; /* false: the people are counted, and everything stays */
    char day[16];
    struct lka_erase_keys keys;
    char request[33];
    uint64_t people;        /* asked for */
    uint64_t unknown;       /* of whom nothing was found */
    uint64_t shared_phones; /* that were all that was given, and are of several people: forms of them */
    uint64_t kept_phones;   /* rows that have a phone of theirs and are somebody else's by e-mail */
    struct lka_form *forms; /* what was given, for the list of objections */
    size_t form_count;
    size_t form_capacity;
    struct lka_text given; /* the same as a table, for platforms: email,phone,maid,country */
    struct lka_directory *directory;
    json_t *platforms;
    json_t *outputs;
    json_t *segments;
    json_t *tables;
    json_t *models;
    json_t *ledgers;
    json_t *unreachable;
    json_t *files;       /* of the workspace: SHA-256 before and after */
    json_t *interrupted; /* what a run that died had counted; NULL */
    json_t *verified;    /* what the second search found */
    char **old_segments; /* paths, to be removed once the new ones are published */
    size_t old_count;
    size_t old_capacity;
    uint64_t segments_searched;
    uint64_t suppressed; /* new entries of the list of objections */
};

static inline const struct lka_session *lka_erasing_session(const struct lka_erasing *erasing)
{
    return &erasing->warnings.session;
}

/* ---- request.c: who ------------------------------------------------------------------------- */
lka_status lka_erase_request(struct lka_erasing *erasing, struct lka_error *error);

/* ---- rows.c: whose is a row of a table ------------------------------------------------------ */

struct lka_erase_columns {
    struct lka_source *source;
    struct lka_schema schema;
    struct lka_rows rows; /* all columns */
    uint8_t *kinds;       /* of each column, enum in rows.c */
    ptrdiff_t country;
    bool has_email;
    bool rejected;
};
lka_status lka_erase_table_open(struct lka_erase_columns *table, const char *path, struct lka_error *error);
void lka_erase_table_close(struct lka_erase_columns *table);
/* `learn`: what else the row says of the person is added to the keys. `shared`: only a phone is the same. */
lka_status lka_erase_row(struct lka_erasing *erasing, struct lka_erase_columns *table, size_t row, bool learn,
                         bool *met, bool *shared, struct lka_error *error);
/* Is the column one of ids? A table may have several, and the role goes to one of them. */
bool lka_erase_is_id(const struct lka_column *column);
/* Is the file a table of ours? */
bool lka_erase_is_table(const char *path);

/* Reads a table; rows that are met go to `met`, the others to `rest` (either may be NULL). *count: rows that are
 * met. */
lka_status lka_erase_split(struct lka_erasing *erasing, const char *path, const char *met, const char *rest, bool learn,
                           uint64_t *count, struct lka_error *error);

/* ---- files.c ------------------------------------------------------------------------------------ */
/* Each file below a directory, by its name in there. */
typedef lka_status lka_erase_visit(void *user, const char *path, const char *name, struct lka_error *error);
lka_status lka_erase_each_file(const char *directory, lka_erase_visit *visit, void *user, struct lka_error *error);

/* ---- outputs.c: what stages registered ------------------------------------------------------- */
/* Learns from the rows of every registered output who else the people are. */
lka_status lka_erase_outputs_learn(struct lka_erasing *erasing, struct lka_error *error);
/* Counts the people's rows in each, and with `purge` rewrites those that have some; *list gets what was done. */
lka_status lka_erase_outputs(struct lka_erasing *erasing, bool purge, json_t **list, uint64_t *rows,
                             struct lka_error *error);

/* ---- sent.c: the files of an export ------------------------------------------------------------ */
/* Files that tell a platform of any of the people: counted, and with `purge` removed. Without a list, only told if
 * nobody can say whom they hold. */
lka_status lka_erase_sent(struct lka_erasing *erasing, const char *path, bool purge, json_t *list, uint64_t *rows,
                          struct lka_error *error);

/* ---- segments.c: the archive ------------------------------------------------------------------ */
lka_status lka_erase_segments(struct lka_erasing *erasing, bool purge, json_t **list, uint64_t *rows,
                              struct lka_error *error);
/* Behind the commit: the files that were replaced go. */
void lka_erase_segments_finish(struct lka_erasing *erasing);

/* ---- tables.c: state.sqlite -------------------------------------------------------------------- */
lka_status lka_erase_tables(struct lka_erasing *erasing, bool purge, json_t **list, uint64_t *rows,
                            struct lka_error *error);
lka_status lka_erase_ledgers(struct lka_erasing *erasing, struct lka_error *error);
/* Models of theirs are named and marked. */
lka_status lka_erase_models(struct lka_erasing *erasing, struct lka_error *error);

/* ---- suppress.c --------------------------------------------------------------------------------- */
/* Within the transaction; the file takes its place with lka_suppression_rename. */
lka_status lka_erase_suppress(struct lka_erasing *erasing, struct lka_error *error);

/* ---- removals.c ---------------------------------------------------------------------------------- */
lka_status lka_erase_removals(struct lka_erasing *erasing, struct lka_error *error);

/* ---- proof.c ---------------------------------------------------------------------------------------- */
/* Is --out free, or of the same erasure? `takes_over`: the platforms and models that an earlier run found are kept. */
lka_status lka_erase_check_out(struct lka_erasing *erasing, bool takes_over, struct lka_error *error);
/* The same, and opens it. The files for platforms in it are carried over when it is published. */
lka_status lka_erase_open_out(struct lka_erasing *erasing, struct lka_error *error);
/* Hashes of the workspace's files, as `when` ("before", "after"). */
lka_status lka_erase_look(struct lka_erasing *erasing, const char *when, struct lka_error *error);
/* Publishes --out as it is so far. */
lka_status lka_erase_publish(struct lka_erasing *erasing, bool done, struct lka_error *error);
/* For the proof: an output that could not be searched, and why. */
lka_status lka_erase_cannot_reach(struct lka_erasing *erasing, const char *kind, const char *path, const char *why,
                                  struct lka_error *error);
json_t *lka_erase_document(const struct lka_erasing *erasing, bool done);

#endif
