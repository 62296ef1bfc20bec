#include "lifecycle/append.h"

#include "base/elementary.h"
#include "base/error.h"
#include "source/each_row.h"
#include "table/profile.h"

const char *const lka_reach_class_names[LKA_REACH_CLASSES] = {
#define X(name, text) text,
    LKA_REACH_CLASSES_X(X)
#undef X
};

enum statement { DECEASED, INVALID, ELSEWHERE, STATEMENTS };

/* What the vendors together say about one contact. */
struct word {
    int64_t sums[STATEMENTS]; /* log odds that it is so, in millionths: sums of whole numbers have no order */
    uint8_t yes;              /* bits: somebody says so */
    uint8_t no;
    bool spoken;
};

enum cell { CONTACT, VENDOR, STATUS, DEAD, ACTIVE, CELLS }; /* behind them: what else is told */
static const char *const names[CELLS] = {"contact_id", "vendor", "email_status", "deceased", "active_elsewhere"};

struct reading {
    const struct lka_roster *roster;
    const bool *inactive;
    const struct lka_schema *contacts;
    struct lka_table *table;
    const struct lka_list *precisions;
    double usual;
    struct lka_append *append;
    struct word *words;
    ptrdiff_t cells[CELLS];
    size_t told; /* cell of the first further column */
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

static int64_t weight_of(const struct reading *reading, struct lka_span vendor)
{
    double precision = reading->usual;
    for (size_t i = 0; i < reading->precisions->count; i++) {
        struct lka_span name;
        double stated;
        if (split(reading->precisions->items[i], &name, &stated) && lka_span_equal(name, vendor)) {
            precision = stated;
        }
    }
    return (int64_t)(lka_log(precision / (1 - precision)) * 1e6 + .5);
}

/* ---- rows ------------------------------------------------------------------------------------- */

static struct lka_span value(const struct reading *reading, enum cell cell, size_t row)
{
    ptrdiff_t at = reading->cells[cell];
    return at == LKA_NO_COLUMN ? LKA_SPAN("") : lka_cell(&reading->rows, (size_t)at, row);
}

static void say(struct word *word, enum statement statement, bool yes, int64_t weight)
{
    word->sums[statement] += yes ? weight : -weight;
    *(yes ? &word->yes : &word->no) |= (uint8_t)(1U << statement);
    word->spoken = true;
}

static lka_status read_told(struct reading *reading, size_t row, uint32_t contact, int64_t weight,
                            struct lka_error *error)
{
    struct lka_told *told = &reading->append->told;
    struct lka_rows *rows = &reading->rows;
    for (size_t column = 0; column < told->count; column++) {
        struct lka_error problem = {0};
        size_t cell = reading->told + column;
        struct lka_span text = lka_cell(rows, cell, row);
        lka_status status = lka_told_add(told, column, contact, text, weight, &problem);
        reading->words[contact].spoken |= text.length > 0;
        if (status == LKA_DATA) {
            struct lka_error where = {0};
            lka_fail_at(&where, LKA_DATA, rows->file, rows->lines[row], rows->fields[cell], "column \"%.60s\" %.200s",
                        reading->table->schema.columns[told->columns[column]].name, problem.message);
            return lka_source_reject(reading->table->source, rows, row, &where, error);
        }
        LKA_TRY(status == LKA_OK ? LKA_OK : lka_fail_memory(error, 0));
    }
    return LKA_OK;
}

static lka_status read_row(void *user, size_t row, struct lka_error *error)
{
    struct reading *reading = user;
    struct lka_append_counts *counts = &reading->append->counts;
    uint32_t contact = lka_roster_find(reading->roster, value(reading, CONTACT, row));
    counts->rows++;
    if (contact == LKA_NOBODY) {
        counts->strangers++;
        return LKA_OK;
    }
    const struct lka_member *member = &reading->roster->items[contact];
    if (!reading->inactive[member->standing.segment] || member->later) {
        counts->active++;
        return LKA_OK;
    }
    int64_t weight = weight_of(reading, value(reading, VENDOR, row));
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
    return read_told(reading, row, contact, weight, error);
}

/* `columns` has room for all of the schema. */
static size_t choose_columns(struct reading *reading, size_t *columns)
{
    const struct lka_schema *schema = &reading->table->schema;
    const struct lka_told *told = &reading->append->told;
    size_t count = 0;
    for (size_t c = 0; c < CELLS; c++) {
        ptrdiff_t found = c == CONTACT ? lka_schema_role(schema, LKA_ROLE_ID)
                                       : lka_schema_find(schema, lka_span_of(names[c]));
        reading->cells[c] = found == LKA_NO_COLUMN ? LKA_NO_COLUMN : (ptrdiff_t)count;
        if (found != LKA_NO_COLUMN) {
            columns[count++] = (size_t)found;
        }
    }
    reading->told = count;
    for (size_t i = 0; i < told->count; i++) {
        columns[count++] = told->columns[i];
    }
    return count;
}

static lka_status select_columns(struct reading *reading, struct lka_error *error)
{
    size_t *columns;
    LKA_TRY(LKA_NEW(columns, reading->table->schema.count + CELLS, error));
    size_t count = choose_columns(reading, columns);
    lka_status status = lka_source_select(reading->table->source, columns, count, error);
    lka_free(columns);
    LKA_TRY(status);
    if (reading->cells[STATUS] == LKA_NO_COLUMN && reading->cells[DEAD] == LKA_NO_COLUMN &&
        reading->cells[ACTIVE] == LKA_NO_COLUMN && reading->append->told.count == 0) {
        return lka_fail_at(error, LKA_USAGE, lka_source_name(reading->table->source), 0, 0,
                           "has none of the columns email_status, deceased and active_elsewhere, nor any other that "
                           "describes a person");
    }
    return lka_rows_init(&reading->rows, count, LKA_BLOCK_ROWS, error);
}

/* ---- what follows ----------------------------------------------------------------------------- */

/* Somebody who engages elsewhere is not deceased, whatever else; an invalid mailbox says nothing about elsewhere, but
 * mail reaches nobody there: the stronger statement decides. */
static enum lka_reach_class class_of(const struct word *word)
{
    int64_t nobody = word->sums[DECEASED] > word->sums[INVALID] ? word->sums[DECEASED] : word->sums[INVALID];
    int64_t elsewhere = word->sums[ELSEWHERE];
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
    struct lka_append *append = reading->append;
    LKA_TRY(lka_told_init(&append->told, &reading->table->schema, reading->contacts, names, CELLS,
                          reading->roster->count, session, error));
    LKA_TRY(select_columns(reading, error));
    LKA_TRY(LKA_NEW(reading->words, reading->roster->count, error));
    LKA_TRY(
        lka_source_each_row(reading->table->source, &reading->rows, "read append", session, read_row, reading, error));
    append->counts.told_contradictions = lka_told_settle(&append->told);
    classify(append, reading->roster, reading->inactive, reading->words);
    return LKA_OK;
}

lka_status lka_append_read(struct lka_append *append, const struct lka_roster *roster, const bool *inactive_segments,
                           const struct lka_schema *contacts, struct lka_table *table,
                           const struct lka_list *precisions, double usual, const struct lka_session *session,
                           struct lka_error *error)
{
    struct reading reading = {.roster = roster,
                              .inactive = inactive_segments,
                              .contacts = contacts,
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
    lka_told_release(&append->told);
    *append = (struct lka_append){0};
}
