/* audience/stage.h: one run of the stage, shared by its parts.
 *
 *     ranked.csv ─► look     who may not be used, and under which identifiers else they might appear
 *                ─► decide   each person once, in the order of the ranking: arm, path, or why not     (decide.c)
 *                ─► write    audience, ledger, what changed                                            (write.c)
 */
#ifndef LKA_AUDIENCE_STAGE_H
#define LKA_AUDIENCE_STAGE_H

#include "audience/entrants.h"
#include "audience/keymap.h"
#include "audience/shared.h"
#include "audience/verdicts.h"
#include "base/warnings.h"
#include "campaign/document.h"
#include "campaign/paths.h"
#include "eligibility/eligibility.h"
#include "lookalike/audience.h"

#define LKA_AUDIENCE_PARAMS(X)                                                                                       \
    X(TEXT, ranked, "ranked", NULL, 0, 0, NULL, "FILE", "what score wrote", true)                                    \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR",                                                         \
      "what the brand's runs remember: who objected, who is in which arm; made if absent", true)                     \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR", "where audience.csv, ledger.csv and audience.json go", true)        \
    X(TEXT, eligible_for, "eligible-for", NULL, 0, 0, NULL, "PLATFORM",                                              \
      "the platform that it is for: its consent, its minimum; default: advertising as such", false)                  \
    X(TEXT, campaign, "campaign", "campaign", 0, 0, NULL, "NAME",                                                    \
      "what the audience is for: each campaign draws a holdout of its own", false)                                   \
    X(AMOUNT, size, "size", "100%", 0, 0, NULL, "SHARE|N", "how many people at most, of the best", false)            \
    X(CHOICE, expansion, "expansion", "100", 0, 0, "1|2|5|10|100", "PERCENT",                                        \
      "only tiers up to this share of all who could be ranked", false)                                               \
    X(LIST, tier_cap, "tier-cap", NULL, 0, 0, NULL, "TIER=N", "at most so many people of a tier (1, 2, 5, 10, 100)", \
      false)                                                                                                         \
    X(TEXT, holdout, "holdout", "10%", 0, 0, NULL, "SHARE", "the share of people who are left alone; 0: nobody",     \
      false)                                                                                                         \
    X(FLAG, exclusions, "exclusions", "false", 0, 0, NULL, NULL,                                                     \
      "write holdout.csv, too: the holdout's identifiers, for a platform to leave out", false)                       \
    X(TEXT, paths, "paths", NULL, 0, 0, NULL, "FILE",                                                                \
      "the paths (YAML) among which people are divided at random, under their caps", false)                          \
    X(NUMBER, budget, "budget", NULL, 0, 1e12, NULL, "N", "at most so much, by the paths' costs; needs --paths",     \
      false)                                                                                                         \
    X(NUMBER, base_rate, "base-rate", NULL, 1e-9, 0.999, NULL, "RATE",                                               \
      "the rate without the campaign (.01): which lift the holdout can show", false)                                 \
    X(NUMBER, detect, "detect", "0.1", 0.0001, 1000, NULL, "LIFT", "the relative lift that should be shown", false)  \
    X(INTEGER, min_people, "min-people", NULL, 1, 1e9, NULL, "N",                                                    \
      "refuse (exit 3) an audience of fewer; default: the platform's minimum, else 100", false)                      \
    X(TEXT, previous, "previous", NULL, 0, 0, NULL, "DIR", "the audience before: what is added, kept and removed",   \
      false)                                                                                                         \
    X(TEXT, as_of, "as-of", NULL, 0, 0, NULL, "DATE", "the day on which people enter; default: today (UTC)", false)  \
    LKA_ELIGIBILITY_PARAMS(X)                                                                                        \
    LKA_INPUT_PARAMS(X)                                                                                              \
    LKA_OUTPUT_PARAMS(X)                                                                                             \
    X(TEXT, temporary, "temporary", NULL, 0, 0, NULL, "DIR",                                                         \
      "where big intermediate files go; default: $TMPDIR, else /tmp", false)

LKA_PARAMS_STRUCT(audience_options, LKA_AUDIENCE_PARAMS);

/* The rules by which the ledger was made: a change of what an arm or a reason means is a new version. */
#define LKA_AUDIENCE_RULE "1"

enum lka_arm { LKA_ARM_NONE, LKA_ARM_TREATED, LKA_ARM_HOLDOUT, LKA_ARM_EXPLORE, LKA_ARMS };
const char *lka_arm_name(enum lka_arm arm); /* "" of none */

/* Bars (eligibility.h) come first. */
enum lka_reason {
    LKA_REASON_KEPT = LKA_BARS,
    LKA_REASON_HELD_OUT,
    LKA_REASON_DUPLICATE,
    LKA_REASON_EXPANSION,
    LKA_REASON_SIZE,
    LKA_REASON_TIER,
    LKA_REASON_NO_PATH,
    LKA_REASON_PATHS,
    LKA_REASON_BUDGET,
    LKA_REASONS
};
const char *lka_reason_name(enum lka_reason reason);

enum { LKA_AUDIENCE_TIERS = 5, LKA_PATH_NAMES = 64 };

/* Cells of the ranking. */
struct lka_ranking_cells {
    size_t id;
    size_t rank;
    size_t score;
    ptrdiff_t tier; /* LKA_NO_COLUMN */
    ptrdiff_t source;
    ptrdiff_t explore_probability;
};

