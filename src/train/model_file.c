/* The model file: texts in the metadata, a tensor a family needs by the name member.<m>.<name>. */
#include "base/json.h"
#include "train/model.h"
#include "train/tensor_file.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- writing ---------------------------------------------------------------------------------- */

struct member_sink {
    struct lka_tensor_list *list;
    size_t member;
};

static void member_name(char buffer[160], size_t member, const char *name)
{
    snprintf(buffer, 160, "member.%zu.%.100s", member, name);
}

static lka_status put_member(void *user, const char *name, struct lka_tensor tensor, struct lka_error *error)
{
    const struct member_sink *sink = user;
    char full[160];
    member_name(full, sink->member, name);
    return lka_tensor_list_put(sink->list, full, tensor, error);
}

static lka_status put_json(struct lka_tensor_list *list, const char *key, const json_t *json, struct lka_error *error)
{
    char *text = NULL;
    LKA_TRY(lka_json_text(json, JSON_COMPACT, &text, error));
    lka_status status = lka_tensor_list_text(list, key, text, error);
    lka_free(text);
    return status;
}

/* 64-bit keys go as hexadecimal text: JSON's integers are signed. */
static json_t *key_json(uint64_t key)
{
    return json_sprintf("%016" PRIx64, key);
}

static bool put_number(json_t *keys, const char *key, size_t value)
{
    return json_object_set_new(keys, key, json_integer((json_int_t)value)) == 0;
}

static lka_status put_keys(struct lka_tensor_list *list, const struct lka_model *model, struct lka_error *error)
{
    json_t *keys = json_pack("{s:o, s:o, s:o, s:o, s:I, s:s, s:s}", "seed", key_json(model->seed), "fold",
                             key_json(model->fold_key), "sample", key_json(model->sample_key), "sample_threshold",
                             key_json(model->sample_threshold), "members", (json_int_t)model->member_count, "id_column",
                             model->id_column, "seeds_id_column", model->seeds_id_column);
    bool good = keys && (lka_model_bags(model) == 1 || put_number(keys, "bags", model->bags)) &&
                (model->seed_members == 0 || put_number(keys, "seed_members", model->seed_members));
    if (!good) {
        json_decref(keys);
        keys = NULL;
    }
    lka_status status = keys ? put_json(list, "keys", keys, error) : lka_fail_memory(error, 0);
    json_decref(keys);
    return status;
}

static lka_status put_plan(struct lka_tensor_list *list, const struct lka_model *model, struct lka_error *error)
{
    struct lka_text yaml = {0};
    lka_status status = lka_plan_write(model->plan, &yaml, error);
    if (status == LKA_OK) {
        status = lka_tensor_list_text(list, "plan", yaml.bytes, error);
    }
    lka_text_release(&yaml);
    return status;
}

static lka_status put_tensors(struct lka_tensor_list *list, const struct lka_model *model, struct lka_error *error)
{
    for (size_t m = 0; m < lka_model_fit_count(model); m++) {
        struct member_sink own = {list, m};
        struct lka_tensor_sink sink = {&own, put_member};
        LKA_TRY(model->family->save(model->members[m], &sink, error));
    }
    size_t length = model->reference_start[lka_plan_space(model->plan)->count];
    struct lka_tensor reference = {LKA_TENSOR_F64, 1, length, model->reference};
    return lka_tensor_list_put(list, "reference", reference, error);
}

static lka_status fill_list(struct lka_tensor_list *list, const struct lka_model *model, struct lka_error *error)
{
    char format[16];
    snprintf(format, sizeof format, "%d", LKA_MODEL_FORMAT);
    LKA_TRY(lka_tensor_list_text(list, "lookalike.format", format, error));
    LKA_TRY(lka_tensor_list_text(list, "lookalike.version", lka_version(), error));
    LKA_TRY(lka_tensor_list_text(list, "family", model->family->name, error));
    LKA_TRY(put_keys(list, model, error));
    LKA_TRY(put_json(list, "card", model->card, error));
    LKA_TRY(put_plan(list, model, error));
    return put_tensors(list, model, error);
}

