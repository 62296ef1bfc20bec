#include "score/ranked.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/parameters.h"
#include "identity/identity.h"

#include <math.h>

enum { WRITE_AT = 1 << 16 };

/* The id comes behind the first. */
static const char *const own_names[] = {"rank",   "score", "percentile", "tier", "source", "explore_probability",
                                        "reasons"};
enum { OWN_NAMES = sizeof own_names / sizeof *own_names };

/* ---- which columns ---------------------------------------------------------------------------- */

static bool is_carried(const struct lka_ranked *ranked, size_t column)
{
    for (size_t i = 0; i < ranked->count; i++) {
        if (ranked->carried[i].column == column) {
            return true;
        }
    }
    return false;
}

static void carry(struct lka_ranked *ranked, struct lka_binding *binding, size_t column)
{
    if (!is_carried(ranked, column) && lka_binding_cell(binding, column) != binding->id) {
        ranked->carried[ranked->count++] = (struct lka_carried){.column = column,
                                                                .cell = lka_binding_cell(binding, column)};
        ranked->is_private = ranked->is_private || lka_role_is_identifier(binding->schema->columns[column].role);
    }
}

enum turn { IDENTIFIERS, CONSENTS, KEPT, TURNS };

static bool is_its_turn(enum turn turn, enum lka_role role)
{
    switch (turn) {
    case IDENTIFIERS:
        return lka_role_is_identifier(role);
    case CONSENTS:
        return role == LKA_ROLE_CONSENT;
    default:
        return role == LKA_ROLE_KEEP;
    }
}

static void carry_by_role(struct lka_ranked *ranked, struct lka_binding *binding)
{
    for (enum turn turn = IDENTIFIERS; turn < TURNS; turn++) {
        for (size_t c = 0; c < binding->schema->count; c++) {
            if (is_its_turn(turn, binding->schema->columns[c].role)) {
                carry(ranked, binding, c);
            }
        }
    }
}

static lka_status carry_kept(struct lka_ranked *ranked, struct lka_binding *binding, const struct lka_list *keep,
                             struct lka_error *error)
{
    for (size_t i = 0; i < keep->count; i++) {
        size_t column = 0;
        LKA_TRY(lka_binding_find(binding, "keep", keep->items[i], &column, error));
        carry(ranked, binding, column);
    }
    return LKA_OK;
}

static lka_status carry_hashed(struct lka_ranked *ranked, struct lka_binding *binding, const struct lka_list *hash,
                               struct lka_error *error)
{
    for (size_t i = 0; i < hash->count; i++) {
        size_t column = 0;
        LKA_TRY(lka_binding_find(binding, "hash", hash->items[i], &column, error));
        if (binding->schema->columns[column].role == LKA_ROLE_ID) {
            return lka_fail(error, LKA_USAGE,
                            "--hash: \"%.60s\" is the id, which is always written as it is; hash another column",
                            hash->items[i]);
        }
        carry(ranked, binding, column);
        for (size_t c = 0; c < ranked->count; c++) {
            ranked->carried[c].hashed = ranked->carried[c].hashed || ranked->carried[c].column == column;
        }
    }
    return LKA_OK;
}

static lka_status choose_columns(struct lka_ranked *ranked, struct lka_binding *binding, const struct lka_list *keep,
                                 const struct lka_list *hash, struct lka_error *error)
{
    LKA_TRY(LKA_NEW(ranked->carried, binding->schema->count, error));
    carry_by_role(ranked, binding);
    LKA_TRY(carry_kept(ranked, binding, keep, error));
    return carry_hashed(ranked, binding, hash, error);
}

/* ---- header ----------------------------------------------------------------------------------- */

static bool is_own_name(struct lka_span name)
{
    for (size_t i = 0; i < OWN_NAMES; i++) {
        if (lka_span_equal(name, lka_span_of(own_names[i]))) {
            return true;
        }
    }
    return false;
}

