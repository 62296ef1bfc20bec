#include "score/selection.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/parameters.h"
#include "score/guess.h"
#include "score/top.h"

/* The last row of the sample: a row belongs to it if it does not come behind this one. */
struct cut {
    uint64_t hash;
    uint64_t tie;
    char *id;
    uint32_t id_length;
};

struct lka_selection {
    struct lka_selection_options options;
    struct lka_top *ranking; /* by score */
    struct lka_top *sample;  /* by the explore hash, the ids alone; NULL without exploring */
    struct lka_guess guess;
    struct lka_selection_counts counts;
    struct cut cut;
    uint64_t rank;     /* of the row that came last */
    uint64_t explored; /* rows of the sample that came */
};

static bool is_exploring(const struct lka_selection_options *options)
{
    return options->explore.share > 0 || options->explore.count > 0;
}

/* m, once k is known. A share is one of the top, a count is one of all. */
static uint64_t sample_size(const struct lka_selection_options *options, uint64_t top, uint64_t eligible)
{
    return lka_amount_of(options->explore, options->explore.share > 0 ? top : eligible);
}

/* The most rows of the sample, as far as it is known before the rows are: else 0. */
static uint64_t sample_limit(const struct lka_selection_options *options)
{
    if (options->explore.share > 0 && options->top.share > 0) {
        return 0;
    }
    return sample_size(options, options->top.count, UINT64_MAX);
}

/* The most rows of the top; 0: not known. */
static uint64_t top_limit(const struct lka_selection_options *options)
{
    return options->top.share > 0 && options->most > 0 ? lka_amount_of(options->top, options->most)
                                                       : options->top.count;
}

/* An explored row needs its rank among all, so that then no row can be dropped. */
static lka_status new_ranking(struct lka_selection *selection, struct lka_error *error)
{
    const struct lka_selection_options *options = &selection->options;
    bool exploring = is_exploring(options);
    struct lka_top_options ranking = {
        .limit = exploring ? 0 : top_limit(options),
        .memory = exploring ? options->memory / 2 : options->memory,
        .directory = options->directory,
        .fields = options->fields,
    };
    LKA_TRY(lka_top_new(&ranking, &selection->ranking, error));
    struct lka_top_options sample = ranking;
    sample.limit = sample_limit(options);
    sample.fields = 1;
    return exploring ? lka_top_new(&sample, &selection->sample, error) : LKA_OK;
}

bool lka_selection_wants_again(struct lka_amount top, struct lka_amount explore)
{
    return top.share > 0 && top.share <= LKA_GUESS_MOST && explore.share == 0 && explore.count == 0;
}

lka_status lka_selection_new(const struct lka_selection_options *options, struct lka_selection **selection,
                             struct lka_error *error)
{
    *selection = NULL;
    struct lka_selection *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->options = *options;
    lka_status status = new_ranking(made, error);
    if (status == LKA_OK) {
        bool guessing = options->again && lka_selection_wants_again(options->top, options->explore);
        status = lka_guess_init(&made->guess, guessing ? options->top.share : 0, error);
    }
    if (status != LKA_OK) {
        lka_selection_free(made);
        return status;
    }
    *selection = made;
    return LKA_OK;
}

void lka_selection_free(struct lka_selection *selection)
{
    if (selection) {
        lka_top_free(selection->ranking);
        lka_top_free(selection->sample);
        lka_guess_release(&selection->guess);
        lka_free(selection->cut.id);
        lka_free(selection);
    }
}

size_t lka_selection_pick(struct lka_selection *selection, const double *scores, size_t count, uint32_t *picked)
{
    struct lka_guess guess = selection->guess; /* of this function alone, so that it stays in registers */
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        picked[found] = (uint32_t)i;
        found += lka_guess_takes(&guess, lka_score_key(scores[i]));
    }
    selection->guess = guess;
    selection->counts.eligible += count;
    return found;
}

void lka_selection_pass(struct lka_selection *selection, uint64_t rows)
{
    selection->counts.eligible += rows;
}

