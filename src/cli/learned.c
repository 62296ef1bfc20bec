/* What a model was learned from and how good it is: of two files, or of a CRM with a pool or without. */
#include "cli/document.h"

/* ---- what it was learned from ----------------------------------------------------------------- */

static void show_crm(FILE *out, const json_t *crm)
{
    static const char *const groups[] = {"reactivated", "silent", "unreached"};
    char number[32];
    cli_label(out, "crm");
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        const json_t *group = cli_at(cli_at(crm, "groups"), groups[g]);
        fprintf(out, "%s%s %s", g ? ", " : "", cli_count(cli_number(group, "contacts"), number), groups[g]);
    }
    fprintf(out, " of %s  %s\n", cli_count(cli_number(crm, "rows"), number), cli_text(crm, "file"));
    cli_show_left_out(out, crm);
}

static void show_pool(FILE *out, const json_t *pool)
{
    char eligible[32];
    char rows[32];
    cli_label(out, "pool");
    fprintf(out, "%s eligible of %s  %s\n", cli_count(cli_number(pool, "eligible"), eligible),
            cli_count(cli_number(pool, "rows"), rows), cli_text(pool, "file"));
    cli_show_left_out(out, pool);
}

void cli_show_learned_from(FILE *out, const json_t *train)
{
    const json_t *crm = cli_at(train, "crm");
    const json_t *pool = cli_at(train, "pool");
    if (!crm) {
        cli_show_sides(out, cli_at(train, "seeds"), pool);
        return;
    }
    show_crm(out, crm);
    if (pool) {
        show_pool(out, pool);
    }
}

/* ---- weights ---------------------------------------------------------------------------------- */

static void show_reach(FILE *out, const json_t *reach)
{
    char share[32];
    char floor[32];
    char count[32];
    fprintf(out, "%s of the contacts reached", cli_percent(cli_number(reach, "share"), share));
    if (json_is_true(cli_at(reach, "known"))) {
        fprintf(out, ", told from the others with AUC %.2f", cli_number(reach, "auc"));
    }
    if (cli_number(reach, "floored") > 0) {
        fprintf(out, "; a chance of reach below %s counts as that: %s", cli_percent(cli_number(reach, "floor"), floor),
                cli_count(cli_number(reach, "floored"), count));
    }
    fputc('\n', out);
}

static void show_transfer(FILE *out, const json_t *transfer)
{
    char count[32];
    cli_label(out, "");
    fprintf(out, "CRM and pool told apart with AUC %.2f", cli_number(transfer, "domain_auc"));
    if (json_array_size(cli_at(transfer, "left_out")) > 0) {
        fprintf(out, ", %.2f by the columns that are left", cli_number(transfer, "domain_auc_of_features"));
    }
    if (cli_number(transfer, "trimmed") > 0) {
        fprintf(out, "; weights cut: %s", cli_count(cli_number(transfer, "trimmed"), count));
    }
    fputc('\n', out);
}

static void show_effective(FILE *out, const json_t *weights, const char *group)
{
    char rows[32];
    char worth[32];
    const json_t *effective = cli_at(cli_at(weights, "effective"), group);
    fprintf(out, "%s %s count as %s", cli_count(cli_number(effective, "rows"), rows), group,
            cli_count(cli_number(effective, "fitted"), worth));
}

/* Of two files, where their rows do not count alike. */
void cli_show_effective(FILE *out, const json_t *train)
{
    const json_t *effective = cli_at(train, "effective");
    char numbers[3][32];
    if (effective) {
        cli_label(out, "weights");
        fprintf(out, "seeds count as %s, the pool's sample as %s, both together as %s\n",
                cli_count(cli_number(effective, "seeds"), numbers[0]),
                cli_count(cli_number(effective, "pool"), numbers[1]),
                cli_count(cli_number(effective, "together"), numbers[2]));
    }
}

void cli_show_weights(FILE *out, const json_t *weights)
{
    if (!weights) {
        return;
    }
    cli_label(out, "weights");
    show_reach(out, cli_at(weights, "reach"));
    if (cli_at(weights, "transfer")) {
        show_transfer(out, cli_at(weights, "transfer"));
    }
    cli_label(out, "");
    show_effective(out, weights, "reactivated");
    fputs(", ", out);
    show_effective(out, weights, "silent");
    fprintf(out, " (weights to the power %.2g)\n", cli_number(weights, "power"));
}

/* ---- how good it is --------------------------------------------------------------------------- */

void cli_show_quality(FILE *out, const json_t *train)
{
    const json_t *evaluation = cli_at(train, "evaluation");
    if (!cli_at(train, "crm")) {
        cli_show_tiers(out, evaluation, "held-out seeds found in the top of the pool");
        return;
    }
    cli_show_tiers(out, evaluation, "held-out reactivated found in the top of all reached, weighted");
    cli_show_tiers(out, cli_at(evaluation, "in_pool"), "held-out reactivated found in the top of the pool");
}
