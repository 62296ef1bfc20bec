#include "campaign/paths.h"

#include "base/error.h"
#include "base/small_file.h"
#include "base/yaml.h"

#include <math.h>

const char *const lka_identity_type_names[LKA_IDENTITY_TYPES] = {"email", "phone", "cookie", "maid", "platform"};

/* A file of 32 paths is far smaller. */
enum { MILLION = 1000000, FILE_MOST = 65535 };

#define SOCIAL ((1u << LKA_IDENTITY_EMAIL) | (1u << LKA_IDENTITY_PHONE) | (1u << LKA_IDENTITY_PLATFORM))
#define DISPLAY ((1u << LKA_IDENTITY_COOKIE) | (1u << LKA_IDENTITY_MAID))

static const struct {
    const char *name;
    uint32_t id_types;
} built_in[] = {{"lead_ad", SOCIAL}, {"sponsored_post", SOCIAL}, {"banner", DISPLAY}};
enum { BUILT_IN = sizeof built_in / sizeof *built_in };

enum lka_identity_type lka_identity_type_of(struct lka_span name)
{
    int type = 0;
    while (type < LKA_IDENTITY_TYPES &&
           !lka_span_equal_ignoring_case(lka_span_of(lka_identity_type_names[type]), name)) {
        type++;
    }
    return (enum lka_identity_type)type;
}

/* A path as it is before the file says anything. */
static lka_status start_path(struct lka_paths *paths, const char *name, struct lka_path **path, struct lka_error *error)
{
    *path = &paths->items[paths->count];
    **path = (struct lka_path){.cost = MILLION, .cap = UINT64_MAX};
    (*path)->name = lka_copy_string(name);
    if (!(*path)->name) {
        return lka_fail_memory(error, strlen(name));
    }
    paths->count++;
    for (size_t i = 0; i < BUILT_IN; i++) {
        if (strcmp(built_in[i].name, name) == 0) {
            (*path)->id_types = built_in[i].id_types;
        }
    }
    return LKA_OK;
}

/* ---- reading a file --------------------------------------------------------------------------- */

struct reading {
    struct lka_yaml yaml;
    struct lka_complaints complaints;
    struct lka_paths *paths;
};

/* A path names a file: no dots, no slashes. */
static bool is_name(struct lka_span text)
{
    for (uint32_t i = 0; i < text.length; i++) {
        char c = text.text[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-')) {
            return false;
        }
    }
    return text.length > 0 && text.length <= 60;
}

/* The items of a list of words, or one word. */
static size_t word_count(const struct lka_yaml_node *node)
{
    return node->kind == LKA_YAML_SEQUENCE ? node->count : 1;
}

static const struct lka_yaml_node *word_at(const struct reading *reading, const struct lka_yaml_node *node, size_t i)
{
    return node->kind == LKA_YAML_SEQUENCE ? lka_yaml_item(&reading->yaml, node, i) : node;
}

static void read_id_types(struct reading *reading, const struct lka_yaml_node *node, struct lka_path *path)
{
    path->id_types = 0;
    for (size_t i = 0; i < word_count(node); i++) {
        const struct lka_yaml_node *word = word_at(reading, node, i);
        if (!lka_yaml_is(word, LKA_YAML_SCALAR, "id_types", &reading->complaints)) {
            continue;
        }
        enum lka_identity_type type = lka_identity_type_of(word->text);
        if (type == LKA_IDENTITY_TYPES) {
            char shown[64];
            lka_complain(&reading->complaints, word,
                         "id_types: %s is not allowed; allowed: email, phone, cookie, maid, platform",
                         lka_show(word->text, false, shown));
        } else {
            path->id_types |= 1u << type;
        }
    }
}

static lka_status read_platforms(struct reading *reading, const struct lka_yaml_node *node, struct lka_path *path,
                                 struct lka_error *error)
{
    for (size_t i = 0; i < word_count(node); i++) {
        const struct lka_yaml_node *word = word_at(reading, node, i);
        size_t at;
        if (lka_yaml_is(word, LKA_YAML_SCALAR, "platforms", &reading->complaints)) {
            LKA_TRY(lka_terms_add(&path->platforms, word->text, "platform", &at, error));
        }
    }
    return LKA_OK;
}

