#include "table/roles.h"

#include "base/data.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/yaml.h"

#include <stdio.h>

static const char *const role_names[LKA_ROLE_COUNT] = {
    [LKA_ROLE_FEATURE] = "feature",
    [LKA_ROLE_ID] = "id",
    [LKA_ROLE_EMAIL] = "email",
    [LKA_ROLE_PHONE] = "phone",
    [LKA_ROLE_MAID] = "maid",
    [LKA_ROLE_COOKIE] = "cookie",
    [LKA_ROLE_FIRST_NAME] = "first_name",
    [LKA_ROLE_LAST_NAME] = "last_name",
    [LKA_ROLE_POSTCODE] = "postcode",
    [LKA_ROLE_COUNTRY] = "country",
    [LKA_ROLE_CONSENT] = "consent",
    [LKA_ROLE_TIME] = "time",
    [LKA_ROLE_LABEL] = "label",
    [LKA_ROLE_GROUP] = "group",
    [LKA_ROLE_WEIGHT] = "weight",
    [LKA_ROLE_EXPOSURE] = "exposure",
    [LKA_ROLE_PROTECTED] = "protected",
    [LKA_ROLE_SENSITIVE] = "sensitive",
    [LKA_ROLE_VALUE] = "value",
    [LKA_ROLE_KEEP] = "keep",
    [LKA_ROLE_IGNORE] = "ignore",
};

static const char *const type_names[LKA_TYPE_COUNT] = {
    [LKA_TYPE_UNKNOWN] = "unknown", [LKA_TYPE_NUMBER] = "number", [LKA_TYPE_CATEGORY] = "category",
    [LKA_TYPE_LIST] = "list",       [LKA_TYPE_DATE] = "date",     [LKA_TYPE_BOOLEAN] = "boolean",
};

const char *lka_role_name(enum lka_role role)
{
    return role < LKA_ROLE_COUNT ? role_names[role] : "unknown";
}

bool lka_role_is_identifier(enum lka_role role)
{
    return role >= LKA_ROLE_EMAIL && role <= LKA_ROLE_COUNTRY;
}

const char *lka_type_name(enum lka_type type)
{
    return type < LKA_TYPE_COUNT ? type_names[type] : "unknown";
}

/* ---- what users write ------------------------------------------------------------------------- */

/* "... is no role; allowed: a, b, c; did you mean b?" */
static lka_status refuse(struct lka_span text, const char *what, const char *const *names, size_t count,
                         struct lka_error *error)
{
    struct lka_text allowed = {0};
    for (size_t i = 0; i < count; i++) {
        lka_text_format(&allowed, "%s%s", i ? ", " : "", names[i]);
    }
    char shown[64];
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)(text.length < 63 ? text.length : 63), text.text);
    const char *nearest = lka_nearest(word, names, count);
    lka_status status = allowed.failed
                            ? lka_fail_memory(error, allowed.length)
                            : lka_fail(error, LKA_USAGE, "%s is no %s; allowed: %s%s%s%s", lka_show(text, false, shown),
                                       what, allowed.bytes, nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                                       nearest ? "\"?" : "");
    lka_text_release(&allowed);
    return status;
}

/* The argument of consent(...): letters, digits, - and _, with one comma between purpose and platform. */
static lka_status parse_argument(struct lka_span text, char **argument, struct lka_error *error)
{
    char *copy = lka_copy_text(text.text, text.length);
    if (!copy) {
        return lka_fail_memory(error, text.length);
    }
    size_t kept = 0;
    size_t commas = 0;
    bool good = true;
    for (uint32_t i = 0; i < text.length; i++) {
        char c = text.text[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                      c == '-';
        if (c == ' ') {
            continue;
        }
        commas += c == ',';
        good = good && (letter || (c == ',' && kept > 0));
        copy[kept++] = c;
    }
    copy[kept] = '\0';
    if (!good || commas > 1 || kept == 0 || copy[kept - 1] == ',') {
        char shown[64];
        lka_free(copy);
        return lka_fail(error, LKA_USAGE,
                        "consent(...) with %s; allowed: consent(PURPOSE) and consent(PURPOSE,PLATFORM), as in "
                        "consent(profiling)",
                        lka_show(text, false, shown));
    }
    *argument = copy;
    return LKA_OK;
}

/* The purposes that stages ask for: a consent to anything else would decide about nothing, and pass everybody. "tcf" is
 * the string of a dialogue, which nobody asks about: it is carried with the consents. */
static lka_status check_purpose(struct lka_span argument, struct lka_error *error)
{
    static const char *const purposes[] = {"profiling", "advertising", "ad_user_data", "ad_personalization", "tcf"};
    enum { PURPOSES = sizeof purposes / sizeof *purposes };
    const char *comma = memchr(argument.text, ',', argument.length);
    struct lka_span purpose = {argument.text, comma ? (uint32_t)(comma - argument.text) : argument.length};
    while (purpose.length > 0 && purpose.text[purpose.length - 1] == ' ') {
        purpose.length--;
    }
    bool known = purpose.length == 0;
    for (size_t i = 0; i < PURPOSES && !known; i++) {
        known = lka_span_equal(purpose, lka_span_of(purposes[i]));
    }
    return known ? LKA_OK : refuse(purpose, "purpose of a consent", purposes, PURPOSES, error);
}

lka_status lka_role_parse(struct lka_span text, enum lka_role *role, char **argument, struct lka_error *error)
{
    *argument = NULL;
    static const char consent[] = "consent(";
    uint32_t start = sizeof consent - 1;
    if (text.length > start && memcmp(text.text, consent, start) == 0 && text.text[text.length - 1] == ')') {
        struct lka_span inside = {text.text + start, text.length - start - 1};
        *role = LKA_ROLE_CONSENT;
        LKA_TRY(parse_argument(inside, argument, error));
        lka_status status = check_purpose(inside, error);
        if (status != LKA_OK) {
            lka_free(*argument);
            *argument = NULL;
        }
        return status;
    }
    for (unsigned r = 0; r < LKA_ROLE_COUNT; r++) {
        if (lka_span_equal(text, lka_span_of(role_names[r]))) {
            *role = (enum lka_role)r;
            return LKA_OK;
        }
    }
    return refuse(text, "role", role_names, LKA_ROLE_COUNT, error);
}

lka_status lka_type_parse(struct lka_span text, enum lka_type *type, struct lka_error *error)
{
    for (unsigned t = LKA_TYPE_UNKNOWN + 1; t < LKA_TYPE_COUNT; t++) {
        if (lka_span_equal(text, lka_span_of(type_names[t]))) {
            *type = (enum lka_type)t;
            return LKA_OK;
        }
    }
    return refuse(text, "type", type_names + 1, LKA_TYPE_COUNT - 1, error);
}

/* ---- data/roles.yaml -------------------------------------------------------------------------- */

static lka_status add_name(struct lka_role_names *names, struct lka_span pattern, enum lka_role role,
                           const char *argument, struct lka_error *error)
{
    LKA_TRY(lka_reserve(&names->items, &names->capacity, names->count + 1, sizeof *names->items, error));
    struct lka_role_name *name = &names->items[names->count++];
    *name = (struct lka_role_name){
        .role = role, .pattern = lka_copy_text(pattern.text, pattern.length), .argument = lka_copy_string(argument)};
    return name->pattern && (name->argument || !argument) ? LKA_OK : lka_fail_memory(error, pattern.length);
}

static lka_status add_names(struct lka_role_names *names, const struct lka_yaml *yaml, const struct lka_yaml_node *list,
                            enum lka_role role, const char *argument, struct lka_complaints *complaints,
                            struct lka_error *error)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct lka_yaml_node *pattern = lka_yaml_item(yaml, list, i);
        if (lka_yaml_is(pattern, LKA_YAML_SCALAR, "a column's name", complaints)) {
            LKA_TRY(add_name(names, pattern->text, role, argument, error));
        }
    }
    return LKA_OK;
}

