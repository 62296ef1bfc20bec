/* export/platform.h: one platform of an export.
 */
#ifndef LKA_EXPORT_PLATFORM_H
#define LKA_EXPORT_PLATFORM_H

#include "eligibility/suppression.h"
#include "export/document.h"

struct lka_export_ledger;

struct lka_export_task {
    const struct lka_export_options *options;
    const struct lka_session *session;
    struct lka_suppression *objections; /* NULL without a workspace */
    struct lka_directory *directory;    /* NULL: --dry-run */
    struct lka_export_ledger *ledger;   /* NULL: nothing is remembered */
    struct lka_export_table *now;
    struct lka_export_table *before; /* NULL without --previous */
};

/* Writes the files and the manifest of one platform. report->platform and report->files are the caller's to free, also
 * after an error. */
lka_status lka_export_platform(const struct lka_export_task *task, const char *name, struct lka_export_report *report,
                               struct lka_error *error);

#endif
