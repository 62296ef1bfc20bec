/* lifecycle/told.h: whatever else vendors tell about the contacts who went quiet: columns of contacts.csv. Where
 * vendors contradict each other, the text with the greatest sum of weights is taken; of equal sums none.
 */
#ifndef LKA_LIFECYCLE_TOLD_H
#define LKA_LIFECYCLE_TOLD_H

#include "store/words.h"
#include "table/schema.h"

struct lka_told_text {
    uint32_t word;
    uint32_t next; /* index + 1 of another text for the same contact and column; 0: none */
    int64_t weight;
};

struct lka_told {
    size_t *columns; /* of the table's schema */
    size_t count;
    size_t members;
    uint32_t *heads; /* by column, then member: index + 1 of its texts; once settled, word + 1; 0: nothing was told */
    struct lka_told_text *texts;
    size_t text_count;
    size_t text_capacity;
    struct lka_words words;
};

/* Columns that may describe a person: not the `known` ones, no identifier and nothing sensitive, each of which is
 * warned of. Nor is one that the contacts have. */
lka_status lka_told_init(struct lka_told *told, const struct lka_schema *schema, const struct lka_schema *contacts,
                         const char *const *known, size_t known_count, size_t members,
                         const struct lka_session *session, struct lka_error *error);
void lka_told_release(struct lka_told *told); /* {0} is fine */

/* One cell; an empty one tells nothing. LKA_DATA for a text that is too long. */
lka_status lka_told_add(struct lka_told *told, size_t column, size_t member, struct lka_span text, int64_t weight,
                        struct lka_error *error);
/* Everything was added; returns for how many contacts vendors contradict each other in some column. */
uint64_t lka_told_settle(struct lka_told *told);
/* Empty if nothing is known. */
struct lka_span lka_told_of(const struct lka_told *told, size_t column, size_t member);

#endif
