/* Onboarding in one view: read the contacts and the identities, decide which identity can be used, remember who is
 * reachable by what, write who it is. */
#include "lookalike/campaign.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "campaign/document.h"
#include "campaign/moments.h"
#include "campaign/reached.h"
#include "campaign/sheet.h"
#include "campaign/state.h"
#include "eligibility/suppression_file.h"
#include "lifecycle/written.h"
#include "store/acquaintance.h"
#include "table/profile.h"

#define LKA_ONBOARD_PARAMS(X)                                                                                        \
    X(TEXT, contacts, "contacts", NULL, 0, 0, NULL, "DIR", "what lifecycle wrote, or its contacts.csv", true)        \
    X(LIST, identities, "identities", NULL, 0, 0, NULL, "FILE", "identities of contacts (CSV)", true)                \
    X(TEXT, paths, "paths", NULL, 0, 0, NULL, "FILE", "the paths (YAML); default: lead_ad, sponsored_post, banner",  \
      false)                                                                                                         \
    X(TEXT, workspace, "workspace", NULL, 0, 0, NULL, "DIR", "what the brand's runs remember; made if absent", true) \
    X(TEXT, out, "out", NULL, 0, 0, NULL, "DIR", "where reach.csv and reactivation/ go", true)                       \
    X(TEXT, as_of, "as-of", NULL, 0, 0, NULL, "DATE",                                                                \
      "the day from which --seen-within counts back; default: lifecycle's", false)                                   \
    X(TEXT, seen_within, "seen-within", NULL, 0, 0, NULL, "PERIOD",                                                  \
      "leave out identities last seen before that, such as 180d; default: no bound", false)                          \
    X(INTEGER, min_people, "min-people", "100", 1, 1e9, NULL, "N", "segments of fewer people get no figures", false) \
    LKA_INPUT_PARAMS(X)                                                                                              \
    LKA_OUTPUT_PARAMS(X)                                                                                             \
    X(TEXT, temporary, "temporary", NULL, 0, 0, NULL, "DIR",                                                         \
      "where big intermediate files go; default: $TMPDIR, else /tmp", false)

LKA_PARAMS_STRUCT(onboard_options, LKA_ONBOARD_PARAMS);
#define LKA_PARAM_OWNER struct onboard_options
LKA_PARAMS_TABLE(lka_campaign_onboard_params, "campaign onboard", LKA_ONBOARD_PARAMS);

enum { CONTACT_ID, EMAIL_SHA256, ID_TYPE, PLATFORM, ID, LAST_SEEN, CONSENT, FIELDS };
static const char *const fields[FIELDS] = {"contact_id", "email_sha256", "id_type", "platform",
                                           "id",         "last_seen",    "consent"};

struct form_of {
    struct lka_form form;
    uint32_t contact;
};

struct onboarding {
    const struct lka_options *all;
    const struct onboard_options *options;
    struct lka_warnings warnings;
    struct lka_paths paths;
    struct lka_workspace *workspace;
    struct lka_suppression *suppression;
    bool exists;         /* the workspace did, before */
    char objections[33]; /* hash of the list of who objected */
    struct lka_table table;
    struct lka_contacts contacts;
    struct lka_sheet sheet;
    struct lka_identities reach;
    struct form_of *forms; /* of the contacts' e-mails */
    size_t form_count;
    size_t form_capacity;
    struct lka_keys keys;
    struct lka_text name; /* of the identity at hand */
    int64_t oldest;
    struct lka_directory *directory;
    struct lka_reached reached;
};

static const struct lka_session *session_of(const struct onboarding *onboarding)
{
    return &onboarding->warnings.session;
}

/* ---- contacts --------------------------------------------------------------------------------- */

static lka_status take_form(void *user, uint32_t contact, const struct lka_form *form, struct lka_error *error)
{
    struct onboarding *onboarding = user;
    LKA_TRY(lka_reserve(&onboarding->forms, &onboarding->form_capacity, onboarding->form_count + 1,
                        sizeof *onboarding->forms, error));
    onboarding->forms[onboarding->form_count++] = (struct form_of){*form, contact};
    return LKA_OK;
}

static lka_status check_same_people(struct onboarding *onboarding, struct lka_error *error)
{
    struct lka_acquaintance acquaintance;
    lka_status status = lka_acquaintance_init(&acquaintance, onboarding->workspace, error);
    for (size_t i = 0; i < onboarding->contacts.count && status == LKA_OK; i++) {
        status = lka_acquaintance_meet(&acquaintance, onboarding->contacts.items[i].id, error);
    }
    if (status == LKA_OK) {
        status = lka_acquaintance_check(&acquaintance, "contacts", false, session_of(onboarding), error);
    }
    lka_acquaintance_release(&acquaintance);
    return status;
}

