#include "campaign/state.h"

#include "base/error.h"
#include "base/memory.h"
#include "identity/encode.h"

#include <sys/stat.h>

/* ---- keys ------------------------------------------------------------------------------------- */

lka_status lka_state_key(const uint8_t secret[32], struct lka_span name, uint8_t key[LKA_KEY_BYTES],
                         struct lka_error *error)
{
    char hex[65];
    uint8_t bytes[32];
    if (!lka_identity_hmac(secret, name, hex) || !lka_sha256_read(lka_span_of(hex), bytes)) {
        return lka_fail(error, LKA_MEMORY, "libcrypto could not make a key");
    }
    memcpy(key, bytes, LKA_KEY_BYTES);
    return LKA_OK;
}

lka_status lka_state_form_key(const uint8_t secret[32], const struct lka_form *form, uint8_t key[LKA_KEY_BYTES],
                              struct lka_error *error)
{
    char name[6 + 64] = "email:";
    lka_encode_hex(form->sha256, sizeof form->sha256, name + 6);
    return lka_state_key(secret, (struct lka_span){name, sizeof name}, key, error);
}

lka_status lka_keys_add(struct lka_keys *keys, const uint8_t key[LKA_KEY_BYTES], uint32_t contact,
                        struct lka_error *error)
{
    LKA_TRY(lka_reserve(&keys->items, &keys->capacity, keys->count + 1, sizeof *keys->items, error));
    memcpy(keys->items[keys->count].key, key, LKA_KEY_BYTES);
    keys->items[keys->count++].contact = contact;
    return LKA_OK;
}

void lka_keys_release(struct lka_keys *keys)
{
    lka_free(keys->items);
    *keys = (struct lka_keys){0};
}

/* ---- onboarding: new tables beside the old, then the difference -------------------------------- */

static const char *const begin_sql[] = {
    "CREATE TEMP TABLE new_contacts (contact TEXT PRIMARY KEY, segment TEXT, inactive INTEGER) WITHOUT ROWID",
    "CREATE TEMP TABLE new_keys (key BLOB, contact TEXT, PRIMARY KEY (key, contact)) WITHOUT ROWID",
    ("CREATE TEMP TABLE new_reach (contact TEXT, id_type TEXT, platform TEXT, PRIMARY KEY (contact, id_type, "
     "platform)) "
     "WITHOUT ROWID"),
};

static const char *const finish_sql[] = {
    ("UPDATE campaign_contacts SET gone = 1, inactive = 0 WHERE gone = 0 AND NOT EXISTS "
     "(SELECT 1 FROM new_contacts n WHERE n.contact = campaign_contacts.contact)"),
    ("INSERT INTO campaign_contacts (contact, segment, inactive, gone) SELECT contact, segment, inactive, 0 FROM "
     "new_contacts WHERE true ON CONFLICT (contact) DO UPDATE SET segment = excluded.segment, inactive = "
     "excluded.inactive, gone = 0 WHERE segment <> excluded.segment OR inactive <> excluded.inactive OR gone = 1"),
    ("DELETE FROM campaign_keys WHERE NOT EXISTS (SELECT 1 FROM new_keys n WHERE n.key = campaign_keys.key AND "
     "n.contact = campaign_keys.contact)"),
    "INSERT OR IGNORE INTO campaign_keys (key, contact) SELECT key, contact FROM new_keys",
    ("DELETE FROM campaign_reach WHERE NOT EXISTS (SELECT 1 FROM new_reach n WHERE n.contact = campaign_reach.contact "
     "AND n.id_type = campaign_reach.id_type AND n.platform = campaign_reach.platform)"),
    ("INSERT OR IGNORE INTO campaign_reach (contact, id_type, platform) SELECT contact, id_type, platform FROM "
     "new_reach"),
    "DROP TABLE temp.new_contacts",
    "DROP TABLE temp.new_keys",
    "DROP TABLE temp.new_reach",
};

static lka_status execute_all(struct lka_workspace *workspace, const char *const *sql, size_t count,
                              struct lka_error *error)
{
    for (size_t i = 0; i < count; i++) {
        LKA_TRY(lka_workspace_execute(workspace, sql[i], error));
    }
    return LKA_OK;
}

static lka_status put_contacts(struct lka_statement *put, const struct lka_contacts *contacts, struct lka_error *error)
{
    for (size_t i = 0; i < contacts->count; i++) {
        const struct lka_onboarded *contact = &contacts->items[i];
        lka_bind_text(put, 1, contact->id);
        lka_bind_text(put, 2, lka_span_of(contacts->segments.items[contact->segment]));
        lka_bind_integer(put, 3, contact->inactive);
        LKA_TRY(lka_statement_run(put, error));
    }
    return LKA_OK;
}

static lka_status put_keys(struct lka_statement *put, const struct lka_contacts *contacts, const struct lka_keys *keys,
                           struct lka_error *error)
{
    for (size_t i = 0; i < keys->count; i++) {
        lka_bind_blob(put, 1, keys->items[i].key, LKA_KEY_BYTES);
        lka_bind_text(put, 2, contacts->items[keys->items[i].contact].id);
        LKA_TRY(lka_statement_run(put, error));
    }
    return LKA_OK;
}

