/* train/tensor_format.h: what the reader and the writer of tensor files share. */
#ifndef LKA_TRAIN_TENSOR_FORMAT_H
#define LKA_TRAIN_TENSOR_FORMAT_H

#include "models/model_family.h"

/* Every header starts so, and 32 hexadecimal digits follow: the checksum has one place. */
#define LKA_TENSOR_PREFIX "{\"__metadata__\":{\"checksum\":\""
enum { LKA_TENSOR_HEADER_MOST = 100000000 }; /* the format's own limit */

const char *lka_tensor_type_name(enum lka_tensor_type type); /* "F64" */
bool lka_tensor_type_find(const char *name, enum lka_tensor_type *type);
size_t lka_tensor_size(enum lka_tensor_type type); /* of one element */

/* XXH3-128 over the header with the checksum's digits as zeros, then the data. */
lka_status lka_tensor_checksum(const char *header, size_t header_length, const void *data, size_t data_length,
                               char hex[33], struct lka_error *error);

#endif
