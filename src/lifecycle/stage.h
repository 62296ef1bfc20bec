/* lifecycle/stage.h: what the parts of the stage work on together. */
#ifndef LKA_LIFECYCLE_STAGE_H
#define LKA_LIFECYCLE_STAGE_H

#include "base/parameters.h"
#include "base/warnings.h"
#include "lifecycle/append.h"
#include "lifecycle/counting.h"
#include "lifecycle/interests.h"
#include "lifecycle/machines.h"
#include "lifecycle/observed.h"
#include "lifecycle/patterns.h"
#include "lifecycle/surveys.h"
#include "lifecycle/worth.h"
#include "lookalike/lifecycle.h"
#include "source/output.h"
#include "store/events.h"
#include "store/acquaintance.h"
#include "store/history.h"

#define LKA_LIFECYCLE_PARAMS(X)                                                                                      \
    X(LIST, contacts, "contacts", NULL, 0, 0, NULL, "FILE", "the contacts: one row each (CSV, .gz, .zst)", true)     \
    X(LIST, events, "events", NULL, 0, 0, NULL, "FILE",                                                              \
      "what they did and were sent; none is needed where the workspace's archive has it", false)                     \
    X(LIST, append, "append", NULL, 0, 0, NULL, "FILE", "what vendors know about the inactive ones", false)          \
    X(TEXT, as_of, "as-of", NULL, 0, 0, NULL, "DATE",                                                                \
      "everything is told as of the beginning of this day (UTC); later events are left out", true)                   \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR",                                                         \
      "what the brand's runs remember: archive of events, history of segments, who objected", false)                 \
    X(TEXT, value, "value", NULL, 0, 0, NULL, "DIR",                                                                 \
      "what `value` wrote last: its columns are joined to the contacts, for --where too", false)                     \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR", "where contacts.csv and the lists go", true)                        \
    LKA_COUNTING_PARAMS(X)                                                                                           \
    X(TEXT, active, "active", "180d", 0, 0, NULL, "PERIOD", "active for so long after the last touch", false)        \
    X(TEXT, lapsing, "lapsing", "2y", 0, 0, NULL, "PERIOD", "lapsing until so long after it", false)                 \
    X(TEXT, at_risk, "at-risk", "3y", 0, 0, NULL, "PERIOD", "at risk until so long after it, then to delete", false) \
    X(LIST, inactive, "inactive", NULL, 0, 0, NULL, "SEGMENT",                                                       \
      "a segment that is inactive; default: every one but active", false)                                            \
    X(TEXT, retention, "retention", "3y", 0, 0, NULL, "PERIOD",                                                      \
      "a contact must be deleted so long after the last touch or signing up", false)                                 \
    X(TEXT, notice, "notice", "90d", 0, 0, NULL, "PERIOD", "who is about to be deleted is listed so long before",    \
      false)                                                                                                         \
    X(NUMBER, half_life, "half-life", "365", 1, 36500, NULL, "DAYS",                                                 \
      "for interests, a mail counts half after so many days", false)                                                 \
    X(NUMBER, certainty, "certainty", "0.8", 0.5, 1, NULL, "SHARE", "a topic is an interest from this certainty on", \
      false)                                                                                                         \
    X(TEXT, remedies, "remedies", NULL, 0, 0, NULL, "FILE",                                                          \
      "what may mend which stated reason (YAML); default: that of data/remedies.yaml", false)                        \
    X(LIST, precision, "precision", NULL, 0, 0, NULL, "VENDOR=SHARE",                                                \
      "the share of a vendor's statements that are right", false)                                                    \
    X(NUMBER, usual_precision, "usual-precision", "0.9", 0.5, 0.9999, NULL, "SHARE",                                 \
      "the same for vendors that --precision does not name", false)                                                  \
    X(TEXT, where, "where", NULL, 0, 0, NULL, "RULE",                                                                \
      "a condition in SQL over contacts.csv: who meets it is listed in selected.csv", false)                         \
    LKA_INPUT_PARAMS(X)                                                                                              \
    LKA_OUTPUT_PARAMS(X)                                                                                             \
    LKA_RUN_PARAMS(X)                                                                                                \
    LKA_EVENTS_PARAMS(X)

LKA_PARAMS_STRUCT(lka_lifecycle_options, LKA_LIFECYCLE_PARAMS);

struct lka_lifecycle_counts {
    uint64_t events; /* of contacts */
    uint64_t stranger_events;
    uint64_t strangers;
    uint64_t machines[LKA_MACHINE_REASONS][LKA_MACHINE_KINDS];
    uint64_t hidden; /* contacts whose opens cannot be observed */
    uint64_t first_event_known;
    int64_t first_event; /* seconds */
    uint64_t contacts;   /* written */
    uint64_t by_profiling[LKA_PROFILINGS];
    uint64_t segments[LKA_SEGMENTS];
    uint64_t hidden_segments[LKA_SEGMENTS];
    uint64_t moves[LKA_SEGMENTS + 1][LKA_SEGMENTS]; /* from the previous segment; the last row: new */
    uint64_t inactive;
    uint64_t due;
    uint64_t soon;
    uint64_t held;
    uint64_t undated;
    uint64_t asked_bounce; /* contacts of the lists for vendors */
    uint64_t asked_personal;
    uint64_t told_columns; /* of --append, in contacts.csv under their own names */
    uint64_t selected;
    uint64_t selected_new; /* since the last run; with a workspace */
    uint64_t selected_gone;
};

struct lka_lifecycle {
    const struct lka_options *all;
    const struct lka_lifecycle_options *options;
    struct lka_warnings warnings;

    int64_t as_of; /* seconds */
    int32_t as_of_day;
    char as_of_text[16];
    struct lka_counting counting;
    struct lka_segment_rules segment_rules;
    struct lka_profile_rules profile_rules;
    struct lka_patterns agents;
    struct lka_patterns remedies;

    struct lka_table contacts;
    struct lka_table append_table;
    struct lka_events *events;
    struct lka_workspace *workspace;
    struct lka_suppression *suppression;
    struct lka_known erased;
    struct lka_acquaintance acquaintance;
    struct lka_history *history;     /* of segments; NULL without a workspace */
    struct lka_directory *directory; /* NULL in a dry run */

    struct lka_lexicon vocabulary;
    struct lka_observed observed;
    struct lka_interests *interests;
    struct lka_profile_maker *maker;
    struct lka_roster roster;
    struct lka_append append;
    struct lka_worth worth;
    struct lka_surveys surveys;
    uint32_t new_reasons[LKA_REASONS_MAX]; /* contacts who stated it since the last run */
    struct lka_lifecycle_counts counts;
    json_t *columns;  /* name -> role, of contacts.csv */
    json_t *selected; /* what --where found; NULL */
};

static inline const struct lka_session *lka_lifecycle_session(const struct lka_lifecycle *stage)
{
    return &stage->warnings.session;
}

/* The rules that the options say. LKA_USAGE for what means nothing. */
lka_status lka_lifecycle_flags(struct lka_lifecycle *stage, struct lka_error *error);

/* A file of the directory, or /dev/null in a dry run. */
lka_status lka_lifecycle_output(const struct lka_lifecycle *stage, const char *name, bool is_private,
                                struct lka_output **output, struct lka_error *error);

#endif
