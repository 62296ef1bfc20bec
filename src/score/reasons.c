#include "score/reasons.h"

#include "base/memory.h"
#include "base/threads.h"

#include <stdatomic.h>

/* Rows that one piece of work explains: what a row gets depends on no other, so this changes no result. Many, since a forest
 * takes its tables from far away for each piece; fewer of rows so wide that the numbers of many would need much memory. */
enum { CHUNK = 256, CHUNK_LEAST = 32, CHUNKS = LKA_REASONS_ROWS / CHUNK_LEAST, WIDE = 1000, MOST = 20 };

struct chunk {
    struct lka_text text;
    size_t end[CHUNK]; /* of each row's reasons in it */
};

/* A feature's code in words. */
struct said {
    uint32_t length;
    char words[];
};

struct lka_reasons {
    const struct lka_model *model;
    const struct lka_packing *packing;
    size_t most;
    size_t threads;
    size_t together; /* rows a chunk */
    bool explains;
    _Atomic(struct said *) *said; /* by feature, then by code; NULL as long as nobody needed it */
    size_t *first_said;           /* of each feature, and behind the last one */
    const char *const *packed;    /* while rows are explained */
    size_t count;
    struct chunk chunks[CHUNKS];
};

lka_status lka_reasons_new(const struct lka_model *model, const struct lka_packing *packing, size_t most,
                           size_t threads, struct lka_reasons **reasons, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(*reasons, 1, error));
    (*reasons)->model = model;
    (*reasons)->packing = packing;
    (*reasons)->most = most < MOST ? most : MOST;
    (*reasons)->threads = threads;
    (*reasons)->together = packing->space->count > WIDE ? CHUNK_LEAST : CHUNK;
    (*reasons)->explains = lka_model_explains(model);
    LKA_TRY(LKA_NEW((*reasons)->first_said, packing->space->count + 1, error));
    size_t *first = (*reasons)->first_said;
    for (size_t f = 0; f < packing->space->count; f++) {
        first[f + 1] = first[f] + packing->space->features[f].codes;
    }
    return LKA_NEW((*reasons)->said, first[packing->space->count], error);
}

void lka_reasons_free(struct lka_reasons *reasons)
{
    if (!reasons) {
        return;
    }
    for (size_t c = 0; c < CHUNKS; c++) {
        lka_text_release(&reasons->chunks[c].text);
    }
    for (size_t i = 0; reasons->said && i < reasons->first_said[reasons->packing->space->count]; i++) {
        lka_free(atomic_load_explicit(&reasons->said[i], memory_order_relaxed));
    }
    lka_free(reasons->said);
    lka_free(reasons->first_said);
    lka_free(reasons);
}

/* ---- words ------------------------------------------------------------------------------------ */

/* NULL when memory is short. */
static struct said *put_into_words(const struct lka_reasons *reasons, size_t feature, uint16_t code)
{
    struct lka_text text = {0};
    lka_plan_say(reasons->model->plan, feature, code, code, &text);
    struct said *said = text.failed ? NULL : lka_resize(NULL, sizeof *said + text.length, 1);
    if (said) {
        said->length = (uint32_t)text.length;
        memcpy(said->words, text.bytes, text.length);
    }
    lka_text_release(&text);
    return said;
}

/* The same few are said of many rows: what one thread has put into words serves all. */
static void say(const struct lka_reasons *reasons, size_t feature, uint16_t code, struct lka_text *text)
{
    _Atomic(struct said *) *place = &reasons->said[reasons->first_said[feature] + code];
    struct said *said = atomic_load_explicit(place, memory_order_acquire);
    if (!said) {
        struct said *made = put_into_words(reasons, feature, code);
        if (!made) {
            text->failed = true;
            return;
        }
        bool first = atomic_compare_exchange_strong_explicit(place, &said, made, memory_order_acq_rel,
                                                             memory_order_acquire);
        if (first) {
            said = made;
        } else {
            lka_free(made);
        }
    }
    lka_text_append(text, said->words, said->length);
}

/* ---- one chunk -------------------------------------------------------------------------------- */

/* A chunk's rows, decoded, and what their features add. */
struct work {
    struct lka_block all;
    struct lka_block picked; /* those of one member */
    size_t member[CHUNK];
    double *adds; /* of all */
    double *picked_adds;
};

static lka_status work_init(struct work *work, const struct lka_space *space, size_t rows, struct lka_error *error)
{
    *work = (struct work){0};
    LKA_TRY(lka_block_init(&work->all, space, rows, error));
    LKA_TRY(lka_block_init(&work->picked, space, rows, error));
    LKA_TRY(LKA_NEW(work->adds, rows * space->count, error));
    return LKA_NEW(work->picked_adds, rows * space->count, error);
}

