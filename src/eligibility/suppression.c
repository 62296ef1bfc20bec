#include "eligibility/suppression.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/whole_file.h"
#include "eligibility/entries.h"
#include "eligibility/erased.h"
#include "eligibility/suppression_file.h"
#include "source/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { ATTEMPTS = 3 };

struct lka_suppression {
    struct lka_hmac key;
    uint8_t *bytes; /* the file; NULL: nobody */
    uint64_t count;
    struct lka_known erased;
    bool knows_short;
    uint32_t types;
};

/* ---- which file ------------------------------------------------------------------------------- */

static lka_status read_fact(struct lka_workspace *workspace, const char *name, char value[33], struct lka_error *error)
{
    struct lka_statement *statement;
    bool row = false;
    LKA_TRY(lka_statement_new(workspace, "SELECT value FROM facts WHERE name = ?", &statement, error));
    lka_bind_text(statement, 1, lka_span_of(name));
    lka_status status = lka_statement_step(statement, &row, error);
    snprintf(value, 33, "%s", row ? lka_column_text(statement, 0).text : "");
    lka_statement_free(statement);
    return status;
}

static lka_status write_fact(struct lka_workspace *workspace, const char *name, const char *value,
                             struct lka_error *error)
{
    struct lka_statement *statement;
    LKA_TRY(
        lka_statement_new(workspace, "INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", &statement, error));
    lka_bind_text(statement, 1, lka_span_of(name));
    lka_bind_text(statement, 2, lka_span_of(value));
    lka_status status = lka_statement_run(statement, error);
    lka_statement_free(statement);
    return status;
}

lka_status lka_suppression_published(struct lka_workspace *workspace, char hash[33], struct lka_error *error)
{
    return read_fact(workspace, "suppression", hash, error);
}

lka_status lka_suppression_publish(struct lka_workspace *workspace, const char *hash, struct lka_error *error)
{
    return write_fact(workspace, "suppression", hash, error);
}

/* One import of hashes, or one erasure, and nobody can tell any more. */
lka_status lka_suppression_note_short(struct lka_workspace *workspace, bool first, bool plain, struct lka_error *error)
{
    char before[33];
    LKA_TRY(read_fact(workspace, "suppression_short", before, error));
    bool knows = plain && (strcmp(before, "yes") == 0 || (first && !before[0]));
    return write_fact(workspace, "suppression_short", knows ? "yes" : "no", error);
}

lka_status lka_suppression_path(const struct lka_workspace *workspace, const char *suffix, char **path,
                                struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_format(&text, "%s/suppression.bin%s", lka_workspace_path(workspace), suffix);
    return lka_text_take(&text, path, error);
}

/* ---- reading ---------------------------------------------------------------------------------- */

static bool is_whole(const uint8_t *bytes, size_t length, const char *hash, struct lka_digest *digest)
{
    uint64_t count = 0;
    char hex[33];
    if (length < LKA_ENTRIES_HEADER || memcmp(bytes, LKA_ENTRIES_MAGIC, 8) != 0) {
        return false;
    }
    memcpy(&count, bytes + 8, sizeof count);
    if ((length - LKA_ENTRIES_HEADER) / LKA_ENTRY_BYTES != count || length % LKA_ENTRY_BYTES != 0) {
        return false;
    }
    /* The entries first, then the header: the order in which they were written. */
    lka_digest_add(digest, bytes + LKA_ENTRIES_HEADER, length - LKA_ENTRIES_HEADER);
    lka_digest_add(digest, bytes, LKA_ENTRIES_HEADER);
    lka_digest_hex(digest, hex);
    return strcmp(hex, hash) == 0;
}

/* *there is false if the file is absent or not the published one. */
static lka_status read_list(struct lka_suppression *list, const char *path, const char *hash, bool *there,
                            struct lka_error *error)
{
    unsigned char *bytes;
    size_t length;
    bool absent;
    struct lka_digest *digest;
    *there = false;
    lka_status status = lka_whole_file_read(path, "a list of objections", &bytes, &length, &absent, error);
    if (status != LKA_OK) {
        return absent ? LKA_OK : status;
    }
    status = lka_digest_new(&digest, error);
    if (status == LKA_OK) {
        *there = is_whole(bytes, length, hash, digest);
        lka_digest_free(digest);
    }
    if (*there) {
        list->bytes = bytes;
        memcpy(&list->count, list->bytes + 8, sizeof list->count);
    } else {
        lka_free(bytes);
    }
    return status;
}

/* A process may have died between the commit and the renaming: then the published file still has the name it was
 * written under. *suffix is the one under which it was found, NULL if it was not. */
static lka_status find_published(struct lka_workspace *workspace, struct lka_suppression *list, const char *hash,
                                 const char **suffix, struct lka_error *error)
{
    static const char *const suffixes[] = {"", LKA_SUPPRESSION_NEW};
    *suffix = NULL;
    for (size_t i = 0; i < 2 && !*suffix; i++) {
        char *path = NULL;
        bool there = false;
        LKA_TRY(lka_suppression_path(workspace, suffixes[i], &path, error));
        lka_status status = read_list(list, path, hash, &there, error);
        lka_free(path);
        LKA_TRY(status);
        *suffix = there ? suffixes[i] : NULL;
    }
    return LKA_OK;
}

