/* score/shortlist.h: the best rows of one model among many, exactly, as 24 bytes each: key, tie and where the row is
 * kept.
 *
 * Order: key, then tie, ascending (score/top.h). A cut in that order rises as rows come, and what is behind it is
 * dropped:
 *   - behind the k-th best so far, where a bound of k is known, nothing is missed;
 *   - else (a share of rows that can be read a second time) the cut is guessed: after 512 rows, and whenever they
 *     have doubled, it is moved to the rank that the share would have of them, six deviations and 16 rows deeper. If in
 *     the end at least k rows are not behind it, nothing that it dropped was among the first k. Else all rows must come
 *     again, and k is known.
 * So some (1 + 6 / sqrt(k)) k rows are held, as many as wanted and hardly more.
 */
#ifndef LKA_SCORE_SHORTLIST_H
#define LKA_SCORE_SHORTLIST_H

#include "base/error.h"
#include "base/parameters.h"

struct lka_shortlist_entry {
    uint64_t key; /* lka_score_key */
    uint64_t tie;
    uint64_t place;
};

struct lka_shortlist {
    struct lka_shortlist_entry *entries;
    size_t count;
    size_t capacity;
    double share;  /* by which a cut is guessed; 0: by no share */
    uint64_t most; /* rows that are wanted at most; 0: not known */
    uint64_t next; /* rows at which a cut is guessed next */
    uint64_t cut_key;
    uint64_t cut_tie;
};

/* Either `share` or `most`, or both. */
void lka_shortlist_init(struct lka_shortlist *list, double share, uint64_t most);
void lka_shortlist_release(struct lka_shortlist *list);

/* Whether a row is not behind the cut: it is to be added. */
static inline bool lka_shortlist_takes(const struct lka_shortlist *list, uint64_t key, uint64_t tie)
{
    return key < list->cut_key || (key == list->cut_key && tie <= list->cut_tie);
}
lka_status lka_shortlist_add(struct lka_shortlist *list, const struct lka_shortlist_entry *entry,
                             struct lka_error *error);

/* After a block: `rows` have come in all. */
void lka_shortlist_saw(struct lka_shortlist *list, uint64_t rows);

/* After the last block: false if rows may be missing among the first `wanted`. Else no others are left but those, and
 * what is equal to the last of them; in no order. */
bool lka_shortlist_finish(struct lka_shortlist *list, uint64_t wanted);

#endif
