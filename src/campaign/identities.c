#include "campaign/identities.h"

#include "base/error.h"
#include "base/memory.h"
#include "identity/identity.h"

#include <stdlib.h>

#define LKA_UNUSED_TEXT_(name, text) text,
const char *const lka_unused_names[LKA_UNUSED_COUNT] = {LKA_UNUSED_REASONS(LKA_UNUSED_TEXT_)};

/* ---- one form for each identity --------------------------------------------------------------- */

static bool email_text(struct lka_span id, struct lka_text *text)
{
    uint8_t bytes[32];
    char hex[65] = "";
    struct lka_text plain = {0};
    bool hashed = lka_sha256_read(id, bytes);
    bool good = hashed ? lka_plain_text(id, &plain) : lka_email_plain(id, &plain);
    if (good && !hashed) {
        good = lka_sha256_hex((struct lka_span){plain.bytes, (uint32_t)plain.length}, hex);
    }
    text->failed |= plain.failed;
    if (good) {
        lka_text_format(text, "email:%s", hashed ? plain.bytes : hex);
    }
    lka_text_release(&plain);
    return good;
}

bool lka_identity_name(enum lka_identity_type type, struct lka_span id, struct lka_text *text)
{
    lka_text_clear(text);
    if (id.length == 0) {
        return false;
    }
    if (type == LKA_IDENTITY_EMAIL) {
        return email_text(id, text);
    }
    lka_text_format(text, "%s:", lka_identity_type_names[type]);
    size_t start = text->length;
    lka_text_append(text, id.text, id.length);
    bool folds = type == LKA_IDENTITY_MAID || type == LKA_IDENTITY_PHONE;
    for (size_t i = start; folds && i < text->length; i++) {
        char c = text->bytes[i];
        text->bytes[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return true;
}

/* ---- taking rows ------------------------------------------------------------------------------ */

static lka_status key_of(const struct lka_identities *reach, struct lka_span name, size_t platform,
                         struct lka_hash128 *hash, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_format(&text, "%s\n", reach->platforms.items[platform]);
    lka_text_append(&text, name.text, name.length);
    bool failed = text.failed;
    *hash = failed ? (struct lka_hash128){0, 0} : lka_hash128((struct lka_span){text.bytes, (uint32_t)text.length});
    lka_text_release(&text);
    return failed ? lka_fail_memory(error, name.length) : LKA_OK;
}

static lka_status keep_new(struct lka_identities *reach, const struct lka_identity *identity, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&reach->items, &reach->capacity, reach->count + 1, sizeof *reach->items, error));
    char *copy = lka_arena_take(&reach->arena, identity->id.length);
    if (!copy) {
        return lka_fail_memory(error, identity->id.length);
    }
    memcpy(copy, identity->id.text, identity->id.length);
    reach->items[reach->count] = *identity;
    reach->items[reach->count++].id.text = copy;
    return LKA_OK;
}

/* The same identity again: of the same contact it says more of the one that is there; of another, nobody knows whose it
 * is. */
static void merge(struct lka_identities *reach, struct lka_identity *known, const struct lka_identity *again)
{
    if (known->contact != again->contact) {
        known->claimed = true;
        reach->unused[LKA_UNUSED_CLAIMED]++;
        return;
    }
    known->consent &= again->consent;
    known->last_seen = again->last_seen > known->last_seen ? again->last_seen : known->last_seen;
    reach->unused[LKA_UNUSED_REPEATED]++;
}

lka_status lka_identities_add(struct lka_identities *reach, const struct lka_identity *identity,
                              struct lka_span platform, struct lka_span name, struct lka_error *error)
{
    if (identity->contact == LKA_NOBODY || identity->contact == LKA_SHARED) {
        reach->unused[identity->contact == LKA_NOBODY ? LKA_UNUSED_UNKNOWN_CONTACT : LKA_UNUSED_SHARED_EMAIL]++;
        return LKA_OK;
    }
    size_t at;
    struct lka_hash128 hash;
    bool added;
    uint32_t *place;
    LKA_TRY(lka_terms_add(&reach->platforms, platform, "platform", &at, error));
    LKA_TRY(key_of(reach, name, at, &hash, error));
    LKA_TRY(lka_index_add(&reach->by_key, hash, (uint32_t)reach->count, &place, &added, error));
    if (!added) {
        merge(reach, &reach->items[*place], identity);
        return LKA_OK;
    }
    struct lka_identity kept = *identity;
    kept.platform = (uint32_t)at;
    return keep_new(reach, &kept, error);
}

