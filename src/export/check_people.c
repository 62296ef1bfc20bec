#include "export/check_people.h"

#include "base/error.h"
#include "eligibility/platforms.h"
#include "identity/forms.h"
#include "table/roles.h"

#include <stdio.h>

lka_status lka_checked_people_open(struct lka_checked_people *people, const struct lka_export_options *options,
                                   const struct lka_rules *platform, const struct lka_platform_format *format,
                                   const struct lka_session *session, struct lka_error *error)
{
    *people = (struct lka_checked_people){.options = options,
                                          .platform = platform,
                                          .format = format,
                                          .known_as = lka_rules_known_as(platform, options->platform.items[0])};
    people->says_signals = format->row && strstr(format->row, "{signals}");
    if (!options->workspace) {
        return LKA_OK;
    }
    LKA_TRY(lka_workspace_open(options->workspace, LKA_WORKSPACE_READ, session, &people->workspace, error));
    return lka_suppression_open(people->workspace, &people->objections, error);
}

void lka_checked_people_close(struct lka_checked_people *people)
{
    lka_suppression_close(people->objections);
    lka_workspace_close(people->workspace);
    *people = (struct lka_checked_people){0};
}

/* ---- consents --------------------------------------------------------------------------------- */

lka_status lka_checked_people_column(struct lka_checked_people *people, size_t cell, struct lka_span name, bool *tells,
                                     struct lka_error *error)
{
    char column[128];
    struct lka_role_names names = {0};
    snprintf(column, sizeof column, "%.*s", (int)(name.length < 100 ? name.length : 100), name.text);
    lka_status status = lka_role_names_init(&names, error);
    const struct lka_role_name *found = status == LKA_OK ? lka_role_names_find(&names, column) : NULL;
    *tells = found && found->role == LKA_ROLE_CONSENT && people->consent_count < LKA_CHECKED_CONSENTS;
    if (*tells) {
        people->consents[people->consent_count].cell = cell;
        snprintf(people->consents[people->consent_count++].argument, sizeof people->consents->argument, "%s",
                 found->argument ? found->argument : "");
    }
    lka_role_names_release(&names);
    return status;
}

enum told { UNTOLD, GRANTED, DENIED };

/* By columns of its own, or by lists. */
static enum told by_columns(const struct lka_checked_people *people, const char *purpose, bool lists,
                            const struct lka_span *fields)
{
    const struct lka_consent consent = {.purpose = purpose, .platform = people->known_as};
    enum told told = UNTOLD;
    for (size_t i = 0; i < people->consent_count && told != DENIED; i++) {
        const char *argument = people->consents[i].argument;
        if (lists ? *argument == '\0' : strcmp(argument, purpose) == 0) {
            told = lka_consent_value_grants(&consent, lists, fields[people->consents[i].cell]) ? GRANTED : DENIED;
        }
    }
    return told;
}

static enum told find_consent(const struct lka_checked_people *people, const char *purpose, bool is_signal,
                              const struct lka_span *fields)
{
    enum told own = by_columns(people, purpose, false, fields);
    if (own == DENIED || (own == GRANTED && is_signal)) {
        return own;
    }
    enum told listed = by_columns(people, purpose, true, fields);
    return listed == UNTOLD ? own : listed;
}

/* In the EEA, and wherever the file speaks for everybody. A file without any consent tells nothing. */
static bool lacks_signals(const struct lka_checked_people *people, const struct lka_checked_row *row,
                          struct lka_span country)
{
    bool told = people->consent_count > 0 || people->says_signals;
    bool asked = people->platform->signals && told &&
                 (people->format->says_consent || lka_country_may_be_in_eea(country));
    return asked && !row->signals &&
           (find_consent(people, "ad_user_data", true, row->cells) != GRANTED ||
            find_consent(people, "ad_personalization", true, row->cells) != GRANTED);
}

/* ---- objections ------------------------------------------------------------------------------- */

static bool type_of(enum lka_role role, enum lka_id_type *type)
{
    *type = role == LKA_ROLE_EMAIL ? LKA_ID_EMAIL : role == LKA_ROLE_PHONE ? LKA_ID_PHONE : LKA_ID_MAID;
    return role == LKA_ROLE_EMAIL || role == LKA_ROLE_PHONE || role == LKA_ROLE_MAID;
}

static lka_status has_objected(const struct lka_checked_people *people, const struct lka_platform_field *field,
                               struct lka_span value, const char *country, bool *objected, struct lka_error *error)
{
    struct lka_form form = {0};
    if (!type_of(field->role, &form.type) || value.length == 0) {
        return LKA_OK;
    }
    bool hashed = field->hashing != LKA_HASH_NONE;
    if (!hashed || field->encoding == LKA_ENCODE_HEX) {
        return lka_suppression_holds_value(people->objections, form.type, value, country, hashed, objected, error);
    }
    form.bytes = (uint8_t)lka_hashing_bytes(field->hashing);
    return lka_base64_read(value, form.sha256, form.bytes)
               ? lka_suppression_holds_forms(people->objections, &form, 1, objected, error)
               : LKA_OK;
}

/* ---- a row ------------------------------------------------------------------------------------ */

/* Only where the platform takes it as it is. */
static struct lka_span country_of(const struct lka_checked_people *people, const struct lka_checked_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        const struct lka_platform_field *field = &people->platform->fields[row->values[i].field];
        bool plain = field->role == LKA_ROLE_COUNTRY && field->hashing == LKA_HASH_NONE;
        if (plain && row->values[i].value.length > 0) {
            return row->values[i].value;
        }
    }
    return people->options->country ? lka_span_of(people->options->country) : (struct lka_span){"", 0};
}

lka_status lka_checked_people_row(const struct lka_checked_people *people, const struct lka_checked_row *row,
                                  const char **problem, struct lka_error *error)
{
    struct lka_span country = country_of(people, row);
    char code[3] = "";
    bool objected = false;
    bool abroad = false;
    memcpy(code, country.text, country.length == 2 ? 2 : 0);
    for (size_t i = 0; i < row->count; i++) {
        struct lka_span value = row->values[i].value;
        const struct lka_platform_field *field = &people->platform->fields[row->values[i].field];
        abroad = abroad || (field->not_in_eea && value.length > 0 && lka_country_in_eea(country));
        LKA_TRY(people->objections
                    ? has_objected(people, field, value, *code ? code : people->options->country, &objected, error)
                    : LKA_OK);
    }
    bool unsaid = lacks_signals(people, row, country);
    *problem = objected                                                           ? "objected"
               : find_consent(people, "advertising", false, row->cells) == DENIED ? "no consent for advertising"
               : unsaid && people->format->says_consent                           ? "no consent signals"
               : unsaid                                                           ? "no consent signals (EEA)"
               : abroad ? "a value that is not taken of people in the EEA"
                        : NULL;
    return LKA_OK;
}
