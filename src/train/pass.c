#include "train/pass.h"

#include "base/error.h"
#include "base/hash.h"
#include "eligibility/consent.h"
#include "source/ids.h"
#include "table/profile.h"
#include "train/gathering.h"

/* Where each thing stands in the selection of one of the two sources: the shared columns, the id, then what decides. */
struct layout {
    size_t shared;
    size_t id;
    size_t crm_at;   /* what a CRM says of a contact beside the features */
    ptrdiff_t email; /* LKA_NO_COLUMN if seeds are not found by e-mail */
    size_t consent_at;
    struct lka_consent consent;
    size_t count;
    struct lka_person_columns who; /* looked at where there is a workspace */
};

/* One pass over one source. */
struct reading {
    struct lka_source *source;
    const struct lka_crm_columns *crm; /* NULL: the rows have no groups */
    const struct lka_session *session;
    const char *step;
    struct layout layout;
    const struct lka_schema *shared;
    struct lka_seed_set *set; /* that every row goes into; NULL: none does */
    struct lka_ids ids;
    struct lka_rows block;
    struct lka_met *met; /* NULL: there is no workspace */
    bool are_seeds;
    uint64_t read;
    uint64_t without_consent;
};

/* Hands on a usable row. */
struct reading;
typedef lka_status (*take_row)(void *context, const struct reading *reading, size_t row, struct lka_error *error);

/* ---- one pass's columns ----------------------------------------------------------------------- */

/* Who the person of a row is; the id stands there already. */
static size_t select_person(struct layout *layout, size_t *columns, size_t count)
{
    struct lka_person_columns *who = &layout->who;
    for (size_t i = 0; i < who->count; i++) {
        who->items[i].cell = count;
        columns[count++] = who->items[i].column;
    }
    who->id_cell = layout->id;
    if (who->country != LKA_NO_COLUMN) {
        who->country_cell = count;
        columns[count++] = (size_t)who->country;
    }
    return count;
}

static lka_status lay_out(struct layout *layout, struct lka_source *source, const struct lka_schema *own,
                          const struct lka_schema *shared, const struct lka_crm_columns *crm, bool by_email,
                          bool by_who, struct lka_error *error)
{
    *layout = (struct layout){.shared = shared->count, .id = shared->count, .email = LKA_NO_COLUMN};
    layout->consent = lka_consent_for(own, "profiling");
    size_t *columns;
    LKA_TRY(by_who ? lka_person_columns_find(own, NULL, NULL, &layout->who, error) : LKA_OK);
    LKA_TRY(LKA_NEW(columns, shared->count + 3 + LKA_CRM_CELLS + layout->consent.count + layout->who.count, error));
    size_t count = 0;
    for (; count < shared->count; count++) {
        columns[count] = (size_t)lka_schema_find(own, lka_span_of(shared->columns[count].name));
    }
    columns[count++] = (size_t)lka_schema_role(own, LKA_ROLE_ID);
    layout->crm_at = count;
    for (size_t i = 0; crm && i < crm->count; i++) {
        columns[count++] = crm->columns[i];
    }
    if (by_email) {
        layout->email = (ptrdiff_t)count;
        columns[count++] = (size_t)lka_schema_role(own, LKA_ROLE_EMAIL);
    }
    layout->consent_at = count;
    for (size_t i = 0; i < layout->consent.count; i++) {
        columns[count++] = layout->consent.columns[i];
    }
    count = by_who ? select_person(layout, columns, count) : count;
    layout->count = count;
    lka_status status = lka_source_select(source, columns, count, error);
    lka_free(columns);
    return status;
}

/* ---- one pass --------------------------------------------------------------------------------- */

static void reading_end(struct reading *reading)
{
    lka_rows_release(&reading->block);
    lka_ids_release(&reading->ids);
}