static void work_release(struct work *work)
{
    lka_block_release(&work->all);
    lka_block_release(&work->picked);
    lka_free(work->adds);
    lka_free(work->picked_adds);
}

static lka_status explain_those_of(const struct lka_reasons *reasons, struct work *work, size_t member,
                                   struct lka_error *error)
{
    uint32_t rows[CHUNK];
    size_t count = 0;
    size_t features = work->all.space->count;
    double base;
    for (size_t i = 0; i < work->all.count; i++) {
        rows[count] = (uint32_t)i;
        count += work->member[i] == member;
    }
    if (count == 0) {
        return LKA_OK;
    }
    lka_block_gather(&work->picked, &work->all, rows, count);
    LKA_TRY(lka_model_contributions(reasons->model, &work->picked, member, work->picked_adds, &base, error));
    for (size_t i = 0; i < count; i++) {
        memcpy(work->adds + rows[i] * features, work->picked_adds + i * features, features * sizeof *work->adds);
    }
    return LKA_OK;
}

/* The features that add most, among equals the first; returns how many there are. */
static size_t find_largest(const double *adds, size_t features, size_t most, size_t *best)
{
    size_t count = 0;
    for (size_t f = 0; f < features; f++) {
        size_t at = count;
        while (at > 0 && adds[f] > adds[best[at - 1]]) {
            at--;
        }
        if (!(adds[f] > 0) || at == most) {
            continue;
        }
        count += count < most;
        memmove(best + at + 1, best + at, (count - at - 1) * sizeof *best);
        best[at] = f;
    }
    return count;
}

static void say_row(const struct lka_reasons *reasons, const struct work *work, size_t row, struct lka_text *text)
{
    size_t best[MOST];
    size_t features = work->all.space->count;
    size_t count = find_largest(work->adds + row * features, features, reasons->most, best);
    for (size_t i = 0; i < count; i++) {
        uint16_t code = lka_block_codes(&work->all, best[i])[row];
        lka_text_string(text, i ? "|" : "");
        say(reasons, best[i], code, text);
    }
}

static lka_status explain_rows(const struct lka_reasons *reasons, struct work *work, size_t first, struct chunk *chunk,
                               struct lka_error *error)
{
    for (size_t i = 0; i < work->all.count; i++) {
        work->member[i] = lka_unpack(reasons->packing, reasons->packed[first + i], &work->all, i);
    }
    for (size_t member = 0; member < lka_model_numbers(reasons->model); member++) {
        LKA_TRY(explain_those_of(reasons, work, member, error));
    }
    for (size_t i = 0; i < work->all.count; i++) {
        say_row(reasons, work, i, &chunk->text);
        chunk->end[i] = chunk->text.length;
    }
    return chunk->text.failed ? lka_fail_memory(error, chunk->text.capacity) : LKA_OK;
}

static lka_status explain_chunk(void *context, size_t index, struct lka_error *error)
{
    struct lka_reasons *reasons = context;
    struct work work;
    size_t first = index * reasons->together;
    size_t left = reasons->count - first;
    size_t rows = left < reasons->together ? left : reasons->together;
    lka_text_clear(&reasons->chunks[index].text);
    lka_status status = work_init(&work, reasons->packing->space, rows, error);
    if (status == LKA_OK) {
        work.all.count = rows;
        status = explain_rows(reasons, &work, first, &reasons->chunks[index], error);
    }
    work_release(&work);
    return status;
}

/* ---- all of them ------------------------------------------------------------------------------ */

lka_status lka_reasons_find(struct lka_reasons *reasons, const char *const *packed, size_t count,
                            struct lka_error *error)
{
    size_t chunks = (count + reasons->together - 1) / reasons->together;
    reasons->packed = packed;
    reasons->count = count;
    return reasons->explains ? lka_parallel(reasons->threads, chunks, explain_chunk, reasons, error) : LKA_OK;
}

struct lka_span lka_reasons_of(const struct lka_reasons *reasons, size_t row)
{
    const struct chunk *chunk = &reasons->chunks[row / reasons->together];
    size_t at = row % reasons->together;
    size_t first = at ? chunk->end[at - 1] : 0;
    if (!reasons->explains || chunk->end[at] == first) {
        return (struct lka_span){"", 0};
    }
    return (struct lka_span){chunk->text.bytes + first, (uint32_t)(chunk->end[at] - first)};
}
