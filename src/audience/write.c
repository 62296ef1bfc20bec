/* The tables: who is in the audience, and of everybody who was looked at, why or why not. */
#include "audience/stage.h"

#include "base/error.h"
#include "base/memory.h"
#include "identity/identity.h"
#include "score/left_out.h"

#include <stdio.h>
#include <unistd.h>

static const char ledger_header[] =
    "person,id_key,email_key,rank,score,tier,arm,probability,path,reason,first_entry,rule,"
    "path_probability";

/* ---- audience.csv ----------------------------------------------------------------------------- */

bool lka_audience_carries(const struct lka_column *column)
{
    return lka_role_is_identifier(column->role) || column->role == LKA_ROLE_CONSENT;
}

lka_status lka_audience_header(const struct lka_audience *audience, struct lka_text *header, struct lka_error *error)
{
    const struct lka_schema *schema = &audience->table.schema;
    lka_text_string(header, "rank,");
    lka_text_csv_field(header, lka_span_of(schema->columns[audience->eligibility.person.id].name), ',');
    lka_text_string(header, ",score,tier,path");
    for (size_t c = 0; c < schema->count; c++) {
        if (lka_audience_carries(&schema->columns[c])) {
            lka_text_string(header, ",");
            lka_text_csv_field(header, lka_span_of(schema->columns[c].name), ',');
        }
    }
    return header->failed ? lka_fail_memory(error, header->capacity) : LKA_OK;
}

static struct lka_span optional(const struct lka_audience *audience, ptrdiff_t cell, size_t row)
{
    return cell == LKA_NO_COLUMN ? (struct lka_span){"", 0} : lka_cell(&audience->rows, (size_t)cell, row);
}

void lka_audience_put_row(const struct lka_audience *audience, struct lka_page *page, size_t row,
                          const struct lka_verdict *verdict)
{
    const struct lka_schema *schema = &audience->table.schema;
    lka_page_field(page, lka_cell(&audience->rows, audience->cells.rank, row));
    lka_page_field(page, lka_cell(&audience->rows, audience->cells.id, row));
    lka_page_field(page, lka_cell(&audience->rows, audience->cells.score, row));
    lka_page_field(page, optional(audience, audience->cells.tier, row));
    lka_page_string(page, audience->path_names[verdict->path]);
    for (size_t c = 0; c < schema->count; c++) {
        if (lka_audience_carries(&schema->columns[c])) {
            lka_page_field(page, lka_cell(&audience->rows, (size_t)audience->cell[c], row));
        }
    }
}

/* ---- ledger.csv ------------------------------------------------------------------------------- */

/* "email:<SHA-256 of the plain form>" of the first e-mail, empty if there is none. */
static lka_status email_name(const struct lka_audience *audience, size_t row, struct lka_text *name,
                             struct lka_error *error)
{
    const struct lka_person_columns *person = &audience->eligibility.person;
    struct lka_text plain = {0};
    char hex[65];
    lka_text_clear(name);
    for (size_t i = 0; i < person->count && name->length == 0; i++) {
        struct lka_span value = lka_cell(&audience->rows, person->items[i].cell, row);
        if (person->items[i].type != LKA_ID_EMAIL || value.length == 0) {
            continue;
        }
        uint8_t sha256[32];
        bool made = person->items[i].hashed ? lka_sha256_read(value, sha256) : lka_email_plain(value, &plain);
        if (made && !person->items[i].hashed) {
            made = lka_sha256(plain.bytes, plain.length, sha256);
        }
        if (made) {
            lka_person_hex(sha256, hex);
            lka_text_format(name, "email:%s", hex);
        }
    }
    bool failed = plain.failed || name->failed;
    lka_text_release(&plain);
    return failed ? lka_fail_memory(error, 64) : LKA_OK;
}

struct lka_audience_writing {
    struct lka_directory *directory;
    struct lka_page audience;
    struct lka_page ledger;
    struct lka_page holdout;
    struct lka_text name;
};

static lka_status put_keys(struct lka_audience *audience, struct lka_audience_writing *writing, size_t row,
                           const struct lka_verdict *verdict, struct lka_error *error)
{
    char hex[65];
    lka_person_hex(verdict->person, hex);
    lka_page_string(&writing->ledger, hex);
    LKA_TRY(
        lka_eligibility_id_key(&audience->eligibility, lka_cell(&audience->rows, audience->cells.id, row), hex, error));
    lka_page_string(&writing->ledger, hex);
    LKA_TRY(email_name(audience, row, &writing->name, error));
    hex[0] = '\0';
    if (writing->name.length > 0 &&
        !lka_identity_hmac(audience->eligibility.secret,
                           (struct lka_span){writing->name.bytes, (uint32_t)writing->name.length}, hex)) {
        return lka_fail_memory(error, 65);
    }
    lka_page_string(&writing->ledger, hex);
    return LKA_OK;
}

