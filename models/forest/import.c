/* XGBoost's JSON -> nodes. A tree is laid out anew from its root, level by level, so that siblings stand together. */
#include "models/forest/slices.h"

#include "base/json.h"
#include <math.h>

/* One tree of the JSON: arrays by node. */
struct tree {
    const json_t *left;
    const json_t *right;
    const json_t *feature;
    const json_t *condition;
    const json_t *missing_left;
    const json_t *type; /* 1: by category */
    const json_t *cover;
    const json_t *category_nodes; /* the nodes that split by category; their categories stand side by side */
    const json_t *category_start;
    const json_t *category_count;
    const json_t *categories;
    size_t nodes;
};

static lka_status fail_shape(const char *what, struct lka_error *error)
{
    return lka_fail(error, LKA_DATA,
                    "forest: the model that XGBoost saved cannot be read (%s); XGBoost 1.7 to 3 are known", what);
}

/* Values without a meaning are written as NaN, which JSON does not know: where no text is around them, they are 0. */
static void replace_nans(char *json)
{
    bool in_text = false;
    for (char *at = json; *at; at++) {
        if (*at == '\\' && in_text && at[1]) {
            at++;
        } else if (*at == '"') {
            in_text = !in_text;
        } else if (!in_text && strncmp(at, "NaN", 3) == 0) {
            memcpy(at, "0.0", 3);
        }
    }
}

static double number_at(const json_t *array, size_t index)
{
    const json_t *value = json_array_get(array, index);
    return json_is_boolean(value) ? json_is_true(value) : json_number_value(value);
}

static bool read_tree(const json_t *json, struct tree *tree)
{
    *tree = (struct tree){
        .left = json_object_get(json, "left_children"),
        .right = json_object_get(json, "right_children"),
        .feature = json_object_get(json, "split_indices"),
        .condition = json_object_get(json, "split_conditions"),
        .missing_left = json_object_get(json, "default_left"),
        .type = json_object_get(json, "split_type"),
        .cover = json_object_get(json, "sum_hessian"),
        .category_nodes = json_object_get(json, "categories_nodes"),
        .category_start = json_object_get(json, "categories_segments"),
        .category_count = json_object_get(json, "categories_sizes"),
        .categories = json_object_get(json, "categories"),
    };
    tree->nodes = json_array_size(tree->left);
    const json_t *by_node[] = {tree->right,        tree->feature, tree->condition,
                               tree->missing_left, tree->type,    tree->cover};
    bool good = tree->nodes > 0;
    for (size_t i = 0; i < sizeof by_node / sizeof *by_node; i++) {
        good = good && json_array_size(by_node[i]) == tree->nodes;
    }
    size_t by_category = json_array_size(tree->category_nodes);
    return good && json_array_size(tree->category_start) == by_category &&
           json_array_size(tree->category_count) == by_category;
}

/* The single category of a node that splits by one; -1 if there is none. */
static double category_of(const struct tree *tree, size_t node)
{
    for (size_t i = 0; i < json_array_size(tree->category_nodes); i++) {
        if (number_at(tree->category_nodes, i) == (double)node) {
            return number_at(tree->category_count, i) == 1
                       ? number_at(tree->categories, (size_t)number_at(tree->category_start, i))
                       : -1;
        }
    }
    return -1;
}

/* See the head of forest.h. `x < condition` for whole x is x < ceil(condition). */
static bool read_split(const struct tree *tree, size_t from, const struct lka_forest_columns *columns,
                       struct lka_forest_node *node)
{
    double feature = number_at(tree->feature, from);
    if (feature < 0 || feature >= (double)columns->count) {
        return false;
    }
    node->feature = columns->features[(size_t)feature];
    const struct lka_feature *what = &columns->space->features[node->feature];
    if (number_at(tree->type, from) == 1) {
        double category = category_of(tree, from);
        node->shift = (uint16_t)(category + 1);
        node->limit = UINT16_MAX;
        return lka_forest_is_category(what) && category >= 0 && category < what->codes;
    }
    double condition = ceil(number_at(tree->condition, from));
    double limit = fmin(fmax(condition, 0), UINT16_MAX);
    node->shift = what->kind == LKA_FEATURE_NUMBER && number_at(tree->missing_left, from) == 0;
    node->limit = (uint16_t)(limit - (node->shift && limit > 0 ? 1 : 0));
    return !lka_forest_is_category(what);
}

