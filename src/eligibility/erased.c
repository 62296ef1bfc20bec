#include "eligibility/erased.h"

#include "base/error.h"

const char *lka_id_numbering(const char *column)
{
    return strcmp(column, "customer_id") == 0 ? LKA_CONTACT_NUMBERING : column;
}

lka_status lka_erased_id_key(const struct lka_hmac *hmac, const char *numbering, struct lka_span id,
                             struct lka_known_key *key, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_format(&text, "erased:%s:", numbering);
    lka_text_append(&text, id.text, id.length);
    lka_status status = text.failed ? lka_fail_memory(error, id.length)
                                    : lka_known_key_of_text(hmac, (struct lka_span){text.bytes, (uint32_t)text.length},
                                                            key, error);
    lka_text_release(&text);
    return status;
}

static lka_status is_empty(struct lka_workspace *workspace, bool *empty, struct lka_error *error)
{
    struct lka_statement *statement;
    bool row = false;
    LKA_TRY(lka_statement_new(workspace, "SELECT 1 FROM erased LIMIT 1", &statement, error));
    lka_status status = lka_statement_step(statement, &row, error);
    lka_statement_free(statement);
    *empty = !row;
    return status;
}

lka_status lka_erased_open(struct lka_workspace *workspace, struct lka_known *erased, struct lka_error *error)
{
    struct lka_hmac hmac;
    uint8_t key[32];
    bool empty = true;
    *erased = (struct lka_known){0};
    LKA_TRY(workspace ? is_empty(workspace, &empty, error) : LKA_OK);
    if (empty) {
        return LKA_OK;
    }
    LKA_TRY(lka_workspace_key(workspace, key, error));
    bool prepared = lka_hmac_init(&hmac, key);
    explicit_bzero(key, sizeof key);
    if (!prepared) {
        return lka_fail(error, LKA_MEMORY, "libcrypto could not prepare a key");
    }
    lka_known_init(erased, &hmac);
    return lka_known_add_erased(erased, workspace, error); /* in the order of the table: sorted */
}

lka_status lka_erased_put(struct lka_workspace *workspace, const struct lka_known_key *keys, size_t count,
                          const char *day, struct lka_error *error)
{
    struct lka_statement *put;
    LKA_TRY(lka_statement_new(workspace, "INSERT OR IGNORE INTO erased VALUES (?, ?)", &put, error));
    lka_status status = LKA_OK;
    for (size_t i = 0; i < count && status == LKA_OK; i++) {
        lka_bind_blob(put, 1, keys[i].bytes, sizeof keys[i].bytes);
        lka_bind_text(put, 2, lka_span_of(day));
        status = lka_statement_run(put, error);
    }
    lka_statement_free(put);
    return status;
}

static lka_status holds_id(const struct lka_known *erased, const char *numbering, struct lka_span id, bool *holds,
                           struct lka_error *error)
{
    struct lka_known_key key;
    LKA_TRY(lka_erased_id_key(&erased->hmac, numbering, id, &key, error));
    *holds = lka_known_has(erased, &key);
    return LKA_OK;
}

lka_status lka_erased_holds(const struct lka_known *erased, const struct lka_form *forms, size_t count,
                            const char *numbering, struct lka_span id, bool *holds, struct lka_error *error)
{
    *holds = false;
    if (erased->count == 0) {
        return LKA_OK;
    }
    LKA_TRY(lka_known_holds(erased, forms, count, (struct lka_span){"", 0}, holds, error));
    return *holds || id.length == 0 ? LKA_OK : holds_id(erased, numbering, id, holds, error);
}

lka_status lka_erased_holds_values(const struct lka_known *erased, struct lka_span email, struct lka_span phone,
                                   const char *country, struct lka_span maid, struct lka_span contact, bool *holds,
                                   struct lka_error *error)
{
    const struct lka_span values[] = {email, phone, maid};
    static const enum lka_id_type types[] = {LKA_ID_EMAIL, LKA_ID_PHONE, LKA_ID_MAID};
    struct lka_form forms[3 * LKA_FORMS_MAX];
    size_t count = 0;
    *holds = false;
    for (size_t i = 0; i < 3 && erased->count > 0; i++) {
        int made = values[i].length > 0 ? lka_forms_of(types[i], values[i], country, false, forms + count) : 0;
        if (made < 0) {
            return lka_fail_memory(error, values[i].length);
        }
        count += (size_t)made;
    }
    return lka_erased_holds(erased, forms, count, LKA_CONTACT_NUMBERING, contact, holds, error);
}
