/* `lookalike hash`: a platform's view of values, one a line. */
#include "lookalike/identity.h"

#include "base/error.h"
#include "base/json.h"
#include "base/parameters.h"
#include "base/session.h"
#include "eligibility/rules.h"
#include "identity/reasons.h"
#include "base/sha256_many.h"
#include "source/lines.h"
#include "source/output.h"

#define HASH_PARAMS(X)                                                                                                \
    X(TEXT, platform, "platform", NULL, 0, 0, NULL, "NAME", "the platform, or a file NAME.yaml that describes one",   \
      true)                                                                                                           \
    X(TEXT, field, "field", NULL, 0, 0, NULL, "NAME", "email, phone, given_name ...: a field of the platform", true)  \
    X(CHOICE, encoding, "encoding", "platform", 0, 0,                                                                 \
      "platform|plain|hex|base64|sha256-hex|sha256-base64|sha1-hex|md5-hex", NULL,                                    \
      "how the value is written; platform: as the platform takes it", false)                                          \
    X(TEXT, country, "country", NULL, 0, 0, NULL, "CC", "the country (FR, GB) of phones in national spelling", false) \
    X(TEXT, in, "in", "-", 0, 0, NULL, "FILE", "the values, one a line; - is stdin", false)                           \
    X(TEXT, out, "out", "-", 0, 0, NULL, "FILE", "where value, normalised and encoded go; - is stdout", false)

LKA_PARAMS_STRUCT(hash_options, HASH_PARAMS);
#define LKA_PARAM_OWNER struct hash_options
LKA_PARAMS_TABLE(lka_hash_params, "hash", HASH_PARAMS);

enum written { AS_PLATFORM, AS_PLAIN, AS_HEX, AS_BASE64, SHA256_HEX, SHA256_BASE64, SHA1_HEX, MD5_HEX };

/* Rows that wait for their SHA-256, which is made of many at once: each has room for it in the text. So many bytes are written
 * without another copy of them. */
enum { WAITING_MOST = 1024, ROWS_TEXT_MOST = 1 << 16 };

struct waiting {
    size_t value[WAITING_MOST]; /* where the normalised value stands in the text */
    uint32_t length[WAITING_MOST];
    size_t encoded[WAITING_MOST]; /* where its hash goes */
    size_t count;
};

struct hashing {
    const struct hash_options *options;
    struct lka_rules *platform;
    const struct lka_platform_field *field;
    enum lka_hashing how;
    enum lka_encoding encoding;
    struct lka_inputs inputs;
    struct lka_lines lines;
    struct lka_digest *digest; /* which the lines want */
    struct lka_output *output;
    struct lka_normal normal;
    struct lka_text value;     /* the line being read, where it comes in pieces or in quotes */
    struct lka_text rows_text; /* of the waiting rows */
    struct waiting waiting;
    struct lka_reasons reasons;
    uint64_t rows;
};

static void choose_encoding(struct hashing *hashing)
{
    enum written written = (enum written)hashing->options->encoding;
    hashing->how = hashing->field->hashing;
    hashing->encoding = hashing->field->encoding;
    if (written == AS_PLAIN) {
        hashing->how = LKA_HASH_NONE;
    } else if (written != AS_PLATFORM) {
        bool keeps = (written == AS_HEX || written == AS_BASE64) && hashing->how != LKA_HASH_NONE;
        hashing->how = keeps                 ? hashing->how
                       : written == SHA1_HEX ? LKA_HASH_SHA1
                       : written == MD5_HEX  ? LKA_HASH_MD5
                                             : LKA_HASH_SHA256;
        hashing->encoding = written == AS_BASE64 || written == SHA256_BASE64 ? LKA_ENCODE_BASE64 : LKA_ENCODE_HEX;
    }
}

/* ---- one value -------------------------------------------------------------------------------- */

/* A field of a CSV file, quotes and all, is the value inside: "quinn, jr.". Shortens it in place. */
static struct lka_span unquote(struct lka_text *value)
{
    struct lka_span span = {value->length ? value->bytes : "", (uint32_t)value->length};
    size_t end = 0;
    for (size_t i = 1; i + 1 < value->length; i++) {
        bool doubled = value->bytes[i] == '"' && i + 2 < value->length && value->bytes[i + 1] == '"';
        if (value->bytes[i] == '"' && !doubled) {
            return span; /* no such field: the quotes are the value's own */
        }
        i += doubled;
        end++;
    }
    size_t put = 0;
    for (size_t i = 1; put < end; i++, put++) {
        i += value->bytes[i] == '"';
        value->bytes[put] = value->bytes[i];
    }
    return (struct lka_span){value->bytes, (uint32_t)end};
}

