#include "identity/forms.h"

#include "base/error.h"
#include "identity/encode.h"
#include "identity/identity.h"

const char *lka_id_type_name(enum lka_id_type type)
{
    static const char *const names[LKA_ID_TYPES] = {"email", "phone", "maid", "cookie", "id"};
    return names[type];
}

/* ---- e-mail ----------------------------------------------------------------------------------- */

static struct lka_span span_of(const struct lka_text *text)
{
    return (struct lka_span){text->bytes, (uint32_t)text->length};
}

static bool is_gmail(struct lka_span domain)
{
    return lka_span_equal(domain, LKA_SPAN("gmail.com")) || lka_span_equal(domain, LKA_SPAN("googlemail.com"));
}

/* Google delivers an address without looking at dots and at what follows a plus. `domain` NULL keeps the domain. False
 * if the address is no Gmail address. */
static bool fold(struct lka_span plain, const char *domain, struct lka_text *folded)
{
    const char *at = memrchr(plain.text, '@', plain.length);
    lka_text_clear(folded);
    if (!at || !is_gmail((struct lka_span){at + 1, (uint32_t)(plain.text + plain.length - at - 1)})) {
        return false;
    }
    for (const char *c = plain.text; c < at && *c != '+'; c++) {
        if (*c != '.') {
            lka_text_append(folded, c, 1);
        }
    }
    lka_text_append(folded, "@", 1);
    if (domain) {
        lka_text_string(folded, domain);
    } else {
        lka_text_append(folded, at + 1, (size_t)(plain.text + plain.length - at - 1));
    }
    return !folded->failed;
}

bool lka_email_folded(struct lka_span email, struct lka_text *folded)
{
    struct lka_text plain = {0};
    lka_text_clear(folded);
    bool good = lka_email_plain(email, &plain);
    if (good && !fold(span_of(&plain), "gmail.com", folded) && !folded->failed) {
        lka_text_append(folded, plain.bytes, plain.length);
    }
    folded->failed = folded->failed || plain.failed;
    lka_text_release(&plain);
    return good && !folded->failed;
}

/* ---- forms ------------------------------------------------------------------------------------ */

struct collecting {
    struct lka_form *forms;
    int count;
    bool short_ones; /* MD5 and SHA-1 in place of SHA-256 */
    bool failed;
};

static void add_hash(struct collecting *collecting, enum lka_id_type type, const uint8_t *hash, uint8_t bytes)
{
    for (int i = 0; i < collecting->count; i++) {
        if (collecting->forms[i].bytes == bytes && memcmp(collecting->forms[i].sha256, hash, bytes) == 0) {
            return;
        }
    }
    struct lka_form *form = &collecting->forms[collecting->count++];
    *form = (struct lka_form){.type = type, .bytes = bytes};
    memcpy(form->sha256, hash, bytes);
}

static void add_text(struct collecting *collecting, enum lka_id_type type, struct lka_span text)
{
    static const enum lka_hashing hashings[] = {LKA_HASH_SHA256, LKA_HASH_SHA1, LKA_HASH_MD5};
    uint8_t hash[LKA_HASH_LONGEST];
    size_t end = collecting->short_ones ? 3 : 1;
    for (size_t h = collecting->short_ones; h < end && text.length > 0; h++) {
        if (lka_hash_value(text, hashings[h], hash)) {
            add_hash(collecting, type, hash, (uint8_t)lka_hashing_bytes(hashings[h]));
        } else {
            collecting->failed = true;
        }
    }
}

static void add_email(struct collecting *collecting, struct lka_span email)
{
    struct lka_text plain = {0};
    struct lka_text folded = {0};
    if (lka_email_plain(email, &plain)) {
        add_text(collecting, LKA_ID_EMAIL, span_of(&plain));
        if (fold(span_of(&plain), NULL, &folded)) {
            add_text(collecting, LKA_ID_EMAIL, span_of(&folded));
        }
        collecting->failed = collecting->failed || folded.failed; /* the next one clears it */
        if (fold(span_of(&plain), "gmail.com", &folded)) {
            add_text(collecting, LKA_ID_EMAIL, span_of(&folded));
        }
    }
    collecting->failed = collecting->failed || plain.failed || folded.failed;
    lka_text_release(&plain);
    lka_text_release(&folded);
}

/* A national number of no known country can be met as such, with and without its trunk prefix. */
static void add_national(struct collecting *collecting, struct lka_span digits)
{
    add_text(collecting, LKA_ID_PHONE, digits);
    if (digits.text[0] == '0') {
        add_text(collecting, LKA_ID_PHONE, (struct lka_span){digits.text + 1, digits.length - 1});
    }
}

static void add_phone(struct collecting *collecting, struct lka_span phone, const char *country)
{
    struct lka_text e164 = {0};
    struct lka_text with_trunk = {0};
    if (lka_phone_e164(phone, country, &e164)) {
        struct lka_span whole = span_of(&e164);
        struct lka_span national = lka_phone_national(whole);
        add_text(collecting, LKA_ID_PHONE, whole);
        add_text(collecting, LKA_ID_PHONE, (struct lka_span){whole.text + 1, whole.length - 1});
        if (national.length > 0) {
            lka_text_append(&with_trunk, "0", 1);
            lka_text_append(&with_trunk, national.text, national.length);
            add_text(collecting, LKA_ID_PHONE, national);
            add_text(collecting, LKA_ID_PHONE, span_of(&with_trunk));
        }
    }
    collecting->failed = collecting->failed || e164.failed; /* the next one clears it */
    if (e164.length == 0 && lka_phone_digits(phone, &e164)) {
        add_national(collecting, span_of(&e164));
    }
    collecting->failed = collecting->failed || e164.failed || with_trunk.failed;
    lka_text_release(&e164);
    lka_text_release(&with_trunk);
}

