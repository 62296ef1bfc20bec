#include "lifecycle/append.h"

#include "base/elementary.h"
#include "base/error.h"
#include "table/profile.h"

const char *const lka_reach_class_names[LKA_REACH_CLASSES] = {
#define X(name, text) text,
    LKA_REACH_CLASSES_X(X)
#undef X
};

enum statement { DECEASED, INVALID, ELSEWHERE, STATEMENTS };

/* What the vendors together say about one contact. */
struct word {
    float sums[STATEMENTS]; /* log odds that it is so */
    uint8_t yes;            /* bits: somebody says so */
    uint8_t no;
    bool spoken;
};

enum cell { CONTACT, VENDOR, STATUS, DEAD, ACTIVE, CELLS };
static const char *const names[CELLS] = {"contact_id", "vendor", "email_status", "deceased", "active_elsewhere"};

struct reading {
    const struct lka_roster *roster;
    const bool *inactive;
    struct lka_table *table;
    const struct lka_list *precisions;
    double usual;
    struct lka_append *append;
    struct word *words;
    ptrdiff_t cells[CELLS];
    size_t selected;
    struct lka_rows rows;
};

/* ---- precisions ------------------------------------------------------------------------------- */

static bool split(const char *item, struct lka_span *vendor, double *precision)
{
    const char *equals = strrchr(item, '=');
    *vendor = (struct lka_span){item, equals ? (uint32_t)(equals - item) : 0};
    return equals && equals > item && lka_parse_number(lka_span_of(equals + 1), precision) && *precision >= .5 &&
           *precision < 1;
}

lka_status lka_append_check(const struct lka_list *precisions, struct lka_error *error)
{
    for (size_t i = 0; i < precisions->count; i++) {
        struct lka_span vendor;
        double precision;
        if (!split(precisions->items[i], &vendor, &precision)) {
            return lka_fail(error, LKA_USAGE,
                            "--precision: \"%.60s\" is not allowed; allowed: VENDOR=SHARE, the share of the vendor's "
                            "statements that are right, from .5 to below 1",
                            precisions->items[i]);
        }
    }
    return LKA_OK;
}

static double weight_of(const struct reading *reading, struct lka_span vendor)
{
    double precision = reading->usual;
    for (size_t i = 0; i < reading->precisions->count; i++) {
        struct lka_span name;
        double stated;
        if (split(reading->precisions->items[i], &name, &stated) && lka_span_equal(name, vendor)) {
            precision = stated;
        }
    }
    return lka_log(precision / (1 - precision));
}

/* ---- rows ------------------------------------------------------------------------------------- */

static struct lka_span value(const struct reading *reading, enum cell cell, size_t row)
{
    ptrdiff_t at = reading->cells[cell];
    return at == LKA_NO_COLUMN ? LKA_SPAN("") : lka_cell(&reading->rows, (size_t)at, row);
}

static void say(struct word *word, enum statement statement, bool yes, double weight)
{
    word->sums[statement] += (float)(yes ? weight : -weight);
    *(yes ? &word->yes : &word->no) |= (uint8_t)(1U << statement);
    word->spoken = true;
}

static void read_row(struct reading *reading, size_t row)
{
    struct lka_append_counts *counts = &reading->append->counts;
    uint32_t contact = lka_roster_find(reading->roster, value(reading, CONTACT, row));
    counts->rows++;
    if (contact == LKA_NOBODY) {
        counts->strangers++;
        return;
    }
    const struct lka_member *member = &reading->roster->items[contact];
    if (!reading->inactive[member->standing.segment] || member->later) {
        counts->active++;
        return;
    }
    double weight = weight_of(reading, value(reading, VENDOR, row));
    struct word *word = &reading->words[contact];
    struct lka_span status = value(reading, STATUS, row);
    bool invalid = lka_span_equal_ignoring_case(status, LKA_SPAN("invalid"));
    if (invalid || lka_span_equal_ignoring_case(status, LKA_SPAN("valid"))) {
        say(word, INVALID, invalid, weight);
    }
    bool yes;
    if (lka_parse_boolean(value(reading, DEAD, row), &yes)) {
        say(word, DECEASED, yes, weight);
    }
    if (lka_parse_boolean(value(reading, ACTIVE, row), &yes)) {
        say(word, ELSEWHERE, yes, weight);
    }
}

