/* contract/tensors.h: a model's tensors in memory, as the model file would keep them, and as a forger would leave
 * them. */
#ifndef CONTRACT_TENSORS_H
#define CONTRACT_TENSORS_H

#include "models/model_family.h"

enum { MOST_TENSORS = 64 };

struct kept {
    char *name;
    struct lka_tensor tensor; /* its data is ours, with zeroed room behind it */
};

struct tensors {
    struct kept items[MOST_TENSORS];
    size_t count;
};

struct lka_tensor_sink tensors_sink(struct tensors *tensors);
struct lka_tensor_store tensors_store(const struct tensors *tensors);
void tensors_copy(struct tensors *to, const struct tensors *from);
bool tensors_equal(const struct tensors *a, const struct tensors *b);
void tensors_remove(struct tensors *tensors, size_t index);
void tensors_free(struct tensors *tensors);
size_t tensor_bytes(struct lka_tensor tensor);

#endif
