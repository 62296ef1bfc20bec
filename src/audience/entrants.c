#include "audience/entrants.h"

#include "base/error.h"
#include "identity/encode.h"

#include <stdio.h>

void lka_person_hex(const uint8_t person[32], char hex[65])
{
    lka_encode_hex(person, 32, hex);
    hex[64] = '\0';
}

lka_status lka_entrants_open(struct lka_workspace *workspace, const char *campaign, const char *temporary,
                             struct lka_entrants *entrants, struct lka_error *error)
{
    *entrants = (struct lka_entrants){.workspace = workspace, .campaign = campaign, .temporary = temporary};
    return lka_statement_new(workspace,
                             "SELECT p.person, holdout, probability, path, path_probability, first_entry "
                             "FROM audience_keys k JOIN audience_people p "
                             "ON p.campaign = k.campaign AND p.person = k.person WHERE k.campaign = ? AND k.key = ?",
                             &entrants->find, error);
}

void lka_entrants_close(struct lka_entrants *entrants)
{
    lka_statement_free(entrants->find);
    lka_sorter_free(entrants->people);
    lka_sorter_free(entrants->keys);
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

/* ---- writing ---------------------------------------------------------------------------------- */

/* What a sorter holds: first what the table is ordered by. */
struct person_record {
    uint8_t person[32];
    double probability;
    double path_probability;
    char first_entry[11];
    uint8_t holdout;
    uint8_t path; /* of entrants->path_names */
};
struct key_record {
    uint8_t key[16];
    uint8_t person[32];
};

static lka_status open_sorters(struct lka_entrants *entrants, struct lka_error *error)
{
    if (!entrants->people) {
        LKA_TRY(lka_sorter_new(entrants->temporary, sizeof(struct person_record), &entrants->people, error));
    }
    return entrants->keys ? LKA_OK
                          : lka_sorter_new(entrants->temporary, sizeof(struct key_record), &entrants->keys, error);
}

lka_status lka_entrants_link(struct lka_entrants *entrants, const uint8_t person[32], const struct lka_known_key *keys,
                             size_t count, struct lka_error *error)
{
    struct key_record record;
    LKA_TRY(open_sorters(entrants, error));
    memcpy(record.person, person, sizeof record.person);
    for (size_t i = 0; i < count; i++) {
        memcpy(record.key, keys[i].bytes, sizeof record.key);
        LKA_TRY(lka_sorter_add(entrants->keys, &record, error));
    }
    return LKA_OK;
}

/* Paths are few: a record has the number of one. */
static lka_status number_path(struct lka_entrants *entrants, const char *path, uint8_t *number, struct lka_error *error)
{
    size_t at = 0;
    while (at < entrants->path_count && strcmp(entrants->path_names[at], path) != 0) {
        at++;
    }
    if (at == LKA_ENTRANTS_PATHS) {
        return lka_fail(error, LKA_DATA, "people enter on more than %d paths", (int)LKA_ENTRANTS_PATHS);
    }
    if (at == entrants->path_count) {
        snprintf(entrants->path_names[entrants->path_count++], sizeof *entrants->path_names, "%s", path);
    }
    *number = (uint8_t)at;
    return LKA_OK;
}

lka_status lka_entrants_put(struct lka_entrants *entrants, const struct lka_entrant *entrant,
                            const struct lka_known_key *keys, size_t count, struct lka_error *error)
{
    struct person_record record;
    memset(&record, 0, sizeof record);
    memcpy(record.person, entrant->person, sizeof record.person);
    record.holdout = entrant->holdout;
    record.probability = entrant->probability;
    record.path_probability = entrant->path_probability;
    snprintf(record.first_entry, sizeof record.first_entry, "%.10s", entrant->first_entry);
    LKA_TRY(number_path(entrants, entrant->path, &record.path, error));
    LKA_TRY(open_sorters(entrants, error));
    LKA_TRY(lka_sorter_add(entrants->people, &record, error));
    return lka_entrants_link(entrants, entrant->person, keys, count, error);
}

static lka_status write_person(struct lka_entrants *entrants, struct lka_statement *put, const uint8_t *bytes,
                               struct lka_error *error)
{
    struct person_record record;
    char person[65];
    memcpy(&record, bytes, sizeof record);
    lka_person_hex(record.person, person);
    lka_bind_text(put, 1, lka_span_of(entrants->campaign));
    lka_bind_text(put, 2, lka_span_of(person));
    lka_bind_integer(put, 3, record.holdout);
    lka_bind_number(put, 4, record.probability);
    lka_bind_text(put, 5, lka_span_of(entrants->path_names[record.path]));
    lka_bind_number(put, 6, record.path_probability);
    lka_bind_text(put, 7, lka_span_of(record.first_entry));
    return lka_statement_run(put, error);
}

static lka_status write_key(struct lka_entrants *entrants, struct lka_statement *put, const uint8_t *bytes,
                            struct lka_error *error)
{
    struct key_record record;
    char person[65];
    memcpy(&record, bytes, sizeof record);
    lka_person_hex(record.person, person);
    lka_bind_text(put, 1, lka_span_of(entrants->campaign));
    lka_bind_blob(put, 2, record.key, sizeof record.key);
    lka_bind_text(put, 3, lka_span_of(person));
    return lka_statement_run(put, error);
}

static lka_status write_sorted(struct lka_entrants *entrants, struct lka_sorter *sorter, const char *sql,
                               lka_status (*put)(struct lka_entrants *entrants, struct lka_statement *statement,
                                                 const uint8_t *record, struct lka_error *error),
                               struct lka_error *error)
{
    struct lka_statement *statement;
    const uint8_t *record;
    if (!sorter) {
        return LKA_OK;
    }
    LKA_TRY(lka_statement_new(entrants->workspace, sql, &statement, error));
    lka_status status = LKA_OK;
    do {
        status = lka_sorter_next(sorter, &record, error);
        if (status == LKA_OK && record) {
            status = put(entrants, statement, record, error);
        }
    } while (status == LKA_OK && record);
    lka_statement_free(statement);
    return status;
}

lka_status lka_entrants_write(struct lka_entrants *entrants, struct lka_error *error)
{
    LKA_TRY(write_sorted(entrants, entrants->people,
                         "INSERT OR IGNORE INTO audience_people VALUES (?, ?, ?, ?, ?, ?, ?)", write_person, error));
    return write_sorted(entrants, entrants->keys, "INSERT OR IGNORE INTO audience_keys VALUES (?, ?, ?)", write_key,
                        error);
}
