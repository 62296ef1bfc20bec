#include "campaign/document.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "campaign/moments.h"
#include "store/artefacts.h"

#include <time.h>

/* ---- one table -------------------------------------------------------------------------------- */

enum { PAGE_BYTES = 1 << 16 };

lka_status lka_page_open(struct lka_page *page, struct lka_directory *directory, const char *name, const char *header,
                         struct lka_error *error)
{
    *page = (struct lka_page){0};
    if (directory) {
        char *path;
        LKA_TRY(lka_directory_path(directory, name, &path, error));
        lka_status status = lka_output_open(path, true, &page->output, error);
        lka_free(path);
        LKA_TRY(status);
    }
    lka_text_format(&page->text, "%s\n", header);
    return page->text.failed ? lka_fail_memory(error, 0) : LKA_OK;
}

static void begin_field(struct lka_page *page)
{
    lka_text_append(&page->text, ",", page->inside ? 1 : 0);
    page->inside = true;
}

void lka_page_field(struct lka_page *page, struct lka_span field)
{
    begin_field(page);
    lka_text_csv_field(&page->text, field, ',');
}

void lka_page_string(struct lka_page *page, const char *field)
{
    lka_page_field(page, lka_span_of(field));
}

void lka_page_number(struct lka_page *page, double number)
{
    begin_field(page);
    lka_text_number(&page->text, number);
}

static lka_status flush(struct lka_page *page, struct lka_error *error)
{
    if (page->text.failed) {
        return lka_fail_memory(error, page->text.capacity);
    }
    if (page->output && page->text.length > 0) {
        LKA_TRY(lka_output_write(page->output, page->text.bytes, page->text.length, error));
    }
    lka_text_clear(&page->text);
    return LKA_OK;
}

lka_status lka_page_end_row(struct lka_page *page, struct lka_error *error)
{
    lka_text_string(&page->text, "\n");
    page->inside = false;
    page->rows++;
    return page->text.failed || page->text.length >= PAGE_BYTES ? flush(page, error) : LKA_OK;
}

lka_status lka_page_close(struct lka_page *page, struct lka_error *error)
{
    lka_status status = flush(page, error);
    struct lka_output *output = page->output;
    if (status == LKA_OK && output) {
        page->output = NULL;
        status = lka_output_commit(output, error);
    }
    lka_page_abandon(page);
    return status;
}

void lka_page_abandon(struct lka_page *page)
{
    lka_output_abandon(page->output);
    lka_text_release(&page->text);
    page->output = NULL;
}

/* ---- the document ----------------------------------------------------------------------------- */

json_t *lka_share_json(uint64_t people, const char *key, uint64_t hits, uint64_t floor)
{
    if (people < floor || people == 0) {
        return json_pack("{s:I, s:n, s:n, s:n}", "people", (json_int_t)people, key, "share", "interval");
    }
    return json_pack("{s:I, s:I, s:f, s:o}", "people", (json_int_t)people, key, (json_int_t)hits, "share",
                     (double)hits / (double)people, "interval",
                     lka_interval_json(lka_wilson((double)hits, (double)people)));
}

static lka_status put_documents(struct lka_directory *directory, const json_t *document, double seconds,
                                struct lka_error *error)
{
    char started[32];
    lka_moment_write((int64_t)time(NULL) - (int64_t)seconds, started);
    json_t *run = json_pack("{s:i, s:O, s:s, s:s, s:f}", "schema", 1, "stage", json_object_get(document, "stage"),
                            "version", lka_version(), "started", started, "seconds", seconds);
    lka_status status = run ? lka_directory_json(directory, "campaign.run.json", run, error)
                            : lka_fail_memory(error, 0);
    json_decref(run);
    return status == LKA_OK ? lka_directory_json(directory, "campaign.json", document, error) : status;
}

lka_status lka_campaign_publish(struct lka_directory *directory, json_t *document, const struct lka_options *options,
                                double start, char **summary, struct lka_error *error)
{
    double seconds = lka_seconds() - start;
    lka_status status = directory ? put_documents(directory, document, seconds, error) : LKA_OK;
    if (status != LKA_OK) {
        lka_directory_abandon(directory);
        return status;
    }
    if (directory) {
        status = lka_artefact_register(lka_options_text(options, "workspace"), lka_options_text(options, "out"),
                                       "campaign", "campaign", NULL, error);
        if (status != LKA_OK) {
            lka_directory_abandon(directory);
            return status;
        }
        LKA_TRY(lka_directory_commit(directory, error));
    }
    json_object_set_new(document, "out", lka_json_string(lka_options_target(options, "out")));
    json_object_set_new(document, "seconds", json_real(seconds));
    return lka_json_text(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15), summary, error);
}
