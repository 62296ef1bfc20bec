#include "campaign/waves.h"

#include "base/error.h"
#include "base/memory.h"

void lka_wave_release(struct lka_wave *wave)
{
    lka_free(wave->items);
    lka_terms_release(&wave->segments);
    lka_arena_release(&wave->arena);
    *wave = (struct lka_wave){0};
}

/* ---- who may be invited ----------------------------------------------------------------------- */

static uint32_t paths_for(const struct lka_paths *paths, struct lka_span type, struct lka_span platform)
{
    uint32_t mask = 0;
    enum lka_identity_type known = lka_identity_type_of(type);
    for (size_t p = 0; p < paths->count && known < LKA_IDENTITY_TYPES; p++) {
        mask |= lka_path_takes(&paths->items[p], known, platform) ? UINT32_C(1) << p : 0;
    }
    return mask;
}

static lka_status add_person(struct lka_wave *wave, struct lka_span id, struct lka_span segment,
                             struct lka_error *error)
{
    size_t at;
    LKA_TRY(lka_terms_add(&wave->segments, segment, "segment", &at, error));
    LKA_TRY(lka_reserve(&wave->items, &wave->capacity, wave->count + 1, sizeof *wave->items, error));
    char *copy = lka_arena_take(&wave->arena, id.length ? id.length : 1);
    if (!copy) {
        return lka_fail_memory(error, id.length);
    }
    memcpy(copy, id.text, id.length);
    wave->items[wave->count++] = (struct lka_invited){.id = {copy, id.length}, .segment = (uint32_t)at};
    return LKA_OK;
}

/* The rows of one contact stand together. */
static lka_status take_rows(struct lka_statement *rows, const struct lka_paths *paths, struct lka_wave *wave,
                            struct lka_error *error)
{
    bool more = true;
    while (true) {
        LKA_TRY(lka_statement_step(rows, &more, error));
        if (!more) {
            return LKA_OK;
        }
        struct lka_span id = lka_column_text(rows, 0);
        if (wave->count == 0 || !lka_span_equal(wave->items[wave->count - 1].id, id)) {
            LKA_TRY(add_person(wave, id, lka_column_text(rows, 1), error));
        }
        wave->items[wave->count - 1].paths |= paths_for(paths, lka_column_text(rows, 2), lka_column_text(rows, 3));
    }
}

static void leave_out_pathless(struct lka_wave *wave)
{
    size_t kept = 0;
    for (size_t i = 0; i < wave->count; i++) {
        if (wave->items[i].paths) {
            wave->items[kept++] = wave->items[i];
        }
    }
    wave->without_path = wave->count - kept;
    wave->count = kept;
}

lka_status lka_wave_invite(struct lka_workspace *workspace, const struct lka_paths *paths, struct lka_wave *wave,
                           struct lka_error *error)
{
    static const char sql[] =
        "SELECT r.contact, c.segment, r.id_type, r.platform FROM campaign_reach r JOIN campaign_contacts c ON "
        "c.contact "
        "= r.contact WHERE c.inactive = 1 AND NOT EXISTS (SELECT 1 FROM campaign_allocations a WHERE a.contact = "
        "r.contact) AND NOT EXISTS (SELECT 1 FROM campaign_registrations g WHERE g.contact = r.contact) ORDER BY "
        "r.contact";
    struct lka_statement *rows;
    LKA_TRY(lka_statement_new(workspace, sql, &rows, error));
    lka_status status = take_rows(rows, paths, wave, error);
    lka_statement_free(rows);
    leave_out_pathless(wave);
    return status;
}

/* ---- what was learned ------------------------------------------------------------------------- */

static size_t find_path(const struct lka_paths *paths, struct lka_span name)
{
    size_t p = 0;
    while (p < paths->count && !lka_span_equal(lka_span_of(paths->items[p].name), name)) {
        p++;
    }
    return p;
}

/* A segment that nobody of this wave is in still teaches about its paths. The first pass names the segments. */
static lka_status take_trials(struct lka_statement *rows, const struct lka_paths *paths, struct lka_wave *wave,
                              struct lka_answers *answers, struct lka_error *error)
{
    bool more = true;
    while (true) {
        LKA_TRY(lka_statement_step(rows, &more, error));
        if (!more) {
            return LKA_OK;
        }
        size_t segment;
        size_t path = find_path(paths, lka_column_text(rows, 1));
        LKA_TRY(lka_terms_add(&wave->segments, lka_column_text(rows, 0), "segment", &segment, error));
        if (answers && path < paths->count) {
            answers->trials[segment * paths->count + path] = (uint64_t)lka_column_integer(rows, 2);
            answers->hits[segment * paths->count + path] = (uint64_t)lka_column_integer(rows, 3);
        }
    }
}

