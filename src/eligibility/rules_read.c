#include "eligibility/rules_read.h"

#include "base/error.h"

#include <stdio.h>

struct reading {
    struct lka_rules *platform;
    struct lka_complaints complaints;
    bool failed; /* memory was short */
};

#define YAML(reading) (&(reading)->platform->yaml)
#define COMPLAINTS(reading) (&(reading)->complaints)
enum { MOST_KEYS = 20 };

/* ---- values ----------------------------------------------------------------------------------- */

static const char *text_of(struct reading *reading, const struct lka_yaml_node *node, const char *key)
{
    return node && lka_yaml_is(node, LKA_YAML_SCALAR, key, COMPLAINTS(reading)) ? node->text.text : NULL;
}

static const char *needed_text(struct reading *reading, const struct lka_yaml_node *parent,
                               const struct lka_yaml_node *node, const char *key)
{
    const char *text = text_of(reading, node, key);
    if (!node) {
        lka_complain(COMPLAINTS(reading), parent, "%s is missing", key);
    }
    return text ? text : "";
}

static uint64_t count_of(struct reading *reading, const struct lka_yaml_node *node, const char *key)
{
    double number = 0;
    if (node && lka_yaml_number(node, key, &number, COMPLAINTS(reading)) && (number < 0 || number > 1e15)) {
        lka_complain(COMPLAINTS(reading), node, "%s: %g is not allowed; allowed: 0 or more", key, number);
        return 0;
    }
    return (uint64_t)number;
}

static bool flag_of(struct reading *reading, const struct lka_yaml_node *node, const char *key, bool otherwise)
{
    bool value = otherwise;
    return node && lka_yaml_boolean(node, key, &value, COMPLAINTS(reading)) ? value : otherwise;
}

/* The place of the text among `names`; complains and gives 0 if it has none. */
static size_t choice_of(struct reading *reading, const struct lka_yaml_node *node, const char *key,
                        const char *(*name)(size_t), size_t count)
{
    const char *text = text_of(reading, node, key);
    for (size_t i = 0; text && i < count; i++) {
        if (strcmp(text, name(i)) == 0) {
            return i;
        }
    }
    if (text) {
        lka_complain(COMPLAINTS(reading), node, "%s: \"%.40s\" is not allowed", key, text);
    }
    return 0;
}

static const char *hashing_name(size_t i)
{
    return lka_hashing_name((enum lka_hashing)i);
}

static const char *encoding_name(size_t i)
{
    return lka_encoding_name((enum lka_encoding)i);
}

static const char *kind_name(size_t i)
{
    static const char *const names[] = {"csv", "text", "json"};
    return names[i];
}

/* ---- fields ----------------------------------------------------------------------------------- */

/* "gmail_fold(gmail.com)": the brackets are cut off in place, so that the argument is a string of its own. */
static void read_step(struct reading *reading, const struct lka_yaml_node *node, struct lka_platform_field *field)
{
    if (!lka_yaml_is(node, LKA_YAML_SCALAR, "a step", COMPLAINTS(reading))) {
        return;
    }
    char *text = (char *)(uintptr_t)node->text.text; /* the tree's bytes are the platform's own */
    size_t length = strcspn(text, "(");
    size_t whole = strlen(text);
    const struct lka_step_rule *rule = lka_step_find((struct lka_span){text, (uint32_t)length});
    const char *argument = "";
    if (text[length] == '(' && text[whole - 1] == ')') {
        text[whole - 1] = '\0';
        argument = text + length + 1;
    }
    if (!rule) {
        const char *names[64];
        size_t count = lka_step_names(names, 64);
        const char *nearest = lka_nearest(text, names, count);
        lka_complain(COMPLAINTS(reading), node, "there is no step \"%.40s\"%s%s", text,
                     nearest ? "; did you mean " : "", nearest ? nearest : "");
    } else if (rule->argument != (*argument != '\0')) {
        lka_complain(COMPLAINTS(reading), node, "the step %s is written %s", rule->name,
                     rule->argument ? "with an argument in brackets" : "without brackets");
    } else if (field->step_count == LKA_PLATFORM_STEPS) {
        lka_complain(COMPLAINTS(reading), node, "more than %d steps", (int)LKA_PLATFORM_STEPS);
    } else {
        field->steps[field->step_count++] = (struct lka_platform_step){rule, argument};
    }
}

