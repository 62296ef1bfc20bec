/* `lookalike export --check`: a file for a platform, by whomever, row by row. */
#include "export/check.h"

#include "base/error.h"
#include "base/json.h"
#include "export/check_csv.h"
#include "export/check_json.h"
#include "export/layout.h"

/* ---- the file ------------------------------------------------------------------------------------------- */

static lka_status check_file(struct lka_checking *checking, const struct stat *facts, struct lka_error *error)
{
    const struct lka_platform_format *format = checking->format;
    bool json = format->kind == LKA_FORMAT_JSON; /* whose batches were looked at one by one */
    const struct lka_checked_place whole = {1, 0};
    checking->in_row = false;
    if (!json && format->rows > 0 && checking->row_count > format->rows) {
        LKA_TRY(lka_check_say(checking, whole, "", "refused", "more rows than one file may have", error));
    }
    if (!json && format->bytes > 0 && S_ISREG(facts->st_mode) && (uint64_t)facts->st_size > format->bytes) {
        LKA_TRY(lka_check_say(checking, whole, "", "refused", "more bytes than one file may have", error));
    }
    if (!checking->is_part && checking->options->operation == 0 &&
        checking->row_count - checking->bad_rows < checking->platform->minimum) {
        LKA_TRY(lka_check_say(checking, whole, "", "refused", "fewer good rows than the platform's minimum", error));
    }
    return LKA_OK;
}

static lka_status check_all(struct lka_checking *checking, const struct lka_session *session, struct lka_error *error)
{
    struct stat facts = {0};
    LKA_TRY(checking->format->kind == LKA_FORMAT_JSON ? lka_check_json(checking, session, error)
                                                      : lka_check_csv(checking, session, &facts, error));
    return check_file(checking, &facts, error);
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static lka_status open_all(struct lka_checking *checking, const struct lka_session *session, struct lka_error *error)
{
    const struct lka_export_options *options = checking->options;
    if (options->platform.count != 1 || options->audience) {
        return lka_fail(error, LKA_USAGE, "--check looks at one file for one --platform, and takes no --audience");
    }
    LKA_TRY(lka_rules_load("platform", options->platform.items[0], &checking->platform, error));
    LKA_TRY(lka_layout_check(checking->platform, error));
    LKA_TRY(lka_rules_accept(checking->platform, options->unverified, error));
    LKA_TRY(lka_rules_find_format(checking->platform, options->format, &checking->format, error));
    LKA_TRY(lka_checked_people_open(&checking->people, options, checking->platform, checking->format, session, error));
    LKA_TRY(lka_output_open(options->out ? options->out : "-", true, &checking->output, error));
    const char *header = checking->format->kind == LKA_FORMAT_JSON ? "batch,row,field,outcome,problem\n"
                                                                   : "line,column,field,outcome,problem\n";
    return lka_output_write(checking->output, header, strlen(header), error);
}

static lka_status finish(struct lka_checking *checking, char **summary, struct lka_error *error)
{
    struct lka_output *output = checking->output;
    checking->output = NULL;
    LKA_TRY(lka_output_commit(output, error));
    if (checking->problems > 0) {
        return lka_fail_at(error, LKA_DATA, checking->options->check, 0, 0,
                           "%llu problem%s for %s; in %llu of %llu rows", (unsigned long long)checking->problems,
                           checking->problems == 1 ? "" : "s", checking->platform->title,
                           (unsigned long long)checking->bad_rows, (unsigned long long)checking->row_count);
    }
    json_t *object = json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:i}", "schema", 1, "stage", "export check", "platform",
                               checking->platform->name, "title", checking->platform->title, "rule_version",
                               checking->platform->version, "rows", (json_int_t)checking->row_count, "problems", 0);
    lka_status status = object ? lka_json_text(object, JSON_INDENT(2), summary, error) : lka_fail_memory(error, 0);
    json_decref(object);
    return status;
}

lka_status lka_export_check(const struct lka_options *options, const struct lka_session *session, char **summary,
                            struct lka_error *error)
{
    struct lka_checking checking = {.options = lka_options_values(options)};
    lka_status status = open_all(&checking, session, error);
    if (status == LKA_OK) {
        status = check_all(&checking, session, error);
    }
    if (status == LKA_OK) {
        status = finish(&checking, summary, error);
    }
    lka_output_abandon(checking.output);
    lka_checked_people_close(&checking.people);
    lka_rules_free(checking.platform);
    lka_normal_release(&checking.normal);
    lka_seen_release(&checking.seen);
    lka_text_release(&checking.line);
    lka_text_release(&checking.whole);
    return status;
}
