#include "features/yaml.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <yaml.h>

/* ---- complaints ------------------------------------------------------------------------------- */

enum { SHOWN_BYTES = 1000 };

void lka_complain_at(struct lka_complaints *complaints, uint64_t line, uint64_t column, const char *format, ...)
{
    char message[1024];
    size_t place = (size_t)snprintf(message, sizeof message, "%.255s:%llu:%llu: ", complaints->file,
                                    (unsigned long long)line, (unsigned long long)column);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message + place, sizeof message - place, format, arguments);
    va_end(arguments);
    if (complaints->count++ == 0) {
        complaints->line = line;
        complaints->column = column;
    }
    /* Whole lines only, and none behind one that did not fit. */
    size_t length = strlen(message);
    bool fits = complaints->length + length + 1 <= SHOWN_BYTES && complaints->shown + 1 == complaints->count;
    if (fits || complaints->count == 1) {
        int written = snprintf(complaints->text + complaints->length, SHOWN_BYTES + 1 - complaints->length, "%s%s",
                               complaints->length ? "\n" : "", message);
        complaints->length += (size_t)written;
        complaints->shown++;
    }
}

lka_status lka_complaints_status(const struct lka_complaints *complaints, struct lka_error *error)
{
    if (complaints->count == 0) {
        return LKA_OK;
    }
    size_t more = complaints->count - complaints->shown;
    char rest[40] = "";
    if (more > 0) {
        snprintf(rest, sizeof rest, "\nand %zu more", more);
    }
    lka_fail(error, LKA_USAGE, "%s%s", complaints->text, rest);
    if (error) {
        error->line = complaints->line;
        error->column = complaints->column;
    }
    return LKA_USAGE;
}

/* ---- parsing ---------------------------------------------------------------------------------- */

struct building {
    struct lka_yaml *yaml;
    struct lka_complaints *complaints;
    uint32_t open[LKA_YAML_DEPTH]; /* the containers around the next node */
    uint32_t last[LKA_YAML_DEPTH]; /* and the newest child of each */
    size_t depth;
    size_t documents;
};

static void complain_event(struct building *building, const yaml_event_t *event, const char *message)
{
    lka_complain_at(building->complaints, event->start_mark.line + 1, event->start_mark.column + 1, "%s", message);
}

static lka_status add_node(struct building *building, const yaml_event_t *event, enum lka_yaml_kind kind,
                           uint32_t *index, struct lka_error *error)
{
    struct lka_yaml *yaml = building->yaml;
    LKA_TRY(lka_reserve(&yaml->nodes, &yaml->capacity, yaml->count + 1, sizeof *yaml->nodes, error));
    *index = (uint32_t)yaml->count++;
    yaml->nodes[*index] = (struct lka_yaml_node){
        .kind = kind, .line = (uint32_t)event->start_mark.line + 1, .column = (uint32_t)event->start_mark.column + 1};
    if (building->depth > 0) {
        struct lka_yaml_node *parent = &yaml->nodes[building->open[building->depth - 1]];
        uint32_t *link = parent->count ? &yaml->nodes[building->last[building->depth - 1]].next : &parent->first;
        *link = *index;
        parent->count++;
        building->last[building->depth - 1] = *index;
    }
    return LKA_OK;
}

static lka_status add_scalar(struct building *building, const yaml_event_t *event, struct lka_error *error)
{
    uint32_t index = 0;
    size_t length = event->data.scalar.length;
    LKA_TRY(add_node(building, event, LKA_YAML_SCALAR, &index, error));
    char *copy = lka_arena_take(&building->yaml->arena, length + 1);
    if (!copy) {
        return lka_fail_memory(error, length + 1);
    }
    memcpy(copy, event->data.scalar.value, length);
    copy[length] = '\0';
    building->yaml->nodes[index].text = (struct lka_span){copy, (uint32_t)length};
    return LKA_OK;
}

