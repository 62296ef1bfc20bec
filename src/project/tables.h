/* project/tables.h: what the tables' headers decide: which columns of the project's `columns` a stage can be told
 * about, and whether rules and names fit.
 */
#ifndef LKA_PROJECT_TABLES_H
#define LKA_PROJECT_TABLES_H

#include "project/project.h"

/* Gives the stage the roles and types of the columns that its tables have, as they are now. */
lka_status lka_project_set_columns(const struct lka_project *project, struct lka_project_stage *block,
                                   struct lka_error *error);

/* Complains about names in `columns` that no source has (unless stages make tables of their own), and about rules that
 * do not fit the pool. LKA_MEMORY only. */
lka_status lka_project_check_tables(const struct lka_project *project, struct lka_complaints *complaints,
                                    struct lka_error *error);

#endif
