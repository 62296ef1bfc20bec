/* tests/unit/store_by_hand.h: a workspace in a folder of its own (files_by_hand.h). */
#ifndef LKA_TESTS_STORE_BY_HAND_H
#define LKA_TESTS_STORE_BY_HAND_H

#include "files_by_hand.h"
#include "store/workspace.h"

static char path[96]; /* of the workspace; absent at first */

static inline void start_store(void)
{
    lka_init();
    make_folder();
    snprintf(path, sizeof path, "%s/ws", folder);
}

static inline void end_store(void)
{
    chmod(path, 0700);
    remove_folder();
}

static inline struct lka_workspace *open_workspace(enum lka_workspace_mode mode)
{
    struct lka_workspace *workspace;
    struct lka_error error = {0};
    lka_status status = lka_workspace_open(path, mode, NULL, &workspace, &error);
    ck_assert_msg(status == LKA_OK, "%s: %s", error.file, error.message);
    return workspace;
}

static inline void expect_refusal(enum lka_workspace_mode mode, const char *words)
{
    struct lka_workspace *workspace;
    struct lka_error error = {0};
    ck_assert_int_eq(lka_workspace_open(path, mode, NULL, &workspace, &error), LKA_USAGE);
    ck_assert_msg(strstr(error.message, words), "\"%s\" is not in: %s", words, error.message);
    ck_assert_ptr_null(workspace);
}

/* Ours and the system's functions alike: 0 is good. */
#define must(call) ck_assert_int_eq((int)(call), 0)

static inline void execute(const char *sql)
{
    struct lka_workspace *workspace = open_workspace(LKA_WORKSPACE_WRITE);
    must(lka_workspace_execute(workspace, sql, NULL));
    lka_workspace_close(workspace);
}

static inline int64_t count_of(struct lka_workspace *workspace, const char *sql)
{
    struct lka_statement *statement;
    bool row;
    must(lka_statement_new(workspace, sql, &statement, NULL));
    must(lka_statement_step(statement, &row, NULL));
    int64_t count = lka_column_integer(statement, 0);
    lka_statement_free(statement);
    return count;
}

#endif
