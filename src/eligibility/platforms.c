#include "eligibility/platforms.h"

#include "base/data.h"
#include "base/error.h"
#include "eligibility/rules.h"

#include <stdio.h>

static uint32_t id_type_of(enum lka_role role)
{
    return role == LKA_ROLE_EMAIL   ? 1u << LKA_ID_EMAIL
           : role == LKA_ROLE_PHONE ? 1u << LKA_ID_PHONE
           : role == LKA_ROLE_MAID  ? 1u << LKA_ID_MAID
                                    : 0;
}

/* By what it recognises people without anything else: the keys of one field. */
static uint32_t id_types_of(const struct lka_rules *rules)
{
    uint32_t types = 0;
    for (size_t k = 0; k < rules->key_count; k++) {
        for (size_t f = 0; f < rules->field_count; f++) {
            types |= rules->keys[k] == (uint32_t)1 << f ? id_type_of(rules->fields[f].role) : 0;
        }
    }
    return types;
}

lka_status lka_platform_find(const char *flag, const char *name, struct lka_platform *platform, struct lka_error *error)
{
    struct lka_rules *rules;
    LKA_TRY(lka_rules_load(flag, name, &rules, error));
    *platform = (struct lka_platform){
        .id_types = id_types_of(rules), .minimum = rules->minimum, .needs_signals = rules->signals};
    snprintf(platform->name, sizeof platform->name, "%s", lka_rules_known_as(rules, name));
    snprintf(platform->listed, sizeof platform->listed, "%s", rules->name);
    lka_rules_free(rules);
    return LKA_OK;
}

static bool tell_one(const struct lka_rules *rules, uint64_t people, json_t *told)
{
    if (people >= rules->minimum) {
        return json_array_append_new(json_object_get(told, "reached"), json_string(rules->name)) == 0;
    }
    json_t *missed = json_pack("{s:s, s:I, s:s, s:s}", "name", rules->name, "minimum", (json_int_t)rules->minimum,
                               "date", rules->date, "source", rules->source);
    return json_array_append_new(json_object_get(told, "short"), missed) == 0;
}

lka_status lka_platforms_tell(uint64_t people, json_t **told, struct lka_error *error)
{
    *told = json_pack("{s:[], s:[]}", "reached", "short");
    lka_status status = *told ? LKA_OK : lka_fail_memory(error, 0);
    for (size_t i = 0; i < lka_data_platform_count && status == LKA_OK; i++) {
        struct lka_rules *rules;
        status = lka_rules_load("platform", lka_data_platforms[i].name, &rules, error);
        if (status == LKA_OK) {
            status = tell_one(rules, people, *told) ? LKA_OK : lka_fail_memory(error, 0);
            lka_rules_free(rules);
        }
    }
    if (status != LKA_OK) {
        json_decref(*told);
        *told = NULL;
    }
    return status;
}

static bool is_listed(struct lka_span country, const char *codes)
{
    bool found = false;
    for (const char *code = codes; *code && !found; code += 3) {
        found = lka_span_equal_ignoring_case(country, (struct lka_span){code, 2});
    }
    return found;
}

/* The members; EL, as which the Union writes Greece; what has a code of its own and belongs to a member's territory in the
 * sense of article 355 of the Treaty on the Functioning of the European Union. */
bool lka_country_in_eea(struct lka_span country)
{
    return is_listed(country,
                     "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK "
                     "EL EU AX GF GP MF MQ RE YT ");
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool lka_country_may_be_in_eea(struct lka_span country)
{
    return country.length != 2 || !is_letter(country.text[0]) || !is_letter(country.text[1]) ||
           is_listed(country, "XX ZZ ") || lka_country_in_eea(country);
}
