/* Failing: every allocation of ours may fail, and the work may be interrupted: a clean status, nothing leaked (the
 * address sanitizer's run sees to that; here live blocks are counted). */
#include "contract.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- an allocator that fails at the k-th request ---------------------------------------------- */

struct failing {
    uint64_t requests;
    uint64_t fails_at; /* from 1; 0: never */
    int64_t alive;
};

static void *failing_resize(void *user, void *memory, size_t size)
{
    struct failing *failing = user;
    if (++failing->requests == failing->fails_at) {
        return NULL;
    }
    failing->alive += memory == NULL;
    return realloc(memory, size);
}

static void failing_release(void *user, void *memory)
{
    struct failing *failing = user;
    failing->alive--;
    free(memory);
}

/* Every k up to 2,000, then each a twentieth further; other numbers of a search list make no other requests. */
static uint64_t next_place(uint64_t k)
{
    return k < 2000 ? k + 1 : k + k / 20;
}

/* ---- a whole life ----------------------------------------------------------------------------- */

struct life {
    const struct candidate *candidate;
    struct people people;
    struct lka_options *options;
    struct tensors tensors; /* of a good model: what load reads */
    double *numbers;        /* room for scores and contributions */
};

static lka_status use(const struct life *life, struct lka_family_model *model)
{
    const struct lka_model_family *family = life->candidate->family;
    struct lka_arena scratch = {0};
    double base;
    lka_status status = family->score_block(model, &life->people.block, &scratch, life->numbers, NULL);
    lka_arena_release(&scratch);
    if (status == LKA_OK && family->contributions) {
        status = family->contributions(model, &life->people.block, life->numbers, &base, NULL);
    }
    if (status == LKA_OK && family->average) {
        const struct lka_family_model *members[2] = {model, model};
        struct lka_family_model *mean = NULL;
        status = family->average(members, 2, &mean, NULL);
        family->free(mean);
    }
    if (status == LKA_OK) {
        struct tensors tensors;
        struct lka_tensor_sink sink = tensors_sink(&tensors);
        status = family->save(model, &sink, NULL);
        tensors_free(&tensors);
    }
    return status;
}

/* fit, score, explain, average, save, load. */
static lka_status live(const struct life *life)
{
    const struct lka_model_family *family = life->candidate->family;
    struct lka_fit_input input = people_input(&life->people, lka_options_values(life->options));
    struct lka_family_model *model = NULL;
    struct lka_fit_info info;
    lka_status status = family->fit(&input, &model, &info, NULL);
    if (status == LKA_OK) {
        status = use(life, model);
    }
    family->free(model);
    if (status == LKA_OK) {
        struct lka_tensor_store store = tensors_store(&life->tensors);
        model = NULL;
        status = family->load(&life->people.space, &store, &model, NULL);
        family->free(model);
    }
    return status;
}

static void make_life(struct life *life, const struct candidate *candidate)
{
    life->candidate = candidate;
    people_make(&life->people,
                (struct shape){.rows = 60, .seeds = 24, .numbers = 3, .categories = 2, .codes = 6, .booleans = 2});
    life->options = candidate_options(candidate);
    life->numbers = calloc(life->people.block.count * life->people.space.count, sizeof *life->numbers);
    struct lka_family_model *model = candidate_fit_people(candidate, &life->people);
    candidate_save(candidate, model, &life->tensors);
    candidate->family->free(model);
}

static void free_life(struct life *life)
{
    tensors_free(&life->tensors);
    free(life->numbers);
    lka_options_free(life->options);
    people_free(&life->people);
}

START_TEST(each_allocation_may_fail)
{
    const struct candidate *candidate = &candidates[_i];
    struct life life;
    if (candidate->searched) {
        return;
    }
    make_life(&life, candidate);
    struct failing failing = {0};
    struct lka_allocator allocator = {failing_resize, failing_release, &failing};
    lka_set_allocator(&allocator);
    lka_status status = live(&life);
    uint64_t total = failing.requests;
    int64_t alive = failing.alive;
    for (uint64_t k = 1; k <= total && status == LKA_OK && alive == 0; k = next_place(k)) {
        failing = (struct failing){.fails_at = k};
        lka_status with_failure = live(&life);
        alive = failing.alive;
        bool clean = with_failure == LKA_MEMORY || (with_failure == LKA_OK && failing.requests >= k);
        if (!clean || alive != 0) {
            lka_set_allocator(NULL);
            EXPECT(candidate, clean, "request %llu of %llu failed: status %d, not LKA_MEMORY", (unsigned long long)k,
                   (unsigned long long)total, (int)with_failure);
            EXPECT(candidate, alive == 0, "request %llu of %llu failed: %lld blocks leaked", (unsigned long long)k,
                   (unsigned long long)total, (long long)alive);
        }
    }
    lka_set_allocator(NULL);
    EXPECT(candidate, status == LKA_OK && alive == 0, "status %d, %lld blocks leaked", (int)status, (long long)alive);
    EXPECT(candidate, total > 0, "no request for memory was seen");
    free_life(&life);
}
END_TEST

/* ---- interrupted ------------------------------------------------------------------------------ */

static bool stop_at_once(void *user)
{
    (void)user;
    return true;
}

START_TEST(interrupted_fit_stops_cleanly)
{
    const struct candidate *candidate = &candidates[_i];
    struct life life;
    make_life(&life, candidate);
    struct lka_session session = {.interrupted = stop_at_once};
    struct lka_fit_input input = people_input(&life.people, lka_options_values(life.options));
    input.session = &session;
    struct lka_family_model *model = NULL;
    struct lka_fit_info info;
    struct lka_error error = {0};
    lka_status status = candidate->family->fit(&input, &model, &info, &error);
    EXPECT(candidate, status == LKA_INTERRUPTED, "status %d, not LKA_INTERRUPTED", (int)status);
    EXPECT(candidate, model == NULL, "an interrupted fit left a model behind");
    free_life(&life);
}
END_TEST

TCase *failing_case(void)
{
    TCase *tests = tcase_create("failing");
    tcase_set_timeout(tests, 300);
    EACH_CANDIDATE(tests, each_allocation_may_fail);
    EACH_CANDIDATE(tests, interrupted_fit_stops_cleanly);
    return tests;
}