lka_status lka_selection_add(struct lka_selection *selection, double score, const struct lka_span *fields,
                             struct lka_error *error)
{
    uint64_t tie = lka_hash(selection->options.tie_key, fields[0]);
    if (selection->sample) {
        struct lka_top_row sampled = {lka_hash(selection->options.explore_key, fields[0]), tie, fields};
        LKA_TRY(lka_top_add(selection->sample, &sampled, error));
    }
    struct lka_top_row row = {lka_score_key(score), tie, fields};
    return lka_top_add(selection->ranking, &row, error);
}

lka_status lka_selection_retry(struct lka_selection *selection, bool *again, struct lka_error *error)
{
    uint64_t wanted = lka_amount_of(selection->options.top, selection->counts.eligible);
    *again = lka_guess_missed(&selection->guess, wanted);
    if (!*again) {
        return LKA_OK;
    }
    lka_guess_retry(&selection->guess);
    selection->counts.eligible = 0;
    lka_top_free(selection->ranking);
    selection->ranking = NULL;
    return new_ranking(selection, error);
}

/* Finds the last of the `count` first rows of the sample. */
static lka_status find_cut(struct lka_selection *selection, uint64_t count, struct lka_error *error)
{
    LKA_TRY(lka_top_finish(selection->sample, error));
    struct lka_top_row row = {0};
    for (uint64_t i = 0; i < count; i++) {
        bool found = false;
        LKA_TRY(lka_top_next(selection->sample, &row, &found, error));
    }
    selection->cut = (struct cut){row.key, row.tie, NULL, row.fields[0].length};
    selection->cut.id = lka_copy_text(row.fields[0].text, row.fields[0].length);
    lka_top_free(selection->sample);
    selection->sample = NULL;
    return selection->cut.id ? LKA_OK : lka_fail_memory(error, selection->cut.id_length);
}

lka_status lka_selection_finish(struct lka_selection *selection, struct lka_selection_counts *counts,
                                struct lka_error *error)
{
    const struct lka_selection_options *options = &selection->options;
    selection->counts.top = lka_amount_of(options->top, selection->counts.eligible);
    if (!selection->sample && options->most > 0 && selection->counts.eligible > options->most) {
        return lka_fail(error, LKA_DATA,
                        "%llu rows came of files that could hold %llu when they were opened; run again when nothing "
                        "writes to them",
                        (unsigned long long)selection->counts.eligible, (unsigned long long)options->most);
    }
    if (selection->sample && selection->counts.eligible > 0) {
        selection->counts.explored = sample_size(options, selection->counts.top, selection->counts.eligible);
        LKA_TRY(find_cut(selection, selection->counts.explored, error));
    }
    *counts = selection->counts;
    return lka_top_finish(selection->ranking, error);
}

static bool is_sampled(const struct lka_selection *selection, const struct lka_top_row *row)
{
    if (selection->counts.explored == 0) {
        return false;
    }
    const struct cut *cut = &selection->cut;
    uint64_t hash = lka_hash(selection->options.explore_key, row->fields[0]);
    if (hash != cut->hash) {
        return hash < cut->hash;
    }
    if (row->tie != cut->tie) {
        return row->tie < cut->tie;
    }
    return lka_span_compare(row->fields[0], (struct lka_span){cut->id, cut->id_length}) <= 0;
}

lka_status lka_selection_next(struct lka_selection *selection, struct lka_ranked_row *row, bool *found,
                              struct lka_error *error)
{
    const struct lka_selection_counts *counts = &selection->counts;
    *found = false;
    while (selection->rank < counts->top || selection->explored < counts->explored) {
        struct lka_top_row next;
        LKA_TRY(lka_top_next(selection->ranking, &next, found, error));
        if (!*found) {
            break;
        }
        bool top = ++selection->rank <= counts->top;
        bool sampled = is_sampled(selection, &next);
        selection->explored += sampled;
        if (top || sampled) {
            *row = (struct lka_ranked_row){.rank = selection->rank,
                                           .score = lka_key_score(next.key),
                                           .source = top && sampled ? "both"
                                                     : top          ? "top"
                                                                    : "explore",
                                           .fields = next.fields};
            return LKA_OK;
        }
    }
    *found = false;
    return LKA_OK;
}
