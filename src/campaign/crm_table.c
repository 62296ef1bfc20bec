#include "campaign/crm_table.h"

#include "base/date.h"
#include "base/error.h"
#include "base/memory.h"
#include "campaign/moments.h"
#include "eligibility/consent.h"

/* ---- the first pass --------------------------------------------------------------------------- */

enum { ID, SIGNED_UP, EMAIL, PHONE, COUNTRY, MAID, CELLS };

struct looking {
    struct lka_table *table;
    const char *signed_up;
    const struct lka_suppression *suppression;
    struct lka_population *population;
    struct lka_consent consent;
    ptrdiff_t cells[CELLS]; /* -1: there is no such column */
    size_t consent_cell;
    struct lka_rows rows;
};

static lka_status select_columns(struct looking *looking, struct lka_error *error)
{
    const struct lka_schema *schema = &looking->table->schema;
    ptrdiff_t wanted[CELLS] = {[ID] = lka_schema_role(schema, LKA_ROLE_ID),
                               [SIGNED_UP] = lka_schema_find(schema, lka_span_of(looking->signed_up)),
                               [EMAIL] = lka_schema_role(schema, LKA_ROLE_EMAIL),
                               [PHONE] = lka_schema_role(schema, LKA_ROLE_PHONE),
                               [COUNTRY] = lka_schema_role(schema, LKA_ROLE_COUNTRY),
                               [MAID] = lka_schema_role(schema, LKA_ROLE_MAID)};
    size_t columns[CELLS + 8];
    size_t count = 0;
    for (size_t i = 0; i < CELLS; i++) {
        looking->cells[i] = wanted[i] == LKA_NO_COLUMN ? -1 : (ptrdiff_t)count;
        if (wanted[i] != LKA_NO_COLUMN) {
            columns[count++] = (size_t)wanted[i];
        }
    }
    looking->consent = lka_consent_for(schema, "profiling");
    looking->consent_cell = count;
    for (size_t i = 0; i < looking->consent.count; i++) {
        columns[count++] = looking->consent.columns[i];
    }
    LKA_TRY(lka_source_select(looking->table->source, columns, count, error));
    return lka_rows_init(&looking->rows, count, LKA_BLOCK_ROWS, error);
}

static struct lka_span value_of(const struct looking *looking, size_t field, size_t row)
{
    return looking->cells[field] < 0 ? (struct lka_span){"", 0}
                                     : lka_cell(&looking->rows, (size_t)looking->cells[field], row);
}

static lka_status look_at(struct looking *looking, size_t row, struct lka_error *error)
{
    uint32_t person = lka_population_find(looking->population, value_of(looking, ID, row));
    if (person == LKA_NOBODY) {
        return LKA_OK;
    }
    struct lka_seed *seed = &looking->population->items[person];
    struct lka_span country = value_of(looking, COUNTRY, row);
    char code[3] = "";
    int64_t signed_up;
    memcpy(code, country.text, country.length == 2 ? 2 : 0);
    seed->present = true;
    seed->profiling = lka_consent_granted(&looking->consent, &looking->rows, looking->consent_cell, row);
    if (lka_parse_time(value_of(looking, SIGNED_UP, row), &signed_up)) {
        seed->signed_up = (int32_t)lka_day_of(signed_up);
    }
    return lka_suppression_holds(looking->suppression, value_of(looking, EMAIL, row), value_of(looking, PHONE, row),
                                 code[0] ? code : NULL, value_of(looking, MAID, row), &seed->objected, error);
}

static lka_status look_at_all(struct looking *looking, const struct lka_session *session, struct lka_error *error)
{
    LKA_TRY(select_columns(looking, error));
    do {
        LKA_TRY(lka_source_next(looking->table->source, &looking->rows, error));
        for (size_t row = 0; row < looking->rows.count; row++) {
            LKA_TRY(look_at(looking, row, error));
        }
        LKA_TRY(lka_source_step(looking->table->source, "read contacts", session, error));
    } while (looking->rows.count > 0);
    return LKA_OK;
}

lka_status lka_crm_look(struct lka_table *table, const char *signed_up, const struct lka_suppression *suppression,
                        struct lka_population *population, const struct lka_session *session, struct lka_error *error)
{
    struct looking looking = {
        .table = table, .signed_up = signed_up, .suppression = suppression, .population = population};
    lka_status status = look_at_all(&looking, session, error);
    lka_rows_release(&looking.rows);
    return status == LKA_OK ? lka_source_rewind(table->source, error) : status;
}

