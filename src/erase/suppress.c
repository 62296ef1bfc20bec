/* What stays of those who were erased: keyed hashes, so that they are known again. */
#include "eligibility/entries.h"
#include "eligibility/suppression_file.h"
#include "erase/stage.h"

#include "base/error.h"
#include "base/memory.h"

static lka_status add_forms(struct lka_erasing *erasing, struct lka_entries *entries, struct lka_error *error)
{
    for (size_t i = 0; i < erasing->form_count; i++) {
        uint8_t hmac[32];
        if (!lka_form_hmac_by(&erasing->keys.hmac, &erasing->forms[i], hmac)) {
            return lka_fail(error, LKA_MEMORY, "libcrypto could not make a key");
        }
        LKA_TRY(lka_entries_add(entries, hmac, error));
    }
    return LKA_OK;
}

static lka_status write_list(struct lka_erasing *erasing, struct lka_entries *entries, const char *old, uint64_t before,
                             struct lka_error *error)
{
    char *path = NULL;
    char hash[33];
    uint64_t after = 0;
    LKA_TRY(add_forms(erasing, entries, error));
    LKA_TRY(lka_suppression_path(erasing->workspace, LKA_SUPPRESSION_NEW, &path, error));
    lka_status status = lka_entries_write(entries, old, path, &after, hash, error);
    lka_free(path);
    LKA_TRY(status);
    erasing->suppressed = after - before;
    return lka_suppression_publish(erasing->workspace, hash, error);
}

static lka_status extend_list(struct lka_erasing *erasing, struct lka_error *error)
{
    char *old = NULL;
    uint64_t before = 0;
    struct lka_entries *entries = NULL;
    lka_status status = lka_suppression_settle(erasing->workspace, &old, &before, error);
    status = status == LKA_OK ? lka_entries_new(erasing->options->temporary, &entries, error) : status;
    status = status == LKA_OK ? write_list(erasing, entries, old, before, error) : status;
    lka_entries_free(entries);
    lka_free(old);
    return status;
}

lka_status lka_erase_suppress(struct lka_erasing *erasing, struct lka_error *error)
{
    LKA_TRY(lka_erased_put(erasing->workspace, erasing->keys.kept, erasing->keys.kept_count, erasing->day, error));
    if (erasing->options->retention) {
        return LKA_OK;
    }
    /* What they are met by was learned from hashes, too, and is kept as keyed SHA-256 alone: no MD5 meets it. */
    LKA_TRY(lka_suppression_note_short(erasing->workspace, false, false, error));
    return erasing->form_count > 0 ? extend_list(erasing, error) : LKA_OK;
}