static lka_status put_ledger(struct lka_audience *audience, struct lka_audience_writing *writing, size_t row,
                             const struct lka_verdict *verdict, struct lka_error *error)
{
    struct lka_page *page = &writing->ledger;
    struct lka_span none = {"", 0};
    bool in = verdict->arm != LKA_ARM_NONE;
    LKA_TRY(put_keys(audience, writing, row, verdict, error));
    lka_page_field(page, lka_cell(&audience->rows, audience->cells.rank, row));
    lka_page_field(page, lka_cell(&audience->rows, audience->cells.score, row));
    lka_page_field(page, optional(audience, audience->cells.tier, row));
    lka_page_string(page, lka_arm_name((enum lka_arm)verdict->arm));
    if (in) {
        lka_page_number(page, verdict->probability);
    } else {
        lka_page_field(page, none);
    }
    lka_page_string(page, audience->path_names[verdict->path]);
    lka_page_string(page, lka_reason_name((enum lka_reason)verdict->reason));
    lka_page_string(page, verdict->first_entry);
    lka_page_string(page, LKA_AUDIENCE_RULE);
    if (in && verdict->path > 0) {
        lka_page_number(page, verdict->path_probability);
    } else {
        lka_page_field(page, none);
    }
    return lka_page_end_row(page, error);
}

/* ---- what score left out ---------------------------------------------------------------------- */

static lka_status left_out_path(const struct lka_audience *audience, char **path, bool *there, struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_format(&text, "%s%s", audience->options->ranked, LKA_LEFT_OUT_ENDING);
    LKA_TRY(lka_text_take(&text, path, error));
    *there = access(*path, F_OK) == 0;
    return LKA_OK;
}

static lka_status count_left_out(struct lka_audience *audience, struct lka_span reason, struct lka_error *error)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)reason.length, reason.length ? reason.text : "");
    json_int_t before = json_integer_value(json_object_get(audience->left_out, name));
    return json_object_set_new(audience->left_out, name, json_integer(before + 1)) == 0 ? LKA_OK
                                                                                        : lka_fail_memory(error, 0);
}

static lka_status note_left_out(struct lka_audience *audience, struct lka_span key, struct lka_span reason,
                                struct lka_error *error)
{
    uint8_t bytes[32];
    struct lka_known_key short_key;
    LKA_TRY(count_left_out(audience, reason, error));
    if (!lka_sha256_read(key, bytes)) {
        return lka_fail_at(error, LKA_DATA, audience->options->ranked, 0, 0,
                           "the %s beside it is damaged: an id_key has 64 hexadecimal digits; score it again",
                           LKA_LEFT_OUT_ENDING);
    }
    memcpy(short_key.bytes, bytes, sizeof short_key.bytes);
    for (uint32_t bar = 1; bar < LKA_BARS; bar++) {
        if (lka_span_equal(reason, lka_span_of(lka_bar_name((enum lka_bar)bar)))) {
            LKA_TRY(lka_keymap_put(&audience->left_out_keys, &short_key, bar, error));
        }
    }
    return LKA_OK;
}

static lka_status put_left_out(struct lka_page *ledger, struct lka_span key, struct lka_span reason,
                               struct lka_error *error)
{
    struct lka_span none = {"", 0};
    for (int field = 0; field < 13; field++) {
        struct lka_span rule = lka_span_of(LKA_AUDIENCE_RULE);
        lka_page_field(ledger, field == 1 ? key : field == 9 ? reason : field == 11 ? rule : none);
    }
    return lka_page_end_row(ledger, error);
}

static lka_status read_left_out(struct lka_audience *audience, struct lka_source *source, struct lka_page *ledger,
                                struct lka_error *error)
{
    struct lka_rows rows;
    const size_t columns[2] = {0, 1};
    LKA_TRY(lka_source_select(source, columns, 2, error));
    LKA_TRY(lka_rows_init(&rows, 2, LKA_BLOCK_ROWS, error));
    lka_status status = LKA_OK;
    do {
        status = lka_source_next(source, &rows, error);
        for (size_t row = 0; status == LKA_OK && row < rows.count; row++) {
            struct lka_span key = lka_cell(&rows, 0, row);
            struct lka_span reason = lka_cell(&rows, 1, row);
            status = ledger ? put_left_out(ledger, key, reason, error) : note_left_out(audience, key, reason, error);
        }
    } while (status == LKA_OK && rows.count > 0);
    lka_rows_release(&rows);
    return status;
}

