/* simulate/tables.h: the files of `simulate crm`, and the lines that one contact, or one prospect, adds to each. */
#ifndef LKA_SIMULATE_TABLES_H
#define LKA_SIMULATE_TABLES_H

#include "simulate/dirt.h"
#include "simulate/reactivation.h"
#include "simulate/waves.h"

/* X(name, file, header). A header of NULL depends on the world. */
#define LKA_CRM_TABLES(X)                                                                                         \
    X(CONTACTS, "contacts.csv", NULL)                                                                             \
    X(EVENTS, "events.csv", lka_event_header)                                                                     \
    X(APPEND, "append.csv", "contact_id,vendor,email_status,deceased,active_elsewhere\n")                         \
    X(IDENTITIES, "identities.csv", "email_sha256,contact_id,id_type,platform,id,last_seen,consent\n")            \
    X(EXPOSURES, "exposures.csv", "contact_id,id_type,id,timestamp,path\n")                                       \
    X(REGISTRATIONS, "registrations.csv", "contact_id,id_type,id,email,new_email,timestamp,path,opt_in\n")        \
    X(TRUTH_PERSONA, "truth/persona.csv",                                                                         \
      "contact_id,persona,machine,reads_links,last_touch,fate,active_elsewhere,duplicate_of,shares_email_with\n") \
    X(TRUTH_ENGAGEMENT, "truth/engagement.csv", "contact_id,month,state\n")                                       \
    X(TRUTH_EVENTS, "truth/events.csv", "event_id,made_by\n")                                                     \
    X(TRUTH_REACH, "truth/reach.csv", "contact_id,probability,reachable,inactive,exposed,path\n")                 \
    X(TRUTH_REGISTRATION, "truth/registration.csv", NULL)                                                         \
    X(TRUTH_REGISTRANTS, "truth/registrants.csv", "new_email,contact_id,answer\n")                                \
    X(TRUTH_VALUE, "truth/value.csv", "contact_id,rate_a_day,dropout,alive,mean_amount\n")

#define LKA_POOL_TABLES(X)                                 \
    X(POOL, "pool.csv", NULL)                              \
    X(TRUTH_POOL, "truth/pool.csv", "prospect_id,label\n") \
    X(TRUTH_PROSPECTS, "truth/prospects.csv",              \
      "prospect_id,probability_exposed,probability_unexposed,answers_exposed,answers_unexposed\n")

#define LKA_TABLE_NAME(name, file, header) LKA_TABLE_##name,
enum lka_crm_table { LKA_CRM_TABLES(LKA_TABLE_NAME) LKA_CRM_TABLE_COUNT };
enum lka_pool_table { LKA_POOL_TABLES(LKA_TABLE_NAME) LKA_POOL_TABLE_COUNT };

enum lka_true_segment {
    LKA_SEGMENT_ACTIVE,
    LKA_SEGMENT_LAPSING,
    LKA_SEGMENT_AT_RISK,
    LKA_SEGMENT_TO_DELETE,
    LKA_SEGMENT_NEVER,
    LKA_TRUE_SEGMENTS
};
extern const char *const lka_true_segment_names[LKA_TRUE_SEGMENTS];

struct lka_crm_counts {
    uint64_t makers[LKA_MAKERS]; /* events by who made them */
    uint64_t segments[LKA_TRUE_SEGMENTS];
    uint64_t append;
    uint64_t identities;
    uint64_t inactive; /* when the campaign began */
    uint64_t reached;
    uint64_t registered;
    uint64_t strangers;
    uint64_t duplicates;
    uint64_t contacts_dirt[LKA_DIRT_KINDS];
    uint64_t events_dirt[LKA_DIRT_KINDS];
};

struct lka_crm_tables {
    const struct lka_life_world *setting;
    const struct lka_reactivation *reactivation;
    uint64_t append_key;
    uint64_t group_key; /* who belongs to the protected group */
    uint64_t stranger_key;
    struct lka_dirt_plan contacts_dirt;
    struct lka_dirt_plan events_dirt;
};

/* Functions for lka_waves_run; the context is a struct lka_crm_tables, the facts are struct lka_crm_counts. */
void lka_crm_make(const void *context, uint64_t from, uint64_t to, struct lka_wave_block *block);
void lka_crm_add(void *total, const void *facts);

struct lka_prospect_tables {
    const struct lka_world *world;
    uint64_t key;
    uint64_t group_key;
    struct lka_dirt_plan dirt;
};
struct lka_prospect_counts {
    uint64_t alike;
    uint64_t unexposed; /* who would answer without being exposed */
    uint64_t dirt[LKA_DIRT_KINDS];
};
/* The same with struct lka_prospect_tables and struct lka_prospect_counts. */
void lka_prospects_make(const void *context, uint64_t from, uint64_t to, struct lka_wave_block *block);
void lka_prospects_add(void *total, const void *facts);

/* ---- the lines of a contact -------------------------------------------------------------------- */

struct lka_crm_line {
    const struct lka_crm_tables *tables;
    const struct lka_life *life;
    const struct lka_outcome *outcome;
    char id[16]; /* "C0000000001", not terminated */
    int64_t last_touch;
    struct lka_wave_block *block;
    struct lka_crm_counts *counts;
};

void lka_crm_write_contact(const struct lka_crm_line *line);
void lka_crm_write_events(const struct lka_crm_line *line);
void lka_crm_write_append(const struct lka_crm_line *line);
void lka_crm_write_identities(const struct lka_crm_line *line);
void lka_crm_write_campaign(const struct lka_crm_line *line); /* exposures, registrations, and the truth about them */
void lka_crm_write_truth(const struct lka_crm_line *line);    /* persona, engagement, value */

/* ---- fields ------------------------------------------------------------------------------------ */

/* ",0.123456" without its comma: six decimals of a number from 0 to 1. */
char *lka_put_share(double share, char *at);
char *lka_put_text(const char *text, char *at); /* with a comma behind it */
static inline char *lka_put_yes(bool yes, char *at)
{
    return lka_put_text(yes ? "yes" : "no", at);
}
static inline char *lka_put_id(const struct lka_crm_line *line, char *at)
{
    memcpy(at, line->id, sizeof line->id);
    at[11] = ',';
    return at + 12;
}

/* The value of the protected group for a person, with a comma behind it; nothing if the world has none. */
char *lka_put_group(const struct lka_world *world, uint64_t key, const struct lka_person *person, char *at);
/* ",<name>" for a header, nothing if the world has none. */
void lka_group_header(const struct lka_world *world, struct lka_text *text);

/* An identity of a contact: "platform,4711..." without the platform's name; `type` is an enum lka_reach_type. */
char *lka_put_identity(uint64_t bits, unsigned type, char *at);

#endif
