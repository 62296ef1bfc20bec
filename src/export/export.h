/* export/export.h: the stage's parameters, and what its parts share.
 *
 *     audience.csv ─► audience (rows, columns by field) ─► person (normalised, encoded) 
 *     ─► layout (a row's bytes) ─► seen (each once) ─► files (split, closed)
 */
#ifndef LKA_EXPORT_EXPORT_H
#define LKA_EXPORT_EXPORT_H

#include "base/hash.h"
#include "base/parameters.h"
#include "eligibility/consent.h"
#include "eligibility/exported.h"
#include "eligibility/person.h"
#include "eligibility/rules.h"
#include "eligibility/suppression.h"
#include "identity/reasons.h"
#include "source/output.h"
#include "source/open.h"
#include "source/source.h"

#define LKA_EXPORT_PARAMS(X)                                                                                           \
    X(TEXT, audience, "audience", NULL, 0, 0, NULL, "DIR", "the audience: its directory, or a table of people", false) \
    X(TEXT, seeds, "seeds", NULL, 0, 0, NULL, "FILE",                                                                  \
      "in place of --audience: people whom the platform is to find others like, for a look-alike audience of its "     \
      "own; "                                                                                                          \
      "only who consented to profiling, too",                                                                          \
      false)                                                                                                           \
    X(TEXT, value, "value", NULL, 0, 0, NULL, "COL",                                                                   \
      "the column that says what a seed is worth, for a platform that weighs by it", false)                            \
    X(LIST, platform, "platform", NULL, 0, 0, NULL, "NAME",                                                            \
      "the platform, or a file NAME.yaml that describes one; several", true)                                           \
    X(TEXT, format, "format", NULL, 0, 0, NULL, "NAME",                                                                \
      "csv, api ...: one of the platform's formats; default: its first", false)                                        \
    X(TEXT, path, "path", NULL, 0, 0, NULL, "NAME", "only people of this acquisition path", false)                     \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR",                                                                       \
      "where a directory for each platform goes; with --check: the file of findings", false)                           \
    X(TEXT, previous, "previous", NULL, 0, 0, NULL, "DIR",                                                             \
      "the audience that the platform has: only what was added since and what must be removed is written", false)      \
    X(CHOICE, operation, "operation", "add", 0, 0, "add|remove", NULL,                                                 \
      "remove: the files take everybody in the audience off the platform", false)                                      \
    X(TEXT, check, "check", NULL, 0, 0, NULL, "FILE",                                                                  \
      "a file for the platform, by whomever: what would be refused or not matched, row by row", false)                 \
    LKA_WHERE_PARAMS(X)                                                                                                \
    X(LIST, hashed, "hashed", NULL, 0, 0, NULL, "COL", "a column that holds SHA-256 values already", false)            \
    X(LIST, column, "column", NULL, 0, 0, NULL, "FIELD=COL", "the column of a platform's field", false)                \
    X(LIST, role, "role", NULL, 0, 0, NULL, "NAME=ROLE", "the role of a column", false)                                \
    X(TEXT, country, "country", NULL, 0, 0, NULL, "CC",                                                                \
      "the country (FR, GB) of people whose row has none: for phones in national spelling", false)                     \
    X(FLAG, external_id, "external-id", "false", 0, 0, NULL, NULL,                                                     \
      "give the platform your own ids of the people, too", false)                                                      \
    X(FLAG, unverified, "unverified", "false", 0, 0, NULL, NULL,                                                       \
      "accept rules of a platform that were not confirmed with it", false)                                             \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR",                                                           \
      "whoever objected since is left out, by its list; remembers who was sent where", false)                          \
    X(TEXT, separator, "separator", NULL, 0, 0, NULL, "CHAR",                                                          \
      "the field separator; default: comma, semicolon or tab, from the header line", false)                            \
    X(TEXT, temporary, "temporary", NULL, 0, 0, NULL, "DIR",                                                           \
      "where big intermediate files go; default: $TMPDIR, else /tmp", false)                                           \
    LKA_OUTPUT_PARAMS(X)

LKA_PARAMS_STRUCT(lka_export_options, LKA_EXPORT_PARAMS);

/* ---- table.c: rows, and which column is which field ------------------------------------------ */

enum { LKA_BOUND_MOST = LKA_PLATFORM_FIELDS * LKA_PLATFORM_VALUES };

struct lka_bound {
    size_t column; /* of the schema */
    size_t cell;
    size_t field; /* of the platform */
    bool hashed;  /* its values are SHA-256 already */
};

/* Advertising on the platform; what a look-alike source needs besides; Google's two. */
enum { LKA_ASK_ADVERTISING, LKA_ASK_PROFILING, LKA_ASK_USER_DATA, LKA_ASK_PERSONALIZATION, LKA_ASKED_CONSENTS };
struct lka_asked_consent {
    struct lka_consent consent;
    size_t first_cell;
};