static lka_status open_container(struct building *building, const yaml_event_t *event, enum lka_yaml_kind kind,
                                 struct lka_error *error)
{
    uint32_t index = 0;
    if (building->depth == LKA_YAML_DEPTH) {
        complain_event(building, event, "nested too deeply; at most 16 levels are allowed");
        return LKA_OK;
    }
    LKA_TRY(add_node(building, event, kind, &index, error));
    building->open[building->depth++] = index;
    return LKA_OK;
}

/* Anchors and tags; NULL where there are none. */
static bool is_decorated(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor || event->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor || event->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor || event->data.mapping_start.tag;
    default:
        return event->type == YAML_ALIAS_EVENT;
    }
}

static lka_status take_event(struct building *building, const yaml_event_t *event, struct lka_error *error)
{
    if (is_decorated(event)) {
        complain_event(building, event, "anchors, aliases and tags are not allowed: write the value out");
        return LKA_OK;
    }
    if (building->yaml->count >= LKA_YAML_NODES) {
        complain_event(building, event, "too many values; at most 4,000,000 are allowed");
        return LKA_OK;
    }
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (building->documents++ > 0) {
            complain_event(building, event, "a second document starts here; one is allowed");
        }
        return LKA_OK;
    case YAML_SCALAR_EVENT:
        return add_scalar(building, event, error);
    case YAML_SEQUENCE_START_EVENT:
        return open_container(building, event, LKA_YAML_SEQUENCE, error);
    case YAML_MAPPING_START_EVENT:
        return open_container(building, event, LKA_YAML_MAPPING, error);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        building->depth--;
        return LKA_OK;
    default:
        return LKA_OK;
    }
}

