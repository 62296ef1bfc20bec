/* tests/unit/stage_by_hand.h: running a stage with settings as one writes them: {"events=events.csv", "as-of=2024-03-01"}.
 * Files and directories are those of the folder, unless they begin with a slash or are "-". */
#ifndef LKA_TESTS_STAGE_BY_HAND_H
#define LKA_TESTS_STAGE_BY_HAND_H

#include "base/parameters.h"
#include "files_by_hand.h"

#include <jansson.h>

typedef lka_status stage_command(const struct lka_options *options, const struct lka_session *session, char **summary,
                                 struct lka_error *error);

static inline bool is_in_folder(const struct lka_param *param, const char *value)
{
    bool path = param && param->unit && (strcmp(param->unit, "FILE") == 0 || strcmp(param->unit, "DIR") == 0);
    return path && value[0] != '/' && strcmp(value, "-") != 0;
}

static inline lka_status set_one(struct lka_options *options, const char *setting, struct lka_error *error)
{
    char key[64];
    const char *value = strchr(setting, '=') + 1;
    snprintf(key, sizeof key, "%.*s", (int)(value - setting - 1), setting);
    bool inside = is_in_folder(lka_param_find(lka_options_table(options), key), value);
    return lka_options_set(options, key, inside ? path_of(value) : value, error);
}

/* `settings`: NULL behind the last. NULL where one is refused, which `error` tells. */
static inline struct lka_options *options_with(const struct lka_param_table *table, const char *const *settings,
                                               lka_status *status, struct lka_error *error)
{
    struct lka_options *options = NULL;
    *status = lka_options_new(table, &options, error);
    for (size_t i = 0; settings[i] && *status == LKA_OK; i++) {
        *status = set_one(options, settings[i], error);
    }
    return options;
}

/* The same of one text, "prospects=100 dirty=.1", with files of the working directory. All must be right. */
static inline struct lka_options *options_of_text(const struct lka_param_table *table, const char *text)
{
    char copy[300];
    char *rest = NULL;
    struct lka_options *options = NULL;
    ck_assert_int_eq(lka_options_new(table, &options, NULL), LKA_OK);
    snprintf(copy, sizeof copy, "%s", text);
    for (char *setting = strtok_r(copy, " ", &rest); setting; setting = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(setting, '=');
        *value++ = '\0';
        ck_assert_int_eq(lka_options_set(options, setting, value, NULL), LKA_OK);
    }
    return options;
}

/* Runs and frees the options; the document, if one is asked for, is what was before, decref'ed, or NULL where it fails. */
static inline lka_status run_options(struct lka_options *options, stage_command *command, json_t **document,
                                     struct lka_error *error)
{
    char *summary = NULL;
    lka_status status = command(options, NULL, &summary, error);
    ck_assert_int_eq(summary != NULL, status == LKA_OK);
    if (document) {
        json_decref(*document);
        *document = summary ? json_loads(summary, 0, NULL) : NULL;
    }
    lka_free(summary);
    lka_options_free(options);
    return status;
}

static inline lka_status run_stage(const struct lka_param_table *table, stage_command *command,
                                   const char *const *settings, json_t **document, struct lka_error *error)
{
    lka_status status;
    struct lka_options *options = options_with(table, settings, &status, error);
    if (status == LKA_OK) {
        return run_options(options, command, document, error);
    }
    lka_options_free(options);
    return status;
}

#endif
