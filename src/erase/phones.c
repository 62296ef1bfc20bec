/* A phone that was all that was given tells somebody if one person alone has it: by the e-mails of the rows that have
 * it. */
#include "erase/keys.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>

static lka_status add_share(struct lka_erase_keys *keys, const struct lka_form *phone, const struct lka_text *folded,
                            struct lka_error *error)
{
    struct lka_span email = {folded->bytes, (uint32_t)folded->length};
    struct lka_hash128 both[] = {lka_erase_name_of_form(phone), lka_hash128(email)};
    struct lka_erase_share share = {.phone = both[0], .form = {.type = LKA_ID_EMAIL}};
    bool is_new = false;
    struct lka_span name = {(const char *)both, sizeof both};
    LKA_TRY(lka_seen_add(&keys->shared, lka_hash128(name), 0, &is_new, error));
    if (!is_new) {
        return LKA_OK;
    }
    if (!lka_sha256(folded->bytes, folded->length, share.form.sha256)) {
        return lka_fail(error, LKA_MEMORY, "libcrypto cannot make a SHA-256");
    }
    LKA_TRY(lka_reserve(&keys->shares, &keys->share_capacity, keys->share_count + 1, sizeof share, error));
    keys->shares[keys->share_count++] = share;
    return LKA_OK;
}

lka_status lka_erase_keys_share(struct lka_erase_keys *keys, const struct lka_form *phone, struct lka_span email,
                                struct lka_error *error)
{
    struct lka_text folded = {0};
    bool wanted = lka_seen_has(&keys->lone, lka_erase_name_of_form(phone)) && lka_email_folded(email, &folded);
    lka_status status = folded.failed ? lka_fail_memory(error, email.length)
                        : wanted      ? add_share(keys, phone, &folded, error)
                                      : LKA_OK;
    lka_text_release(&folded);
    return status;
}

static int by_phone(const void *a, const void *b)
{
    const struct lka_erase_share *x = a;
    const struct lka_erase_share *y = b;
    return memcmp(&x->phone, &y->phone, sizeof x->phone);
}

lka_status lka_erase_keys_settle(struct lka_erase_keys *keys, uint64_t *shared, struct lka_error *error)
{
    *shared = 0;
    if (keys->share_count > 0) {
        qsort(keys->shares, keys->share_count, sizeof *keys->shares, by_phone);
    }
    for (size_t first = 0, next = 0; first < keys->share_count; first = next) {
        while (next < keys->share_count && by_phone(&keys->shares[first], &keys->shares[next]) == 0) {
            next++;
        }
        if (next - first == 1) {
            LKA_TRY(lka_erase_keys_add_form(keys, &keys->shares[first].form, true, false, error));
        }
        *shared += next - first > 1;
    }
    return LKA_OK;
}