static lka_status reading_start(struct reading *reading, const struct lka_pass *pass, const struct lka_sample *sample,
                                const struct lka_sample_options *options, const struct lka_session *session,
                                struct lka_error *error)
{
    *reading = (struct reading){.source = pass->source,
                                .crm = pass->crm,
                                .session = session,
                                .step = pass->step,
                                .met = options->met && options->met->workspace ? options->met : NULL,
                                .are_seeds = pass->are_seeds,
                                .shared = &sample->schema,
                                .set = pass->are_seeds ? sample->set : NULL};
    bool by_email = lka_seed_set_how(sample->set) == LKA_SEEDS_BY_EMAIL;
    LKA_TRY(lay_out(&reading->layout, pass->source, pass->schema, &sample->schema, pass->crm, by_email,
                    reading->met != NULL, error));
    LKA_TRY(lka_rows_init(&reading->block, reading->layout.count, LKA_BLOCK_ROWS, error));
    lka_status status = options->ids_unique ? LKA_OK : lka_ids_init(&reading->ids, options->temporary, error);
    if (status != LKA_OK) {
        reading_end(reading);
    }
    return status;
}

static lka_status next_block(struct reading *reading, struct lka_error *error)
{
    LKA_TRY(lka_source_next(reading->source, &reading->block, error));
    struct lka_source_counts counts = lka_source_counts(reading->source);
    return lka_step(reading->session, reading->step, counts.bytes, counts.total_bytes, error);
}

static struct lka_span email_of(const struct reading *reading, size_t row)
{
    return reading->layout.email == LKA_NO_COLUMN ? (struct lka_span){"", 0}
                                                  : lka_cell(&reading->block, (size_t)reading->layout.email, row);
}

/* ---- rows ------------------------------------------------------------------------------------- */

/* A value that has not the type that the user gave its column (those that are inferred fit by themselves). */
static bool breaks_type(const struct reading *reading, size_t row, struct lka_error *problem)
{
    for (size_t c = 0; c < reading->shared->count; c++) {
        const struct lka_column *column = &reading->shared->columns[c];
        if (column->role == LKA_ROLE_FEATURE && column->type_given &&
            !lka_type_fits(column->type, lka_cell(&reading->block, c, row))) {
            lka_type_fail(problem, &reading->block, c, row, column->name, column->type, false);
            return true;
        }
    }
    return false;
}

static bool is_bad(const struct reading *reading, size_t row, struct lka_span id, struct lka_error *problem)
{
    if (lka_ids_bad(&reading->ids, &reading->block, row, id)) {
        lka_ids_describe(&reading->ids, reading->source, &reading->block, row, id, problem);
        return true;
    }
    struct lka_contact contact;
    if (reading->crm &&
        !lka_contact_read(reading->crm, &reading->block, reading->layout.crm_at, row, &contact, problem)) {
        return true;
    }
    return breaks_type(reading, row, problem);
}

static lka_status ask_workspace(struct reading *reading, size_t row, bool *usable, struct lka_error *error)
{
    bool erased = false;
    LKA_TRY(lka_met_row(reading->met, &reading->layout.who, &reading->block, row, reading->are_seeds, &erased, error));
    *usable = !erased;
    return LKA_OK;
}

/* Counts the row and says whether it may be used. A seed that may not be learned from is a seed all the same. */
static lka_status admit(struct reading *reading, size_t row, bool *usable, struct lka_error *error)
{
    struct lka_span id = lka_cell(&reading->block, reading->layout.id, row);
    struct lka_error problem = {0};
    *usable = false;
    if (reading->set) {
        LKA_TRY(lka_seed_set_add(reading->set, id, email_of(reading, row), error));
    }
    if (is_bad(reading, row, id, &problem)) {
        return lka_source_reject(reading->source, &reading->block, row, &problem, error);
    }
    reading->read++;
    *usable = lka_consent_granted(&reading->layout.consent, &reading->block, reading->layout.consent_at, row);
    reading->without_consent += !*usable;
    LKA_TRY(reading->met && *usable ? ask_workspace(reading, row, usable, error) : LKA_OK);
    return lka_ids_add(&reading->ids, &reading->block, row, id, error);
}

/* Hands every usable row of the source to `take`. */
static lka_status read_all(struct reading *reading, take_row take, void *context, struct lka_error *error)
{
    for (;;) {
        LKA_TRY(next_block(reading, error));
        if (reading->block.count == 0) {
            return lka_ids_check(&reading->ids, reading->source, error);
        }
        for (size_t row = 0; row < reading->block.count; row++) {
            bool usable = false;
            LKA_TRY(admit(reading, row, &usable, error));
            if (usable) {
                LKA_TRY(take(context, reading, row, error));
            }
        }
    }
}