/* MAIDs are met in upper and in lower case. */
static void add_other(struct collecting *collecting, enum lka_id_type type, struct lka_span value)
{
    struct lka_text plain = {0};
    if (lka_plain_text(value, &plain)) {
        add_text(collecting, type, span_of(&plain));
        for (size_t i = 0; i < plain.length && type == LKA_ID_MAID; i++) {
            plain.bytes[i] = plain.bytes[i] >= 'a' && plain.bytes[i] <= 'z' ? (char)(plain.bytes[i] - 32)
                                                                            : plain.bytes[i];
        }
        add_text(collecting, type, type == LKA_ID_MAID ? span_of(&plain) : (struct lka_span){0});
    }
    collecting->failed = collecting->failed || plain.failed;
    lka_text_release(&plain);
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

uint8_t lka_hash_read(struct lka_span hex, uint8_t hash[32])
{
    bool good = hex.length == 64 || hex.length == 40 || hex.length == 32;
    for (uint32_t i = 0; i < hex.length / 2 && good; i++) {
        int high = digit_of(hex.text[2 * i]);
        int low = digit_of(hex.text[2 * i + 1]);
        good = high >= 0 && low >= 0;
        hash[i] = (uint8_t)(16 * (high & 15) + (low & 15));
    }
    return good ? (uint8_t)(hex.length / 2) : 0;
}

bool lka_sha256_read(struct lka_span hex, uint8_t sha256[32])
{
    return hex.length == 64 && lka_hash_read(hex, sha256) == 32;
}

int lka_forms_of(enum lka_id_type type, struct lka_span value, const char *country, bool hashed,
                 struct lka_form forms[LKA_FORMS_MAX])
{
    struct collecting collecting = {.forms = forms};
    uint8_t hash[32];
    if (hashed) {
        uint8_t bytes = lka_hash_read(value, hash);
        if (bytes > 0) {
            add_hash(&collecting, type, hash, bytes);
        }
    } else if (type == LKA_ID_EMAIL) {
        add_email(&collecting, value);
    } else if (type == LKA_ID_PHONE) {
        add_phone(&collecting, value, country);
    } else {
        add_other(&collecting, type, value);
    }
    return collecting.failed ? -1 : collecting.count;
}

int lka_forms_short(enum lka_id_type type, struct lka_span value, struct lka_form forms[2 * LKA_FORMS_MAX])
{
    struct collecting collecting = {.forms = forms, .short_ones = true};
    if (type == LKA_ID_EMAIL) {
        add_email(&collecting, value);
    } else if (type == LKA_ID_MAID) {
        add_other(&collecting, type, value);
    }
    return collecting.failed ? -1 : collecting.count;
}

/* ---- who somebody is -------------------------------------------------------------------------- */

static lka_status prefix_hash(const char *type, const struct lka_text *value, struct lka_text *canonical,
                              struct lka_error *error)
{
    char hex[65];
    if (!lka_sha256_hex(span_of(value), hex)) {
        return lka_fail(error, LKA_DATA, "libcrypto cannot make a SHA-256");
    }
    lka_text_format(canonical, "%s:%s", type, hex);
    return LKA_OK;
}

lka_status lka_identity_canonical(struct lka_span email, struct lka_span phone, const char *country,
                                  struct lka_span maid, struct lka_span id, struct lka_text *canonical,
                                  struct lka_error *error)
{
    struct lka_text value = {0};
    lka_status status = LKA_OK;
    lka_text_clear(canonical);
    if (lka_email_folded(email, &value)) {
        status = prefix_hash("email", &value, canonical, error);
    } else if (lka_phone_e164(phone, country, &value)) {
        status = prefix_hash("phone", &value, canonical, error);
    } else if (lka_plain_text(maid, &value)) {
        lka_text_format(canonical, "maid:%s", value.bytes);
    } else {
        lka_text_format(canonical, "id:%.*s", (int)id.length, id.length ? id.text : "");
    }
    if (value.failed || canonical->failed) {
        status = lka_fail_memory(error, canonical->length);
    }
    lka_text_release(&value);
    return status;
}

bool lka_form_hmac(const uint8_t key[32], const struct lka_form *form, uint8_t hmac[32])
{
    struct lka_hmac prepared;
    return lka_hmac_init(&prepared, key) && lka_form_hmac_by(&prepared, form, hmac);
}

bool lka_form_hmac_by(const struct lka_hmac *key, const struct lka_form *form, uint8_t hmac[32])
{
    uint8_t bytes[48];
    const char *type = lka_id_type_name(form->type);
    size_t length = strlen(type);
    memcpy(bytes, type, length);
    bytes[length] = ':';
    memcpy(bytes + length + 1, form->sha256, form->bytes);
    return lka_hmac_of(key, bytes, length + 1 + form->bytes, hmac);
}

bool lka_identity_hmac(const uint8_t key[32], struct lka_span text, char hex[65])
{
    uint8_t hmac[32];
    struct lka_hmac prepared;
    if (!lka_hmac_init(&prepared, key) || !lka_hmac_of(&prepared, text.text, text.length, hmac)) {
        return false;
    }
    lka_encode_hex(hmac, sizeof hmac, hex);
    hex[64] = '\0';
    return true;
}