/* Copies the tree's nodes behind those that are there, breadth first. order[i] is the JSON's node behind our i-th. */
static bool lay_out(const struct tree *tree, const struct lka_forest_columns *columns, struct lka_forest *forest,
                    size_t first, uint32_t *order, size_t *count)
{
    size_t level_end = 1;
    size_t depth = 0;
    order[0] = 0;
    *count = 1;
    for (size_t i = 0; i < *count; i++) {
        if (i == level_end) {
            level_end = *count;
            depth++;
        }
        struct lka_forest_node *node = &forest->node[first + i];
        size_t from = order[i];
        double left = number_at(tree->left, from);
        double right = number_at(tree->right, from);
        forest->cover[first + i] = (float)number_at(tree->cover, from);
        *node = (struct lka_forest_node){0};
        if (left < 0) {
            node->value = (float)number_at(tree->condition, from);
            continue;
        }
        bool inside = left < (double)tree->nodes && right >= 0 && right < (double)tree->nodes;
        if (!inside || depth == LKA_FOREST_DEEPEST || *count + 2 > tree->nodes ||
            !read_split(tree, from, columns, node)) {
            return false;
        }
        node->left = (uint32_t)(first + *count);
        order[(*count)++] = (uint32_t)left;
        order[(*count)++] = (uint32_t)right;
    }
    return true;
}

static lka_status import_trees(const json_t *trees, const struct lka_forest_columns *columns, struct lka_forest *forest,
                               struct lka_error *error)
{
    uint32_t *order;
    LKA_TRY(LKA_NEW(order, forest->nodes, error));
    forest->nodes = 0;
    lka_status status = LKA_OK;
    for (size_t t = 0; t < forest->trees && status == LKA_OK; t++) {
        struct tree tree;
        size_t count = 0;
        forest->root[t] = (uint32_t)forest->nodes;
        if (!read_tree(json_array_get(trees, t), &tree) ||
            !lay_out(&tree, columns, forest, forest->nodes, order, &count)) {
            status = fail_shape("a tree", error);
        }
        forest->nodes += count;
    }
    forest->root[forest->trees] = (uint32_t)forest->nodes;
    lka_free(order);
    return status;
}

static size_t count_nodes(const json_t *trees)
{
    size_t count = 0;
    for (size_t t = 0; t < json_array_size(trees); t++) {
        count += json_array_size(json_object_get(json_array_get(trees, t), "left_children"));
    }
    return count;
}

static lka_status import_json(const json_t *model, const struct lka_forest_columns *columns, struct lka_forest **forest,
                              struct lka_error *error)
{
    const json_t *booster = json_object_get(json_object_get(model, "learner"), "gradient_booster");
    const json_t *trees = json_object_get(json_object_get(booster, "model"), "trees");
    if (json_array_size(trees) == 0) {
        return fail_shape("no trees", error);
    }
    LKA_TRY(lka_forest_new(columns->space->count, json_array_size(trees), count_nodes(trees), forest, error));
    LKA_TRY(import_trees(trees, columns, *forest, error));
    return lka_slices_new(*forest, columns->space, &(*forest)->slices, error);
}

lka_status lka_forest_import(const char *json, const struct lka_forest_columns *columns, struct lka_forest **forest,
                             struct lka_error *error)
{
    *forest = NULL;
    uint64_t failures = lka_memory_failures();
    char *text = lka_copy_string(json);
    if (!text) {
        return lka_fail_memory(error, strlen(json));
    }
    replace_nans(text);
    json_t *model = NULL;
    lka_status status = lka_json_read(text, strlen(text), 0, &model, error);
    if (status == LKA_OK) {
        status = model ? import_json(model, columns, forest, error) : fail_shape("no JSON", error);
    }
    if (lka_memory_failures() != failures) {
        status = lka_fail_memory(error, strlen(json));
    }
    if (status != LKA_OK) {
        lka_forest_free(*forest);
        *forest = NULL;
    }
    json_decref(model);
    lka_free(text);
    return status;
}
