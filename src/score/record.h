/* score/record.h: one candidate as bytes, the same in memory and in a spilled run:
 *
 *     key (8) | tie (8) | size of the whole (8) | length of each field (4 each) | the fields' bytes
 *
 * Native byte order: a run never outlives its process. The order of candidates is total: key, then tie, then the
 * fields from the first on (the id, then what is carried), so that it depends on nothing but the candidates themselves.
 */
#ifndef LKA_SCORE_RECORD_H
#define LKA_SCORE_RECORD_H

#include "base/text.h"

enum { LKA_RECORD_HEAD = 24 };

struct lka_record_head {
    uint64_t key;
    uint64_t tie;
    uint64_t size;
};

static inline struct lka_record_head lka_record_head(const char *record)
{
    struct lka_record_head head;
    memcpy(&head, record, sizeof head);
    return head;
}

/* Bytes that the record will take. */
size_t lka_record_size(const struct lka_span *fields, size_t count);
void lka_record_put(char *record, uint64_t key, uint64_t tie, const struct lka_span *fields, size_t count);

/* The fields, pointing into the record. */
void lka_record_fields(const char *record, struct lka_span *fields, size_t count);

/* Below 0 if `a` comes first; 0 only for equal bytes. */
int lka_record_compare(const char *a, const char *b, size_t count);

#endif
