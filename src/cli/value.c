/* What `lookalike value` shows: the models' parameters and the clusters. */
#include "cli/document.h"

static void show_fit(FILE *out, const char *label, const json_t *model)
{
    const char *name;
    json_t *parameter;
    bool bounds = false;
    cli_label(out, label);
    fprintf(out, "%s", cli_text(model, "name"));
    json_object_foreach((json_t *)(uintptr_t)cli_at(model, "parameters"), name, parameter)
    {
        fprintf(out, " · %s %.4g", name, cli_number(parameter, "estimate"));
        if (cli_at(parameter, "standard_error")) {
            fprintf(out, " (%.2g)", cli_number(parameter, "standard_error"));
        }
        bounds = bounds || json_is_true(cli_at(parameter, "at_bound"));
    }
    fprintf(out, "\n          log-likelihood %.1f%s%s\n", cli_number(model, "log_likelihood"),
            json_is_true(cli_at(model, "converged")) ? "" : " · did not converge", bounds ? " · at its bounds" : "");
}

static void show_clusters(FILE *out, const json_t *clusters)
{
    const char *name;
    json_t *cluster;
    fputs("          cluster     customers   expected purchases            value\n", out);
    json_object_foreach((json_t *)(uintptr_t)clusters, name, cluster)
    {
        char customers[32];
        char value[32] = "";
        if (cli_at(cluster, "value")) {
            cli_count(cli_number(cluster, "value"), value);
        }
        fprintf(out, "          %-10s %10s %20.1f %16s\n", name, cli_count(cli_number(cluster, "customers"), customers),
                cli_number(cluster, "expected_purchases"), value);
    }
}

void cli_show_value(FILE *out, const json_t *document)
{
    char customers[32];
    char repeat[32];
    cli_label(out, "people");
    fprintf(out, "%s customers, %s of them bought again\n",
            cli_count(cli_number(document, "counts.customers"), customers),
            cli_count(cli_number(document, "counts.repeat"), repeat));
    if (cli_number(document, "counts.not_profiled") > 0) {
        fprintf(out, "          %s left out, who may not be profiled\n",
                cli_count(cli_number(document, "counts.not_profiled"), customers));
    }
    show_fit(out, "model", cli_at(document, "model"));
    if (cli_at(document, "spend")) {
        show_fit(out, "spend", cli_at(document, "spend"));
    }
    show_clusters(out, cli_at(document, "clusters"));
    const json_t *warnings = cli_at(document, "warnings");
    cli_show_concerns(out, NULL, &warnings, 1);
    cli_show_written(out, cli_text(document, "out"), NULL, cli_at(document, "seconds"));
}
