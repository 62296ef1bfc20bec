/* evaluate.json, and its tables as CSV. */
#include "base/error.h"
#include "score/evaluation.h"

/* ---- the document ----------------------------------------------------------------------------- */

/* Beside what was found, what a random and an ideal ranking would find. */
static json_t *truth_tiers_json(const struct lka_ranking *ranking)
{
    json_t *tiers = lka_tiers_json(ranking);
    double pool = (double)(ranking->positives + ranking->others);
    for (size_t t = 0; tiers && t < LKA_TIERS; t++) {
        double people = (double)ranking->tiers[t].people;
        double share = people / pool;
        double ideal = people < (double)ranking->positives ? people / (double)ranking->positives : 1;
        json_t *tier = json_array_get(tiers, t);
        if (json_object_set_new(tier, "random_recall", json_real(share)) != 0 ||
            json_object_set_new(tier, "ideal_recall", json_real(ideal)) != 0 ||
            json_object_set_new(tier, "ideal_lift", json_real(ideal / share)) != 0) {
            json_decref(tiers);
            return NULL;
        }
    }
    return tiers;
}

static json_t *truth_json(const struct lka_truth *truth, uint64_t unknown)
{
    const struct lka_ranking *ranking = &truth->ranking;
    return json_pack("{s:I, s:I, s:I, s:f, s:f, s:f, s:o, s:o}", "positives", (json_int_t)ranking->positives, "others",
                     (json_int_t)ranking->others, "unknown", (json_int_t)unknown, "average_precision",
                     truth->average_precision, "random_average_precision", truth->random_average_precision, "auc",
                     ranking->auc, "auc_interval", lka_interval_json(ranking->auc_interval), "tiers",
                     truth_tiers_json(ranking));
}

static lka_status fill_document(const struct lka_evaluation *evaluation, json_t *document, struct lka_error *error)
{
    json_t *truth = evaluation->truth ? truth_json(&evaluation->found, evaluation->pool_scores.unknown) : json_null();
    bool good = lka_table_tell_filter(&evaluation->inputs.pool, evaluation->all, json_object_get(document, "left_out"));
    good = json_object_set_new(document, "truth", truth) == 0 && good;
    return good && json_object_update(document, evaluation->parts) == 0 ? LKA_OK : lka_fail_memory(error, 0);
}

lka_status lka_evaluation_document(const struct lka_evaluation *evaluation, json_t **document, struct lka_error *error)
{
    const struct lka_model *model = evaluation->inputs.model;
    *document = json_pack("{s:i, s:s, s:{s:s, s:s}, s:o, s:O, s:[o,o], s:{}}", "schema", 1, "stage", "evaluate",
                          "model", "family", model->family->name, "xxh3", model->file_hash, "evaluation",
                          lka_ranking_json(&evaluation->ranking), "warnings", evaluation->warnings.list, "inputs",
                          lka_table_json(&evaluation->seeds), lka_table_json(&evaluation->inputs.pool), "left_out");
    return *document ? fill_document(evaluation, *document, error) : lka_fail_memory(error, 0);
}

/* ---- tables ----------------------------------------------------------------------------------- */

static void add_cell(struct lka_text *csv, const json_t *value)
{
    if (json_is_array(value)) {
        add_cell(csv, json_array_get(value, 0));
        lka_text_string(csv, ",");
        add_cell(csv, json_array_get(value, 1));
    } else if (json_is_string(value)) {
        lka_text_csv_field(csv, lka_span_of(json_string_value(value)), ',');
    } else if (json_is_number(value)) {
        lka_text_number(csv, json_number_value(value));
    }
}

/* A line of the values under `keys` (comma between); of an interval that is null two empty fields. */
static void add_values(struct lka_text *csv, const json_t *row, const char *const *keys)
{
    for (size_t k = 0; keys[k]; k++) {
        const json_t *value = json_object_get(row, keys[k]);
        lka_text_string(csv, k > 0 ? "," : "");
        add_cell(csv, value);
        lka_text_string(csv, strstr(keys[k], "interval") && !json_is_array(value) ? "," : "");
    }
}

static void add_rows(struct lka_text *csv, const json_t *rows, const char *const *keys)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        add_values(csv, json_array_get(rows, i), keys);
        lka_text_string(csv, "\n");
    }
}

static void add_tiers(struct lka_text *csv, const char *of, const json_t *ranking)
{
    static const char *const keys[] = {"share", "people", "recall", "recall_interval", "lift", "lift_interval", NULL};
    const json_t *tiers = json_object_get(ranking, "tiers");
    for (size_t t = 0; t < json_array_size(tiers); t++) {
        lka_text_format(csv, "%s,", of);
        add_values(csv, json_array_get(tiers, t), keys);
        lka_text_string(csv, "\n");
    }
}

static void write_tiers(struct lka_text *csv, const json_t *document)
{
    lka_text_string(csv, "of,share,people,recall,recall_low,recall_high,lift,lift_low,lift_high\n");
    add_tiers(csv, "held-out seeds", json_object_get(document, "evaluation"));
    add_tiers(csv, "truth", json_object_get(document, "truth"));
    add_tiers(csv, "later seeds", json_object_get(document, "later"));
}

static void write_reach(struct lka_text *csv, const json_t *document)
{
    static const char *const keys[] = {
        "share", "people", "similarity", "similarity_last", "recall", "recall_interval", "lift", "slice_lift", NULL};
    lka_text_string(csv, "share,people,similarity,similarity_last,recall,recall_low,recall_high,lift,slice_lift\n");
    add_rows(csv, json_object_get(document, "reach"), keys);
}

