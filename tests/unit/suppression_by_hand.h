/* tests/unit/suppression_by_hand.h: objections imported into a workspace of the test's own, and asked for. */
#ifndef LKA_TESTS_SUPPRESSION_BY_HAND_H
#define LKA_TESTS_SUPPRESSION_BY_HAND_H

#include "eligibility/suppression.h"
#include "lookalike/eligibility.h"
#include "store_by_hand.h"

static struct lka_error error;

/* Options of a table as "key=value", ended by NULL; the workspace is `path`. */
static inline struct lka_options *options_of(const struct lka_param_table *table, const char *const *settings)
{
    struct lka_options *options;
    must(lka_options_new(table, &options, NULL));
    must(lka_options_set(options, "workspace", path, NULL));
    for (size_t i = 0; settings[i]; i++) {
        char key[32] = "";
        const char *equals = strchr(settings[i], '=');
        memcpy(key, settings[i], (size_t)(equals - settings[i]));
        lka_status status = lka_options_set(options, key, equals + 1, &error);
        ck_assert_msg(status == LKA_OK, "%s", error.message);
    }
    return options;
}

static inline lka_status import_with(const char *const *settings)
{
    struct lka_options *options = options_of(&lka_suppress_import_params, settings);
    char *summary = NULL;
    lka_status status = lka_suppress_import(options, NULL, &summary, &error);
    ck_assert_int_eq(summary != NULL, status == LKA_OK);
    lka_free(summary);
    lka_options_free(options);
    return status;
}

/* Imports a table of this text. */
static inline lka_status import_text(const char *text)
{
    char file[300];
    snprintf(file, sizeof file, "file=%s", write_file("objections.csv", text));
    const char *const settings[] = {file, "date=2026-11-24", NULL};
    return import_with(settings);
}

static inline void must_import(const char *text)
{
    lka_status status = import_text(text);
    ck_assert_msg(status == LKA_OK, "%s: %s", error.file, error.message);
}

/* How many entries the list has; -1 if it cannot be opened, and the reason is in `error`. */
static inline int64_t entries_in_list(void)
{
    struct lka_suppression *list;
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_READ);
    lka_status status = lka_suppression_open(workspace, &list, &error);
    int64_t count = status == LKA_OK ? (int64_t)lka_suppression_count(list) : -1;
    ck_assert_int_eq(list == NULL, count < 0);
    lka_suppression_close(list);
    lka_workspace_close(workspace);
    return count;
}

#endif
