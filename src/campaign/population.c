#include "campaign/population.h"

#include "base/error.h"
#include "campaign/moments.h"
#include "campaign/registration.h"

#include <stdlib.h>

#define LKA_FATE_TEXT_(name, text) text,
const char *const lka_fate_names[LKA_FATE_COUNT] = {LKA_FATES(LKA_FATE_TEXT_)};

/* So many reactivated contacts of a segment are a distribution; of fewer, those of all segments are taken. */
enum { ENOUGH_MOMENTS = 10 };

/* ---- who -------------------------------------------------------------------------------------- */

static lka_status add_person(struct lka_population *population, struct lka_span id, struct lka_span segment,
                             uint32_t *person, struct lka_error *error)
{
    uint32_t *place;
    bool added;
    size_t at;
    LKA_TRY(lka_index_add(&population->by_id, lka_hash128(id), (uint32_t)population->count, &place, &added, error));
    *person = *place;
    if (!added) {
        return LKA_OK;
    }
    LKA_TRY(lka_terms_add(&population->segments, segment, "segment", &at, error));
    LKA_TRY(lka_reserve(&population->items, &population->capacity, population->count + 1, sizeof *population->items,
                        error));
    char *copy = lka_arena_take(&population->arena, id.length ? id.length : 1);
    if (!copy) {
        return lka_fail_memory(error, id.length);
    }
    memcpy(copy, id.text, id.length);
    population->items[population->count++] = (struct lka_seed){.id = {copy, id.length},
                                                               .segment = (uint32_t)at,
                                                               .registered = LKA_NO_TIME,
                                                               .first = LKA_NO_TIME,
                                                               .last = LKA_NO_TIME,
                                                               .before = LKA_NO_TIME,
                                                               .signed_up = INT32_MIN};
    return LKA_OK;
}

static lka_status add_inactive(struct lka_population *population, struct lka_statement *rows, struct lka_error *error)
{
    bool more = true;
    uint32_t person;
    while (true) {
        LKA_TRY(lka_statement_step(rows, &more, error));
        if (!more) {
            return LKA_OK;
        }
        LKA_TRY(add_person(population, lka_column_text(rows, 0), lka_column_text(rows, 1), &person, error));
    }
}

/* The segment of a registration is the one in which the contact was then. */
static lka_status add_registered(struct lka_population *population, const struct lka_registrations *registrations,
                                 struct lka_error *error)
{
    for (size_t i = 0; i < registrations->count; i++) {
        const struct lka_registration *item = &registrations->items[i];
        uint32_t person;
        if (item->repeated || item->contact.length == 0 || !item->inactive) {
            continue;
        }
        LKA_TRY(add_person(population, item->contact, item->segment, &person, error));
        population->items[person].registered = item->time;
    }
    return LKA_OK;
}

static lka_status load(struct lka_workspace *workspace, struct lka_population *population,
                       struct lka_registrations *registrations, struct lka_error *error)
{
    struct lka_statement *rows;
    LKA_TRY(lka_registrations_load(workspace, registrations, error));
    LKA_TRY(add_registered(population, registrations, error));
    LKA_TRY(lka_statement_new(workspace,
                              "SELECT contact, segment FROM campaign_contacts WHERE inactive = 1 ORDER BY "
                              "contact",
                              &rows, error));
    lka_status status = add_inactive(population, rows, error);
    lka_statement_free(rows);
    return status;
}

lka_status lka_population_load(struct lka_workspace *workspace, struct lka_population *population,
                               struct lka_error *error)
{
    struct lka_registrations registrations = {0};
    lka_status status = load(workspace, population, &registrations, error);
    lka_registrations_release(&registrations);
    return status;
}

void lka_population_release(struct lka_population *population)
{
    lka_free(population->items);
    lka_terms_release(&population->segments);
    lka_index_release(&population->by_id);
    lka_arena_release(&population->arena);
}

