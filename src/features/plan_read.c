/* A plan from YAML. Whatever is wrong is collected, and reading goes on with the next value; a plan comes out only of a
 * document without a complaint. */
#include "features/column.h"

#include "base/date.h"
#include "base/error.h"
#include "base/yaml.h"
#include "table/tally.h"

struct reading {
    struct lka_yaml yaml;
    struct lka_complaints complaints;
    struct lka_plan *plan;
    struct lka_tally names; /* of all columns, kept and left out: each stands once */
};

enum column_key { KEY_NAME, KEY_TYPE, KEY_MISSING, KEY_CENTRE, KEY_SCALE, KEY_EDGES, KEY_VALUES, KEY_ITEMS, KEY_COUNT };
static const char *const column_keys[KEY_COUNT] = {"name",  "type",  "missing", "centre",
                                                   "scale", "edges", "values",  "items"};

/* The keys that a type has besides name, type and missing. */
static const unsigned constants_of[LKA_TYPE_COUNT] = {
    [LKA_TYPE_NUMBER] = 1U << KEY_CENTRE | 1U << KEY_SCALE | 1U << KEY_EDGES,
    [LKA_TYPE_DATE] = 1U << KEY_CENTRE | 1U << KEY_SCALE | 1U << KEY_EDGES,
    [LKA_TYPE_CATEGORY] = 1U << KEY_VALUES,
    [LKA_TYPE_LIST] = 1U << KEY_ITEMS,
};

/* ---- names ------------------------------------------------------------------------------------ */

/* A text that is there, complaining otherwise. */
static bool read_text(struct reading *reading, const struct lka_yaml_node *parent, const struct lka_yaml_node *node,
                      const char *key, struct lka_span *text)
{
    if (!node) {
        lka_complain(&reading->complaints, parent, "%s is missing", key);
        return false;
    }
    if (!lka_yaml_is(node, LKA_YAML_SCALAR, key, &reading->complaints)) {
        return false;
    }
    *text = node->text;
    if (text->length == 0 || memchr(text->text, '\0', text->length)) {
        lka_complain(&reading->complaints, node, "%s is empty or holds a NUL byte", key);
        return false;
    }
    return true;
}

static lka_status take_name(struct reading *reading, const struct lka_yaml_node *node, struct lka_span name,
                            struct lka_error *error)
{
    char shown[64];
    if (lka_tally_find(&reading->names, name)) {
        lka_complain(&reading->complaints, node, "column %s is listed twice", lka_show(name, false, shown));
        return LKA_OK;
    }
    return lka_tally_add(&reading->names, name, 0, NULL, error);
}

/* ---- constants -------------------------------------------------------------------------------- */

static void read_scale(struct reading *reading, const struct lka_yaml_node *node, double *scale)
{
    double number = 1;
    if (lka_yaml_number(node, "scale", &number, &reading->complaints) && !(number > 0)) {
        lka_complain(&reading->complaints, node, "scale: %g is not allowed; allowed: numbers above 0", number);
    }
    *scale = number;
}

/* Fills `edges`; how many there are, or 0 after a complaint. */
static size_t read_edges(struct reading *reading, const struct lka_yaml_node *node, double *edges)
{
    size_t count = 0;
    for (size_t i = 0; i < node->count; i++) {
        const struct lka_yaml_node *item = lka_yaml_item(&reading->yaml, node, i);
        if (!lka_yaml_number(item, "edges", &edges[count], &reading->complaints)) {
            continue;
        }
        if (count > 0 && !(edges[count] > edges[count - 1])) {
            lka_complain(&reading->complaints, item, "edges: %.15g follows %.15g; each must be above the one before it",
                         edges[count], edges[count - 1]);
        }
        count++;
    }
    return count;
}

static bool read_size(struct reading *reading, const struct lka_yaml_node *node, const char *key)
{
    if (!lka_yaml_is(node, LKA_YAML_SEQUENCE, key, &reading->complaints)) {
        return false;
    }
    if (node->count > LKA_MOST_WORDS) {
        lka_complain(&reading->complaints, node, "%s: %u entries; at most %d are allowed", key, node->count,
                     (int)LKA_MOST_WORDS);
        return false;
    }
    return true;
}