/* Bytes that are no UTF-8 come with an offset only. */
static void complain_about_bytes(struct lka_complaints *complaints, const yaml_parser_t *parser, const char *bytes,
                                 size_t length)
{
    size_t end = parser->problem_offset < length ? parser->problem_offset : length;
    uint64_t line = 1;
    size_t start = 0;
    for (size_t i = 0; i < end; i++) {
        if (bytes[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    lka_complain_at(complaints, line, end - start + 1, "%s", parser->problem);
}

static lka_status parser_failed(struct building *building, const yaml_parser_t *parser, const char *bytes,
                                size_t length, struct lka_error *error)
{
    if (parser->error == YAML_MEMORY_ERROR) {
        return lka_fail_memory(error, length);
    }
    if (parser->error == YAML_READER_ERROR) {
        complain_about_bytes(building->complaints, parser, bytes, length);
    } else {
        lka_complain_at(building->complaints, parser->problem_mark.line + 1, parser->problem_mark.column + 1, "%s%s%s",
                        parser->context ? parser->context : "", parser->context ? ", " : "",
                        parser->problem ? parser->problem : "no YAML");
    }
    return LKA_OK;
}

lka_status lka_yaml_parse(struct lka_yaml *yaml, const char *bytes, size_t length, struct lka_complaints *complaints,
                          struct lka_error *error)
{
    struct building building = {.yaml = yaml, .complaints = complaints};
    yaml_parser_t parser;
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3; /* libyaml counts a byte order mark as a column, and then finds the next line indented less */
        length -= 3;
    }
    if (!yaml_parser_initialize(&parser)) {
        return lka_fail_memory(error, sizeof parser);
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    lka_status status = LKA_OK;
    /* The first complaint ends the parsing: after it the tree has a hole. */
    for (bool more = true; more && status == LKA_OK && complaints->count == 0;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            status = parser_failed(&building, &parser, bytes, length, error);
            break;
        }
        more = event.type != YAML_STREAM_END_EVENT;
        status = take_event(&building, &event, error);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return status;
}

void lka_yaml_release(struct lka_yaml *yaml)
{
    lka_free(yaml->nodes);
    lka_arena_release(&yaml->arena);
    *yaml = (struct lka_yaml){0};
}

/* ---- reading nodes ---------------------------------------------------------------------------- */

static const char *kind_name(enum lka_yaml_kind kind)
{
    return kind == LKA_YAML_SCALAR ? "a single value" : kind == LKA_YAML_SEQUENCE ? "a list" : "a mapping (key: value)";
}

bool lka_yaml_is(const struct lka_yaml_node *node, enum lka_yaml_kind kind, const char *key,
                 struct lka_complaints *complaints)
{
    if (node->kind != kind) {
        lka_complain(complaints, node, "%s is %s; it must be %s", key, kind_name(node->kind), kind_name(kind));
    }
    return node->kind == kind;
}

bool lka_yaml_number(const struct lka_yaml_node *node, const char *key, double *number,
                     struct lka_complaints *complaints)
{
    char shown[64];
    if (!lka_yaml_is(node, LKA_YAML_SCALAR, key, complaints)) {
        return false;
    }
    bool good = lka_parse_number(node->text, number);
    if (!good) {
        lka_complain(complaints, node, "%s: %s is no number", key, lka_show(node->text, false, shown));
    }
    return good;
}

bool lka_yaml_boolean(const struct lka_yaml_node *node, const char *key, bool *value, struct lka_complaints *complaints)
{
    char shown[64];
    if (!lka_yaml_is(node, LKA_YAML_SCALAR, key, complaints)) {
        return false;
    }
    *value = lka_span_equal(node->text, LKA_SPAN("true"));
    bool good = *value || lka_span_equal(node->text, LKA_SPAN("false"));
    if (!good) {
        lka_complain(complaints, node, "%s: %s is not allowed; allowed: true, false", key,
                     lka_show(node->text, false, shown));
    }
    return good;
}

static void complain_unknown(struct lka_complaints *complaints, const struct lka_yaml_node *key, const char *what,
                             const char *const *keys, size_t key_count)
{
    char shown[64];
    char allowed[256] = "";
    const char *nearest = lka_nearest(key->text.text, keys, key_count);
    for (size_t i = 0, used = 0; i < key_count && used < sizeof allowed; i++) {
        used += (size_t)snprintf(allowed + used, sizeof allowed - used, "%s%s", i ? ", " : "", keys[i]);
    }
    lka_show(key->text, false, shown);
    if (nearest) {
        lka_complain(complaints, key, "%s has no key %s; did you mean \"%s\"?", what, shown, nearest);
    } else {
        lka_complain(complaints, key, "%s has no key %s; allowed: %s", what, shown, allowed);
    }
}

static size_t key_index(struct lka_span key, const char *const *keys, size_t key_count)
{
    size_t i = 0;
    while (i < key_count && !lka_span_equal(key, lka_span_of(keys[i]))) {
        i++;
    }
    return i;
}

bool lka_yaml_fields(const struct lka_yaml *yaml, const struct lka_yaml_node *node, const char *what,
                     const char *const *keys, size_t key_count, const struct lka_yaml_node **values,
                     struct lka_complaints *complaints)
{
    for (size_t i = 0; i < key_count; i++) {
        values[i] = NULL;
    }
    if (!lka_yaml_is(node, LKA_YAML_MAPPING, what, complaints)) {
        return false;
    }
    for (const struct lka_yaml_node *key = lka_yaml_at(yaml, node->first), *value; key;
         key = lka_yaml_at(yaml, value->next)) {
        value = &yaml->nodes[key->next];
        if (!lka_yaml_is(key, LKA_YAML_SCALAR, "a key", complaints)) {
            continue;
        }
        size_t i = key_index(key->text, keys, key_count);
        if (i == key_count) {
            complain_unknown(complaints, key, what, keys, key_count);
        } else if (values[i]) {
            lka_complain(complaints, key, "%s: key \"%s\" is repeated; it was in line %u already", what, keys[i],
                         values[i]->line);
        } else {
            values[i] = value;
        }
    }
    return true;
}
