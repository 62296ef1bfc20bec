/* Who a row is, by the workspace's key: the person, the keys under which they are met again, and what is drawn for
 * them. */
#include "audience/stage.h"

#include "base/error.h"

#include <math.h>

lka_status lka_audience_person(const struct lka_audience *audience, const struct lka_person_columns *columns,
                               const struct lka_rows *rows, size_t row, uint8_t person[32], struct lka_error *error)
{
    struct lka_text canonical = {0};
    lka_status status = lka_person_canonical(columns, rows, row, &canonical, error);
    if (status == LKA_OK && !lka_hmac_of(&audience->eligibility.hmac, canonical.bytes, canonical.length, person)) {
        status = lka_fail(error, LKA_MEMORY, "libcrypto could not make a key");
    }
    lka_text_release(&canonical);
    return status;
}

lka_status lka_audience_keys(const struct lka_audience *audience, const struct lka_person_columns *columns,
                             const struct lka_rows *rows, size_t row, struct lka_known_key *keys, size_t *count,
                             struct lka_error *error)
{
    struct lka_form forms[LKA_PERSON_FORMS];
    LKA_TRY(lka_person_links(columns, rows, row, forms, count, error));
    for (size_t i = 0; i < *count; i++) {
        LKA_TRY(lka_known_key_of(&audience->eligibility.hmac, &forms[i], &keys[i], error));
    }
    if (*count == 0) {
        uint8_t person[32];
        LKA_TRY(lka_audience_person(audience, columns, rows, row, person, error));
        memcpy(keys[0].bytes, person, sizeof keys[0].bytes);
        *count = 1;
    }
    return LKA_OK;
}

lka_status lka_audience_draw(const struct lka_audience *audience, const char *what, const uint8_t person[32],
                             double *drawn, struct lka_error *error)
{
    struct lka_text text = {0};
    uint8_t mac[32];
    uint64_t bits;
    lka_text_format(&text, "%s:%s:", what, audience->options->campaign);
    lka_text_append(&text, (const char *)person, 32);
    bool made = !text.failed && lka_hmac_of(&audience->eligibility.hmac, text.bytes, text.length, mac);
    lka_text_release(&text);
    if (!made) {
        return lka_fail_memory(error, 32);
    }
    memcpy(&bits, mac, sizeof bits);
    *drawn = ldexp((double)(bits >> 11), -53);
    return LKA_OK;
}
