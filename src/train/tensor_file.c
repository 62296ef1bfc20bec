/* Reading safetensors. The header is small and parsed by jansson; the tensors stay where they are. */
#include "train/tensor_file.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/whole_file.h"
#include "train/tensor_format.h"

#include <stdlib.h>

struct entry {
    const char *name; /* owned by the header's JSON */
    enum lka_tensor_type type;
    size_t rows;
    size_t columns;
    uint64_t begin;
    uint64_t end;
};

struct lka_tensor_file {
    const unsigned char *bytes;
    size_t length;
    unsigned char *owned; /* the same bytes, if they were read here */
    char *name;
    json_t *header;
    size_t data_at;
    struct entry *entries; /* ascending by begin */
    size_t count;
};

static lka_status refuse(const struct lka_tensor_file *file, struct lka_error *error, const char *reason)
{
    return lka_fail_at(error, LKA_DATA, file->name, 0, 0, "is no whole lookalike model: %s", reason);
}

/* ---- the header ------------------------------------------------------------------------------- */

static lka_status read_shape(const struct lka_tensor_file *file, const json_t *shape, struct entry *entry,
                             struct lka_error *error)
{
    size_t dimensions = json_array_size(shape);
    uint64_t extent[2] = {1, 1};
    if (!json_is_array(shape) || dimensions < 1 || dimensions > 2) {
        return refuse(file, error, "a tensor's shape has other than one or two dimensions");
    }
    for (size_t i = 0; i < dimensions; i++) {
        json_int_t value = json_integer_value(json_array_get(shape, i));
        if (!json_is_integer(json_array_get(shape, i)) || value < 0 || value > UINT32_MAX) {
            return refuse(file, error, "a tensor's shape is out of range");
        }
        extent[2 - dimensions + i] = (uint64_t)value;
    }
    entry->rows = extent[0];
    entry->columns = extent[1];
    return LKA_OK;
}

static lka_status read_entry(const struct lka_tensor_file *file, const char *name, const json_t *json,
                             struct entry *entry, struct lka_error *error)
{
    const json_t *offsets = json_object_get(json, "data_offsets");
    const char *type = json_string_value(json_object_get(json, "dtype"));
    *entry = (struct entry){.name = name};
    if (json_object_size(json) != 3 || json_array_size(offsets) != 2 || !type ||
        !lka_tensor_type_find(type, &entry->type)) {
        return refuse(file, error, "a tensor's entry is not {dtype, shape, data_offsets}, or of an unknown type");
    }
    LKA_TRY(read_shape(file, json_object_get(json, "shape"), entry, error));
    json_int_t begin = json_integer_value(json_array_get(offsets, 0));
    json_int_t end = json_integer_value(json_array_get(offsets, 1));
    uint64_t size = (uint64_t)entry->rows * entry->columns; /* below 2^64: both are below 2^32 */
    if (begin < 0 || end < begin || __builtin_mul_overflow(size, lka_tensor_size(entry->type), &size) ||
        (uint64_t)(end - begin) != size || (uint64_t)begin % lka_tensor_size(entry->type) != 0) {
        return refuse(file, error, "a tensor's bytes do not fit its shape");
    }
    entry->begin = (uint64_t)begin;
    entry->end = (uint64_t)end;
    return LKA_OK;
}

static int by_begin(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    if (x->begin != y->begin) {
        return x->begin < y->begin ? -1 : 1;
    }
    return (x->end > y->end) - (x->end < y->end);
}

static lka_status check_cover(const struct lka_tensor_file *file, struct lka_error *error)
{
    uint64_t at = 0;
    for (size_t i = 0; i < file->count; i++) {
        if (file->entries[i].begin != at) {
            return refuse(file, error, "its tensors overlap, or leave a hole");
        }
        at = file->entries[i].end;
    }
    return at == file->length - file->data_at ? LKA_OK
                                              : refuse(file, error, "it was cut short, or has bytes at its end");
}

static lka_status read_entries(struct lka_tensor_file *file, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(file->entries, json_object_size(file->header), error));
    const char *name;
    json_t *value;
    json_object_foreach(file->header, name, value)
    {
        if (strcmp(name, "__metadata__") != 0) {
            LKA_TRY(read_entry(file, name, value, &file->entries[file->count], error));
            file->count++;
        }
    }
    qsort(file->entries, file->count, sizeof *file->entries, by_begin);
    return check_cover(file, error);
}