static lka_status fail_hash(const struct hashing *hashing, struct lka_error *error)
{
    return lka_fail(error, LKA_DATA, "libcrypto cannot make a %s", lka_hashing_name(hashing->how));
}

/* Fills in the hashes that rows wait for, and writes the rows. */
static lka_status write_waiting(struct hashing *hashing, struct lka_error *error)
{
    struct waiting *waiting = &hashing->waiting;
    struct lka_text *text = &hashing->rows_text;
    struct lka_span values[WAITING_MOST];
    uint8_t digests[WAITING_MOST][32];
    for (size_t i = 0; i < waiting->count; i++) {
        values[i] = (struct lka_span){text->bytes + waiting->value[i], waiting->length[i]};
    }
    if (!lka_sha256_many(values, waiting->count, digests, NULL)) {
        return fail_hash(hashing, error);
    }
    for (size_t i = 0; i < waiting->count; i++) {
        lka_encode_hex(digests[i], 32, text->bytes + waiting->encoded[i]);
    }
    waiting->count = 0;
    lka_status status = lka_output_write(hashing->output, text->bytes, text->length, error);
    lka_text_clear(text);
    return status;
}

static void put_field(struct lka_text *text, struct lka_span field, bool bare)
{
    if (bare) {
        lka_text_append(text, field.text, field.length);
    } else {
        lka_text_csv_field(text, field, ',');
    }
    lka_text_append(text, ",", 1);
}

/* The row up to its hash; *at is where the normalised value stands in it, as it is unless it is quoted. */
static void begin_row(struct hashing *hashing, struct lka_span value, struct lka_span normalised, size_t *at)
{
    struct lka_text *text = &hashing->rows_text;
    bool bare = lka_normal_is_bare(&hashing->normal);
    put_field(text, value, bare);
    *at = text->length;
    put_field(text, normalised, bare);
}

/* Hexadecimal digits of a SHA-256, as nearly all platforms want them, are made later; false: this row's is made at once. */
static bool waits(const struct hashing *hashing, struct lka_span normalised, size_t at)
{
    return hashing->how == LKA_HASH_SHA256 && hashing->encoding == LKA_ENCODE_HEX && normalised.length > 0 &&
           hashing->rows_text.length - at == normalised.length + 1;
}

static void wait_for_hash(struct hashing *hashing, size_t at, uint32_t length)
{
    static const char room[65] = "                                                                \n";
    struct waiting *waiting = &hashing->waiting;
    waiting->value[waiting->count] = at;
    waiting->length[waiting->count] = length;
    waiting->encoded[waiting->count] = hashing->rows_text.length;
    waiting->count++;
    lka_text_append(&hashing->rows_text, room, sizeof room);
}

static lka_status end_row(struct hashing *hashing, struct lka_span normalised, struct lka_error *error)
{
    struct lka_text *text = &hashing->rows_text;
    if (hashing->how == LKA_HASH_NONE) {
        lka_text_csv_field(text, normalised, ',');
    } else if (normalised.length > 0 && !lka_encode_value(normalised, hashing->how, hashing->encoding, text)) {
        return fail_hash(hashing, error); /* digits, or Base64: nothing to be quoted */
    }
    lka_text_append(text, "\n", 1);
    return LKA_OK;
}

static lka_status write_row(struct hashing *hashing, struct lka_span value, struct lka_span normalised,
                            struct lka_error *error)
{
    size_t at;
    begin_row(hashing, value, normalised, &at);
    if (waits(hashing, normalised, at)) {
        wait_for_hash(hashing, at, normalised.length);
    } else {
        LKA_TRY(end_row(hashing, normalised, error));
    }
    if (hashing->rows_text.failed) {
        return lka_fail_memory(error, hashing->rows_text.length);
    }
    return hashing->waiting.count == WAITING_MOST || hashing->rows_text.length > ROWS_TEXT_MOST
               ? write_waiting(hashing, error)
               : LKA_OK;
}

static lka_status take_value(struct hashing *hashing, struct lka_span value, struct lka_error *error)
{
    const char *reason = lka_rules_normalise(hashing->field, value, hashing->options->country, &hashing->normal);
    struct lka_span normalised = reason ? (struct lka_span){"", 0} : lka_normal_span(&hashing->normal);
    if (hashing->normal.value.failed) {
        return lka_fail_memory(error, value.length);
    }
    if (!reason && normalised.length == 0 && value.length > 0) {
        reason = "nothing left";
    }
    hashing->rows++;
    if (reason) {
        lka_reasons_add(&hashing->reasons, reason);
    }
    return write_row(hashing, value, normalised, error);
}

/* ---- all of them ------------------------------------------------------------------------------ */

