/* Registrations in one view: read each, match it to a contact, keep it; then say whose all of them are, and write. */
#include "lookalike/campaign.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/memory.h"
#include "campaign/owners.h"
#include "campaign/registered.h"
#include "campaign/sheet.h"
#include "campaign/state.h"
#include "identity/identity.h"
#include "table/profile.h"

#define LKA_REGISTRATIONS_PARAMS(X)                                                                                  \
    X(LIST, registrations, "registrations", NULL, 0, 0, NULL, "FILE", "who registered (CSV)", true)                  \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR", "what the brand's runs remember", true)                 \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR", "where registrations.csv and conflicts.csv go", true)               \
    X(INTEGER, min_people, "min-people", "100", 1, 1e9, NULL, "N", "segments of fewer people get no figures", false) \
    LKA_INPUT_PARAMS(X)                                                                                              \
    LKA_OUTPUT_PARAMS(X)                                                                                             \
    X(TEXT, temporary, "temporary", NULL, 0, 0, NULL, "DIR",                                                         \
      "where big intermediate files go; default: $TMPDIR, else /tmp", false)

LKA_PARAMS_STRUCT(registrations_options, LKA_REGISTRATIONS_PARAMS);
#define LKA_PARAM_OWNER struct registrations_options
LKA_PARAMS_TABLE(lka_campaign_registrations_params, "campaign registrations", LKA_REGISTRATIONS_PARAMS);

enum { CONTACT_ID, EMAIL, ID_TYPE, ID, NEW_EMAIL, TIMESTAMP, PATH, OPT_IN, FIELDS };
static const char *const fields[FIELDS] = {"contact_id", "email",     "id_type", "id",
                                           "new_email",  "timestamp", "path",    "opt_in"};

/* What is odd about a row, and is counted; none of it keeps the row out. */
#define LKA_ODDITIES(X)                            \
    X(DELETED, "of contacts already deleted")      \
    X(UNKNOWN, "with an unknown contact id")       \
    X(CONFLICT, "with keys of different contacts") \
    X(AMBIGUOUS, "with a key of several contacts") \
    X(NO_PATH, "without a path")                   \
    X(UNKNOWN_PATH, "with an unknown path")        \
    X(NO_EMAIL, "without a usable new e-mail")

#define LKA_ODDITY_NAME_(name, text) ODD_##name,
#define LKA_ODDITY_TEXT_(name, text) text,
enum { LKA_ODDITIES(LKA_ODDITY_NAME_) ODDITIES };
static const char *const oddity_names[ODDITIES] = {LKA_ODDITIES(LKA_ODDITY_TEXT_)};

struct registering {
    const struct lka_options *all;
    const struct registrations_options *options;
    struct lka_warnings warnings;
    struct lka_workspace *workspace;
    struct lka_sheet sheet;
    struct lka_owners owners;
    struct lka_statement *put;
    struct lka_text known_paths; /* "|lead_ad|banner|" */
    struct lka_text email;       /* of the row at hand */
    struct lka_text row;
    struct lka_directory *directory;
    struct lka_page conflicts;
    uint64_t before; /* registrations that were known */
    uint64_t rows;
    uint64_t odd[ODDITIES];
    struct lka_registrations registrations;
    struct lka_registered registered;
    json_t *document;
};

static struct lka_span value_of(const struct registering *registering, size_t field, size_t row)
{
    return lka_sheet_value(&registering->sheet, field, row);
}

static struct lka_span span_of(const struct lka_text *text)
{
    return (struct lka_span){text->length ? text->bytes : "", (uint32_t)text->length};
}

/* ---- reading one ------------------------------------------------------------------------------ */

/* What is wrong with the row; `field` names the place. NULL: nothing. */
static const char *find_fault(struct registering *registering, size_t row, struct lka_registration *item,
                              enum lka_identity_type *type, size_t *field)
{
    struct lka_span opt_in = value_of(registering, OPT_IN, row);
    bool yes = false;
    *field = TIMESTAMP;
    if (!lka_parse_time(value_of(registering, TIMESTAMP, row), &item->time)) {
        return "is no time; allowed: such as 2025-06-30T08:15:00Z";
    }
    *field = OPT_IN;
    if (opt_in.length > 0 && !lka_parse_boolean(opt_in, &yes)) {
        return "is neither yes nor no";
    }
    item->opt_in = opt_in.length == 0 ? LKA_OPT_UNKNOWN : yes ? LKA_OPT_YES : LKA_OPT_NO;
    *field = ID_TYPE;
    *type = lka_identity_type_of(value_of(registering, ID_TYPE, row));
    if (value_of(registering, ID, row).length > 0 && *type == LKA_IDENTITY_TYPES) {
        return "is not allowed; allowed: email, phone, cookie, maid, platform";
    }
    *field = NEW_EMAIL;
    static const size_t names[] = {CONTACT_ID, EMAIL, ID, NEW_EMAIL};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (value_of(registering, names[i], row).length > 0) {
            return NULL;
        }
    }
    return "is empty, and so are contact_id, email and id: the registration names nobody";
}