static void read_cost(struct reading *reading, const struct lka_yaml_node *node, struct lka_path *path)
{
    double number = 0;
    if (!lka_yaml_number(node, "cost", &number, &reading->complaints)) {
        return;
    }
    if (!(number >= 1e-6 && number <= 1e6)) {
        lka_complain(&reading->complaints, node, "cost: %.10g is not allowed; allowed: .000001 to 1,000,000 a contact",
                     number);
        return;
    }
    path->cost = (int64_t)floor(number * MILLION + .5);
}

static void read_cap(struct reading *reading, const struct lka_yaml_node *node, struct lka_path *path)
{
    double number = 0;
    if (!lka_yaml_number(node, "cap", &number, &reading->complaints)) {
        return;
    }
    if (!(number >= 0 && number <= 1e15 && floor(number) >= number)) {
        lka_complain(&reading->complaints, node, "cap: %.10g is not allowed; allowed: a whole number of contacts",
                     number);
        return;
    }
    path->cap = (uint64_t)number;
}

static bool is_empty(const struct lka_yaml_node *node)
{
    return node->kind == LKA_YAML_SCALAR && (node->text.length == 0 || lka_span_equal(node->text, LKA_SPAN("~")));
}

static lka_status read_path(struct reading *reading, const struct lka_yaml_node *key, const struct lka_yaml_node *value,
                            struct lka_error *error)
{
    static const char *const keys[] = {"id_types", "platforms", "cost", "cap"};
    const struct lka_yaml_node *values[4] = {NULL};
    char shown[64];
    if (!lka_yaml_is(key, LKA_YAML_SCALAR, "a path's name", &reading->complaints)) {
        return LKA_OK;
    }
    if (!is_name(key->text)) {
        lka_complain(&reading->complaints, key,
                     "%s is no name for a path; allowed: 1 to 60 of a-z, 0-9, hyphen and underscore",
                     lka_show(key->text, false, shown));
        return LKA_OK;
    }
    struct lka_path *path;
    LKA_TRY(start_path(reading->paths, key->text.text, &path, error));
    if (!is_empty(value) &&
        !lka_yaml_fields(&reading->yaml, value, path->name, keys, 4, values, &reading->complaints)) {
        return LKA_OK;
    }
    if (values[0]) {
        read_id_types(reading, values[0], path);
    } else if (path->id_types == 0) {
        lka_complain(&reading->complaints, key, "path \"%s\" is not built in: the key \"id_types\" is missing",
                     path->name);
    }
    if (values[1]) {
        LKA_TRY(read_platforms(reading, values[1], path, error));
    }
    if (values[2]) {
        read_cost(reading, values[2], path);
    }
    if (values[3]) {
        read_cap(reading, values[3], path);
    }
    return LKA_OK;
}

static lka_status read_all(struct reading *reading, struct lka_error *error)
{
    static const char *const keys[] = {"paths"};
    const struct lka_yaml_node *root = lka_yaml_root(&reading->yaml);
    const struct lka_yaml_node *paths = NULL;
    if (!root) {
        lka_complain_at(&reading->complaints, 0, 0, "the file is empty; a mapping \"paths:\" is needed");
        return LKA_OK;
    }
    lka_yaml_refuse_repeats(&reading->yaml, &reading->complaints);
    if (!lka_yaml_fields(&reading->yaml, root, "the file", keys, 1, &paths, &reading->complaints)) {
        return LKA_OK;
    }
    if (!paths || (paths->kind == LKA_YAML_MAPPING && paths->count == 0)) {
        lka_complain(&reading->complaints, root, "\"paths\" has no path; built in are lead_ad, sponsored_post, banner");
        return LKA_OK;
    }
    if (!lka_yaml_is(paths, LKA_YAML_MAPPING, "paths", &reading->complaints)) {
        return LKA_OK;
    }
    if (paths->count > LKA_PATHS_MOST) {
        lka_complain(&reading->complaints, paths, "%u paths; allowed: at most %d", paths->count, LKA_PATHS_MOST);
        return LKA_OK;
    }
    for (size_t i = 0; i < paths->count; i++) {
        LKA_TRY(read_path(reading, lka_yaml_key(&reading->yaml, paths, i), lka_yaml_value(&reading->yaml, paths, i),
                          error));
    }
    return LKA_OK;
}

