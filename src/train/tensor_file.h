/* train/tensor_file.h: safetensors, read and written: one JSON header, then raw little-endian tensors, taken as they
 * are (https://github.com/huggingface/safetensors, format of 0.3 and later).
 *
 *     u64 length of the header | header, padded with spaces to 8 | tensors, the widest elements first
 *
 * Written with a checksum over everything in the metadata key "checksum". Reading refuses what is truncated, has
 * duplicate keys, holes, overlaps, shapes that do not fit, or another checksum.
 */
#ifndef LKA_TRAIN_TENSOR_FILE_H
#define LKA_TRAIN_TENSOR_FILE_H

#include "models/model_family.h"
#include "source/output.h"

struct lka_tensor_file;

/* Reads a file, and checks all but its checksum. LKA_USAGE if it can't be opened; LKA_DATA for what is refused. */
lka_status lka_tensor_file_open(const char *path, struct lka_tensor_file **file, struct lka_error *error);
/* The same from bytes that stay the caller's and outlive the file; `name` is for messages. */
lka_status lka_tensor_file_from(const void *bytes, size_t length, const char *name, struct lka_tensor_file **file,
                                struct lka_error *error);
void lka_tensor_file_close(struct lka_tensor_file *file); /* NULL is fine */

/* LKA_DATA if the checksum is another: apart, so that a file of a newer format can be told from a damaged one. */
lka_status lka_tensor_file_verify(const struct lka_tensor_file *file, struct lka_error *error);

/* A text of __metadata__; NULL if it is absent. */
const char *lka_tensor_file_text(const struct lka_tensor_file *file, const char *key);
/* A tensor's data: borrowed from the file, 8-aligned. LKA_DATA if absent or of another type. */
lka_status lka_tensor_file_get(const struct lka_tensor_file *file, const char *name, enum lka_tensor_type type,
                               struct lka_tensor *tensor, struct lka_error *error);
const char *lka_tensor_file_name(const struct lka_tensor_file *file);
/* XXH3-128 of the whole file. */
void lka_tensor_file_hash(const struct lka_tensor_file *file, char hex[33]);

/* What is to be written. Copies what it is given. */
struct lka_tensor_list;
lka_status lka_tensor_list_new(struct lka_tensor_list **list, struct lka_error *error);
void lka_tensor_list_free(struct lka_tensor_list *list);
lka_status lka_tensor_list_put(struct lka_tensor_list *list, const char *name, struct lka_tensor tensor,
                               struct lka_error *error);
lka_status lka_tensor_list_text(struct lka_tensor_list *list, const char *key, const char *text,
                                struct lka_error *error);
lka_status lka_tensor_list_write(struct lka_tensor_list *list, const char *path, struct lka_error *error);
/* Everything but putting it into place, which lka_output_commit does. */
lka_status lka_tensor_list_prepare(struct lka_tensor_list *list, const char *path, struct lka_output **output,
                                   struct lka_error *error);

#endif