/* Columns of the pool that go out under their own names. The names of a pool differ from each other. */
static bool is_written(const struct lka_ranked *ranked, const struct lka_binding *binding, size_t column)
{
    for (size_t i = 0; i < ranked->count; i++) {
        if (ranked->carried[i].column == column) {
            return !ranked->carried[i].hashed;
        }
    }
    return binding->columns[binding->id] == column;
}

static lka_status put_name(struct lka_text *header, const char *name, struct lka_error *error)
{
    if (is_own_name(lka_span_of(name))) {
        return lka_fail(error, LKA_USAGE, "the pool's column \"%.60s\" can't be carried: the output has its own", name);
    }
    lka_text_csv_field(header, lka_span_of(name), ',');
    return LKA_OK;
}

static lka_status put_hashed_name(struct lka_ranked *ranked, const struct lka_binding *binding, const char *name,
                                  struct lka_error *error)
{
    lka_text_clear(&ranked->plain);
    lka_text_format(&ranked->plain, "%s_sha256", name);
    if (ranked->plain.failed) {
        return lka_fail_memory(error, strlen(name));
    }
    struct lka_span hashed = {ranked->plain.bytes, (uint32_t)ranked->plain.length};
    ptrdiff_t other = lka_schema_find(binding->schema, hashed);
    if (other != LKA_NO_COLUMN && is_written(ranked, binding, (size_t)other)) {
        return lka_fail(error, LKA_USAGE, "--hash: the output would have two columns \"%.60s\"", ranked->plain.bytes);
    }
    lka_text_csv_field(&ranked->text, hashed, ',');
    return LKA_OK;
}

static lka_status put_header(struct lka_ranked *ranked, const struct lka_binding *binding, struct lka_error *error)
{
    const struct lka_column *columns = binding->schema->columns;
    struct lka_text *header = &ranked->text;
    lka_text_format(header, "%s,", own_names[0]);
    LKA_TRY(put_name(header, columns[binding->columns[binding->id]].name, error));
    for (size_t i = 1; i < OWN_NAMES; i++) {
        lka_text_format(header, ",%s", own_names[i]);
    }
    for (size_t i = 0; i < ranked->count; i++) {
        const char *name = columns[ranked->carried[i].column].name;
        lka_text_append(header, ",", 1);
        LKA_TRY(ranked->carried[i].hashed ? put_hashed_name(ranked, binding, name, error)
                                          : put_name(header, name, error));
    }
    lka_text_append(header, "\n", 1);
    return LKA_OK;
}

lka_status lka_ranked_open(struct lka_ranked *ranked, const char *path, const struct lka_list *keep,
                           const struct lka_list *hash, struct lka_binding *binding, struct lka_error *error)
{
    *ranked = (struct lka_ranked){0};
    lka_status status = choose_columns(ranked, binding, keep, hash, error);
    status = status == LKA_OK ? put_header(ranked, binding, error) : status;
    status = status == LKA_OK ? lka_digest_new(&ranked->digest, error) : status;
    status = status == LKA_OK ? lka_output_open(path, ranked->is_private, &ranked->output, error) : status;
    if (status != LKA_OK) {
        lka_ranked_release(ranked);
    }
    return status;
}

void lka_ranked_release(struct lka_ranked *ranked)
{
    lka_output_abandon(ranked->output);
    lka_digest_free(ranked->digest);
    lka_text_release(&ranked->text);
    lka_text_release(&ranked->plain);
    lka_free(ranked->carried);
    *ranked = (struct lka_ranked){0};
}

/* ---- rows ------------------------------------------------------------------------------------- */

void lka_ranked_fields(const struct lka_ranked *ranked, const struct lka_binding *binding, const struct lka_rows *rows,
                       size_t row, struct lka_span *fields)
{
    fields[0] = lka_cell(rows, binding->id, row);
    for (size_t i = 0; i < ranked->count; i++) {
        fields[i + 1] = lka_cell(rows, ranked->carried[i].cell, row);
    }
}

