/* export/rows.h: what becomes of the rows that people give. Each is taken once, and then counted, written, or remembered as one
 * that the platform has.
 */
#ifndef LKA_EXPORT_ROWS_H
#define LKA_EXPORT_ROWS_H

#include "export/files.h"
#include "export/ledger.h"
#include "export/seen.h"
#include "export/who.h"

/* What the rows of a pass over an audience are for. */
enum lka_rows_purpose { LKA_ROWS_COUNT, LKA_ROWS_WRITE, LKA_ROWS_REMEMBER };

enum { LKA_ROWS_WAITING = 4096 };

struct lka_export_row {
    struct lka_hash128 key; /* of the row as it is added: by this it is known */
    size_t first;           /* what is written of it, in the bytes of all that wait */
    uint32_t length;
    uint32_t owner;
    bool is_new;
    bool stays; /* the platform has it, or has it still */
    bool ends_person;
    struct lka_export_person_key person; /* of the one who ends */
    char country[3];
};

struct lka_export_rows {
    struct lka_export_files files;
    struct lka_export_tally *tally;
    struct lka_export_ledger *ledger; /* NULL without a workspace */
    struct lka_exported_asking *given;
    struct lka_country_counts countries; /* of the people whose rows were added */
    const char *country;                 /* of those whose row has none; NULL */
    enum lka_rows_purpose purpose;
    bool taken_off;         /* people are taken off the platform: nobody asks where they live */
    struct lka_seen seen;   /* the rows of this pass */
    struct lka_seen others; /* rows that are not written: those of the other audience, with --previous */
    struct lka_export_rows_waiting {
        struct lka_text bytes;
        struct lka_export_row *rows; /* LKA_ROWS_WAITING of them */
        size_t count;
        struct lka_rows_run {
            size_t first;
            size_t length;
            size_t rows;
        } run;         /* those that are still to be put: they stand one behind the other in the bytes */
        bool some_new; /* of the person at hand */
        bool some_written;
        bool some_of_others;  /* a row that is written, in the name of somebody before */
        bool some_taken_over; /* a row that the platform has, in the name of somebody else */
    } waiting;
};

/* A pass begins. `owned`: rows will be asked whose they are. */
lka_status lka_export_rows_begin(struct lka_export_rows *rows, enum lka_rows_purpose purpose, bool owned,
                                 struct lka_error *error);
/* About so many people come in this pass: before the first. */
void lka_export_rows_expect(struct lka_export_rows *rows, size_t people);
/* All rows of the person, who is of the audience's row: one, or one a value. *some: there were any. */
lka_status lka_export_rows_add(struct lka_export_rows *rows, const struct lka_person *person,
                               const struct lka_export_table *audience, size_t row, bool *some,
                               struct lka_error *error);
/* The pass ends. */
lka_status lka_export_rows_end(struct lka_export_rows *rows, struct lka_error *error);
/* From now on the rows of the last pass are the others. */
void lka_export_rows_turn(struct lka_export_rows *rows);
void lka_export_rows_release(struct lka_export_rows *rows);

#endif
