/* The lines of which the summaries of match, train, score and evaluate are made. */
#include "cli/document.h"

#include <string.h>

/* Text that is not terminated. */
struct word {
    const char *text;
    size_t length;
};

/* ---- seeds and pool --------------------------------------------------------------------------- */

static void side_text(const json_t *side, const char *used_key, char text[96])
{
    char used[32];
    char all[32];
    snprintf(text, 96, "%s %s of %s", cli_count(cli_number(side, used_key), used), used_key,
             cli_count(cli_number(side, "rows"), all));
}

static bool show_reason(FILE *out, bool first, double people, const char *reason)
{
    char number[32];
    if (people <= 0) {
        return false;
    }
    if (first) {
        cli_label(out, "");
    }
    fprintf(out, "%s%s %s", first ? "left out: " : ", ", cli_count(people, number), reason);
    return true;
}

void cli_show_left_out(FILE *out, const json_t *counts)
{
    const char *reason;
    json_t *people;
    bool first = true;
    json_object_foreach((json_t *)(uintptr_t)cli_at(counts, "left_out"), reason, people)
    {
        first = !show_reason(out, first, json_number_value(people), reason) && first;
    }
    if (!cli_at(counts, "left_out.rejected")) {
        first = !show_reason(out, first, cli_number(counts, "rejected"), "rejected") && first;
    }
    fputs(first ? "" : "\n", out);
}

void cli_show_sides(FILE *out, const json_t *seeds, const json_t *pool)
{
    char seeds_text[96];
    char pool_text[96];
    side_text(seeds, "used", seeds_text);
    side_text(pool, "eligible", pool_text);
    int width = (int)(strlen(seeds_text) > strlen(pool_text) ? strlen(seeds_text) : strlen(pool_text));
    cli_label(out, "seeds");
    fprintf(out, "%-*s  %s\n", width, seeds_text, cli_text(seeds, "file"));
    cli_show_left_out(out, seeds);
    cli_label(out, "pool");
    fprintf(out, "%-*s  %s\n", width, pool_text, cli_text(pool, "file"));
    cli_show_left_out(out, pool);
}

/* ---- columns ---------------------------------------------------------------------------------- */

static const char *plural(const char *type, double count)
{
    static const char *const words[][3] = {{"number", "number", "numbers"},
                                           {"category", "category", "categories"},
                                           {"list", "list", "lists"},
                                           {"date", "date", "dates"},
                                           {"boolean", "yes or no", "yes or no"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i][0], type) == 0) {
            return words[i][count == 1 ? 1 : 2];
        }
    }
    return type;
}

/* A reason as the summary groups it: "its role is email" is "by role"; what follows a colon differs from column to
 * column ("nearly unique: 4,990 different values in 5,000 rows"). */
static struct word short_reason(const json_t *column)
{
    const char *reason = cli_text(column, "reason");
    if (strncmp(reason, "its role is ", 12) == 0) {
        return (struct word){"by role", 7};
    }
    return (struct word){reason, strcspn(reason, ":")};
}

