/* Writing safetensors. */
#include "base/json.h"
#include "source/output.h"
#include "train/tensor_file.h"
#include "train/tensor_format.h"

#include <stdlib.h>

struct item {
    char *name;
    struct lka_tensor tensor; /* data is owned */
};

struct lka_tensor_list {
    struct item *items;
    size_t count;
    size_t capacity;
    json_t *texts;
};

lka_status lka_tensor_list_new(struct lka_tensor_list **list, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*list, 1, error));
    (*list)->texts = json_object();
    static const char zeros[] = "00000000000000000000000000000000";
    lka_status status = lka_tensor_list_text(*list, "checksum", zeros, error);
    if (status != LKA_OK) {
        lka_tensor_list_free(*list);
        *list = NULL;
    }
    return status;
}

void lka_tensor_list_free(struct lka_tensor_list *list)
{
    if (!list) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        void *data;
        memcpy(&data, &list->items[i].tensor.data, sizeof data);
        lka_free(data);
        lka_free(list->items[i].name);
    }
    lka_free(list->items);
    json_decref(list->texts);
    lka_free(list);
}

static size_t bytes_of(const struct lka_tensor *tensor)
{
    return tensor->rows * tensor->columns * lka_tensor_size(tensor->type);
}

lka_status lka_tensor_list_put(struct lka_tensor_list *list, const char *name, struct lka_tensor tensor,
                               struct lka_error *error)
{
    LKA_TRY(lka_reserve(&list->items, &list->capacity, list->count + 1, sizeof *list->items, error));
    size_t size = bytes_of(&tensor);
    struct item item = {lka_copy_string(name), tensor};
    char *copy = lka_copy_text(tensor.data, size);
    if (!item.name || !copy) {
        lka_free(item.name);
        lka_free(copy);
        return lka_fail_memory(error, size);
    }
    item.tensor.data = copy;
    list->items[list->count++] = item;
    return LKA_OK;
}

lka_status lka_tensor_list_text(struct lka_tensor_list *list, const char *key, const char *text,
                                struct lka_error *error)
{
    return json_object_set_new(list->texts, key, json_string(text)) == 0 ? LKA_OK
                                                                         : lka_fail_memory(error, strlen(text));
}

/* The widest elements first, so that every tensor is aligned; then by name, so that the order is one. */
static int by_width_and_name(const void *a, const void *b)
{
    const struct item *x = a;
    const struct item *y = b;
    size_t x_size = lka_tensor_size(x->tensor.type);
    size_t y_size = lka_tensor_size(y->tensor.type);
    return x_size != y_size ? (x_size < y_size ? 1 : -1) : strcmp(x->name, y->name);
}

static json_t *entry_json(const struct lka_tensor *tensor, uint64_t at)
{
    return json_pack("{s:s, s:[I,I], s:[I,I]}", "dtype", lka_tensor_type_name(tensor->type), "shape",
                     (json_int_t)tensor->rows, (json_int_t)tensor->columns, "data_offsets", (json_int_t)at,
                     (json_int_t)(at + bytes_of(tensor)));
}

static lka_status make_header(const struct lka_tensor_list *list, struct lka_text *header, struct lka_error *error)
{
    json_t *object = json_object();
    bool good = json_object_set(object, "__metadata__", list->texts) == 0;
    uint64_t at = 0;
    for (size_t i = 0; i < list->count && good; i++) {
        good = json_object_set_new(object, list->items[i].name, entry_json(&list->items[i].tensor, at)) == 0;
        at += bytes_of(&list->items[i].tensor);
    }
    char *text = NULL;
    lka_status status = good ? lka_json_text(object, JSON_COMPACT, &text, error) : lka_fail_memory(error, 0);
    json_decref(object);
    LKA_TRY(status);
    lka_text_string(header, text);
    while (header->length % 8 != 0 && !header->failed) {
        lka_text_append(header, " ", 1);
    }
    lka_free(text);
    return header->failed ? lka_fail_memory(error, header->length) : LKA_OK;
}

static void add_data(const struct lka_tensor_list *list, struct lka_text *data)
{
    for (size_t i = 0; i < list->count; i++) {
        lka_text_append(data, list->items[i].tensor.data, bytes_of(&list->items[i].tensor));
    }
}

static lka_status write_parts(struct lka_output *output, struct lka_text *header, struct lka_text *data,
                              struct lka_error *error)
{
    char sum[33];
    LKA_TRY(lka_tensor_checksum(header->bytes, header->length, data->bytes, data->length, sum, error));
    memcpy(header->bytes + strlen(LKA_TENSOR_PREFIX), sum, 32);
    uint64_t length = header->length;
    LKA_TRY(lka_output_write(output, (const char *)&length, sizeof length, error));
    LKA_TRY(lka_output_write(output, header->bytes, header->length, error));
    LKA_TRY(lka_output_write(output, data->bytes, data->length, error));
    return lka_output_ready(output, error);
}

lka_status lka_tensor_list_prepare(struct lka_tensor_list *list, const char *path, struct lka_output **output,
                                   struct lka_error *error)
{
    *output = NULL;
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof *list->items, by_width_and_name);
    }
    struct lka_text header = {0};
    struct lka_text data = {0};
    lka_text_append(&data, "", 0);
    add_data(list, &data);
    lka_status status = data.failed ? lka_fail_memory(error, data.length) : make_header(list, &header, error);
    if (status == LKA_OK) {
        status = lka_output_open(path, false, output, error);
    }
    if (status == LKA_OK) {
        status = write_parts(*output, &header, &data, error);
    }
    lka_text_release(&header);
    lka_text_release(&data);
    if (status != LKA_OK) {
        lka_output_abandon(*output);
        *output = NULL;
    }
    return status;
}

lka_status lka_tensor_list_write(struct lka_tensor_list *list, const char *path, struct lka_error *error)
{
    struct lka_output *output;
    LKA_TRY(lka_tensor_list_prepare(list, path, &output, error));
    return lka_output_commit(output, error);
}
