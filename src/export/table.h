/* export/table.h: the rows of an audience, and which of its columns is which field of a platform.
 */
#ifndef LKA_EXPORT_TABLE_H
#define LKA_EXPORT_TABLE_H

#include "eligibility/consent.h"
#include "eligibility/person.h"
#include "eligibility/rules.h"
#include "export/options.h"
#include "source/source.h"

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
/* The row's country, that of the command where the row tells none; NULL: not known, or told in other than two letters. */
const char *lka_row_country(const struct lka_export_table *audience, const char *otherwise, size_t row, char buffer[3]);
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

#endif
