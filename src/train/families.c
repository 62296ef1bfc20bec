/* The families as the public header shows them. */
#include "lookalike/train.h"
#include "models/model_family.h"

size_t lka_family_list_count(void)
{
    return lka_family_count;
}

const char *lka_family_list_name(size_t index)
{
    return lka_families[index]->name;
}

const char *lka_family_list_summary(size_t index)
{
    return lka_families[index]->summary;
}

const struct lka_param_table *lka_family_list_params(size_t index)
{
    return lka_families[index]->params;
}
