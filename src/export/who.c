/* Who is not in the files, whatever their identifiers are worth; and when there are too few. */
#include "export/who.h"
#include "export/ledger.h"

#include "base/error.h"
#include "eligibility/platforms.h"

/* ---- a row ------------------------------------------------------------------------------------ */

/* A row's values may be hashed: then the forms that were made of the plain ones are found by the hash. */
lka_status lka_export_has_objected(const struct lka_export_who *who, const struct lka_export_table *audience,
                                   size_t row, bool *objected, struct lka_error *error)
{
    char buffer[3];
    const char *told = lka_row_country(audience, who->options->country, row, buffer);
    const char *country = told ? told : who->options->country; /* in doubt one person too many is met */
    *objected = who->knows && who->objected;
    if (who->knows) {
        return LKA_OK;
    }
    for (size_t i = 0; i < audience->who.count && who->objections; i++) {
        const struct lka_person_column *column = &audience->who.items[i];
        struct lka_span value = lka_cell(&audience->rows, column->cell, row);
        uint8_t sha256[32];
        LKA_TRY(value.length == 0 ? LKA_OK
                                  : lka_suppression_holds_value(who->objections, column->type, value, country,
                                                                lka_sha256_read(value, sha256), objected, error));
    }
    if (who->objections && audience->who.id != (size_t)LKA_NO_COLUMN) {
        LKA_TRY(lka_suppression_holds_id(who->objections, audience->schema.columns[audience->who.id].name,
                                         lka_cell(&audience->rows, audience->who.id_cell, row), objected, error));
    }
    return LKA_OK;
}

/* Who objected between the audience before and its export was left out of that: a file that removes them would be the
 * first that the platform hears of them. */
static lka_status was_kept_back(const struct lka_export_who *who, const struct lka_export_table *audience, size_t row,
                                bool *kept_back, struct lka_error *error)
{
    struct lka_export_person_key key;
    struct lka_exported_asking given = who->given;
    uint64_t times = 1;
    bool objected = false;
    LKA_TRY(given.statement ? lka_export_has_objected(who, audience, row, &objected, error) : LKA_OK);
    if (objected) {
        LKA_TRY(lka_export_ledger_key(who->ledger, audience, row, &key, error));
        LKA_TRY(key.named ? lka_exported_times(&given, key.bytes, &times, error) : LKA_OK);
    }
    *kept_back = times == 0;
    return LKA_OK;
}

/* An audience made for the platform by a table that has no consents any more: they were looked at then. */
static bool is_trusted(const struct lka_export_table *audience)
{
    const char *made_for = lka_export_table_made_for(audience);
    return made_for && strcmp(made_for, audience->known_as) == 0 && !lka_export_table_tells_consents(audience);
}

bool lka_export_grants_signals(const struct lka_export_table *audience, size_t row)
{
    bool granted = true;
    for (size_t consent = LKA_ASK_USER_DATA; consent <= LKA_ASK_PERSONALIZATION; consent++) {
        granted = granted && audience->consents[consent].consent.count > 0 &&
                  lka_export_table_grants(audience, consent, row);
    }
    return granted;
}

static bool lacks_signals(const struct lka_export_who *who, const struct lka_export_table *audience, size_t row,
                          const char *country)
{
    struct lka_span where = country ? lka_span_of(country) : (struct lka_span){"", 0};
    bool asked = who->platform->signals && (who->format->says_consent || lka_country_may_be_in_eea(where));
    asked = asked && (!who->before || lka_export_table_tells_consents(audience));
    return asked && !is_trusted(audience) && !lka_export_grants_signals(audience, row);
}

static bool is_on_path(const struct lka_export_who *who, const struct lka_export_table *audience, size_t row)
{
    struct lka_span path = {"", 0};
    if (audience->path_cell >= 0) {
        path = lka_cell(&audience->rows, (size_t)audience->path_cell, row);
    }
    return !who->options->path || lka_span_equal(path, lka_span_of(who->options->path));
}

void lka_export_who_begin(struct lka_export_who *who, const struct lka_export_table *audience)
{
    who->asks = who->before || who->options->path || who->objections || who->platform->signals ||
                lka_export_table_tells_consents(audience);
}

lka_status lka_export_leave_out(const struct lka_export_who *who, const struct lka_export_table *audience, size_t row,
                                const char **reason, struct lka_error *error)
{
    char buffer[3];
    bool objected = false;
    *reason = NULL;
    if (!who->asks) {
        return LKA_OK;
    }
    if (!is_on_path(who, audience, row)) {
        *reason = "another path";
        return LKA_OK;
    }
    if (who->taken_off && !who->before) {
        return LKA_OK;
    }
    const char *country = lka_row_country(audience, who->options->country, row, buffer);
    LKA_TRY(who->before ? was_kept_back(who, audience, row, &objected, error)
                        : lka_export_has_objected(who, audience, row, &objected, error));
    bool source = who->options->seeds != NULL;
    if (objected) {
        *reason = "objected";
    } else if (!lka_export_table_grants(audience, LKA_ASK_ADVERTISING, row)) {
        *reason = "no consent for advertising";
    } else if (source && !lka_export_table_grants(audience, LKA_ASK_PROFILING, row)) {
        *reason = "no consent for profiling";
    } else if (lacks_signals(who, audience, row, country)) {
        *reason = who->format->says_consent ? "no consent signals" : "no consent signals (EEA)";
    }
    return LKA_OK;
}

