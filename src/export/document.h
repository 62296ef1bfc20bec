/* export/document.h: what an export was: the manifest beside a platform's files, and export.json. */
#ifndef LKA_EXPORT_DOCUMENT_H
#define LKA_EXPORT_DOCUMENT_H

#include "export/person.h"
#include "source/open.h"
#include "source/output.h"

/* Of one pass over an audience. */
struct lka_export_tally {
    uint64_t rows;      /* of the table */
    uint64_t people;    /* that the platform can be told of: rows of its files, each once */
    uint64_t unchanged; /* of these, with --previous: the platform has them, or has them still */
    uint64_t written;
    struct lka_reasons left_out;
    struct lka_field_counts fields[LKA_PLATFORM_FIELDS];
};

struct lka_export_report {
    struct lka_rules *platform;
    const struct lka_platform_format *format;
    json_t *files;
    struct lka_export_tally tally;
    struct lka_export_tally removed; /* with --previous */
    char run[33];                    /* the export ledger's name of it; empty: nothing is remembered */
};

struct lka_export_facts {
    const struct lka_options *options;
    const struct lka_export_table *now;
    const struct lka_export_table *before; /* NULL */
    const struct lka_export_report *reports;
    size_t report_count;
    json_t *warnings;
    double start;
};

/* The parameters that what is written follows from. NULL when memory is short. */
json_t *lka_export_parameters_json(const struct lka_options *options);
/* <platform>/manifest.json; nothing without a directory. */
lka_status lka_export_report_write(const struct lka_export_report *report, struct lka_directory *directory,
                                   struct lka_error *error);
/* export.json and export.run.json; publishes the directory, which is freed in any case (NULL: --dry-run). */
lka_status lka_export_publish(struct lka_directory *directory, const struct lka_export_facts *facts, char **summary,
                              struct lka_error *error);

#endif