static lka_status read_numbers(struct reading *reading, struct lka_plan_column *column,
                               const struct lka_yaml_node *const *values, struct lka_error *error)
{
    lka_yaml_number(values[KEY_CENTRE], "centre", &column->centre, &reading->complaints);
    read_scale(reading, values[KEY_SCALE], &column->scale);
    if (!read_size(reading, values[KEY_EDGES], "edges")) {
        return LKA_OK;
    }
    double *edges;
    LKA_TRY(LKA_NEW(edges, values[KEY_EDGES]->count, error));
    size_t count = read_edges(reading, values[KEY_EDGES], edges);
    lka_status status = lka_plan_set_edges(reading->plan, column, edges, count, error);
    lka_free(edges);
    return status;
}

static lka_status read_word(struct reading *reading, struct lka_plan_column *column, const struct lka_yaml_node *node,
                            const char *key, struct lka_error *error)
{
    char shown[64];
    bool duplicate = false;
    if (!lka_yaml_is(node, LKA_YAML_SCALAR, key, &reading->complaints)) {
        return LKA_OK;
    }
    if (!lka_word_fits(node->text)) {
        lka_complain(&reading->complaints, node, "%s: %s has %u bytes or holds a NUL byte; 1 to %d bytes are allowed",
                     key, lka_show(node->text, false, shown), node->text.length, (int)LKA_LONGEST_WORD);
        return LKA_OK;
    }
    LKA_TRY(lka_plan_add_word(reading->plan, column, node->text, &duplicate, error));
    if (duplicate) {
        lka_complain(&reading->complaints, node, "%s: %s is listed twice", key, lka_show(node->text, false, shown));
    }
    return LKA_OK;
}

static lka_status read_words(struct reading *reading, struct lka_plan_column *column, const struct lka_yaml_node *node,
                             const char *key, struct lka_error *error)
{
    if (!read_size(reading, node, key)) {
        return LKA_OK;
    }
    if (node->count == 0) {
        lka_complain(&reading->complaints, node, "%s is empty: delete the column instead", key);
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct lka_yaml_node *item = lka_yaml_item(&reading->yaml, node, i);
        LKA_TRY(read_word(reading, column, item, key, error));
    }
    return LKA_OK;
}

/* ---- columns ---------------------------------------------------------------------------------- */

