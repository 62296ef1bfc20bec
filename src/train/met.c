#include "train/met.h"

#include "base/error.h"
#include "base/memory.h"
#include "source/records_sort.h"
#include "store/artefacts.h"
#include "train/model.h"

#include <unistd.h>

static lka_status prepare(struct lka_met *met, struct lka_error *error)
{
    uint8_t key[32];
    LKA_TRY(lka_workspace_key(met->workspace, key, error));
    bool prepared = lka_hmac_init(&met->hmac, key);
    explicit_bzero(key, sizeof key);
    return prepared ? LKA_OK : lka_fail(error, LKA_MEMORY, "libcrypto could not prepare a key");
}

lka_status lka_met_open(struct lka_met *met, const char *path, bool write, const struct lka_session *session,
                        struct lka_error *error)
{
    *met = (struct lka_met){.writes = write};
    if (!path || (!write && access(path, F_OK) != 0)) {
        return LKA_OK;
    }
    LKA_TRY(
        lka_workspace_open(path, write ? LKA_WORKSPACE_WRITE : LKA_WORKSPACE_READ, session, &met->workspace, error));
    LKA_TRY(write ? prepare(met, error) : LKA_OK);
    return lka_erased_open(met->workspace, &met->erased, error);
}

void lka_met_close(struct lka_met *met)
{
    lka_workspace_close(met->workspace);
    lka_known_release(&met->erased);
    lka_free(met->people);
    explicit_bzero(met, sizeof *met);
}

static lka_status add(struct lka_met *met, const struct lka_known_key *key, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&met->people, &met->capacity, met->count + 1, sizeof *met->people, error));
    memcpy(met->people[met->count++].bytes, key->bytes, sizeof key->bytes);
    return LKA_OK;
}

static lka_status add_person(struct lka_met *met, const struct lka_form *forms, size_t count, const char *numbering,
                             struct lka_span id, struct lka_error *error)
{
    struct lka_known_key key;
    for (size_t i = 0; i < count; i++) {
        if (forms[i].type != LKA_ID_PHONE) {
            LKA_TRY(lka_known_key_of(&met->hmac, &forms[i], &key, error));
            LKA_TRY(add(met, &key, error));
        }
    }
    if (id.length == 0) {
        return LKA_OK;
    }
    LKA_TRY(lka_erased_id_key(&met->hmac, numbering, id, &key, error));
    return add(met, &key, error);
}

lka_status lka_met_row(struct lka_met *met, const struct lka_person_columns *columns, const struct lka_rows *rows,
                       size_t row, bool learned, bool *erased, struct lka_error *error)
{
    struct lka_form forms[LKA_PERSON_FORMS];
    size_t count;
    const char *numbering = lka_id_numbering(columns->schema->columns[columns->id].name);
    struct lka_span id = lka_cell(rows, columns->id_cell, row);
    LKA_TRY(lka_person_forms(columns, rows, row, forms, &count, error));
    LKA_TRY(lka_erased_holds(&met->erased, forms, count, numbering, id, erased, error));
    met->left_out += *erased;
    return learned && met->writes && !*erased ? add_person(met, forms, count, numbering, id, error) : LKA_OK;
}

/* ---- remembering ------------------------------------------------------------------------------ */

static lka_status put_people(struct lka_met *met, const char *model, struct lka_error *error)
{
    struct lka_statement *put;
    LKA_TRY(lka_statement_new(met->workspace, "INSERT OR IGNORE INTO model_people VALUES (?, ?)", &put, error));
    lka_status status = LKA_OK;
    if (met->count > 0) {
        lka_records_sort(met->people->bytes, met->count, sizeof *met->people);
    }
    for (size_t i = 0; i < met->count && status == LKA_OK; i++) {
        lka_bind_blob(put, 1, met->people[i].bytes, sizeof met->people[i].bytes);
        lka_bind_text(put, 2, lka_span_of(model));
        status = lka_statement_run(put, error);
    }
    lka_statement_free(put);
    return status;
}

static lka_status put_all(struct lka_met *met, const char *path, const char *hash, const char *made_by,
                          struct lka_error *error)
{
    LKA_TRY(lka_artefact_put(met->workspace, path, "model", hash, made_by, error));
    LKA_TRY(lka_workspace_execute(
        met->workspace, "DELETE FROM model_people WHERE model NOT IN (SELECT hash FROM artefacts WHERE kind = 'model')",
        error));
    LKA_TRY(put_people(met, hash, error));
    return lka_workspace_execute(
        met->workspace, "DELETE FROM retraining WHERE model NOT IN (SELECT hash FROM artefacts WHERE kind = 'model')",
        error);
}

lka_status lka_met_remember(struct lka_met *met, const char *path, const char *made_by, struct lka_error *error)
{
    struct lka_model *model;
    if (!met->workspace || !met->writes) {
        return LKA_OK;
    }
    LKA_TRY(lka_model_open(path, &model, error));
    lka_status status = lka_workspace_begin(met->workspace, made_by, error);
    if (status == LKA_OK) {
        status = put_all(met, path, model->file_hash, made_by, error);
    }
    if (status == LKA_OK) {
        status = lka_workspace_commit(met->workspace, error);
    }
    lka_workspace_rollback(met->workspace);
    lka_model_close(model);
    return status;
}
