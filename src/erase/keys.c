#include "erase/keys.h"

#include "base/error.h"
#include "base/memory.h"
#include "identity/identity.h"

#include <stdio.h>

enum { KEY_BYTES = sizeof(struct lka_known_key) };

/* ---- opening ---------------------------------------------------------------------------------- */

lka_status lka_erase_keys_open(struct lka_erase_keys *keys, struct lka_workspace *workspace, bool keeps_all,
                               struct lka_error *error)
{
    uint8_t secret[32];
    *keys = (struct lka_erase_keys){.workspace = workspace, .keeps_all = keeps_all};
    LKA_TRY(lka_workspace_key(workspace, secret, error));
    bool prepared = lka_hmac_init(&keys->hmac, secret);
    explicit_bzero(secret, sizeof secret);
    if (!prepared) {
        return lka_fail(error, LKA_MEMORY, "libcrypto could not prepare a key");
    }
    /* In memory (PRAGMA temp_store), so that no id gets to the disk. */
    LKA_TRY(lka_workspace_execute(workspace,
                                  "DROP TABLE IF EXISTS temp.erase_keys; "
                                  "CREATE TEMP TABLE erase_keys (key PRIMARY KEY, lone INTEGER NOT NULL) WITHOUT ROWID",
                                  error));
    return lka_statement_new(workspace, "INSERT OR IGNORE INTO temp.erase_keys VALUES (?, ?)", &keys->put, error);
}

void lka_erase_keys_close(struct lka_erase_keys *keys)
{
    lka_statement_free(keys->put);
    lka_seen_release(&keys->set);
    lka_seen_release(&keys->found);
    lka_seen_release(&keys->lone);
    lka_seen_release(&keys->shared);
    lka_free(keys->shares);
    lka_free(keys->names);
    lka_free(keys->kept);
    explicit_bzero(keys, sizeof *keys);
}

/* ---- the set ---------------------------------------------------------------------------------- */

static struct lka_hash128 name_of_id(const char *numbering, struct lka_span id)
{
    struct lka_hash128 hash = lka_hash128(id);
    hash.low ^= lka_hash(1, lka_span_of(numbering));
    return hash;
}

struct lka_hash128 lka_erase_name_of_form(const struct lka_form *form)
{
    char bytes[33];
    bytes[0] = (char)('A' + (int)form->type);
    memcpy(bytes + 1, form->sha256, 32);
    return lka_hash128((struct lka_span){bytes, sizeof bytes});
}

static struct lka_hash128 name_of_key(const uint8_t key[KEY_BYTES])
{
    char bytes[1 + KEY_BYTES] = "k";
    memcpy(bytes + 1, key, KEY_BYTES);
    return lka_hash128((struct lka_span){bytes, sizeof bytes});
}

/* *has stays true where it is. */
static lka_status look_up(struct lka_erase_keys *keys, struct lka_hash128 name, bool *has, struct lka_error *error)
{
    bool unused;
    if (!lka_seen_has(&keys->set, name)) {
        return LKA_OK;
    }
    *has = true;
    return lka_seen_add(&keys->found, name, 0, &unused, error);
}

lka_status lka_erase_keys_has_id(struct lka_erase_keys *keys, const char *numbering, struct lka_span id, bool *has,
                                 struct lka_error *error)
{
    struct lka_known_key key;
    bool by_id = false;
    LKA_TRY(id.length > 0 ? look_up(keys, name_of_id(numbering, id), &by_id, error) : LKA_OK);
    *has = *has || by_id;
    if (by_id || id.length == 0 || !keys->resumed) {
        return LKA_OK;
    }
    LKA_TRY(lka_erased_id_key(&keys->hmac, numbering, id, &key, error));
    return look_up(keys, name_of_key(key.bytes), has, error);
}

lka_status lka_erase_keys_has_form(struct lka_erase_keys *keys, const struct lka_form *form, bool *has,
                                   struct lka_error *error)
{
    struct lka_known_key key;
    bool by_form = false;
    LKA_TRY(look_up(keys, lka_erase_name_of_form(form), &by_form, error));
    *has = *has || by_form;
    if (by_form) {
        return LKA_OK;
    }
    LKA_TRY(lka_known_key_of(&keys->hmac, form, &key, error));
    return look_up(keys, name_of_key(key.bytes), has, error);
}

