#include "score/top.h"

#include "base/memory.h"
#include "score/record.h"
#include "score/runs.h"

enum { AHEAD = 8 }; /* records are fetched so many rows before they are wanted: they lie anywhere */

/* What is sorted: the record itself stays where it is. */
struct entry {
    uint64_t key;
    uint64_t tie;
    size_t at; /* in `bytes` */
};

struct lka_top {
    struct lka_top_options options;
    struct entry *entries;
    size_t count;
    size_t capacity;
    struct entry *scratch;
    size_t scratch_capacity;
    char *bytes;
    size_t used;
    size_t room;
    bool cut; /* `limit` rows were seen that are not behind (cut_key, cut_tie) */
    uint64_t cut_key;
    uint64_t cut_tie;
    struct lka_runs *runs; /* NULL while everything fits into memory */
    struct lka_span *fields;
    uint64_t given;
};

lka_status lka_top_new(const struct lka_top_options *options, struct lka_top **top, struct lka_error *error)
{
    *top = NULL;
    struct lka_top *made;
    LKA_TRY(LKA_NEW(made, 1, error));
    made->options = *options;
    lka_status status = LKA_NEW(made->fields, options->fields, error);
    if (status != LKA_OK) {
        lka_top_free(made);
        return status;
    }
    *top = made;
    return LKA_OK;
}

static void drop_memory(struct lka_top *top)
{
    lka_free(top->entries);
    lka_free(top->scratch);
    lka_free(top->bytes);
    top->entries = top->scratch = NULL;
    top->bytes = NULL;
    top->count = top->capacity = top->scratch_capacity = top->used = top->room = 0;
}

void lka_top_free(struct lka_top *top)
{
    if (top) {
        drop_memory(top);
        lka_runs_free(top->runs);
        lka_free(top->fields);
        lka_free(top);
    }
}

/* ---- order ------------------------------------------------------------------------------------ */

static inline bool comes_first(const struct lka_top *top, const struct entry *a, const struct entry *b)
{
    if (__builtin_expect(a->key != b->key, 1)) {
        return a->key < b->key;
    }
    if (a->tie != b->tie) {
        return a->tie < b->tie;
    }
    return lka_record_compare(top->bytes + a->at, top->bytes + b->at, top->options.fields) < 0;
}

static void insertion_sort(const struct lka_top *top, struct entry *entries, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct entry held = entries[i];
        size_t at = i;
        for (; at > 0 && comes_first(top, &held, &entries[at - 1]); at--) {
            entries[at] = entries[at - 1];
        }
        entries[at] = held;
    }
}

/* A merge sort, since it has no bad case and leaves sorted input nearly alone. `scratch` holds half of the entries. */
static void merge_sort(const struct lka_top *top, struct entry *entries, size_t count, struct entry *scratch)
{
    if (count <= 16) {
        insertion_sort(top, entries, count);
        return;
    }
    size_t half = count / 2;
    merge_sort(top, entries, half, scratch);
    merge_sort(top, entries + half, count - half, scratch);
    if (!comes_first(top, &entries[half], &entries[half - 1])) {
        return;
    }
    memcpy(scratch, entries, half * sizeof *entries);
    size_t left = 0;
    size_t right = half;
    /* Which side comes first is anybody's guess, so that a branch for it would go wrong half of the time. */
    size_t to = 0;
    for (; left < half && right < count; to++) {
        bool from_right = comes_first(top, &entries[right], &scratch[left]);
        const struct entry *sides[] = {&scratch[left], &entries[right]};
        entries[to] = *sides[from_right];
        right += from_right;
        left += !from_right;
    }
    memcpy(entries + to, scratch + left, (half - left) * sizeof *entries);
}

/* Sorts what is in memory and drops what is behind the limit. */
static lka_status sort_and_cut(struct lka_top *top, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&top->scratch, &top->scratch_capacity, top->count / 2 + 1, sizeof *top->scratch, error));
    merge_sort(top, top->entries, top->count, top->scratch);
    uint64_t limit = top->options.limit;
    if (limit > 0 && top->count >= limit) {
        top->count = (size_t)limit;
        top->cut = true;
        top->cut_key = top->entries[limit - 1].key;
        top->cut_tie = top->entries[limit - 1].tie;
    }
    return LKA_OK;
}

/* ---- making room ------------------------------------------------------------------------------ */

static size_t size_of(const struct lka_top *top, const struct entry *entry)
{
    return (size_t)lka_record_head(top->bytes + entry->at).size;
}