static lka_status fail_damaged(struct lka_workspace *workspace, struct lka_error *error)
{
    return lka_fail_at(error, LKA_DATA, lka_workspace_path(workspace), 0, 0,
                       "suppression.bin is missing, damaged or not the one that was published last; bring it back "
                       "from a backup, or import all objections again (suppress import --anew)");
}

/* A reader may read the hash just before a writer publishes another file: then it looks again. */
static lka_status open_published(struct lka_workspace *workspace, struct lka_suppression *list, char hash[33],
                                 struct lka_error *error)
{
    const char *suffix = NULL;
    for (int attempt = 0; attempt < ATTEMPTS && !suffix; attempt++) {
        LKA_TRY(lka_suppression_published(workspace, hash, error));
        LKA_TRY(find_published(workspace, list, hash, &suffix, error));
    }
    return suffix ? LKA_OK : fail_damaged(workspace, error);
}

static lka_status prepare_key(struct lka_workspace *workspace, struct lka_suppression *list, struct lka_error *error)
{
    uint8_t key[32];
    LKA_TRY(lka_workspace_key(workspace, key, error));
    bool prepared = lka_hmac_init(&list->key, key);
    explicit_bzero(key, sizeof key);
    return prepared ? LKA_OK : lka_fail(error, LKA_DATA, "libcrypto cannot make an HMAC");
}

/* Kinds are "email", "email_sha256", "phone" ... */
static lka_status read_types(struct lka_workspace *workspace, uint32_t *types, struct lka_error *error)
{
    struct lka_statement *statement;
    bool row = true;
    *types = 0;
    LKA_TRY(lka_statement_new(workspace, "SELECT DISTINCT kind FROM suppression_kinds", &statement, error));
    lka_status status = lka_statement_step(statement, &row, error);
    for (; status == LKA_OK && row; status = lka_statement_step(statement, &row, error)) {
        struct lka_span kind = lka_column_text(statement, 0);
        for (int t = 0; t < LKA_ID_TYPES; t++) {
            const char *name = lka_id_type_name((enum lka_id_type)t);
            *types |= kind.length >= strlen(name) && memcmp(kind.text, name, strlen(name)) == 0 ? 1u << t : 0;
        }
    }
    lka_statement_free(statement);
    return status;
}

lka_status lka_suppression_open(struct lka_workspace *workspace, struct lka_suppression **list, struct lka_error *error)
{
    char hash[33] = "";
    LKA_TRY(LKA_NEW(*list, 1, error));
    lka_status status = workspace ? lka_suppression_published(workspace, hash, error) : LKA_OK;
    if (status == LKA_OK && hash[0]) {
        status = prepare_key(workspace, *list, error);
    }
    if (status == LKA_OK && hash[0]) {
        status = open_published(workspace, *list, hash, error);
    }
    if (status == LKA_OK) {
        status = lka_erased_open(workspace, &(*list)->erased, error);
    }
    if (status == LKA_OK && hash[0]) {
        status = read_fact(workspace, "suppression_short", hash, error);
        (*list)->knows_short = strcmp(hash, "yes") == 0;
    }
    (*list)->types = UINT32_MAX;
    /* Of an erasure no kinds are kept. */
    if (status == LKA_OK && (*list)->count > 0 && (*list)->erased.count == 0) {
        status = read_types(workspace, &(*list)->types, error);
        (*list)->types = (*list)->types == 0 ? UINT32_MAX : (*list)->types;
    }
    if (status != LKA_OK) {
        lka_suppression_close(*list);
        *list = NULL;
    }
    return status;
}

void lka_suppression_close(struct lka_suppression *list)
{
    if (list) {
        lka_free(list->bytes);
        explicit_bzero(&list->key, sizeof list->key);
        lka_known_release(&list->erased);
        lka_free(list);
    }
}

/* ---- writing ---------------------------------------------------------------------------------- */

lka_status lka_suppression_rename(struct lka_workspace *workspace, struct lka_error *error)
{
    char *from = NULL;
    char *to = NULL;
    lka_status status = lka_suppression_path(workspace, LKA_SUPPRESSION_NEW, &from, error);
    if (status == LKA_OK) {
        status = lka_suppression_path(workspace, "", &to, error);
    }
    if (status == LKA_OK && rename(from, to) != 0) {
        status = lka_fail_errno(error, LKA_IO, "rename", from, errno);
    }
    lka_sync_directory(lka_workspace_path(workspace));
    lka_free(from);
    lka_free(to);
    return status;
}

static lka_status settle(struct lka_workspace *workspace, struct lka_suppression *list, char **old,
                         struct lka_error *error)
{
    char hash[33];
    const char *suffix;
    LKA_TRY(lka_suppression_published(workspace, hash, error));
    if (!hash[0]) {
        return LKA_OK;
    }
    LKA_TRY(find_published(workspace, list, hash, &suffix, error));
    if (!suffix) {
        return fail_damaged(workspace, error);
    }
    if (*suffix) {
        LKA_TRY(lka_suppression_rename(workspace, error));
    }
    return lka_suppression_path(workspace, "", old, error);
}