lka_status lka_model_prepare(const struct lka_model *model, const char *path, struct lka_output **output,
                             struct lka_error *error)
{
    struct lka_tensor_list *list;
    *output = NULL;
    LKA_TRY(lka_tensor_list_new(&list, error));
    lka_status status = fill_list(list, model, error);
    if (status == LKA_OK) {
        status = lka_tensor_list_prepare(list, path, output, error);
    }
    lka_tensor_list_free(list);
    return status;
}

lka_status lka_model_save(const struct lka_model *model, const char *path, struct lka_error *error)
{
    struct lka_output *output;
    LKA_TRY(lka_model_prepare(model, path, &output, error));
    return lka_output_commit(output, error);
}

/* ---- reading ---------------------------------------------------------------------------------- */

static lka_status refuse(const struct lka_tensor_file *file, struct lka_error *error, const char *reason)
{
    return lka_fail_at(error, LKA_DATA, lka_tensor_file_name(file), 0, 0, "is no whole lookalike model: %s", reason);
}

static lka_status need_text(const struct lka_tensor_file *file, const char *key, const char **text,
                            struct lka_error *error)
{
    *text = lka_tensor_file_text(file, key);
    return *text ? LKA_OK
                 : lka_fail_at(error, LKA_DATA, lka_tensor_file_name(file), 0, 0,
                               "is no whole lookalike model: its metadata has no \"%s\"", key);
}

static lka_status read_format(const struct lka_tensor_file *file, struct lka_error *error)
{
    const char *text = NULL;
    int64_t format = 0;
    LKA_TRY(need_text(file, "lookalike.format", &text, error));
    if (!lka_parse_integer(lka_span_of(text), &format) || format < 1) {
        return refuse(file, error, "its format is no number");
    }
    if (format > LKA_MODEL_FORMAT) {
        return lka_fail_at(error, LKA_DATA, lka_tensor_file_name(file), 0, 0,
                           "has format %lld and this version of lookalike reads up to %d; use a newer one",
                           (long long)format, LKA_MODEL_FORMAT);
    }
    return LKA_OK;
}

static lka_status need_json(const struct lka_tensor_file *file, const char *key, json_t **json, struct lka_error *error)
{
    const char *text = NULL;
    LKA_TRY(need_text(file, key, &text, error));
    LKA_TRY(lka_json_read(text, strlen(text), JSON_REJECT_DUPLICATES, json, error));
    return json_is_object(*json) ? LKA_OK : refuse(file, error, "a text of its metadata is no JSON object");
}

static bool read_key(const json_t *keys, const char *name, uint64_t *key)
{
    const char *text = json_string_value(json_object_get(keys, name));
    if (!text || strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16) {
        return false;
    }
    return sscanf(text, "%16" SCNx64, key) == 1;
}

/* A whole number from 1 to `most`; what is absent is `absent`. */
static bool read_count(const json_t *keys, const char *name, size_t most, size_t absent, size_t *count)
{
    const json_t *value = json_object_get(keys, name);
    json_int_t number = json_integer_value(value);
    *count = value ? (size_t)number : absent;
    return !value || (json_is_integer(value) && number >= 1 && number <= (json_int_t)most);
}

static lka_status read_keys(struct lka_model *model, struct lka_error *error)
{
    json_t *keys = NULL;
    lka_status status = need_json(model->file, "keys", &keys, error);
    const char *id_column = json_string_value(json_object_get(keys, "id_column"));
    const char *seeds_id_column = json_string_value(json_object_get(keys, "seeds_id_column"));
    bool good = read_key(keys, "seed", &model->seed) && read_key(keys, "fold", &model->fold_key) &&
                read_key(keys, "sample", &model->sample_key) &&
                read_key(keys, "sample_threshold", &model->sample_threshold) && id_column && seeds_id_column &&
                read_count(keys, "members", LKA_MOST_MEMBERS, 0, &model->member_count) && model->member_count > 0 &&
                read_count(keys, "seed_members", LKA_MOST_MEMBERS, 0, &model->seed_members) &&
                (model->seed_members == 0 || model->seed_members == model->member_count) &&
                read_count(keys, "bags", LKA_MOST_BAGS, 1, &model->bags);
    if (status == LKA_OK && !good) {
        status = refuse(model->file, error, "its keys are incomplete or out of range");
    }
    if (status == LKA_OK) {
        model->id_column = lka_copy_string(id_column);
        model->seeds_id_column = lka_copy_string(seeds_id_column);
        status = model->id_column && model->seeds_id_column ? LKA_OK : lka_fail_memory(error, 0);
    }
    json_decref(keys);
    return status;
}

