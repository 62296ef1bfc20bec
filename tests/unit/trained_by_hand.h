/* tests/unit/trained_by_hand.h: seeds and a pool made here, and a training on them. */
#ifndef LKA_TESTS_TRAINED_BY_HAND_H
#define LKA_TESTS_TRAINED_BY_HAND_H

#include "base/random.h"
#include "files_by_hand.h"
#include "train/model.h"
#include "train/train.h"

#include <math.h>

static struct lka_error error;

/* Seeds are older and like the letter A; with `label`, the pool's rows say who was drawn like them. */
static inline void append_person(FILE *file, const char *id, size_t number, bool alike)
{
    static const char *const letters[] = {"A", "B", "C", "D"};
    struct lka_random random = lka_random_start(alike ? 7 : 8, number);
    double age = (alike ? 55 : 45) + 10 * lka_random_normal(&random);
    bool first = lka_random_uniform(&random) < (alike ? .6 : .3);
    const char *letter = first ? letters[0] : letters[1 + lka_random_below(&random, 3)];
    fprintf(file, "%s%zu,%s%zu@example.org,%.0f,%s,%.3f\n", id, number, id, number, age, letter,
            lka_random_uniform(&random));
}

static inline void write_people(const char *name, const char *id_column, const char *id, size_t count, double alike)
{
    FILE *file = fopen(path_of(name), "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "%s,email,age,letter,noise\n", id_column);
    for (size_t i = 0; i < count; i++) {
        append_person(file, id, i, (double)i < alike * (double)count);
    }
    fclose(file);
}

/* "key=value" after "key=value", NULL at the end. */
static inline struct lka_options *train_options(const char *const *settings)
{
    struct lka_options *options;
    ck_assert_int_eq(lka_options_new(&lka_train_params, &options, &error), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "seeds", path_of("seeds.csv"), &error), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "pool", path_of("pool.csv"), &error), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "model", path_of("model.safetensors"), &error), LKA_OK);
    for (; *settings; settings++) {
        char pair[512];
        snprintf(pair, sizeof pair, "%s", *settings);
        char *value = strchr(pair, '=');
        *value++ = '\0';
        ck_assert_msg(lka_options_set(options, pair, value, &error) == LKA_OK, "%s", error.message);
    }
    return options;
}

/* The document is parsed for the caller to json_decref; NULL if training failed. */
static inline lka_status train_with(json_t **document, const char *const *settings)
{
    struct lka_options *options = train_options(settings);
    char *summary = NULL;
    lka_status status = lka_train(options, NULL, &summary, &error);
    if (document) {
        *document = summary ? json_loads(summary, 0, NULL) : NULL;
    }
    lka_free(summary);
    lka_options_free(options);
    return status;
}

#define TRAIN(document, ...) train_with((document), (const char *const[]){__VA_ARGS__, NULL})

static inline void start_train(void)
{
    lka_init();
    make_folder();
    write_people("seeds.csv", "contact_id", "C", 120, 1);
    write_people("pool.csv", "prospect_id", "P", 1500, .2);
}

#endif
