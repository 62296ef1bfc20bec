#include "eligibility/consent.h"

#include "table/profile.h"

enum { MOST_COLUMNS = sizeof((struct lka_consent){0}.columns) / sizeof(size_t) };

/* "profiling" or "profiling,meta". */
static bool is_about(const char *argument, const char *purpose, const char *platform)
{
    size_t length = strlen(purpose);
    if (strncmp(argument, purpose, length) != 0) {
        return false;
    }
    return argument[length] == '\0' ||
           (platform && argument[length] == ',' && !strcmp(argument + length + 1, platform));
}

/* Does a consent column decide about the purpose? Without an argument it is the `consents` list; one that is given for
 * a platform alone says nothing about the purpose as such. */
static bool decides(const struct lka_column *column, const struct lka_consent *consent, bool *is_list)
{
    *is_list = !column->role_argument || !column->role_argument[0];
    return column->role == LKA_ROLE_CONSENT &&
           (*is_list || is_about(column->role_argument, consent->purpose, consent->platform));
}

struct lka_consent lka_consent_for(const struct lka_schema *schema, const char *purpose)
{
    return lka_consent_on(schema, purpose, NULL);
}

struct lka_consent lka_consent_on(const struct lka_schema *schema, const char *purpose, const char *platform)
{
    struct lka_consent consent = {.purpose = purpose, .platform = platform};
    for (size_t c = 0; c < schema->count; c++) {
        bool is_list = false;
        if (!decides(&schema->columns[c], &consent, &is_list)) {
            continue;
        }
        if (consent.count == MOST_COLUMNS) {
            consent.too_many = true;
            break;
        }
        consent.columns[consent.count] = c;
        consent.is_list[consent.count++] = is_list;
    }
    return consent;
}

struct lka_consent lka_consent_signal(const struct lka_schema *schema, const char *purpose)
{
    struct lka_consent consent = lka_consent_on(schema, purpose, NULL);
    size_t kept = 0;
    for (size_t i = 0; i < consent.count; i++) {
        if (!consent.is_list[i]) {
            consent.columns[kept] = consent.columns[i];
            consent.is_list[kept++] = false;
        }
    }
    consent.count = kept > 0 ? kept : consent.count;
    return consent;
}

/* "advertising", or "advertising:meta" on meta. */
static bool item_grants(struct lka_span item, const struct lka_consent *consent)
{
    uint32_t length = (uint32_t)strlen(consent->purpose);
    struct lka_span purpose = {item.text, item.length < length ? item.length : length};
    if (!lka_span_equal_ignoring_case(purpose, (struct lka_span){consent->purpose, length})) {
        return false;
    }
    if (item.length == length) {
        return true;
    }
    struct lka_span platform = {item.text + length + 1, item.length - length - 1};
    return consent->platform && item.text[length] == ':' &&
           lka_span_equal_ignoring_case(platform, lka_span_of(consent->platform));
}

static bool list_grants(struct lka_span list, const struct lka_consent *consent)
{
    while (list.length > 0) {
        const char *bar = memchr(list.text, '|', list.length);
        struct lka_span item = {list.text, bar ? (uint32_t)(bar - list.text) : list.length};
        if (item_grants(item, consent)) {
            return true;
        }
        uint32_t step = item.length + (bar != NULL);
        list = (struct lka_span){list.text + step, list.length - step};
    }
    return false;
}

/* A yes, or the word of Google's consent mode and of its two APIs. */
static bool value_grants(struct lka_span value)
{
    static const char *const words[] = {"granted", "CONSENT_GRANTED", "CONSENT_STATUS_GRANTED"};
    bool yes = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        yes = yes || lka_span_equal_ignoring_case(value, lka_span_of(words[i]));
    }
    return yes || (value.length > 0 && lka_parse_boolean(value, &yes) && yes);
}

bool lka_consent_value_grants(const struct lka_consent *consent, bool is_list, struct lka_span value)
{
    return is_list ? list_grants(value, consent) : value_grants(value);
}

bool lka_consent_granted_at(const struct lka_consent *consent, const struct lka_rows *rows, const size_t *cells,
                            size_t row)
{
    for (size_t i = 0; i < consent->count; i++) {
        struct lka_span value = lka_cell(rows, cells[i], row);
        if (!lka_consent_value_grants(consent, consent->is_list[i], value)) {
            return false;
        }
    }
    return !consent->too_many;
}

bool lka_consent_granted(const struct lka_consent *consent, const struct lka_rows *rows, size_t first_cell, size_t row)
{
    size_t cells[MOST_COLUMNS];
    for (size_t i = 0; i < consent->count; i++) {
        cells[i] = first_cell + i;
    }
    return lka_consent_granted_at(consent, rows, cells, row);
}

static bool looks_like_consent(const char *name)
{
    static const char *const signs[] = {"consent", "optin", "opt_in", "opt-in", "gdpr", "rgpd", "dsgvo"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (strcasestr(name, signs[i])) {
            return true;
        }
    }
    return false;
}

void lka_consent_warn(const struct lka_schema *schema, const char *file, const struct lka_session *session)
{
    for (size_t c = 0; c < schema->count; c++) {
        const struct lka_column *column = &schema->columns[c];
        if (column->role == LKA_ROLE_FEATURE && !column->role_given && looks_like_consent(column->name)) {
            lka_warn(session,
                     "column \"%.60s\" of %s looks like a consent and is used as a feature; --role "
                     "\"%.60s=consent(profiling)\" "
                     "makes it decide, --exclude leaves it out",
                     column->name, file, column->name);
        }
    }
}