static lka_status read_contacts(struct onboarding *onboarding, struct lka_error *error)
{
    const struct lka_session *session = session_of(onboarding);
    LKA_TRY(lka_contacts_open(onboarding->options->contacts, onboarding->all, false, &onboarding->table, error));
    LKA_TRY(lka_contacts_read(&onboarding->table, onboarding->suppression, session, take_form, onboarding,
                              &onboarding->contacts, error));
    if (onboarding->contacts.count == 0) {
        return lka_fail_at(error, LKA_DATA, lka_source_name(onboarding->table.source), 0, 0, "has no contact");
    }
    lka_log_step(session, "contacts", "%zu contacts", onboarding->contacts.count);
    return check_same_people(onboarding, error);
}

static lka_status find_oldest(struct onboarding *onboarding, struct lka_error *error)
{
    const struct onboard_options *options = onboarding->options;
    struct lka_period window = {0};
    int64_t as_of = 0;
    bool known = options->as_of != NULL;
    onboarding->oldest = INT64_MIN;
    if (known) {
        LKA_TRY(lka_moment_read(options->as_of, "as-of", &as_of, error));
    }
    if (!options->seen_within) {
        return LKA_OK;
    }
    LKA_TRY(lka_period_parse("seen-within", options->seen_within, &window, error));
    if (!known) {
        LKA_TRY(lka_written_as_of(options->contacts, "lifecycle.json", &as_of, &known, error));
    }
    if (!known) {
        return lka_fail(error, LKA_USAGE, "--seen-within needs --as-of, since %.200s has no lifecycle.json",
                        options->contacts);
    }
    onboarding->oldest = lka_moment_after(as_of, window, true);
    return LKA_OK;
}

/* ---- identities ------------------------------------------------------------------------------- */

static uint32_t contact_of(const struct onboarding *onboarding, size_t row)
{
    struct lka_span id = lka_sheet_value(&onboarding->sheet, CONTACT_ID, row);
    if (id.length > 0) {
        return lka_contacts_find(&onboarding->contacts, id);
    }
    return lka_contacts_by_email(&onboarding->contacts, lka_sheet_value(&onboarding->sheet, EMAIL_SHA256, row));
}

/* What is wrong with the row; `field` names the place. NULL: nothing. */
static const char *find_fault(struct onboarding *onboarding, size_t row, struct lka_identity *identity, size_t *field)
{
    const struct lka_sheet *sheet = &onboarding->sheet;
    struct lka_span consent = lka_sheet_value(sheet, CONSENT, row);
    struct lka_span seen = lka_sheet_value(sheet, LAST_SEEN, row);
    identity->type = (uint8_t)lka_identity_type_of(lka_sheet_value(sheet, ID_TYPE, row));
    identity->last_seen = INT64_MIN;
    *field = ID_TYPE;
    if (identity->type == LKA_IDENTITY_TYPES) {
        return "is not allowed; allowed: email, phone, cookie, maid, platform";
    }
    *field = ID;
    if (!lka_identity_name((enum lka_identity_type)identity->type, lka_sheet_value(sheet, ID, row),
                           &onboarding->name)) {
        return "is no such identity";
    }
    *field = LAST_SEEN;
    if (seen.length > 0 && !lka_parse_time(seen, &identity->last_seen)) {
        return "is no time; allowed: such as 2025-06-30 or 2025-06-30T08:15:00Z";
    }
    *field = CONSENT;
    if (consent.length > 0 && !lka_parse_boolean(consent, &identity->consent)) {
        return "is neither yes nor no";
    }
    *field = CONTACT_ID;
    if (lka_sheet_value(sheet, CONTACT_ID, row).length == 0 && lka_sheet_value(sheet, EMAIL_SHA256, row).length == 0) {
        return "is empty, and so is email_sha256: the identity names nobody";
    }
    return NULL;
}

static lka_status take_identity(struct onboarding *onboarding, size_t row, struct lka_error *error)
{
    struct lka_identity identity = {0};
    size_t field;
    const char *fault = find_fault(onboarding, row, &identity, &field);
    if (onboarding->name.failed) {
        return lka_fail_memory(error, onboarding->name.capacity);
    }
    if (fault) {
        bool personal = field == ID || field == CONTACT_ID;
        return lka_sheet_reject(&onboarding->sheet, row, field, personal, fault, error);
    }
    identity.contact = contact_of(onboarding, row);
    identity.id = lka_sheet_value(&onboarding->sheet, ID, row);
    return lka_identities_add(&onboarding->reach, &identity, lka_sheet_value(&onboarding->sheet, PLATFORM, row),
                              (struct lka_span){onboarding->name.bytes, (uint32_t)onboarding->name.length}, error);
}