static bool same_word(struct word a, struct word b)
{
    return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

static bool reason_is_new(const json_t *left_out, size_t index, struct word reason)
{
    for (size_t i = 0; i < index; i++) {
        if (same_word(short_reason(json_array_get(left_out, i)), reason)) {
            return false;
        }
    }
    return true;
}

static void print_names(FILE *out, const json_t *left_out, size_t from, struct word reason, size_t names)
{
    size_t count = 0;
    for (size_t i = from; i < json_array_size(left_out); i++) {
        const json_t *column = json_array_get(left_out, i);
        if (same_word(short_reason(column), reason)) {
            if (count < names) {
                fprintf(out, "%s%s", count ? ", " : "", cli_text(column, "name"));
            }
            count++;
        }
    }
    if (count > names) {
        fprintf(out, " and %zu more", count - names);
    }
}

static void print_reasons(FILE *out, const json_t *left_out, size_t names)
{
    for (size_t i = 0; i < json_array_size(left_out); i++) {
        struct word reason = short_reason(json_array_get(left_out, i));
        if (reason_is_new(left_out, i, reason)) {
            fprintf(out, "%s%.*s: ", i ? "; " : "", (int)reason.length, reason.text);
            print_names(out, left_out, i, reason, names);
        }
    }
}

void cli_show_columns(FILE *out, const json_t *columns)
{
    if (!columns) {
        return;
    }
    char number[32];
    cli_label(out, "columns");
    double used = cli_number(columns, "used");
    double features = cli_number(columns, "features");
    /* A date or a list gives several features. */
    if (used > 0 && used != features) {
        fprintf(out, "%s as ", cli_count(used, number));
    }
    fprintf(out, "%s features", cli_count(features, number));
    const char *type;
    json_t *count;
    bool first = true;
    json_object_foreach((json_t *)(uintptr_t)cli_at(columns, "by_type"), type, count)
    {
        double amount = json_number_value(count);
        if (amount > 0) {
            fprintf(out, "%s%s %s", first ? ": " : ", ", cli_count(amount, number), plural(type, amount));
            first = false;
        }
    }
    const json_t *left_out = cli_at(columns, "left_out");
    fprintf(out, " · left out: %zu", json_array_size(left_out));
    if (json_array_size(left_out) > 0) {
        fputs(" (", out);
        print_reasons(out, left_out, 4);
        fputc(')', out);
    }
    fputc('\n', out);
}

/* ---- family and quality ----------------------------------------------------------------------- */

void cli_show_family(FILE *out, const json_t *family)
{
    if (!family) {
        return;
    }
    cli_label(out, "family");
    fprintf(out, "%s (", cli_text(family, "name"));
    if (strcmp(cli_text(family, "chosen"), "auto") == 0) {
        fputs("auto; ", out);
    }
    fprintf(out, "%.0f members", cli_number(family, "members"));
    if (cli_number(family, "bags") > 1) {
        fprintf(out, " of %.0f fits", cli_number(family, "bags"));
    }
    if (*cli_text(family, "runner_up")) {
        bool close = json_is_true(cli_at(family, "runner_up_within_one_standard_error"));
        const json_t *lead = cli_at(family, "lead_auc_interval");
        fprintf(out, "; runner-up %s", cli_text(family, "runner_up"));
        if (lead) {
            fprintf(out, ", AUC %+.3f [%+.3f, %+.3f]", cli_number(family, "lead_auc"),
                    json_number_value(json_array_get(lead, 0)), json_number_value(json_array_get(lead, 1)));
        }
        fputs(close ? ", within one standard error" : "", out);
    }
    fputs(")\n", out);
    if (*cli_text(family, "why") && strcmp(cli_text(family, "why"), "given") != 0) {
        fprintf(out, "          %s\n", cli_text(family, "why"));
    }
}

/* "[4, 12]", in percent; "" without an interval. */
static void interval_text(const json_t *interval, char text[32])
{
    text[0] = '\0';
    if (json_array_size(interval) == 2) {
        snprintf(text, 32, "[%.0f, %.0f]", 100 * json_number_value(json_array_get(interval, 0)),
                 100 * json_number_value(json_array_get(interval, 1)));
    }
}

void cli_show_auc(FILE *out, const json_t *evaluation)
{
    const json_t *auc = cli_at(evaluation, "auc");
    const json_t *interval = cli_at(evaluation, "auc_interval");
    if (!auc) {
        return;
    }
    cli_label(out, "auc");
    fprintf(out, "%.3f", json_number_value(auc));
    if (json_array_size(interval) == 2) {
        fprintf(out, " [%.3f, %.3f]", json_number_value(json_array_get(interval, 0)),
                json_number_value(json_array_get(interval, 1)));
    }
    fprintf(out, "  %s, each scored by the member that did not see it\n",
            cli_at(evaluation, "of") ? "reactivated against silent" : "seeds against the pool");
}

void cli_show_tiers(FILE *out, const json_t *evaluation, const char *heading)
{
    const json_t *tiers = cli_at(evaluation, "tiers");
    if (json_array_size(tiers) == 0) {
        return;
    }
    fprintf(out, "          %s\n", heading);
    fputs("    top     people    recall            lift\n", out);
    for (size_t i = 0; i < json_array_size(tiers); i++) {
        const json_t *tier = json_array_get(tiers, i);
        char share[32];
        char people[32];
        char recall[32];
        char interval[32];
        interval_text(cli_at(tier, "recall_interval"), interval);
        fprintf(out, "%7s%11s%7s  %-13s%.1f\n", cli_percent(cli_number(tier, "share"), share),
                cli_count(cli_number(tier, "people"), people), cli_percent(cli_number(tier, "recall"), recall),
                interval, cli_number(tier, "lift"));
    }
}

/* ---- the last lines --------------------------------------------------------------------------- */

static void show_drift(FILE *out, const json_t *score)
{
    const json_t *drifted = cli_at(score, "drift.drifted");
    size_t count = json_array_size(drifted);
    if (count == 0) {
        fputs("none", out);
        return;
    }
    fprintf(out, "in %zu column%s: ", count, count == 1 ? "" : "s");
    for (size_t i = 0; i < count && i < 4; i++) {
        const json_t *column = json_array_get(drifted, i);
        const char *name = json_is_string(column) ? json_string_value(column) : cli_text(column, "name");
        fprintf(out, "%s%s", i ? ", " : "", name);
    }
    if (count > 4) {
        fprintf(out, " and %zu more", count - 4);
    }
}

void cli_show_concerns(FILE *out, const json_t *score, const json_t *const *warning_lists, size_t count)
{
    size_t warnings = 0;
    for (size_t i = 0; i < count; i++) {
        warnings += json_array_size(warning_lists[i]);
    }
    const json_t *drift = cli_at(score, "drift");
    if (drift) {
        fputs("  drift ", out);
        show_drift(out, score);
        fputs(" · ", out);
    } else {
        fputs("  ", out);
    }
    fprintf(out, "warnings %zu%s", warnings, warnings == 0 ? "\n" : warnings == 1 ? ": " : "\n");
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < json_array_size(warning_lists[i]); j++) {
            const char *text = json_string_value(json_array_get(warning_lists[i], j));
            fprintf(out, "%s%s\n", warnings == 1 ? "" : "    - ", text ? text : "");
        }
    }
}

/* What the top is like, in three values at most. */
void cli_show_profile(FILE *out, const json_t *score)
{
    const json_t *values = cli_at(score, "profile.values");
    size_t count = json_array_size(values) < 3 ? json_array_size(values) : 3;
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(values, i);
        char top[32];
        char pool[32];
        if (i == 0) {
            cli_label(out, "like");
        }
        fprintf(out, "%s%s %s (pool %s)", i ? " · " : "", cli_text(value, "value"),
                cli_percent(cli_number(value, "share"), top), cli_percent(cli_number(value, "pool_share"), pool));
    }
    fputs(count ? "\n" : "", out);
}

void cli_show_written(FILE *out, const char *file, const json_t *rows, const json_t *seconds)
{
    char count[32];
    if (strcmp(file, "/dev/null") == 0) {
        fputs("  dry run: nothing was written", out);
    } else {
        fprintf(out, "  wrote %s", strcmp(file, "-") == 0 ? "to stdout" : file);
    }
    if (rows) {
        double number = json_number_value(rows);
        fprintf(out, " (%s %s)", cli_count(number, count), number == 1 ? "row" : "rows");
    }
    if (seconds) {
        fprintf(out, " in %.1f s", json_number_value(seconds));
    }
    fputc('\n', out);
}