/* ---- columns ---------------------------------------------------------------------------------- */

/* Lifecycle's own columns come first, and `machine_events` is the last of them. */
static size_t first_attribute(const struct lka_schema *schema)
{
    ptrdiff_t last = lka_schema_find(schema, LKA_SPAN("machine_events"));
    return last == LKA_NO_COLUMN ? 0 : (size_t)last + 1;
}

static bool may_be_learned(const struct lka_column *column)
{
    bool role = column->role == LKA_ROLE_FEATURE || column->role == LKA_ROLE_PROTECTED ||
                column->role == LKA_ROLE_VALUE;
    return role && strcmp(column->name, "inactive") != 0;
}

/* Is it one of ours: contact_id, group ..., or of the aggregates? */
static bool is_taken(const struct lka_text *header, const char *name)
{
    struct lka_text wanted = {0};
    lka_text_format(&wanted, ",%s,", name);
    bool taken = wanted.failed || strstr(header->bytes, wanted.bytes);
    lka_text_release(&wanted);
    return taken;
}

static lka_status choose(const struct lka_table *table, const char *weight, const struct lka_text *taken,
                         const struct lka_session *session, struct lka_crm_choice *chosen, struct lka_error *error)
{
    const struct lka_schema *schema = &table->schema;
    LKA_TRY(LKA_NEW(chosen->columns, schema->count + 1, error));
    chosen->columns[chosen->count++] = (size_t)lka_schema_role(schema, LKA_ROLE_ID);
    for (size_t c = first_attribute(schema); c < schema->count; c++) {
        const struct lka_column *column = &schema->columns[c];
        bool is_weight = weight && strcmp(column->name, weight) == 0;
        if (is_weight || !may_be_learned(column)) {
            continue;
        }
        if (is_taken(taken, column->name)) {
            lka_warn(session, "column \"%.60s\" of the contacts is left out: crm.csv has one of that name",
                     column->name);
            continue;
        }
        chosen->columns[chosen->count++] = c;
    }
    return LKA_OK;
}

static lka_status choose_weight(const struct lka_table *table, const char *weight, struct lka_crm_choice *chosen,
                                struct lka_error *error)
{
    chosen->weight = -1;
    if (!weight) {
        return LKA_OK;
    }
    ptrdiff_t column = lka_schema_find(&table->schema, lka_span_of(weight));
    if (column == LKA_NO_COLUMN) {
        return lka_fail(error, LKA_USAGE, "--weight: there is no column \"%.60s\" in %s", weight,
                        lka_source_name(table->source));
    }
    chosen->weight = (ptrdiff_t)chosen->count;
    chosen->columns[chosen->count++] = (size_t)column;
    return LKA_OK;
}

lka_status lka_crm_choose(const struct lka_table *table, const char *weight, const struct lka_aggregates *aggregates,
                          const struct lka_session *session, struct lka_crm_choice *chosen, struct lka_error *error)
{
    struct lka_text taken = {0};
    lka_text_string(&taken, ",contact_id,group,features_as_of,weight");
    lka_aggregates_header(aggregates, &taken);
    lka_text_string(&taken, ",");
    lka_status status = taken.failed ? lka_fail_memory(error, taken.capacity)
                                     : choose(table, weight, &taken, session, chosen, error);
    lka_text_release(&taken);
    return status == LKA_OK ? choose_weight(table, weight, chosen, error) : status;
}

void lka_crm_choice_release(struct lka_crm_choice *chosen)
{
    lka_free(chosen->columns);
}

/* Of the cells, those with an attribute: all but the id, and the weight behind them. */
static size_t attribute_end(const struct lka_crm_choice *chosen)
{
    return chosen->weight < 0 ? chosen->count : chosen->count - 1;
}

json_t *lka_crm_roles(const struct lka_table *table, const struct lka_crm_choice *chosen)
{
    json_t *roles = json_pack("{s:s, s:s, s:s, s:s}", "contact_id", "id", "group", "group", "features_as_of", "time",
                              "weight", "weight");
    size_t count = 4;
    for (size_t i = 1; i < attribute_end(chosen); i++, count++) {
        const struct lka_column *column = &table->schema.columns[chosen->columns[i]];
        json_object_set_new(roles, column->name, json_string(lka_role_name(column->role)));
    }
    if (json_object_size(roles) != count) {
        json_decref(roles);
        return NULL;
    }
    return roles;
}