static lka_status add_role(struct lka_role_names *names, const struct lka_yaml *yaml, const struct lka_yaml_node *key,
                           const struct lka_yaml_node *list, struct lka_complaints *complaints, struct lka_error *error)
{
    if (!lka_yaml_is(key, LKA_YAML_SCALAR, "a role", complaints) ||
        !lka_yaml_is(list, LKA_YAML_SEQUENCE, key->text.text, complaints)) {
        return LKA_OK;
    }
    enum lka_role role;
    char *argument = NULL;
    struct lka_error said;
    lka_status status = lka_role_parse(key->text, &role, &argument, &said);
    if (status == LKA_USAGE) {
        lka_complain(complaints, key, "%s", said.message);
        return LKA_OK;
    }
    status = status == LKA_OK ? add_names(names, yaml, list, role, argument, complaints, error)
                              : lka_fail(error, status, "%s", said.message);
    lka_free(argument);
    return status;
}

static lka_status add_roles(struct lka_role_names *names, const struct lka_yaml *yaml,
                            struct lka_complaints *complaints, struct lka_error *error)
{
    const struct lka_yaml_node *root = lka_yaml_root(yaml);
    if (!root) {
        lka_complain_at(complaints, 0, 0, "the file is empty");
    } else if (lka_yaml_is(root, LKA_YAML_MAPPING, "the file", complaints)) {
        lka_yaml_refuse_repeats(yaml, complaints);
        for (size_t i = 0; i < root->count; i++) {
            LKA_TRY(
                add_role(names, yaml, lka_yaml_key(yaml, root, i), lka_yaml_value(yaml, root, i), complaints, error));
        }
    }
    return LKA_OK;
}

static lka_status read_names(struct lka_role_names *names, struct lka_yaml *yaml, struct lka_complaints *complaints,
                             struct lka_error *error)
{
    LKA_TRY(lka_yaml_load(yaml, lka_data_roles_yaml, lka_data_roles_yaml_size, complaints, error));
    LKA_TRY(lka_complaints_status(complaints, error));
    LKA_TRY(add_roles(names, yaml, complaints, error));
    return lka_complaints_status(complaints, error);
}

lka_status lka_role_names_init(struct lka_role_names *names, struct lka_error *error)
{
    struct lka_complaints complaints = {.file = "data/roles.yaml", .by_place = true};
    struct lka_yaml yaml = {0};
    *names = (struct lka_role_names){0};
    lka_status status = read_names(names, &yaml, &complaints, error);
    lka_yaml_release(&yaml);
    if (status != LKA_OK) {
        lka_role_names_release(names);
    }
    return status;
}

void lka_role_names_release(struct lka_role_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        lka_free(names->items[i].pattern);
        lka_free(names->items[i].argument);
    }
    lka_free(names->items);
    *names = (struct lka_role_names){0};
}

static char plain(char c)
{
    if (c == ' ' || c == '-') {
        return '_';
    }
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool lka_role_name_fits(const struct lka_role_name *name, const char *column)
{
    const char *pattern = name->pattern;
    while (*pattern && *pattern != '*' && plain(*column) == plain(*pattern)) {
        pattern++;
        column++;
    }
    return *pattern == '*' || *pattern == *column; /* the second: both at their end */
}

const struct lka_role_name *lka_role_names_find(const struct lka_role_names *names, const char *column)
{
    for (size_t i = 0; i < names->count; i++) {
        if (lka_role_name_fits(&names->items[i], column)) {
            return &names->items[i];
        }
    }
    return NULL;
}
