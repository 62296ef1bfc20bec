/* features/column.h: what a plan is made of. Private to src/features. */
#ifndef LKA_FEATURES_COLUMN_H
#define LKA_FEATURES_COLUMN_H

#include "features/bins.h"
#include "features/plan.h"
#include "features/vocabulary.h"

enum {
    LKA_PLAN_VERSION = 1,
    LKA_MOST_COLUMNS = 65535,
    LKA_MOST_CODES = 65535,
    LKA_MOST_EDGES = LKA_MOST_CODES - 2,
    LKA_MOST_WORDS = LKA_MOST_CODES - 2,
    LKA_MOST_FEATURES = 1000000,
    LKA_MOST_CONSTANTS = 2000000, /* edges and words of all columns: what the reader can hold */
    LKA_LONGEST_WORD = 1024,      /* bytes of a category's value, a list's item or a feature column's name */
    LKA_LONGEST_PLAN = 64 << 20,
    LKA_FLOOR = 10,
    LKA_CLIP = 8, /* deviations; what is farther from the centre than that is an outlier like any other */
};

/* Codes of a category; a boolean has 1 for no, 2 for yes. */
enum { LKA_CODE_MISSING = 0, LKA_CODE_RARE = 1, LKA_CODE_FIRST_WORD = 2 };

struct lka_plan_column {
    const char *name;
    enum lka_type type;
    bool missing;  /* missing values occurred when it was learned */
    double centre; /* of a number, or of a date's age in days */
    double scale;  /* > 0 */
    double *edges; /* strictly ascending; edge i is the upper end of bin i + 1 */
    size_t edge_count;
    struct lka_vocabulary words; /* the values of a category, the items of a list */
    uint32_t first_feature;
    uint32_t feature_count;
};

struct lka_left_out {
    const char *name;
    const char *reason;
};

struct lka_plan {
    bool has_as_of;
    int64_t as_of; /* days since 1970-01-01 */
    double clip;   /* standardised values are cut at +-clip */
    struct lka_plan_column *columns;
    size_t column_count;
    size_t column_capacity;
    struct lka_left_out *left_out;
    size_t left_out_count;
    size_t left_out_capacity;
    struct lka_feature *features;
    struct lka_space space;
    struct lka_arena arena; /* every text and every edge */
};

/* ---- making one: learn.c and plan_read.c fill a plan, then finish it ------------------------------------ */

lka_status lka_plan_new(struct lka_plan **plan, struct lka_error *error);
/* A copy in the plan's arena, terminated. */
lka_status lka_plan_text(struct lka_plan *plan, struct lka_span text, const char **copy, struct lka_error *error);
lka_status lka_plan_add_column(struct lka_plan *plan, struct lka_span name, enum lka_type type,
                               struct lka_plan_column **column, struct lka_error *error);
lka_status lka_plan_add_left_out(struct lka_plan *plan, struct lka_span name, struct lka_span reason,
                                 struct lka_error *error);
lka_status lka_plan_add_word(struct lka_plan *plan, struct lka_plan_column *column, struct lka_span word,
                             bool *duplicate, struct lka_error *error);
lka_status lka_plan_set_edges(struct lka_plan *plan, struct lka_plan_column *column, const double *edges, size_t count,
                              struct lka_error *error);
/* Names the features. LKA_DATA beyond LKA_MOST_FEATURES or LKA_MOST_CONSTANTS. */
lka_status lka_plan_finish(struct lka_plan *plan, struct lka_error *error);

/* Words that a vocabulary and YAML can hold: no NUL, not too long, UTF-8. */
bool lka_word_fits(struct lka_span word);

/* ---- one value -------------------------------------------------------------------------------------------- */

/* Cuts the next item off *rest: those between | that are not empty. False at the end. */
static inline bool lka_next_item(struct lka_span *rest, struct lka_span *item)
{
    while (rest->length > 0) {
        const char *bar = memchr(rest->text, '|', rest->length);
        *item = (struct lka_span){rest->text, bar ? (uint32_t)(bar - rest->text) : rest->length};
        uint32_t step = item->length + (bar != NULL);
        *rest = (struct lka_span){rest->text + step, rest->length - step};
        if (item->length > 0) {
            return true;
        }
    }
    return false;
}

#endif