/* The row as one text, by which it is known when it comes again. */
static lka_status key_row(struct registering *registering, size_t row, struct lka_registration *item,
                          struct lka_error *error)
{
    lka_text_clear(&registering->row);
    for (size_t field = 0; field < FIELDS; field++) {
        struct lka_span value = value_of(registering, field, row);
        lka_text_format(&registering->row, "%u:", value.length);
        lka_text_append(&registering->row, value.text, value.length);
    }
    if (registering->row.failed) {
        return lka_fail_memory(error, registering->row.capacity);
    }
    return lka_state_key(registering->owners.secret, span_of(&registering->row), item->row, error);
}

static lka_status take_email(struct registering *registering, size_t row, struct lka_registration *item,
                             struct lka_error *error)
{
    struct lka_span given = value_of(registering, NEW_EMAIL, row);
    bool good = given.length > 0 && lka_email_plain(given, &registering->email);
    if (registering->email.failed) {
        return lka_fail_memory(error, given.length);
    }
    registering->odd[ODD_NO_EMAIL] += !good;
    item->new_email = good ? span_of(&registering->email) : (struct lka_span){"", 0};
    return LKA_OK;
}

/* ---- matching one ----------------------------------------------------------------------------- */

/* A contact that is gone is nobody's any more: whoever registers under its id is new. */
static void forget_deleted(struct registering *registering, struct lka_owner *owner, bool given)
{
    bool gone = owner->contacts == 1 && registering->owners.found[owner->contact].gone;
    registering->odd[ODD_DELETED] += gone;
    registering->odd[ODD_UNKNOWN] += given && owner->contacts == 0;
    owner->contacts = gone ? 0 : owner->contacts;
}

static lka_status put_conflicts(struct registering *registering, size_t row, const struct lka_matched *matched,
                                const struct lka_owner owners[LKA_MATCH_KEYS], struct lka_error *error)
{
    struct lka_page *page = &registering->conflicts;
    for (int key = 0; key < LKA_MATCH_KEYS; key++) {
        if (!(matched->conflicts & (1u << key))) {
            continue;
        }
        lka_page_number(page, (double)registering->sheet.rows.lines[row]);
        lka_page_field(page, registering->owners.found[matched->contact].id);
        lka_page_string(page, lka_match_key_names[matched->by]);
        lka_page_field(page, registering->owners.found[owners[key].contact].id);
        lka_page_string(page, lka_match_key_names[key]);
        LKA_TRY(lka_page_end_row(page, error));
    }
    return LKA_OK;
}

static lka_status match(struct registering *registering, size_t row, enum lka_identity_type type,
                        struct lka_registration *item, struct lka_error *error)
{
    struct lka_owner owners[LKA_MATCH_KEYS] = {{0}};
    struct lka_owners *all = &registering->owners;
    struct lka_span id = value_of(registering, CONTACT_ID, row);
    lka_owners_forget(all);
    LKA_TRY(lka_owners_by_id(all, id, &owners[LKA_MATCH_CONTACT_ID], error));
    forget_deleted(registering, &owners[LKA_MATCH_CONTACT_ID], id.length > 0);
    LKA_TRY(lka_owners_by_email(all, value_of(registering, EMAIL, row), &owners[LKA_MATCH_OLD_EMAIL], error));
    if (type < LKA_IDENTITY_TYPES) {
        LKA_TRY(lka_owners_by_identity(all, type, value_of(registering, ID, row), &owners[LKA_MATCH_IDENTITY], error));
    }
    LKA_TRY(lka_owners_by_email(all, item->new_email, &owners[LKA_MATCH_NEW_EMAIL], error));
    struct lka_matched matched = lka_match_decide(owners);
    registering->odd[ODD_CONFLICT] += matched.conflicts != 0;
    registering->odd[ODD_AMBIGUOUS] += matched.ambiguous != 0;
    item->by = matched.by;
    if (matched.by < LKA_MATCH_KEYS) {
        item->contact = all->found[matched.contact].id;
        item->segment = all->found[matched.contact].segment;
        item->inactive = all->found[matched.contact].inactive;
    }
    return put_conflicts(registering, row, &matched, owners, error);
}

