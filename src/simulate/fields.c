#include "simulate/draws.h"
#include "simulate/tables.h"

#include "simulate/identity.h"

char *lka_put_share(double share, char *at)
{
    uint32_t millionths = (uint32_t)(share * 1e6 + .5);
    *at++ = (char)('0' + millionths / 1000000);
    *at++ = '.';
    for (uint32_t unit = 100000; unit > 0; unit /= 10) {
        *at++ = (char)('0' + millionths / unit % 10);
    }
    *at++ = ',';
    return at;
}

char *lka_put_text(const char *text, char *at)
{
    size_t length = strlen(text);
    memcpy(at, text, length);
    at[length] = ',';
    return at + length + 1;
}

void lka_group_header(const struct lka_world *world, struct lka_text *text)
{
    if (world->brand->group.name) {
        lka_text_string(text, ",");
        lka_text_string(text, world->brand->group.name);
    }
}

char *lka_put_group(const struct lka_world *world, uint64_t key, const struct lka_person *person, char *at)
{
    const struct lka_protected *group = &world->brand->group;
    if (!group->name) {
        return at;
    }
    double weights[LKA_PROTECTED_MAX];
    double total = 0;
    for (size_t g = 0; g < group->count; g++) {
        weights[g] = group->weights[g];
        for (size_t p = 0; p < group->proxy_count; p++) {
            const struct lka_proxy *proxy = &group->proxies[p];
            weights[g] *= proxy->factors[(size_t)person->values[proxy->attribute] * group->count + g];
        }
        total += weights[g];
    }
    struct lka_random random = lka_random_start(key, person->index);
    double place = lka_random_uniform(&random) * total;
    size_t g = 0;
    for (; g + 1 < group->count && place >= weights[g]; g++) {
        place -= weights[g];
    }
    memcpy(at, group->slots[g].text, sizeof group->slots[g].text);
    return at + group->slots[g].length;
}

static char *put_hex(uint64_t bits, size_t digits, char *at)
{
    for (size_t i = 0; i < digits; i++, bits >>= 4) {
        *at++ = "0123456789abcdef"[bits & 15];
    }
    return at;
}

char *lka_put_identity(uint64_t bits, unsigned type, char *at)
{
    struct lka_random random = lka_random_start(bits, type);
    uint64_t low = lka_random_next(&random);
    uint64_t high = lka_random_next(&random);
    switch ((enum lka_reach_type)type) {
    case LKA_REACH_PLATFORM:
        return lka_write_digits(100000000000000 + low % 899999999999999, at);
    case LKA_REACH_COOKIE:
        return put_hex(high, 16, put_hex(low, 16, at));
    case LKA_REACH_MAID: /* 8-4-4-4-12 */
        at = put_hex(low, 8, at);
        *at++ = '-';
        at = put_hex(low >> 32, 4, at);
        *at++ = '-';
        *at++ = '4';
        at = put_hex(low >> 48, 3, at);
        *at++ = '-';
        *at++ = 'a';
        at = put_hex(high, 3, at);
        *at++ = '-';
        return put_hex(high >> 12, 12, at);
    case LKA_REACH_TYPES:
        break;
    }
    return at;
}
