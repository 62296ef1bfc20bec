/* export/check_people.h: of a row of anybody's file, whether the person may be in it at all: whoever objected is known
 * by plain values and by SHA-256; consents by the columns of the file that tell them, though no platform takes such
 * columns.
 */
#ifndef LKA_EXPORT_CHECK_PEOPLE_H
#define LKA_EXPORT_CHECK_PEOPLE_H

#include "eligibility/rules.h"
#include "eligibility/suppression.h"
#include "export/options.h"
#include "store/workspace.h"

enum { LKA_CHECKED_CONSENTS = 8 };

struct lka_checked_people {
    const struct lka_export_options *options;
    const struct lka_rules *platform;
    const struct lka_platform_format *format;
    const char *known_as;
    bool says_signals;               /* the format has words for both signals: a row without them has not granted */
    struct lka_workspace *workspace; /* NULL: nobody objected */
    struct lka_suppression *objections;
    struct {
        size_t cell;
        char argument[64]; /* "" of a list */
    } consents[LKA_CHECKED_CONSENTS];
    size_t consent_count;
};

lka_status lka_checked_people_open(struct lka_checked_people *people, const struct lka_export_options *options,
                                   const struct lka_rules *platform, const struct lka_platform_format *format,
                                   const struct lka_session *session, struct lka_error *error);
void lka_checked_people_close(struct lka_checked_people *people); /* {0} is fine */

/* A column of the header that is none of the platform's: does it tell a consent? */
lka_status lka_checked_people_column(struct lka_checked_people *people, size_t cell, struct lka_span name, bool *tells,
                                     struct lka_error *error);

struct lka_checked_value {
    size_t field; /* of the platform */
    struct lka_span value;
};

enum { LKA_CHECKED_VALUES = 64 };
struct lka_checked_row {
    struct lka_checked_value values[LKA_CHECKED_VALUES];
    size_t count;
    const struct lka_span *cells; /* where columns tell consents */
    bool signals;                 /* the row itself says, in the platform's words, that both were granted */
};

/* What is wrong with the person of a row; NULL: nothing. */
lka_status lka_checked_people_row(const struct lka_checked_people *people, const struct lka_checked_row *row,
                                  const char **problem, struct lka_error *error);

#endif
