#include "audience/entrants.h"

#include "base/error.h"
#include "identity/encode.h"

#include <stdio.h>

void lka_person_hex(const uint8_t person[32], char hex[65])
{
    lka_encode_hex(person, 32, hex);
    hex[64] = '\0';
}

lka_status lka_entrants_open(struct lka_workspace *workspace, const char *campaign, struct lka_entrants *entrants,
                             struct lka_error *error)
{
    *entrants = (struct lka_entrants){.workspace = workspace, .campaign = campaign};
    return lka_statement_new(workspace,
                             "SELECT p.person, holdout, probability, path, path_probability, first_entry "
                             "FROM audience_keys k JOIN audience_people p "
                             "ON p.campaign = k.campaign AND p.person = k.person WHERE k.campaign = ? AND k.key = ?",
                             &entrants->find, error);
}

void lka_entrants_close(struct lka_entrants *entrants)
{
    lka_statement_free(entrants->find);
    lka_statement_free(entrants->put_person);
    lka_statement_free(entrants->put_key);
    *entrants = (struct lka_entrants){0};
}

static void copy_column(struct lka_statement *statement, int at, char *to, size_t size)
{
    struct lka_span text = lka_column_text(statement, at);
    snprintf(to, size, "%.*s", (int)text.length, text.length ? text.text : "");
}

static void read_entrant(struct lka_statement *statement, struct lka_entrant *entrant)
{
    *entrant = (struct lka_entrant){.holdout = lka_column_integer(statement, 1) != 0,
                                    .probability = lka_column_number(statement, 2),
                                    .path_probability = lka_column_number(statement, 4)};
    lka_sha256_read(lka_column_text(statement, 0), entrant->person);
    copy_column(statement, 3, entrant->path, sizeof entrant->path);
    copy_column(statement, 5, entrant->first_entry, sizeof entrant->first_entry);
}

static lka_status find_by(struct lka_entrants *entrants, const struct lka_known_key *key, struct lka_entrant *entrant,
                          bool *found, struct lka_error *error)
{
    bool more = true;
    lka_bind_text(entrants->find, 1, lka_span_of(entrants->campaign));
    lka_bind_blob(entrants->find, 2, key->bytes, sizeof key->bytes);
    LKA_TRY(lka_statement_step(entrants->find, found, error));
    if (!*found) {
        return LKA_OK;
    }
    read_entrant(entrants->find, entrant);
    return lka_statement_step(entrants->find, &more, error); /* its end, which resets it */
}

lka_status lka_entrants_find(struct lka_entrants *entrants, const struct lka_known_key *keys, size_t count,
                             struct lka_entrant *entrant, bool *found, struct lka_error *error)
{
    *found = false;
    for (size_t i = 0; i < count && !(*found && entrant->holdout); i++) {
        struct lka_entrant by_key;
        bool there = false;
        LKA_TRY(find_by(entrants, &keys[i], &by_key, &there, error));
        if (there && (!*found || by_key.holdout)) {
            *entrant = by_key;
            *found = true;
        }
    }
    return LKA_OK;
}

static lka_status prepare_writing(struct lka_entrants *entrants, struct lka_error *error)
{
    if (entrants->put_key) {
        return LKA_OK;
    }
    LKA_TRY(lka_statement_new(entrants->workspace, "INSERT OR IGNORE INTO audience_people VALUES (?, ?, ?, ?, ?, ?, ?)",
                              &entrants->put_person, error));
    return lka_statement_new(entrants->workspace, "INSERT OR IGNORE INTO audience_keys VALUES (?, ?, ?)",
                             &entrants->put_key, error);
}

lka_status lka_entrants_link(struct lka_entrants *entrants, const uint8_t person[32], const struct lka_known_key *keys,
                             size_t count, struct lka_error *error)
{
    char hex[65];
    LKA_TRY(prepare_writing(entrants, error));
    lka_person_hex(person, hex);
    for (size_t i = 0; i < count; i++) {
        lka_bind_text(entrants->put_key, 1, lka_span_of(entrants->campaign));
        lka_bind_blob(entrants->put_key, 2, keys[i].bytes, sizeof keys[i].bytes);
        lka_bind_text(entrants->put_key, 3, lka_span_of(hex));
        LKA_TRY(lka_statement_run(entrants->put_key, error));
    }
    return LKA_OK;
}

lka_status lka_entrants_put(struct lka_entrants *entrants, const struct lka_entrant *entrant,
                            const struct lka_known_key *keys, size_t count, struct lka_error *error)
{
    char person[65];
    LKA_TRY(prepare_writing(entrants, error));
    lka_person_hex(entrant->person, person);
    struct lka_statement *put = entrants->put_person;
    lka_bind_text(put, 1, lka_span_of(entrants->campaign));
    lka_bind_text(put, 2, lka_span_of(person));
    lka_bind_integer(put, 3, entrant->holdout);
    lka_bind_number(put, 4, entrant->probability);
    lka_bind_text(put, 5, lka_span_of(entrant->path));
    lka_bind_number(put, 6, entrant->path_probability);
    lka_bind_text(put, 7, lka_span_of(entrant->first_entry));
    LKA_TRY(lka_statement_run(put, error));
    return lka_entrants_link(entrants, entrant->person, keys, count, error);
}
