/* simulate/world.h: the parameters of a simulated world, read from YAML and made ready for fast drawing.
 *
 * A world generates causes, never results. Personas (latent, one a topic) tilt the distribution of every attribute;
 * the pool of prospects tilts some of them again; the planted response is a function of the attributes.
 * data/worlds/default.yaml shows every key with its meaning.
 *
 * How an attribute is drawn: its `weights` (category, list) are multiplied by the tilts of the person's persona, of the
 * pool, and of the value of one earlier attribute (`given`), and made into one alias table for each combination
 * (Walker 1977, Vose 1991): a draw is one multiplication and one comparison. A number or date has quantile knots,
 * evenly spaced in probability and straight in between; its tilts are a factor and a shift.
 *
 * Thread-safety: a world is read-only once loaded; any thread may use it.
 */
#ifndef LKA_SIMULATE_WORLD_H
#define LKA_SIMULATE_WORLD_H

#include "base/memory.h"
#include "base/text.h"

enum {
    LKA_PERSONAS_MAX = 16,
    LKA_ATTRIBUTES_MAX = 96,
    LKA_VALUES_MAX = 1000,
    LKA_LIST_VALUES_MAX = 31, /* a list is a mask in an int32_t */
    LKA_KNOTS_MAX = 65,
    LKA_TEXT_MAX = 62, /* bytes of a value as it stands in a CSV file */
};

enum lka_population { LKA_CRM, LKA_POOL, LKA_POPULATIONS };

/* Text ready to be copied: with the separator behind it, and readable (and writable over) up to its full size. */
struct lka_slot {
    uint8_t length;
    char text[LKA_TEXT_MAX + 1];
};

struct lka_choice {
    uint32_t threshold; /* keep the cell if the draw's fraction is below, of 2^32 */
    uint32_t other;
};

enum lka_kind { LKA_KIND_CATEGORY, LKA_KIND_NUMBER, LKA_KIND_DATE, LKA_KIND_LIST };

struct lka_attribute {
    const char *name;
    enum lka_kind kind;
    const char **values;    /* category, list: as in the file; "" is missing (category), nothing (list) */
    struct lka_slot *slots; /* the same as CSV text */
    size_t value_count;
    unsigned picks; /* list: how many draws make it */
    int decimals;   /* number: stored as a whole number of 10^-decimals; date: days before as_of */
    int32_t scale;  /* 10^decimals */
    int32_t minimum;
    int32_t maximum;
    size_t knot_count;
    size_t given;       /* the attribute whose value tilts this one, or LKA_ATTRIBUTES_MAX */
    size_t given_count; /* its number of values, or 1 */
    /* One table for each (population, persona, given value), in that order of size. */
    struct lka_choice *choices; /* value_count each */
    int32_t *knots;             /* knot_count each */
};

/* What the code must know about: these attributes must exist in every world. */
enum lka_known {
    LKA_KNOWN_GENDER,
    LKA_KNOWN_AGE,
    LKA_KNOWN_REGION,
    LKA_KNOWN_LANGUAGE,
    LKA_KNOWN_EMAIL_DOMAIN,
    LKA_KNOWN_SIGNUP_SOURCE,
    LKA_KNOWN_SIGNED_UP,
    LKA_KNOWN_COUNT
};

/* The columns before the attributes, in their order in the file. */
enum lka_identifier {
    LKA_IDENTIFIER_ID,
    LKA_IDENTIFIER_EMAIL,
    LKA_IDENTIFIER_PHONE,
    LKA_IDENTIFIER_FIRST_NAME,
    LKA_IDENTIFIER_LAST_NAME,
    LKA_IDENTIFIER_POSTCODE,
    LKA_IDENTIFIER_COUNTRY,
    LKA_IDENTIFIER_CONSENTS,
    LKA_IDENTIFIER_POSTAL_PREFIX,
    LKA_IDENTIFIER_COUNT
};
extern const char
    *const lka_identifier_names[LKA_IDENTIFIER_COUNT]; /* the first is a placeholder: contact_id, prospect_id */

struct lka_region {
    size_t country; /* index for lka_country_* of simulate/identity.h */
    struct lka_slot *prefixes;
    size_t prefix_count;
};

/* ---- the planted response ---- */

struct lka_effect { /* of one attribute, by its value: code (category, list) or bin (number, date) */
    size_t attribute;
    double *by_value;
    int32_t minimum; /* bin = (value - minimum) >> shift */
    unsigned shift;
};

struct lka_condition { /* category: equal to `from`; list: mask `from` held; number: from <= value < to */
    size_t attribute;
    int32_t from;
    int32_t to;
};

enum { LKA_CONDITIONS_MAX = 4 };
struct lka_interaction {
    struct lka_condition conditions[LKA_CONDITIONS_MAX];
    size_t count;
    double effect;
};

struct lka_response {
    double share;     /* of the pool that would answer */
    double intercept; /* found from it by lka_response_calibrate */
    struct lka_effect *effects;
    size_t effect_count;
    struct lka_interaction *interactions;
    size_t interaction_count;
};

struct lka_brand; /* simulate/brand.h */

struct lka_world {
    struct lka_arena memory; /* everything below lies in it */
    const char *name;
    int64_t as_of; /* days since 1970-01-01 */
    const char **personas;
    size_t persona_count;
    struct lka_choice *persona_choices[LKA_POPULATIONS];
    struct lka_attribute *attributes;
    size_t attribute_count;
    size_t known[LKA_KNOWN_COUNT];
    struct lka_region *regions; /* by value of the attribute region */
    uint8_t *name_groups;       /* enum lka_name_group by value of language */
    uint8_t *name_genders;      /* enum lka_name_part by value of gender; LKA_NAME_LAST: either */
    bool *gmail;                /* by value of email_domain: dots and tags do not matter there */
    struct lka_slot *consents;
    struct lka_choice *consent_choices;
    size_t consent_count;
    /* Of 2^16, for each (age band, sign-up source): identifiers, then attributes. */
    uint16_t *missing;
    size_t missing_stride;
    uint8_t band_of_age[256];
    struct lka_response response;
    struct lka_brand *brand;
    const char *yaml; /* the file itself, so that what was made of it can be gone on with */
    size_t yaml_length;
};

/* `path` NULL: the built-in default. LKA_USAGE with all problems (file:line:column, value, what is allowed). */
lka_status lka_world_load(const char *path, struct lka_world **world, struct lka_error *error);
void lka_world_free(struct lka_world *world); /* NULL is fine */

#endif