static lka_status name_person(struct registering *registering, size_t row, struct lka_registration *item,
                              struct lka_error *error)
{
    struct lka_span email = item->new_email.length ? item->new_email : value_of(registering, EMAIL, row);
    struct lka_span id = value_of(registering, CONTACT_ID, row);
    id = id.length ? id : value_of(registering, ID, row);
    return lka_owners_stranger(&registering->owners, email, id, item->person, error);
}

static void check_path(struct registering *registering, struct lka_span path)
{
    char wanted[80];
    bool short_enough = path.length > 0 && path.length <= 60;
    if (short_enough) {
        wanted[0] = '|';
        memcpy(wanted + 1, path.text, path.length);
        memcpy(wanted + 1 + path.length, "|", 2);
    }
    bool known = short_enough && registering->known_paths.length > 0 && strstr(registering->known_paths.bytes, wanted);
    registering->odd[ODD_NO_PATH] += path.length == 0;
    registering->odd[ODD_UNKNOWN_PATH] += path.length > 0 && !known;
}

static lka_status take_row(struct registering *registering, size_t row, struct lka_error *error)
{
    struct lka_registration item = {.path = value_of(registering, PATH, row)};
    enum lka_identity_type type;
    size_t field;
    const char *fault = find_fault(registering, row, &item, &type, &field);
    if (fault) {
        return lka_sheet_reject(&registering->sheet, row, field, false, fault, error);
    }
    registering->rows++;
    LKA_TRY(take_email(registering, row, &item, error));
    LKA_TRY(key_row(registering, row, &item, error));
    LKA_TRY(match(registering, row, type, &item, error));
    LKA_TRY(name_person(registering, row, &item, error));
    check_path(registering, item.path);
    return lka_registration_save(registering->put, &item, error);
}

static lka_status read_rows(struct registering *registering, struct lka_error *error)
{
    struct lka_sheet *sheet = &registering->sheet;
    do {
        LKA_TRY(lka_sheet_next(sheet, &registering->warnings.session, "read registrations", error));
        for (size_t row = 0; row < sheet->rows.count; row++) {
            LKA_TRY(take_row(registering, row, error));
        }
    } while (sheet->rows.count > 0);
    LKA_TRY(lka_source_finish(sheet->source, error));
    return lka_page_close(&registering->conflicts, error);
}

/* ---- the document ----------------------------------------------------------------------------- */

