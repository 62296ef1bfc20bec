#include "store/event_part.h"

#include "base/error.h"
#include "base/hash.h"

#include <stdlib.h>

void lka_event_part_release(struct lka_event_part *part)
{
    lka_free(part->contacts);
    lka_free(part->slots);
    lka_free(part->order);
    lka_free(part->whose);
    lka_free(part->places);
    lka_free(part->times);
    lka_free(part->events);
    lka_free(part->tabled);
    lka_free(part->ids.slots);
    *part = (struct lka_event_part){0};
}

uint64_t lka_event_contact_hash(struct lka_span contact)
{
    return lka_hash(0, contact);
}

/* ---- contact by contact ----------------------------------------------------------------------- */

enum { FEWEST_SLOTS = 1024 };

static struct lka_span text_of(const struct lka_event_part *part, const struct lka_event_contact *contact)
{
    return lka_record_contact(part->bytes + contact->first);
}

static size_t slot_of(const struct lka_event_part *part, uint64_t hash, struct lka_span text)
{
    size_t mask = part->slot_capacity - 1;
    size_t at = (size_t)hash & mask;
    while (part->slots[at]) {
        const struct lka_event_contact *contact = &part->contacts[part->slots[at] - 1];
        if (contact->hash == hash && lka_span_equal(text_of(part, contact), text)) {
            break;
        }
        at = (at + 1) & mask;
    }
    return at;
}

static lka_status widen_slots(struct lka_event_part *part, size_t capacity, struct lka_error *error)
{
    lka_free(part->slots);
    part->slots = NULL;
    part->slot_capacity = 0;
    LKA_TRY(LKA_NEW(part->slots, capacity, error));
    part->slot_capacity = capacity;
    for (size_t i = 0; i < part->contact_count; i++) {
        size_t slot = slot_of(part, part->contacts[i].hash, text_of(part, &part->contacts[i]));
        part->slots[slot] = (uint32_t)i + 1;
    }
    return LKA_OK;
}

static lka_status add_contact(struct lka_event_part *part, size_t slot, struct lka_event_contact contact,
                              struct lka_error *error)
{
    if (part->contact_count == UINT32_MAX - 1) {
        return lka_fail(error, LKA_DATA, "too many contacts share a byte of their hashes");
    }
    LKA_TRY(
        lka_reserve(&part->contacts, &part->contact_capacity, part->contact_count + 1, sizeof *part->contacts, error));
    part->contacts[part->contact_count++] = contact;
    part->slots[slot] = (uint32_t)part->contact_count;
    return 2 * part->contact_count < part->slot_capacity ? LKA_OK : widen_slots(part, 2 * part->slot_capacity, error);
}

static lka_status take_record(struct lka_event_part *part, uint64_t place, struct lka_error *error)
{
    struct lka_span text = lka_record_contact(part->bytes + place);
    uint64_t hash = lka_event_contact_hash(text);
    size_t slot = slot_of(part, hash, text);
    if (part->count == part->whose_capacity) {
        LKA_TRY(lka_reserve(&part->whose, &part->whose_capacity, part->count + 1, sizeof *part->whose, error));
    }
    part->whose[part->count++] = part->slots[slot] ? part->slots[slot] - 1 : (uint32_t)part->contact_count;
    if (!part->slots[slot]) {
        LKA_TRY(add_contact(part, slot, (struct lka_event_contact){.hash = hash, .first = place}, error));
    }
    part->contacts[part->whose[part->count - 1]].count++;
    return LKA_OK;
}

static int by_text(const void *a, const void *b, void *context)
{
    const struct lka_event_part *part = context;
    return lka_span_compare(text_of(part, &part->contacts[((const struct lka_entry *)a)->place]),
                            text_of(part, &part->contacts[((const struct lka_entry *)b)->place]));
}

/* By hash; those that share one by their texts. */
static lka_status order_contacts(struct lka_event_part *part, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&part->order, &part->order_capacity, part->contact_count, sizeof *part->order, error));
    for (size_t i = 0; i < part->contact_count; i++) {
        part->order[i] = (struct lka_entry){{part->contacts[i].hash, 0}, i};
    }
    lka_entries_sort(part->order, part->contact_count);
    for (size_t i = 0, end; i < part->contact_count; i = end) {
        for (end = i + 1; end < part->contact_count && part->order[end].hash.high == part->order[i].hash.high; end++) {
        }
        if (end > i + 1) {
            qsort_r(part->order + i, end - i, sizeof *part->order, by_text, part);
        }
    }
    return LKA_OK;
}

