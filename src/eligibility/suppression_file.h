/* eligibility/suppression_file.h: where suppression.bin is, and which one counts. */
#ifndef LKA_ELIGIBILITY_SUPPRESSION_FILE_H
#define LKA_ELIGIBILITY_SUPPRESSION_FILE_H

#include "store/workspace.h"

/* A new file is written under this suffix, its hash committed, then it is renamed. */
#define LKA_SUPPRESSION_NEW ".new"

/* The hash of the file that counts; empty if nobody was ever imported. */
lka_status lka_suppression_published(struct lka_workspace *workspace, char hash[33], struct lka_error *error);
/* <workspace>/suppression.bin<suffix>; free with lka_free. */
lka_status lka_suppression_path(const struct lka_workspace *workspace, const char *suffix, char **path,
                                struct lka_error *error);

#endif