/* ---- which of them are kept ------------------------------------------------------------------- */

/* Rows that are kept, by group in a CRM. */
struct keeping {
    struct lka_sample *sample;
    struct lka_gathering parts[LKA_GROUPS];
};

static lka_status take_seed(void *context, const struct reading *reading, size_t row, struct lka_error *error)
{
    struct keeping *keeping = context;
    return lka_gathering_add(&keeping->parts[0], &reading->block, row,
                             lka_cell(&reading->block, reading->layout.id, row), error);
}

static lka_status take_contact(void *context, const struct reading *reading, size_t row, struct lka_error *error)
{
    struct keeping *keeping = context;
    struct lka_contact contact;
    if (!lka_contact_read(reading->crm, &reading->block, reading->layout.crm_at, row, &contact, error)) {
        return LKA_DATA;
    }
    keeping->sample->group_read[contact.group]++;
    return lka_gathering_add(&keeping->parts[contact.group], &reading->block, row,
                             lka_cell(&reading->block, reading->layout.id, row), error);
}

static lka_status take_prospect(void *context, const struct reading *reading, size_t row, struct lka_error *error)
{
    struct keeping *keeping = context;
    struct lka_span id = lka_cell(&reading->block, reading->layout.id, row);
    struct lka_span seed;
    LKA_TRY(lka_seed_set_find(keeping->sample->set, id, email_of(reading, row), &seed, error));
    if (seed.text) {
        keeping->sample->pool_seeds++;
        return LKA_OK;
    }
    keeping->sample->pool_eligible++;
    return lka_gathering_add(&keeping->parts[0], &reading->block, row, id, error);
}

static take_row take_of(const struct lka_pass *pass)
{
    return pass->crm ? take_contact : pass->are_seeds ? take_seed : take_prospect;
}

/* ---- the whole pass ---------------------------------------------------------------------------- */

/* All seeds, or those reactivated, are kept. */
static lka_status start_keeping(struct keeping *keeping, const struct lka_sample_options *options,
                                const struct lka_pass *pass, size_t columns, struct lka_error *error)
{
    for (size_t p = 0; p < pass->part_count; p++) {
        keeping->parts[p] = (struct lka_gathering){.key = lka_key(options->seed, "sample"),
                                                   .limit = pass->are_seeds && p == 0 ? UINT32_MAX : options->size,
                                                   .threshold = UINT64_MAX,
                                                   .rows = &pass->parts[p]};
        LKA_TRY(lka_rows_init(&pass->parts[p], columns, LKA_BLOCK_ROWS, error));
    }
    return LKA_OK;
}

static lka_status run_reading(struct reading *reading, struct keeping *keeping, const struct lka_pass *pass,
                              bool tolerant, struct lka_error *error)
{
    if (tolerant) {
        LKA_TRY(lka_ids_scan(&reading->ids, reading->source, reading->block.columns, reading->layout.id,
                             reading->session, error));
    }
    LKA_TRY(read_all(reading, take_of(pass), keeping, error));
    *pass->read = reading->read;
    *pass->without_consent = reading->without_consent;
    for (size_t p = 0; p < pass->part_count; p++) {
        LKA_TRY(lka_gathering_finish(&keeping->parts[p], error));
    }
    return LKA_OK;
}

lka_status lka_pass_run(const struct lka_pass *pass, const struct lka_sample_options *options,
                        const struct lka_session *session, struct lka_sample *sample, struct lka_error *error)
{
    struct reading reading;
    struct keeping keeping = {.sample = sample};
    LKA_TRY(reading_start(&reading, pass, sample, options, session, error));
    lka_status status = start_keeping(&keeping, options, pass, reading.block.columns, error);
    if (status == LKA_OK) {
        status = run_reading(&reading, &keeping, pass, options->max_bad_rows > 0, error);
    }
    sample->threshold = keeping.parts[0].threshold;
    for (size_t p = 0; p < pass->part_count; p++) {
        lka_gathering_release(&keeping.parts[p]);
    }
    reading_end(&reading);
    return status;
}
