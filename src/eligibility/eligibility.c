#include "eligibility/eligibility.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/roles.h"

const char *lka_bar_name(enum lka_bar bar)
{
    static const char *const names[LKA_BARS] = {"",
                                                "erased",
                                                "objected",
                                                "customer",
                                                "do not contact",
                                                "no profiling consent",
                                                "no advertising consent",
                                                "no consent signals (EEA)",
                                                "under age",
                                                "seen often enough"};
    return names[bar];
}

/* ---- opening ---------------------------------------------------------------------------------- */

/* What the table of customers takes of the command's flags: it needs no id. */
#define LKA_CUSTOMER_PARAMS(X)                                                             \
    X(LIST, role, "role", NULL, 0, 0, NULL, "NAME=ROLE", "", false)                        \
    X(TEXT, separator, "separator", NULL, 0, 0, NULL, "CHAR", "", false)                   \
    X(INTEGER, max_field, "max-field", "1048576", 1, 1073741824, NULL, "BYTES", "", false) \
    X(TEXT, temporary, "temporary", NULL, 0, 0, NULL, "DIR", "", false)
LKA_PARAMS_STRUCT(customer_options, LKA_CUSTOMER_PARAMS);
#define LKA_PARAM_OWNER struct customer_options
static const struct lka_param customer_rows[] = {LKA_CUSTOMER_PARAMS(LKA_PARAM_ROW_)};
static const struct lka_param_table customer_params = {
    "customers", customer_rows, sizeof customer_rows / sizeof *customer_rows, sizeof(struct customer_options)};

static lka_status add_customers(struct lka_eligibility *eligibility, const struct lka_options *options,
                                struct lka_table *table, const char *id, const struct lka_session *session,
                                struct lka_error *error)
{
    ptrdiff_t own = lka_schema_role(&table->schema, LKA_ROLE_ID);
    eligibility->ids_tell = own != LKA_NO_COLUMN && strcmp(table->schema.columns[own].name, id) == 0;
    return lka_known_add_table(&eligibility->known, table, NULL, lka_options_text(options, "country"), id, session,
                               error);
}

static lka_status read_customers(struct lka_eligibility *eligibility, const struct lka_options *options, const char *id,
                                 const struct lka_session *session, struct lka_error *error)
{
    struct lka_options *own = NULL;
    struct lka_table table = {0};
    lka_status status = lka_options_new(&customer_params, &own, error);
    status = status == LKA_OK ? lka_options_copy(own, options, error) : status;
    if (status == LKA_OK) {
        status = lka_table_open(lka_options_value(options, "customers"), own, NULL, false, &table, error);
    }
    if (status == LKA_OK) {
        status = add_customers(eligibility, options, &table, id, session, error);
    }
    lka_table_close(&table);
    lka_options_free(own);
    return status;
}

static lka_status open_customers(struct lka_eligibility *eligibility, const struct lka_options *options,
                                 const struct lka_schema *schema, const struct lka_session *session,
                                 struct lka_error *error)
{
    const struct lka_list *customers = lka_options_value(options, "customers");
    lka_known_init(&eligibility->known, &eligibility->hmac);
    LKA_TRY(lka_known_add_campaign(&eligibility->known, eligibility->workspace, error));
    eligibility->lists_customers = customers->count > 0;
    if (customers->count > 0) {
        const char *id = schema->columns[eligibility->person.id].name;
        LKA_TRY(read_customers(eligibility, options, id, session, error));
    }
    lka_known_sort(&eligibility->known);
    return LKA_OK;
}

static lka_status open_frequent(struct lka_eligibility *eligibility, const struct lka_options *options,
                                struct lka_error *error)
{
    const char *platform = eligibility->platform ? eligibility->platform->listed : NULL;
    struct lka_frequency *frequency = &eligibility->frequency;
    lka_known_init(&eligibility->frequent, &eligibility->hmac);
    LKA_TRY(lka_frequency_read(lka_options_text(options, "frequency-cap"), lka_options_text(options, "as-of"),
                               frequency, error));
    LKA_TRY(lka_frequency_add(frequency, eligibility->workspace, platform, &eligibility->frequent, error));
    lka_known_sort(&eligibility->frequent);
    return LKA_OK;
}