lka_status lka_erase_keys_has_key(struct lka_erase_keys *keys, const uint8_t key[16], bool *has,
                                  struct lka_error *error)
{
    return look_up(keys, name_of_key(key), has, error);
}

lka_status lka_erase_keys_has_hex(struct lka_erase_keys *keys, struct lka_span hex, bool *has, struct lka_error *error)
{
    uint8_t bytes[32];
    return lka_sha256_read(hex, bytes) ? look_up(keys, name_of_key(bytes), has, error) : LKA_OK;
}

void lka_erase_keys_digest(const struct lka_erase_keys *keys, char hex[33])
{
    uint64_t sum[2] = {0, 0};
    for (size_t i = 0; i < keys->kept_count; i++) {
        uint64_t parts[2];
        memcpy(parts, keys->kept[i].bytes, sizeof parts);
        sum[0] += parts[0];
        sum[1] += parts[1];
    }
    lka_hash128_bytes(sum, sizeof sum, hex);
}

/* ---- adding ----------------------------------------------------------------------------------- */

static lka_status keep(struct lka_erase_keys *keys, const struct lka_known_key *key, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&keys->kept, &keys->kept_capacity, keys->kept_count + 1, sizeof *keys->kept, error));
    keys->kept[keys->kept_count++] = *key;
    return LKA_OK;
}

static lka_status put_text(struct lka_erase_keys *keys, struct lka_span text, struct lka_error *error)
{
    lka_bind_text(keys->put, 1, text);
    lka_bind_integer(keys->put, 2, 0);
    return lka_statement_run(keys->put, error);
}

static lka_status put_blob(struct lka_erase_keys *keys, const uint8_t key[KEY_BYTES], bool lone,
                           struct lka_error *error)
{
    lka_bind_blob(keys->put, 1, key, KEY_BYTES);
    lka_bind_integer(keys->put, 2, lone);
    return lka_statement_run(keys->put, error);
}

static lka_status name_person(struct lka_erase_keys *keys, struct lka_hash128 name, struct lka_error *error)
{
    if (keys->person == 0) {
        return LKA_OK;
    }
    LKA_TRY(lka_reserve(&keys->names, &keys->name_capacity, keys->name_count + 1, sizeof *keys->names, error));
    keys->names[keys->name_count++] = (struct lka_erase_name){name, keys->person};
    return LKA_OK;
}

/* A keyed hash under which the person may stand: whole, as hexadecimal digits, and its first 16 bytes. */
static lka_status put_hash(struct lka_erase_keys *keys, const uint8_t mac[32], bool lone, struct lka_error *error)
{
    char hex[65];
    bool unused;
    for (size_t i = 0; i < 32; i++) {
        snprintf(hex + 2 * i, 3, "%02x", mac[i]);
    }
    LKA_TRY(name_person(keys, name_of_key(mac), error));
    LKA_TRY(lka_seen_add(&keys->set, name_of_key(mac), 0, &unused, error));
    LKA_TRY(lone ? LKA_OK : put_text(keys, (struct lka_span){hex, 64}, error));
    return put_blob(keys, mac, lone, error);
}

static lka_status put_hash_of(struct lka_erase_keys *keys, const struct lka_text *text, struct lka_error *error)
{
    uint8_t mac[32];
    if (text->failed || !lka_hmac_of(&keys->hmac, text->bytes, text->length, mac)) {
        return lka_fail_memory(error, text->length);
    }
    return put_hash(keys, mac, false, error);
}

lka_status lka_erase_keys_add_id(struct lka_erase_keys *keys, const char *numbering, struct lka_span id,
                                 struct lka_error *error)
{
    struct lka_known_key key;
    struct lka_text text = {0};
    bool is_new = false;
    bool of_contact = strcmp(numbering, LKA_CONTACT_NUMBERING) == 0;
    LKA_TRY(lka_erased_id_key(&keys->hmac, numbering, id, &key, error));
    LKA_TRY(name_person(keys, name_of_id(numbering, id), error));
    LKA_TRY(name_person(keys, name_of_key(key.bytes), error));
    LKA_TRY(lka_seen_add(&keys->set, name_of_id(numbering, id), 0, &is_new, error));
    if (!is_new) {
        return LKA_OK;
    }
    LKA_TRY(lka_seen_add(&keys->set, name_of_key(key.bytes), 0, &is_new, error));
    LKA_TRY(keys->keeps_all || of_contact ? keep(keys, &key, error) : LKA_OK);
    LKA_TRY(put_blob(keys, key.bytes, false, error));
    LKA_TRY(of_contact ? put_text(keys, id, error) : LKA_OK);
    /* What an audience's ledger calls id_key, and whoever has no other identifier. */
    lka_text_format(&text, "id:");
    lka_text_append(&text, id.text, id.length);
    lka_status status = put_hash_of(keys, &text, error);
    lka_text_release(&text);
    return status;
}

