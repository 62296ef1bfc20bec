/* What the platforms take, told from their rules: `lookalike platforms`, and the chapter of the manual that is made of
 * it. */
#include "lookalike/export.h"

#include "base/data.h"
#include "base/error.h"
#include "base/json.h"
#include "base/parameters.h"
#include "eligibility/rules.h"
#include "export/template.h"

#define LKA_PLATFORMS_PARAMS(X) \
    X(LIST, platform, "platform", NULL, 0, 0, NULL, "NAME", "only this one, or a file NAME.yaml; several", false)

LKA_PARAMS_STRUCT(platforms_options, LKA_PLATFORMS_PARAMS);
#define LKA_PARAM_OWNER struct platforms_options
LKA_PARAMS_TABLE(lka_platforms_params, "platforms", LKA_PLATFORMS_PARAMS);

static json_t *text_or_null(const char *text)
{
    return text && *text ? lka_json_string(text) : json_null();
}

/* Takes over the value; false and `list` unharmed where memory is short. */
static bool append(json_t *list, json_t *value)
{
    return list && value && json_array_append_new(list, value) == 0;
}

/* ---- fields and keys -------------------------------------------------------------------------- */

static json_t *steps_json(const struct lka_platform_field *field)
{
    json_t *steps = json_array();
    bool good = steps != NULL;
    for (size_t s = 0; s < field->step_count && good; s++) {
        const struct lka_platform_step *step = &field->steps[s];
        good = append(steps, *step->argument ? json_sprintf("%s(%s)", step->rule->name, step->argument)
                                             : json_string(step->rule->name));
    }
    if (!good) {
        json_decref(steps);
    }
    return good ? steps : NULL;
}

static json_t *field_json(const struct lka_platform_field *field)
{
    const char *argument = field->role_argument;
    json_t *from = field->role == LKA_ROLE_FEATURE ? json_null()
                   : *argument                     ? json_sprintf("%s(%s)", lka_role_name(field->role), argument)
                                                   : json_string(lka_role_name(field->role));
    bool hashed = field->hashing != LKA_HASH_NONE;
    return json_pack("{s:s, s:o, s:o, s:s, s:s?, s:b}", "name", field->name, "from", from, "steps", steps_json(field),
                     "hash", lka_hashing_name(field->hashing), "encoding",
                     hashed ? lka_encoding_name(field->encoding) : NULL, "not_in_eea", (int)field->not_in_eea);
}

/* "given_name + family_name + zip" */
static json_t *key_json(const struct lka_rules *rules, uint32_t key)
{
    struct lka_text text = {0};
    for (size_t f = 0; f < rules->field_count; f++) {
        if (key >> f & 1) {
            lka_text_format(&text, "%s%s", text.length ? " + " : "", rules->fields[f].name);
        }
    }
    json_t *json = text.failed || !text.bytes ? NULL : lka_json_string(text.bytes);
    lka_text_release(&text);
    return json;
}

/* ---- formats ---------------------------------------------------------------------------------- */

static json_t *header_json(const struct lka_platform_format *format)
{
    struct lka_text text = {0};
    if (format->kind == LKA_FORMAT_JSON || !format->header) {
        return json_null();
    }
    for (size_t c = 0; c < format->column_count; c++) {
        lka_text_format(&text, "%s%s", c ? "," : "", format->columns[c].name);
    }
    json_t *json = text.failed ? NULL : lka_json_string(text.bytes);
    lka_text_release(&text);
    return json;
}

static json_t *format_fields_json(const struct lka_rules *rules, const struct lka_platform_format *format)
{
    uint32_t fields = lka_format_fields(rules, format);
    json_t *list = json_array();
    bool good = list != NULL;
    for (size_t f = 0; f < rules->field_count && good; f++) {
        good = !(fields >> f & 1) || append(list, json_string(rules->fields[f].name));
    }
    if (!good) {
        json_decref(list);
    }
    return good ? list : NULL;
}

static json_t *format_json(const struct lka_rules *rules, const struct lka_platform_format *format)
{
    static const char *const kinds[] = {"csv", "text", "json"};
    return json_pack("{s:s, s:s, s:o, s:o, s:b, s:I, s:I, s:o, s:o}", "name", format->name, "kind", kinds[format->kind],
                     "header", header_json(format), "fields", format_fields_json(rules, format), "a_row_a_value",
                     (int)format->each_value, "rows", (json_int_t)format->rows, "bytes", (json_int_t)format->bytes,
                     "add", text_or_null(format->add), "remove", text_or_null(format->remove));
}