static bool is_named(const char *column, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct lka_role_name name = {.pattern = (char *)(uintptr_t)names[i]};
        if (lka_role_name_fits(&name, column)) {
            return true;
        }
    }
    return false;
}

static ptrdiff_t find_named(const struct lka_schema *schema, const char *const *names, size_t count)
{
    for (size_t c = 0; c < schema->count; c++) {
        if (is_named(schema->columns[c].name, names, count)) {
            return (ptrdiff_t)c;
        }
    }
    return LKA_NO_COLUMN;
}

static lka_status find_refusals(struct lka_eligibility *eligibility, const struct lka_schema *schema,
                                struct lka_error *error)
{
    static const char *const names[] = {"do_not_*",    "dnc",     "unsubscribed", "unsubscribed_*",
                                        "unsubscribe", "opt_out", "opted_out",    "optout"};
    for (size_t c = 0; c < schema->count; c++) {
        const char *name = schema->columns[c].name;
        if (!is_named(name, names, sizeof names / sizeof *names)) {
            continue;
        }
        if (eligibility->refusal_count == LKA_REFUSALS) {
            return lka_fail(error, LKA_USAGE,
                            "column \"%.60s\" is the %dth that says who wants no contact; allowed: %d", name,
                            LKA_REFUSALS + 1, LKA_REFUSALS);
        }
        eligibility->refusals[eligibility->refusal_count++] = c;
    }
    return LKA_OK;
}

static lka_status find_columns(struct lka_eligibility *eligibility, const struct lka_schema *schema,
                               struct lka_error *error)
{
    static const char *const ages[] = {"age"};
    static const char *const minors[] = {"minor", "is_minor"};
    const char *platform = eligibility->platform ? eligibility->platform->name : NULL;
    static const char *const purposes[LKA_CONSENTS] = {"profiling", "advertising", "ad_user_data",
                                                       "ad_personalization"};
    for (size_t i = 0; i < LKA_CONSENTS; i++) {
        eligibility->consents[i] = i < 2 ? lka_consent_on(schema, purposes[i], platform)
                                         : lka_consent_signal(schema, purposes[i]);
    }
    eligibility->age = find_named(schema, ages, 1);
    eligibility->minor = find_named(schema, minors, 2);
    return find_refusals(eligibility, schema, error);
}

void lka_eligibility_warn_unreached(const struct lka_person_columns *person, const struct lka_suppression *objections,
                                    const char *file, const struct lka_session *session)
{
    uint32_t types = 0;
    for (size_t i = 0; i < person->count; i++) {
        types |= 1u << person->items[i].type;
    }
    if (types != 0 && (types & lka_suppression_types(objections)) == 0) {
        lka_warn(session,
                 "%.100s has only kinds of identifiers with which nobody objected (phones, say, where all objections "
                 "came by "
                 "e-mail): no objection can reach its people",
                 file);
    }
    if (person->count == 0 && lka_suppression_count(objections) > 0) {
        lka_warn(session, "%.100s has no e-mail, phone or MAID: who objected can't be told", file);
    }
}

static void warn_of_gaps(const struct lka_eligibility *eligibility, const char *file, const struct lka_session *session)
{
    if (eligibility->consents[1].count == 0) {
        lka_warn(session, "no column of %.100s tells who consented to advertising: everybody is taken to have done so",
                 file);
    }
    if (eligibility->age == LKA_NO_COLUMN && eligibility->minor == LKA_NO_COLUMN && eligibility->min_age > 0) {
        lka_warn(session, "%.100s has no column \"age\": who is under age can't be told", file);
    }
    lka_eligibility_warn_unreached(&eligibility->person, eligibility->suppression, file, session);
}

