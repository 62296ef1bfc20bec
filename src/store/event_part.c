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
    lka_free(part->moments);
    lka_free(part->times);
    lka_event_repeats_release(&part->repeats);
    *part = (struct lka_event_part){0};
}

uint64_t lka_event_contact_hash(struct lka_span contact)
{
    return lka_hash(0, contact);
}

/* ---- contact by contact ----------------------------------------------------------------------- */

enum { FEWEST_SLOTS = 1024 };

/* Whom a record is of, as it is looked for. */
struct sought {
    const char *record;
    struct lka_span text;
    struct lka_short_text brief; /* of a long text: its hash */
    uint64_t hash;
};

static inline struct sought sought_by(const char *record)
{
    struct sought sought = {.record = record, .text = lka_record_contact(record)};
    sought.brief = sought.text.length <= LKA_SHORT_TEXT ? lka_short_padded(sought.text)
                                                        : (struct lka_short_text){lka_hash(0, sought.text), 0};
    sought.hash = lka_short_hash(sought.brief);
    return sought;
}

static inline bool is_of(const struct lka_event_contact *contact, const struct sought *sought)
{
    return lka_short_equal(contact->text, sought->brief) && contact->length == sought->text.length &&
           (contact->length <= LKA_SHORT_TEXT || lka_span_equal(lka_record_contact(contact->record), sought->text));
}

static inline struct lka_event_slot *first_slot(const struct lka_event_part *part, const struct sought *sought)
{
    return &part->slots[(size_t)(sought->hash >> 32) & (part->slot_capacity - 1)];
}

/* The slot of a contact, or the free one where it belongs. */
static inline struct lka_event_slot *slot_of(const struct lka_event_part *part, const struct sought *sought)
{
    const struct lka_event_slot *end = part->slots + part->slot_capacity;
    for (struct lka_event_slot *slot = first_slot(part, sought);;) {
        bool met = slot->tag == (uint32_t)sought->hash && slot->contact != 0;
        if (slot->contact == 0 || (met && is_of(&part->contacts[slot->contact - 1], sought))) {
            return slot;
        }
        slot = slot + 1 == end ? part->slots : slot + 1;
    }
}

static lka_status widen_slots(struct lka_event_part *part, size_t capacity, struct lka_error *error)
{
    lka_free(part->slots);
    part->slots = NULL;
    part->slot_capacity = 0;
    LKA_TRY(LKA_NEW(part->slots, capacity, error));
    part->slot_capacity = capacity;
    for (size_t i = 0; i < part->contact_count; i++) {
        struct sought sought = sought_by(part->contacts[i].record);
        *slot_of(part, &sought) = (struct lka_event_slot){(uint32_t)i + 1, (uint32_t)sought.hash};
    }
    return LKA_OK;
}

static lka_status add_contact(struct lka_event_part *part, struct lka_event_slot *slot, const struct sought *sought,
                              struct lka_error *error)
{
    if (part->contact_count == UINT32_MAX - 1) {
        return lka_fail(error, LKA_DATA, "too many contacts share a byte of their hashes");
    }
    LKA_TRY(
        lka_reserve(&part->contacts, &part->contact_capacity, part->contact_count + 1, sizeof *part->contacts, error));
    part->contacts[part->contact_count++] = (struct lka_event_contact){
        .text = sought->brief, .record = sought->record, .length = sought->text.length};
    *slot = (struct lka_event_slot){(uint32_t)part->contact_count, (uint32_t)sought->hash};
    return 2 * part->contact_count < part->slot_capacity ? LKA_OK : widen_slots(part, 2 * part->slot_capacity, error);
}

static inline lka_status take_record(struct lka_event_part *part, const struct sought *sought, struct lka_error *error)
{
    struct lka_event_slot *slot = slot_of(part, sought);
    uint32_t whose = slot->contact ? slot->contact - 1 : (uint32_t)part->contact_count;
    if (slot->contact == 0) {
        LKA_TRY(add_contact(part, slot, sought, error));
    }
    part->whose[part->count++] = whose;
    part->contacts[whose].count++;
    return LKA_OK;
}

/* Records are looked for several at once: slots, then contacts are asked for before any of them is needed, since together
 * they are more than the first cache has room for. */
enum { TOGETHER = 16 };

static inline lka_status take_together(struct lka_event_part *part, const struct sought *sought, size_t count,
                                       struct lka_error *error)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t contact = first_slot(part, &sought[i])->contact;
        if (contact != 0) {
            __builtin_prefetch(&part->contacts[contact - 1], 1);
        }
    }
    LKA_TRY(lka_reserve(&part->whose, &part->whose_capacity, part->count + count, sizeof *part->whose, error));
    for (size_t i = 0; i < count; i++) {
        LKA_TRY(take_record(part, &sought[i], error));
    }
    return LKA_OK;
}