/* ---- deciding --------------------------------------------------------------------------------- */

static int by_contact(const void *a, const void *b)
{
    const struct lka_identity *x = a;
    const struct lka_identity *y = b;
    if (x->contact != y->contact) {
        return x->contact < y->contact ? -1 : 1;
    }
    if (x->type != y->type) {
        return x->type < y->type ? -1 : 1;
    }
    if (x->platform != y->platform) {
        return x->platform < y->platform ? -1 : 1;
    }
    return lka_span_compare(x->id, y->id);
}

static enum lka_unused decide(const struct lka_identities *reach, const struct lka_identity *identity,
                              const struct lka_onboarded *contact, int64_t oldest)
{
    if (identity->claimed) {
        return LKA_UNUSED_CLAIMED;
    }
    if (!contact->inactive) {
        return LKA_UNUSED_NOT_INACTIVE;
    }
    if (contact->suppressed) {
        return LKA_UNUSED_SUPPRESSED;
    }
    if (!identity->consent) {
        return LKA_UNUSED_NO_CONSENT;
    }
    if (!lka_onboarded_consents(contact, lka_span_of(reach->platforms.items[identity->platform]))) {
        return LKA_UNUSED_NO_ADVERTISING;
    }
    return identity->last_seen < oldest ? LKA_UNUSED_STALE : LKA_USABLE;
}

/* Platforms by name, so that the order of the rows does not show. */
static void sort_platforms(struct lka_identities *reach)
{
    size_t order[LKA_TERMS_MOST];
    uint32_t place_of[LKA_TERMS_MOST];
    char *names[LKA_TERMS_MOST];
    size_t count = reach->platforms.count;
    lka_terms_order(&reach->platforms, order);
    for (size_t i = 0; i < count; i++) {
        names[i] = reach->platforms.items[order[i]];
        place_of[order[i]] = (uint32_t)i;
    }
    memcpy(reach->platforms.items, names, count * sizeof *names);
    for (size_t i = 0; i < reach->count; i++) {
        reach->items[i].platform = place_of[reach->items[i].platform];
    }
}

void lka_identities_decide(struct lka_identities *reach, const struct lka_contacts *contacts, int64_t oldest)
{
    if (reach->count > 0) {
        sort_platforms(reach);
    }
    if (reach->count > 0) {
        qsort(reach->items, reach->count, sizeof *reach->items, by_contact);
    }
    /* The places in it moved; nothing is looked up any more. */
    lka_index_release(&reach->by_key);
    for (size_t i = 0; i < reach->count; i++) {
        struct lka_identity *identity = &reach->items[i];
        enum lka_unused state = decide(reach, identity, &contacts->items[identity->contact], oldest);
        identity->state = (uint8_t)state;
        if (state == LKA_USABLE) {
            reach->usable++;
        } else {
            reach->unused[state]++;
        }
    }
}

void lka_identities_release(struct lka_identities *reach)
{
    lka_free(reach->items);
    lka_terms_release(&reach->platforms);
    lka_index_release(&reach->by_key);
    lka_arena_release(&reach->arena);
    *reach = (struct lka_identities){0};
}

/* ---- looking at it ---------------------------------------------------------------------------- */

size_t lka_identities_end(const struct lka_identities *reach, uint32_t contact, size_t at)
{
    while (at < reach->count && reach->items[at].contact == contact) {
        at++;
    }
    return at;
}

uint32_t lka_identities_paths(const struct lka_identities *reach, size_t at, size_t end, const struct lka_paths *paths)
{
    uint32_t mask = 0;
    for (size_t i = at; i < end; i++) {
        const struct lka_identity *identity = &reach->items[i];
        struct lka_span platform = lka_span_of(reach->platforms.items[identity->platform]);
        for (size_t p = 0; p < paths->count && identity->state == LKA_USABLE; p++) {
            if (lka_path_takes(&paths->items[p], (enum lka_identity_type)identity->type, platform)) {
                mask |= UINT32_C(1) << p;
            }
        }
    }
    return mask;
}