uint32_t lka_population_find(const struct lka_population *population, struct lka_span id)
{
    return lka_index_find(&population->by_id, lka_hash128(id));
}

void lka_population_expose(struct lka_population *population, uint32_t person, int64_t time)
{
    struct lka_seed *seed = &population->items[person];
    seed->first = seed->first == LKA_NO_TIME || time < seed->first ? time : seed->first;
    seed->last = time > seed->last ? time : seed->last;
    if (time <= seed->registered && time > seed->before) {
        seed->before = time;
    }
}

/* ---- groups ----------------------------------------------------------------------------------- */

static enum lka_fate fate_of(const struct lka_seed *seed, int64_t as_of, struct lka_period window)
{
    if (!seed->present) {
        return LKA_FATE_GONE;
    }
    if (seed->objected) {
        return LKA_FATE_OBJECTED;
    }
    if (!seed->profiling) {
        return LKA_FATE_NO_CONSENT;
    }
    if (seed->registered != LKA_NO_TIME && seed->registered <= as_of) {
        return seed->first == LKA_NO_TIME                                          ? LKA_FATE_UNEXPOSED
               : seed->before == LKA_NO_TIME                                       ? LKA_FATE_EARLY
               : seed->registered <= lka_moment_after(seed->before, window, false) ? LKA_FATE_REACTIVATED
                                                                                   : LKA_FATE_LATE;
    }
    if (seed->first == LKA_NO_TIME) {
        return LKA_FATE_UNREACHED;
    }
    return lka_moment_after(seed->last, window, false) <= as_of ? LKA_FATE_SILENT : LKA_FATE_WINDOW_OPEN;
}

/* ---- moments ---------------------------------------------------------------------------------- */

/* Moments before a first exposure, by segment and then by time; of one segment [starts[s], starts[s + 1]). */
struct moments {
    struct moment {
        uint32_t segment;
        int64_t time;
    } * items;
    size_t count;
    size_t *starts;
    int64_t *all; /* of all segments, by time */
};