static json_t *odd_json(const struct registering *registering)
{
    json_t *object = json_object();
    for (size_t i = 0; i < ODDITIES; i++) {
        json_object_set_new(object, oddity_names[i], json_integer((json_int_t)registering->odd[i]));
    }
    if (json_object_size(object) != ODDITIES) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static lka_status make_document(struct registering *registering, struct lka_error *error)
{
    const struct lka_registered_cell *all = &registering->registered.all;
    uint64_t floor = (uint64_t)registering->options->min_people;
    json_t *response = NULL;
    LKA_TRY(lka_registered_response(registering->workspace, floor, &response, error));
    registering->document = json_pack("{s:i, s:s, s:o, s:[o], s:{s:I, s:o, s:I, s:I, s:I, s:I, s:I}, s:o, s:o, s:O}",
                                      "schema", 1, "stage", "campaign registrations", "parameters",
                                      lka_options_echo(registering->all), "inputs", lka_sheet_json(&registering->sheet),
                                      "counts", "rows", (json_int_t)registering->rows, "odd", odd_json(registering),
                                      "people", (json_int_t)all->people, "reactivated", (json_int_t)all->reactivated,
                                      "new", (json_int_t)all->fresh, "active", (json_int_t)all->active, "repeated",
                                      (json_int_t)registering->registered.repeated, "registered",
                                      lka_registered_json(&registering->registered, floor), "response", response,
                                      "warnings", registering->warnings.list);
    bool whole = registering->document && !registering->warnings.failed;
    return whole ? LKA_OK : lka_fail_memory(error, 0);
}

static void warn_of_what_is_odd(const struct registering *registering)
{
    for (size_t i = 0; i <= ODD_AMBIGUOUS; i++) {
        if (registering->odd[i] > 0) {
            lka_warn(&registering->warnings.session, "%llu registrations %s", (unsigned long long)registering->odd[i],
                     oddity_names[i]);
        }
    }
    if (registering->odd[ODD_UNKNOWN_PATH] > 0) {
        lka_warn(&registering->warnings.session, "%llu registrations %s: they count, under its name",
                 (unsigned long long)registering->odd[ODD_UNKNOWN_PATH], oddity_names[ODD_UNKNOWN_PATH]);
    }
}

/* ---- the command ------------------------------------------------------------------------------ */

static lka_status open_sheet(struct registering *registering, struct lka_error *error)
{
    struct lka_sheet *sheet = &registering->sheet;
    LKA_TRY(lka_sheet_open(&registering->options->registrations, registering->all, "registrations", fields, FIELDS,
                           sheet, error));
    LKA_TRY(lka_sheet_need(sheet, 1u << TIMESTAMP, error));
    return lka_sheet_need(sheet, 1u << CONTACT_ID | 1u << EMAIL | 1u << ID | 1u << NEW_EMAIL, error);
}

/* A dry run works in a transaction, too, which is rolled back. */
static lka_status open_all(struct registering *registering, struct lka_error *error)
{
    const struct registrations_options *options = registering->options;
    struct lka_workspace **workspace = &registering->workspace;
    LKA_TRY(lka_warnings_init(&registering->warnings, registering->warnings.outer, error));
    LKA_TRY(open_sheet(registering, error));
    LKA_TRY(lka_state_open(options->workspace, LKA_WORKSPACE_WRITE, &registering->warnings.session, workspace, error));
    LKA_TRY(lka_state_fact(*workspace, "paths", &registering->known_paths, error));
    if (!options->dry_run) {
        LKA_TRY(lka_directory_open(options->out, &registering->directory, error));
    }
    LKA_TRY(lka_page_open(&registering->conflicts, registering->directory, "conflicts.csv",
                          "line,contact_id,matched_by,other_contact_id,other_key", error));
    LKA_TRY(lka_workspace_begin(*workspace, "campaign registrations", error));
    LKA_TRY(lka_registrations_count(*workspace, &registering->before, error));
    LKA_TRY(lka_owners_open(&registering->owners, *workspace, error));
    return lka_statement_new(*workspace, lka_registration_insert, &registering->put, error);
}

/* The waves that were drawn have been answered, as far as is known, once a registration is read that was not known. */
static lka_status observe_waves(struct registering *registering, struct lka_error *error)
{
    struct lka_workspace *workspace = registering->workspace;
    uint64_t after;
    LKA_TRY(lka_registrations_count(workspace, &after, error));
    return after > registering->before
               ? lka_workspace_execute(workspace, "UPDATE campaign_waves SET observed = 1 WHERE observed = 0", error)
               : LKA_OK;
}

static lka_status run(struct registering *registering, double start, char **summary, struct lka_error *error)
{
    bool writes = !registering->options->dry_run;
    struct lka_workspace *workspace;
    LKA_TRY(open_all(registering, error));
    workspace = registering->workspace;
    LKA_TRY(read_rows(registering, error));
    LKA_TRY(observe_waves(registering, error));
    LKA_TRY(lka_registrations_load(workspace, &registering->registrations, error));
    LKA_TRY(lka_registered_count(&registering->registered, &registering->registrations, error));
    LKA_TRY(lka_registered_write(&registering->registrations, registering->directory, error));
    warn_of_what_is_odd(registering);
    LKA_TRY(make_document(registering, error));
    LKA_TRY(writes ? lka_workspace_commit(workspace, error) : LKA_OK);
    struct lka_directory *directory = registering->directory;
    registering->directory = NULL;
    return lka_campaign_publish(directory, registering->document, registering->all, start, summary, error);
}

static void release(struct registering *registering)
{
    json_decref(registering->document);
    lka_registered_release(&registering->registered);
    lka_registrations_release(&registering->registrations);
    lka_page_abandon(&registering->conflicts);
    lka_directory_abandon(registering->directory);
    lka_text_release(&registering->row);
    lka_text_release(&registering->email);
    lka_text_release(&registering->known_paths);
    lka_statement_free(registering->put);
    lka_owners_close(&registering->owners);
    lka_sheet_close(&registering->sheet);
    lka_workspace_close(registering->workspace);
    lka_warnings_release(&registering->warnings);
}

lka_status lka_campaign_registrations(const struct lka_options *all, const struct lka_session *session, char **summary,
                                      struct lka_error *error)
{
    struct registering registering = {.all = all, .options = lka_options_values(all), .warnings = {.outer = session}};
    double start = lka_seconds();
    *summary = NULL;
    LKA_TRY(lka_options_check(all, error));
    lka_status status = run(&registering, start, summary, error);
    release(&registering);
    return status;
}