lka_status lka_audience_left_out(struct lka_audience *audience, struct lka_page *ledger, struct lka_error *error)
{
    char *path;
    bool there;
    struct lka_source *source = NULL;
    struct lka_source_options wanted = {.separator = ','};
    LKA_TRY(left_out_path(audience, &path, &there, error));
    const char *paths[] = {path};
    lka_status status = there ? lka_source_open(paths, 1, &wanted, &source, error) : LKA_OK;
    if (status == LKA_OK && there) {
        const struct lka_schema *schema = lka_source_schema(source);
        bool ours = schema->count == 2 && strcmp(schema->columns[0].name, "id_key") == 0;
        status = ours ? read_left_out(audience, source, ledger, error)
                      : lka_fail_at(error, LKA_DATA, path, 1, 0, "is not what score left out; allowed: id_key,reason");
    }
    if (status == LKA_OK && there) {
        lka_source_digest(source, audience->left_out_digest);
    }
    lka_source_close(source);
    lka_free(path);
    return status;
}

/* ---- all of it -------------------------------------------------------------------------------- */

/* Who is in an arm, and by what they are met again. */
static lka_status remember(struct lka_audience *audience, size_t row, const struct lka_verdict *verdict,
                           struct lka_error *error)
{
    struct lka_known_key keys[LKA_PERSON_FORMS];
    struct lka_entrant entrant = {.holdout = verdict->arm == LKA_ARM_HOLDOUT,
                                  .probability = verdict->entry_probability,
                                  .path_probability = verdict->path_probability};
    size_t count;
    if (verdict->arm == LKA_ARM_NONE && !verdict->linked) {
        return LKA_OK;
    }
    memcpy(entrant.person, verdict->person, sizeof entrant.person);
    snprintf(entrant.path, sizeof entrant.path, "%s", audience->path_names[verdict->path]);
    snprintf(entrant.first_entry, sizeof entrant.first_entry, "%s", verdict->first_entry);
    LKA_TRY(lka_audience_keys(audience, &audience->eligibility.person, &audience->rows, row, keys, &count, error));
    if (verdict->linked) {
        return lka_entrants_link(&audience->entrants, verdict->person, keys, count, error);
    }
    return lka_entrants_put(&audience->entrants, &entrant, keys, count, error);
}

static lka_status write_row(struct lka_audience *audience, size_t row, size_t number, struct lka_error *error)
{
    struct lka_audience_writing *writing = audience->writing;
    const struct lka_verdict *verdict;
    LKA_TRY(lka_verdicts_next(&audience->verdicts, number, &verdict, error));
    LKA_TRY(put_ledger(audience, writing, row, verdict, error));
    LKA_TRY(writing->directory ? remember(audience, row, verdict, error) : LKA_OK);
    if (verdict->arm == LKA_ARM_TREATED || verdict->arm == LKA_ARM_EXPLORE) {
        lka_audience_put_row(audience, &writing->audience, row, verdict);
        LKA_TRY(lka_page_end_row(&writing->audience, error));
    } else if (verdict->arm == LKA_ARM_HOLDOUT && audience->options->exclusions) {
        lka_audience_put_row(audience, &writing->holdout, row, verdict);
        LKA_TRY(lka_page_end_row(&writing->holdout, error));
    }
    return LKA_OK;
}

static lka_status write_tables(struct lka_audience *audience, struct lka_audience_writing *writing,
                               struct lka_error *error)
{
    struct lka_text header = {0};
    lka_status status = lka_audience_header(audience, &header, error);
    if (status == LKA_OK) {
        status = lka_page_open(&writing->audience, writing->directory, "audience.csv", header.bytes, error);
    }
    if (status == LKA_OK && audience->options->exclusions) {
        status = lka_page_open(&writing->holdout, writing->directory, "holdout.csv", header.bytes, error);
    }
    lka_text_release(&header);
    LKA_TRY(status);
    LKA_TRY(lka_page_open(&writing->ledger, writing->directory, "ledger.csv", ledger_header, error));
    LKA_TRY(lka_audience_each(audience, "write", write_row, error));
    LKA_TRY(lka_entrants_write(&audience->entrants, error));
    LKA_TRY(lka_audience_left_out(audience, &writing->ledger, error));
    LKA_TRY(lka_page_close(&writing->audience, error));
    if (audience->options->exclusions) {
        LKA_TRY(lka_page_close(&writing->holdout, error));
    }
    return lka_page_close(&writing->ledger, error);
}

lka_status lka_audience_write(struct lka_audience *audience, struct lka_directory *directory, struct lka_error *error)
{
    struct lka_audience_writing writing = {.directory = directory};
    audience->writing = &writing;
    lka_status status = write_tables(audience, &writing, error);
    lka_page_abandon(&writing.audience);
    lka_page_abandon(&writing.holdout);
    lka_page_abandon(&writing.ledger);
    lka_text_release(&writing.name);
    return status;
}
