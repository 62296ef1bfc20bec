/* simulate/crm_files.h: what `simulate crm` writes beside its tables: the project that runs the stages on them, the paths of
 * the campaign, the parameters that were planted. */
#ifndef LKA_SIMULATE_CRM_FILES_H
#define LKA_SIMULATE_CRM_FILES_H

#include "simulate/brand.h"

void lka_project_yaml(const struct lka_world *world, uint64_t contacts, int64_t seed, struct lka_text *text);
void lka_paths_yaml(const struct lka_world *world, uint64_t contacts, struct lka_text *text);
void lka_parameters_csv(const struct lka_world *world, struct lka_text *text);

#endif
