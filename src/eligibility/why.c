#include "eligibility/why.h"

#include "base/date.h"
#include "base/error.h"
#include "eligibility/exported.h"
#include "table/profile.h"

#include <stdio.h>

struct telling {
    const struct lka_eligibility *eligibility;
    const struct lka_rows *rows;
    size_t row;
    struct lka_why *why;
};

static const char *name_of(const struct telling *telling, size_t column)
{
    return telling->eligibility->person.schema->columns[column].name;
}

static const char *platform_of(const struct telling *telling)
{
    const struct lka_platform *platform = telling->eligibility->platform;
    return platform ? platform->name : "any platform";
}

/* ---- by an identifier ------------------------------------------------------------------------- */

/* The first identifier column whose forms alone are held by the list. */
static lka_status find_identifier(const struct telling *telling, const struct lka_suppression *list,
                                  const struct lka_known *known, struct lka_error *error)
{
    struct lka_person_columns one = telling->eligibility->person;
    const struct lka_person_columns *all = &telling->eligibility->person;
    struct lka_form forms[LKA_PERSON_FORMS];
    struct lka_span none = {"", 0};
    bool holds = false;
    size_t count;
    one.count = 1;
    for (size_t i = 0; i < all->count && !holds; i++) {
        one.items[0] = all->items[i];
        LKA_TRY(lka_person_forms(&one, telling->rows, telling->row, forms, &count, error));
        LKA_TRY(list ? lka_suppression_holds_forms(list, forms, (int)count, &holds, error)
                     : lka_known_holds(known, forms, count, none, &holds, error));
        telling->why->column = holds ? name_of(telling, all->items[i].column) : NULL;
    }
    return LKA_OK;
}

static lka_status tell_objection(const struct telling *telling, struct lka_error *error)
{
    struct lka_why *why = telling->why;
    snprintf(why->rule, sizeof why->rule, "nobody who objected, in whatever spelling");
    snprintf(why->source, sizeof why->source, "the workspace's list of objections (suppress list)");
    return find_identifier(telling, telling->eligibility->suppression, NULL, error);
}

static lka_status tell_erasure(const struct telling *telling, struct lka_error *error)
{
    struct lka_why *why = telling->why;
    snprintf(why->rule, sizeof why->rule, "nobody who was erased, by identifier or id");
    snprintf(why->source, sizeof why->source, "the workspace's erasures");
    LKA_TRY(find_identifier(telling, NULL, &telling->eligibility->erased, error));
    why->column = why->column ? why->column : name_of(telling, telling->eligibility->person.id);
    return LKA_OK;
}

static lka_status tell_customer(const struct telling *telling, struct lka_error *error)
{
    const struct lka_eligibility *eligibility = telling->eligibility;
    struct lka_why *why = telling->why;
    struct lka_known campaign;
    snprintf(why->rule, sizeof why->rule, "nobody whom the brand has already");
    LKA_TRY(find_identifier(telling, NULL, &eligibility->known, error));
    lka_known_init(&campaign, &eligibility->hmac);
    lka_status status = lka_known_add_campaign(&campaign, eligibility->workspace, error);
    lka_known_sort(&campaign);
    const char *column = why->column;
    why->column = NULL;
    status = status == LKA_OK ? find_identifier(telling, NULL, &campaign, error) : status;
    snprintf(why->source, sizeof why->source, "%s",
             why->column ? "the workspace's campaign: contacts, seeds, registrations" : "--customers");
    why->column = column ? column : name_of(telling, eligibility->person.id);
    lka_known_release(&campaign);
    return status;
}

/* How often the ledger has the person, by the identifier that it knows best. */
static lka_status count_times(const struct telling *telling, const char *first, uint64_t *most, struct lka_error *error)
{
    const struct lka_eligibility *eligibility = telling->eligibility;
    struct lka_exported_asking asking;
    struct lka_form forms[LKA_PERSON_FORMS];
    size_t count;
    const char *platform = eligibility->platform ? eligibility->platform->listed : NULL;
    LKA_TRY(lka_person_forms(&eligibility->person, telling->rows, telling->row, forms, &count, error));
    LKA_TRY(lka_exported_ask(eligibility->workspace, platform, first, &asking, error));
    lka_status status = LKA_OK;
    for (size_t i = 0; i < count && status == LKA_OK; i++) {
        struct lka_known_key key;
        uint64_t times = 0;
        status = lka_known_key_of(&eligibility->hmac, &forms[i], &key, error);
        status = status == LKA_OK ? lka_exported_times(&asking, key.bytes, &times, error) : status;
        *most = times > *most ? times : *most;
    }
    lka_exported_asking_release(&asking);
    return status;
}

static lka_status tell_frequency(const struct telling *telling, struct lka_error *error)
{
    const struct lka_frequency *frequency = &telling->eligibility->frequency;
    struct lka_why *why = telling->why;
    char first[16];
    uint64_t times = 0;
    lka_format_date(frequency->last - frequency->days + 1, first);
    LKA_TRY(count_times(telling, first, &times, error));
    snprintf(why->rule, sizeof why->rule, "--frequency-cap %lld/%lld: in %llu files for %.40s since %s",
             (long long)frequency->times, (long long)frequency->days, (unsigned long long)times, platform_of(telling),
             first);
    snprintf(why->source, sizeof why->source, "the workspace's ledger of exports");
    return find_identifier(telling, NULL, &telling->eligibility->frequent, error);
}