struct member_store {
    const struct lka_tensor_file *file;
    size_t member;
};

static lka_status get_member(const void *user, const char *name, enum lka_tensor_type type, struct lka_tensor *tensor,
                             struct lka_error *error)
{
    const struct member_store *store = user;
    char full[160];
    member_name(full, store->member, name);
    return lka_tensor_file_get(store->file, full, type, tensor, error);
}

static lka_status read_members(struct lka_model *model, struct lka_error *error)
{
    for (size_t m = 0; m < lka_model_fit_count(model); m++) {
        struct member_store own = {model->file, m};
        struct lka_tensor_store store = {&own, get_member};
        LKA_TRY(model->family->load(lka_plan_space(model->plan), &store, &model->members[m], error));
    }
    return lka_model_average(model, error);
}

static lka_status read_reference(struct lka_model *model, struct lka_error *error)
{
    struct lka_tensor tensor;
    LKA_TRY(lka_tensor_file_get(model->file, "reference", LKA_TENSOR_F64, &tensor, error));
    LKA_TRY(lka_model_lay_out_reference(model, error));
    size_t length = model->reference_start[lka_plan_space(model->plan)->count];
    if (tensor.rows != 1 || tensor.columns != length) {
        return refuse(model->file, error, "its reference distribution does not fit its plan");
    }
    const double *counts = tensor.data;
    for (size_t i = 0; i < length; i++) {
        if (!(counts[i] >= 0 && counts[i] <= 1e15)) {
            return refuse(model->file, error, "a count of its reference distribution is out of range");
        }
    }
    LKA_TRY(LKA_NEW(model->reference, length, error));
    memcpy(model->reference, counts, length * sizeof *counts);
    return LKA_OK;
}

static lka_status read_parts(struct lka_model *model, struct lka_error *error)
{
    const char *text = NULL;
    LKA_TRY(read_format(model->file, error));
    LKA_TRY(lka_tensor_file_verify(model->file, error));
    LKA_TRY(read_keys(model, error));
    LKA_TRY(need_text(model->file, "family", &text, error));
    model->family = lka_family_find(text);
    if (!model->family) {
        return refuse(model->file, error, "its family is unknown to this version");
    }
    if (model->family->average && model->seed_members > 0) {
        return refuse(model->file, error, "its members join into one, and yet seeds have members of their own");
    }
    LKA_TRY(need_json(model->file, "card", &model->card, error));
    LKA_TRY(need_text(model->file, "plan", &text, error));
    LKA_TRY(lka_plan_read(text, strlen(text), lka_tensor_file_name(model->file), &model->plan, error));
    LKA_TRY(read_reference(model, error));
    return read_members(model, error);
}

static lka_status read_file(struct lka_tensor_file *file, struct lka_model **model, struct lka_error *error)
{
    struct lka_model *made = NULL;
    lka_status status = LKA_NEW(made, 1, error);
    if (status != LKA_OK) {
        lka_tensor_file_close(file);
        return status;
    }
    made->file = file;
    lka_tensor_file_hash(file, made->file_hash);
    status = read_parts(made, error);
    if (status != LKA_OK) {
        lka_model_close(made);
        return status;
    }
    *model = made;
    return LKA_OK;
}

lka_status lka_model_open(const char *path, struct lka_model **model, struct lka_error *error)
{
    struct lka_tensor_file *file = NULL;
    *model = NULL;
    LKA_TRY(lka_tensor_file_open(path, &file, error));
    return read_file(file, model, error);
}

lka_status lka_model_read(const void *bytes, size_t length, const char *name, struct lka_model **model,
                          struct lka_error *error)
{
    struct lka_tensor_file *file = NULL;
    *model = NULL;
    LKA_TRY(lka_tensor_file_from(bytes, length, name, &file, error));
    return read_file(file, model, error);
}
