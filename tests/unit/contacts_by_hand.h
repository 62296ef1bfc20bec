/* tests/unit/contacts_by_hand.h: a CRM with a planted reach, and a pool with its truth.
 *
 * Response depends on age times visits, which no additive family can express. The young are reached far more often, and
 * the prospects are older: a model that is fitted for those who were reached learns the slopes of the young, which are
 * the wrong ones for the pool. `origin` tells the CRM from the pool and nothing else.
 */
#ifndef LKA_TESTS_CONTACTS_BY_HAND_H
#define LKA_TESTS_CONTACTS_BY_HAND_H

#include "trained_by_hand.h"

struct person {
    double age;
    double visits;
    const char *city;
    const char *origin;
    bool responds;
    bool reached;
};

static inline double chance_of(double log_odds)
{
    return 1 / (1 + exp(-log_odds));
}

static inline struct person draw_person(uint64_t stream, size_t number, bool prospect)
{
    static const char *const cities[] = {"Lyon", "Lille", "Nantes", "Nice"};
    struct lka_random random = lka_random_start(stream, number);
    double age = lka_random_normal(&random);
    double visits = lka_random_normal(&random);
    size_t city = lka_random_below(&random, 4);
    age += prospect ? .35 : 0;
    struct person person = {.age = 45 + 12 * age, .visits = 20 + 5 * visits, .city = cities[city]};
    person.origin = lka_random_uniform(&random) < (prospect ? .75 : .25) ? "web" : "shop";
    person.responds = lka_random_uniform(&random) < chance_of(-3.6 + .9 * age * visits + (city == 0 ? .8 : 0));
    person.reached = lka_random_uniform(&random) < chance_of(.4 - 1.3 * age);
    return person;
}

static inline const char *group_of(const struct person *person)
{
    return !person->reached ? "unreached" : person->responds ? "reactivated" : "silent";
}

static inline FILE *start_contacts(const char *name)
{
    FILE *file = fopen(path_of(name), "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "contact_id,group,features_as_of,weight,age,visits,city,origin\n");
    return file;
}

static inline void write_contact(FILE *file, size_t number, const struct person *person)
{
    fprintf(file, "C%zu,%s,2024-03-0%zu,1,%.1f,%.1f,%s,%s\n", number, group_of(person), 1 + number % 9, person->age,
            person->visits, person->city, person->origin);
}

static inline void write_contacts(const char *name, uint64_t stream, size_t count)
{
    FILE *file = start_contacts(name);
    for (size_t i = 0; i < count; i++) {
        struct person person = draw_person(stream, i, false);
        write_contact(file, i, &person);
    }
    fclose(file);
}

/* The same people, reached as those are; but what they answer to has the logistic family's form, whatever their age. */
static inline void write_straight_contacts(const char *name, uint64_t stream, size_t count)
{
    FILE *file = start_contacts(name);
    for (size_t i = 0; i < count; i++) {
        struct person person = draw_person(stream, i, false);
        struct lka_random random = lka_random_start(~stream, i);
        person.responds = lka_random_uniform(&random) < chance_of(-2.6 + .2 * (person.visits - 20));
        write_contact(file, i, &person);
    }
    fclose(file);
}

static inline void write_prospects(uint64_t stream, size_t count)
{
    FILE *pool = fopen(path_of("pool.csv"), "w");
    FILE *truth = fopen(path_of("truth.csv"), "w");
    ck_assert(pool && truth);
    fprintf(pool, "prospect_id,age,visits,city,origin\n");
    fprintf(truth, "prospect_id,label\n");
    for (size_t i = 0; i < count; i++) {
        struct person person = draw_person(stream, i, true);
        fprintf(pool, "P%zu,%.1f,%.1f,%s,%s\n", i, person.age, person.visits, person.city, person.origin);
        fprintf(truth, "P%zu,%d\n", i, person.responds);
    }
    fclose(pool);
    fclose(truth);
}

/* Of a training on crm.csv. `settings`: "key=value" after "key=value", NULL at the end. */
static inline struct lka_options *crm_options(bool with_pool, const char *const *settings)
{
    struct lka_options *options;
    ck_assert_int_eq(lka_options_new(&lka_train_params, &options, &error), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "crm", path_of("crm.csv"), &error), LKA_OK);
    ck_assert_int_eq(lka_options_set(options, "model", path_of("model.safetensors"), &error), LKA_OK);
    if (with_pool) {
        ck_assert_int_eq(lka_options_set(options, "pool", path_of("pool.csv"), &error), LKA_OK);
    }
    for (; *settings; settings++) {
        char pair[128];
        snprintf(pair, sizeof pair, "%s", *settings);
        char *value = strchr(pair, '=');
        *value++ = '\0';
        ck_assert_msg(lka_options_set(options, pair, value, &error) == LKA_OK, "%s", error.message);
    }
    return options;
}

static inline lka_status train_crm(json_t **document, bool with_pool, const char *const *settings)
{
    struct lka_options *options = crm_options(with_pool, settings);
    char *summary = NULL;
    lka_status status = lka_train(options, NULL, &summary, &error);
    if (document) {
        *document = summary ? json_loads(summary, 0, NULL) : NULL;
    }
    lka_free(summary);
    lka_options_free(options);
    return status;
}

#define TRAIN_CRM(document, ...) train_crm((document), true, (const char *const[]){__VA_ARGS__, NULL})
#define TRAIN_CRM_ALONE(document, ...) train_crm((document), false, (const char *const[]){__VA_ARGS__, NULL})

#endif