/* ---- by a column ------------------------------------------------------------------------------ */

static void tell_contact(const struct telling *telling)
{
    const struct lka_eligibility *eligibility = telling->eligibility;
    for (size_t i = 0; i < eligibility->refusal_count && !telling->why->column; i++) {
        struct lka_span value = lka_cell(telling->rows, eligibility->refusal_cells[i], telling->row);
        bool refuses = true;
        bool clear = value.length == 0 || (lka_parse_boolean(value, &refuses) && !refuses);
        telling->why->column = clear ? NULL : name_of(telling, eligibility->refusals[i]);
    }
    snprintf(telling->why->rule, sizeof telling->why->rule, "empty, or a no; anything else is a refusal");
}

/* The first column that does not grant it. */
static void tell_consent(const struct telling *telling, size_t number)
{
    const struct lka_eligibility *eligibility = telling->eligibility;
    const struct lka_consent *consent = &eligibility->consents[number];
    struct lka_why *why = telling->why;
    for (size_t i = 0; i < consent->count && !why->column; i++) {
        struct lka_consent one = *consent;
        one.count = 1;
        one.columns[0] = consent->columns[i];
        one.is_list[0] = consent->is_list[i];
        const size_t *cell = &eligibility->consent_cells[number][i];
        bool granted = lka_consent_granted_at(&one, telling->rows, cell, telling->row);
        why->column = granted ? NULL : name_of(telling, consent->columns[i]);
        if (!granted && consent->is_list[i] && consent->platform) {
            snprintf(why->rule, sizeof why->rule, "a list that has \"%.20s\" or \"%.20s:%.40s\"", consent->purpose,
                     consent->purpose, consent->platform);
        } else if (!granted && consent->is_list[i]) {
            snprintf(why->rule, sizeof why->rule, "a list that has \"%.20s\"", consent->purpose);
        } else if (!granted) {
            snprintf(why->rule, sizeof why->rule, "a yes; an unknown value is none");
        }
    }
}

static void tell_signals(const struct telling *telling)
{
    const struct lka_eligibility *eligibility = telling->eligibility;
    struct lka_span country = lka_person_country(&eligibility->person, telling->rows, telling->row);
    struct lka_why *why = telling->why;
    for (size_t consent = 2; consent < 4 && !why->column; consent++) {
        tell_consent(telling, consent);
    }
    snprintf(why->rule, sizeof why->rule,
             "ad_user_data and ad_personalization, both granted, in the EEA%s: the country is %.2s",
             why->column ? "" : " (no column has them)", country.length == 2 ? country.text : "??");
    snprintf(why->source, sizeof why->source, "the rules of %.40s", platform_of(telling));
}

static void tell_age(const struct telling *telling)
{
    const struct lka_eligibility *eligibility = telling->eligibility;
    double age = 0;
    bool by_age = eligibility->age != LKA_NO_COLUMN &&
                  lka_parse_number(lka_cell(telling->rows, eligibility->age_cell, telling->row), &age) &&
                  age < (double)eligibility->min_age;
    telling->why->column = name_of(telling, (size_t)(by_age ? eligibility->age : eligibility->minor));
    snprintf(telling->why->rule, sizeof telling->why->rule, "--min-age %lld", (long long)eligibility->min_age);
}

/* ---- all of it -------------------------------------------------------------------------------- */

static lka_status tell(const struct telling *telling, struct lka_error *error)
{
    struct lka_why *why = telling->why;
    snprintf(why->source, sizeof why->source, "the table itself");
    switch (why->bar) {
    case LKA_BAR_ERASED:
        return tell_erasure(telling, error);
    case LKA_BAR_OBJECTED:
        return tell_objection(telling, error);
    case LKA_BAR_CUSTOMER:
        return tell_customer(telling, error);
    case LKA_BAR_FREQUENCY:
        return tell_frequency(telling, error);
    case LKA_BAR_CONTACT:
        tell_contact(telling);
        break;
    case LKA_BAR_PROFILING:
    case LKA_BAR_ADVERTISING:
        tell_consent(telling, why->bar == LKA_BAR_ADVERTISING);
        break;
    case LKA_BAR_SIGNALS:
        tell_signals(telling);
        break;
    default:
        tell_age(telling);
        break;
    }
    return LKA_OK;
}

lka_status lka_eligibility_why(const struct lka_eligibility *eligibility, const struct lka_rows *rows, size_t row,
                               struct lka_why whys[LKA_BARS], size_t *count, struct lka_error *error)
{
    bool stands[LKA_BARS];
    *count = 0;
    LKA_TRY(lka_eligibility_bars(eligibility, rows, row, true, stands, error));
    for (enum lka_bar bar = LKA_BAR_NONE + 1; bar < LKA_BARS; bar++) {
        struct telling telling = {eligibility, rows, row, &whys[*count]};
        if (stands[bar]) {
            whys[*count] = (struct lka_why){.bar = bar};
            LKA_TRY(tell(&telling, error));
            (*count)++;
        }
    }
    return LKA_OK;
}