static lka_status read_identities(struct onboarding *onboarding, struct lka_error *error)
{
    struct lka_sheet *sheet = &onboarding->sheet;
    LKA_TRY(
        lka_sheet_open(&onboarding->options->identities, onboarding->all, "identities", fields, FIELDS, sheet, error));
    LKA_TRY(lka_sheet_need(sheet, 1u << CONTACT_ID | 1u << EMAIL_SHA256, error));
    LKA_TRY(lka_sheet_need(sheet, 1u << ID_TYPE, error));
    LKA_TRY(lka_sheet_need(sheet, 1u << ID, error));
    LKA_TRY(lka_sheet_need(sheet, 1u << CONSENT, error));
    do {
        LKA_TRY(lka_sheet_next(sheet, session_of(onboarding), "read identities", error));
        for (size_t row = 0; row < sheet->rows.count; row++) {
            LKA_TRY(take_identity(onboarding, row, error));
        }
    } while (sheet->rows.count > 0);
    lka_identities_decide(&onboarding->reach, &onboarding->contacts, onboarding->oldest);
    return LKA_OK;
}

/* ---- what is remembered and written ----------------------------------------------------------- */

/* By which registrations and exposures find their contact again: its e-mails, and the identities that are its own. */
static lka_status add_email_keys(struct onboarding *onboarding, const uint8_t secret[32], struct lka_error *error)
{
    for (size_t i = 0; i < onboarding->form_count; i++) {
        uint8_t key[LKA_KEY_BYTES];
        LKA_TRY(lka_state_form_key(secret, &onboarding->forms[i].form, key, error));
        LKA_TRY(lka_keys_add(&onboarding->keys, key, onboarding->forms[i].contact, error));
    }
    return LKA_OK;
}

static lka_status add_identity_keys(struct onboarding *onboarding, const uint8_t secret[32], struct lka_error *error)
{
    for (size_t i = 0; i < onboarding->reach.count; i++) {
        const struct lka_identity *identity = &onboarding->reach.items[i];
        uint8_t key[LKA_KEY_BYTES];
        if (identity->claimed) {
            continue;
        }
        lka_identity_name((enum lka_identity_type)identity->type, identity->id, &onboarding->name);
        if (onboarding->name.failed) {
            return lka_fail_memory(error, onboarding->name.capacity);
        }
        struct lka_span name = {onboarding->name.bytes, (uint32_t)onboarding->name.length};
        LKA_TRY(lka_state_key(secret, name, key, error));
        LKA_TRY(lka_keys_add(&onboarding->keys, key, identity->contact, error));
    }
    return LKA_OK;
}

static lka_status remember(struct onboarding *onboarding, struct lka_error *error)
{
    uint8_t secret[32];
    if (onboarding->options->dry_run) {
        return LKA_OK;
    }
    if (!onboarding->exists) {
        LKA_TRY(lka_workspace_open(onboarding->options->workspace, LKA_WORKSPACE_WRITE, session_of(onboarding),
                                   &onboarding->workspace, error));
    }
    struct lka_workspace *workspace = onboarding->workspace;
    LKA_TRY(lka_workspace_begin(workspace, "campaign onboard", error));
    LKA_TRY(lka_workspace_key(workspace, secret, error));
    LKA_TRY(add_email_keys(onboarding, secret, error));
    LKA_TRY(add_identity_keys(onboarding, secret, error));
    LKA_TRY(lka_state_save_onboarding(workspace, &onboarding->contacts, &onboarding->keys, &onboarding->reach, error));
    LKA_TRY(lka_state_add_paths(workspace, &onboarding->paths, error));
    LKA_TRY(lka_state_set_fact(workspace, "contacts", onboarding->options->contacts, error));
    LKA_TRY(lka_state_set_fact(workspace, "objections", onboarding->objections, error));
    return lka_workspace_commit(workspace, error);
}

static void warn_of_what_is_odd(const struct onboarding *onboarding)
{
    const struct lka_reached *reached = &onboarding->reached;
    if (reached->inactive == 0) {
        lka_warn(session_of(onboarding), "no contact is inactive: there is nobody to bring back");
    } else if (reached->reachable == 0) {
        lka_warn(session_of(onboarding), "no inactive contact can be reached: see \"unused\" in campaign.json");
    }
    if (onboarding->contacts.shared_emails > 0) {
        lka_warn(session_of(onboarding),
                 "%llu e-mails are of several contacts: an identity by such an e-mail reaches "
                 "nobody",
                 (unsigned long long)onboarding->contacts.shared_emails);
    }
}