/* Of each row of `rows` a line for each of its tiers. */
static void add_nested(struct lka_text *csv, const json_t *row, const char *const *outer, const char *const *inner)
{
    const json_t *tiers = json_object_get(row, "tiers");
    for (size_t t = 0; t < json_array_size(tiers); t++) {
        add_values(csv, row, outer);
        lka_text_string(csv, ",");
        add_values(csv, json_array_get(tiers, t), inner);
        lka_text_string(csv, "\n");
    }
}

static void write_precision(struct lka_text *csv, const json_t *document)
{
    static const char *const outer[] = {"prior", NULL};
    static const char *const inner[] = {"share", "precision", "precision_interval", NULL};
    const json_t *priors = json_object_get(json_object_get(document, "precision"), "priors");
    lka_text_string(csv, "prior,share,precision,precision_low,precision_high\n");
    for (size_t p = 0; p < json_array_size(priors); p++) {
        add_nested(csv, json_array_get(priors, p), outer, inner);
    }
}

static void write_fairness(struct lka_text *csv, const json_t *document)
{
    static const char *const outer[] = {"group", "people", "seeds", "auc", NULL};
    static const char *const inner[] = {"share",  "selection_rate",  "selection_interval",
                                        "recall", "recall_interval", NULL};
    const json_t *columns = json_object_get(document, "fairness");
    lka_text_string(csv, "column,group,people,seeds,auc,share,selection_rate,selection_low,selection_high,recall,"
                         "recall_low,recall_high\n");
    for (size_t c = 0; c < json_array_size(columns); c++) {
        const json_t *column = json_array_get(columns, c);
        const json_t *groups = json_object_get(column, "groups");
        for (size_t g = 0; g < json_array_size(groups); g++) {
            json_t *group = json_array_get(groups, g);
            struct lka_text lines = {0};
            add_nested(&lines, group, outer, inner);
            /* The column's name in front of each line. */
            for (const char *at = lines.bytes; at && *at; at = strchr(at, '\n') + 1) {
                add_cell(csv, json_object_get(column, "column"));
                lka_text_string(csv, ",");
                lka_text_append(csv, at, strcspn(at, "\n") + 1);
            }
            csv->failed |= lines.failed;
            lka_text_release(&lines);
        }
    }
}

static void write_calibration(struct lka_text *csv, const json_t *document)
{
    static const char *const keys[] = {"tenth", "people", "predicted", "observed", "observed_interval", NULL};
    lka_text_string(csv, "tenth,people,predicted,observed,observed_low,observed_high\n");
    add_rows(csv, json_object_get(json_object_get(document, "calibration"), "bins"), keys);
}

static void write_comparison(struct lka_text *csv, const char *with, const json_t *part)
{
    static const char *const keys[] = {"this", "other", "difference", "interval", NULL};
    static const char *const figures[] = {"auc", "average_precision"};
    const json_t *tiers = json_object_get(part, "tiers");
    for (size_t t = 0; t < json_array_size(tiers); t++) {
        const json_t *tier = json_array_get(tiers, t);
        lka_text_format(csv, "%s,recall,", with);
        add_cell(csv, json_object_get(tier, "share"));
        lka_text_string(csv, ",");
        add_values(csv, json_object_get(tier, "recall"), keys);
        lka_text_string(csv, "\n");
    }
    for (size_t f = 0; f < 2; f++) {
        const json_t *figure = json_object_get(part, figures[f]);
        if (figure) {
            lka_text_format(csv, "%s,%s,,", with, figures[f]);
            add_values(csv, figure, keys);
            lka_text_string(csv, "\n");
        }
    }
}

static void write_comparisons(struct lka_text *csv, const json_t *document)
{
    const json_t *against = json_object_get(document, "against");
    const json_t *without = json_object_get(document, "without");
    lka_text_string(csv, "with,figure,share,this,other,difference,low,high\n");
    write_comparison(csv, "against", against);
    write_comparison(csv, "against by the truth", json_object_get(against, "truth"));
    write_comparison(csv, "without", without);
    write_comparison(csv, "without by the truth", json_object_get(without, "truth"));
}

/* ---- files ------------------------------------------------------------------------------------ */

/* Each is there if one of its parts is. */
static const struct {
    const char *name;
    const char *parts[2];
    void (*write)(struct lka_text *csv, const json_t *document);
} tables[] = {
    {"tiers.csv", {"evaluation"}, write_tiers},
    {"reach.csv", {"reach"}, write_reach},
    {"precision.csv", {"precision"}, write_precision},
    {"fairness.csv", {"fairness"}, write_fairness},
    {"calibration.csv", {"calibration"}, write_calibration},
    {"comparison.csv", {"against", "without"}, write_comparisons},
};

static lka_status put_file(struct lka_directory *directory, const char *name, const char *bytes, size_t length,
                           struct lka_error *error)
{
    char *path = NULL;
    LKA_TRY(lka_directory_path(directory, name, &path, error));
    lka_status status = lka_output_file(path, false, bytes, length, error);
    lka_free(path);
    return status;
}

lka_status lka_evaluation_write(const struct lka_evaluation *evaluation, const json_t *document,
                                struct lka_error *error)
{
    LKA_TRY(lka_directory_json(evaluation->directory, "evaluate.json", document, error));
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        struct lka_text csv = {0};
        const char *second = tables[t].parts[1];
        if (!json_object_get(document, tables[t].parts[0]) && !(second && json_object_get(document, second))) {
            continue;
        }
        tables[t].write(&csv, document);
        lka_status status = csv.failed ? lka_fail_memory(error, csv.capacity)
                                       : put_file(evaluation->directory, tables[t].name, csv.bytes, csv.length, error);
        lka_text_release(&csv);
        LKA_TRY(status);
    }
    return LKA_OK;
}
