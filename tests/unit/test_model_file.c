/* The model file: what is saved is what is loaded, and nothing that was cut, changed or made up is taken for a model. */
#include "trained_by_hand.h"
#include "run_suite.h"

#include "train/tensor_file.h"

#include <pthread.h>
#include <stdatomic.h>

static char *bytes;
static size_t length;

static void start_with_model(void)
{
    start_train();
    ck_assert_msg(TRAIN(NULL, "family=centroid", "set=centroid.metric=cosine") == LKA_OK, "%s", error.message);
    FILE *file = fopen(path_of("model.safetensors"), "rb");
    bytes = malloc(1 << 22);
    length = fread(bytes, 1, 1 << 22, file);
    fclose(file);
}

static void end_with_model(void)
{
    free(bytes);
    remove_folder();
}

static void expect_refusal(const void *altered, size_t size, const char *part)
{
    struct lka_model *model = NULL;
    const char *path = write_bytes("altered.safetensors", altered, size);
    ck_assert_int_eq(lka_model_open(path, &model, &error), LKA_DATA);
    ck_assert_ptr_null(model);
    ck_assert_msg(strstr(error.message, part) != NULL, "\"%s\" is not in \"%s\"", part, error.message);
}

START_TEST(saving_what_was_loaded_gives_the_same_file)
{
    struct lka_model *model;
    ck_assert_int_eq(lka_model_open(path_of("model.safetensors"), &model, &error), LKA_OK);
    ck_assert_int_eq(lka_model_save(model, path_of("again.safetensors"), &error), LKA_OK);
    lka_model_close(model);
    FILE *file = fopen(path_of("again.safetensors"), "rb");
    char *again = malloc(1 << 22);
    ck_assert_uint_eq(fread(again, 1, 1 << 22, file), length);
    fclose(file);
    ck_assert_mem_eq(again, bytes, length);
    free(again);
}
END_TEST

START_TEST(a_file_cut_anywhere_is_refused)
{
    for (size_t size = 0; size < length; size += 1 + size / 7) {
        expect_refusal(bytes, size, "is no whole lookalike model");
    }
    bytes[length] = 0;
    expect_refusal(bytes, length + 1, "bytes at its end");
}
END_TEST

static void *overwrite(void *stop)
{
    while (!atomic_load((atomic_bool *)stop)) {
        write_bytes("written.safetensors", bytes, length);
    }
    return NULL;
}

/* Cut to nothing and written again, all the time: of a mapped file that kills the reader. */
START_TEST(a_file_that_is_overwritten_is_whole_or_refused)
{
    pthread_t writer;
    atomic_bool stop = false;
    write_bytes("written.safetensors", bytes, length);
    ck_assert_int_eq(pthread_create(&writer, NULL, overwrite, &stop), 0);
    for (int i = 0; i < 500; i++) {
        struct lka_model *model;
        lka_status status = lka_model_open(path_of("written.safetensors"), &model, &error);
        ck_assert_msg(status == LKA_OK || status == LKA_DATA, "%s", error.message);
        lka_model_close(model);
    }
    atomic_store(&stop, true);
    pthread_join(writer, NULL);
}
END_TEST

START_TEST(a_flipped_bit_is_refused)
{
    for (size_t at = 8; at < length; at += 97) {
        bytes[at] ^= 4;
        expect_refusal(bytes, length, "is no whole lookalike model");
        bytes[at] ^= 4;
    }
}
END_TEST

/* A whole file of so much header and data. */
static void expect_header(const char *header, size_t data, const char *part)
{
    char file[512] = {0};
    uint64_t size = (strlen(header) + 7) / 8 * 8;
    memcpy(file, &size, 8);
    memset(file + 8, ' ', size);
    memcpy(file + 8, header, strlen(header));
    expect_refusal(file, 8 + size + data, part);
}