static lka_status make_document(struct onboarding *onboarding, json_t **document, struct lka_error *error)
{
    json_t *counts = NULL;
    json_t *reach = NULL;
    LKA_TRY(lka_reached_json(&onboarding->reached, &onboarding->contacts, &onboarding->reach, &onboarding->paths,
                             (uint64_t)onboarding->options->min_people, &counts, &reach, error));
    *document = json_pack("{s:i, s:s, s:o, s:o, s:[o,o], s:o, s:o, s:O}", "schema", 1, "stage", "campaign onboard",
                          "parameters", lka_options_echo(onboarding->all), "paths", lka_paths_json(&onboarding->paths),
                          "inputs", lka_table_json(&onboarding->table), lka_sheet_json(&onboarding->sheet), "counts",
                          counts, "reach", reach, "warnings", onboarding->warnings.list);
    bool whole = *document && !onboarding->warnings.failed;
    return whole ? LKA_OK : lka_fail_memory(error, 0);
}

/* One that is new is made at the end, once nothing can be wrong with the tables any more. */
static lka_status open_workspace(struct onboarding *onboarding, struct lka_error *error)
{
    const struct onboard_options *options = onboarding->options;
    onboarding->exists = lka_state_exists(options->workspace);
    if (!onboarding->exists) {
        return LKA_OK;
    }
    enum lka_workspace_mode mode = options->dry_run ? LKA_WORKSPACE_READ : LKA_WORKSPACE_WRITE;
    return lka_workspace_open(options->workspace, mode, session_of(onboarding), &onboarding->workspace, error);
}

static lka_status open_all(struct onboarding *onboarding, struct lka_error *error)
{
    const struct onboard_options *options = onboarding->options;
    LKA_TRY(lka_warnings_init(&onboarding->warnings, onboarding->warnings.outer, error));
    LKA_TRY(find_oldest(onboarding, error));
    LKA_TRY(lka_paths_load(options->paths, &onboarding->paths, error));
    LKA_TRY(open_workspace(onboarding, error));
    if (onboarding->workspace) {
        LKA_TRY(lka_suppression_published(onboarding->workspace, onboarding->objections, error));
    }
    LKA_TRY(lka_suppression_open(onboarding->workspace, &onboarding->suppression, error));
    return options->dry_run ? LKA_OK : lka_directory_open(options->out, &onboarding->directory, error);
}

static lka_status run(struct onboarding *onboarding, double start, char **summary, struct lka_error *error)
{
    json_t *document = NULL;
    LKA_TRY(open_all(onboarding, error));
    LKA_TRY(read_contacts(onboarding, error));
    LKA_TRY(read_identities(onboarding, error));
    LKA_TRY(lka_reached_write(&onboarding->reached, &onboarding->contacts, &onboarding->reach, &onboarding->paths,
                              onboarding->directory, error));
    warn_of_what_is_odd(onboarding);
    LKA_TRY(lka_source_finish(onboarding->table.source, error));
    LKA_TRY(lka_source_finish(onboarding->sheet.source, error));
    lka_status status = make_document(onboarding, &document, error);
    if (status == LKA_OK) {
        status = remember(onboarding, error);
    }
    if (status == LKA_OK) {
        struct lka_directory *directory = onboarding->directory;
        onboarding->directory = NULL;
        status = lka_campaign_publish(directory, document, onboarding->all, start, summary, error);
    }
    json_decref(document);
    return status;
}

static void release(struct onboarding *onboarding)
{
    lka_directory_abandon(onboarding->directory);
    lka_reached_release(&onboarding->reached);
    lka_text_release(&onboarding->name);
    lka_keys_release(&onboarding->keys);
    lka_free(onboarding->forms);
    lka_identities_release(&onboarding->reach);
    lka_sheet_close(&onboarding->sheet);
    lka_contacts_release(&onboarding->contacts);
    lka_table_close(&onboarding->table);
    lka_suppression_close(onboarding->suppression);
    lka_workspace_close(onboarding->workspace);
    lka_paths_release(&onboarding->paths);
    lka_warnings_release(&onboarding->warnings);
}

lka_status lka_campaign_onboard(const struct lka_options *all, const struct lka_session *session, char **summary,
                                struct lka_error *error)
{
    struct onboarding onboarding = {.all = all, .options = lka_options_values(all), .warnings = {.outer = session}};
    double start = lka_seconds();
    *summary = NULL;
    LKA_TRY(lka_options_check(all, error));
    lka_status status = run(&onboarding, start, summary, error);
    release(&onboarding);
    return status;
}
