/* simulate/crm_files.h: what `simulate crm` writes beside its tables: the project that runs the stages on them, the
 * paths of the campaign, the parameters that were planted. */
#ifndef LKA_SIMULATE_CRM_FILES_H
#define LKA_SIMULATE_CRM_FILES_H

#include "simulate/brand.h"

struct lka_crm_size {
    uint64_t contacts;
    uint64_t prospects;
    int64_t seed;
};

void lka_project_yaml(const struct lka_world *world, const struct lka_crm_size *size, struct lka_text *text);
void lka_paths_yaml(const struct lka_world *world, const struct lka_crm_size *size, struct lka_text *text);
/* What the fits of later stages should find, and what whoever goes on with this world needs beside truth/world.yaml. */
void lka_parameters_csv(const struct lka_world *world, const struct lka_crm_size *size, struct lka_text *text);

#endif