/* ---- a platform ------------------------------------------------------------------------------- */

static json_t *seeds_json(const struct lka_seed_rules *seeds)
{
    return seeds->minimum || seeds->how ? json_pack("{s:I, s:b, s:I, s:o}", "minimum", (json_int_t)seeds->minimum,
                                                    "per_country", (int)seeds->per_country, "advised",
                                                    (json_int_t)seeds->advised, "how", text_or_null(seeds->how))
                                        : json_null();
}

static bool add_lists(const struct lka_rules *rules, json_t *fields, json_t *keys, json_t *formats)
{
    bool good = true;
    for (size_t f = 0; f < rules->field_count && good; f++) {
        good = append(fields, field_json(&rules->fields[f]));
    }
    for (size_t k = 0; k < rules->key_count && good; k++) {
        good = append(keys, key_json(rules, rules->keys[k]));
    }
    for (size_t f = 0; f < rules->format_count && good; f++) {
        good = append(formats, format_json(rules, &rules->formats[f]));
    }
    return good;
}

static json_t *platform_json(const struct lka_rules *rules, const char *also)
{
    json_t *fields = json_array();
    json_t *keys = json_array();
    json_t *formats = json_array();
    bool good = fields && keys && formats && add_lists(rules, fields, keys, formats);
    json_t *json = json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:I, s:b, s:o, s:o, s:o, s:o}", "name",
                             rules->name, "also", text_or_null(also), "title", rules->title, "version", rules->version,
                             "source", rules->source, "date", rules->date, "verified", (int)rules->verified,
                             "unverified", text_or_null(rules->unverified), "terms", text_or_null(rules->terms),
                             "minimum", (json_int_t)rules->minimum, "signals", (int)rules->signals, "seeds",
                             seeds_json(&rules->seeds), "keys", keys, "fields", fields, "formats", formats);
    if (!good) {
        json_decref(json);
    }
    return good ? json : NULL;
}

static lka_status add_platform(json_t *list, const char *name, const char *also, struct lka_error *error)
{
    struct lka_rules *rules;
    LKA_TRY(lka_rules_load("platform", name, &rules, error));
    bool good = append(list, platform_json(rules, also));
    lka_rules_free(rules);
    return good ? LKA_OK : lka_fail_memory(error, 0);
}

/* Its other names stand in the first line of its file. */
static lka_status add_built_in(json_t *list, const struct lka_data_file *file, struct lka_error *error)
{
    static const char key[] = "# also: ";
    struct lka_text also = {0};
    if (strncmp(file->text, key, sizeof key - 1) == 0) {
        const char *names = file->text + sizeof key - 1;
        lka_text_append(&also, names, strcspn(names, "\n"));
    }
    lka_status status = also.failed ? lka_fail_memory(error, 0) : add_platform(list, file->name, also.bytes, error);
    lka_text_release(&also);
    return status;
}

lka_status lka_platforms(const struct lka_options *options, const struct lka_session *session, char **document,
                         struct lka_error *error)
{
    const struct platforms_options *wanted = lka_options_values(options);
    (void)session;
    *document = NULL;
    LKA_TRY(lka_options_check(options, error));
    json_t *list = json_array();
    lka_status status = list ? LKA_OK : lka_fail_memory(error, 0);
    for (size_t i = 0; i < wanted->platform.count && status == LKA_OK; i++) {
        status = add_platform(list, wanted->platform.items[i], NULL, error);
    }
    for (size_t i = 0; wanted->platform.count == 0 && i < lka_data_platform_count && status == LKA_OK; i++) {
        status = add_built_in(list, &lka_data_platforms[i], error);
    }
    if (status == LKA_OK) {
        json_t *json = json_pack("{s:i, s:b, s:O}", "schema", 1, "all", wanted->platform.count == 0, "platforms", list);
        status = json ? lka_json_text(json, JSON_INDENT(2), document, error) : lka_fail_memory(error, 0);
        json_decref(json);
    }
    json_decref(list);
    return status;
}
