/* identity/steps.h: the steps by which platforms normalise a value, by the names that data/platforms uses. A step is
 * one small function that changes the value in place or says why it cannot be used; a platform's rule for a field is a
 * list of them. The platforms' rules themselves are data: see eligibility/rules.h.
 */
#ifndef LKA_IDENTITY_STEPS_H
#define LKA_IDENTITY_STEPS_H

#include "identity/ascii.h"

/* A value on its way through its steps. {0} is a fresh one; reuse it for the next value, release it at the end. The value stands
 * where it was given until a step changes it: most never are. */
struct lka_normal {
    struct lka_span given; /* where it is still that; then it is ASCII */
    bool is_given;
    unsigned kinds; /* of the given one's characters (identity/ascii.h), and of more that are not there any more */
    struct lka_text value; /* else */
    struct lka_text scratch;
    const char *country; /* ISO 3166 alpha-2 of the person, for phones in national spelling; may be NULL */
    bool ascii;          /* the value has no other characters: steps then go a shorter way to the same end */
};

void lka_normal_release(struct lka_normal *normal);

/* NULL if the value is as the step wants it, else the reason why it cannot be used: a few words without personal data,
 * of a fixed set. `argument` is what stands in the step's brackets, "" if nothing does. */
typedef const char *(*lka_step_function)(struct lka_normal *normal, const char *argument);

struct lka_step_rule {
    const char *name;
    lka_step_function apply;
    bool argument;    /* it needs one */
    bool takes_given; /* it knows of values that stand where they were given; else they are copied for it */
    bool keeps_bare;  /* it changes nothing in ASCII without capitals and spaces, and refuses none of it */
};

/* A step, as it says above. */
const char *lka_step_apply(const struct lka_step_rule *rule, struct lka_normal *normal, const char *argument);

/* NULL if there is no step of that name. */
const struct lka_step_rule *lka_step_find(struct lka_span name);
/* The names, for messages; returns how many there are (at most `most` are put). */
size_t lka_step_names(const char **names, size_t most);

/* Puts a value in place, where it has to stay. A reason as of a step: broken UTF-8, and characters that nobody sees (zero-width, control, a
 * byte order mark), which no platform takes out and with which nothing ever matches. White space is a step's. */
const char *lka_normal_begin(struct lka_normal *normal, struct lka_span value);

/* ---- the parts -------------------------------------------------------------------------------- */

/* steps_text.c */
const char *lka_step_trim(struct lka_normal *normal, const char *argument);
const char *lka_step_trim_space(struct lka_normal *normal, const char *argument);
const char *lka_step_strip_spaces(struct lka_normal *normal, const char *argument);
const char *lka_step_nfc(struct lka_normal *normal, const char *argument);
const char *lka_step_lower(struct lka_normal *normal, const char *argument);
const char *lka_step_ascii_lower(struct lka_normal *normal, const char *argument);
const char *lka_step_ascii_upper(struct lka_normal *normal, const char *argument);
const char *lka_step_letters(struct lka_normal *normal, const char *argument);
const char *lka_step_ascii_alnum(struct lka_normal *normal, const char *argument);
const char *lka_step_no_symbols(struct lka_normal *normal, const char *argument);
const char *lka_step_cut(struct lka_normal *normal, const char *argument);
const char *lka_step_drop(struct lka_normal *normal, const char *argument);

/* steps_identifier.c */
const char *lka_step_email(struct lka_normal *normal, const char *argument);
const char *lka_step_gmail_fold(struct lka_normal *normal, const char *argument);
const char *lka_step_keep_email(struct lka_normal *normal, const char *argument);
const char *lka_step_e164(struct lka_normal *normal, const char *argument);
const char *lka_step_e164_already(struct lka_normal *normal, const char *argument);
const char *lka_step_national(struct lka_normal *normal, const char *argument);
const char *lka_step_digits(struct lka_normal *normal, const char *argument);
const char *lka_step_drop_leading_zeros(struct lka_normal *normal, const char *argument);
const char *lka_step_maid(struct lka_normal *normal, const char *argument);
const char *lka_step_external_id(struct lka_normal *normal, const char *argument);

/* steps_person.c */
const char *lka_step_titles(struct lka_normal *normal, const char *argument);
const char *lka_step_suffixes(struct lka_normal *normal, const char *argument);
const char *lka_step_iso2(struct lka_normal *normal, const char *argument);
const char *lka_step_two_letters(struct lka_normal *normal, const char *argument);
const char *lka_step_gender(struct lka_normal *normal, const char *argument);
const char *lka_step_date(struct lka_normal *normal, const char *argument);
const char *lka_step_only(struct lka_normal *normal, const char *argument);
const char *lka_step_number(struct lka_normal *normal, const char *argument);

/* For the parts. Cuts or shifts the value to the bytes [first, end) of itself. */
void lka_normal_keep(struct lka_normal *normal, size_t first, size_t end);
/* Copies a given value, so that it can be changed. */
void lka_normal_own(struct lka_normal *normal);
static inline struct lka_span lka_normal_span(const struct lka_normal *normal)
{
    if (normal->is_given) {
        return normal->given;
    }
    return (struct lka_span){normal->value.length ? normal->value.bytes : "", (uint32_t)normal->value.length};
}
/* Of the span before: it would not be quoted as a field of CSV. False tells nothing. */
static inline bool lka_normal_is_bare(const struct lka_normal *normal)
{
    return normal->is_given && (normal->kinds & LKA_ASCII_COMMA) == 0;
}
/* The value is what was made in `scratch`. */
void lka_normal_swap(struct lka_normal *normal);

#endif
