#include "train/seeds.h"

#include "base/error.h"
#include "base/memory.h"
#include "identity/identity.h"

struct slot {
    struct lka_hash128 hash; /* of what the person goes by; all zero: an empty slot */
    struct lka_span id;      /* in the seeds' table */
};

/* Open addressing. */
struct lka_seed_set {
    enum lka_seed_match how;
    struct slot *slots;
    struct lka_arena arena; /* the ids */
    size_t capacity;        /* a power of two */
    size_t count;
};

static bool has_role(const struct lka_schema *schema, enum lka_role role)
{
    return lka_schema_role(schema, role) != LKA_NO_COLUMN;
}

static const char *id_name(const struct lka_schema *schema)
{
    return schema->columns[lka_schema_role(schema, LKA_ROLE_ID)].name;
}

lka_status lka_seed_set_new(const struct lka_schema *seeds, const struct lka_schema *pool, bool same_ids,
                            struct lka_seed_set **set, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*set, 1, error));
    if (same_ids || strcmp(id_name(seeds), id_name(pool)) == 0) {
        (*set)->how = LKA_SEEDS_BY_ID;
    } else if (has_role(seeds, LKA_ROLE_EMAIL) && has_role(pool, LKA_ROLE_EMAIL)) {
        (*set)->how = LKA_SEEDS_BY_EMAIL;
    } else {
        (*set)->how = LKA_SEEDS_UNMATCHED;
    }
    return LKA_OK;
}

void lka_seed_set_free(struct lka_seed_set *set)
{
    if (set) {
        lka_free(set->slots);
        lka_arena_release(&set->arena);
        lka_free(set);
    }
}

enum lka_seed_match lka_seed_set_how(const struct lka_seed_set *set)
{
    return set->how;
}

/* The hash that a person goes by. *known is false if the row has nothing to go by. LKA_MEMORY only. */
static lka_status person(const struct lka_seed_set *set, struct lka_span id, struct lka_span email,
                         struct lka_hash128 *hash, bool *known)
{
    *known = set->how == LKA_SEEDS_BY_ID && id.length > 0;
    if (*known) {
        *hash = lka_hash128(id);
    }
    if (set->how != LKA_SEEDS_BY_EMAIL || email.length == 0) {
        return LKA_OK;
    }
    struct lka_text plain = {0};
    *known = lka_plain_text(email, &plain) && plain.length > 0;
    bool failed = plain.failed;
    if (*known && !failed) {
        *hash = lka_hash128((struct lka_span){plain.bytes, (uint32_t)plain.length});
    }
    lka_text_release(&plain);
    return failed ? lka_fail_memory(NULL, email.length) : LKA_OK;
}

static bool is_empty(const struct slot *slot)
{
    return (slot->hash.high | slot->hash.low) == 0;
}

/* The slot that holds the hash, or the empty one where it belongs. */
static size_t slot_of(const struct slot *slots, size_t capacity, struct lka_hash128 hash)
{
    size_t at = (size_t)hash.low & (capacity - 1);
    while (!is_empty(&slots[at]) && (slots[at].hash.high != hash.high || slots[at].hash.low != hash.low)) {
        at = (at + 1) & (capacity - 1);
    }
    return at;
}

static lka_status grow(struct lka_seed_set *set, struct lka_error *error)
{
    size_t capacity = set->capacity ? set->capacity * 2 : 64;
    struct slot *slots;
    LKA_TRY(LKA_NEW(slots, capacity, error));
    for (size_t i = 0; i < set->capacity; i++) {
        if (!is_empty(&set->slots[i])) {
            slots[slot_of(slots, capacity, set->slots[i].hash)] = set->slots[i];
        }
    }
    lka_free(set->slots);
    set->slots = slots;
    set->capacity = capacity;
    return LKA_OK;
}

lka_status lka_seed_set_add(struct lka_seed_set *set, struct lka_span id, struct lka_span email,
                            struct lka_error *error)
{
    struct lka_hash128 hash;
    bool known = false;
    if (person(set, id, email, &hash, &known) != LKA_OK) {
        return lka_fail_memory(error, email.length);
    }
    if (!known) {
        return LKA_OK;
    }
    if (set->count * 2 >= set->capacity) {
        LKA_TRY(grow(set, error));
    }
    struct slot *slot = &set->slots[slot_of(set->slots, set->capacity, hash)];
    if (!is_empty(slot)) {
        return LKA_OK;
    }
    char *copy = lka_arena_take(&set->arena, id.length);
    if (!copy) {
        return lka_fail_memory(error, id.length);
    }
    memcpy(copy, id.text, id.length);
    *slot = (struct slot){hash, {copy, id.length}};
    set->count++;
    return LKA_OK;
}

lka_status lka_seed_set_find(const struct lka_seed_set *set, struct lka_span id, struct lka_span email,
                             struct lka_span *seed, struct lka_error *error)
{
    struct lka_hash128 hash;
    bool known = false;
    *seed = (struct lka_span){NULL, 0};
    if (set->count == 0) {
        return LKA_OK;
    }
    if (person(set, id, email, &hash, &known) != LKA_OK) {
        return lka_fail_memory(error, email.length);
    }
    const struct slot *slot = known ? &set->slots[slot_of(set->slots, set->capacity, hash)] : NULL;
    if (slot && !is_empty(slot)) {
        *seed = slot->id;
    }
    return LKA_OK;
}