/* Writes the sorted entries as one run. */
static lka_status spill(struct lka_top *top, struct lka_error *error)
{
    if (!top->runs) {
        LKA_TRY(lka_runs_new(top->options.directory, top->options.fields, &top->runs, error));
    }
    LKA_TRY(lka_runs_begin(top->runs, error));
    for (size_t i = 0; i < top->count; i++) {
        LKA_TRY(lka_runs_append(top->runs, top->bytes + top->entries[i].at, error));
    }
    top->count = 0;
    top->used = 0;
    return LKA_OK;
}

/* Leaves only the entries' own records in memory. */
static lka_status compact(struct lka_top *top, size_t kept, struct lka_error *error)
{
    char *bytes;
    LKA_TRY(LKA_NEW(bytes, kept, error));
    size_t used = 0;
    for (size_t i = 0; i < top->count; i++) {
        size_t size = size_of(top, &top->entries[i]);
        memcpy(bytes + used, top->bytes + top->entries[i].at, size);
        top->entries[i].at = used;
        used += size;
    }
    lka_free(top->bytes);
    top->bytes = bytes;
    top->used = used;
    top->room = kept;
    return LKA_OK;
}

static size_t cost(size_t entries, size_t bytes)
{
    return entries * (sizeof(struct entry) + sizeof(struct entry) / 2) + bytes;
}

static bool is_full(const struct lka_top *top)
{
    /* Cutting well before the memory is full keeps the rows that are left in the processor's cache. */
    uint64_t limit = top->options.limit;
    return cost(top->count, top->used) >= top->options.memory || (limit > 0 && top->count / 2 >= limit + 512);
}

static lka_status make_room(struct lka_top *top, struct lka_error *error)
{
    LKA_TRY(sort_and_cut(top, error));
    size_t kept = 0;
    for (size_t i = 0; i < top->count; i++) {
        kept += size_of(top, &top->entries[i]);
    }
    return top->cut && cost(top->count, kept) <= top->options.memory / 2 ? compact(top, kept, error)
                                                                         : spill(top, error);
}

lka_status lka_top_add(struct lka_top *top, const struct lka_top_row *row, struct lka_error *error)
{
    if (top->cut && (row->key > top->cut_key || (row->key == top->cut_key && row->tie > top->cut_tie))) {
        return LKA_OK;
    }
    size_t size = lka_record_size(row->fields, top->options.fields);
    LKA_TRY(lka_reserve(&top->entries, &top->capacity, top->count + 1, sizeof *top->entries, error));
    LKA_TRY(lka_reserve(&top->bytes, &top->room, top->used + size, 1, error));
    top->entries[top->count++] = (struct entry){row->key, row->tie, top->used};
    lka_record_put(top->bytes + top->used, row->key, row->tie, row->fields, top->options.fields);
    top->used += size;
    return is_full(top) ? make_room(top, error) : LKA_OK;
}

/* ---- the result ------------------------------------------------------------------------------- */

lka_status lka_top_finish(struct lka_top *top, struct lka_error *error)
{
    LKA_TRY(sort_and_cut(top, error));
    if (!top->runs) {
        return LKA_OK;
    }
    LKA_TRY(spill(top, error));
    drop_memory(top);
    return lka_runs_merge(top->runs, top->options.memory, error);
}

static lka_status next_record(struct lka_top *top, const char **record, struct lka_error *error)
{
    *record = NULL;
    if (top->options.limit > 0 && top->given == top->options.limit) {
        return LKA_OK;
    }
    if (top->runs) {
        return lka_runs_next(top->runs, record, error);
    }
    if (top->given < top->count) {
        size_t soon = top->given + AHEAD < top->count ? top->given + AHEAD : top->count - 1;
        __builtin_prefetch(top->bytes + top->entries[soon].at);
        *record = top->bytes + top->entries[top->given].at;
    }
    return LKA_OK;
}

lka_status lka_top_next(struct lka_top *top, struct lka_top_row *row, bool *found, struct lka_error *error)
{
    const char *record = NULL;
    LKA_TRY(next_record(top, &record, error));
    *found = record != NULL;
    if (record) {
        struct lka_record_head head = lka_record_head(record);
        lka_record_fields(record, top->fields, top->options.fields);
        *row = (struct lka_top_row){head.key, head.tie, top->fields};
        top->given++;
    }
    return LKA_OK;
}
