#include "tensors.h"

#include <stdlib.h>
#include <string.h>

/* A shape that was tampered with may claim more than there was: what a family reads then must at least be memory. */
enum { ROOM = 1 << 16 };

size_t tensor_bytes(struct lka_tensor tensor)
{
    static const size_t width[] = {
        [LKA_TENSOR_F64] = 8, [LKA_TENSOR_U32] = 4, [LKA_TENSOR_U16] = 2, [LKA_TENSOR_U8] = 1};
    return tensor.rows * tensor.columns * width[tensor.type];
}

static lka_status put(void *user, const char *name, struct lka_tensor tensor, struct lka_error *error)
{
    struct tensors *tensors = user;
    size_t bytes = tensor_bytes(tensor);
    if (tensors->count == MOST_TENSORS) {
        return lka_fail(error, LKA_DATA, "more than %d tensors", MOST_TENSORS);
    }
    struct kept *kept = &tensors->items[tensors->count++];
    char *data = calloc(1, bytes + ROOM);
    if (bytes > 0) {
        memcpy(data, tensor.data, bytes);
    }
    *kept = (struct kept){strdup(name), tensor};
    kept->tensor.data = data;
    return LKA_OK;
}

static lka_status get(const void *user, const char *name, enum lka_tensor_type type, struct lka_tensor *tensor,
                      struct lka_error *error)
{
    const struct tensors *tensors = user;
    for (size_t i = 0; i < tensors->count; i++) {
        if (strcmp(tensors->items[i].name, name) == 0 && tensors->items[i].tensor.type == type) {
            *tensor = tensors->items[i].tensor;
            return LKA_OK;
        }
    }
    return lka_fail(error, LKA_DATA, "no tensor \"%s\" of that type", name);
}

struct lka_tensor_sink tensors_sink(struct tensors *tensors)
{
    *tensors = (struct tensors){0};
    return (struct lka_tensor_sink){tensors, put};
}

struct lka_tensor_store tensors_store(const struct tensors *tensors)
{
    return (struct lka_tensor_store){tensors, get};
}

void tensors_copy(struct tensors *to, const struct tensors *from)
{
    struct lka_tensor_sink sink = tensors_sink(to);
    for (size_t i = 0; i < from->count; i++) {
        if (sink.put(sink.user, from->items[i].name, from->items[i].tensor, NULL) != LKA_OK) {
            abort();
        }
    }
}

bool tensors_equal(const struct tensors *a, const struct tensors *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; i < a->count && equal; i++) {
        struct lka_tensor x = a->items[i].tensor;
        struct lka_tensor y = b->items[i].tensor;
        equal = strcmp(a->items[i].name, b->items[i].name) == 0 && x.type == y.type && x.rows == y.rows &&
                x.columns == y.columns && memcmp(x.data, y.data, tensor_bytes(x)) == 0;
    }
    return equal;
}

void tensors_remove(struct tensors *tensors, size_t index)
{
    free(tensors->items[index].name);
    free((void *)(uintptr_t)tensors->items[index].tensor.data);
    tensors->count--;
    memmove(&tensors->items[index], &tensors->items[index + 1], (tensors->count - index) * sizeof *tensors->items);
}

void tensors_free(struct tensors *tensors)
{
    while (tensors->count > 0) {
        tensors_remove(tensors, tensors->count - 1);
    }
}