static lka_status put_reach(struct lka_statement *put, const struct lka_contacts *contacts,
                            const struct lka_identities *reach, struct lka_error *error)
{
    for (size_t i = 0; i < reach->count; i++) {
        const struct lka_identity *identity = &reach->items[i];
        if (identity->state == LKA_USABLE) {
            lka_bind_text(put, 1, contacts->items[identity->contact].id);
            lka_bind_text(put, 2, lka_span_of(lka_identity_type_names[identity->type]));
            lka_bind_text(put, 3, lka_span_of(reach->platforms.items[identity->platform]));
            LKA_TRY(lka_statement_run(put, error));
        }
    }
    return LKA_OK;
}

/* All of what was read into the new tables. */
static lka_status put_all(struct lka_workspace *workspace, const struct lka_contacts *contacts,
                          const struct lka_keys *keys, const struct lka_identities *reach, struct lka_error *error)
{
    static const char *const sql[] = {"INSERT INTO new_contacts VALUES (?, ?, ?)",
                                      "INSERT OR IGNORE INTO new_keys VALUES (?, ?)",
                                      "INSERT OR IGNORE INTO new_reach VALUES (?, ?, ?)"};
    for (size_t i = 0; i < 3; i++) {
        struct lka_statement *put;
        LKA_TRY(lka_statement_new(workspace, sql[i], &put, error));
        lka_status status = i == 0   ? put_contacts(put, contacts, error)
                            : i == 1 ? put_keys(put, contacts, keys, error)
                                     : put_reach(put, contacts, reach, error);
        lka_statement_free(put);
        LKA_TRY(status);
    }
    return LKA_OK;
}

lka_status lka_state_save_onboarding(struct lka_workspace *workspace, const struct lka_contacts *contacts,
                                     const struct lka_keys *keys, const struct lka_identities *reach,
                                     struct lka_error *error)
{
    LKA_TRY(execute_all(workspace, begin_sql, sizeof begin_sql / sizeof *begin_sql, error));
    LKA_TRY(put_all(workspace, contacts, keys, reach, error));
    return execute_all(workspace, finish_sql, sizeof finish_sql / sizeof *finish_sql, error);
}

/* ---- facts ------------------------------------------------------------------------------------ */

lka_status lka_state_fact(struct lka_workspace *workspace, const char *name, struct lka_text *value,
                          struct lka_error *error)
{
    struct lka_statement *get;
    bool found = false;
    lka_text_clear(value);
    LKA_TRY(lka_statement_new(workspace, "SELECT value FROM campaign_facts WHERE name = ?", &get, error));
    lka_bind_text(get, 1, lka_span_of(name));
    lka_status status = lka_statement_step(get, &found, error);
    if (status == LKA_OK && found) {
        struct lka_span text = lka_column_text(get, 0);
        lka_text_append(value, text.text, text.length);
        status = value->failed ? lka_fail_memory(error, text.length) : LKA_OK;
    }
    lka_statement_free(get);
    return status;
}

lka_status lka_state_set_fact(struct lka_workspace *workspace, const char *name, const char *value,
                              struct lka_error *error)
{
    struct lka_statement *put;
    LKA_TRY(lka_statement_new(workspace,
                              "INSERT INTO campaign_facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE "
                              "SET value = excluded.value WHERE value <> excluded.value",
                              &put, error));
    lka_bind_text(put, 1, lka_span_of(name));
    lka_bind_text(put, 2, lka_span_of(value));
    lka_status status = lka_statement_run(put, error);
    lka_statement_free(put);
    return status;
}

static void add_path(struct lka_text *known, const char *name)
{
    char wanted[80] = "|";
    strcat(strcat(wanted, name), "|"); /* a path's name has at most 60 bytes */
    if (known->length == 0) {
        lka_text_string(known, "|");
    }
    if (!known->failed && !strstr(known->bytes, wanted)) {
        lka_text_string(known, wanted + 1);
    }
}

lka_status lka_state_add_paths(struct lka_workspace *workspace, const struct lka_paths *paths, struct lka_error *error)
{
    struct lka_text known = {0};
    lka_status status = lka_state_fact(workspace, "paths", &known, error);
    for (size_t p = 0; p < paths->count && status == LKA_OK; p++) {
        add_path(&known, paths->items[p].name);
    }
    if (status == LKA_OK) {
        status = known.failed ? lka_fail_memory(error, known.capacity)
                              : lka_state_set_fact(workspace, "paths", known.bytes, error);
    }
    lka_text_release(&known);
    return status;
}

bool lka_state_exists(const char *path)
{
    struct lka_text text = {0};
    struct stat facts;
    lka_text_format(&text, "%s/state.sqlite", path);
    bool exists = text.failed || stat(text.bytes, &facts) == 0;
    lka_text_release(&text);
    return exists;
}

static lka_status fail_without_onboarding(const char *path, struct lka_error *error)
{
    return lka_fail(error, LKA_USAGE,
                    "--workspace: nobody was onboarded in %.200s; `lookalike campaign onboard` comes first", path);
}

lka_status lka_state_open(const char *path, enum lka_workspace_mode mode, const struct lka_session *session,
                          struct lka_workspace **workspace, struct lka_error *error)
{
    struct lka_text contacts = {0};
    if (!lka_state_exists(path)) {
        return fail_without_onboarding(path, error);
    }
    LKA_TRY(lka_workspace_open(path, mode, session, workspace, error));
    lka_status status = lka_state_fact(*workspace, "contacts", &contacts, error);
    bool onboarded = contacts.length > 0;
    lka_text_release(&contacts);
    return status != LKA_OK || onboarded ? status : fail_without_onboarding(path, error);
}
