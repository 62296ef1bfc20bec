#include "campaign/owners.h"

#include "base/error.h"
#include "campaign/state.h"

lka_status lka_owners_open(struct lka_owners *owners, struct lka_workspace *workspace, struct lka_error *error)
{
    *owners = (struct lka_owners){.workspace = workspace};
    LKA_TRY(lka_workspace_key(workspace, owners->secret, error));
    LKA_TRY(lka_statement_new(workspace, "SELECT segment, inactive, gone FROM campaign_contacts WHERE contact = ?",
                              &owners->by_id, error));
    return lka_statement_new(workspace, "SELECT contact FROM campaign_keys WHERE key = ? ORDER BY contact LIMIT 2",
                             &owners->by_key, error);
}

void lka_owners_close(struct lka_owners *owners)
{
    lka_statement_free(owners->by_id);
    lka_statement_free(owners->by_key);
    lka_arena_release(&owners->arena);
    lka_text_release(&owners->name);
    *owners = (struct lka_owners){0};
}

void lka_owners_forget(struct lka_owners *owners)
{
    owners->count = 0;
    lka_arena_rewind(&owners->arena);
}

static lka_status keep(struct lka_owners *owners, struct lka_span text, struct lka_span *kept, struct lka_error *error)
{
    char *copy = lka_arena_take(&owners->arena, text.length ? text.length : 1);
    if (!copy) {
        return lka_fail_memory(error, text.length);
    }
    memcpy(copy, text.text, text.length);
    *kept = (struct lka_span){copy, text.length};
    return LKA_OK;
}

/* A contact that was met: its facts are in the statement's row. */
static lka_status take_facts(struct lka_owners *owners, struct lka_span id, struct lka_error *error)
{
    struct lka_owner_facts *facts = &owners->found[owners->count];
    LKA_TRY(keep(owners, id, &facts->id, error));
    LKA_TRY(keep(owners, lka_column_text(owners->by_id, 0), &facts->segment, error));
    facts->inactive = lka_column_integer(owners->by_id, 1) != 0;
    facts->gone = lka_column_integer(owners->by_id, 2) != 0;
    owners->count++;
    return LKA_OK;
}

/* The place of a contact among those that were met; SIZE_MAX if it was never onboarded. One registration meets two
 * contacts by each of a few forms of its keys, most of them the same; there is room for sixteen. */
static lka_status meet(struct lka_owners *owners, struct lka_span id, size_t *place, struct lka_error *error)
{
    for (*place = 0; *place < owners->count; (*place)++) {
        if (lka_span_equal(owners->found[*place].id, id)) {
            return LKA_OK;
        }
    }
    bool known = false;
    bool room = owners->count < sizeof owners->found / sizeof *owners->found;
    *place = SIZE_MAX;
    lka_bind_text(owners->by_id, 1, id);
    LKA_TRY(lka_statement_step(owners->by_id, &known, error));
    if (known && room) {
        *place = owners->count;
        LKA_TRY(take_facts(owners, id, error));
    }
    return known ? lka_statement_step(owners->by_id, &known, error) : LKA_OK;
}

static void add_owner(struct lka_owner *owner, size_t place)
{
    if (place == SIZE_MAX || (owner->contacts > 0 && owner->contact == place)) {
        return;
    }
    owner->contact = (uint32_t)place;
    owner->contacts++;
}

lka_status lka_owners_by_id(struct lka_owners *owners, struct lka_span id, struct lka_owner *owner,
                            struct lka_error *error)
{
    size_t place = SIZE_MAX;
    LKA_TRY(id.length > 0 ? meet(owners, id, &place, error) : LKA_OK);
    add_owner(owner, place);
    return LKA_OK;
}

static lka_status by_key(struct lka_owners *owners, const uint8_t key[LKA_KEY_BYTES], struct lka_owner *owner,
                         struct lka_error *error)
{
    bool more = true;
    lka_bind_blob(owners->by_key, 1, key, LKA_KEY_BYTES);
    while (true) {
        LKA_TRY(lka_statement_step(owners->by_key, &more, error));
        if (!more) {
            return LKA_OK;
        }
        size_t place;
        LKA_TRY(meet(owners, lka_column_text(owners->by_key, 0), &place, error));
        add_owner(owner, place);
    }
}

lka_status lka_owners_by_email(struct lka_owners *owners, struct lka_span email, struct lka_owner *owner,
                               struct lka_error *error)
{
    struct lka_form forms[LKA_FORMS_MAX];
    uint8_t key[LKA_KEY_BYTES];
    uint8_t hash[32];
    if (email.length == 0) {
        return LKA_OK;
    }
    int count = lka_forms_of(LKA_ID_EMAIL, email, NULL, lka_sha256_read(email, hash), forms);
    if (count < 0) {
        return lka_fail_memory(error, email.length);
    }
    for (int i = 0; i < count; i++) {
        LKA_TRY(lka_state_form_key(owners->secret, &forms[i], key, error));
        LKA_TRY(by_key(owners, key, owner, error));
    }
    return LKA_OK;
}

lka_status lka_owners_by_identity(struct lka_owners *owners, enum lka_identity_type type, struct lka_span id,
                                  struct lka_owner *owner, struct lka_error *error)
{
    uint8_t key[LKA_KEY_BYTES];
    bool good = lka_identity_name(type, id, &owners->name);
    if (owners->name.failed) {
        return lka_fail_memory(error, id.length);
    }
    if (!good) {
        return LKA_OK;
    }
    struct lka_span name = {owners->name.bytes, (uint32_t)owners->name.length};
    LKA_TRY(lka_state_key(owners->secret, name, key, error));
    return by_key(owners, key, owner, error);
}

lka_status lka_owners_stranger(struct lka_owners *owners, struct lka_span email, struct lka_span id,
                               uint8_t key[LKA_KEY_BYTES], struct lka_error *error)
{
    struct lka_span none = {"", 0};
    lka_text_clear(&owners->name);
    LKA_TRY(lka_identity_canonical(email, none, NULL, none, id, &owners->name, error));
    struct lka_span name = {owners->name.length ? owners->name.bytes : "", (uint32_t)owners->name.length};
    return lka_state_key(owners->secret, name, key, error);
}
