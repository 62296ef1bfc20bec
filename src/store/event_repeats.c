#include "store/event_repeats.h"

#include "base/error.h"
#include "base/hash.h"

#include <stdlib.h>

enum { EVENT_ID = 1 << LKA_EVENT_FIELD_event_id };

void lka_event_repeats_release(struct lka_event_repeats *repeats)
{
    lka_free(repeats->ids);
    lka_free(repeats->tabled);
    *repeats = (struct lka_event_repeats){0};
}

/* What the search works on. */
struct search {
    struct lka_event_repeats *repeats;
    const struct lka_shapes *shapes;
    struct lka_moment *moments;
};

static const struct lka_shape *shape_of(const struct search *search, const struct lka_moment *moment)
{
    return &search->shapes->items[lka_moment_shape(moment)];
}

static const struct lka_event *look(const struct search *search, const struct lka_moment *moment, size_t which)
{
    struct lka_event *event = &search->repeats->pair[which];
    lka_event_read(moment, search->shapes, event);
    return event;
}

/* They have the same time and the same fields, all of which the shape says. */
static bool is_same(const struct search *search, const struct lka_moment *a, const struct lka_moment *b)
{
    return a->head >> LKA_MOMENT_SHAPE_AT == b->head >> LKA_MOMENT_SHAPE_AT && shape_of(search, a)->own == 0;
}

/* ---- the order of equal times ----------------------------------------------------------------- */

/* The key's fields upwards, so that equal keys stand together; then the rest downwards, so that the fuller one of two
 * with the same key comes first; then the one of the archive. */
static int compare(const struct lka_event *x, const struct lka_event *y)
{
    const struct lka_span key[2][6] = {{x->type, x->channel, x->campaign, x->topic, x->amount, x->event_id},
                                       {y->type, y->channel, y->campaign, y->topic, y->amount, y->event_id}};
    const struct lka_span rest[2][6] = {
        {x->currency, x->user_agent, x->machine, x->reason, x->brand, x->consideration},
        {y->currency, y->user_agent, y->machine, y->reason, y->brand, y->consideration}};
    for (size_t i = 0; i < 6; i++) {
        int order = lka_span_compare(key[0][i], key[1][i]);
        if (order != 0) {
            return order;
        }
    }
    for (size_t i = 0; i < 6; i++) {
        int order = lka_span_compare(rest[1][i], rest[0][i]);
        if (order != 0) {
            return order;
        }
    }
    return (int)y->archived - (int)x->archived;
}

static int by_key(const void *a, const void *b, void *context)
{
    const struct search *search = context;
    return is_same(search, a, b) ? 0 : compare(look(search, a, 0), look(search, b, 1));
}

static void order_equal_times(struct search *search, size_t count)
{
    struct lka_moment *moments = search->moments;
    for (size_t start = 0; start < count;) {
        size_t end = start + 1;
        bool in_order = true;
        for (; end < count && lka_moment_time(&moments[end]) == lka_moment_time(&moments[start]); end++) {
            in_order = in_order && by_key(&moments[end - 1], &moments[end], search) <= 0;
        }
        if (!in_order) {
            qsort_r(moments + start, end - start, sizeof *moments, by_key, search);
        }
        start = end;
    }
}

/* ---- each once -------------------------------------------------------------------------------- */

static lka_status begin_ids(struct lka_event_repeats *repeats, size_t count, struct lka_error *error)
{
    repeats->round++;
    if (repeats->id_capacity >= 2 * count && repeats->round != 0) {
        return LKA_OK;
    }
    size_t wanted = repeats->id_capacity ? repeats->id_capacity : 64;
    while (wanted < 2 * count) {
        wanted *= 2;
    }
    lka_free(repeats->ids);
    repeats->id_capacity = 0;
    LKA_TRY(LKA_NEW(repeats->ids, wanted, error));
    repeats->id_capacity = wanted;
    repeats->round = 1;
    return LKA_OK;
}

/* The event of this id; if there is none, `event` is it from now on. */
static size_t find_id(const struct search *search, struct lka_span id, size_t event)
{
    struct lka_event_repeats *repeats = search->repeats;
    size_t mask = repeats->id_capacity - 1;
    for (size_t at = lka_hash(0, id) & mask;; at = (at + 1) & mask) {
        struct lka_event_id *slot = &repeats->ids[at];
        if (slot->round != repeats->round) {
            *slot = (struct lka_event_id){repeats->round, (uint32_t)event};
            return event;
        }
        if (lka_span_equal(look(search, &search->moments[slot->event], 1)->event_id, id)) {
            return slot->event;
        }
    }
}

static bool same_key(const struct search *search, const struct lka_moment *a, const struct lka_moment *b)
{
    if (lka_moment_time(a) != lka_moment_time(b) || shape_of(search, b)->filled & EVENT_ID) {
        return false;
    }
    if (is_same(search, a, b)) {
        return true;
    }
    const struct lka_event *x = look(search, a, 0);
    const struct lka_event *y = look(search, b, 1);
    return lka_span_equal(x->type, y->type) && lka_span_equal(x->channel, y->channel) &&
           lka_span_equal(x->campaign, y->campaign) && lka_span_equal(x->topic, y->topic) &&
           lka_span_equal(x->amount, y->amount);
}

/* Which of the `kept` events the next one repeats; `kept` if none. */
static size_t repeated(const struct search *search, size_t kept, const struct lka_moment *moment)
{
    if (shape_of(search, moment)->filled & EVENT_ID) {
        return find_id(search, look(search, moment, 0)->event_id, kept);
    }
    return kept > 0 && same_key(search, moment, &search->moments[kept - 1]) ? kept - 1 : kept;
}

static size_t keep_each_once(struct search *search, size_t count)
{
    struct lka_event_repeats *repeats = search->repeats;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct lka_moment moment = search->moments[i];
        bool archived = shape_of(search, &moment)->archived;
        size_t first = repeated(search, kept, &moment);
        if (first == kept) {
            search->moments[kept] = moment;
            repeats->tabled[kept++] = !archived;
        } else if (!archived) {
            repeats->duplicates += repeats->tabled[first];
            repeats->known += !repeats->tabled[first];
            repeats->tabled[first] = true;
        }
    }
    return kept;
}

/* Without an event_id only events of one time can be the same. */
static bool may_repeat(const struct lka_shapes *shapes, const struct lka_moment *moments, size_t count)
{
    bool same = shapes->filled & EVENT_ID;
    for (size_t i = 1; i < count; i++) {
        same |= lka_moment_time(&moments[i]) == lka_moment_time(&moments[i - 1]);
    }
    return same;
}

lka_status lka_event_repeats_take_out(struct lka_event_repeats *repeats, const struct lka_shapes *shapes,
                                      struct lka_moment *moments, size_t *count, struct lka_error *error)
{
    if (!may_repeat(shapes, moments, *count)) {
        return LKA_OK;
    }
    struct search search = {repeats, shapes, moments};
    lka_event_clear(&repeats->pair[0]);
    lka_event_clear(&repeats->pair[1]);
    LKA_TRY(lka_reserve(&repeats->tabled, &repeats->tabled_capacity, *count, sizeof *repeats->tabled, error));
    LKA_TRY(begin_ids(repeats, *count, error));
    order_equal_times(&search, *count);
    *count = keep_each_once(&search, *count);
    return LKA_OK;
}