lka_status lka_wave_learn(struct lka_workspace *workspace, const struct lka_paths *paths, struct lka_wave *wave,
                          struct lka_answers *answers, struct lka_error *error)
{
    static const char sql[] =
        "SELECT a.segment, a.path, count(*), sum(EXISTS (SELECT 1 FROM campaign_registrations g WHERE g.contact = "
        "a.contact)) FROM campaign_allocations a JOIN campaign_waves w ON w.wave = a.wave WHERE w.observed = 1 GROUP "
        "BY "
        "a.segment, a.path ORDER BY a.segment, a.path";
    struct lka_statement *rows;
    LKA_TRY(lka_statement_new(workspace, sql, &rows, error));
    lka_status status = take_trials(rows, paths, wave, NULL, error);
    if (status == LKA_OK) {
        status = lka_answers_init(answers, wave->segments.count, paths->count, error);
    }
    if (status == LKA_OK) {
        status = take_trials(rows, paths, wave, answers, error);
    }
    lka_statement_free(rows);
    if (status == LKA_OK) {
        lka_answers_fit(answers);
    }
    return status;
}

/* ---- waves ------------------------------------------------------------------------------------ */

lka_status lka_wave_find(struct lka_workspace *workspace, int64_t number, struct lka_text *parameters,
                         struct lka_text *document, struct lka_error *error)
{
    struct lka_statement *get;
    bool found = false;
    LKA_TRY(
        lka_statement_new(workspace, "SELECT parameters, document FROM campaign_waves WHERE wave = ?", &get, error));
    lka_bind_integer(get, 1, number);
    lka_status status = lka_statement_step(get, &found, error);
    if (status == LKA_OK && found) {
        struct lka_span text = lka_column_text(get, 0);
        lka_text_append(parameters, text.text, text.length);
        text = lka_column_text(get, 1);
        lka_text_append(document, text.text, text.length);
        status = parameters->failed || document->failed ? lka_fail_memory(error, text.length) : LKA_OK;
    }
    lka_statement_free(get);
    return status;
}

static lka_status save_wave(struct lka_workspace *workspace, int64_t number, const char *parameters,
                            const char *document, struct lka_error *error)
{
    struct lka_statement *put;
    LKA_TRY(lka_statement_new(workspace,
                              "INSERT INTO campaign_waves (wave, parameters, document, observed) VALUES (?, ?, ?, 0)",
                              &put, error));
    lka_bind_integer(put, 1, number);
    lka_bind_text(put, 2, lka_span_of(parameters));
    lka_bind_text(put, 3, lka_span_of(document));
    lka_status status = lka_statement_run(put, error);
    lka_statement_free(put);
    return status;
}

static lka_status save_people(struct lka_statement *put, int64_t number, const struct lka_paths *paths,
                              const struct lka_wave *wave, struct lka_error *error)
{
    for (size_t i = 0; i < wave->count; i++) {
        const struct lka_invited *person = &wave->items[i];
        if (person->path == LKA_PATHS_MOST) {
            continue;
        }
        lka_bind_integer(put, 1, number);
        lka_bind_text(put, 2, person->id);
        lka_bind_text(put, 3, lka_span_of(wave->segments.items[person->segment]));
        lka_bind_text(put, 4, lka_span_of(paths->items[person->path].name));
        lka_bind_integer(put, 5, person->probability);
        LKA_TRY(lka_statement_run(put, error));
    }
    return LKA_OK;
}

lka_status lka_wave_save(struct lka_workspace *workspace, int64_t number, const char *parameters, const char *document,
                         const struct lka_paths *paths, const struct lka_wave *wave, struct lka_error *error)
{
    LKA_TRY(save_wave(workspace, number, parameters, document, error));
    struct lka_statement *put;
    LKA_TRY(lka_statement_new(workspace,
                              "INSERT INTO campaign_allocations (wave, contact, segment, path, millionths) VALUES (?, "
                              "?, ?, ?, ?)",
                              &put, error));
    lka_status status = save_people(put, number, paths, wave, error);
    lka_statement_free(put);
    return status;
}

static lka_status each_row(struct lka_statement *rows, lka_wave_row take, void *user, struct lka_error *error)
{
    bool more = true;
    while (true) {
        LKA_TRY(lka_statement_step(rows, &more, error));
        if (!more) {
            return LKA_OK;
        }
        LKA_TRY(take(user, lka_column_text(rows, 0), lka_column_text(rows, 1), lka_column_text(rows, 2),
                     lka_column_integer(rows, 3), error));
    }
}

lka_status lka_wave_each(struct lka_workspace *workspace, int64_t number, lka_wave_row take, void *user,
                         struct lka_error *error)
{
    struct lka_statement *rows;
    LKA_TRY(lka_statement_new(
        workspace,
        "SELECT contact, segment, path, millionths FROM campaign_allocations WHERE wave = ? ORDER BY contact", &rows,
        error));
    lka_bind_integer(rows, 1, number);
    lka_status status = each_row(rows, take, user, error);
    lka_statement_free(rows);
    return status;
}