struct lka_export_table {
    struct lka_source *source;
    struct lka_schema schema;
    struct lka_rows rows;
    char *path;           /* of the table */
    bool is_directory;    /* that `audience` wrote */
    json_t *document;     /* audience.json; NULL */
    const char *known_as; /* the platform, by the name that consents have for it; borrowed */
    struct lka_bound bound[LKA_BOUND_MOST];
    size_t bound_count;
    ptrdiff_t path_cell; /* -1: none */
    ptrdiff_t country_cell;
    struct lka_person_columns who; /* for the list of objections and the export ledger */
    struct lka_asked_consent consents[LKA_ASKED_CONSENTS];
};

/* A directory that `audience` wrote, or a table. */
lka_status lka_export_table_open(const char *path, const struct lka_export_options *options,
                                 const struct lka_session *session, struct lka_export_table *audience,
                                 struct lka_error *error);
bool lka_export_table_grants(const struct lka_export_table *audience, size_t consent, size_t row);
/* Is there any column that decides about one of them? */
bool lka_export_table_tells_consents(const struct lka_export_table *audience);
/* The platform whose consents were looked at when the audience was made; NULL: of none in particular, or it is not
   known. */
const char *lka_export_table_made_for(const struct lka_export_table *audience);
void lka_export_table_close(struct lka_export_table *audience); /* {0} is fine */
/* Selects what the format of the platform takes, and begins from the first row. LKA_USAGE if there is nothing. */
lka_status lka_export_table_bind(struct lka_export_table *audience, const struct lka_export_options *options,
                                 const struct lka_rules *platform, const struct lka_platform_format *format,
                                 struct lka_error *error);
/* The fields that the format writes, as bits. */
uint32_t lka_format_fields(const struct lka_rules *platform, const struct lka_platform_format *format);

/* ---- person.c: the values of one row as the platform takes them --------------------------------- */

/* A value of a row that was read. */
struct lka_person_cell {
    size_t field;
    size_t first, length; /* of the encoded value, in `bytes` */
    size_t plain;         /* where its hash is still to be made: the normalised value, in `plain` */
    uint32_t plain_length;
    bool waits;
};

enum { LKA_PEOPLE_MOST = 64 };

/* Several rows are read, then their values hashed, which goes twice as fast for many at once; then each in its turn is the person. */
struct lka_person {
    struct lka_text bytes;
    struct lka_text plain;
    struct lka_person_cell *cells;
    size_t cell_count;
    size_t cell_capacity;
    size_t ends[LKA_PEOPLE_MOST]; /* of each row's cells */
    size_t people;
    struct {
        size_t first, length;
    } values[LKA_PLATFORM_FIELDS][LKA_PLATFORM_VALUES];
    size_t counts[LKA_PLATFORM_FIELDS];
    uint32_t there; /* the fields that have some, as bits */
    bool signals;   /* both were granted */
    struct lka_normal normal;
};

struct lka_field_counts {
    uint64_t written;
    uint64_t empty;
    struct lka_reasons unusable;
};

void lka_person_release(struct lka_person *person);
/* No rows. */
void lka_person_begin(struct lka_person *person);
/* Reads a further row, of at most LKA_PEOPLE_MOST: the values that the bound columns give, counted. LKA_DATA for a hash in a column
 * that was not declared as one, and for anything else in one that was. */
lka_status lka_person_read(struct lka_person *person, struct lka_export_table *audience,
                           const struct lka_rules *platform, const char *country, size_t row,
                           struct lka_field_counts *counts, struct lka_error *error);
/* All were read. */
lka_status lka_person_hash(struct lka_person *person, struct lka_error *error);
/* The person of the row that was read as the `which`-th, from 0: each value once. */
void lka_person_take(struct lka_person *person, size_t which);
/* Empty: none. Inline, since rows have mostly empty fields, each asked for. */
static inline struct lka_span lka_person_value(const struct lka_person *person, size_t field, size_t value)
{
    if (value >= person->counts[field]) {
        return (struct lka_span){"", 0};
    }
    return (struct lka_span){person->bytes.bytes + person->values[field][value].first,
                             (uint32_t)person->values[field][value].length};
}
/* Can the platform find the person by what there is? */
bool lka_person_has_key(const struct lka_person *person, const struct lka_rules *platform);
/* The row's country, that of the command where the row tells none; NULL: not known, or told in other than two letters. */
const char *lka_row_country(const struct lka_export_table *audience, const char *otherwise, size_t row, char buffer[3]);

/* ---- who.c: whose consent, and how few ------------------------------------------------------------- */

struct lka_export_who {
    const struct lka_export_options *options;
    struct lka_suppression *objections; /* NULL without a workspace */
    const struct lka_rules *platform;
    const struct lka_platform_format *format;
    bool before; /* rows of the audience that the platform has: it has those alone who had consented then */
    bool knows;  /* whether the row's person objected: it was asked in an earlier pass */
    bool objected;
    bool taken_off; /* whoever is taken off a platform needs no consent for that, and may well have objected */
    struct lka_export_ledger *ledger;
    struct lka_exported_asking given; /* whom the platform was given, as far as the workspace remembers that */
};