void lka_export_warn_of_consent(const struct lka_export_who *who, const struct lka_export_table *audience,
                                const struct lka_session *session)
{
    const char *made_for = lka_export_table_made_for(audience);
    bool told = audience->consents[LKA_ASK_ADVERTISING].consent.count > 0;
    if (who->taken_off || told || is_trusted(audience)) {
        return;
    }
    if (made_for) {
        lka_warn(
            session,
            "the audience was made for %.40s: whether its people consented to advertising on %.40s was not looked at",
            made_for, audience->known_as);
    } else if (!audience->is_directory) {
        lka_warn(session, "no column of %.100s tells who consented to advertising: everybody is taken to have done so",
                 audience->path);
    }
}

/* ---- too few ---------------------------------------------------------------------------------- */

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

void lka_country_count(struct lka_country_counts *counts, const char *country)
{
    size_t at = LKA_COUNTRIES;
    if (country) {
        char first = (char)(country[0] & ~0x20);
        char second = (char)(country[1] & ~0x20);
        at = is_letter(first) && is_letter(second) ? (size_t)(first - 'A') * 26 + (size_t)(second - 'A') : at;
    }
    counts->people[at]++;
}

/* "FR, GB": the countries with some people, but fewer than `minimum`. No figure is told of so few. */
static void list_small(const struct lka_country_counts *counts, uint64_t minimum, struct lka_text *names)
{
    for (size_t c = 0; c <= LKA_COUNTRIES; c++) {
        if (counts->people[c] == 0 || counts->people[c] >= minimum) {
            continue;
        }
        lka_text_string(names, names->length ? ", " : "");
        if (c == LKA_COUNTRIES) {
            lka_text_string(names, "no known country");
        } else {
            const char code[2] = {(char)('A' + c / 26), (char)('A' + c % 26)};
            lka_text_append(names, code, 2);
        }
    }
}

static uint64_t largest(const struct lka_country_counts *counts)
{
    uint64_t most = 0;
    for (size_t c = 0; c <= LKA_COUNTRIES; c++) {
        most = counts->people[c] > most ? counts->people[c] : most;
    }
    return most;
}

/* A look-alike source: enough in one country at least, and as many as the platform advises. */
static lka_status check_source(const struct lka_rules *platform, uint64_t people,
                               const struct lka_country_counts *counts, const struct lka_session *session,
                               struct lka_error *error)
{
    const struct lka_seed_rules *seeds = &platform->seeds;
    struct lka_text small = {0};
    if (seeds->per_country && largest(counts) < seeds->minimum) {
        return lka_fail(error, LKA_REFUSED,
                        "no country has the %llu people that %s takes to find others like them; nothing was written",
                        (unsigned long long)seeds->minimum, platform->title);
    }
    if (seeds->per_country) {
        list_small(counts, seeds->minimum, &small);
    }
    if (small.length > 0) {
        lka_warn(session, "%s finds nobody like people of a country with fewer than %llu of them: %s", platform->title,
                 (unsigned long long)seeds->minimum, small.bytes);
    }
    bool failed = small.failed;
    lka_text_release(&small);
    if (people < seeds->advised) {
        lka_warn(session, "%llu people to find others like are fewer than %s advises: %llu or more",
                 (unsigned long long)people, platform->title, (unsigned long long)seeds->advised);
    }
    return failed ? lka_fail_memory(error, 0) : LKA_OK;
}

lka_status lka_export_check_minimum(const struct lka_export_who *who, uint64_t people,
                                    const struct lka_country_counts *counts, const struct lka_session *session,
                                    struct lka_error *error)
{
    const struct lka_rules *platform = who->platform;
    uint64_t minimum = platform->minimum;
    if (who->options->seeds && platform->seeds.minimum > minimum) {
        minimum = platform->seeds.minimum;
    }
    if (people < minimum) {
        return lka_fail(error, LKA_REFUSED, "%llu people for %s, which takes %llu or more; nothing was written",
                        (unsigned long long)people, platform->title, (unsigned long long)minimum);
    }
    if (people == 0) {
        return lka_fail(error, LKA_DATA, "nobody is left for %s; nothing was written", platform->title);
    }
    if (people < 3 * minimum) {
        lka_warn(session,
                 "%llu people for %s are under three times its minimum of %llu: it is counted after matching, and many "
                 "are not matched",
                 (unsigned long long)people, platform->title, (unsigned long long)minimum);
    }
    return who->options->seeds ? check_source(platform, people, counts, session, error) : LKA_OK;
}
