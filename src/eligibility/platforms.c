#include "eligibility/platforms.h"

#include "base/data.h"
#include "base/json.h"
#include "base/yaml.h"

enum { SURVEYED, PLATFORMS, TOP_KEYS };
enum { NAME, MINIMUM, COUNTS, SOURCE, KEYS };
static const char *const top_keys[] = {"surveyed", "platforms"};
static const char *const keys[] = {"name", "minimum", "counts", "source"};

static json_t *text_json(const struct lka_yaml_node *node)
{
    return node ? json_stringn(node->text.text, node->text.length) : NULL;
}

static bool tell_one(const struct lka_yaml *yaml, const struct lka_yaml_node *platform, double people, json_t *told,
                     struct lka_complaints *complaints)
{
    const struct lka_yaml_node *values[KEYS] = {0};
    double minimum = 0;
    if (!lka_yaml_fields(yaml, platform, "a platform", keys, KEYS, values, complaints) || !values[NAME] ||
        !lka_yaml_number(values[MINIMUM], "minimum", &minimum, complaints)) {
        return false;
    }
    if (people >= minimum) {
        return json_array_append_new(json_object_get(told, "reached"), text_json(values[NAME])) == 0;
    }
    return json_array_append_new(json_object_get(told, "short"),
                                 json_pack("{s:o, s:I, s:o, s:o}", "name", text_json(values[NAME]), "minimum",
                                           (json_int_t)minimum, "counts", text_json(values[COUNTS]), "source",
                                           text_json(values[SOURCE]))) == 0;
}

static lka_status tell_all(const struct lka_yaml *yaml, double people, json_t **told, struct lka_complaints *complaints,
                           struct lka_error *error)
{
    const struct lka_yaml_node *values[TOP_KEYS] = {0};
    lka_yaml_fields(yaml, lka_yaml_root(yaml), "the table", top_keys, TOP_KEYS, values, complaints);
    LKA_TRY(lka_complaints_status(complaints, error));
    *told = json_pack("{s:o, s:[], s:[]}", "surveyed", text_json(values[SURVEYED]), "reached", "short");
    bool good = *told != NULL;
    for (size_t i = 0; good && i < values[PLATFORMS]->count; i++) {
        good = tell_one(yaml, lka_yaml_item(yaml, values[PLATFORMS], i), people, *told, complaints);
    }
    if (good) {
        return LKA_OK;
    }
    json_decref(*told);
    *told = NULL;
    LKA_TRY(lka_complaints_status(complaints, error));
    return lka_fail_memory(error, 0);
}

lka_status lka_platforms_tell(uint64_t people, json_t **told, struct lka_error *error)
{
    struct lka_yaml yaml = {0};
    struct lka_complaints complaints = {.file = "data/platforms.yaml"};
    *told = NULL;
    lka_status status = lka_yaml_load(&yaml, lka_data_platforms_yaml, lka_data_platforms_yaml_size, &complaints, error);
    if (status == LKA_OK) {
        status = lka_complaints_status(&complaints, error);
    }
    if (status == LKA_OK) {
        status = tell_all(&yaml, (double)people, told, &complaints, error);
    }
    lka_yaml_release(&yaml);
    return status;
}
