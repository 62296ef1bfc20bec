#include "campaign/registration.h"

#include "base/error.h"

void lka_registrations_release(struct lka_registrations *registrations)
{
    lka_free(registrations->items);
    lka_arena_release(&registrations->arena);
    *registrations = (struct lka_registrations){0};
}

/* ---- keeping ---------------------------------------------------------------------------------- */

const char lka_registration_insert[] =
    "INSERT OR IGNORE INTO campaign_registrations (row, person, contact, segment, new_email, path, time, matched_by, "
    "opt_in, inactive) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

lka_status lka_registration_save(struct lka_statement *put, const struct lka_registration *registration,
                                 struct lka_error *error)
{
    lka_bind_blob(put, 1, registration->row, LKA_KEY_BYTES);
    lka_bind_blob(put, 2, registration->person, LKA_KEY_BYTES);
    lka_bind_text(put, 3, registration->contact);
    lka_bind_text(put, 4, registration->segment);
    lka_bind_text(put, 5, registration->new_email);
    lka_bind_text(put, 6, registration->path);
    lka_bind_integer(put, 7, registration->time);
    lka_bind_integer(put, 8, registration->by);
    lka_bind_integer(put, 9, registration->opt_in);
    lka_bind_integer(put, 10, registration->inactive);
    return lka_statement_run(put, error);
}

lka_status lka_registrations_count(struct lka_workspace *workspace, uint64_t *count, struct lka_error *error)
{
    struct lka_statement *statement;
    bool found = false;
    LKA_TRY(lka_statement_new(workspace, "SELECT count(*) FROM campaign_registrations", &statement, error));
    lka_status status = lka_statement_step(statement, &found, error);
    *count = found ? (uint64_t)lka_column_integer(statement, 0) : 0;
    lka_statement_free(statement);
    return status;
}

/* ---- loading ---------------------------------------------------------------------------------- */

static lka_status keep(struct lka_registrations *registrations, struct lka_span text, struct lka_span *kept,
                       struct lka_error *error)
{
    char *copy = lka_arena_take(&registrations->arena, text.length ? text.length : 1);
    if (!copy) {
        return lka_fail_memory(error, text.length);
    }
    memcpy(copy, text.text ? text.text : "", text.length);
    *kept = (struct lka_span){copy, text.length};
    return LKA_OK;
}

static void take_key(struct lka_statement *row, int at, uint8_t key[LKA_KEY_BYTES])
{
    struct lka_span bytes = lka_column_blob(row, at);
    memset(key, 0, LKA_KEY_BYTES);
    memcpy(key, bytes.text, bytes.length < LKA_KEY_BYTES ? bytes.length : LKA_KEY_BYTES);
}

static lka_status take_row(struct lka_registrations *registrations, struct lka_statement *row, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&registrations->items, &registrations->capacity, registrations->count + 1,
                        sizeof *registrations->items, error));
    struct lka_registration *item = &registrations->items[registrations->count];
    *item = (struct lka_registration){.time = lka_column_integer(row, 6),
                                      .by = (enum lka_match_key)lka_column_integer(row, 7),
                                      .opt_in = (enum lka_opt_in)lka_column_integer(row, 8),
                                      .inactive = lka_column_integer(row, 9) != 0};
    take_key(row, 0, item->row);
    take_key(row, 1, item->person);
    LKA_TRY(keep(registrations, lka_column_text(row, 2), &item->contact, error));
    LKA_TRY(keep(registrations, lka_column_text(row, 3), &item->segment, error));
    LKA_TRY(keep(registrations, lka_column_text(row, 4), &item->new_email, error));
    LKA_TRY(keep(registrations, lka_column_text(row, 5), &item->path, error));
    registrations->count++;
    return LKA_OK;
}

static lka_status load_rows(struct lka_registrations *registrations, struct lka_statement *rows,
                            struct lka_error *error)
{
    bool more = true;
    while (true) {
        LKA_TRY(lka_statement_step(rows, &more, error));
        if (!more) {
            return LKA_OK;
        }
        LKA_TRY(take_row(registrations, rows, error));
    }
}

/* ---- whose they are --------------------------------------------------------------------------- */

static struct lka_hash128 key_hash(const uint8_t key[LKA_KEY_BYTES])
{
    struct lka_hash128 hash;
    memcpy(&hash, key, sizeof hash);
    return hash;
}

/* Strangers who gave an e-mail that a matched registration brought. */
static lka_status adopt(struct lka_registrations *registrations, struct lka_index *by_person, struct lka_error *error)
{
    uint32_t *place;
    bool added;
    for (size_t i = 0; i < registrations->count; i++) {
        const struct lka_registration *item = &registrations->items[i];
        if (item->contact.length > 0 && item->new_email.length > 0) {
            LKA_TRY(lka_index_add(by_person, key_hash(item->person), (uint32_t)i, &place, &added, error));
        }
    }
    for (size_t i = 0; i < registrations->count; i++) {
        struct lka_registration *item = &registrations->items[i];
        uint32_t owner = item->contact.length ? LKA_NOBODY : lka_index_find(by_person, key_hash(item->person));
        if (owner != LKA_NOBODY) {
            item->contact = registrations->items[owner].contact;
            item->segment = registrations->items[owner].segment;
            item->inactive = registrations->items[owner].inactive;
            item->by = LKA_MATCH_NEW_EMAIL;
        }
    }
    return LKA_OK;
}

static lka_status find_repeated(struct lka_registrations *registrations, struct lka_index *seen,
                                struct lka_error *error)
{
    for (size_t i = 0; i < registrations->count; i++) {
        struct lka_registration *item = &registrations->items[i];
        struct lka_hash128 hash = item->contact.length ? lka_hash128(item->contact) : key_hash(item->person);
        uint32_t *place;
        bool added;
        LKA_TRY(lka_index_add(seen, hash, (uint32_t)i, &place, &added, error));
        item->repeated = !added;
    }
    return LKA_OK;
}

static lka_status resolve(struct lka_registrations *registrations, struct lka_error *error)
{
    struct lka_index by_person = {0};
    struct lka_index seen = {0};
    lka_status status = adopt(registrations, &by_person, error);
    if (status == LKA_OK) {
        status = find_repeated(registrations, &seen, error);
    }
    lka_index_release(&by_person);
    lka_index_release(&seen);
    return status;
}

/* The key of the workspace decides about the order of rows alone where nothing else tells them apart. */
lka_status lka_registrations_load(struct lka_workspace *workspace, struct lka_registrations *registrations,
                                  struct lka_error *error)
{
    struct lka_statement *rows;
    *registrations = (struct lka_registrations){0};
    LKA_TRY(lka_statement_new(workspace,
                              "SELECT row, person, contact, segment, new_email, path, time, matched_by, opt_in, "
                              "inactive FROM campaign_registrations ORDER BY time, contact, new_email, path, "
                              "matched_by, opt_in, row",
                              &rows, error));
    lka_status status = load_rows(registrations, rows, error);
    lka_statement_free(rows);
    return status == LKA_OK ? resolve(registrations, error) : status;
}