static void read_role(struct reading *reading, const struct lka_yaml_node *node, struct lka_platform_field *field)
{
    const char *text = text_of(reading, node, "from");
    char *argument = NULL;
    field->role = LKA_ROLE_FEATURE;
    lka_status status = text ? lka_role_parse(node->text, &field->role, &argument, NULL) : LKA_OK;
    reading->failed = reading->failed || status == LKA_MEMORY;
    if (status != LKA_OK) {
        lka_complain(COMPLAINTS(reading), node, "from: \"%.40s\" is no role", text);
        field->role = LKA_ROLE_FEATURE;
    }
    snprintf(field->role_argument, sizeof field->role_argument, "%s", argument ? argument : "");
    lka_free(argument);
}

static void read_field(struct reading *reading, const struct lka_yaml_node *key, const struct lka_yaml_node *node)
{
    static const char *const keys[] = {"from", "steps", "hash", "encoding", "not_in_eea"};
    const struct lka_yaml_node *values[5];
    struct lka_rules *platform = reading->platform;
    if (!lka_yaml_fields(YAML(reading), node, "a field", keys, 5, values, COMPLAINTS(reading))) {
        return;
    }
    if (platform->field_count == LKA_PLATFORM_FIELDS) {
        lka_complain(COMPLAINTS(reading), key, "more than %d fields", (int)LKA_PLATFORM_FIELDS);
        return;
    }
    struct lka_platform_field *field = &platform->fields[platform->field_count++];
    field->name = key->text.text;
    read_role(reading, values[0], field);
    field->not_in_eea = flag_of(reading, values[4], "not_in_eea", false);
    field->hashing = (enum lka_hashing)choice_of(reading, values[2], "hash", hashing_name, LKA_HASHINGS);
    field->encoding = (enum lka_encoding)choice_of(reading, values[3], "encoding", encoding_name, LKA_ENCODINGS);
    if (values[1] && lka_yaml_is(values[1], LKA_YAML_SEQUENCE, "steps", COMPLAINTS(reading))) {
        for (size_t i = 0; i < values[1]->count; i++) {
            read_step(reading, lka_yaml_item(YAML(reading), values[1], i), field);
        }
    }
}

static size_t find_field(struct reading *reading, const struct lka_yaml_node *node, struct lka_span name)
{
    const struct lka_rules *platform = reading->platform;
    for (size_t f = 0; f < platform->field_count; f++) {
        if (lka_span_equal(name, lka_span_of(platform->fields[f].name))) {
            return f;
        }
    }
    lka_complain(COMPLAINTS(reading), node, "there is no field \"%.*s\"", (int)name.length, name.text);
    return SIZE_MAX;
}

static void read_fields(struct reading *reading, const struct lka_yaml_node *node)
{
    if (!node || !lka_yaml_is(node, LKA_YAML_MAPPING, "fields", COMPLAINTS(reading))) {
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        read_field(reading, lka_yaml_key(YAML(reading), node, i), lka_yaml_value(YAML(reading), node, i));
    }
}

/* "given_name + family_name + zip" */
static uint32_t key_of(struct reading *reading, const struct lka_yaml_node *node)
{
    uint32_t bits = 0;
    const char *text = text_of(reading, node, "keys");
    while (text && *text) {
        text += strspn(text, " +");
        size_t length = strcspn(text, " +");
        size_t field = find_field(reading, node, (struct lka_span){text, (uint32_t)length});
        bits |= field == SIZE_MAX ? 0 : (uint32_t)1 << field;
        text += length;
    }
    return bits;
}

static void read_keys(struct reading *reading, const struct lka_yaml_node *parent, const struct lka_yaml_node *node)
{
    struct lka_rules *platform = reading->platform;
    if (!node) {
        lka_complain(COMPLAINTS(reading), parent, "keys is missing: by which fields a person is found");
        return;
    }
    if (!lka_yaml_is(node, LKA_YAML_SEQUENCE, "keys", COMPLAINTS(reading))) {
        return;
    }
    for (size_t i = 0; i < node->count && i < LKA_PLATFORM_KEYS; i++) {
        platform->keys[platform->key_count++] = key_of(reading, lka_yaml_item(YAML(reading), node, i));
    }
}

/* ---- formats ---------------------------------------------------------------------------------- */

static size_t values_so_far(const struct lka_platform_format *format, size_t field)
{
    size_t count = 0;
    for (size_t c = 0; c < format->column_count; c++) {
        count += format->columns[c].field == field;
    }
    return count;
}