START_TEST(headers_that_are_made_up_are_refused)
{
    expect_header("[]", 0, "is no object");
    expect_header("{", 0, "no JSON");
    expect_header("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},\"a\":1}", 8, "a key twice");
    expect_header("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8],\"x\":1}}", 8,
                  "{dtype, shape, data_offsets}");
    expect_header("{\"a\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]}}", 8, "unknown type");
    expect_header("{\"a\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "do not fit its shape");
    expect_header("{\"a\":{\"dtype\":\"F64\",\"shape\":[4294967295,4294967295],\"data_offsets\":[0,8]}}", 8,
                  "do not fit");
    expect_header("{\"a\":{\"dtype\":\"F64\",\"shape\":[-1],\"data_offsets\":[0,8]}}", 8, "out of range");
    expect_header("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}", 8, "overlap, or leave a hole");
    expect_header("{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}", 9, "bytes at its end");
    expect_header("{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}", 8, "no \"lookalike.format\"");
    expect_header("{\"__metadata__\":{\"lookalike.format\":\"1\"}}", 0, "no checksum");
}
END_TEST

/* A model of nothing but keys: what stops it being read. */
static const char *refusal_of(const char *seed_members)
{
    char keys[512];
    struct lka_tensor_list *list;
    struct lka_model *model;
    snprintf(keys, sizeof keys,
             "{\"seed\":\"%016d\",\"fold\":\"%016d\",\"sample\":\"%016d\",\"sample_threshold\":\"%016d\","
             "\"id_column\":\"id\",\"seeds_id_column\":\"id\",\"members\":10%s}",
             0, 0, 0, 0, seed_members);
    ck_assert_int_eq(lka_tensor_list_new(&list, &error), LKA_OK);
    ck_assert_int_eq(lka_tensor_list_text(list, "lookalike.format", "1", &error), LKA_OK);
    ck_assert_int_eq(lka_tensor_list_text(list, "keys", keys, &error), LKA_OK);
    ck_assert_int_eq(lka_tensor_list_write(list, path_of("keys.safetensors"), &error), LKA_OK);
    lka_tensor_list_free(list);
    ck_assert_int_eq(lka_model_open(path_of("keys.safetensors"), &model, &error), LKA_DATA);
    return error.message;
}

START_TEST(members_are_counted_in_whole_numbers)
{
    const char *const wrong[] = {"5", "20", "-10", "10.0", "1e1", "null", "true", "\"10\"", "[10]", "0"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char key[64];
        snprintf(key, sizeof key, ",\"seed_members\":%s", wrong[i]);
        ck_assert_ptr_nonnull(strstr(refusal_of(key), "its keys are incomplete or out of range"));
    }
    ck_assert_ptr_nonnull(strstr(refusal_of(",\"seed_members\":10"), "its metadata has no \"family\""));
    ck_assert_ptr_nonnull(strstr(refusal_of(""), "its metadata has no \"family\""));
}
END_TEST

START_TEST(a_newer_format_says_so)
{
    /* The checksum is made again, as a newer version would. */
    struct lka_tensor_list *list;
    ck_assert_int_eq(lka_tensor_list_new(&list, &error), LKA_OK);
    ck_assert_int_eq(lka_tensor_list_text(list, "lookalike.format", "2", &error), LKA_OK);
    ck_assert_int_eq(lka_tensor_list_write(list, path_of("newer.safetensors"), &error), LKA_OK);
    lka_tensor_list_free(list);
    struct lka_model *model;
    ck_assert_int_eq(lka_model_open(path_of("newer.safetensors"), &model, &error), LKA_DATA);
    ck_assert_str_eq(error.message, "has format 2 and this version of lookalike reads up to 1; use a newer one");
}
END_TEST

START_TEST(no_identifier_is_in_it)
{
    char text[16];
    for (size_t i = 0; i < 120; i++) {
        snprintf(text, sizeof text, "C%zu@", i);
        ck_assert_ptr_null(memmem(bytes, length, text, strlen(text)));
    }
    ck_assert_ptr_null(memmem(bytes, length, "example.org", 11));
}
END_TEST

START_TEST(what_cannot_be_opened_is_a_usage_error)
{
    struct lka_model *model;
    ck_assert_int_eq(lka_model_open(path_of("absent"), &model, &error), LKA_USAGE);
    ck_assert_int_eq(lka_model_open(folder, &model, &error), LKA_USAGE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model file");
    TCase *tests = tcase_create("model file");
    tcase_add_checked_fixture(tests, start_with_model, end_with_model);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, saving_what_was_loaded_gives_the_same_file);
    tcase_add_test(tests, a_file_cut_anywhere_is_refused);
    tcase_add_test(tests, a_file_that_is_overwritten_is_whole_or_refused);
    tcase_add_test(tests, a_flipped_bit_is_refused);
    tcase_add_test(tests, headers_that_are_made_up_are_refused);
    tcase_add_test(tests, members_are_counted_in_whole_numbers);
    tcase_add_test(tests, a_newer_format_says_so);
    tcase_add_test(tests, no_identifier_is_in_it);
    tcase_add_test(tests, what_cannot_be_opened_is_a_usage_error);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