lka_status lka_eligibility_open(const struct lka_options *options, struct lka_workspace *workspace,
                                const struct lka_schema *schema, const char *file, const struct lka_session *session,
                                struct lka_eligibility *eligibility, struct lka_error *error)
{
    const char *platform = lka_options_text(options, "eligible-for");
    *eligibility = (struct lka_eligibility){.workspace = workspace, .min_age = lka_options_integer(options, "min-age")};
    if (platform) {
        LKA_TRY(lka_platform_find("eligible-for", platform, &eligibility->found, error));
        eligibility->platform = &eligibility->found;
    }
    LKA_TRY(lka_workspace_key(workspace, eligibility->secret, error));
    if (!lka_hmac_init(&eligibility->hmac, eligibility->secret)) {
        return lka_fail(error, LKA_MEMORY, "libcrypto could not prepare a key");
    }
    LKA_TRY(lka_person_columns_find(schema, lka_options_value(options, "hashed"), lka_options_text(options, "country"),
                                    &eligibility->person, error));
    LKA_TRY(find_columns(eligibility, schema, error));
    LKA_TRY(lka_suppression_open(workspace, &eligibility->suppression, error));
    eligibility->person.short_hashes = lka_suppression_knows_short(eligibility->suppression);
    LKA_TRY(open_customers(eligibility, options, schema, session, error));
    LKA_TRY(open_frequent(eligibility, options, error));
    LKA_TRY(lka_erased_open(workspace, &eligibility->erased, error));
    warn_of_gaps(eligibility, file, session);
    return LKA_OK;
}

void lka_eligibility_close(struct lka_eligibility *eligibility)
{
    lka_suppression_close(eligibility->suppression);
    lka_known_release(&eligibility->known);
    lka_known_release(&eligibility->frequent);
    lka_known_release(&eligibility->erased);
    *eligibility = (struct lka_eligibility){0};
}

/* ---- binding ---------------------------------------------------------------------------------- */

lka_status lka_eligibility_bind(struct lka_eligibility *eligibility,
                                lka_status (*cell_of)(void *user, size_t column, size_t *cell, struct lka_error *error),
                                void *user, struct lka_error *error)
{
    struct lka_person_columns *person = &eligibility->person;
    for (size_t i = 0; i < person->count; i++) {
        LKA_TRY(cell_of(user, person->items[i].column, &person->items[i].cell, error));
    }
    LKA_TRY(cell_of(user, person->id, &person->id_cell, error));
    if (person->country != LKA_NO_COLUMN) {
        LKA_TRY(cell_of(user, (size_t)person->country, &person->country_cell, error));
    }
    for (size_t c = 0; c < LKA_CONSENTS; c++) {
        for (size_t i = 0; i < eligibility->consents[c].count; i++) {
            LKA_TRY(cell_of(user, eligibility->consents[c].columns[i], &eligibility->consent_cells[c][i], error));
        }
    }
    for (size_t i = 0; i < eligibility->refusal_count; i++) {
        LKA_TRY(cell_of(user, eligibility->refusals[i], &eligibility->refusal_cells[i], error));
    }
    if (eligibility->age != LKA_NO_COLUMN) {
        LKA_TRY(cell_of(user, (size_t)eligibility->age, &eligibility->age_cell, error));
    }
    return eligibility->minor == LKA_NO_COLUMN
               ? LKA_OK
               : cell_of(user, (size_t)eligibility->minor, &eligibility->minor_cell, error);
}

/* ---- the ledger's key --------------------------------------------------------------------------- */

lka_status lka_eligibility_id_key(const struct lka_eligibility *eligibility, struct lka_span id, char hex[65],
                                  struct lka_error *error)
{
    struct lka_text text = {0};
    lka_text_format(&text, "id:%.*s", (int)id.length, id.length ? id.text : "");
    bool made = !text.failed &&
                lka_identity_hmac(eligibility->secret, (struct lka_span){text.bytes, (uint32_t)text.length}, hex);
    lka_text_release(&text);
    return made ? LKA_OK : lka_fail_memory(error, id.length);
}
