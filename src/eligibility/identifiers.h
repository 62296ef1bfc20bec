/* eligibility/identifiers.h: the columns of a table by which people are recognised, and what can be read in them. */
#ifndef LKA_ELIGIBILITY_IDENTIFIERS_H
#define LKA_ELIGIBILITY_IDENTIFIERS_H

#include "identity/forms.h"
#include "source/open.h"

/* What every command takes that recognises people in a table; it has no --id, since none is needed. */
#define LKA_IDENTIFIER_PARAMS(X)                                                                                      \
    X(LIST, file, "file", NULL, 0, 0, NULL, "FILE", "a table of people; several, globs, or - for stdin", true)        \
    X(LIST, hashed, "hashed", NULL, 0, 0, NULL, "COL", "a column that holds SHA-256 values (64 hexadecimal digits)",  \
      false)                                                                                                          \
    X(TEXT, country, "country", NULL, 0, 0, NULL, "CC",                                                               \
      "the country (FR, GB) of phones in national spelling, where the row has none", false)                           \
    X(LIST, role, "role", NULL, 0, 0, NULL, "NAME=ROLE", "the role of a column", false)                               \
    X(TEXT, separator, "separator", NULL, 0, 0, NULL, "CHAR",                                                         \
      "the field separator; default: comma, semicolon or tab, from the header line", false)                           \
    X(INTEGER, max_field, "max-field", "1048576", 1, 1073741824, NULL, "BYTES", "the longest field that is accepted", \
      false)                                                                                                          \
    X(TEXT, temporary, "temporary", NULL, 0, 0, NULL, "DIR",                                                          \
      "where big intermediate files go; default: $TMPDIR, else /tmp", false)

/* A column of hashed values is a kind of its own. */
enum { LKA_IDENTIFIER_KINDS = 6, LKA_IDENTIFIERS_MAX = 64 };
const char *lka_identifier_kind_name(size_t kind); /* "email", "email_sha256", "phone", ... */

struct lka_identifier {
    enum lka_id_type type;
    bool hashed;
    size_t kind;
    size_t column; /* of the schema; its cell is its place in the list */
};

struct lka_identifiers {
    struct lka_table table;
    struct lka_rows rows; /* the block at hand */
    struct lka_identifier items[LKA_IDENTIFIERS_MAX];
    size_t count;
    ptrdiff_t country_cell; /* -1: none */
    ptrdiff_t id_cell;
    const char *country; /* of --country; may be NULL */
    bool short_hashes;   /* the caller's: MD5 and SHA-1 of e-mails and MAIDs are taken, too */
};

/* Opens the tables that the options name and selects the columns. LKA_USAGE if nothing in them tells who somebody
 * is. */
lka_status lka_identifiers_open(const struct lka_options *options, struct lka_identifiers *identifiers,
                                struct lka_error *error);
void lka_identifiers_close(struct lka_identifiers *identifiers); /* {0} is fine */

/* The next block; rows.count is 0 at the end. */
lka_status lka_identifiers_next(struct lka_identifiers *identifiers, const struct lka_session *session,
                                struct lka_error *error);

/* The forms of one identifier of a row. *present is false if the cell is empty; *count is 0 if nothing can be read
 * there. LKA_DATA for a hash in a column that is not --hashed, and for anything else in one that is. */
lka_status lka_identifiers_forms(const struct lka_identifiers *identifiers, size_t item, size_t row, bool *present,
                                 struct lka_form forms[LKA_FORMS_MAX], int *count, struct lka_error *error);

#endif