/* One column is a mapping of one pair: {header name: field}; an empty field is a column that stays empty. */
static void read_column(struct reading *reading, const struct lka_yaml_node *node, struct lka_platform_format *format)
{
    if (!lka_yaml_is(node, LKA_YAML_MAPPING, "a column", COMPLAINTS(reading)) || node->count != 1 ||
        format->column_count == LKA_PLATFORM_COLUMNS) {
        lka_complain(COMPLAINTS(reading), node, "a column is {name in the header: field}; at most %d of them",
                     (int)LKA_PLATFORM_COLUMNS);
        return;
    }
    const struct lka_yaml_node *value = lka_yaml_value(YAML(reading), node, 0);
    size_t field = value->kind == LKA_YAML_SCALAR && value->text.length == 0 ? SIZE_MAX
                                                                             : find_field(reading, value, value->text);
    size_t earlier = field == SIZE_MAX ? 0 : values_so_far(format, field);
    if (earlier >= LKA_PLATFORM_VALUES) {
        lka_complain(COMPLAINTS(reading), node, "a field stands in at most %d columns", (int)LKA_PLATFORM_VALUES);
        return;
    }
    format->columns[format->column_count].name = lka_yaml_key(YAML(reading), node, 0)->text.text;
    format->columns[format->column_count].field = field;
    format->columns[format->column_count].value = earlier;
    if (field != SIZE_MAX) {
        format->columns_of[field] |= (uint32_t)1 << format->column_count;
    }
    format->column_count++;
}

static void read_columns(struct reading *reading, const struct lka_yaml_node *node, struct lka_platform_format *format)
{
    if (!node || !lka_yaml_is(node, LKA_YAML_SEQUENCE, "columns", COMPLAINTS(reading))) {
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        read_column(reading, lka_yaml_item(YAML(reading), node, i), format);
    }
}

/* A list of texts, `most` of them. Returns how many there are. */
static size_t texts_of(struct reading *reading, const struct lka_yaml_node *node, const char *key, const char **texts,
                       size_t most)
{
    size_t count = 0;
    if (!node || !lka_yaml_is(node, LKA_YAML_SEQUENCE, key, COMPLAINTS(reading))) {
        return 0;
    }
    for (; count < node->count && count < most; count++) {
        const char *text = text_of(reading, lka_yaml_item(YAML(reading), node, count), key);
        texts[count] = text ? text : "";
    }
    return count;
}

static const char *text_or(struct reading *reading, const struct lka_yaml_node *node, const char *key,
                           const char *otherwise)
{
    const char *text = text_of(reading, node, key);
    return text ? text : otherwise;
}

static void read_format(struct reading *reading, const struct lka_yaml_node *key, const struct lka_yaml_node *node)
{
    static const char *const keys[] = {"kind",        "header",       "quote_all",    "each_value", "columns",
                                       "head",        "row",          "between",      "tail",       "parts",
                                       "rows",        "bytes",        "add",          "remove",     "add_word",
                                       "remove_word", "signals_word", "says_consent", "names",      "takes"};
    const struct lka_yaml_node *values[20];
    struct lka_rules *platform = reading->platform;
    if (platform->format_count == LKA_PLATFORM_FORMATS ||
        !lka_yaml_fields(YAML(reading), node, "a format", keys, 20, values, COMPLAINTS(reading))) {
        return;
    }
    struct lka_platform_format *format = &platform->formats[platform->format_count++];
    format->name = key->text.text;
    format->kind = (enum lka_format_kind)choice_of(reading, values[0], "kind", kind_name, 3);
    format->header = flag_of(reading, values[1], "header", format->kind == LKA_FORMAT_CSV);
    format->quote_all = flag_of(reading, values[2], "quote_all", false);
    format->each_value = flag_of(reading, values[3], "each_value", false);
    read_columns(reading, values[4], format);
    format->head = text_or(reading, values[5], "head", "");
    format->row = text_or(reading, values[6], "row", "");
    format->between = text_or(reading, values[7], "between", ",");
    format->tail = text_or(reading, values[8], "tail", "");
    format->part_count = texts_of(reading, values[9], "parts", format->parts, LKA_PLATFORM_PARTS);
    format->rows = count_of(reading, values[10], "rows");
    format->bytes = count_of(reading, values[11], "bytes");
    format->add = needed_text(reading, node, values[12], "add");
    format->remove = text_of(reading, values[13], "remove");
    format->add_word = text_or(reading, values[14], "add_word", "");
    format->remove_word = text_or(reading, values[15], "remove_word", "");
    format->signals_word = text_or(reading, values[16], "signals_word", "");
    format->says_consent = flag_of(reading, values[17], "says_consent", false);
    format->names = text_of(reading, values[18], "names");
    format->take_count = texts_of(reading, values[19], "takes", format->takes, LKA_PLATFORM_MEMBERS);
    if (format->kind == LKA_FORMAT_JSON ? !values[6] : format->column_count == 0) {
        lka_complain(COMPLAINTS(reading), key, "the format %s has no %s", format->name,
                     format->kind == LKA_FORMAT_JSON ? "row" : "columns");
    }
}

