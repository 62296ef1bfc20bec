/* Any bytes as a model file: refused with an error, or a model that can be closed. */
#include "train/model.h"

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count;
    (void)arguments;
    lka_init();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lka_model *model = NULL;
    struct lka_error error = {0};
    /* A mapped file is page-aligned; malloc's memory is aligned to 16. */
    char *copy = lka_copy_text((const char *)data, size);
    if (copy && lka_model_read(copy, size, "fuzz", &model, &error) == LKA_OK) {
        lka_model_close(model);
    }
    lka_free(copy);
    return 0;
}
