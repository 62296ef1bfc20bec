#include "candidates.h"

#include "base/parameters.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct candidate candidates[MOST_CANDIDATES];
int candidate_count;

static struct candidate *add(const struct lka_model_family *family, const char *setting)
{
    if (candidate_count == MOST_CANDIDATES) {
        fprintf(stderr, "contract: more than %d settings\n", MOST_CANDIDATES);
        exit(2);
    }
    struct candidate *candidate = &candidates[candidate_count++];
    candidate->family = family;
    snprintf(candidate->setting, sizeof candidate->setting, "%s", setting);
    return candidate;
}

static void add_choices(const struct lka_model_family *family, const struct lka_param *param)
{
    for (const char *at = param->choices; *at;) {
        size_t length = strcspn(at, "|");
        bool is_default = strlen(param->initial) == length && strncmp(param->initial, at, length) == 0;
        if (!is_default) {
            char setting[120];
            snprintf(setting, sizeof setting, "%s=%.*s", param->key, (int)length, at);
            add(family, setting);
        }
        at += length + (at[length] == '|');
    }
}

static void add_family(const struct lka_model_family *family)
{
    add(family, "");
    for (size_t p = 0; p < family->params->count; p++) {
        const struct lka_param *param = &family->params->params[p];
        if (param->type == LKA_PARAM_CHOICE) {
            add_choices(family, param);
        } else if (param->type == LKA_PARAM_FLAG) {
            char setting[120];
            bool on = param->initial && strcmp(param->initial, "true") == 0;
            snprintf(setting, sizeof setting, "%s=%s", param->key, on ? "false" : "true");
            add(family, setting);
        }
    }
    for (const char *const *setting = family->search; setting && *setting; setting++) {
        add(family, *setting)->searched = true;
    }
}

void candidates_list(void)
{
    candidate_count = 0;
    for (size_t f = 0; f < lka_family_count; f++) {
        add_family(lka_families[f]);
    }
}

struct lka_options *candidate_options(const struct candidate *candidate)
{
    struct lka_options *options;
    struct lka_error error;
    ck_assert_int_eq(lka_options_new(candidate->family->params, &options, &error), LKA_OK);
    char text[120];
    char *place = NULL;
    snprintf(text, sizeof text, "%s", candidate->setting);
    for (char *pair = strtok_r(text, ",", &place); pair; pair = strtok_r(NULL, ",", &place)) {
        char *equals = strchr(pair, '=');
        ck_assert_msg(equals, "%s: \"%s\" is no key=value", candidate->family->name, pair);
        *equals = '\0';
        lka_status status = lka_options_set(options, pair, equals + 1, &error);
        ck_assert_msg(status == LKA_OK, "%s: %s", candidate->family->name, error.message);
    }
    return options;
}

struct lka_family_model *candidate_fit(const struct candidate *candidate, const struct lka_fit_input *input)
{
    struct lka_options *options = candidate_options(candidate);
    struct lka_fit_input with_options = *input;
    with_options.options = lka_options_values(options);
    struct lka_family_model *model = NULL;
    struct lka_fit_info info = {0};
    struct lka_error error = {0};
    lka_status status = candidate->family->fit(&with_options, &model, &info, &error);
    ck_assert_msg(status == LKA_OK, "%s %s: %s", candidate->family->name, candidate->setting, error.message);
    ck_assert_ptr_nonnull(model);
    ck_assert_ptr_eq(model->family, candidate->family);
    lka_options_free(options);
    return model;
}

struct lka_family_model *candidate_fit_people(const struct candidate *candidate, const struct people *people)
{
    struct lka_fit_input input = people_input(people, NULL);
    return candidate_fit(candidate, &input);
}

void candidate_save(const struct candidate *candidate, const struct lka_family_model *model, struct tensors *tensors)
{
    struct lka_tensor_sink sink = tensors_sink(tensors);
    struct lka_error error = {0};
    lka_status status = candidate->family->save(model, &sink, &error);
    ck_assert_msg(status == LKA_OK, "%s %s: %s", candidate->family->name, candidate->setting, error.message);
}

struct lka_family_model *candidate_load(const struct candidate *candidate, const struct lka_space *space,
                                        const struct tensors *tensors)
{
    struct lka_tensor_store store = tensors_store(tensors);
    struct lka_family_model *model = NULL;
    struct lka_error error = {0};
    lka_status status = candidate->family->load(space, &store, &model, &error);
    ck_assert_msg(status == LKA_OK, "%s %s: %s", candidate->family->name, candidate->setting, error.message);
    return model;
}

double *candidate_score(const struct candidate *candidate, const struct lka_family_model *model,
                        const struct lka_block *block)
{
    struct lka_arena scratch = {0};
    struct lka_error error = {0};
    double *scores = calloc(block->count, sizeof *scores);
    lka_status status = candidate->family->score_block(model, block, &scratch, scores, &error);
    ck_assert_msg(status == LKA_OK, "%s %s: %s", candidate->family->name, candidate->setting, error.message);
    lka_arena_release(&scratch);
    return scores;
}