double lka_percentile(uint64_t rank, uint64_t eligible)
{
    double exact = 100 * (1 - ((double)rank - 0.5) / (double)eligible);
    return floor(exact * 1e6 + 0.5) / 1e6;
}

int lka_tier_of(uint64_t rank, uint64_t eligible)
{
    static const int tiers[] = {1, 2, 5, 10};
    for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++) {
        if (rank <= lka_amount_of((struct lka_amount){.share = tiers[i] / 100.0}, eligible)) {
            return tiers[i];
        }
    }
    return 100;
}

static lka_status put_hash(struct lka_ranked *ranked, struct lka_span value, struct lka_error *error)
{
    char hex[65];
    if (!lka_plain_text(value, &ranked->plain)) {
        return ranked->plain.failed ? lka_fail_memory(error, value.length) : LKA_OK;
    }
    struct lka_span plain = {ranked->plain.bytes, (uint32_t)ranked->plain.length};
    if (!lka_sha256_hex(plain, hex)) {
        return lka_fail(error, LKA_IO, "libcrypto cannot make a SHA-256");
    }
    lka_text_append(&ranked->text, hex, 64);
    return LKA_OK;
}

static lka_status put_carried(struct lka_ranked *ranked, const struct lka_span *fields, struct lka_error *error)
{
    for (size_t i = 0; i < ranked->count; i++) {
        lka_text_append(&ranked->text, ",", 1);
        if (ranked->carried[i].hashed) {
            LKA_TRY(put_hash(ranked, fields[i], error));
        } else {
            lka_text_csv_field(&ranked->text, fields[i], ',');
        }
    }
    return LKA_OK;
}

static lka_status write_text(struct lka_ranked *ranked, struct lka_error *error)
{
    if (ranked->text.failed) {
        return lka_fail_memory(error, ranked->text.capacity);
    }
    lka_digest_add(ranked->digest, ranked->text.bytes, ranked->text.length);
    LKA_TRY(lka_output_write(ranked->output, ranked->text.bytes, ranked->text.length, error));
    lka_text_clear(&ranked->text);
    return LKA_OK;
}

lka_status lka_ranked_write(struct lka_ranked *ranked, const struct lka_ranked_row *row,
                            const struct lka_ranked_total *total, struct lka_error *error)
{
    struct lka_text *text = &ranked->text;
    lka_text_number(text, (double)row->rank);
    lka_text_append(text, ",", 1);
    lka_text_csv_field(text, row->fields[0], ',');
    lka_text_append(text, ",", 1);
    lka_text_number(text, row->score);
    lka_text_append(text, ",", 1);
    lka_text_number(text, lka_percentile(row->rank, total->eligible));
    lka_text_append(text, ",", 1);
    lka_text_number(text, lka_tier_of(row->rank, total->eligible));
    lka_text_append(text, ",", 1);
    lka_text_string(text, row->source);
    lka_text_append(text, ",", 1);
    lka_text_number(text, total->explore_probability);
    lka_text_append(text, ",", 1);
    lka_text_csv_field(text, row->reasons, ',');
    LKA_TRY(put_carried(ranked, row->fields + 1, error));
    lka_text_append(text, "\n", 1);
    ranked->rows++;
    return text->failed || text->length >= WRITE_AT ? write_text(ranked, error) : LKA_OK;
}

lka_status lka_ranked_finish(struct lka_ranked *ranked, char hex[33], struct lka_error *error)
{
    if (ranked->text.length > 0 || ranked->text.failed) {
        LKA_TRY(write_text(ranked, error));
    }
    lka_digest_hex(ranked->digest, hex);
    return lka_output_ready(ranked->output, error);
}

lka_status lka_ranked_commit(struct lka_ranked *ranked, struct lka_error *error)
{
    struct lka_output *output = ranked->output;
    ranked->output = NULL;
    return lka_output_commit(output, error);
}