static int by_segment(const void *a, const void *b)
{
    const struct moment *x = a;
    const struct moment *y = b;
    return x->segment != y->segment ? (x->segment > y->segment) - (x->segment < y->segment)
                                    : (x->time > y->time) - (x->time < y->time);
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Of the reactivated; where there are too few of them at all, of all who were exposed. */
static bool gives_moment(const struct lka_population *population, const struct lka_seed *seed)
{
    bool few = population->fates[LKA_FATE_REACTIVATED] < ENOUGH_MOMENTS;
    return seed->fate == LKA_FATE_REACTIVATED || (few && seed->fate == LKA_FATE_SILENT);
}

static void fill_moments(const struct lka_population *population, struct moments *moments)
{
    for (size_t i = 0; i < population->count; i++) {
        const struct lka_seed *seed = &population->items[i];
        if (gives_moment(population, seed)) {
            moments->all[moments->count] = seed->first;
            moments->items[moments->count++] = (struct moment){seed->segment, seed->first};
        }
    }
    if (moments->count > 0) {
        qsort(moments->items, moments->count, sizeof *moments->items, by_segment);
        qsort(moments->all, moments->count, sizeof *moments->all, by_time);
    }
    size_t at = 0;
    for (uint32_t segment = 0; segment <= population->segments.count; segment++) {
        while (at < moments->count && moments->items[at].segment < segment) {
            at++;
        }
        moments->starts[segment] = at;
    }
}

/* The moments that stand for a segment: its own, or those of all where it has too few. */
struct stretch {
    const struct moments *moments;
    bool all;
    size_t start;
    size_t count;
};

static struct stretch stretch_of(const struct moments *moments, uint32_t segment)
{
    size_t start = moments->starts[segment];
    size_t count = moments->starts[segment + 1] - start;
    bool all = count < ENOUGH_MOMENTS;
    return (struct stretch){moments, all, all ? 0 : start, all ? moments->count : count};
}

static int64_t moment_at(struct stretch stretch, size_t at)
{
    return stretch.all ? stretch.moments->all[at] : stretch.moments->items[stretch.start + at].time;
}

/* A silent contact in the order of first exposures within its segment. */
struct turn {
    uint32_t segment;
    uint32_t person;
    int64_t first;
    uint64_t tie;
};

static int by_turn(const void *a, const void *b)
{
    const struct turn *x = a;
    const struct turn *y = b;
    if (x->segment != y->segment) {
        return x->segment < y->segment ? -1 : 1;
    }
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    return (x->tie > y->tie) - (x->tie < y->tie);
}

/* The k-th of n silent contacts of a segment takes the moment of the same rank. */
static void set_silent(struct lka_population *population, const struct moments *moments, const struct turn *turns,
                       size_t count)
{
    for (size_t start = 0, end = 0; start < count; start = end) {
        struct stretch stretch = stretch_of(moments, turns[start].segment);
        while (end < count && turns[end].segment == turns[start].segment) {
            end++;
        }
        for (size_t i = start; i < end; i++) {
            struct lka_seed *seed = &population->items[turns[i].person];
            size_t rank = stretch.count * (2 * (i - start) + 1) / (2 * (end - start));
            int64_t time = stretch.count > 0 ? moment_at(stretch, rank) : seed->first;
            seed->moment = time < seed->first ? time : seed->first;
        }
    }
}

static lka_status take_turns(struct lka_population *population, const struct moments *moments, uint64_t key,
                             struct lka_error *error)
{
    struct turn *turns;
    size_t count = 0;
    LKA_TRY(LKA_NEW(turns, population->count, error));
    for (size_t i = 0; i < population->count; i++) {
        const struct lka_seed *seed = &population->items[i];
        if (seed->fate == LKA_FATE_SILENT) {
            turns[count++] = (struct turn){seed->segment, (uint32_t)i, seed->first, lka_hash(key, seed->id)};
        }
    }
    if (count > 0) {
        qsort(turns, count, sizeof *turns, by_turn);
    }
    set_silent(population, moments, turns, count);
    lka_free(turns);
    return LKA_OK;
}

static void set_others(struct lka_population *population, const struct moments *moments, int64_t as_of, uint64_t key)
{
    for (size_t i = 0; i < population->count; i++) {
        struct lka_seed *seed = &population->items[i];
        if (seed->fate == LKA_FATE_REACTIVATED) {
            seed->moment = seed->first;
        } else if (seed->fate == LKA_FATE_UNREACHED) {
            struct stretch stretch = stretch_of(moments, seed->segment);
            seed->moment = stretch.count > 0 ? moment_at(stretch, (size_t)(lka_hash(key, seed->id) % stretch.count))
                                             : as_of;
        }
    }
}

static lka_status make_moments(struct lka_population *population, struct moments *moments, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(moments->items, population->count, error));
    LKA_TRY(LKA_NEW(moments->all, population->count, error));
    LKA_TRY(LKA_NEW(moments->starts, population->segments.count + 2, error));
    fill_moments(population, moments);
    return LKA_OK;
}

lka_status lka_population_decide(struct lka_population *population, int64_t as_of, struct lka_period window,
                                 uint64_t key, struct lka_error *error)
{
    struct moments moments = {0};
    for (size_t i = 0; i < population->count; i++) {
        struct lka_seed *seed = &population->items[i];
        seed->fate = fate_of(seed, as_of, window);
        population->fates[seed->fate]++;
    }
    lka_status status = make_moments(population, &moments, error);
    if (status == LKA_OK) {
        set_others(population, &moments, as_of, key);
        status = take_turns(population, &moments, key, error);
    }
    lka_free(moments.items);
    lka_free(moments.all);
    lka_free(moments.starts);
    return status;
}