/* The value that was collected. */
static lka_status take_collected(struct hashing *hashing, struct lka_error *error)
{
    struct lka_text *value = &hashing->value;
    struct lka_span span = {value->length ? value->bytes : "", (uint32_t)value->length};
    if (value->failed) {
        return lka_fail_memory(error, value->length);
    }
    if (span.length >= 2 && span.text[0] == '"' && span.text[span.length - 1] == '"') {
        span = unquote(value);
    }
    lka_status status = take_value(hashing, span, error);
    lka_text_clear(value);
    return status;
}

/* A line in one piece and without quotes is taken where it stands. */
static lka_status take_line(struct hashing *hashing, const struct lka_piece *piece, struct lka_error *error)
{
    size_t length = piece->length;
    if (piece->whole) {
        length -= 1;
        length -= length > 0 && piece->bytes[length - 1] == '\r';
    }
    if (hashing->value.length + length > 1 << 20) {
        return lka_fail_at(error, LKA_DATA, hashing->lines.file, piece->line, 0, "a value of more than 1 MiB");
    }
    if (piece->whole && hashing->value.length == 0 && (length == 0 || piece->bytes[0] != '"')) {
        return take_value(hashing, (struct lka_span){piece->bytes, (uint32_t)length}, error);
    }
    lka_text_append(&hashing->value, piece->bytes, length);
    return piece->whole ? take_collected(hashing, error) : LKA_OK;
}

static lka_status take_all(struct hashing *hashing, const struct lka_session *session, struct lka_error *error)
{
    struct lka_piece piece;
    bool open = false; /* a line without its newline, at the end of the file */
    do {
        lka_lines_mark(&hashing->lines);
        LKA_TRY(lka_lines_next(&hashing->lines, &piece, error));
        if (piece.length > 0) {
            LKA_TRY(take_line(hashing, &piece, error));
            open = !piece.whole;
        }
        if (hashing->rows % 4096 == 0) {
            LKA_TRY(lka_step(session, "hash", hashing->rows, 0, error));
        }
    } while (piece.length > 0);
    LKA_TRY(open ? take_collected(hashing, error) : LKA_OK);
    return write_waiting(hashing, error);
}

static lka_status run(struct hashing *hashing, const struct lka_session *session, struct lka_error *error)
{
    size_t field = 0;
    const char *path = hashing->options->in;
    LKA_TRY(lka_rules_load("platform", hashing->options->platform, &hashing->platform, error));
    LKA_TRY(lka_rules_find_field(hashing->platform, hashing->options->field, &field, error));
    hashing->field = &hashing->platform->fields[field];
    choose_encoding(hashing);
    LKA_TRY(lka_inputs_init(&hashing->inputs, &path, 1, false, error));
    LKA_TRY(lka_digest_new(&hashing->digest, error));
    LKA_TRY(lka_lines_open(&hashing->lines, &hashing->inputs.items[0], NULL, 1 << 16, 1, hashing->digest, error));
    LKA_TRY(lka_output_open(hashing->options->out, true, &hashing->output, error));
    LKA_TRY(lka_output_write(hashing->output, "value,normalised,encoded\n", 25, error));
    LKA_TRY(take_all(hashing, session, error));
    struct lka_output *output = hashing->output;
    hashing->output = NULL;
    LKA_TRY(lka_output_commit(output, error));
    lka_reasons_warn(&hashing->reasons, session, hashing->field->name);
    return LKA_OK;
}

static lka_status tell(const struct hashing *hashing, char **summary, struct lka_error *error)
{
    json_t *object = json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:o, s:o}", "schema", 1, "stage", "hash", "platform",
                               hashing->platform->name, "version", hashing->platform->version, "field",
                               hashing->field->name, "values", (json_int_t)hashing->rows, "unusable",
                               lka_reasons_json(&hashing->reasons), "out", lka_json_string(hashing->options->out));
    lka_status status = object ? lka_json_text(object, JSON_INDENT(2), summary, error) : lka_fail_memory(error, 0);
    json_decref(object);
    return status;
}

lka_status lka_hash_values(const struct lka_options *options, const struct lka_session *session, char **summary,
                           struct lka_error *error)
{
    *summary = NULL;
    LKA_TRY(lka_options_check(options, error));
    struct hashing hashing = {.options = lka_options_values(options)};
    lka_status status = run(&hashing, session, error);
    if (status == LKA_OK) {
        status = tell(&hashing, summary, error);
    }
    lka_output_abandon(hashing.output);
    lka_lines_release(&hashing.lines);
    lka_digest_free(hashing.digest);
    lka_inputs_release(&hashing.inputs);
    lka_rules_free(hashing.platform);
    lka_normal_release(&hashing.normal);
    lka_text_release(&hashing.value);
    lka_text_release(&hashing.rows_text);
    return status;
}