lka_status lka_suppression_settle(struct lka_workspace *workspace, char **old, uint64_t *count, struct lka_error *error)
{
    struct lka_suppression *list;
    *old = NULL;
    LKA_TRY(LKA_NEW(list, 1, error));
    lka_status status = settle(workspace, list, old, error);
    *count = list->count;
    lka_suppression_close(list);
    return status;
}

lka_status lka_suppression_is_lost(struct lka_workspace *workspace, bool *lost, struct lka_error *error)
{
    struct lka_suppression *list;
    char hash[33];
    const char *suffix = NULL;
    LKA_TRY(LKA_NEW(list, 1, error));
    lka_status status = lka_suppression_published(workspace, hash, error);
    if (status == LKA_OK && hash[0]) {
        status = find_published(workspace, list, hash, &suffix, error);
    }
    *lost = status == LKA_OK && hash[0] && !suffix;
    lka_suppression_close(list);
    return status;
}

uint32_t lka_suppression_types(const struct lka_suppression *list)
{
    return list->types;
}

bool lka_suppression_knows_short(const struct lka_suppression *list)
{
    return list->knows_short;
}

uint64_t lka_suppression_count(const struct lka_suppression *list)
{
    return list->count;
}

/* ---- asking ----------------------------------------------------------------------------------- */

static int order(const struct lka_suppression *list, uint64_t at, const uint8_t *entry)
{
    return memcmp(list->bytes + LKA_ENTRIES_HEADER + at * LKA_ENTRY_BYTES, entry, LKA_ENTRY_BYTES);
}

/* Where an entry stands if they are spread evenly, as HMACs are. */
static uint64_t likely_place(const struct lka_suppression *list, const uint8_t *entry)
{
    uint64_t first;
    memcpy(&first, entry, sizeof first);
    __extension__ unsigned __int128 scaled = (unsigned __int128)__builtin_bswap64(first) * list->count;
    return (uint64_t)(scaled >> 64);
}

/* From the likely place outwards in doubling steps, then between: a few pages are touched, and not one a halving. */
static bool find(const struct lka_suppression *list, const uint8_t *entry)
{
    uint64_t low = likely_place(list, entry);
    uint64_t high = low;
    for (uint64_t step = 64; low > 0 && order(list, low, entry) > 0; step *= 2) {
        high = low;
        low -= step < low ? step : low;
    }
    for (uint64_t step = 64; high < list->count && order(list, high, entry) < 0; step *= 2) {
        low = high;
        high += step < list->count - high ? step : list->count - high;
    }
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (order(list, middle, entry) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < list->count && order(list, low, entry) == 0;
}

lka_status lka_suppression_holds_forms(const struct lka_suppression *list, const struct lka_form *forms, int count,
                                       bool *holds, struct lka_error *error)
{
    if (!*holds && list->erased.count > 0) {
        LKA_TRY(lka_erased_holds(&list->erased, forms, (size_t)count, "", (struct lka_span){"", 0}, holds, error));
    }
    uint8_t hmac[32];
    for (int i = 0; i < count && list->count > 0 && !*holds; i++) {
        if (!lka_form_hmac_by(&list->key, &forms[i], hmac)) {
            return lka_fail_memory(error, sizeof hmac);
        }
        *holds = find(list, hmac);
    }
    return LKA_OK;
}

lka_status lka_suppression_holds_id(const struct lka_suppression *list, const char *column, struct lka_span id,
                                    bool *holds, struct lka_error *error)
{
    return *holds || list->erased.count == 0
               ? LKA_OK
               : lka_erased_holds(&list->erased, NULL, 0, lka_id_numbering(column), id, holds, error);
}

lka_status lka_suppression_holds_value(const struct lka_suppression *list, enum lka_id_type type, struct lka_span value,
                                       const char *country, bool hashed, bool *holds, struct lka_error *error)
{
    struct lka_form forms[LKA_FORMS_MAX];
    /* A form's type is part of its entry: where nobody objected by a phone, no phone is in the list. */
    if ((list->count == 0 && list->erased.count == 0) || *holds || !(list->types >> type & 1)) {
        return LKA_OK;
    }
    int count = lka_forms_of(type, value, country, hashed, forms);
    return count < 0 ? lka_fail_memory(error, 0) : lka_suppression_holds_forms(list, forms, count, holds, error);
}

lka_status lka_suppression_holds(const struct lka_suppression *list, struct lka_span email, struct lka_span phone,
                                 const char *country, struct lka_span maid, bool *holds, struct lka_error *error)
{
    *holds = false;
    LKA_TRY(lka_suppression_holds_value(list, LKA_ID_EMAIL, email, NULL, false, holds, error));
    LKA_TRY(lka_suppression_holds_value(list, LKA_ID_PHONE, phone, country, false, holds, error));
    return lka_suppression_holds_value(list, LKA_ID_MAID, maid, NULL, false, holds, error);
}
