/* campaign/document.h: what the four commands write: tables and campaign.json in a directory that is published
 * whole. */
#ifndef LKA_CAMPAIGN_DOCUMENT_H
#define LKA_CAMPAIGN_DOCUMENT_H

#include "base/interval.h"
#include "base/parameters.h"
#include "base/warnings.h"
#include "source/output.h"

/* ---- one table: rows, field by field ---------------------------------------------------------- */

/* 0600, in the directory. */
struct lka_page {
    struct lka_output *output;
    struct lka_text text;
    bool inside; /* a row was begun */
    uint64_t rows;
};

/* `directory` NULL (--dry-run): what is put goes nowhere. `header`: the first line, without its end. */
lka_status lka_page_open(struct lka_page *page, struct lka_directory *directory, const char *name, const char *header,
                         struct lka_error *error);
void lka_page_field(struct lka_page *page, struct lka_span field);
void lka_page_string(struct lka_page *page, const char *field);
void lka_page_number(struct lka_page *page, double number);
lka_status lka_page_end_row(struct lka_page *page, struct lka_error *error);
lka_status lka_page_close(struct lka_page *page, struct lka_error *error); /* complete */
void lka_page_abandon(struct lka_page *page);                              /* {0} and a closed one are fine */

/* ---- the document ----------------------------------------------------------------------------- */

/* {"people": n, <key>: hits, "share": hits / people, "interval": [low, high]}; of fewer people than `floor` (and of
 * nobody) the figures are null. NULL when memory is short. */
json_t *lka_share_json(uint64_t people, const char *key, uint64_t hits, uint64_t floor);

/* Writes campaign.json and campaign.run.json, and publishes the directory, which is freed in any case (NULL with
 * --dry-run: nothing is written). *summary is the document with "out" and "seconds". */
lka_status lka_campaign_publish(struct lka_directory *directory, json_t *document, const struct lka_options *options,
                                double start, char **summary, struct lka_error *error);

#endif