static lka_status read_header(struct lka_tensor_file *file, struct lka_error *error)
{
    uint64_t size = 0;
    if (file->length < 8) {
        return refuse(file, error, "it is shorter than 8 bytes");
    }
    memcpy(&size, file->bytes, 8);
    if (size > LKA_TENSOR_HEADER_MOST || size > file->length - 8 || (size & 7) != 0) {
        return refuse(file, error, "the length of its header is impossible");
    }
    file->data_at = 8 + (size_t)size;
    LKA_TRY(lka_json_read((const char *)file->bytes + 8, (size_t)size, JSON_REJECT_DUPLICATES, &file->header, error));
    if (!file->header) {
        return refuse(file, error, "its header is no JSON, or has a key twice");
    }
    if (!json_is_object(file->header)) {
        return refuse(file, error, "its header is no object");
    }
    return read_entries(file, error);
}

/* ---- the checksum ----------------------------------------------------------------------------- */

lka_status lka_tensor_file_verify(const struct lka_tensor_file *file, struct lka_error *error)
{
    size_t start = strlen(LKA_TENSOR_PREFIX);
    const char *header = (const char *)file->bytes + 8;
    if (file->data_at - 8 < start + 32 || memcmp(header, LKA_TENSOR_PREFIX, start) != 0) {
        return refuse(file, error, "it has no checksum at its head");
    }
    char sum[33];
    LKA_TRY(lka_tensor_checksum(header, file->data_at - 8, file->bytes + file->data_at, file->length - file->data_at,
                                sum, error));
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION /* a fuzzer can't guess a checksum, and is to see what lies behind it */
    return LKA_OK;
#else
    bool same = memcmp(sum, header + start, 32) == 0;
    return same ? LKA_OK : refuse(file, error, "its checksum is wrong: it was changed after it was written");
#endif
}

/* ---- opening ---------------------------------------------------------------------------------- */

lka_status lka_tensor_file_from(const void *bytes, size_t length, const char *name, struct lka_tensor_file **file,
                                struct lka_error *error)
{
    *file = NULL;
    struct lka_tensor_file *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->bytes = bytes;
    made->length = length;
    made->name = lka_copy_string(name);
    lka_status status = made->name ? read_header(made, error) : lka_fail_memory(error, strlen(name));
    if (status != LKA_OK) {
        lka_tensor_file_close(made);
        return status;
    }
    *file = made;
    return LKA_OK;
}

lka_status lka_tensor_file_open(const char *path, struct lka_tensor_file **file, struct lka_error *error)
{
    unsigned char *bytes;
    size_t length;
    bool absent;
    *file = NULL;
    LKA_TRY(lka_whole_file_read(path, "a model", &bytes, &length, &absent, error));
    lka_status status = length < 8 ? lka_fail_at(error, LKA_DATA, path, 0, 0,
                                                 "is no whole lookalike model: it is shorter than 8 bytes")
                                   : lka_tensor_file_from(bytes, length, path, file, error);
    if (status != LKA_OK) {
        lka_free(bytes);
        return status;
    }
    (*file)->owned = bytes;
    return LKA_OK;
}

void lka_tensor_file_close(struct lka_tensor_file *file)
{
    if (!file) {
        return;
    }
    lka_free(file->owned);
    json_decref(file->header);
    lka_free(file->entries);
    lka_free(file->name);
    lka_free(file);
}

/* ---- asking ----------------------------------------------------------------------------------- */

const char *lka_tensor_file_name(const struct lka_tensor_file *file)
{
    return file->name;
}

const char *lka_tensor_file_text(const struct lka_tensor_file *file, const char *key)
{
    return json_string_value(json_object_get(json_object_get(file->header, "__metadata__"), key));
}

lka_status lka_tensor_file_get(const struct lka_tensor_file *file, const char *name, enum lka_tensor_type type,
                               struct lka_tensor *tensor, struct lka_error *error)
{
    for (size_t i = 0; i < file->count; i++) {
        const struct entry *entry = &file->entries[i];
        if (strcmp(entry->name, name) == 0 && entry->type == type) {
            *tensor = (struct lka_tensor){type, entry->rows, entry->columns,
                                          file->bytes + file->data_at + entry->begin};
            return LKA_OK;
        }
    }
    return lka_fail_at(error, LKA_DATA, file->name, 0, 0,
                       "is no whole lookalike model: tensor \"%.100s\" of type %s is missing", name,
                       lka_tensor_type_name(type));
}

void lka_tensor_file_hash(const struct lka_tensor_file *file, char hex[33])
{
    lka_hash128_bytes(file->bytes, file->length, hex);
}