/* Did the person of a row grant both ad_user_data and ad_personalization? */
bool lka_export_grants_signals(const struct lka_export_table *audience, size_t row);
/* Is any of the row's identifiers in the list of objections? */
lka_status lka_export_has_objected(const struct lka_export_who *who, const struct lka_export_table *audience,
                                   size_t row, bool *objected, struct lka_error *error);
/* Who is not looked at any further, and why; NULL: go on. */
lka_status lka_export_leave_out(const struct lka_export_who *who, const struct lka_export_table *audience, size_t row,
                                const char **reason, struct lka_error *error);
void lka_export_warn_of_consent(const struct lka_export_who *who, const struct lka_export_table *audience,
                                const struct lka_session *session);

enum { LKA_COUNTRIES = 26 * 26 };
struct lka_country_counts {
    uint64_t people[LKA_COUNTRIES + 1]; /* the last: of no known country */
};
void lka_country_count(struct lka_country_counts *counts, const char *country); /* NULL: not known */

/* LKA_REFUSED under the platform's minimum; warns under three times. With --seeds, as the platform has it for those. */
lka_status lka_export_check_minimum(const struct lka_export_who *who, uint64_t people,
                                    const struct lka_country_counts *counts, const struct lka_session *session,
                                    struct lka_error *error);

/* ---- layout.c: bytes ----------------------------------------------------------------------------- */

/* What templates speak of besides the fields. */
struct lka_file_state {
    uint64_t session;
    uint64_t sequence; /* of the file, from 1 */
    uint64_t total;    /* rows of all files */
    bool last;
    bool removes;
};

/* Appends one row; `first` is the number of the first value that is taken of each field (for a row a value). Nothing is
 * appended where the row would be empty. */
void lka_layout_row(const struct lka_rules *platform, const struct lka_platform_format *format,
                    const struct lka_person *person, size_t first, bool removes, struct lka_text *row);
void lka_layout_head(const struct lka_platform_format *format, const struct lka_file_state *state,
                     struct lka_text *text);
void lka_layout_tail(const struct lka_platform_format *format, const struct lka_file_state *state,
                     struct lka_text *text);
/* Do the files tell how many rows there are in all? */
bool lka_layout_needs_total(const struct lka_platform_format *format);
/* LKA_USAGE for a template that speaks of what does not exist. */
lka_status lka_layout_check(const struct lka_rules *platform, struct lka_error *error);

/* ---- seen.c: what was met before ------------------------------------------------------------------ */

struct lka_seen {
    struct lka_hash128 *slots;
    size_t capacity;
    size_t count;
    size_t expected; /* about so many are to come; 0: nobody knows */
};

/* Its 32 lowest bits are 0: room for a number that tells whose it is. */
struct lka_hash128 lka_seen_key(struct lka_span row);
lka_status lka_seen_add(struct lka_seen *seen, struct lka_hash128 key, bool *is_new, struct lka_error *error);
/* Its place will be asked for soon. */
void lka_seen_prefetch(const struct lka_seen *seen, struct lka_hash128 key);
bool lka_seen_has(const struct lka_seen *seen, struct lka_hash128 key);
/* Of a key that is there: the 32 lowest bits of the one that was added first. */
uint32_t lka_seen_whose(const struct lka_seen *seen, struct lka_hash128 key);
void lka_seen_release(struct lka_seen *seen);

/* ---- files.c: split, closed, listed ---------------------------------------------------------------- */

struct lka_export_files {
    struct lka_directory *directory; /* NULL: --dry-run */
    const struct lka_rules *platform;
    const struct lka_platform_format *format;
    const char *add_how; /* where an added file goes; NULL: as the format says */
    struct lka_file_state state;
    struct lka_output *output;
    bool open;
    char *path;
    char name[160];
    uint64_t rows, bytes;  /* of the file at hand */
    uint64_t written;      /* of all */
    struct lka_text frame; /* head and tail */
    size_t tail_most;
    json_t *list; /* of the closed ones, for the manifest */
};

lka_status lka_export_files_begin(struct lka_export_files *files, struct lka_error *error);
/* LKA_DATA for a row that no file of the platform can hold. */
lka_status lka_export_files_put(struct lka_export_files *files, struct lka_span row, struct lka_error *error);
lka_status lka_export_files_end(struct lka_export_files *files, struct lka_error *error);
void lka_export_files_release(struct lka_export_files *files);

/* ---- check.c ---------------------------------------------------------------------------------------- */

lka_status lka_export_check(const struct lka_options *options, const struct lka_session *session, char **summary,
                            struct lka_error *error);
/* LKA_USAGE for a platform with rules that were not confirmed, but with --unverified. */
lka_status lka_export_verified(const struct lka_rules *platform, bool accepted, struct lka_error *error);

#endif
