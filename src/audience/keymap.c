#include "audience/keymap.h"

#include "base/error.h"
#include "base/memory.h"

static uint64_t short_of(const struct lka_known_key *key)
{
    uint64_t bits;
    memcpy(&bits, key->bytes, sizeof bits);
    return bits;
}

static size_t place_of(const struct lka_keymap *map, uint64_t key)
{
    size_t at = (size_t)key & (map->capacity - 1);
    while (map->slots[at].number != LKA_NO_NUMBER && map->slots[at].key != key) {
        at = (at + 1) & (map->capacity - 1);
    }
    return at;
}

static lka_status grow(struct lka_keymap *map, struct lka_error *error)
{
    struct lka_keymap larger = {.capacity = map->capacity ? 2 * map->capacity : 1024, .count = map->count};
    LKA_TRY(LKA_NEW(larger.slots, larger.capacity, error));
    for (size_t i = 0; i < larger.capacity; i++) {
        larger.slots[i].number = LKA_NO_NUMBER;
    }
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].number != LKA_NO_NUMBER) {
            larger.slots[place_of(&larger, map->slots[i].key)] = map->slots[i];
        }
    }
    lka_free(map->slots);
    *map = larger;
    return LKA_OK;
}

lka_status lka_keymap_put(struct lka_keymap *map, const struct lka_known_key *key, uint32_t number,
                          struct lka_error *error)
{
    if (4 * map->count >= 3 * map->capacity) {
        LKA_TRY(grow(map, error));
    }
    struct lka_keymap_slot *slot = &map->slots[place_of(map, short_of(key))];
    if (slot->number == LKA_NO_NUMBER) {
        *slot = (struct lka_keymap_slot){short_of(key), number};
        map->count++;
    }
    return LKA_OK;
}

uint32_t lka_keymap_find(const struct lka_keymap *map, const struct lka_known_key *key)
{
    return map->capacity ? map->slots[place_of(map, short_of(key))].number : LKA_NO_NUMBER;
}

void lka_keymap_release(struct lka_keymap *map)
{
    lka_free(map->slots);
    *map = (struct lka_keymap){0};
}
