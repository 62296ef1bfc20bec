/* The pool of `simulate crm`: prospects with both potential outcomes. One draw decides both, so that nobody answers
 * when left alone who would not answer when exposed. */
#include "simulate/response.h"
#include "simulate/row.h"
#include "simulate/tables.h"

static char *put_flag(bool flag, char *at)
{
    *at++ = flag ? '1' : '0';
    *at++ = ',';
    return at;
}

static void write_truth(const struct lka_prospect_tables *tables, const struct lka_person *person,
                        struct lka_wave_block *block)
{
    struct lka_prospect_counts *counts = block->facts;
    struct lka_text *labels = &block->files[LKA_TABLE_TRUTH_POOL];
    struct lka_text *outcomes = &block->files[LKA_TABLE_TRUTH_PROSPECTS];
    char *label = lka_wave_room(labels, 32);
    char *at = lka_wave_room(outcomes, 64);
    if (!label || !at) {
        return;
    }
    const struct lka_world *world = tables->world;
    double odds = world->response.intercept + lka_response_score(world, &world->response, person);
    double exposed = lka_logistic(odds);
    double unexposed = lka_logistic(odds - world->brand->prospects.exposure[person->persona]);
    double draw = (double)(person->draws[LKA_DRAW_LABEL] >> 11) * 0x1p-53;
    counts->alike += draw < exposed;
    counts->unexposed += draw < unexposed;
    label = lka_row_write_id(LKA_POOL, person->index, label);
    *label++ = ',';
    label = put_flag(draw < exposed, label);
    label[-1] = '\n';
    lka_wave_end(labels, label);
    at = lka_row_write_id(LKA_POOL, person->index, at);
    *at++ = ',';
    at = lka_put_share(unexposed, lka_put_share(exposed, at));
    at = put_flag(draw < unexposed, put_flag(draw < exposed, at));
    at[-1] = '\n';
    lka_wave_end(outcomes, at);
}

void lka_prospects_make(const void *context, uint64_t from, uint64_t to, struct lka_wave_block *block)
{
    const struct lka_prospect_tables *tables = context;
    struct lka_prospect_counts *counts = block->facts;
    struct lka_text *file = &block->files[LKA_TABLE_POOL];
    struct lka_person person;
    for (uint64_t index = from; index < to; index++) {
        char *start = lka_wave_room(file, lka_row_room(tables->world) + LKA_DIRT_ROOM + sizeof(struct lka_slot));
        if (!start) {
            return;
        }
        lka_person_draw(tables->world, LKA_POOL, tables->key, index, &person);
        char *at = lka_row_write(tables->world, &person, start);
        at[-1] = ',';
        at = lka_put_group(tables->world, tables->group_key, &person, at);
        at[-1] = '\n';
        enum lka_dirt dirt = lka_dirt_of(&tables->dirt, index);
        if (dirt != LKA_DIRT_NONE) {
            counts->dirt[dirt]++;
            at = lka_dirt_apply(tables->world, &tables->dirt, LKA_POOL, index, dirt, start, at);
        }
        lka_wave_end(file, at);
        if (dirt != LKA_DIRT_DUPLICATE_ID) {
            write_truth(tables, &person, block);
        }
    }
}

void lka_prospects_add(void *total, const void *facts)
{
    struct lka_prospect_counts *sums = total;
    const struct lka_prospect_counts *some = facts;
    sums->alike += some->alike;
    sums->unexposed += some->unexposed;
    for (size_t k = 0; k < LKA_DIRT_KINDS; k++) {
        sums->dirt[k] += some->dirt[k];
    }
}