static enum lka_type read_type(struct reading *reading, const struct lka_yaml_node *node,
                               const struct lka_yaml_node *value)
{
    static const enum lka_type types[] = {LKA_TYPE_NUMBER, LKA_TYPE_CATEGORY, LKA_TYPE_LIST, LKA_TYPE_DATE,
                                          LKA_TYPE_BOOLEAN};
    enum { TYPES = sizeof types / sizeof *types };
    struct lka_span text;
    if (!read_text(reading, node, value, "type", &text)) {
        return LKA_TYPE_UNKNOWN;
    }
    const char *names[TYPES];
    for (size_t i = 0; i < TYPES; i++) {
        names[i] = lka_type_name(types[i]);
        if (lka_span_equal(text, lka_span_of(names[i]))) {
            return types[i];
        }
    }
    char shown[64];
    const char *nearest = lka_nearest(text.text, names, TYPES);
    lka_complain(
        &reading->complaints, value, "type: %s is not allowed; allowed: number, category, list, date, boolean%s%s%s",
        lka_show(text, false, shown), nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
    return LKA_TYPE_UNKNOWN;
}

/* Are the keys that are there those of the type? */
static bool check_keys(struct reading *reading, const struct lka_yaml_node *node, enum lka_type type,
                       const struct lka_yaml_node *const *values)
{
    bool good = true;
    for (unsigned key = KEY_CENTRE; key < KEY_COUNT; key++) {
        bool wanted = constants_of[type] >> key & 1U;
        if (wanted && !values[key]) {
            lka_complain(
                &reading->complaints, node,
                "%s is missing, which a column of type %s needs: it was learned from the data; to add a column, "
                "learn the plan again",
                column_keys[key], lka_type_name(type));
            good = false;
        } else if (!wanted && values[key]) {
            lka_complain(&reading->complaints, values[key], "a column of type %s has no key \"%s\"",
                         lka_type_name(type), column_keys[key]);
        }
    }
    return good;
}

static lka_status read_constants(struct reading *reading, struct lka_plan_column *column,
                                 const struct lka_yaml_node *const *values, struct lka_error *error)
{
    switch (column->type) {
    case LKA_TYPE_NUMBER:
    case LKA_TYPE_DATE:
        return read_numbers(reading, column, values, error);
    case LKA_TYPE_CATEGORY:
        return read_words(reading, column, values[KEY_VALUES], "values", error);
    case LKA_TYPE_LIST:
        return read_words(reading, column, values[KEY_ITEMS], "items", error);
    default:
        return LKA_OK;
    }
}

static lka_status read_column(struct reading *reading, const struct lka_yaml_node *node, struct lka_error *error)
{
    const struct lka_yaml_node *values[KEY_COUNT];
    struct lka_span name = LKA_SPAN("");
    bool missing = false;
    if (!lka_yaml_fields(&reading->yaml, node, "a column", column_keys, KEY_COUNT, values, &reading->complaints)) {
        return LKA_OK;
    }
    if (read_text(reading, node, values[KEY_NAME], "name", &name)) {
        LKA_TRY(take_name(reading, values[KEY_NAME], name, error));
    }
    if (name.length > LKA_LONGEST_WORD) {
        lka_complain(&reading->complaints, values[KEY_NAME], "name has %u bytes; at most %d are allowed", name.length,
                     (int)LKA_LONGEST_WORD);
    }
    if (!values[KEY_MISSING]) {
        lka_complain(&reading->complaints, node, "missing is missing: true if the column has empty values, else false");
    } else {
        lka_yaml_boolean(values[KEY_MISSING], "missing", &missing, &reading->complaints);
    }
    enum lka_type type = read_type(reading, node, values[KEY_TYPE]);
    if (type == LKA_TYPE_UNKNOWN || !check_keys(reading, node, type, values)) {
        return LKA_OK;
    }
    if (type == LKA_TYPE_DATE && !reading->plan->has_as_of) {
        lka_complain(&reading->complaints, values[KEY_TYPE],
                     "a date needs the day that its age is counted to: as_of: YYYY-MM-DD at the top");
    }
    struct lka_plan_column *column = NULL;
    LKA_TRY(lka_plan_add_column(reading->plan, name, type, &column, error));
    column->missing = missing;
    return read_constants(reading, column, values, error);
}

static lka_status read_left_out(struct reading *reading, const struct lka_yaml_node *node, struct lka_error *error)
{
    static const char *const keys[] = {"name", "reason"};
    const struct lka_yaml_node *values[2];
    struct lka_span texts[2];
    if (!lka_yaml_fields(&reading->yaml, node, "a column left out", keys, 2, values, &reading->complaints)) {
        return LKA_OK;
    }
    bool good = read_text(reading, node, values[0], "name", &texts[0]);
    good = read_text(reading, node, values[1], "reason", &texts[1]) && good;
    if (!good) {
        return LKA_OK;
    }
    LKA_TRY(take_name(reading, values[0], texts[0], error));
    return lka_plan_add_left_out(reading->plan, texts[0], texts[1], error);
}

/* ---- the document ----------------------------------------------------------------------------- */

static void read_version(struct reading *reading, const struct lka_yaml_node *root, const struct lka_yaml_node *node)
{
    double version = 0;
    if (!node) {
        lka_complain(&reading->complaints, root, "no feature plan: the key lookalike_plan is missing; it must be %d",
                     (int)LKA_PLAN_VERSION);
    } else if (lka_yaml_number(node, "lookalike_plan", &version, &reading->complaints) && version != LKA_PLAN_VERSION) {
        lka_complain(&reading->complaints, node, "lookalike_plan: version %g is not known; allowed: %d", version,
                     (int)LKA_PLAN_VERSION);
    }
}

static void read_as_of(struct reading *reading, const struct lka_yaml_node *node)
{
    char shown[64];
    int64_t seconds = 0;
    if (!node || !lka_yaml_is(node, LKA_YAML_SCALAR, "as_of", &reading->complaints)) {
        return;
    }
    reading->plan->has_as_of = true;
    /* A date alone: with a clock and a zone the day would be somebody's guess. */
    if (node->text.length != 10 || !lka_parse_time(node->text, &seconds)) {
        lka_complain(&reading->complaints, node, "as_of: %s is not allowed; allowed: a date, YYYY-MM-DD",
                     lka_show(node->text, false, shown));
    }
    reading->plan->as_of = lka_day_of(seconds);
}

static void read_clip(struct reading *reading, const struct lka_yaml_node *node)
{
    double clip = LKA_CLIP;
    if (node && lka_yaml_number(node, "clip", &clip, &reading->complaints) && !(clip > 0 && clip <= 1e6)) {
        lka_complain(&reading->complaints, node, "clip: %g is not allowed; allowed: numbers above 0, at most 1000000",
                     clip);
    }
    reading->plan->clip = clip;
}

static lka_status read_each(struct reading *reading, const struct lka_yaml_node *node, const char *key,
                            lka_status (*read)(struct reading *, const struct lka_yaml_node *, struct lka_error *),
                            struct lka_error *error)
{
    if (!node || !lka_yaml_is(node, LKA_YAML_SEQUENCE, key, &reading->complaints)) {
        return LKA_OK;
    }
    if (node->count > LKA_MOST_COLUMNS) {
        lka_complain(&reading->complaints, node, "%s: %u entries; at most %d are allowed", key, node->count,
                     (int)LKA_MOST_COLUMNS);
        return LKA_OK;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct lka_yaml_node *item = lka_yaml_item(&reading->yaml, node, i);
        LKA_TRY(read(reading, item, error));
    }
    return LKA_OK;
}

static lka_status read_document(struct reading *reading, struct lka_error *error)
{
    static const char *const keys[] = {"lookalike_plan", "as_of", "clip", "columns", "left_out"};
    const struct lka_yaml_node *values[5];
    const struct lka_yaml_node *root = lka_yaml_root(&reading->yaml);
    if (!root) {
        lka_complain_at(&reading->complaints, 1, 1, "no feature plan: the document is empty");
        return LKA_OK;
    }
    if (!lka_yaml_fields(&reading->yaml, root, "the plan", keys, 5, values, &reading->complaints)) {
        return LKA_OK;
    }
    read_version(reading, root, values[0]);
    read_as_of(reading, values[1]);
    read_clip(reading, values[2]);
    if (!values[3] || (values[3]->kind == LKA_YAML_SEQUENCE && values[3]->count == 0)) {
        lka_complain(&reading->complaints, values[3] ? values[3] : root, "columns: at least one column is needed");
    }
    LKA_TRY(read_each(reading, values[3], "columns", read_column, error));
    return read_each(reading, values[4], "left_out", read_left_out, error);
}

static lka_status read_plan(struct reading *reading, const char *yaml, size_t length, struct lka_error *error)
{
    if (length > LKA_LONGEST_PLAN) {
        return lka_fail_at(error, LKA_USAGE, reading->complaints.file, 0, 0,
                           "the plan has %zu bytes; at most %d are allowed", length, (int)LKA_LONGEST_PLAN);
    }
    LKA_TRY(lka_plan_new(&reading->plan, error));
    LKA_TRY(lka_yaml_load(&reading->yaml, yaml, length, &reading->complaints, error));
    LKA_TRY(lka_complaints_status(&reading->complaints, error));
    LKA_TRY(read_document(reading, error));
    LKA_TRY(lka_complaints_status(&reading->complaints, error));
    return lka_plan_finish(reading->plan, error);
}

lka_status lka_plan_read(const char *yaml, size_t length, const char *file, struct lka_plan **plan,
                         struct lka_error *error)
{
    struct reading reading = {.complaints = {.file = file ? file : "plan"}};
    *plan = NULL;
    lka_status status = read_plan(&reading, yaml, length, error);
    lka_tally_release(&reading.names);
    lka_yaml_release(&reading.yaml);
    if (status != LKA_OK) {
        lka_plan_free(reading.plan);
        return status;
    }
    *plan = reading.plan;
    return LKA_OK;
}