static lka_status take_records(struct lka_event_part *part, const struct lka_chunk *chunk, struct lka_error *error)
{
    struct sought sought[TOGETHER];
    size_t count = 0;
    for (size_t at = 0; at < chunk->used; at += lka_item_length(chunk->bytes + at)) {
        sought[count] = sought_by(chunk->bytes + at);
        __builtin_prefetch(first_slot(part, &sought[count]));
        if (++count == TOGETHER) {
            LKA_TRY(take_together(part, sought, count, error));
            count = 0;
        }
    }
    return take_together(part, sought, count, error);
}

static struct lka_span text_of(const struct lka_event_part *part, size_t contact)
{
    return lka_record_contact(part->contacts[contact].record);
}

static int by_text(const void *a, const void *b, void *context)
{
    const struct lka_event_part *part = context;
    return lka_span_compare(text_of(part, ((const struct lka_entry *)a)->place),
                            text_of(part, ((const struct lka_entry *)b)->place));
}

/* By hash; those that share one by their texts. */
static lka_status order_contacts(struct lka_event_part *part, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&part->order, &part->order_capacity, part->contact_count, sizeof *part->order, error));
    for (size_t i = 0; i < part->contact_count; i++) {
        part->order[i] = (struct lka_entry){{lka_event_contact_hash(text_of(part, i)), 0}, i};
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

/* Each moment behind those of its contact that came before: a sort by counting, which keeps their order. */
static lka_status deal_moments(struct lka_event_part *part, struct lka_error *error)
{
    if (part->count == 0) {
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&part->moments, &part->moment_capacity, part->count, sizeof *part->moments, error));
    size_t start = 0;
    for (size_t i = 0; i < part->contact_count; i++) {
        size_t *place = &part->contacts[part->order[i].place].count;
        size_t count = *place;
        *place = start;
        start += count;
    }
    const uint32_t *whose = part->whose;
    const uint32_t *last = whose + part->count - 1;
    for (size_t i = 0; i < part->bytes->count; i++) {
        const char *record = part->bytes->chunks[i].bytes;
        const char *end = record + part->bytes->chunks[i].used;
        for (; record < end; record += lka_item_length(record)) {
            const uint32_t *later = last - whose > TOGETHER ? whose + TOGETHER : last;
            __builtin_prefetch(&part->moments[part->contacts[*later].count], 1);
            part->moments[part->contacts[*whose++].count++] = lka_moment_of(record);
        }
    }
    return LKA_OK;
}

lka_status lka_event_part_fill(struct lka_event_part *part, const struct lka_part_bytes *bytes, struct lka_error *error)
{
    part->bytes = bytes;
    part->count = part->at = 0;
    part->contact_count = part->contact = 0;
    if (part->slot_capacity == 0) {
        LKA_TRY(widen_slots(part, FEWEST_SLOTS, error));
    }
    memset(part->slots, 0, part->slot_capacity * sizeof *part->slots);
    for (size_t i = 0; i < bytes->count; i++) {
        LKA_TRY(take_records(part, &bytes->chunks[i], error));
    }
    LKA_TRY(order_contacts(part, error));
    return deal_moments(part, error);
}

/* ---- the order of times ----------------------------------------------------------------------- */

static lka_status order_times(struct lka_event_part *part, struct lka_moment *moments, size_t count,
                              struct lka_error *error)
{
    LKA_TRY(lka_reserve(&part->times, &part->time_capacity, count, sizeof *part->times, error));
    for (size_t i = 0; i < count; i++) {
        part->times[i] = (struct lka_entry){{moments[i].head >> LKA_MOMENT_TIME_AT, moments[i].head},
                                            (uint64_t)(uintptr_t)moments[i].record};
    }
    lka_entries_sort(part->times, count);
    for (size_t i = 0; i < count; i++) {
        moments[i] = (struct lka_moment){part->times[i].hash.low, (const char *)(uintptr_t)part->times[i].place};
    }
    return LKA_OK;
}

static bool in_order(const struct lka_moment *moments, size_t count)
{
    bool good = true;
    for (size_t i = 1; i < count; i++) {
        good &= lka_moment_time(&moments[i]) >= lka_moment_time(&moments[i - 1]);
    }
    return good;
}

lka_status lka_event_part_next(struct lka_event_part *part, struct lka_event_group *group, struct lka_error *error)
{
    *group = (struct lka_event_group){.shapes = part->shapes};
    if (part->contact == part->contact_count) {
        return LKA_OK;
    }
    enum { AHEAD = 6 };
    size_t contact = part->order[part->contact++].place;
    if (part->contact + AHEAD < part->contact_count) {
        __builtin_prefetch(part->contacts[part->order[part->contact + AHEAD].place].record);
    }
    struct lka_moment *moments = part->moments + part->at;
    size_t count = part->contacts[contact].count - part->at;
    part->at += count;
    LKA_TRY(in_order(moments, count) ? LKA_OK : order_times(part, moments, count, error));
    LKA_TRY(lka_event_repeats_take_out(&part->repeats, part->shapes, moments, &count, error));
    group->contact = text_of(part, contact);
    group->moments = moments;
    group->count = count;
    return LKA_OK;
}
