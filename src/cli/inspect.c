/* `lookalike inspect FILE`: a model's card or plan, or a table's columns. What the file is says its first bytes. */
#include "cli/document.h"

#include <string.h>

/* safetensors begins with the header's length (8 bytes, little-endian, below 100,000,000) and a brace; no CSV has
 * NUL bytes there. A file named .safetensors is taken for one whatever it holds, so that the error says so. */
static bool is_model(const char *path)
{
    size_t length = strlen(path);
    if (length > 12 && strcmp(path + length - 12, ".safetensors") == 0) {
        return true;
    }
    unsigned char head[9];
    FILE *file = strcmp(path, "-") == 0 ? NULL : fopen(path, "rb");
    bool model = file && fread(head, 1, sizeof head, file) == sizeof head && head[4] == 0 && head[5] == 0 &&
                 head[6] == 0 && head[7] == 0 && head[8] == '{';
    if (file) {
        fclose(file);
    }
    return model;
}

static lka_status inspect_model(const char *path, bool plan, char **document, struct lka_error *error)
{
    struct lka_model *model = NULL;
    lka_status status = lka_model_open(path, &model, error);
    if (status == LKA_OK) {
        status = plan ? lka_model_plan(model, document, error) : lka_model_card(model, document, error);
    }
    lka_model_close(model);
    return status;
}

lka_status cli_inspect(const struct lka_options *options, const struct lka_session *session, char **document,
                       struct lka_error *error)
{
    const struct cli_session *cli = session->user;
    const char *path = cli->settings->positional;
    bool plan = cli->settings->format && strcmp(cli->settings->format, "plan") == 0;
    if (path && is_model(path)) {
        return inspect_model(path, plan, document, error);
    }
    if (plan) {
        return cli_fail(error, LKA_USAGE, "--format plan is for models, and %s is no model file", path ? path : "this");
    }
    return lka_inspect(options, session, document, error);
}

/* ---- a model's card --------------------------------------------------------------------------- */

static void show_parameters(FILE *out, const json_t *parameters)
{
    const char *key;
    json_t *value;
    bool first = true;
    json_object_foreach((json_t *)(uintptr_t)parameters, key, value)
    {
        fprintf(out, "%s%s ", first ? "          " : ", ", key);
        cli_show_scalar(out, value);
        first = false;
    }
    fputs(first ? "" : "\n", out);
}

/* A deviance only where scores are log odds. */
static void show_try(FILE *out, const json_t *candidate)
{
    char fits[32];
    char recall[32];
    char deviance[32] = "-";
    if (cli_at(candidate, "deviance")) {
        snprintf(deviance, sizeof deviance, "%.4f", cli_number(candidate, "deviance"));
    }
    fprintf(out, "%15s%7.3f%11s%10s  %s %s\n", cli_count(cli_number(candidate, "fits"), fits),
            cli_number(candidate, "auc"), cli_percent(cli_number(candidate, "recall_5"), recall), deviance,
            cli_text(candidate, "family"), cli_text(candidate, "setting"));
}

static void show_tried(FILE *out, const json_t *candidates)
{
    char number[32];
    double fits = 0;
    for (size_t i = 0; i < json_array_size(candidates); i++) {
        fits += cli_number(json_array_get(candidates, i), "fits");
    }
    if (fits == 0) {
        return;
    }
    cli_label(out, "tried");
    fprintf(out, "%zu settings in %s fits, each on rows that it did not see\n", json_array_size(candidates),
            cli_count(fits, number));
    fputs("           fits    AUC  recall 5%  deviance  setting\n", out);
    for (size_t i = 0; i < json_array_size(candidates); i++) {
        show_try(out, json_array_get(candidates, i));
    }
}

static void show_card(FILE *out, const json_t *card)
{
    cli_label(out, "model");
    fprintf(out, "%s\n", cli_text(card, "situation"));
    cli_show_learned_from(out, card);
    cli_show_columns(out, cli_at(card, "columns"));
    cli_show_effective(out, card);
    cli_show_weights(out, cli_at(card, "weights"));
    cli_show_family(out, cli_at(card, "family"));
    show_parameters(out, cli_at(card, "family.parameters"));
    show_tried(out, cli_at(card, "family.candidates"));
    cli_show_auc(out, cli_at(card, "evaluation"));
    cli_show_quality(out, card);
    cli_show_seeds_report(out, cli_at(card, "seeds_report"));
    cli_label(out, "made by");
    fprintf(out, "lookalike %s, compiler %s, CPU level %s, seed %.0f\n", cli_text(card, "versions.lookalike"),
            cli_text(card, "versions.compiler"), cli_text(card, "versions.cpu_level"),
            cli_number(card, "parameters.seed"));
    const json_t *warnings = cli_at(card, "warnings");
    cli_show_concerns(out, NULL, &warnings, 1);
}

/* ---- a table ---------------------------------------------------------------------------------- */

enum { NAME_WIDTH = 24, ROLE_WIDTH = 20 };

/* Padded by characters, not by bytes. */
static void show_padded(FILE *out, const char *text, size_t width)
{
    size_t characters = 0;
    for (const char *c = text; *c; c++) {
        characters += ((unsigned char)*c & 0xC0) != 0x80;
    }
    fprintf(out, "%s%*s", text, characters < width ? (int)(width - characters) : 0, "");
}

static void show_values(FILE *out, const json_t *column)
{
    const json_t *examples = cli_at(column, "examples");
    const json_t *lowest = cli_at(column, "minimum");
    bool more = cli_at(column, "distinct_is_at_least") != NULL;
    if (lowest || json_array_size(examples) > 0) {
        fputs(more ? "+  " : "   ", out);
    }
    if (lowest) {
        cli_show_scalar(out, lowest);
        fputs(" to ", out);
        cli_show_scalar(out, cli_at(column, "maximum"));
    }
    for (size_t i = 0; i < json_array_size(examples); i++) {
        fputs(i ? ", " : "", out);
        cli_show_scalar(out, json_array_get(examples, i));
    }
    if (json_array_size(examples) > 0 && cli_number(column, "distinct") > (double)json_array_size(examples)) {
        fputs(" ...", out);
    }
}

static void show_column(FILE *out, const json_t *column)
{
    char missing[32];
    char distinct[32];
    fputs("  ", out);
    show_padded(out, cli_text(column, "name"), NAME_WIDTH);
    fputc(' ', out);
    show_padded(out, cli_text(column, "role"), ROLE_WIDTH);
    fprintf(out, " %-9s%8s%10s", cli_text(column, "type"), cli_percent(cli_number(column, "missing_share"), missing),
            cli_count(cli_number(column, "distinct"), distinct));
    show_values(out, column);
    fputc('\n', out);
}

static void show_table(FILE *out, const json_t *table)
{
    char rows[32];
    const json_t *columns = cli_at(table, "columns");
    cli_label(out, "table");
    fprintf(out, "%s: %s rows, %zu columns\n", cli_text(table, "file"), cli_count(cli_number(table, "rows"), rows),
            json_array_size(columns));
    fprintf(out, "  %-*s %-*s %-9s%8s%10s   values\n", NAME_WIDTH, "column", ROLE_WIDTH, "role", "type", "missing",
            "distinct");
    for (size_t i = 0; i < json_array_size(columns); i++) {
        show_column(out, json_array_get(columns, i));
    }
}

/* ---- what was inspected ----------------------------------------------------------------------- */

void cli_show_inspect(FILE *out, const json_t *document)
{
    if (strcmp(cli_text(document, "stage"), "train") == 0) {
        show_card(out, document);
    } else {
        show_table(out, document);
    }
}