lka_status lka_erase_keys_add_form(struct lka_erase_keys *keys, const struct lka_form *form, bool finds, bool lone,
                                   struct lka_error *error)
{
    char text[80];
    uint8_t mac[32];
    struct lka_known_key key;
    bool is_new = false;
    int length = snprintf(text, sizeof text, "%s:", lka_id_type_name(form->type));
    for (size_t i = 0; i < 32; i++) {
        length += snprintf(text + length, 3, "%02x", form->sha256[i]);
    }
    if (!lka_hmac_of(&keys->hmac, text, (size_t)length, mac)) {
        return lka_fail(error, LKA_MEMORY, "libcrypto could not make a key");
    }
    memcpy(key.bytes, mac, KEY_BYTES);
    LKA_TRY(name_person(keys, lka_erase_name_of_form(form), error));
    LKA_TRY(name_person(keys, name_of_key(mac), error));
    LKA_TRY(lka_seen_add(&keys->set, lka_erase_name_of_form(form), 0, &is_new, error));
    if (!is_new) {
        return LKA_OK;
    }
    keys->phones += form->type == LKA_ID_PHONE;
    LKA_TRY(finds && lone ? lka_seen_add(&keys->lone, lka_erase_name_of_form(form), 0, &is_new, error) : LKA_OK);
    LKA_TRY(keys->keeps_all ? keep(keys, &key, error) : LKA_OK);
    return finds ? put_hash(keys, mac, lone, error) : LKA_OK;
}

lka_status lka_erase_keys_add_maid(struct lka_erase_keys *keys, struct lka_span maid, struct lka_error *error)
{
    struct lka_text plain = {0};
    struct lka_text text = {0};
    lka_status status = LKA_OK;
    if (lka_plain_text(maid, &plain)) {
        lka_text_format(&text, "maid:%s", plain.bytes);
        status = put_hash_of(keys, &text, error);
    }
    lka_text_release(&plain);
    lka_text_release(&text);
    return status;
}

/* ---- taking over ------------------------------------------------------------------------------ */

/* A contact's id, a person's HMAC, or a key. */
static lka_status absorb(struct lka_erase_keys *keys, struct lka_statement *rows, bool is_text, struct lka_error *error)
{
    struct lka_known_key key;
    uint8_t mac[32];
    bool is_new = false;
    struct lka_span value = is_text ? lka_column_text(rows, 0) : lka_column_blob(rows, 0);
    if (is_text && !lka_sha256_read(value, mac)) {
        return lka_erase_keys_add_id(keys, LKA_CONTACT_NUMBERING, value, error);
    }
    if (is_text) {
        return put_hash(keys, mac, false, error);
    }
    if (value.length != KEY_BYTES) {
        return LKA_OK;
    }
    memcpy(key.bytes, value.text, KEY_BYTES);
    LKA_TRY(lka_seen_add(&keys->set, name_of_key(key.bytes), 0, &is_new, error));
    LKA_TRY(put_blob(keys, key.bytes, false, error));
    return is_new && keys->keeps_all ? keep(keys, &key, error) : LKA_OK;
}

lka_status lka_erase_keys_absorb(struct lka_erase_keys *keys, struct lka_statement *rows, bool *some,
                                 struct lka_error *error)
{
    bool row = true;
    lka_status status = lka_statement_step(rows, &row, error);
    *some = row;
    while (status == LKA_OK && row) {
        status = absorb(keys, rows, lka_column_integer(rows, 1) != 0, error);
        status = status == LKA_OK ? lka_statement_step(rows, &row, error) : status;
    }
    return status;
}