lka_status lka_paths_read(const char *yaml, size_t length, const char *file, struct lka_paths *paths,
                          struct lka_error *error)
{
    *paths = (struct lka_paths){0};
    struct reading reading = {.complaints = {.file = file, .by_place = true}, .paths = paths};
    lka_status status = lka_yaml_load(&reading.yaml, yaml, length, &reading.complaints, error);
    if (status == LKA_OK) {
        status = lka_complaints_status(&reading.complaints, error);
    }
    if (status == LKA_OK) {
        status = read_all(&reading, error);
    }
    if (status == LKA_OK) {
        status = lka_complaints_status(&reading.complaints, error);
    }
    lka_yaml_release(&reading.yaml);
    if (status != LKA_OK) {
        lka_paths_release(paths);
    }
    return status;
}

static lka_status load_file(const char *file, struct lka_paths *paths, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_status status = lka_small_file_read(file, "a file of paths", FILE_MOST, &text, error);
    if (status == LKA_OK) {
        status = lka_paths_read(text.bytes ? text.bytes : "", text.length, file, paths, error);
    }
    lka_text_release(&text);
    return status;
}

lka_status lka_paths_load(const char *file, struct lka_paths *paths, struct lka_error *error)
{
    *paths = (struct lka_paths){0};
    if (file) {
        return load_file(file, paths, error);
    }
    for (size_t i = 0; i < BUILT_IN; i++) {
        struct lka_path *path;
        lka_status status = start_path(paths, built_in[i].name, &path, error);
        if (status != LKA_OK) {
            lka_paths_release(paths);
            return status;
        }
    }
    return LKA_OK;
}

void lka_paths_release(struct lka_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        lka_free(paths->items[i].name);
        lka_terms_release(&paths->items[i].platforms);
    }
    *paths = (struct lka_paths){0};
}

/* ---- using them ------------------------------------------------------------------------------- */

bool lka_path_takes(const struct lka_path *path, enum lka_identity_type type, struct lka_span platform)
{
    return (path->id_types & (1u << type)) &&
           (path->platforms.count == 0 || lka_terms_find(&path->platforms, platform) < path->platforms.count);
}

static json_t *path_json(const struct lka_path *path)
{
    json_t *types = json_array();
    json_t *platforms = json_array();
    for (int type = 0; type < LKA_IDENTITY_TYPES; type++) {
        if (path->id_types & (1u << type)) {
            json_array_append_new(types, json_string(lka_identity_type_names[type]));
        }
    }
    for (size_t i = 0; i < path->platforms.count; i++) {
        json_array_append_new(platforms, json_string(path->platforms.items[i]));
    }
    json_t *cap = path->cap == UINT64_MAX ? json_null() : json_integer((json_int_t)path->cap);
    /* An item that is missing, since memory was short, shows in the count alone. */
    bool whole = json_array_size(types) == (size_t)__builtin_popcount(path->id_types) &&
                 json_array_size(platforms) == path->platforms.count;
    json_t *object = json_pack("{s:o, s:o, s:f, s:o}", "id_types", types, "platforms", platforms, "cost",
                               (double)path->cost / MILLION, "cap", cap);
    if (!whole) {
        json_decref(object);
        return NULL;
    }
    return object;
}

json_t *lka_paths_json(const struct lka_paths *paths)
{
    json_t *object = json_object();
    for (size_t i = 0; i < paths->count; i++) {
        json_object_set_new(object, paths->items[i].name, path_json(&paths->items[i]));
    }
    if (json_object_size(object) != paths->count) {
        json_decref(object);
        return NULL;
    }
    return object;
}
