/* Drawing a contact: who it is, what will become of it, and then its parts in the order in which they draw. */
#include "simulate/life.h"

#include "simulate/draws.h"

#include <math.h>

/* ---- who it is -------------------------------------------------------------------------------- */

enum { REACH = 64 }; /* how far back the other contact of a pair is looked for */
enum pairing { ALONE, DUPLICATE, SHARES };

static enum pairing pairing_of(const struct lka_life_world *setting, uint64_t index)
{
    struct lka_random random = lka_random_start(setting->double_key, index);
    double draw = lka_random_uniform(&random);
    double duplicates = setting->brand->contacts.duplicates;
    return draw < duplicates ? DUPLICATE : draw < duplicates + setting->brand->contacts.shared_email ? SHARES : ALONE;
}

/* The nearest contact above that belongs to no pair itself; `index` if there is none. */
static uint64_t other_of_pair(const struct lka_life_world *setting, uint64_t index)
{
    for (uint64_t back = 1; back <= REACH && back <= index; back++) {
        if (pairing_of(setting, index - back) == ALONE) {
            return index - back;
        }
    }
    return index;
}

/* The same person once more: another account, another spelling of address and phone. */
static void become_duplicate(const struct lka_life_world *setting, struct lka_life *life)
{
    static const uint64_t arrangement = UINT64_C(7) << 16; /* of the names in the address: keeps it the same mailbox */
    uint64_t own_email = life->person.draws[LKA_DRAW_EMAIL];
    uint64_t own_phone = life->person.draws[LKA_DRAW_PHONE];
    int32_t *signed_up = &life->person.values[setting->world->known[LKA_KNOWN_SIGNED_UP]];
    int32_t own_date = *signed_up;
    lka_person_draw(setting->world, LKA_CRM, setting->people_key, life->duplicate_of, &life->person);
    uint64_t *email = &life->person.draws[LKA_DRAW_EMAIL];
    *email = (*email & arrangement) | (own_email & ~arrangement);
    life->person.draws[LKA_DRAW_PHONE] = own_phone;
    *signed_up = own_date < *signed_up ? own_date : *signed_up; /* the second account is the later one */
}

static void draw_identity(const struct lka_life_world *setting, uint64_t index, struct lka_life *life)
{
    enum pairing pairing = pairing_of(setting, index);
    uint64_t other = pairing == ALONE ? index : other_of_pair(setting, index);
    life->index = index;
    life->duplicate_of = pairing == DUPLICATE ? other : index;
    life->shares_with = pairing == SHARES ? other : index;
    lka_person_draw(setting->world, LKA_CRM, setting->people_key, index, &life->person);
    if (life->duplicate_of != index) {
        become_duplicate(setting, life);
    }
    if (life->shares_with != index) {
        lka_person_draw(setting->world, LKA_CRM, setting->people_key, life->shares_with, &life->mailbox);
        life->person.mailbox = &life->mailbox;
    }
}

/* ---- what will become of it ------------------------------------------------------------------- */

static uint8_t draw_machine(const struct lka_life_world *setting, double draw)
{
    double bot = setting->brand->machines.bot;
    double scanner = bot + setting->brand->machines.scanner;
    double prefetch = scanner + setting->brand->machines.prefetch;
    return draw < bot        ? LKA_MAKER_BOT
           : draw < scanner  ? LKA_MAKER_SCANNER
           : draw < prefetch ? LKA_MAKER_PREFETCH
                             : LKA_MAKER_HUMAN;
}

/* A day after `years` since sign-up; INT64_MAX if that is not before the as-of date. */
static int64_t day_after(const struct lka_life_world *setting, const struct lka_life *life, double years)
{
    double day = (double)life->signed_up + 365.25 * years;
    return day < (double)setting->calendar.as_of ? (int64_t)day : INT64_MAX;
}

static void draw_fate(const struct lka_life_world *setting, struct lka_random *random, struct lka_life *life)
{
    const struct lka_brand *brand = setting->brand;
    const struct lka_world *world = setting->world;
    double age = life->person.values[world->known[LKA_KNOWN_AGE]];
    life->signed_up = world->as_of - life->person.values[world->known[LKA_KNOWN_SIGNED_UP]];
    if (life->signed_up < setting->calendar.first_day) {
        life->signed_up = setting->calendar.first_day;
    }
    life->machine = draw_machine(setting, lka_random_uniform(random));
    life->clicks = life->machine != LKA_MAKER_SCANNER || lka_draw_happens(random, brand->machines.scanner_people);
    life->never = lka_draw_happens(random, brand->engagement.never) || life->machine == LKA_MAKER_BOT;
    life->sms = lka_draw_happens(random, brand->mailings.sms);
    life->elsewhere = lka_draw_happens(random, brand->third_party.elsewhere);
    double deceased = brand->third_party.deceased_at_60 *
                      lka_exp((age - 60) * (0x1.62e42fefa39efp-1 / brand->third_party.doubling_years));
    double wait = lka_draw_exponential(random);
    life->died = deceased > 0 ? day_after(setting, life, wait / deceased) : INT64_MAX;
    wait = lka_draw_exponential(random);
    life->invalid = brand->third_party.invalid_a_year > 0
                        ? day_after(setting, life, wait / brand->third_party.invalid_a_year)
                        : INT64_MAX;
    life->left = INT64_MAX;
    uint64_t bits = lka_random_next(random);
    life->client = (uint8_t)(bits & 7);
    life->mail_key = lka_random_next(random);
}

void lka_life_draw(const struct lka_life_world *setting, uint64_t index, struct lka_life *life)
{
    struct lka_random random = lka_random_start(setting->life_key, index);
    draw_identity(setting, index, life);
    life->event_count = 0;
    draw_fate(setting, &random, life);
    lka_life_buy(setting, &random, life);
    lka_life_fade(setting, &random, life);
    lka_life_read_mail(setting, &random, life);
    lka_life_get_mail(setting, &random, life);
    lka_events_sort(life->events, life->event_count);
}
