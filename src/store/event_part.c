#include "store/event_part.h"

#include "base/error.h"
#include "base/hash.h"

#include <stdlib.h>

void lka_event_part_release(struct lka_event_part *part)
{
    lka_free(part->entries);
    lka_free(part->events);
    lka_free(part->tabled);
    lka_free(part->ids.slots);
    *part = (struct lka_event_part){0};
}

uint64_t lka_event_contact_hash(struct lka_span contact)
{
    return lka_hash(0, contact);
}

/* ---- sorting ---------------------------------------------------------------------------------- */

/* Times in the order of unsigned numbers. */
static struct lka_entry entry_of(const char *bytes, uint64_t at)
{
    const char *record = bytes + at;
    uint64_t time = (uint64_t)lka_record_time(record) ^ (uint64_t)1 << 63;
    return (struct lka_entry){{lka_event_contact_hash(lka_record_contact(record)), time}, at};
}

lka_status lka_event_part_fill(struct lka_event_part *part, const char *bytes, uint64_t length, struct lka_error *error)
{
    part->bytes = bytes;
    part->count = 0;
    part->at = 0;
    for (uint64_t at = 0; at < length; at += lka_item_length(bytes + at)) {
        LKA_TRY(lka_reserve(&part->entries, &part->entry_capacity, part->count + 1, sizeof *part->entries, error));
        part->entries[part->count++] = entry_of(bytes, at);
    }
    lka_entries_sort(part->entries, part->count);
    return LKA_OK;
}

static struct lka_span contact_at(const struct lka_event_part *part, size_t entry)
{
    return lka_record_contact(part->bytes + part->entries[entry].place);
}

static int by_contact(const void *a, const void *b, void *bytes)
{
    const struct lka_entry *x = a;
    const struct lka_entry *y = b;
    int order = lka_span_compare(lka_record_contact((const char *)bytes + x->place),
                                 lka_record_contact((const char *)bytes + y->place));
    return order ? order : lka_entry_before(x, y) ? -1 : lka_entry_before(y, x);
}

/* Entries from part->at to *end are the next contact's. Where two contacts share a hash, they are set apart first. */
static void find_contact(struct lka_event_part *part, size_t *end)
{
    uint64_t hash = part->entries[part->at].hash.high;
    struct lka_span contact = contact_at(part, part->at);
    size_t same = part->at + 1;
    while (same < part->count && part->entries[same].hash.high == hash &&
           lka_span_equal(contact_at(part, same), contact)) {
        same++;
    }
    size_t all = same;
    while (all < part->count && part->entries[all].hash.high == hash) {
        all++;
    }
    if (all > same) {
        qsort_r(part->entries + part->at, all - part->at, sizeof *part->entries, by_contact,
                (void *)(uintptr_t)part->bytes);
        contact = contact_at(part, part->at);
        for (same = part->at + 1; same < all && lka_span_equal(contact_at(part, same), contact); same++) {
        }
    }
    *end = same;
}

/* ---- the order of equal times ----------------------------------------------------------------- */

/* The key's fields upwards, so that equal keys stand together; then the rest downwards, so that the fuller one of two
 * with the same key comes first; then the one of the archive. */
static int by_key(const void *a, const void *b)
{
    const struct lka_event *x = a;
    const struct lka_event *y = b;
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

static void order_equal_times(struct lka_event *events, size_t count)
{
    for (size_t start = 0; start < count;) {
        size_t end = start + 1;
        bool in_order = true;
        for (; end < count && events[end].time == events[start].time; end++) {
            in_order = in_order && by_key(&events[end - 1], &events[end]) <= 0;
        }
        if (!in_order) {
            qsort(events + start, end - start, sizeof *events, by_key);
        }
        start = end;
    }
}

/* ---- each once -------------------------------------------------------------------------------- */

static lka_status begin_ids(struct lka_event_ids *ids, size_t count, struct lka_error *error)
{
    ids->round++;
    if (ids->capacity >= 2 * count && ids->round != 0) {
        return LKA_OK;
    }
    size_t wanted = ids->capacity ? ids->capacity : 64;
    while (wanted < 2 * count) {
        wanted *= 2;
    }
    lka_free(ids->slots);
    ids->capacity = 0;
    LKA_TRY(LKA_NEW(ids->slots, wanted, error));
    ids->capacity = wanted;
    ids->round = 1;
    return LKA_OK;
}

/* The event of this id, or LKA_NO_WORD; then `event` is it from now on. */
static size_t find_id(struct lka_event_ids *ids, const struct lka_event *events, struct lka_span id, size_t event)
{
    for (size_t at = lka_hash(0, id) & (ids->capacity - 1);; at = (at + 1) & (ids->capacity - 1)) {
        struct lka_event_id *slot = &ids->slots[at];
        if (slot->round != ids->round) {
            *slot = (struct lka_event_id){ids->round, (uint32_t)event};
            return event;
        }
        if (lka_span_equal(events[slot->event].event_id, id)) {
            return slot->event;
        }
    }
}

static bool same_key(const struct lka_event *a, const struct lka_event *b)
{
    return a->time == b->time && b->event_id.length == 0 && lka_span_equal(a->type, b->type) &&
           lka_span_equal(a->channel, b->channel) && lka_span_equal(a->campaign, b->campaign) &&
           lka_span_equal(a->topic, b->topic) && lka_span_equal(a->amount, b->amount);
}

/* Which of the `kept` events the next one repeats; `kept` if none. */
static size_t repeated(struct lka_event_part *part, size_t kept, const struct lka_event *event)
{
    if (event->event_id.length > 0) {
        return find_id(&part->ids, part->events, event->event_id, kept);
    }
    return kept > 0 && same_key(event, &part->events[kept - 1]) ? kept - 1 : kept;
}

static size_t keep_each_once(struct lka_event_part *part, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct lka_event *event = &part->events[i];
        size_t first = repeated(part, kept, event);
        if (first == kept) {
            part->events[kept] = *event;
            part->tabled[kept++] = !event->archived;
        } else if (!event->archived) {
            part->duplicates += part->tabled[first];
            part->known += !part->tabled[first];
            part->tabled[first] = true;
        }
    }
    return kept;
}

lka_status lka_event_part_next(struct lka_event_part *part, struct lka_event_group *group, struct lka_error *error)
{
    *group = (struct lka_event_group){0};
    if (part->at == part->count) {
        return LKA_OK;
    }
    size_t end;
    find_contact(part, &end);
    size_t count = end - part->at;
    LKA_TRY(lka_reserve(&part->events, &part->event_capacity, count, sizeof *part->events, error));
    LKA_TRY(lka_reserve(&part->tabled, &part->tabled_capacity, count, sizeof *part->tabled, error));
    LKA_TRY(begin_ids(&part->ids, count, error));
    for (size_t i = 0; i < count; i++) {
        lka_record_read(part->bytes + part->entries[part->at + i].place, part->words, &part->events[i]);
    }
    group->contact = contact_at(part, part->at);
    part->at = end;
    order_equal_times(part->events, count);
    group->count = keep_each_once(part, count);
    group->events = part->events;
    return LKA_OK;
}
