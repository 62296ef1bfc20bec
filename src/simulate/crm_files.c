#include "simulate/crm_files.h"

#include "base/date.h"

/* A fifth of what all contacts would cost on the dearest path: it is used up, and most of those reachable are
 * reached. */
static double budget_of(const struct lka_brand *brand, uint64_t contacts)
{
    double dearest = 0;
    for (size_t p = 0; p < brand->reactivation.path_count; p++) {
        dearest = brand->reactivation.paths[p].cost > dearest ? brand->reactivation.paths[p].cost : dearest;
    }
    double budget = (double)contacts * dearest / 5;
    return budget < 1 ? 1 : (double)(uint64_t)budget;
}

void lka_project_yaml(const struct lka_world *world, const struct lka_crm_size *size, struct lka_text *text)
{
    char as_of[16];
    lka_format_date(world->as_of, as_of);
    lka_text_format(text, "# A made-up brand, from its CRM to a ranked audience: lookalike run project.yaml\n"
                          "sources:\n"
                          "  contacts: contacts.csv\n"
                          "  events: events.csv\n"
                          "  append: append.csv\n"
                          "  identities: identities.csv\n"
                          "  exposures: exposures.csv\n"
                          "  registrations: registrations.csv\n"
                          "  pool: pool.csv\n");
    if (world->brand->group.name) {
        lka_text_format(text, "columns:\n  %s: protected\n", world->brand->group.name);
    }
    lka_text_format(text,
                    "as-of: %s\n"
                    "seed: %lld\n"
                    "workspace: workspace\n"
                    "out: out\n"
                    "lifecycle: {}\n"
                    "value:\n"
                    "  horizon: 1y\n"
                    "campaign:\n"
                    "  onboard:\n"
                    "    paths: paths.yaml\n"
                    "  allocate:\n"
                    "    paths: paths.yaml\n"
                    "    budget: %.0f\n"
                    "  registrations: {}\n"
                    "  seeds:\n"
                    "    window: 30d\n"
                    "train: {}\n"
                    "score:\n"
                    "  top: 1%%\n",
                    as_of, (long long)size->seed, budget_of(world->brand, size->contacts));
}

void lka_paths_yaml(const struct lka_world *world, const struct lka_crm_size *size, struct lka_text *text)
{
    lka_text_string(
        text, "# How the inactive contacts can be invited back, and what one of them costs on each path.\npaths:\n");
    for (size_t p = 0; p < world->brand->reactivation.path_count; p++) {
        const struct lka_brand_path *path = &world->brand->reactivation.paths[p];
        lka_text_format(text, "  %s: {id_types: [", path->name);
        bool first = true;
        for (unsigned type = 0; type < LKA_REACH_TYPES; type++) {
            if ((path->needs & 1U << type) != 0) {
                lka_text_format(text, "%s%s", first ? "" : ", ", lka_reach_type_names[type]);
                first = false;
            }
        }
        lka_text_string(text, "], cost: ");
        lka_text_number(text, path->cost);
        double cap = path->cap * (double)size->contacts;
        lka_text_format(text, ", cap: %llu}\n", (unsigned long long)cap + (cap > (double)(unsigned long long)cap));
    }
}

void lka_parameters_csv(const struct lka_world *world, const struct lka_crm_size *size, struct lka_text *text)
{
    const struct lka_brand *brand = world->brand;
    /* alpha in days; of a season of mean 1. */
    const struct {
        const char *name;
        double value;
    } rows[] = {{"seed", (double)size->seed},           {"contacts", (double)size->contacts},
                {"prospects", (double)size->prospects}, {"r", brand->purchases.rate_shape},
                {"alpha", brand->purchases.rate_days},  {"a", brand->purchases.dropout_a},
                {"b", brand->purchases.dropout_b},      {"spend_p", brand->purchases.spend_p},
                {"spend_q", brand->purchases.spend_q},  {"spend_gamma", brand->purchases.spend_gamma}};
    lka_text_string(text, "parameter,value\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lka_text_format(text, "%s,", rows[i].name);
        lka_text_number(text, rows[i].value);
        lka_text_string(text, "\n");
    }
}