static lka_status find_columns(struct reading *reading, struct lka_error *error)
{
    const struct lka_schema *schema = &reading->table->schema;
    size_t columns[CELLS];
    size_t count = 0;
    for (size_t c = 0; c < CELLS; c++) {
        ptrdiff_t found = c == CONTACT ? lka_schema_role(schema, LKA_ROLE_ID)
                                       : lka_schema_find(schema, lka_span_of(names[c]));
        reading->cells[c] = found == LKA_NO_COLUMN ? LKA_NO_COLUMN : (ptrdiff_t)count;
        if (found != LKA_NO_COLUMN) {
            columns[count++] = (size_t)found;
        }
    }
    if (reading->cells[STATUS] == LKA_NO_COLUMN && reading->cells[DEAD] == LKA_NO_COLUMN &&
        reading->cells[ACTIVE] == LKA_NO_COLUMN) {
        return lka_fail_at(error, LKA_USAGE, lka_source_name(reading->table->source), 0, 0,
                           "has none of the columns email_status, deceased and active_elsewhere");
    }
    reading->selected = count;
    return lka_source_select(reading->table->source, columns, count, error);
}

static lka_status read_rows(struct reading *reading, const struct lka_session *session, struct lka_error *error)
{
    struct lka_source *source = reading->table->source;
    LKA_TRY(lka_rows_init(&reading->rows, reading->selected, LKA_BLOCK_ROWS, error));
    do {
        LKA_TRY(lka_source_next(source, &reading->rows, error));
        for (size_t row = 0; row < reading->rows.count; row++) {
            read_row(reading, row);
        }
        struct lka_source_counts counts = lka_source_counts(source);
        LKA_TRY(lka_step(session, "read append", counts.bytes, counts.total_bytes, error));
    } while (reading->rows.count > 0);
    return LKA_OK;
}

/* ---- what follows ----------------------------------------------------------------------------- */

/* Somebody who engages elsewhere is not deceased, whatever else; an invalid mailbox says nothing about elsewhere, but
 * mail reaches nobody there: the stronger statement decides. */
static enum lka_reach_class class_of(const struct word *word)
{
    float nobody = word->sums[DECEASED] > word->sums[INVALID] ? word->sums[DECEASED] : word->sums[INVALID];
    float elsewhere = word->sums[ELSEWHERE];
    return nobody > 0 && nobody > elsewhere      ? LKA_REACH_NOBODY
           : elsewhere > 0 && elsewhere > nobody ? LKA_REACH_ELSEWHERE
                                                 : LKA_REACH_UNKNOWN;
}

static void classify(struct lka_append *append, const struct lka_roster *roster, const bool *inactive,
                     const struct word *words)
{
    for (size_t i = 0; i < roster->count; i++) {
        enum lka_reach_class reach = LKA_REACH_NONE;
        if (inactive[roster->items[i].standing.segment] && !roster->items[i].later) {
            reach = words ? class_of(&words[i]) : LKA_REACH_UNKNOWN;
            append->counts.contacts += words && words[i].spoken;
            append->counts.contradictions += words && (words[i].yes & words[i].no) != 0;
        }
        append->classes[i] = (uint8_t)reach;
        append->counts.classes[reach]++;
    }
}

static lka_status read_all(struct reading *reading, const struct lka_session *session, struct lka_error *error)
{
    LKA_TRY(find_columns(reading, error));
    LKA_TRY(LKA_NEW(reading->words, reading->roster->count, error));
    LKA_TRY(read_rows(reading, session, error));
    classify(reading->append, reading->roster, reading->inactive, reading->words);
    return LKA_OK;
}

lka_status lka_append_read(struct lka_append *append, const struct lka_roster *roster, const bool *inactive_segments,
                           struct lka_table *table, const struct lka_list *precisions, double usual,
                           const struct lka_session *session, struct lka_error *error)
{
    struct reading reading = {.roster = roster,
                              .inactive = inactive_segments,
                              .table = table,
                              .precisions = precisions,
                              .usual = usual,
                              .append = append};
    *append = (struct lka_append){0};
    LKA_TRY(LKA_NEW(append->classes, roster->count, error));
    lka_status status = read_all(&reading, session, error);
    lka_rows_release(&reading.rows);
    lka_free(reading.words);
    return status;
}

lka_status lka_append_none(struct lka_append *append, const struct lka_roster *roster, const bool *inactive_segments,
                           struct lka_error *error)
{
    *append = (struct lka_append){0};
    LKA_TRY(LKA_NEW(append->classes, roster->count, error));
    classify(append, roster, inactive_segments, NULL);
    return LKA_OK;
}

void lka_append_release(struct lka_append *append)
{
    lka_free(append->classes);
    *append = (struct lka_append){0};
}
