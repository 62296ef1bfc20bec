/* eligibility/rules.h: what the ad platforms take, read from data/platforms (one file a platform; docs/export.md
 * says what stands in one). A platform more is a file more: nothing here knows any of them by name.
 *
 * Thread-safety: a platform is read-only once read.
 */
#ifndef LKA_ELIGIBILITY_RULES_H
#define LKA_ELIGIBILITY_RULES_H

#include "base/yaml.h"
#include "identity/encode.h"
#include "identity/steps.h"
#include "table/roles.h"

enum {
    LKA_PLATFORM_STEPS = 12, /* of one field */
    LKA_PLATFORM_FIELDS = 24,
    LKA_PLATFORM_COLUMNS = 32,
    LKA_PLATFORM_FORMATS = 8,
    LKA_PLATFORM_PARTS = 12,
    LKA_PLATFORM_MEMBERS = 12, /* of a JSON that are taken and not written */
    LKA_PLATFORM_KEYS = 8,
    LKA_PLATFORM_VALUES = 3, /* of one field of one person: a platform takes at most so many e-mails */
};

struct lka_platform_step {
    const struct lka_step_rule *rule;
    const char *argument;
};

/* One field: where it comes from and how it is written. */
struct lka_platform_field {
    const char *name;
    enum lka_role role;     /* columns of this role; LKA_ROLE_FEATURE: by name */
    char role_argument[32]; /* "tcf" of consent(tcf) */
    struct lka_platform_step steps[LKA_PLATFORM_STEPS];
    size_t step_count;
    enum lka_hashing hashing;
    enum lka_encoding encoding;
    bool not_in_eea; /* not taken of people in the European Economic Area */
};

enum lka_format_kind { LKA_FORMAT_CSV, LKA_FORMAT_TEXT, LKA_FORMAT_JSON };

struct lka_platform_format {
    const char *name;
    enum lka_format_kind kind;
    bool header;     /* CSV: with a header line */
    bool quote_all;  /* CSV */
    bool each_value; /* a row holds one value; people with two e-mails have two rows */
    struct {
        const char *name;
        size_t field;                /* index; SIZE_MAX: always empty */
        size_t value;                /* which of the field's values: 0, 1, 2 */
    } columns[LKA_PLATFORM_COLUMNS]; /* CSV and text */
    size_t column_count;
    uint32_t columns_of[LKA_PLATFORM_FIELDS]; /* of each field its columns, as bits */
    const char *head, *row, *between, *tail;  /* JSON: templates, see docs/export.md */
    const char *parts[LKA_PLATFORM_PARTS];
    size_t part_count;
    const char *names; /* JSON: where a list names the values of each row ("payload.schema"); NULL */
    const char *takes[LKA_PLATFORM_MEMBERS]; /* JSON: what may stand in a file besides ("destinations") */
    size_t take_count;
    uint64_t rows; /* at most, a file; 0: no limit */
    uint64_t bytes;
    const char *add; /* how the file is given to the platform */
    const char *remove;
    const char *add_word; /* what {action} stands for */
    const char *remove_word;
    const char *signals_word; /* what {signals} stands for in the row of somebody who granted both */
    bool says_consent;        /* the file says of everybody that both were granted, wherever they live */
};

/* What a platform asks of people whom it is to find others like. */
struct lka_seed_rules {
    uint64_t minimum; /* 0: as of every audience */
    bool per_country; /* the minimum is of one country */
    uint64_t advised;
    const char *how; /* what to do with the file; NULL: as with every other */
};

struct lka_rules {
    struct lka_yaml yaml; /* holds the texts */
    const char *name;
    const char *title;
    const char *version; /* of the rules */
    const char *source;
    const char *date;
    bool verified;
    const char *unverified; /* what is not; NULL if all is verified */
    const char *terms;      /* what the user has to see to besides; NULL */
    uint64_t minimum;       /* people */
    struct lka_seed_rules seeds;
    bool signals; /* in the EEA both ad_user_data and ad_personalization must be granted */
    struct lka_platform_field fields[LKA_PLATFORM_FIELDS];
    size_t field_count;
    /* A row is of use if it has all fields of one of the keys (bits by the fields' index). */
    uint32_t keys[LKA_PLATFORM_KEYS];
    size_t key_count;
    struct lka_platform_format formats[LKA_PLATFORM_FORMATS];
    size_t format_count;
};

/* The platform of that name (or of one of its other names), or what the file describes if the name ends in .yaml.
 * LKA_USAGE for an unknown one, naming all, and for a file with mistakes, naming each. Free with lka_rules_free. */
lka_status lka_rules_load(const char *flag, const char *name, struct lka_rules **platform, struct lka_error *error);
/* By which name people's consents can speak of it: the one given, or the platform's own where a file was. */
const char *lka_rules_known_as(const struct lka_rules *rules, const char *given);
void lka_rules_free(struct lka_rules *platform); /* NULL is fine */

/* LKA_USAGE for a platform with rules that were not confirmed with it, but where that is `accepted`. */
lka_status lka_rules_accept(const struct lka_rules *platform, bool accepted, struct lka_error *error);

/* LKA_USAGE names what there is. */
lka_status lka_rules_find_field(const struct lka_rules *platform, const char *name, size_t *field,
                                struct lka_error *error);
/* The first one if `name` is NULL. */
lka_status lka_rules_find_format(const struct lka_rules *platform, const char *name,
                                 const struct lka_platform_format **format, struct lka_error *error);

/* Runs the field's steps. NULL if the value can be used: normal->value has it, empty if nothing was there or is left;
 * else the reason why not. normal->value.failed tells a failed allocation. */
const char *lka_rules_normalise(const struct lka_platform_field *field, struct lka_span value, const char *country,
                                struct lka_normal *normal);

#endif
