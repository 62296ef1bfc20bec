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

/* A writer's first step, with the transaction open: after it the published file, if there is one, is suppression.bin,
 * whatever a process that died has left. *old is its path (free with lka_free), NULL if nobody was ever
 * imported, and *count its entries. LKA_DATA as lka_suppression_open. */
/* Whether state.sqlite tells of a list that is not there. */
lka_status lka_suppression_is_lost(struct lka_workspace *workspace, bool *lost, struct lka_error *error);
lka_status lka_suppression_settle(struct lka_workspace *workspace, char **old, uint64_t *count,
                                  struct lka_error *error);
/* Within the transaction: the file with the suffix "new" is the one that counts. lka_suppression_rename once that is
 * committed. */
lka_status lka_suppression_publish(struct lka_workspace *workspace, const char *hash, struct lka_error *error);
/* Likewise: was everything that was imported plain, so that MD5 and SHA-1 of it are in the list? `first`: it was
 * empty. */
lka_status lka_suppression_note_short(struct lka_workspace *workspace, bool first, bool plain, struct lka_error *error);
lka_status lka_suppression_rename(struct lka_workspace *workspace, struct lka_error *error);

#endif