static void read_formats(struct reading *reading, const struct lka_yaml_node *parent, const struct lka_yaml_node *node)
{
    if (!node || node->kind != LKA_YAML_MAPPING || node->count == 0) {
        lka_complain(COMPLAINTS(reading), parent, "formats is missing: a mapping of name and format");
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        read_format(reading, lka_yaml_key(YAML(reading), node, i), lka_yaml_value(YAML(reading), node, i));
    }
}

/* ---- seeds ------------------------------------------------------------------------------------ */

static void read_seeds(struct reading *reading, const struct lka_yaml_node *node)
{
    static const char *const keys[] = {"minimum", "per_country", "advised", "how"};
    const struct lka_yaml_node *values[4];
    struct lka_seed_rules *seeds = &reading->platform->seeds;
    if (!node || !lka_yaml_fields(YAML(reading), node, "seeds", keys, 4, values, COMPLAINTS(reading))) {
        return;
    }
    seeds->minimum = count_of(reading, values[0], "minimum");
    seeds->per_country = flag_of(reading, values[1], "per_country", false);
    seeds->advised = count_of(reading, values[2], "advised");
    seeds->how = text_of(reading, values[3], "how");
}

/* ---- the whole -------------------------------------------------------------------------------- */

static void read_root(struct reading *reading, const struct lka_yaml_node *root)
{
    static const char *const keys[] = {"platform", "title",   "version", "source", "date",    "verified", "unverified",
                                       "terms",    "minimum", "fields",  "keys",   "formats", "signals",  "seeds"};
    const struct lka_yaml_node *values[14];
    struct lka_rules *platform = reading->platform;
    if (!root) {
        lka_complain_at(COMPLAINTS(reading), 0, 0, "the file is empty");
        return;
    }
    if (!lka_yaml_fields(YAML(reading), root, "a platform", keys, 14, values, COMPLAINTS(reading))) {
        return;
    }
    platform->name = needed_text(reading, root, values[0], "platform");
    platform->title = needed_text(reading, root, values[1], "title");
    platform->version = needed_text(reading, root, values[2], "version");
    platform->source = needed_text(reading, root, values[3], "source");
    platform->date = needed_text(reading, root, values[4], "date");
    platform->verified = flag_of(reading, values[5], "verified", false);
    platform->unverified = text_of(reading, values[6], "unverified");
    platform->terms = text_of(reading, values[7], "terms");
    platform->signals = flag_of(reading, values[12], "signals", false);
    platform->minimum = count_of(reading, values[8], "minimum");
    read_seeds(reading, values[13]);
    read_fields(reading, values[9]);
    read_keys(reading, root, values[10]);
    read_formats(reading, root, values[11]);
    bool plain_name = platform->name[0] &&
                      !platform->name[strspn(platform->name, "abcdefghijklmnopqrstuvwxyz0123456789_-")];
    if (values[0] && !plain_name) {
        lka_complain(COMPLAINTS(reading), values[0], "platform: \"%.40s\" is no name; allowed: a-z, 0-9, - and _",
                     platform->name);
    }
}

lka_status lka_rules_read(struct lka_rules *platform, const char *file, const char *bytes, size_t length,
                          struct lka_error *error)
{
    struct reading reading = {.platform = platform, .complaints = {.file = file, .by_place = true}};
    LKA_TRY(lka_yaml_load(&platform->yaml, bytes, length, &reading.complaints, error));
    LKA_TRY(lka_complaints_status(&reading.complaints, error));
    read_root(&reading, lka_yaml_root(&platform->yaml));
    if (reading.failed) {
        return lka_fail_memory(error, 0);
    }
    return lka_complaints_status(&reading.complaints, error);
}