/* Each record's place behind those of its contact that came before: a sort by counting, which keeps their order. */
static lka_status deal_places(struct lka_event_part *part, uint64_t length, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&part->places, &part->place_capacity, part->count, sizeof *part->places, error));
    size_t start = 0;
    for (size_t i = 0; i < part->contact_count; i++) {
        struct lka_event_contact *contact = &part->contacts[part->order[i].place];
        size_t count = contact->count;
        contact->count = start;
        start += count;
    }
    size_t record = 0;
    for (uint64_t at = 0; at < length; at += lka_item_length(part->bytes + at)) {
        part->places[part->contacts[part->whose[record++]].count++] = at;
    }
    return LKA_OK;
}

lka_status lka_event_part_fill(struct lka_event_part *part, const char *bytes, uint64_t length, struct lka_error *error)
{
    part->bytes = bytes;
    part->count = part->at = 0;
    part->contact_count = part->contact = 0;
    if (part->slot_capacity == 0) {
        LKA_TRY(widen_slots(part, FEWEST_SLOTS, error));
    }
    memset(part->slots, 0, part->slot_capacity * sizeof *part->slots);
    for (uint64_t at = 0; at < length; at += lka_item_length(bytes + at)) {
        LKA_TRY(take_record(part, at, error));
    }
    LKA_TRY(order_contacts(part, error));
    return deal_places(part, length, error);
}

/* ---- the order of times ----------------------------------------------------------------------- */

/* Times in the order of unsigned numbers. */
static lka_status order_times(struct lka_event_part *part, uint64_t *places, size_t count, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&part->times, &part->time_capacity, count, sizeof *part->times, error));
    for (size_t i = 0; i < count; i++) {
        uint64_t time = (uint64_t)lka_record_time(part->bytes + places[i]) ^ (uint64_t)1 << 63;
        part->times[i] = (struct lka_entry){{time, 0}, places[i]};
    }
    lka_entries_sort(part->times, count);
    for (size_t i = 0; i < count; i++) {
        places[i] = part->times[i].place;
    }
    return LKA_OK;
}

static bool in_order(const struct lka_event_part *part, const uint64_t *places, size_t count)
{
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        int64_t time = lka_record_time(part->bytes + places[i]);
        if (time < last) {
            return false;
        }
        last = time;
    }
    return true;
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
            if (i > kept) {
                part->events[kept] = *event;
            }
            part->tabled[kept++] = !event->archived;
        } else if (!event->archived) {
            part->duplicates += part->tabled[first];
            part->known += !part->tabled[first];
            part->tabled[first] = true;
        }
    }
    return kept;
}

/* The records of the next contacts, about as many as this one has. */
static void fetch_ahead(const struct lka_event_part *part, size_t count)
{
    size_t end = count < part->count - part->at ? part->at + count : part->count;
    for (size_t i = part->at; i < end; i++) {
        __builtin_prefetch(part->bytes + part->places[i]);
    }
}

/* Room for the events of a contact; what is new of it is cleared, since reading a record clears no more than it must. */
static lka_status make_events(struct lka_event_part *part, size_t count, struct lka_error *error)
{
    size_t before = part->event_capacity;
    LKA_TRY(lka_reserve(&part->events, &part->event_capacity, count, sizeof *part->events, error));
    for (size_t i = before; i < part->event_capacity; i++) {
        lka_event_clear(&part->events[i]);
    }
    return LKA_OK;
}

lka_status lka_event_part_next(struct lka_event_part *part, struct lka_event_group *group, struct lka_error *error)
{
    *group = (struct lka_event_group){0};
    if (part->contact == part->contact_count) {
        return LKA_OK;
    }
    const struct lka_event_contact *contact = &part->contacts[part->order[part->contact++].place];
    uint64_t *places = part->places + part->at;
    size_t count = contact->count - part->at;
    part->at = contact->count;
    fetch_ahead(part, count);
    LKA_TRY(in_order(part, places, count) ? LKA_OK : order_times(part, places, count, error));
    LKA_TRY(make_events(part, count, error));
    LKA_TRY(lka_reserve(&part->tabled, &part->tabled_capacity, count, sizeof *part->tabled, error));
    LKA_TRY(begin_ids(&part->ids, count, error));
    for (size_t i = 0; i < count; i++) {
        lka_record_read(part->bytes + places[i], part->words, &part->events[i]);
    }
    group->contact = text_of(part, contact);
    order_equal_times(part->events, count);
    group->count = keep_each_once(part, count);
    group->events = part->events;
    return LKA_OK;
}
