/* eligibility/person.h: who the person of a row is, by the identifier columns of any table that is being read. */
#ifndef LKA_ELIGIBILITY_PERSON_H
#define LKA_ELIGIBILITY_PERSON_H

#include "base/parameters.h"
#include "identity/forms.h"
#include "table/rows.h"
#include "table/schema.h"

enum { LKA_PERSON_COLUMNS = 16, LKA_PERSON_FORMS = LKA_PERSON_COLUMNS * LKA_FORMS_MAX };

struct lka_person_column {
    enum lka_id_type type;
    bool hashed;
    size_t column; /* of the schema */
    size_t cell;   /* of the rows; the caller's to fill in */
};

struct lka_person_columns {
    const struct lka_schema *schema;
    struct lka_person_column items[LKA_PERSON_COLUMNS];
    size_t count;
    size_t id;         /* column of the schema */
    size_t id_cell;    /* the caller's to fill in */
    ptrdiff_t country; /* column of the schema; LKA_NO_COLUMN: there is none */
    size_t country_cell;
    const char *fallback; /* the country of rows that have none; may be NULL */
    bool short_hashes;    /* the caller's: the list of objections knows MD5 and SHA-1, too */
};

/* LKA_USAGE for a --country (may be NULL) of other than two letters. */
lka_status lka_country_check(const char *country, struct lka_error *error);

/* E-mail, phone and MAID columns. One whose name ends in _sha256, _sha1 or _md5, and one that `hashed` lists (may be
 * NULL), holds hashes. LKA_USAGE for one in the list that is no such column, and for `country` (may be NULL) that is no
 * country. */
lka_status lka_person_columns_find(const struct lka_schema *schema, const struct lka_list *hashed, const char *country,
                                   struct lka_person_columns *columns, struct lka_error *error);

/* All forms of a row's identifiers. LKA_DATA for a hash in a column of plain values and the other way round, and for an
 * MD5 or SHA-1 of which nobody can tell whether the person objected: of a phone, or without short_hashes.
 * Thread-safe. */
lka_status lka_person_forms(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row,
                            struct lka_form forms[LKA_PERSON_FORMS], size_t *count, struct lka_error *error);

/* The forms by which two rows are told to be of one person: all, but of a phone whose country is known only those that
 * have its calling code (a national number is somebody else's in another country). Errors as of lka_person_forms. */
lka_status lka_person_links(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row,
                            struct lka_form forms[LKA_PERSON_FORMS], size_t *count, struct lka_error *error);

/* The row's canonical identity (identity/forms.h; "id:" for one that has nothing), of the first column of each kind
 * that has something; a hashed e-mail or phone stands for its plain form. */
lka_status lka_person_canonical(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row,
                                struct lka_text *canonical, struct lka_error *error);

/* The country of a row (upper or lower case as it stands), or the fallback; empty if neither is known. */
struct lka_span lka_person_country(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row);
/* The fallback speaks for rows without a country alone: "France" is none that it knows better. */
bool lka_person_may_be_in_eea(const struct lka_person_columns *columns, const struct lka_rows *rows, size_t row);

#endif
