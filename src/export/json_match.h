/* export/json_match.h: a row, or a frame, beside the layout that it should have: the values of a row are looked at one
 * by one, and what stands elsewhere, or is another text than the platform takes, is said. */
#ifndef LKA_EXPORT_JSON_MATCH_H
#define LKA_EXPORT_JSON_MATCH_H

#include "export/finding.h"
#include "export/json_layout.h"

/* What a batch says of itself; -1: nothing that can be used. */
struct lka_batch_facts {
    int64_t session, sequence, total;
    int last;
};

/* The values of a row by their names, for layouts in which a list names them. */
struct lka_json_names {
    size_t columns[LKA_CHECKED_VALUES]; /* of the layout's row; SIZE_MAX: the platform has no such name */
    char labels[LKA_CHECKED_VALUES][64];
    size_t count;
};

struct lka_json_matching {
    struct lka_checking *checking; /* NULL: differences are counted and not said */
    const struct lka_json_layout *layout;
    const struct lka_json_names *names; /* NULL: values stand in the layout's order */
    struct lka_checked_place place;
    struct lka_checked_row row; /* what was found; its texts are those of the JSON */
    char numbers[LKA_CHECKED_VALUES][32];
    struct lka_batch_facts facts;
    struct lka_text path;
    size_t differences;
};

/* A row. */
lka_status lka_json_match_row(struct lka_json_matching *matching, const json_t *pattern, const json_t *row,
                              struct lka_error *error);
/* A frame, but for its rows and its list of names. */
lka_status lka_json_match_frame(struct lka_json_matching *matching, const json_t *pattern, const json_t *frame,
                                struct lka_error *error);
void lka_json_matching_release(struct lka_json_matching *matching);

#endif