struct lka_audience_writing;

struct lka_audience {
    const struct lka_options *all;
    const struct audience_options *options;
    struct lka_warnings warnings;
    struct lka_workspace *workspace;
    struct lka_table table;
    struct lka_rows rows;
    size_t *selected; /* columns of the schema, by cell */
    ptrdiff_t *cell;  /* cells, by column of the schema */
    size_t cell_count;
    struct lka_ranking_cells cells;
    struct lka_eligibility eligibility;
    struct lka_entrants entrants;
    struct lka_paths paths;
    char path_names[LKA_PATH_NAMES][64]; /* "" first, then those of --paths, then what the entrants had before */
    size_t path_count;
    size_t path_cells[LKA_IDENTITY_TYPES][LKA_PERSON_COLUMNS]; /* what paths reach people by, by its kind */
    size_t path_cell_counts[LKA_IDENTITY_TYPES];
    uint64_t path_people[LKA_PATH_NAMES]; /* treated or exploring */
    int64_t spent;                        /* millionths */
    uint64_t tier_caps[LKA_AUDIENCE_TIERS];
    uint64_t tier_people[LKA_AUDIENCE_TIERS];
    char day[16];
    double holdout; /* share */
    uint64_t size;
    struct lka_shared shared; /* keys by which rows are of one person */
    double last_rank;
    struct lka_verdicts verdicts;
    uint64_t arms[LKA_ARMS];
    uint64_t reasons[LKA_REASONS];
    uint64_t entered;     /* for the first time */
    uint64_t reachable;   /* of treated and explore, by the platform */
    uint64_t treated_top; /* by the ranking: what the holdout is compared with */
    uint64_t minimum;
    char ranked_digest[33];
    char left_out_digest[33];        /* empty: score left no file */
    json_t *left_out;                /* of score: {"objected": n, ...} */
    struct lka_keymap left_out_keys; /* id_key by bar, as far as it is one */
    char run[33];
    struct lka_audience_writing *writing; /* while the tables are written */
    json_t *changes;
    json_t *document;
};

static inline const struct lka_session *lka_audience_session(const struct lka_audience *audience)
{
    return &audience->warnings.session;
}

/* ranking.c: opens the table, and what tells who may be used. */
lka_status lka_audience_open_ranking(struct lka_audience *audience, struct lka_error *error);

/* person.c */
/* Of a row that has no identifier: its id. */
lka_status lka_audience_keys(const struct lka_audience *audience, const struct lka_person_columns *columns,
                             const struct lka_rows *rows, size_t row, struct lka_known_key *keys, size_t *count,
                             struct lka_error *error);
/* The HMAC of the canonical identity. */
lka_status lka_audience_person(const struct lka_audience *audience, const struct lka_person_columns *columns,
                               const struct lka_rows *rows, size_t row, uint8_t person[32], struct lka_error *error);
/* In [0, 1), by the person, the campaign and what is drawn. */
lka_status lka_audience_draw(const struct lka_audience *audience, const char *what, const uint8_t person[32],
                             double *drawn, struct lka_error *error);

/* decide.c */
/* Reads the ranking's rows from its start, block by block. */
lka_status lka_audience_each(struct lka_audience *audience, const char *step,
                             lka_status (*take)(struct lka_audience *audience, size_t row, size_t number,
                                                struct lka_error *error),
                             struct lka_error *error);
lka_status lka_audience_look(struct lka_audience *audience, struct lka_error *error);
lka_status lka_audience_decide(struct lka_audience *audience, struct lka_error *error);

/* routes.c */
void lka_audience_routes_bind(struct lka_audience *audience);
uint64_t lka_audience_room(const struct lka_audience *audience, size_t path);
bool lka_audience_has_path(const struct lka_audience *audience, size_t row);
/* The path that the person had before, or one at random, in proportion to the caps; 0 where none with room reaches
 * them. */
lka_status lka_audience_choose_path(struct lka_audience *audience, size_t row, const struct lka_entrant *before,
                                    bool known, struct lka_verdict *verdict, struct lka_error *error);

/* write.c: the tables, and in the open transaction who entered. `directory` NULL: nothing goes anywhere. */
lka_status lka_audience_write(struct lka_audience *audience, struct lka_directory *directory, struct lka_error *error);
/* Reads what score left out: counts, and with `ledger` rows. */
lka_status lka_audience_left_out(struct lka_audience *audience, struct lka_page *ledger, struct lka_error *error);
/* Identifiers, and consents: each platform's own are looked at again when files are written for it. */
bool lka_audience_carries(const struct lka_column *column);
/* rank,<id>,score,tier,path,<what is carried>: the header, and a row. */
lka_status lka_audience_header(const struct lka_audience *audience, struct lka_text *header, struct lka_error *error);
void lka_audience_put_row(const struct lka_audience *audience, struct lka_page *page, size_t row,
                          const struct lka_verdict *verdict);

/* refresh.c: against --previous: changes.csv, added.csv, removed.csv. */
lka_status lka_audience_refresh(struct lka_audience *audience, struct lka_directory *directory,
                                struct lka_error *error);

/* document.c */
json_t *lka_audience_parameters(const struct lka_audience *audience); /* NULL when memory is short */
lka_status lka_audience_document(struct lka_audience *audience, struct lka_error *error);

#endif