/* ---- the second pass -------------------------------------------------------------------------- */

struct writing {
    struct lka_table *table;
    const struct lka_crm_choice *chosen;
    const struct lka_population *population;
    struct lka_aggregates *aggregates;
    struct lka_rows rows;
    struct lka_page page;
};

static lka_status open_page(struct writing *writing, struct lka_directory *directory, struct lka_error *error)
{
    struct lka_text header = {0};
    lka_text_string(&header, "contact_id,group,features_as_of,weight");
    for (size_t i = 1; i < attribute_end(writing->chosen); i++) {
        lka_text_string(&header, ",");
        lka_text_csv_field(&header, lka_span_of(writing->table->schema.columns[writing->chosen->columns[i]].name), ',');
    }
    lka_aggregates_header(writing->aggregates, &header);
    lka_status status = header.failed ? lka_fail_memory(error, header.capacity)
                                      : lka_page_open(&writing->page, directory, "crm.csv", header.bytes, error);
    lka_text_release(&header);
    return status;
}

static lka_status refuse_weight(struct writing *writing, size_t row, struct lka_error *error)
{
    struct lka_error problem;
    char shown[64];
    const struct lka_rows *rows = &writing->rows;
    size_t column = writing->chosen->columns[writing->chosen->weight];
    lka_fail_at(&problem, LKA_DATA, rows->file, rows->lines[row], column + 1,
                "column \"%.60s\": %s is no weight; allowed: a number that is not negative",
                writing->table->schema.columns[column].name,
                lka_show(lka_cell(rows, (size_t)writing->chosen->weight, row), false, shown));
    return lka_source_reject(writing->table->source, rows, row, &problem, error);
}

static lka_status write_row(struct writing *writing, size_t row, struct lka_error *error)
{
    const struct lka_rows *rows = &writing->rows;
    struct lka_page *page = &writing->page;
    uint32_t person = lka_population_find(writing->population, lka_cell(rows, 0, row));
    double weight = 1;
    char moment[32];
    if (person == LKA_NOBODY || writing->population->items[person].fate >= LKA_FATE_GROUPS) {
        return LKA_OK;
    }
    if (writing->chosen->weight >= 0) {
        struct lka_span text = lka_cell(rows, (size_t)writing->chosen->weight, row);
        if (text.length > 0 && !(lka_parse_number(text, &weight) && weight >= 0 && weight <= 1e9)) {
            return refuse_weight(writing, row, error);
        }
    }
    const struct lka_seed *seed = &writing->population->items[person];
    lka_moment_write(seed->moment - 1, moment);
    lka_page_field(page, seed->id);
    lka_page_string(page, lka_fate_names[seed->fate]);
    lka_page_string(page, moment);
    lka_page_number(page, weight);
    for (size_t i = 1; i < attribute_end(writing->chosen); i++) {
        lka_page_field(page, lka_cell(rows, i, row));
    }
    lka_aggregates_put(writing->aggregates, seed->packed, seed->moment - 1, page);
    return lka_page_end_row(page, error);
}

static lka_status write_all(struct writing *writing, struct lka_directory *directory, const struct lka_session *session,
                            struct lka_error *error)
{
    struct lka_source *source = writing->table->source;
    LKA_TRY(open_page(writing, directory, error));
    LKA_TRY(lka_source_select(source, writing->chosen->columns, writing->chosen->count, error));
    LKA_TRY(lka_rows_init(&writing->rows, writing->chosen->count, LKA_BLOCK_ROWS, error));
    do {
        LKA_TRY(lka_source_next(source, &writing->rows, error));
        for (size_t row = 0; row < writing->rows.count; row++) {
            LKA_TRY(write_row(writing, row, error));
        }
        LKA_TRY(lka_source_step(source, "write", session, error));
    } while (writing->rows.count > 0);
    return lka_page_close(&writing->page, error);
}

lka_status lka_crm_write(struct lka_table *table, const struct lka_crm_choice *chosen,
                         const struct lka_population *population, struct lka_aggregates *aggregates,
                         struct lka_directory *directory, const struct lka_session *session, struct lka_error *error)
{
    struct writing writing = {.table = table, .chosen = chosen, .population = population, .aggregates = aggregates};
    lka_status status = write_all(&writing, directory, session, error);
    lka_page_abandon(&writing.page);
    lka_rows_release(&writing.rows);
    return status;
}
